"""The main job, as people do it: read, comment, see it waiting, approve it, see it published; answer and cancel."""

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment, Status
from tests.browser.conftest import log_in_by_form, wait_until
from tests.factories import PASSWORD, make_comment, make_demo_article, make_moderator

pytestmark = pytest.mark.journey

ARTICLE = "/articles/naltrexone-et-anxiete/"
TEXT = "Combien de temps avant de dormir mieux ?"


@pytest.fixture
def article():
    article = make_demo_article()
    make_comment(article=article, name="Scott Walker", text="Merci, c’est clair.")
    return article


def write(page: Page, *, name: str, text: str) -> None:
    page.fill("#formulaire-commentaire [name=name]", name)
    page.fill("#formulaire-commentaire [name=body]", text)
    page.check("#formulaire-commentaire [name=consent]")
    page.click("#formulaire-commentaire [type=submit]")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_comment_goes_from_its_reader_through_a_moderator_to_everybody(visit, article, javascript):
    make_moderator("ben")
    reader = visit(ARTICLE, javascript=javascript)
    expect(reader.get_by_role("heading", name="1 commentaire", exact=True)).to_be_visible()
    if javascript:
        reader.locator("comment-form").scroll_into_view_if_needed()
    else:
        reader.get_by_role("link", name="Écrire un commentaire").click()
    write(reader, name="Ada", text=TEXT)

    expect(reader.get_by_text("attend d’être lu")).to_be_visible()
    private = reader.url

    # In this browser it stands in its place, and in no other.
    reader.goto(ARTICLE)
    own = reader.get_by_role("article", name="Ada")
    expect(own).to_contain_text(TEXT)
    expect(own).to_contain_text("vous seul")
    other = visit(ARTICLE, javascript=javascript)
    expect(other.get_by_text(TEXT)).to_have_count(0)

    moderator = visit("/admin/login/", javascript=javascript)
    log_in_by_form(moderator, "ben", PASSWORD)
    moderator.goto("/admin/comments/comment/")
    moderator.get_by_text(TEXT).wait_for()
    moderator.locator("[name=_selected_action]").first.check()
    moderator.select_option("[name=action]", label="Publier les commentaires sélectionnés")
    moderator.locator("button[name=index]").first.click()
    expect(moderator.get_by_text("1 commentaire publié.")).to_be_visible()

    other.reload()
    expect(other.get_by_role("heading", name="2 commentaires", exact=True)).to_be_visible()
    expect(other.get_by_role("article", name="Ada")).to_contain_text(TEXT)
    reader.goto(private)
    reader.get_by_role("link", name="Le voir sous l’article").click()
    expect(reader.locator(":target")).to_contain_text(TEXT)
    assert Comment.objects.get(display_name="Ada").status == Status.PUBLISHED


def test_an_answer_opens_in_place_and_is_cancelled_by_button_and_escape(visit, article):
    page = visit(ARTICLE)
    link = page.get_by_role("link", name="Répondre à Scott Walker")
    link.click()
    expect(page.get_by_role("heading", name="Répondre à Scott Walker")).to_be_visible()
    expect(page.locator("#formulaire-commentaire")).to_have_count(1)
    expect(page.locator("[name=name]")).to_be_focused()
    page.fill("[name=body]", "À moitié écrit")

    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    expect(page.get_by_role("heading", name="Répondre à Scott Walker")).to_have_count(0)
    expect(page.locator(".thread [role=status]")).to_contain_text("brouillon")

    link.press("Enter")
    expect(page.locator("[name=body]")).to_have_value("À moitié écrit")
    page.get_by_role("link", name="Annuler la réponse").click()
    expect(link).to_be_focused()
    assert page.url.endswith(ARTICLE)


def test_escape_outside_the_form_leaves_it_open(visit, article):
    page = visit(ARTICLE)
    page.get_by_role("link", name="Répondre à Scott Walker").click()
    page.locator("[name=body]").fill("Je réfléchis")
    page.get_by_role("link", name="Aller au contenu").focus()
    page.keyboard.press("Escape")
    expect(page.locator("[name=body]")).to_have_value("Je réfléchis")


