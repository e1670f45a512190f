"""The outbox against a real mail server on the loopback: taken, refused, gone, killed in between."""

import os
import signal
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from ldnportal.mail.models import BACK_OFF, MAX_ATTEMPTS, Outbox, Undeliverable
from tests.at_once import at_once

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.django_db


class Sink(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it takes; ``answers`` are what it says instead of 250, by the command."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails: list = []
        self.answers: dict[str, str] = {}
        self.before_taking: Callable[[], None] = lambda: None

    def handle_error(self, request, client_address) -> None:
        # A sender that was killed in the middle of a conversation is what some tests are about.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def port(self) -> int:
        return self.server_address[1]


class Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 sink")
        while line := self.rfile.readline():
            command = line.split()[0].decode().upper()
            self.say(self.server.answers.get(command, "354 go on" if command == "DATA" else "250 fine"))
            if command == "DATA" and command not in self.server.answers and not self.take():
                return
            if command == "QUIT":
                return

    def take(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                # Who was cut off has sent nothing.
                return False
            lines.append(line.removeprefix(b"."))
        self.server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.server.before_taking()
        self.say(self.server.answers.get("TAKE", "250 taken"))
        return True

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def start_sink(settings) -> Iterator[Sink]:
    """A sink to which this process sends its mails."""
    with Sink() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
        yield server
        server.shutdown()


@pytest.fixture
def sink(settings):
    with start_sink(settings) as server:
        settings.MAIL_KINDS = {name: f"{__name__}.{name}" for name in ("letter", "nobody", "broken")}
        yield server


def letter(mail: Outbox) -> EmailMessage:
    return EmailMessage("Bonjour", f"Élan n° {mail.context['n']}", to=["Ada@example.org"])


def nobody(mail: Outbox) -> EmailMessage:
    raise Undeliverable("The account is closed.")


def broken(mail: Outbox) -> EmailMessage:
    raise KeyError("n")


def queue(n: int = 1, kind: str = "letter") -> Outbox:
    Outbox.objects.queue(f"{kind}:{n}", kind, context={"n": n})
    return Outbox.objects.get(key=f"{kind}:{n}")


def send() -> None:
    call_command("outbox", verbosity=0)


def make_due() -> None:
    Outbox.objects.update(next_try=timezone.now())


def state(mail: Outbox) -> tuple[str, int, str]:
    mail.refresh_from_db()
    name = "sent" if mail.sent else "given up" if mail.given_up else "waits"
    return name, mail.attempts, mail.error


def test_a_queued_mail_is_sent_once(sink):
    mail = queue()
    send()
    send()
    assert state(mail) == ("sent", 1, "")
    assert [(each["To"], each["Subject"], each.get_content().strip()) for each in sink.mails] == [
        ("Ada@example.org", "Bonjour", "Élan n° 1")
    ]


def test_the_same_event_is_queued_once(sink):
    queue()
    Outbox.objects.queue("letter:1", "letter", context={"n": 2})
    send()
    assert [mail.get_content().strip() for mail in sink.mails] == ["Élan n° 1"]


def test_whoever_counts_is_told_whether_a_mail_is_new():
    said = [Outbox.objects.queue_if_new("letter:1", "letter", context={"n": n}) for n in (1, 2)]
    assert (said, Outbox.objects.get().context) == ([True, False], {"n": 1})


@pytest.mark.django_db(transaction=True)
def test_of_four_at_once_one_is_told_that_the_mail_is_new():
    acts = [lambda: Outbox.objects.queue_if_new("letter:1", "letter", context={})] * 4
    assert sorted(at_once(*acts)) == [False, False, False, True]


def test_a_mail_of_a_transaction_that_fails_is_never_sent(sink):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue()
        _ = 1 / 0
    send()
    assert (sink.mails, Outbox.objects.count()) == ([], 0)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "TAKE"])
def test_a_mail_that_the_server_cannot_take_now_is_tried_again_later(sink, command):
    sink.answers[command] = "451 come back later, <ada@example.org>"
    mail = queue()
    before = timezone.now()
    send()
    send()  # Not due yet: nothing happens.
    assert state(mail) == ("waits", 1, "451 come back later, <…>")
    assert BACK_OFF[0] <= mail.next_try - before < BACK_OFF[0] + timedelta(seconds=30)
    sink.answers.clear()
    make_due()
    send()
    assert state(mail) == ("sent", 2, "")


@pytest.mark.parametrize("command", ["RCPT", "DATA", "TAKE"])
def test_a_mail_that_the_server_will_never_take_is_given_up_at_once(sink, command):
    sink.answers[command] = "550 no such user"
    mail = queue()
    send()
    assert state(mail) == ("given up", 1, "550 no such user")


def test_a_refused_sender_is_a_fault_of_the_settings_and_is_tried_again(sink):
    sink.answers["MAIL"] = "550 who are you?"
    mail = queue()
    send()
    assert state(mail) == ("waits", 1, "550 who are you?")


