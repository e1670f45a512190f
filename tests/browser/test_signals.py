"""Personal data before sending and help in distress, as readers meet them; what a moderator sees of it."""

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment
from tests.browser.conftest import accessibility_violations, faults, log_in
from tests.factories import PASSWORD, make_comment, make_demo_article, make_moderator

ARTICLE = "/articles/naltrexone-et-anxiete/"
FORM = ARTICLE + "commentaires/nouveau/"
PERSONAL = "Je cherche à en parler. Appelez-moi au 06 12 34 56 78, le soir."
MASKED = "Je cherche à en parler. Appelez-moi au [donnée personnelle masquée], le soir."
DISTRESS = "Depuis un mois je ne dors plus. Je n’ai plus envie de vivre."

DRAFTS_LEFT = "customElements.whenDefined('sent-draft').then(() => sessionStorage.length)"

both_ways = pytest.mark.parametrize(
    "javascript", [True, False], ids=["with JavaScript", "without JavaScript"]
)


@pytest.fixture(autouse=True)
def article():
    return make_demo_article()


def write(page: Page, text: str) -> None:
    page.fill("#formulaire-commentaire [name=name]", "Ada")
    page.fill("#formulaire-commentaire [name=body]", text)
    page.check("#formulaire-commentaire [name=consent]")
    page.get_by_role("button", name="Envoyer le commentaire").click()


def open_form(visit, javascript: bool, **kwargs) -> Page:
    """As one comes to it: under the article with JavaScript, on its own page without."""
    if not javascript:
        return visit(FORM, javascript=False, **kwargs)
    page = visit(ARTICLE, **kwargs)
    page.locator("comment-form").scroll_into_view_if_needed()
    page.locator("#formulaire-commentaire").wait_for()
    return page


@both_ways
def test_personal_data_is_masked_for_its_author_who_then_sends_the_comment(visit, javascript):
    page = open_form(visit, javascript)
    write(page, PERSONAL)
    expect(page.locator("mark")).to_have_text("06 12 34 56 78")
    expect(page.locator("[name=body]")).to_have_value(PERSONAL)
    if javascript:
        expect(page.get_by_role("alert")).to_be_focused()

    page.get_by_role("button", name="Masquer pour moi").click()
    expect(page.locator("[name=body]")).to_have_value(MASKED)
    expect(page.locator("[name=consent]")).to_be_checked()
    assert Comment.objects.count() == 0

    page.get_by_role("button", name="Envoyer le commentaire").click()
    expect(page.get_by_text("attend d’être lu")).to_be_visible()
    expect(page.locator("blockquote")).to_contain_text(MASKED)
    if javascript:
        assert page.evaluate(DRAFTS_LEFT) == 0


@both_ways
def test_personal_data_is_published_as_it_stands_when_its_author_wants_that(visit, javascript):
    page = open_form(visit, javascript)
    write(page, PERSONAL)
    page.get_by_role("button", name="Publier tel quel").click()
    expect(page.get_by_text("attend d’être lu")).to_be_visible()
    assert Comment.objects.get().latest_revision.text == PERSONAL
    if javascript:
        assert page.evaluate(DRAFTS_LEFT) == 0


def test_the_whole_way_is_walked_with_the_keyboard_alone(visit):
    page = open_form(visit, True)
    write(page, PERSONAL)
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Masquer pour moi")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[name=body]")).to_have_value(MASKED)


@both_ways
def test_who_writes_in_distress_finds_numbers_to_call_on_the_private_page(visit, javascript):
    page = open_form(visit, javascript)
    write(page, DISTRESS)
    expect(page.get_by_text("attend d’être lu")).to_be_visible()
    panel = page.get_by_role("region", name="Parler peut aider")
    expect(panel).to_be_visible()
    assert [link.get_attribute("href") for link in panel.get_by_role("link").all()] == [
        "tel:3114",
        "tel:15",
        "tel:112",
        "sms:114",
    ]


@both_ways
def test_the_numbers_stand_above_the_form_when_it_comes_back(visit, javascript):
    page = open_form(visit, javascript)
    write(page, f"{DISTRESS} Mon numéro : 06 12 34 56 78.")
    expect(page.get_by_role("region", name="Parler peut aider")).to_be_visible()
    page.get_by_role("button", name="Masquer pour moi").click()
    expect(page.locator("[name=body]")).to_have_value(
        f"{DISTRESS} Mon numéro : [donnée personnelle masquée]."
    )
    expect(page.get_by_role("region", name="Parler peut aider")).to_be_visible()


def test_a_moderator_finds_it_on_top_of_the_queue_and_the_words_marked(visit, article):
    make_comment(article=article, text="Une question.", status="pending")
    make_comment(article=article, text=DISTRESS, status="pending")
    make_moderator("ben")
    page = visit("/admin/login/")
    log_in(page, "ben", PASSWORD)
    page.goto("/admin/comments/comment/")
    expect(page.locator(".comment-text").first).to_contain_text(DISTRESS)
    page.locator(".comment-open").first.click()
    expect(page.locator(".comment-main mark")).to_have_text("Je n’ai plus envie de vivre")
    expect(page.locator(".desk-signals")).to_contain_text("mots de détresse")
    assert accessibility_violations(page) == []


def test_the_warning_and_the_panel_are_accessible(visit):
    page = open_form(visit, True)
    write(page, f"{DISTRESS} Mon numéro : 06 12 34 56 78.")
    page.locator("mark").wait_for()
    warned = faults(page)
    page.get_by_role("button", name="Publier tel quel").click()
    page.get_by_text("attend d’être lu").wait_for()
    assert (warned, faults(page)) == ([], [])
