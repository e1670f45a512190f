"""
The author's acts in a browser: without e-mail and without a cookie, with nothing but the address, as from a bookmark.

Every act goes with JavaScript and without; every page of them is looked at by axe-core, in light and dark, and at 320
pixels.
"""

import json

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment, Complaint, OwnerToken, Status
from tests.browser.conftest import faults
from tests.factories import make_comment, make_demo_article, make_moderator

ARTICLE = "/articles/naltrexone-et-anxiete/"


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def bookmark(request, visit):
    """Opens the private page of a comment as from a bookmark: another browser, nothing remembered."""

    def open_page(comment: Comment, **kwargs) -> Page:
        return visit(private_path(comment), javascript=request.param, **kwargs)

    return open_page


def private_path(comment: Comment) -> str:
    return f"/commentaires/suivi/{OwnerToken.token_for(comment.idempotency_key)}/"


def no_cookie(page: Page) -> bool:
    return page.context.cookies() == []


def test_a_waiting_comment_is_changed(bookmark):
    comment = make_comment(status=Status.PENDING, text="Premier texte.")
    page = bookmark(comment)
    page.get_by_role("link", name="Modifier mon commentaire").click()
    page.get_by_role("button", name="Envoyer le nouveau texte").click()
    expect(page.get_by_label("Votre commentaire")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Votre commentaire")).to_have_value("Premier texte.")
    page.get_by_label("Votre commentaire").fill("Second texte.")
    page.get_by_role("button", name="Envoyer le nouveau texte").click()
    expect(page.get_by_role("heading", name="votre commentaire attend")).to_be_visible()
    expect(page.get_by_text("Second texte.")).to_be_visible()
    assert (comment.latest_revision.text, no_cookie(page)) == ("Second texte.", True)


def test_a_published_comment_is_changed_and_the_earlier_text_stays_until_then(bookmark, visit):
    comment = make_comment(article=make_demo_article(), text="Ancien texte.")
    page = bookmark(comment)
    page.get_by_role("link", name="Modifier mon commentaire").click()
    page.get_by_label("Votre commentaire").fill("Nouveau texte.")
    page.get_by_role("button", name="Envoyer le nouveau texte").click()
    expect(page.get_by_role("heading", name="Votre nouveau texte, qui attend")).to_be_visible()
    reader = visit(ARTICLE)
    expect(reader.locator(".comment__body")).to_have_text("Ancien texte.")
    comment.refresh_from_db()
    comment.publish(by=make_moderator(), revision=comment.proposed_revision)
    reader.reload()
    expect(reader.locator(".comment__body")).to_have_text("Nouveau texte.")
    page.reload()
    expect(page.get_by_text("Ancien texte.")).to_have_count(0)


def test_a_request_for_changes_is_answered_beside_the_feedback(bookmark):
    comment = make_comment(status=Status.CHANGES_REQUESTED)
    page = bookmark(comment)
    page.get_by_role("link", name="Modifier mon commentaire comme demandé").click()
    expect(page.get_by_text("À revoir pour ce test.")).to_be_visible()
    page.get_by_label("Votre commentaire").fill("Comme demandé.")
    page.get_by_role("button", name="Envoyer le nouveau texte").click()
    expect(page.get_by_role("heading", name="votre commentaire attend")).to_be_visible()
    comment.refresh_from_db()
    assert comment.status == Status.PENDING


def test_a_comment_is_withdrawn_and_that_is_undone(bookmark):
    comment = make_comment()
    page = bookmark(comment)
    page.get_by_role("link", name="Retirer mon commentaire").click()
    page.get_by_role("button", name="Le retirer").click()
    expect(page.get_by_role("heading", name="Vous avez retiré votre commentaire")).to_be_visible()
    page.get_by_role("button", name="Annuler le retrait").click()
    expect(page.get_by_role("heading", name="Votre commentaire est publié")).to_be_visible()
    comment.refresh_from_db()
    assert (comment.status, no_cookie(page)) == (Status.PUBLISHED, True)


def test_a_decision_is_contested(bookmark):
    comment = make_comment(status=Status.REJECTED)
    page = bookmark(comment)
    page.get_by_role("link", name="Contester la décision").click()
    expect(page.get_by_text("Refusé pour ce test.")).to_be_visible()
    page.get_by_role("button", name="Contester cette décision").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    page.get_by_label("Pourquoi la décision n’est pas juste").fill("C’est mon expérience.")
    page.get_by_role("button", name="Contester cette décision").click()
    expect(page.get_by_text("Contestée par vous")).to_be_visible()
    expect(page.get_by_role("link", name="Contester la décision")).to_have_count(0)
    assert (Complaint.objects.get().text, no_cookie(page)) == ("C’est mon expérience.", True)


def test_one_s_data_are_read_and_downloaded(bookmark):
    page = bookmark(make_comment(text="Mon texte."))
    page.get_by_role("link", name="Voir et télécharger mes données").click()
    expect(page.get_by_text("Mon texte.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le fichier").click()
    with open(download.value.path(), encoding="utf-8") as file:
        data = json.load(file)
    assert ([each["text"] for each in data["texts"]], no_cookie(page)) == (["Mon texte."], True)


def test_everything_is_erased(bookmark):
    comment = make_comment(name="Ada Unique", text="Mon texte.")
    page = bookmark(comment)
    page.get_by_role("link", name="Tout effacer").click()
    expect(page.get_by_role("heading", name="Ce qui reste")).to_be_visible()
    page.get_by_role("button", name="Tout effacer définitivement").click()
    expect(page.get_by_role("heading", name="Votre commentaire a été effacé")).to_be_visible()
    expect(page.get_by_text("Mon texte.")).to_have_count(0)
    comment.refresh_from_db()
    assert (comment.status, comment.display_name, no_cookie(page)) == (Status.ERASED, "", True)


@pytest.mark.parametrize("link", ["Le voir sous l’article", "Confidentialité", "Règles"])
def test_no_page_that_is_opened_from_there_learns_its_address(bookmark, link):
    page = bookmark(make_comment(article=make_demo_article()))
    page.get_by_role("link", name=link).first.click()
    page.wait_for_url(lambda url: "/suivi/" not in url)
    assert page.evaluate("document.referrer") == ""


# How they look.


def edited() -> Comment:
    comment = make_comment(text="Ancien texte.")
    comment.edit("Nouveau texte.")
    return comment


def contested() -> Comment:
    comment = make_comment(status=Status.REMOVED)
    comment.contest(comment.contestable()[0], "C’est une erreur.")
    return comment


def of(status: str):
    return lambda: make_comment(status=status, text="mot" * 60)


def error_in(page: Page) -> None:
    page.locator("main [type=submit]").first.click()
    page.locator(".error-summary").wait_for()


STATES = {
    **{status: (of(status), "", None) for status in Status.values},
    "new text waits": (edited, "", None),
    "contested": (contested, "", None),
    "change": (of(Status.PENDING), "modifier/", None),
    "change as asked": (of(Status.CHANGES_REQUESTED), "modifier/", None),
    "change, wrong": (of(Status.PENDING), "modifier/", error_in),
    "change, too late": (of(Status.REMOVED), "modifier/", None),
    "withdraw": (of(Status.PUBLISHED), "retirer/", None),
    "undo": (of(Status.WITHDRAWN), "retirer/annuler/", None),
    "contest": (of(Status.REJECTED), "contester/", None),
    "contest, wrong": (of(Status.REJECTED), "contester/", error_in),
    "data": (contested, "donnees/", None),
    "erase": (of(Status.PUBLISHED), "effacer/", None),
}


@pytest.mark.parametrize("state", STATES)
def test_every_page_and_state_is_accessible_and_fits_a_phone(visit, state):
    make, path, then = STATES[state]
    page = visit(private_path(make()) + path)
    if then:
        then(page)
    assert faults(page, narrow=320) == []