def test_a_server_that_is_down_costs_tries_until_the_last(sink, settings):
    with socketserver.TCPServer(("127.0.0.1", 0), None) as closed:
        settings.EMAIL_PORT = closed.server_address[1]
    mail = queue()
    seen = []
    for _n in range(MAX_ATTEMPTS + 1):
        make_due()
        send()
        seen.append(state(mail)[:2])
    assert seen == [
        *(("waits", n) for n in range(1, MAX_ATTEMPTS)),
        ("given up", MAX_ATTEMPTS),
        ("given up", MAX_ATTEMPTS),
    ]
    assert mail.error.startswith("ConnectionRefusedError")


def test_a_mail_that_cannot_be_made_holds_up_no_other(sink):
    fault, closed, unknown, good = (queue(kind=kind) for kind in ("broken", "nobody", "unknown", "letter"))
    send()
    assert [state(mail) for mail in (fault, closed, unknown, good)] == [
        ("waits", 1, "KeyError: 'n'"),
        ("given up", 1, "The account is closed."),
        ("waits", 1, "KeyError: 'unknown'"),
        ("sent", 1, ""),
    ]


def test_a_claimed_mail_is_nobody_else_s_until_the_lease_runs_out(sink):
    mail = queue()
    claimed = Outbox.objects.claim()
    meanwhile = Outbox.objects.claim()
    Outbox.objects.update(leased_until=timezone.now())
    again = Outbox.objects.claim()
    assert (claimed, meanwhile, again, again.attempts) == (mail, None, mail, 2)


def test_whoever_comes_back_after_his_lease_does_not_undo_what_another_has_done(sink):
    queue()
    slow = Outbox.objects.claim()
    Outbox.objects.update(leased_until=timezone.now())
    other = Outbox.objects.claim()
    other.send()
    sink.answers["RCPT"] = "550 no such user"
    slow.send()
    assert state(other) == ("sent", 2, "")


def test_a_mail_that_kills_its_sender_each_time_is_given_up(sink):
    mail = queue()
    for _n in range(MAX_ATTEMPTS):
        Outbox.objects.claim()
        Outbox.objects.update(leased_until=timezone.now())
    send()
    name, attempts, error = state(mail)
    assert (name, attempts, error != "", sink.mails) == ("given up", MAX_ATTEMPTS + 1, True, [])


def test_both_tries_of_a_mail_are_one_for_mail_programs(sink):
    queue()
    Outbox.objects.claim().send()
    Outbox.objects.update(sent=None)
    send()
    first, second = (each["Message-ID"] for each in sink.mails)
    assert first == second


@pytest.mark.django_db(transaction=True)
def test_the_loop_ends_by_itself(sink):
    queue()
    call_command("outbox", "--loop", "--seconds", "1", verbosity=0)
    assert len(sink.mails) == 1


def test_the_command_says_how_it_went(sink, capsys):
    queue(1)
    queue(1, kind="nobody")
    queue(1, kind="broken")
    call_command("outbox")
    words = " ".join(capsys.readouterr().out.split())
    assert words == "Envoyés : 1 ; remis à plus tard : 1 ; abandonnés : 1."


@pytest.mark.django_db(transaction=True)
def test_several_senders_send_each_mail_once(sink):
    for n in range(12):
        queue(n)
    at_once(*[send] * 4)
    assert sorted(each.get_content().strip() for each in sink.mails) == sorted(
        f"Élan n° {n}" for n in range(12)
    )


# What a sender does in a process of its own, so that it can be killed.
SENDER = """
import django, os
from django.conf import settings
django.setup()
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", int(os.environ["SINK"]), False
settings.MAIL_KINDS = {"letter": "tests.ldnportal.test_mail.letter"}
from django.core.management import call_command
call_command("outbox", *os.environ["OPTIONS"].split())
"""


def database_url() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def start_sender(sink: Sink, *options: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", SENDER],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "SINK": str(sink.port),
            "OPTIONS": " ".join(options),
        },
    )


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_between_sending_and_noting_sends_again_once_its_lease_has_run_out(sink, settings):
    mail = queue()
    sender = start_sender(sink)
    sink.before_taking = sender.kill
    assert sender.wait(timeout=60) == -signal.SIGKILL
    sink.before_taking = lambda: None
    send()  # The lease holds: it could still be alive.
    assert (state(mail), len(sink.mails)) == (("waits", 1, ""), 1)
    assert mail.leased_until - timezone.now() <= settings.OUTBOX_LEASE
    Outbox.objects.update(leased_until=timezone.now())
    send()
    assert (state(mail), len(sink.mails)) == (("sent", 2, ""), 2)


@pytest.mark.django_db(transaction=True)
def test_a_loop_that_is_told_to_end_brings_its_mail_to_an_end(sink):
    first, second = queue(1), queue(2)
    sender = start_sender(sink, "--loop")
    sink.before_taking = sender.terminate
    assert sender.wait(timeout=60) == 0
    assert (state(first), state(second)) == (("sent", 1, ""), ("waits", 0, ""))
