"""An author's page on the desk, and what a restricted author reads, in a real browser."""

import pytest

from comments.models import ModeratorNote, Restriction, Status
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
