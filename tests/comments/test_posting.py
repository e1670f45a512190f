"""Sending a comment: what is taken, what is refused, and that no refusal loses a word."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments.models import Comment, Consent, ConsentText, Status, Trace
from comments.models.person import RATE_LIMIT
from ldnportal.markup.sanitize import COMMENT_MAX_CHARACTERS
from tests.comments.posting import TEXT, address, filled, refusals, text_in, ticket, ticket_in
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article()


# What is taken.


def test_a_comment_waits_with_its_text_its_consent_and_a_trace(client, article):
    response = client.post(address(article), filled(name=" Ada   L. ", body="  Bonjour\r\n\r\nà tous  "))
    comment = Comment.objects.get()
    assert (response.status_code, response.url.startswith("/commentaires/suivi/")) == (303, True)
    assert (comment.status, comment.display_name, comment.latest_revision.text) == (
        Status.PENDING,
        "Ada L.",
        "Bonjour\n\nà tous",
    )
    assert Consent.objects.get().text == ConsentText.current()
    assert Trace.objects.get().digest == Trace.digest_of("127.0.0.1")


def test_the_consent_kept_is_the_one_that_was_shown(client, article):
    shown = ticket_in(client.get(address(article)))
    old = ConsentText.current()
    ConsentText.objects.create(text="Un autre texte.", created=timezone.now() + timedelta(seconds=1))
    assert "Un autre texte." not in client.post(address(article), filled(ticket=shown)).content.decode()
    client.post(address(article), filled(ticket=ticket_at_once(shown)))
    assert Consent.objects.get().text == old


def ticket_at_once(signed: str) -> str:
    """The same ticket as if it had been issued two minutes ago."""
    from comments.tickets import Ticket

    read = Ticket.read(signed)
    return Ticket(read.key, read.issued - timedelta(minutes=2), read.consent_text_id).signed()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "\u202eيا\u2066", "😀" * 200, "a" * COMMENT_MAX_CHARACTERS]
)
def test_hostile_and_foreign_texts_are_taken_as_text(client, article, text):
    assert client.post(address(article), filled(body=text)).status_code == 303


def test_line_ends_of_browsers_do_not_count_against_the_limit(client, article):
    text = "ab\r\n" * (COMMENT_MAX_CHARACTERS // 3)
    assert client.post(address(article), filled(body=text)).status_code == 303


@pytest.mark.parametrize("name", ["J", "Zoé 🌸", "مريم", "Nguyễn", "نرگس\u200cها", "名"])
def test_names_of_all_scripts_are_taken(client, article, name):
    client.post(address(article), filled(name=name))
    assert Comment.objects.get().display_name == name


# Wrong fields.


@pytest.mark.parametrize(
    "field, value",
    [
        ("name", ""),
        ("name", "\u200b\u200b"),
        ("name", "\u3164"),
        ("name", "Ada\u202e"),
        ("name", "Ada\u2066"),
        ("name", "A\u0000da"),
        ("name", "!!!"),
        ("name", "Z" + "\u0301" * 9),
        ("name", "a" * 61),
        ("body", ""),
        ("body", " \u200b\n\u00a0"),
        ("body", "a" * (COMMENT_MAX_CHARACTERS + 1)),
        ("consent", None),
    ],
)
def test_a_wrong_field_is_named_and_everything_else_is_kept(client, article, field, value):
    response = client.post(address(article), filled(**{field: value}))
    form = response.context["form"]
    assert (response.status_code, list(form.errors), Comment.objects.count()) == (422, [field], 0)
    assert form["body"].value() == (value if field == "body" else TEXT)
    assert f'<a href="#id_{field}">' in response.content.decode()


def test_the_limit_says_by_how_much_and_no_browser_cuts(client, article):
    response = client.post(address(article), filled(body="a" * (COMMENT_MAX_CHARACTERS + 12)))
    message = response.context["form"].errors["body"][0]
    assert re.findall(r"\d+", message) == ["12", "5000"]
    assert "maxlength" not in response.content.decode()


def test_each_wrong_field_points_to_its_message(client, article):
    html = client.post(address(article), {"ticket": ticket()}).content.decode()
    for field in ("name", "body", "consent"):
        assert f'id="id_{field}_error"' in html
        assert html.count(f"id_{field}_error") == 2


# Everything that can go wrong with the form itself.


def assert_kept(response, status: int) -> None:
    assert (response.status_code, text_in(response), Comment.objects.count()) == (status, TEXT, 0)
    assert len(refusals(response)) == 1
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("bad", [None, "", "forged", "é", ticket.__name__])
def test_without_a_ticket_of_ours_the_text_comes_back_with_a_new_one(client, article, bad):
    response = client.post(address(article), filled(ticket=bad))
    assert_kept(response, 409)
    assert (
        client.post(address(article), filled(ticket=ticket_at_once(ticket_in(response)))).status_code == 303
    )


def test_a_form_older_than_a_day_comes_back_with_a_new_ticket(client, article):
    old = ticket(age=timedelta(hours=25))
    response = client.post(address(article), filled(ticket=old))
    assert_kept(response, 409)
    assert ticket_in(response) != old


def test_a_form_sent_at_once_comes_back_with_the_same_ticket(client, article):
    young = ticket(age=timedelta(0))
    response = client.post(address(article), filled(ticket=young))
    assert_kept(response, 422)
    assert ticket_in(response) == young


def test_the_trap_says_so_and_is_emptied(client, article):
    response = client.post(address(article), filled(website="https://spam.example"))
    assert_kept(response, 422)
    assert response.context["form"]["website"].value() == ""


def test_more_than_the_limit_from_one_connection_is_told_to_wait(client, article):
    for _each in range(RATE_LIMIT):
        make_comment(article=article, status=Status.PENDING, trace=Trace.digest_of("127.0.0.1"))
    response = client.post(address(article), filled())
    assert (response.status_code, response.headers["Retry-After"], text_in(response)) == (429, "600", TEXT)
    assert Comment.objects.count() == RATE_LIMIT
    assert client.post(address(article), filled(), REMOTE_ADDR="192.0.2.7").status_code == 303


def test_closed_meanwhile_gives_the_text_back_to_copy(client, article):
    article.comments_open = False
    article.save()
    response = client.post(address(article), filled())
    assert (response.status_code, Comment.objects.count()) == (409, 0)
    assert f"readonly>{TEXT}</textarea>" in response.content.decode()


def test_an_article_that_is_gone_gives_the_text_back_to_copy(client):
    response = client.post("/articles/jamais-vu/commentaires/nouveau/", filled())
    assert response.status_code == 404
    assert f"readonly>{TEXT}</textarea>" in response.content.decode()


def test_a_text_under_way_to_an_old_address_arrives(client, article):
    old = address(article)
    article.slug = "nouvelle-adresse"
    article.save()
    article.publish(by=None)
    assert client.post(old, filled()).status_code == 303
    assert Comment.objects.get().article == article


@pytest.mark.parametrize("cookie", [True, False])
def test_without_the_csrf_cookie_or_token_the_text_comes_back_and_can_be_sent(article, cookie):
    client = Client(enforce_csrf_checks=True)
    if cookie:
        client.get(address(article))
    sent = filled()
    response = client.post(address(article), sent)
    assert_kept(response, 403)
    # The same ticket: should the first sending have arrived after all, the second leads to it.
    assert ticket_in(response) == sent["ticket"]
    token = str(response.context["csrf_token"])
    assert client.post(address(article), {**sent, "csrfmiddlewaretoken": token}).status_code == 303


def test_a_csrf_failure_on_an_article_that_is_gone_gives_the_text_back(client):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/articles/jamais-vu/commentaires/nouveau/", filled())
    assert (response.status_code, TEXT in response.content.decode()) == (404, True)


# Once only.


def test_a_form_sent_twice_is_one_comment_with_one_page(client, article):
    sent = filled()
    first, second = client.post(address(article), sent), client.post(address(article), sent)
    assert (first.url, Comment.objects.count()) == (second.url, 1)


@pytest.mark.parametrize("meanwhile", ["expired", "closed", "limited", "from another browser"])
def test_a_form_sent_twice_leads_to_its_page_whatever_happened_meanwhile(client, article, meanwhile):
    key = uuid.uuid4()
    first = client.post(address(article), filled(ticket=ticket(key=key)))
    again = filled(
        ticket=ticket(key=key, age=timedelta(days=3) if meanwhile == "expired" else timedelta(minutes=3))
    )
    if meanwhile == "closed":
        article.comments_open = False
        article.save()
    if meanwhile == "limited":
        for _each in range(RATE_LIMIT - 1):
            make_comment(article=article, trace=Trace.digest_of("127.0.0.1"))
    browser = Client() if meanwhile == "from another browser" else client
    assert browser.post(address(article), again).url == first.url


def test_another_text_in_the_same_form_is_kept_and_asked_about(client, article):
    key = uuid.uuid4()
    first = client.post(address(article), filled(ticket=ticket(key=key)))
    response = client.post(address(article), filled(ticket=ticket(key=key), body="Autre chose."))
    assert (response.status_code, text_in(response), Comment.objects.count()) == (409, "Autre chose.", 1)
    assert f'<a href="{first.url}">' in response.content.decode()
    follow = client.post(
        address(article), filled(ticket=ticket_at_once(ticket_in(response)), body="Autre chose.")
    )
    assert (follow.status_code, Comment.objects.count()) == (303, 2)


# The page of the form.


def test_the_form_page_is_kept_by_nobody_and_found_by_no_robot(client, article):
    response = client.get(address(article))
    assert (response.status_code, response.headers["Cache-Control"], response.headers["X-Robots-Tag"]) == (
        200,
        "private, no-store",
        "noindex",
    )


def test_a_closed_article_shows_no_form(client):
    article = make_article(comments_open=False)
    response = client.get(address(article))
    assert (response.status_code, "formulaire-commentaire" in response.content.decode()) == (200, False)


def test_the_form_of_an_unpublished_or_unknown_article_is_not_there(client):
    draft = make_article(publish=False)
    assert client.get(f"/articles/{draft.slug}/commentaires/nouveau/").status_code == 404


def test_an_old_address_of_the_form_leads_to_the_new_one(client, article):
    parent = make_comment(article=article)
    old = address(article, parent)
    article.slug = "nouvelle-adresse"
    article.save()
    article.publish(by=None)
    article.refresh_from_db()
    assert (client.get(old).status_code, client.get(old).url) == (301, address(article, parent))


# What stays on the device.


def test_the_pseudonym_is_kept_in_no_cookie(client, article):
    response = client.post(address(article), filled(remember="on"))
    assert set(response.cookies) == {"commentaires"}


def test_the_cookie_of_own_comments_is_for_the_server_only(client, article):
    cookie = client.post(address(article), filled()).cookies["commentaires"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (
        True,
        "Lax",
        "/",
        7 * 24 * 3600,
    )
