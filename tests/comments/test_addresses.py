"""An e-mail address is asked before it gets anything, sealed, shown to nobody, and forgotten in time."""

import re
from datetime import timedelta

import pytest
from django.core import mail as post
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from comments import sealing
from comments.models import (
    Comment,
    Contributor,
    Decision,
    Follow,
    OwnerToken,
    Restriction,
    Status,
    UnconfirmedAddress,
)
from comments.models.reachable import QUESTIONS_A_DAY
from ldnportal.mail.models import Outbox
from tests.comments.mailing import (
    ADDRESS,
    deliver,
    give_address,
    make_reachable,
    paths,
    private_path,
    subject,
)
from tests.comments.posting import address, filled, refusals
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db

FORMER, LATEST = "former-" + "0123456789" * 5, "latest-" + "9876543210" * 5


def rows_with(*words: str) -> list[str]:
    """The tables and columns of the whole database in which one of the words can be read."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [each[0] for each in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    text = (
                        bytes(value).decode(errors="replace")
                        if isinstance(value, bytes | memoryview)
                        else str(value)
                    )
                    found += [f"{table}.{name}" for word in words if word in text.lower()]
    return found


def standing(comment: Comment) -> tuple:
    comment.refresh_from_db()
    email = comment.contributor.email if comment.contributor else None
    return email, comment.follow, bool(comment.owner_token.token)


# Posting


def test_a_comment_needs_no_address(client):
    client.post(address(make_article()), filled())
    assert (Comment.objects.count(), UnconfirmedAddress.objects.count(), deliver()) == (1, 0, [])


def test_an_address_gets_one_mail_that_asks_and_nothing_else(client):
    response = client.post(address(make_article()), filled(email=ADDRESS, follow="each"))
    comment = Comment.objects.get()
    comment.publish(by=make_moderator(), revision=comment.latest_revision)
    (mail,) = deliver()
    assert (mail.to, subject(mail)) == ([ADDRESS], "LDN Portail : est-ce votre adresse ?")
    assert [path for path in paths(mail) if "suivi" in path] == []
    assert response.url not in mail.body
    assert "attend d’être confirmée" in client.get(response.url).content.decode()


@pytest.mark.parametrize(
    "email", ["ada", "ada@", "ada@example.org, eve@example.org", "a@b\r\nBcc: c@d.org", "a" * 250 + "@b.org"]
)
def test_what_is_no_address_is_refused_beside_the_field_and_the_text_is_kept(client, email):
    response = client.post(address(make_article()), filled(email=email))
    form = response.context["form"]
    assert (response.status_code, list(form.errors), form["body"].value()) == (
        422,
        ["email"],
        filled()["body"],
    )
    assert (Comment.objects.count(), Outbox.objects.count()) == (0, 0)


def test_answers_cannot_be_told_of_without_an_address(client):
    response = client.post(address(make_article()), filled(follow="daily"))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["email"])
    assert refusals(response) == []


def test_a_form_sent_twice_asks_once(client):
    article, data = make_article(), filled(email=ADDRESS)
    client.post(address(article), data)
    client.post(address(article), data)
    assert len(deliver()) == 1


# Confirming


def test_a_get_confirms_nothing_and_a_post_does(client):
    comment = make_comment()
    give_address(comment, follow="each")
    (mail,) = deliver()
    (path,) = paths(mail)
    for _scanner in range(2):
        assert client.get(path).status_code == 200
    assert (standing(comment), Contributor.objects.count()) == ((None, "", True), 0)
    response = client.post(path)
    assert response.status_code == 200
    assert (standing(comment), UnconfirmedAddress.objects.count()) == ((ADDRESS, "each", True), 0)
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_the_page_is_private_and_names_neither_the_address_nor_the_comment(client):
    comment = make_comment(text="Ma santé à moi")
    claim = give_address(comment)
    response = client.get(f"/commentaires/courriel/{claim.token}/")
    html = response.content.decode()
    assert [word for word in (ADDRESS, "santé à moi", private_path(comment)) if word in html] == []
    assert [response.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")] == [
        "private, no-store",
        "no-referrer",
        "noindex, nofollow",
    ]


def test_one_address_is_one_contributor_however_it_is_written():
    first = make_reachable("Ada@Example.org")
    second = make_reachable("ada@example.ORG")
    assert first.contributor == second.contributor
    assert Contributor.objects.count() == 1


def test_a_later_address_replaces_one_that_nobody_has_confirmed(client):
    comment = make_comment()
    former = give_address(comment, "faux@example.org").token
    give_address(comment, ADDRESS)
    assert client.post(f"/commentaires/courriel/{former}/").status_code == 404
    assert [mail.to for mail in deliver()] == [[ADDRESS]]


def test_what_was_decided_before_the_address_was_confirmed_is_told_then():
    comment = make_comment(status=Status.PENDING)
    claim = give_address(comment)
    comment.publish(by=make_moderator(), revision=comment.latest_revision)
    deliver()
    post.outbox.clear()
    claim.confirm()
    assert [subject(mail) for mail in deliver()] == ["LDN Portail : votre commentaire est publié"]


def test_nobody_fills_a_mailbox_with_questions():
    for _n in range(QUESTIONS_A_DAY):
        give_address(make_comment())
    comment = make_comment()
    assert comment.give_address(ADDRESS.upper(), follow="", token="A" * 22) is False
    assert (standing(comment), len(deliver())) == ((None, "", False), QUESTIONS_A_DAY)


def test_the_author_s_data_hold_his_address_before_and_after_he_confirms_it(client):
    comment = make_comment()
    claim = give_address(comment, follow="daily")
    told = [client.get(f"{private_path(comment)}donnees.json").json()["email"]]
    claim.confirm()
    told.append(client.get(f"{private_path(comment)}donnees.json").json()["email"])
    assert [(each["address"], bool(each["confirmed"]), each["told_of_answers"]) for each in told] == [
        (ADDRESS, False, "Oui, une fois par jour au plus"),
        (ADDRESS, True, "Oui, une fois par jour au plus"),
    ]
    assert f'<dd dir="ltr">{ADDRESS}</dd>' in client.get(f"{private_path(comment)}donnees/").content.decode()


# Forgetting


def test_an_address_that_nobody_confirms_is_forgotten_after_two_days(client):
    comment = make_comment()
    token = give_address(comment).token
    UnconfirmedAddress.objects.update(created=timezone.now() - timedelta(hours=48))
    assert client.post(f"/commentaires/courriel/{token}/").status_code == 404
    call_command("purge", verbosity=0)
    assert (UnconfirmedAddress.objects.count(), standing(comment)) == (0, (None, "", False))
    assert deliver() == []


def test_erasing_a_comment_forgets_its_address_and_its_link():
    comment = make_reachable(follow="each")
    give_address(comment, "autre@example.org")
    comment.erase()
    assert standing(comment) == (None, "", False)
    assert (Contributor.objects.count(), UnconfirmedAddress.objects.count(), deliver()) == (0, 0, [])


def test_an_address_stays_as_long_as_another_comment_needs_it():
    first, second = make_reachable(), make_reachable()
    first.erase()
    assert (standing(first), standing(second)) == ((None, "", False), (ADDRESS, "", True))


def test_a_restriction_outlives_the_address_it_hangs_on():
    comment = make_reachable()
    Restriction.objects.impose(comment, by=make_moderator(), days=7, reason="Des injures.")
    comment.erase()
    contributor = Contributor.objects.get()
    assert (contributor.email_encrypted, contributor.restrictions.count()) == (None, 1)
    assert Contributor.objects.at(ADDRESS).get() == contributor


# Sealing


def test_neither_address_nor_link_can_be_read_anywhere_in_the_database():
    comment = make_reachable("Ada.Lovelace@Example.org", follow="each")
    give_address(comment, "eve@example.net")
    answer = make_comment(parent=comment)
    assert answer.is_published
    token = OwnerToken.token_for(comment.idempotency_key)
    claim = comment.unconfirmed_addresses.get().token
    assert Outbox.objects.count() == 4
    assert rows_with("lovelace", "example.org", "example.net", token.lower(), claim.lower()) == []


def test_an_address_is_in_no_log_whatever_goes_wrong(settings, caplog):
    comment = make_reachable(status=Status.PENDING)
    # An address that cannot be written into a header: the error quotes it.
    Contributor.objects.update(email_encrypted=sealing.seal("ada\nlovelace@example.org"))
    comment.publish(by=make_moderator(), revision=comment.latest_revision)
    caplog.set_level("DEBUG")
    deliver()
    mail = Outbox.objects.latest("pk")
    said = str([vars(record) for record in caplog.records])
    assert (mail.sent, "lovelace" in mail.error, "lovelace" in said) == (None, False, False)
    assert mail.error != ""


def test_a_former_key_still_reads_and_finds(settings):
    settings.SECRET_KEY = FORMER
    comment = make_reachable()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = LATEST, [FORMER]
    comment = Comment.objects.get()
    assert (comment.contributor.email, Contributor.objects.at(ADDRESS).count()) == (ADDRESS, 1)
    # The same address again: no second contributor, and from now on under the latest key.
    make_reachable()
    settings.SECRET_KEY_FALLBACKS = []
    assert Contributor.objects.get().email == ADDRESS


def test_links_in_mails_hold_after_a_change_of_the_key_and_resealing_lets_the_former_go(settings):
    settings.SECRET_KEY = FORMER
    comment = make_reachable(status=Status.PENDING)
    path = private_path(comment)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = LATEST, [FORMER]
    call_command("reseal", verbosity=0)
    settings.SECRET_KEY_FALLBACKS = []
    assert Contributor.objects.at(ADDRESS).count() == 1
    comment.publish(by=make_moderator(), revision=comment.latest_revision)
    (mail,) = deliver()
    assert path in paths(mail)


def test_an_address_under_a_lost_key_is_given_up_with_a_reason(settings):
    comment = make_reachable(status=Status.PENDING)
    settings.SECRET_KEY = LATEST
    comment.publish(by=make_moderator(), revision=comment.latest_revision)
    assert deliver() == []
    mail = Outbox.objects.latest("pk")
    assert (mail.given_up is not None, "SECRET_KEY_FALLBACKS" in mail.error) == (True, True)


def test_two_things_sealed_alike_do_not_look_alike_but_have_one_fingerprint():
    assert sealing.seal(ADDRESS) != sealing.seal(ADDRESS)
    assert sealing.fingerprint(ADDRESS) == sealing.fingerprint(" ADA@example.org")
    assert re.fullmatch(r"[0-9a-f]{64}", sealing.fingerprint(ADDRESS))


# The private page's part


def follow_page(comment: Comment) -> str:
    return private_path(comment) + "suivre/"


def test_an_address_can_be_given_later_on_the_private_page(client):
    comment = make_comment()
    response = client.post(follow_page(comment), {"email": ADDRESS, "follow": "daily"})
    assert response.status_code == 200
    (mail,) = deliver()
    client.post(paths(mail)[0])
    assert standing(comment) == (ADDRESS, "daily", True)


def test_answers_are_followed_and_left_on_the_private_page(client):
    comment = make_reachable()
    for choice in (Follow.EACH, Follow.NONE, Follow.DAILY):
        client.post(follow_page(comment), {"follow": choice})
        assert standing(comment) == (ADDRESS, choice, True)


def test_mails_about_one_comment_are_stopped_on_its_private_page(client):
    first, second = make_reachable(follow="each"), make_reachable(follow="each")
    client.post(follow_page(first), {"stop": "1"})
    assert (standing(first), standing(second)) == ((None, "", False), (ADDRESS, "each", True))


def test_an_erased_comment_has_no_such_page(client):
    comment = make_comment(status=Status.ERASED)
    assert client.get(follow_page(comment)).status_code == 404
    assert "suivre/" not in client.get(private_path(comment)).content.decode()


# Lost links


def test_lost_links_go_to_the_confirmed_address_and_the_answer_tells_nothing(client):
    comments = [make_reachable(), make_reachable()]
    make_reachable("eve@example.net")
    known = client.post("/commentaires/courriel/lien-perdu/", {"email": ADDRESS.upper()})
    unknown = client.post("/commentaires/courriel/lien-perdu/", {"email": "nobody@example.org"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    (mail,) = deliver()
    assert mail.to == [ADDRESS]
    assert [path for path in paths(mail) if "suivi" in path] == [
        private_path(each) for each in comments[::-1]
    ]


def test_an_address_that_was_not_confirmed_gets_no_links(client):
    give_address(make_comment())
    deliver()
    client.post("/commentaires/courriel/lien-perdu/", {"email": ADDRESS})
    assert deliver() == []


def test_lost_links_are_sent_once_an_hour(client, set_clock):
    make_reachable()
    set_clock(timezone.now().replace(minute=10))
    for _impatient in range(3):
        client.post("/commentaires/courriel/lien-perdu/", {"email": ADDRESS})
    assert len(deliver()) == 1


def test_asking_for_lost_links_is_limited(client):
    statuses = [
        client.post("/commentaires/courriel/lien-perdu/", {"email": ADDRESS}).status_code for _n in range(6)
    ]
    assert statuses == [200] * 5 + [429]
    # Another thing than posting: who has lost his links may still write.
    assert client.post(address(make_article()), filled()).status_code == 303


def test_erased_decisions_hold_nothing_of_the_mails():
    comment = make_reachable()
    comment.erase()
    assert Decision.objects.filter(comment=comment).count() == 3
    assert rows_with("example.org") == []
