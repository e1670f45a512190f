"""A sender that is killed again and again: every mail arrives, none too often, none of what did not happen."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import transaction

from ldnportal.mail.models import MAX_ATTEMPTS, Outbox
from tests.ldnportal.test_mail import ROOT, Sink, database_url

EVENTS, KILLS = 200, 50
LEASE = timedelta(seconds=2)
# From before the first mail of a sender to well behind its last.
LONGEST_LIFE_SECONDS = 0.12
DEADLINE_SECONDS = 50

# Django starts once; each line on the standard input is answered with a fresh sender, which shares nothing with the
# one before but the database. It does what `manage.py outbox` does.
NURSERY = """
import django, os, signal, sys
from datetime import timedelta
from django.conf import settings
django.setup()
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", int(os.environ["SINK"]), False
settings.MAIL_KINDS = {"letter": "tests.ldnportal.test_outbox_kill.letter"}
settings.OUTBOX_LEASE = timedelta(seconds=float(os.environ["LEASE"]))
from django.core.management import call_command
import tests.ldnportal.test_outbox_kill
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _line in sys.stdin:
    child = os.fork()
    if child == 0:
        try:
            call_command("outbox", verbosity=0, stdout=open(os.devnull, "w"))
        finally:
            os._exit(0)
    print(child, flush=True)
"""


def letter(mail: Outbox) -> EmailMessage:
    return EmailMessage(f"n° {mail.context['n']}", "Bonjour.", to=["ada@example.org"])


class Nursery:
    def __init__(self, sink: Sink) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            cwd=ROOT,
            env=os.environ
            | {
                "DATABASE_URL": database_url(),
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "SINK": str(sink.port),
                "LEASE": str(LEASE.total_seconds()),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self) -> int:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def run(self) -> None:
        """A sender that is left in peace."""
        pid = self.start()
        while is_alive(pid):
            time.sleep(0.01)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=20)


@pytest.fixture
def sink():
    with Sink() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        server.arrivals = []
        server.before_taking = lambda: server.arrivals.append((time.monotonic(), server.mails[-1]["Subject"]))
        yield server
        server.shutdown()


@pytest.fixture
def nursery(sink):
    started = Nursery(sink)
    yield started
    started.close()


class NeverHappened(Exception):
    pass


def queue(numbers: range) -> None:
    """Each event in a transaction of its own; beside each fifth stands one that fails after it has queued its mail."""
    for n in numbers:
        with transaction.atomic():
            Outbox.objects.queue(f"letter:{n}", "letter", context={"n": n})
        if n % 5 == 0:
            with pytest.raises(NeverHappened), transaction.atomic():
                Outbox.objects.queue(f"letter:{1000 + n}", "letter", context={"n": 1000 + n})
                raise NeverHappened


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def kill(pid: int) -> bool:
    """Whether it was still there to be killed."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.django_db(transaction=True)
def test_every_mail_of_200_events_arrives_although_its_sender_is_killed_50_times(sink, nursery):
    dice = random.Random(20261126)
    ends = time.monotonic() + DEADLINE_SECONDS
    killed_at: list[float] = []
    events, life = 0, LONGEST_LIFE_SECONDS
    while len(killed_at) < KILLS and time.monotonic() < ends:
        # As many as there were kills, so that there is something to send up to the last one.
        if events < EVENTS // KILLS * (len(killed_at) + 1):
            queue(range(events, events + EVENTS // KILLS))
            events += EVENTS // KILLS
        pid = nursery.start()
        time.sleep(dice.uniform(0, life))
        if kill(pid):
            killed_at.append(time.monotonic())
            life = min(LONGEST_LIFE_SECONDS, life * 1.2)
        else:
            # It had ended: how long one lives hangs on the machine.
            life *= 0.6
    waiting = Outbox.objects.filter(sent__isnull=True)
    while waiting.exists() and time.monotonic() < ends:
        nursery.run()
        # Leases of killed senders run out meanwhile.
        time.sleep(0.05)

    delivered = Counter(subject for _when, subject in sink.arrivals)
    assert set(delivered) == {f"n° {n}" for n in range(EVENTS)}
    assert list(waiting.values_list("key", flat=True)) == []
    assert (events, len(killed_at)) == (EVENTS, KILLS)
    assert_each_repetition_has_its_kill(sink.arrivals, killed_at)
    # And nothing follows once all is noted.
    time.sleep(LEASE.total_seconds())
    nursery.run()
    assert sum(delivered.values()) == len(sink.arrivals)
    assert Outbox.objects.filter(attempts__gt=MAX_ATTEMPTS).count() == 0
    sys.stdout.write(f"{len(killed_at)} kills, {len(sink.arrivals) - EVENTS} mails arrived twice\n")


def assert_each_repetition_has_its_kill(arrivals: list[tuple[float, str]], killed_at: list[float]) -> None:
    """A mail comes again only if its sender was killed within the lease, and only after that lease: one kill each."""
    last: dict[str, float] = {}
    unused = list(killed_at)
    for when, subject in arrivals:
        if subject in last:
            before = last[subject]
            # What the killed one had written to the connection may be read, and so arrive, after its end.
            cause = next((kill for kill in unused if abs(kill - before) <= LEASE.total_seconds()), None)
            assert cause is not None, f"{subject} came at {before} and {when}; killed at {killed_at}"
            unused.remove(cause)
            # The lease began when the mail was claimed, a moment before it arrived.
            assert when - before >= LEASE.total_seconds() / 2
        last[subject] = when
