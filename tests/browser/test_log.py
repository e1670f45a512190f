"""The log of decisions and a comment's journal in a real browser."""

import pytest

from comments import journal
from tests.browser.conftest import accessibility_violations, log_in
from tests.factories import PASSWORD, make_administrator, make_comment, make_moderator, make_notice

LOG = "/admin/comments/decision/"


@pytest.fixture
def comment():
    ben = make_moderator("ben", first_name="Ben")
    comment = make_comment(text="Appelez-moi au 06 12 34 56 78 : " + "unmottrèslong" * 12)
    make_notice(comment)
    decision = comment.remove(
        by=ben, revision=comment.latest_revision, reason="Un numéro.", clause="Règle 3", facts="«06 12…»"
    )
    comment.contest(decision, "Il est à moi.")
    comment.restore(by=ben, revision=comment.latest_revision)
    make_administrator()
    return comment


def test_the_log_and_a_journal_are_accessible_and_fit(visit, comment):
    page = visit("/admin/login/")
    log_in(page, "alma", PASSWORD)
    for path in (
        f"{LOG}?since=2026-01-01&role__exact=moderator",
        f"/admin/comments/comment/{comment.pk}/journal/",
    ):
        for scheme, width in (("light", 360), ("light", 1280), ("dark", 360), ("dark", 1280)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            # Anew: in a page that is there, the admin's colours change by and by.
            page.goto(path)
            assert accessibility_violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("javascript", [True, False])
def test_a_period_is_chosen_taken_away_and_read_in_full(visit, comment, javascript):
    page = visit("/admin/login/", javascript=javascript)
    log_in(page, "alma", PASSWORD)
    page.goto(f"{LOG}?role__exact=moderator")
    page.get_by_label("Du", exact=True).fill("2026-01-01")
    page.get_by_role("button", name="Afficher").press("Enter")
    page.wait_for_url("**since=2026-01-01**")
    assert page.locator("#result_list tbody tr").count() == 3
    with page.expect_download() as download:
        page.get_by_role("link", name="Exporter en CSV").click()
    assert len(download.value.path().read_text(encoding="utf-8-sig").splitlines()) == 1 + 3
    page.get_by_role("link", name=f"Journal du commentaire {comment.pk}").first.click()
    page.wait_for_url("**/journal/")
    assert page.locator(".desk-log > li").count() == len(journal.of(comment))
