"""Versions and what differs between them, in a real browser: light and dark, on a phone, without JavaScript."""

import pytest

from articles.models import Article
from tests.browser.conftest import faults, log_in
from tests.factories import PASSWORD, make_chief_editor, make_demo_article


@pytest.fixture
def article():
    """The demonstration with a draft in which something of every kind was changed."""
    chief = make_chief_editor()
    article = make_demo_article()
    first, second, *_rest = article.sections.all()
    first.body = (
        first.body.replace("empêche d’autres substances", "bloque d’autres substances")
        .replace("<strong>antagoniste", '<a href="/articles/">antagoniste')
        .replace("opioïdes</strong>", "opioïdes</a>")
    )
    first.save()
    second.delete()
    article.faq.update(question="Une autre question ?")
    article.sources.create(key="nouvelle", title="Une étude de plus", position=99)
    cell = article.comparisons.first().treatments.first().cells.first()
    cell.detail = "en quelques jours"
    cell.save()
    figure = Article.objects.get(pk=article.pk).sections.filter(figures__isnull=False).first().figures.first()
    figure.alt = "Une autre description de l’image"
    figure.save()
    article.record(by=chief, note="Relu avec l’équipe, avant la réunion de mars")
    return Article.objects.get(pk=article.pk)


@pytest.fixture
def desk(visit, article):
    def open_page(path: str, **kwargs):
        page = visit("/admin/login/", **kwargs)
        log_in(page, "chloe", PASSWORD)
        page.goto(f"/admin/articles/article/{article.pk}/{path}")
        return page

    return open_page


PAGES = ["versions/", "versions/compare/?from=1&to=2", "versions/compare/?from=1&to=x", "versions/1/restore/"]


def test_the_pages_are_accessible_and_fit(desk, article):
    # axe puts a style sheet of its own into this page; the test below keeps watch over the policy.
    page = desk(PAGES[0], bypass_csp=True)
    for path in [*PAGES, "versions/2/"]:
        page.goto(f"/admin/articles/article/{article.pk}/{path}")
        assert (path, faults(page)) == (path, [])


@pytest.mark.parametrize("javascript", [True, False])
def test_two_versions_are_chosen_compared_and_one_restored(desk, article, javascript):
    page = desk("versions/", javascript=javascript)
    page.get_by_role("button", name="Comparer les deux").click()
    page.wait_for_url("**to=2&from=1")
    page.locator("ins", has_text="bloque").wait_for()
    page.get_by_role("link", name="Versions", exact=True).first.click()
    page.wait_for_url("**/versions/")
    page.get_by_role("link", name="Restaurer… version 1").click()
    page.wait_for_url("**/versions/1/restore/")
    page.get_by_role("button", name="Restaurer la version 1").click()
    page.wait_for_url("**/versions/")
    page.get_by_text("Aucune modification en attente de publication.").wait_for()
    assert Article.objects.get(pk=article.pk).draft.restored_from.n == 1
