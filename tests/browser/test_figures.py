"""The public figures, the reasons and the statements in a browser: axe-core, light and dark, on a phone."""

import json

import pytest

from comments.models import Reason, Status
from tests.browser.conftest import accessibility_violations, log_in
from tests.comments.histories import BEGINNING, Clock, History
from tests.factories import PASSWORD, make_comment, make_reason, make_superuser


@pytest.fixture
def history(monkeypatch):
    clock = Clock(monkeypatch, BEGINNING)
    History(3, clock).go_on(120)
    return clock


def seen(page, path: str) -> list:
    """What axe-core finds on it, and how wide it is, on a phone of 320 pixels and at a desk."""
    found = []
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        found += [
            *accessibility_violations(page),
            page.evaluate("document.documentElement.scrollWidth") - width,
        ]
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_figures_are_accessible_and_fit_a_phone(visit, history, dark):
    page = visit("/transparence/2026/", dark=dark)
    assert page.locator("table").count() == 6
    assert seen(page, "/transparence/2026/") == [0, 0]


def test_the_reasons_are_edited_and_chosen_and_the_statements_come_as_a_file(visit, db):
    make_superuser()
    make_reason("Hors sujet", letter="Votre commentaire ne parle pas de l’article.\nParlez-en.")
    comment = make_comment(status=Status.PENDING)
    page = visit("/admin/login/", dark=True)
    log_in(page, "root", PASSWORD)
    reason = Reason.objects.get()
    for path in (f"reason/{reason.pk}/change/", "reason/statements/", f"comment/{comment.pk}/change/"):
        assert seen(page, f"/admin/comments/{path}") == [0, 0]
    page.get_by_role("radio", name="Hors sujet").check()
    page.get_by_role("button", name="Refuser", exact=True).click()
    page.goto("/admin/comments/reason/statements/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger").click()
    (found,) = json.loads(download.value.path().read_text())["statements"]
    assert found["incompatible_content_ground"] == reason.clause
