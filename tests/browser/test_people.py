"""An author's page on the desk, and what a colleague confirms, in a real browser."""

import pytest

from comments.models import Confirmation, ModeratorNote, Restriction, Status
from tests.browser.conftest import faults, log_in
from tests.comments.mailing import make_reachable
from tests.factories import PASSWORD, make_comment, make_moderator

LONG = "unmottrèslong" * 12


@pytest.fixture
def comment(settings):
    settings.TRUST_AFTER = 2
    ben = make_moderator("ben", first_name="Ben")
    comment = make_reachable(text=f"Je dors mieux. {LONG}")
    make_reachable(status=Status.PENDING, text="Je veux mourir.", parent=make_comment())
    ModeratorNote.objects.create(comment=comment, author=ben, text=f"Écrit souvent le soir. {LONG}")
    Restriction.objects.impose(comment, by=ben, days=3, reason=f"Un ton blessant. {LONG}", kind="read_first")
    return comment


def test_an_author_s_page_is_accessible_and_fits(visit, comment):
    page = visit("/admin/login/")
    log_in(page, "ben", PASSWORD)
    for path in (
        f"/admin/comments/contributor/{comment.contributor_id}/change/",
        f"/admin/comments/comment/{comment.pk}/change/",
    ):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        assert faults(page) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_moderator_goes_from_a_comment_to_its_author_notes_something_and_lifts_a_restriction(
    visit, comment, javascript
):
    page = visit("/admin/login/", javascript=javascript)
    log_in(page, "ben", PASSWORD)
    page.goto(f"/admin/comments/comment/{comment.pk}/change/")
    page.get_by_role("link", name="son auteur").click()
    page.get_by_label("Nouvelle note").fill("À relire avec douceur.")
    page.get_by_role("button", name="Enregistrer la note").press("Enter")
    page.get_by_text("À relire avec douceur.").wait_for()
    page.get_by_role("button", name="Lever").press("Enter")
    page.get_by_role("button", name="Lever").wait_for(state="detached")
    assert (Restriction.objects.in_force().count(), comment.contributor.notes.get().text) == (
        0,
        "À relire avec douceur.",
    )


@pytest.mark.parametrize("javascript", [True, False])
def test_a_colleague_confirms_a_removal(visit, settings, javascript):
    settings.SECOND_PAIR_OF_EYES = True
    make_moderator("bea", first_name="Béa")
    removed = make_comment(text=f"Un ton blessant. {LONG}")
    ben = make_moderator("ben", first_name="Ben")
    removed.remove(by=ben, revision=removed.public_revision, reason=f"Une injure. {LONG}")
    page = visit("/admin/login/", javascript=javascript)
    log_in(page, "bea", PASSWORD)
    page.goto("/admin/comments/comment/?state=to_confirm")
    page.get_by_role("link", name=f"Ouvrir le commentaire {removed.pk}").click()
    if javascript:
        assert faults(page) == []
    page.get_by_role("button", name="Confirmer").press("Enter")
    page.get_by_text("Plus rien n’attend votre confirmation").wait_for()
    assert Confirmation.objects.get().outcome == Confirmation.Outcome.CONFIRMED
