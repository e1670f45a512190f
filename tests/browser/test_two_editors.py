"""Two browsers on one article: both are told, and nothing of what either wrote is lost."""

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article, Cell
from tests.articles.admin_forms import make_comparison
from tests.articles.admin_forms import page as address
from tests.browser.conftest import accessibility_violations, log_in
from tests.factories import PASSWORD, make_article, make_chief_editor, make_editor

pytestmark = pytest.mark.journey


@pytest.fixture
def article():
    chloe = make_chief_editor("chloe", first_name="Chloé")
    article = make_article(title="Le titre", responsible=chloe)
    article.editors.add(make_editor("cleo", first_name="Cléo"))
    make_comparison(article)
    article.record(by=chloe)
    return article


@pytest.fixture
def desk(visit):
    def open_page(username: str, path: str, **kwargs) -> Page:
        page = visit("/admin/login/", **kwargs)
        log_in(page, username, PASSWORD)
        page.goto(path)
        return page

    return open_page


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer et continuer").click()


def looked_at_again(page: Page) -> None:
    """As if its tab had been in the background."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_both_are_told_and_both_texts_are_kept(desk, article):
    chloe = desk("chloe", address(article))
    cleo = desk("cleo", address(article))
    expect(cleo.locator("desk-presence")).to_contain_text("Chloé modifie cet article depuis")
    looked_at_again(chloe)
    expect(chloe.locator("desk-presence")).to_contain_text("Cléo modifie cet article depuis")
    chloe.locator("#id_title").fill("Le titre de Chloé")
    chloe.locator("#id_lede").fill("Le chapeau de Chloé.")
    save(chloe)
    looked_at_again(cleo)
    expect(cleo.locator("desk-presence")).to_contain_text("Un brouillon plus récent a été enregistré")
    cleo.locator("#id_title").fill("Le titre de Cléo")
    save(cleo)
    expect(cleo.locator("h1")).to_have_text("Deux textes enregistrés en même temps")
    expect(cleo.locator(".merge")).to_contain_text("Chloé (version 3")
    assert cleo.locator(".merge__text").all_text_contents() == ["Le titre de Chloé", "Le titre de Cléo"]
    cleo.get_by_role("radio", name="Le texte mis de côté").focus()
    cleo.keyboard.press("Space")
    with cleo.expect_navigation():
        cleo.get_by_role("button", name="Réunir selon ces choix").press("Enter")
    article.refresh_from_db()
    assert (article.title, article.lede) == ("Le titre de Cléo", "Le chapeau de Chloé.")
    assert list(article.versions.order_by("n").values_list("n", "title", "kind"))[2:] == [
        (3, "Le titre de Chloé", "saved"),
        (4, "Le titre de Cléo", "set_aside"),
        (5, "Le titre de Cléo", "merged"),
    ]


def test_two_cells_filled_at_once_in_one_table_are_both_kept(desk, article):
    comparison = article.comparisons.get()
    chloe, cleo = (desk(name, address(comparison)) for name in ("chloe", "cleo"))
    for page, cell, text in ((chloe, "ldn-effet", "Chez certains"), (cleo, "isrs-delai", "Des semaines")):
        expect(page.locator(".grid-progress")).to_have_text("À compléter : 4 sur 4")
        page.locator(f"#cell-{cell}").focus()
        page.keyboard.type(text)
        page.keyboard.press("Escape")
        save(page)
    expect(cleo.locator(".messagelist")).to_contain_text("les deux textes sont réunis")
    found = Cell.objects.exclude(detail="").values_list("treatment__key", "criterion__key", "detail")
    assert sorted(found) == [("isrs", "delai", "Des semaines"), ("ldn", "effet", "Chez certains")]


def test_one_cell_filled_twice_is_chosen(desk, article):
    comparison = article.comparisons.get()
    chloe, cleo = (desk(name, address(comparison)) for name in ("chloe", "cleo"))
    for page, text in ((chloe, "Chez certains"), (cleo, "Chez beaucoup")):
        expect(page.locator(".grid-progress")).to_have_text("À compléter : 4 sur 4")
        page.locator("#cell-ldn-effet").focus()
        page.keyboard.type(text)
        page.keyboard.press("Escape")
        save(page)
    expect(cleo.locator(".merge")).to_contain_text("Chez certains")
    expect(cleo.locator(".merge")).to_contain_text("Chez beaucoup")
    assert Article.objects.get().versions.filter(kind="set_aside").count() == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_violation_where_two_texts_are_chosen_from(desk, article, dark, width):
    base = article.draft.n
    data = {**article.draft.data, "article": {**article.draft.data["article"], "title": "Le titre de Cléo"}}
    Article.objects.filter(pk=article.pk).update(title="Le titre de Chloé")
    article.record(by=None)
    aside = article.set_aside(data, by=make_editor("cleo"))
    path = f"/admin/articles/article/{article.pk}/merge/{aside.n}/?base={base}"
    page = desk("chloe", path, dark=dark, width=width)
    expect(page.locator(".merge__text")).to_have_count(2)
    assert accessibility_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
