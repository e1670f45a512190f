"""The pages around an article's form, and what readers see of them: axe-core, keyboard, phone, without JavaScript."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article, Publication
from tests.articles.admin_forms import page as address
from tests.browser.conftest import faults, log_in
from tests.factories import PASSWORD, make_article, make_chief_editor, make_comment, make_topic

LIST = "/admin/articles/article/"
REASON = "Une étude de 2026 dit le contraire. Lisez plutôt l’article sur les antidépresseurs."


@pytest.fixture
def chief():
    return make_chief_editor("chloe", first_name="Chloé", last_name="Chef")


@pytest.fixture
def article(chief):
    """Published, changed since, with a scheduled update, a note and some activity."""
    article = make_article(title="Naltrexone et anxiété", slug="naltrexone", responsible=chief)
    change(article, title="Naltrexone et anxiété : ce que l’on sait")
    article.schedule(at=datetime(2099, 7, 14, 8, 30, tzinfo=UTC), by=chief, note="Deux études en plus.")
    article.notes.create(author=chief, text="Relire le tableau avant la fin du mois.\n\nEt la bibliographie.")
    return article


def change(article: Article, **fields) -> None:
    Article.objects.filter(pk=article.pk).update(**fields)
    article.refresh_from_db()
    article.record(by=article.responsible)


def publication_with_findings(page: Page, article: Article) -> None:
    change(article, lede="")
    page.goto(address(article, "publish"))
    page.locator("#findings").wait_for()


def publication_with_something_scheduled(page: Page, article: Article) -> None:
    page.goto(address(article, "publish"))
    page.locator("#scheduled").wait_for()


def publication_with_errors(page: Page, article: Article) -> None:
    page.goto(address(article, "publish"))
    page.get_by_label("au moment indiqué").check()
    page.get_by_role("button", name="Confirmer la publication").click()
    page.locator(".errornote").wait_for()


def first_publication(page: Page, article: Article) -> None:
    page.goto(address(make_article(publish=False), "publish"))


def publication_overtaken(page: Page, article: Article) -> None:
    page.goto(address(article, "publish"))
    change(article, title="Encore un autre titre")
    page.get_by_role("button", name="Confirmer la publication").click()
    page.locator("#overtaken").wait_for()


def availability(page: Page, article: Article) -> None:
    page.goto(address(article, "availability"))


def availability_with_errors(page: Page, article: Article) -> None:
    page.goto(address(article, "availability"))
    page.get_by_label("Retirer : la page reste").check()
    page.locator("form", has_text="Si vous retirez").get_by_role("button").click()
    page.locator(".errornote").wait_for()


def availability_of_a_withdrawn_one(page: Page, article: Article) -> None:
    article.withdraw(by=article.responsible, reason=REASON)
    page.goto(address(article, "availability"))


def list_of_articles(page: Page, article: Article) -> None:
    make_article(title="Un brouillon", publish=False, topic=make_topic("sommeil"))
    make_article(title="Retiré").withdraw(by=article.responsible, reason=REASON)
    page.goto(LIST)


def notes(page: Page, article: Article) -> None:
    page.goto(address(article, "notes"))


def note_refused(page: Page, article: Article) -> None:
    page.goto(address(article, "notes"))
    page.get_by_role("button", name="Enregistrer la note").click()
    page.locator(".errorlist").wait_for()


def activity(page: Page, article: Article) -> None:
    page.goto(address(article, "notes"))
    page.get_by_label("Nouvelle note").fill("Une remarque.")
    page.get_by_role("button", name="Enregistrer la note").click()
    page.get_by_text("La note est enregistrée").wait_for()
    page.goto(address(article, "history"))


STATES = [
    publication_with_findings,
    publication_with_something_scheduled,
    publication_with_errors,
    first_publication,
    publication_overtaken,
    availability,
    availability_with_errors,
    availability_of_a_withdrawn_one,
    list_of_articles,
    notes,
    note_refused,
    activity,
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_no_violation_and_nothing_runs_off_a_phone(visit, article, state):
    page = visit("/admin/login/")
    log_in(page, "chloe", PASSWORD)
    state(page, article)
    assert faults(page) == []


def test_what_readers_get_is_accessible_too(visit, chief):
    article = make_article(title="Le vieux", slug="vieux")
    for number in range(12):
        article.publish(by=None, note=f"Changement {number}.")
    make_comment(article=article)
    article.withdraw(by=chief, reason=REASON)
    make_article(slug="parti").unpublish(by=None)
    page = visit("/articles/vieux/")
    page.get_by_text("changements plus anciens").click()
    withdrawn = faults(page)
    page.goto("/articles/parti/")
    assert (withdrawn, faults(page)) == ([], [])


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_update_is_scheduled_moved_cancelled_and_published(visit, chief, javascript):
    article = make_article(title="Avant", slug="article", responsible=chief)
    change(article, title="Après")
    page = visit("/admin/login/", javascript=javascript)
    log_in(page, "chloe", PASSWORD)

    page.goto(address(article, "publish"))
    page.get_by_label("au moment indiqué").check()
    page.get_by_label("Jour et heure", exact=True).fill("2099-07-14T10:30")
    page.get_by_label("Ce qui a changé, pour les lecteurs").fill("Une étude en plus.")
    page.get_by_role("button", name="Confirmer la publication").click()
    expect(page.get_by_text("sera publiée le 14 juillet 2099 10:30")).to_be_visible()

    page.goto(address(article, "publish"))
    page.get_by_label("Nouveau jour").fill("2099-07-15T10:30")
    page.get_by_role("button", name="La déplacer").click()
    expect(page.get_by_text("Publication déplacée")).to_be_visible()
    page.get_by_role("button", name="Annuler la publication programmée").click()
    expect(page.get_by_text("est annulée")).to_be_visible()

    page.get_by_label("Ce qui a changé, pour les lecteurs").fill("Une étude en plus.")
    page.get_by_role("button", name="Confirmer la publication").click()
    page.get_by_role("link", name="Voir sur le site").first.click()
    expect(page.get_by_role("heading", name="Après")).to_be_visible()
    expect(page.locator(".changes")).to_contain_text("Une étude en plus.")


def test_the_line_for_readers_is_shown_while_it_is_written(visit, article):
    page = visit("/admin/login/")
    log_in(page, "chloe", PASSWORD)
    page.goto(address(article, "publish"))
    preview = page.locator("change-preview")
    expect(preview).to_contain_text("Le texte a été revu.")
    page.get_by_label("Ce qui a changé, pour les lecteurs").fill("Deux études en plus.")
    expect(preview).to_contain_text("Deux études en plus.")
    page.get_by_label("Mineur : une coquille").check()
    expect(preview).to_contain_text("un changement mineur n’est pas annoncé")
    expect(preview.get_by_text("Deux études")).to_be_hidden()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_article_is_withdrawn_and_put_back_by_keyboard_alone(visit, article, javascript):
    page = visit("/admin/login/", javascript=javascript)
    log_in(page, "chloe", PASSWORD)
    page.goto(address(article, "availability"))
    page.get_by_label("Retirer : la page reste").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Dépassé.")
    page.get_by_label("Oui, retirer").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Article retiré")).to_be_visible()
    page.get_by_role("button", name="Remettre en ligne").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Article remis en ligne")).to_be_visible()
    assert list(article.publications.order_by("pk").values_list("state", flat=True)) == [
        Publication.State.DONE,
        Publication.State.CANCELLED,
    ]