def test_changing_to_another_answer_loses_nothing(visit, article):
    make_comment(article=article, name="Zoé")
    page = visit(ARTICLE)
    page.get_by_role("link", name="Répondre à Scott Walker").click()
    page.fill("[name=body]", "Pour Scott")
    page.get_by_role("link", name="Répondre à Zoé").click()
    expect(page.get_by_role("heading", name="Répondre à Zoé")).to_be_visible()
    expect(page.locator("[name=body]")).to_have_value("")
    page.get_by_role("link", name="Répondre à Scott Walker").click()
    expect(page.get_by_role("heading", name="Répondre à Scott Walker")).to_be_visible()
    expect(page.locator("[name=body]")).to_have_value("Pour Scott")


def test_a_sent_answer_leaves_no_draft_behind(visit, article):
    page = visit(ARTICLE)
    page.get_by_role("link", name="Répondre à Scott Walker").click()
    page.get_by_role("heading", name="Répondre à Scott Walker").wait_for()
    write(page, name="Ada", text="Envoyé")
    expect(page.get_by_text("attend d’être lu")).to_be_visible()
    wait_until(page, "sessionStorage.length === 0")
    assert Comment.objects.get(display_name="Ada").parent == Comment.objects.get(display_name="Scott Walker")


def test_without_javascript_the_answer_has_its_own_page_and_a_way_back(visit, article):
    page = visit(ARTICLE, javascript=False)
    page.get_by_role("link", name="Répondre à Scott Walker").click()
    expect(page.get_by_role("heading", name="Répondre à Scott Walker")).to_be_visible()
    expect(page.locator("blockquote")).to_contain_text("Merci, c’est clair.")
    page.get_by_role("link", name="Annuler la réponse").click()
    expect(page.locator(":target")).to_contain_text("Merci, c’est clair.")


def test_a_comment_is_sent_with_the_keyboard_alone(visit, article):
    page = visit(ARTICLE + "commentaires/nouveau/")
    steps = {"name": "Ada", "body": "Au clavier seulement", "consent": " "}
    while steps or page.evaluate("document.activeElement.type") != "submit":
        page.keyboard.press("Tab")
        page.keyboard.type(steps.pop(page.evaluate("document.activeElement.name ?? ''"), ""))
    page.keyboard.press("Enter")
    expect(page.get_by_text("attend d’être lu")).to_be_visible()
    assert Comment.objects.get(display_name="Ada").latest_revision.text == "Au clavier seulement"


def test_hostile_text_is_only_text_in_a_real_browser(visit, article):
    hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script> javascript:alert(1) \u202e<b>x'
    make_comment(article=article, name='<script>document.title="x"</script>', text=hostile)
    page = visit(ARTICLE)
    body = page.locator(".comment__body").last
    assert (page.title().startswith("Naltrexone"), body.locator("script, img, b, a").count()) == (True, 0)
    expect(body).to_contain_text('<img src=x onerror="document.title=1">')


def test_a_double_click_on_send_leaves_one_comment(visit, article):
    page = visit(ARTICLE + "commentaires/nouveau/")
    page.fill("[name=name]", "Ada")
    page.fill("[name=body]", TEXT)
    page.check("[name=consent]")
    page.dblclick("#formulaire-commentaire [type=submit]")
    expect(page.get_by_text("attend d’être lu")).to_be_visible()
    assert Comment.objects.filter(display_name="Ada").count() == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_comment_is_withdrawn_and_forgotten_from_its_private_page(visit, article, javascript):
    page = visit(ARTICLE + "commentaires/nouveau/", javascript=javascript)
    write(page, name="Ada", text=TEXT)
    page.get_by_role("link", name="Retirer mon commentaire").click()
    page.get_by_role("button", name="Le retirer").click()
    expect(page.get_by_text("plus personne d’autre ne le voit")).to_be_visible()
    page.get_by_role("button", name="Oublier mes commentaires sur cet appareil").click()
    expect(page.get_by_role("heading", name="1 commentaire", exact=True)).to_be_visible()
    assert Comment.objects.get(display_name="Ada").status == Status.WITHDRAWN
    assert [cookie["name"] for cookie in page.context.cookies() if cookie["name"] == "commentaires"] == []
