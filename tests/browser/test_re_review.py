"""The second look and the statistics in a browser: axe-core, light and dark, on a phone, by keyboard, without scripts."""

import pytest
from playwright.sync_api import expect

from comments.models import ReReview, Status
from tests.browser.conftest import faults, log_in
from tests.factories import PASSWORD, make_article, make_comment, make_moderator


@pytest.fixture
def texts(settings):
    """Eleven of them, ten looked at already; the last answers somebody."""
    settings.RE_REVIEW_PERCENT = 100
    bea, article = make_moderator("bea"), make_article(title="Naltrexone et anxiété")
    parent = make_comment(article=article, text="Qui a essayé ?", name="Zoé")
    for _number in range(9):
        make_comment(article=article, status=Status.REJECTED)
    for item in ReReview.objects.all():
        item.give("refuse", by=bea)
    make_comment(parent=parent, text="Moi, depuis trois mois.")


def test_a_second_look_by_keyboard_alone_on_pages_that_are_accessible_and_fit(visit, texts):
    page = visit("/admin/login/")
    log_in(page, "bea", PASSWORD)
    for path in ("/admin/comments/rereview/", "/admin/comments/rereview/statistiques/"):
        page.goto(path)
        assert (path, faults(page)) == (path, [])
    expect(page.get_by_role("table", name="Première décision et second regard")).to_be_visible()
    page.get_by_role("link", name="Second regard").press("Enter")
    page.wait_for_url("**/rereview/")
    expect(page.get_by_text("Qui a essayé ?")).to_be_visible()
    page.get_by_role("button", name="Je le publierais").press("Enter")
    expect(page.get_by_text("Vous et la première décision êtes d’accord.")).to_be_visible()
    expect(page.get_by_text("Rien n’attend votre second regard.")).to_be_visible()
