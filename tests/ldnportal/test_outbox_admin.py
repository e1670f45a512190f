"""The outbox in the back office: what became of each mail, in words; no address; sent again by hand."""

from datetime import timedelta

import pytest
from django.core import mail as post
from django.core.management import call_command
from django.utils import timezone

from comments.models import Status
from ldnportal.mail.models import MAX_ATTEMPTS, Outbox
from tests.comments.mailing import ADDRESS, end_waiting, make_reachable
from tests.factories import make_administrator, make_moderator

pytestmark = pytest.mark.django_db

LIST = "/admin/mail/outbox/"
WORDS = {
    "attend d’être envoyé": {},
    "en cours d’envoi": {"attempts": 1, "leased_until": timezone.now() + timedelta(days=1)},
    "attend un nouvel essai": {"attempts": 2, "error": "451 come back later"},
    "envoyé": {"attempts": 1, "sent": timezone.now()},
    "abandonné": {"attempts": MAX_ATTEMPTS, "given_up": timezone.now(), "error": "550 no such user"},
}


@pytest.fixture
def admin(client):
    client.force_login(make_administrator())
    return client


def make_mail(n: int = 1, **fields) -> Outbox:
    return Outbox.objects.create(key=f"letter:{n}", kind="comment_published", **fields)


def send_again(client, *mails: Outbox):
    data = {"action": "send_again", "_selected_action": [mail.pk for mail in mails], "index": 0}
    return client.post(LIST, data, follow=True)


@pytest.mark.parametrize("words", WORDS)
def test_each_state_is_said_in_words(admin, words):
    make_mail(**WORDS[words])
    html = admin.get(LIST).content.decode()
    assert f">{words}</span>" in html
    assert "commentaire publié" in html
    assert WORDS[words].get("error", "") in html


def test_no_address_and_no_link_is_shown(admin):
    comment = make_reachable(status=Status.PENDING)
    comment.publish(by=make_moderator(), revision=comment.latest_revision)
    mail = Outbox.objects.latest("pk")
    pages = [admin.get(path).content.decode() for path in (LIST, f"{LIST}{mail.pk}/change/")]
    assert [word for html in pages for word in (ADDRESS, "gAAAA", "/suivi/") if word in html] == []


def test_without_a_mail_server_the_list_says_so_on_top(admin, settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path
    html = admin.get(LIST).content.decode()
    assert ("Aucun serveur de messagerie" in html, str(tmp_path) in html) == (True, True)
    settings.EMAIL_HOST = "mail.example.org"
    assert "Aucun serveur de messagerie" not in admin.get(LIST).content.decode()


def test_without_a_mail_server_mails_land_in_a_folder(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    comment = make_reachable(status=Status.PENDING)
    comment.publish(by=make_moderator(), revision=comment.latest_revision)
    end_waiting()
    call_command("outbox", verbosity=0)
    assert f"To: {ADDRESS}" in "".join(path.read_text() for path in (tmp_path / "mail").iterdir())


def test_a_mail_that_was_given_up_is_sent_again(admin):
    comment = make_reachable(status=Status.PENDING)
    comment.publish(by=make_moderator(), revision=comment.latest_revision)
    Outbox.objects.update(given_up=timezone.now(), attempts=MAX_ATTEMPTS, error="550 no such user")
    mail = Outbox.objects.latest("pk")
    assert "1 e-mail est envoyé à nouveau." in send_again(admin, mail).content.decode()
    call_command("outbox", verbosity=0)
    mail.refresh_from_db()
    assert (mail.sent is not None, mail.given_up, mail.attempts, len(post.outbox)) == (True, None, 1, 1)


def test_a_mail_in_a_sender_s_hands_is_left_alone(admin):
    mail = make_mail(attempts=1, leased_until=timezone.now() + timedelta(minutes=1))
    assert "1 e-mail est en cours d’envoi" in send_again(admin, mail).content.decode()
    assert Outbox.objects.claim() is None


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_queries_however_many(admin, count, django_assert_num_queries):
    for n in range(count):
        make_mail(n)
    with django_assert_num_queries(6):
        admin.get(LIST)
