"""The admin's first page and the review page in a browser: axe-core, light and dark, on a phone, by keyboard."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now
from playwright.sync_api import expect

from articles.models import Review
from comments.models import Status
from tests.articles.test_reviews import make_review, publish, rewrite
from tests.browser.conftest import faults, log_in
from tests.factories import PASSWORD, make_article, make_comment, make_person, make_reviewer, make_superuser


@pytest.fixture
def article():
    """Overdue, changed since its review, and with a draft."""
    article = make_article(title="Naltrexone et anxiété", review_every_months=6)
    today = localdate()
    make_reviewer()
    make_review(article, on=today - timedelta(days=400), due=today - timedelta(days=35))
    publish(article, "Un paragraphe qui dit autre chose.")
    rewrite(article, "Un paragraphe qui dit encore autre chose.")
    return article


@pytest.fixture
def work(article):
    """Something of everything that the first page counts, for the administrator."""
    make_superuser()
    soon = make_article(title="Un article dont la relecture approche et dont le titre est plutôt long")
    make_review(soon, on=localdate() - timedelta(days=100), due=localdate() + timedelta(days=12))
    soon.schedule(by=None, at=now() + timedelta(days=2))
    make_review(
        soon,
        on=localdate(),
        person=make_person("felix"),
        outcome=Review.Outcome.CHANGES_WANTED,
        note="La dose du tableau est fausse.",
    )
    soon.sources.create(key="s1", title="À vérifier")
    make_comment(article=soon, status=Status.PENDING)


def test_the_first_page_is_accessible_and_fits(visit, work):
    page = visit("/admin/login/")
    log_in(page, "root", PASSWORD)
    page.goto("/admin/")
    expect(page.locator("#desk-comments")).to_be_visible()
    assert faults(page) == []


def test_a_first_page_without_work_is_accessible(visit, db):
    make_superuser()
    page = visit("/admin/login/")
    log_in(page, "root", PASSWORD)
    page.goto("/admin/")
    expect(page.get_by_text("Aucune relecture en retard.")).to_be_visible()
    assert faults(page) == []


def test_the_review_page_is_accessible_and_fits(visit, article):
    page = visit("/admin/login/")
    log_in(page, "dora", PASSWORD)
    page.goto(f"/admin/articles/article/{article.pk}/review/")
    empty = faults(page)
    page.get_by_role("button", name="Signer").click()
    expect(page.locator(".errorlist")).to_have_count(1)
    assert (empty, faults(page)) == ([], [])


@pytest.mark.parametrize("javascript", [True, False])
def test_from_overdue_to_signed_by_keyboard_alone(visit, article, javascript):
    changed = "modifié depuis la dernière relecture"
    # Each in a browser of their own: the reader's comment form brings a CSRF cookie of its own, at any moment.
    reader = visit(article.get_absolute_url(), javascript=javascript)
    expect(reader.get_by_text(changed)).to_have_count(1)
    page = visit("/admin/login/", javascript=javascript)
    log_in(page, "dora", PASSWORD)
    page.goto("/admin/")
    page.locator("#desk-reviews").get_by_role("link", name="Naltrexone et anxiété").press("Enter")
    page.wait_for_url("**/review/")
    expect(page.get_by_role("heading", name="Le texte publié, version 2")).to_be_visible()
    page.get_by_label("approuvé").press("Space")
    page.get_by_role("button", name="Signer").press("Enter")
    page.wait_for_url("**/change/")
    expect(page.locator(".messagelist .success")).to_contain_text("Signé")
    reader.reload()
    expect(reader.get_by_text(changed)).to_have_count(0)
    page.goto("/admin/")
    expect(page.locator("#desk-reviews .is-urgent")).to_have_count(0)
