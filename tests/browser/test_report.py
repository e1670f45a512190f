"""The report in a real browser: with the keyboard, in the dark, on a phone."""

import pytest

from articles.models import Link
from tests.articles.test_links import site
from tests.browser.conftest import faults, log_in
from tests.factories import PASSWORD, make_article, make_chief_editor

__all__ = ["site"]

REPORT = "/admin/articles/article/report/"


@pytest.fixture
def report(visit, site):
    """Opens the report as a chief editor, with findings and links of every kind in it."""
    make_chief_editor()
    article = make_article(publish=False, title="Une plante et ses promesses", lede="")
    article.sections.update(
        body='<p>C’est un remède miracle.</p><p>Il agit en 8 jours.</p><p>Voir <a href="/articles/absent/">ici</a>, '
        f'<a href="{site.home}/404">l’étude de Lyon</a> et <a href="{site.home}/200">la notice</a>.</p>'
    )
    article.record(by=None)
    Link.objects.collect()
    for link in Link.objects.all():
        link.note(Link.Status.BROKEN, http_status=404, error="La page n’existe plus (404).")

    def open_report(**kwargs):
        page = visit("/admin/login/", **kwargs)
        log_in(page, "chloe", PASSWORD)
        page.goto(REPORT)
        return page

    return open_report


def test_the_report_is_accessible_and_fits(report):
    # axe puts a style sheet of its own into this page; the tests below keep watch over the policy.
    page = report(bypass_csp=True)
    page.locator("details summary").first.click()
    assert faults(page) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_findings_are_narrowed_down_and_lead_to_their_field(report, javascript):
    page = report(javascript=javascript)
    page.get_by_label("Importance").select_option(label="empêche la publication")
    page.get_by_role("button", name="Afficher").click()
    page.wait_for_url("**level=blocks**")
    found = page.locator("#findings .report-list > li")
    assert found.count() == 3
    page.get_by_role("link", name="Corriger (Une plante et ses promesses : chapeau manquant)").click()
    page.wait_for_url("**/change/#id_lede")
    assert page.locator("#id_lede").is_visible()


def test_a_link_is_looked_at_again_by_keyboard(report, site):
    page = report()
    page.get_by_role("button", name=f"Vérifier de nouveau : {site.home}/200").press("Enter")
    page.locator(".messagelist").wait_for()
    assert (page.locator("#links .report-list > li").count(), Link.objects.get(status="ok").url) == (
        1,
        f"{site.home}/200",
    )


def test_a_link_is_let_be_with_its_reason(report, site):
    page = report(javascript=False)
    entry = page.locator("#links .report-list > li").filter(has_text="l’étude de Lyon")
    entry.locator("summary").click()
    entry.get_by_role("button", name="Laisser tel quel").click()
    entry.locator(".errorlist").wait_for()
    entry.get_by_label("Pourquoi ce lien peut rester tel quel").fill("Réservé aux abonnés.")
    entry.get_by_role("button", name="Laisser tel quel").click()
    page.locator(".messagelist").wait_for()
    assert Link.objects.get(ignored_because="Réservé aux abonnés.").url == f"{site.home}/404"
