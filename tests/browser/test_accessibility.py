"""axe-core on every page and state that readers meet, in light and dark, at desk and phone width."""

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from articles.models import Page as StaticPage
from tests.browser.conftest import faults
from tests.factories import make_article, make_comment, make_demo_article, make_moderator

ARTICLE = "/articles/naltrexone-et-anxiete/"
FORM = ARTICLE + "commentaires/nouveau/"


@pytest.fixture
def article():
    article = make_demo_article()
    first = make_comment(article=article, name="Scott Walker")
    second = make_comment(parent=first, name="Zoé")
    third = make_comment(parent=second, name="Max")
    make_comment(parent=third, name="Éva")
    removed = make_comment(article=article, name="Parti")
    make_comment(parent=removed, name="Resté")
    removed.remove(by=make_moderator(), revision=removed.latest_revision, reason="Pour ce test.")
    StaticPage.objects.create(slug="regles", title="Règles", body="<h3>Ici</h3><p>On écoute.</p>")
    return article


def home(page: Page) -> None:
    page.goto("/")


def article_list(page: Page) -> None:
    for _number in range(13):
        make_article()
    page.goto("/articles/")


def topic(page: Page) -> None:
    page.goto("/themes/anxiete/")


def article_with_thread_and_form(page: Page) -> None:
    page.goto(ARTICLE)
    page.locator("comment-form").scroll_into_view_if_needed()
    page.locator("#formulaire-commentaire").wait_for()


def article_with_an_answer_begun(page: Page) -> None:
    page.goto(ARTICLE)
    page.get_by_role("link", name="Répondre à Scott Walker").click()
    page.get_by_role("heading", name="Répondre à Scott Walker").wait_for()


def empty_form(page: Page) -> None:
    page.goto(FORM)


def form_with_errors(page: Page) -> None:
    page.goto(FORM)
    page.click("#formulaire-commentaire [type=submit]")
    page.locator(".error-summary").wait_for()


def form_as_answer(page: Page) -> None:
    page.goto(ARTICLE)
    page.goto(page.get_by_role("link", name="Répondre à Scott Walker").get_attribute("href"))


def private_page(page: Page) -> None:
    page.goto(FORM)
    page.fill("[name=name]", "Ada")
    page.fill("[name=body]", "Une question.")
    page.check("[name=consent]")
    page.click("#formulaire-commentaire [type=submit]")
    page.wait_for_url("**/suivi/**")


def own_waiting_comment(page: Page) -> None:
    private_page(page)
    page.goto(ARTICLE)


def withdrawal(page: Page) -> None:
    private_page(page)
    page.get_by_role("link", name="Retirer mon commentaire").click()
    page.wait_for_url("**/retirer/")


def static_page(page: Page) -> None:
    page.goto("/regles/")


def not_found(page: Page) -> None:
    page.goto("/nulle-part/")


STATES = [
    home,
    article_list,
    topic,
    article_with_thread_and_form,
    article_with_an_answer_begun,
    empty_form,
    form_with_errors,
    form_as_answer,
    private_page,
    own_waiting_comment,
    withdrawal,
    static_page,
    not_found,
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_no_violation_and_nothing_is_wider_than_a_small_phone(visit, article, state):
    page = visit()
    state(page)
    assert faults(page, narrow=320) == []


SHIPPED = ["/", ARTICLE, "/regles/", "/confidentialite/", "/accessibilite/", "/mentions-legales/"]


def test_axe_finds_no_violation_on_what_the_portal_ships_with(visit):
    call_command("load_demo", verbosity=0)
    page = visit()
    for path in SHIPPED:
        page.goto(path)
        assert (path, faults(page, narrow=320)) == (path, [])


def test_errors_are_announced_focused_and_lead_to_their_fields(visit, article):
    page = visit(FORM)
    page.click("#formulaire-commentaire [type=submit]")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.locator("[name=name]")).to_be_focused()
    assert page.locator("[aria-invalid=true]").count() == 3


def test_a_question_opens_by_its_own_address(visit, article):
    key = article.faq.all()[2].key
    page = visit(f"{ARTICLE}#faq-{key}")
    assert page.locator("details[open]").evaluate_all("all => all.map(one => one.id)") == [f"faq-{key}"]
