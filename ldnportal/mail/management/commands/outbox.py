import logging
import os
import signal
import threading
import time
from collections import Counter

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils.translation import gettext as _

from ldnportal.mail.models import Outbox

logger = logging.getLogger(__name__)

# One run takes so many and leaves the rest to the next: it always ends.
MAILS_A_RUN = 500
PAUSE_SECONDS = 5
# Beside a server on this machine one looks more often: somebody waits for the mail that he has just asked for.
PAUSE_BESIDE_A_SERVER_SECONDS = 1
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
        parser.add_argument(
            "--parent",
            type=int,
            help="loops as long as this process, which has started it, is there (make run: the server)",
        )

    def handle(self, *args, loop: bool, seconds: int, parent: int | None, **options) -> None:
        self.ending = threading.Event()
        if not loop:
            self._send_due()
            return
        # The mail in hand is brought to its end.
        before = {each: signal.signal(each, self._end) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            if parent is None:
                self._loop(seconds)
            else:
                self._loop_beside(parent)
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _loop(self, seconds: int) -> None:
        ends = time.monotonic() + seconds
        while not self.ending.is_set():
            self._try_to_send_due()
            left = ends - time.monotonic()
            if left <= 0:
                break
            self.ending.wait(min(left, PAUSE_SECONDS))

    def _loop_beside(self, parent: int) -> None:
        while not self.ending.is_set() and os.getppid() == parent:
            self._try_to_send_due()
            self.ending.wait(PAUSE_BESIDE_A_SERVER_SECONDS)

    def _end(self, *_signal) -> None:
        self.ending.set()

    def _try_to_send_due(self) -> None:
        """A database that is away for a while ends no loop: the mails are still there when it is back."""
        close_old_connections()
        try:
            self._send_due()
        except OperationalError:
            logger.exception("outbox: database")

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
