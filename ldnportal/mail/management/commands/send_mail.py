import signal
import threading
import time
from collections import Counter

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils.translation import gettext as _

from ldnportal.mail.models import Outbox

# One run takes so many and leaves the rest to the next: it always ends.
MAILS_A_RUN = 500
PAUSE_SECONDS = 5
LOOP_SECONDS = 3600


class Command(BaseCommand):
    help = "Sends what is due in the outbox. Several may run at once: each mail is taken by one of them."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--loop", action="store_true", help="looks again every few seconds, until it is told to end"
        )
        parser.add_argument(
            "--seconds",
            type=int,
            default=LOOP_SECONDS,
            help="how long to loop at most; who starts it starts it again (default: one hour)",
        )

    def handle(self, *args, loop: bool, seconds: int, **options) -> None:
        self.ending = threading.Event()
        if not loop:
            self._send_due()
            return
        # The mail in hand is brought to its end.
        before = {each: signal.signal(each, self._end) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            ends = time.monotonic() + seconds
            while not self.ending.is_set():
                close_old_connections()
                self._send_due()
                left = ends - time.monotonic()
                if left <= 0:
                    break
                self.ending.wait(min(left, PAUSE_SECONDS))
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _end(self, *_signal) -> None:
        self.ending.set()

    def _send_due(self) -> None:
        done = Counter()
        while done.total() < MAILS_A_RUN and not self.ending.is_set():
            mail = Outbox.objects.claim()
            if mail is None:
                break
            done["sent" if mail.send() else "given up" if mail.given_up else "put off"] += 1
        if done:
            self.stdout.write(
                _("Sent: %(sent)d; put off: %(put_off)d; given up: %(given_up)d.")
                % {"sent": done["sent"], "put_off": done["put off"], "given_up": done["given up"]}
            )
