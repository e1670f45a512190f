"""The private page of a report: what became of it, and the way to contest it, without JavaScript and without loss."""

import pytest
from django.test import Client
from django.urls import reverse

from comments.models import Complaint, Notice
from tests.factories import make_comment, make_moderator, make_notice

pytestmark = pytest.mark.django_db

WORDS = "C’est un témoignage, il ne conseille rien."
TEXT = "Il vend des gélules.\nAu deuxième paragraphe."
PRIVATE = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


def page(notice: Notice, name: str = "notice") -> str:
    return reverse(f"comments:{name}", args=[Notice.token_for(notice.idempotency_key)])


def html_of(client, notice: Notice, name: str = "notice") -> str:
    response = client.get(page(notice, name))
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def kept():
    notice = make_notice(make_comment())
    revision = notice.comment.public_revision
    notice.keep_comment(by=make_moderator(), revision=revision, reason=WORDS)
    return notice


def test_who_waits_is_told_until_when(client):
    notice = make_notice(make_comment())
    assert "Nous comptons vous répondre d’ici au" in html_of(client, notice)


def test_a_comment_that_stays_is_said_with_the_words_and_every_redress(client, kept):
    html = html_of(client, kept)
    assert [
        each in html for each in (WORDS, page(kept, "contest_notice"), "tribunaux", "extrajudiciaire")
    ] == [True] * 4


@pytest.mark.parametrize("case", ["open", "removed", "withdrawn"])
def test_without_a_decision_against_the_notifier_nothing_can_be_contested(client, case):
    notice = make_notice(make_comment())
    match case:
        case "removed":
            revision = notice.comment.public_revision
            notice.remove_comment(by=make_moderator(), revision=revision, reason="Pour l’auteur.")
        case "withdrawn":
            notice.comment.withdraw()
    html = html_of(client, notice)
    assert ("contester/" in html, "Pour l’auteur." in html) == (False, False)
    response = client.post(page(notice, "contest_notice"), {"text": TEXT})
    assert (response.status_code, TEXT in response.content.decode()) == (409, True)
    assert Complaint.objects.count() == 0


def test_the_notifier_contests_from_the_page_and_finds_it_there(kept):
    # No cookie and no token of the form are needed: the address protects it.
    client = Client(enforce_csrf_checks=True)
    assert WORDS in html_of(client, kept, "contest_notice")
    response = client.post(page(kept, "contest_notice"), {"text": TEXT})
    assert (response.status_code, response.url) == (302, page(kept))
    complaint = Complaint.objects.get()
    assert (complaint.text, complaint.by, complaint.notice) == (TEXT, "notifier", kept)
    html = html_of(client, kept)
    assert ("Il vend des gélules." in html, page(kept, "contest_notice") in html) == (True, False)


def test_a_complaint_sent_twice_is_one(client, kept):
    answers = [client.post(page(kept, "contest_notice"), {"text": TEXT}).url for _twice in range(2)]
    assert (answers, Complaint.objects.count()) == ([page(kept)] * 2, 1)


@pytest.mark.parametrize("text", ["", " \n", "x" * 3001])
def test_a_wrong_complaint_is_refused_beside_its_field_and_kept(client, kept, text):
    response = client.post(page(kept, "contest_notice"), {"text": text})
    form = response.context["form"]
    assert (response.status_code, list(form.errors), form["text"].value()) == (422, ["text"], text)


def test_a_second_complaint_is_not_taken_and_not_lost(client, kept):
    client.post(page(kept, "contest_notice"), {"text": TEXT})
    response = client.post(page(kept, "contest_notice"), {"text": "Encore ceci."})
    html = response.content.decode()
    assert (response.status_code, "readonly>Encore ceci.</textarea>" in html, page(kept) in html) == (
        409,
        True,
        True,
    )


def test_the_answer_stands_on_the_page(client, kept):
    complaint = kept.contest(kept.decision, TEXT)
    complaint.dismiss(by=make_moderator("bea"), words="Nous avons relu.")
    html = html_of(client, kept)
    assert ("Nous avons relu." in html, "qu’une personne" in html) == (True, False)


def test_that_one_moderator_alone_looked_twice_is_said(client, kept):
    complaint = kept.contest(kept.decision, TEXT)
    complaint.dismiss(by=make_moderator(), words="Nous avons relu.")
    assert "qu’une personne" in html_of(client, kept)


@pytest.mark.parametrize("name", ["notice", "contest_notice"])
def test_the_pages_are_private_and_looking_changes_nothing(client, kept, name):
    before = Notice.objects.values().get()
    response = client.get(page(kept, name))
    assert {header: response.headers.get(header) for header in PRIVATE} == PRIVATE
    assert (response.cookies.output(), Notice.objects.values().get()) == ("", before)


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_reports(client, kept, n, django_assert_num_queries):
    for _number in range(n):
        other = make_notice(kept.comment)
        other.keep_comment(by=make_moderator(), revision=kept.comment.public_revision, reason=WORDS)
        other.contest(other.decision, TEXT)
    with django_assert_num_queries(6):
        client.get(page(kept))


def test_an_unknown_address_contests_nothing(client):
    response = client.post(reverse("comments:contest_notice", args=["A" * 22]), {"text": TEXT})
    assert (response.status_code, {name: response.headers.get(name) for name in PRIVATE}) == (404, PRIVATE)
