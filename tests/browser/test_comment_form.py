"""The comfort of the form in a real browser: counter, drafts, preview, the pseudonym kept on the device, Ctrl+Enter."""

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment
from tests.browser.conftest import accessibility_violations, wait_until
from tests.factories import make_article, make_comment

FORM = "commentaires/nouveau/"
TEXT = "Combien de temps avant de dormir mieux ?"
WAITING = "attend d’être lu"


@pytest.fixture
def article():
    return make_article()


def fill(page: Page, *, name: str = "Ada", text: str = TEXT) -> None:
    page.fill("#formulaire-commentaire [name=name]", name)
    page.fill("#formulaire-commentaire [name=body]", text)
    page.check("#formulaire-commentaire [name=consent]")


def test_the_counter_says_what_is_left_and_what_is_too_much(visit, article):
    page = visit(article.get_absolute_url() + FORM)
    counter = page.locator("text-counter > span").first
    expect(counter).to_have_text("5\u202f000 caractères restants")
    page.fill("[name=body]", "é" * 4999)
    expect(counter).to_have_text("1 caractère restant")
    expect(page.locator("text-counter [aria-live=polite]")).to_have_text("1 caractère restant")
    # One character, two halves.
    page.fill("[name=body]", "\U0001f600" * 5002)
    expect(counter).to_have_text("2 caractères de trop")


def test_without_javascript_there_is_no_counter_and_nothing_to_remember(visit, article):
    page = visit(article.get_absolute_url() + FORM, javascript=False)
    for hidden in ("text-counter", "[name=remember]", "[data-draft]"):
        expect(page.locator(hidden)).to_be_hidden()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_preview_is_looked_at_then_sent(visit, article, javascript):
    page = visit(article.get_absolute_url() + FORM, javascript=javascript)
    fill(page, text="Première ligne\n\nhttps://example.org/")
    page.get_by_role("button", name="Aperçu").click()
    preview = page.get_by_role("region", name="Aperçu : rien n’a encore été envoyé")
    expect(preview.get_by_role("link", name="https://example.org/")).to_be_visible()
    assert Comment.objects.count() == 0
    assert page.title().startswith("Aperçu")
    expect(page.locator("[name=consent]")).to_be_checked()
    if javascript:
        assert accessibility_violations(page) == []
    page.get_by_role("button", name="Envoyer le commentaire").click()
    expect(page.get_by_text(WAITING)).to_be_visible()
    assert Comment.objects.count() == 1


def test_a_draft_is_said_outlives_a_reload_and_goes_once_it_is_sent(visit, article):
    page = visit(article.get_absolute_url() + FORM)
    note = page.get_by_text("Votre texte reste en brouillon dans cet onglet")
    expect(note).to_be_hidden()
    page.fill("[name=body]", "À moitié écrit")
    expect(note).to_be_visible()
    page.reload()
    expect(page.locator("[name=body]")).to_have_value("À moitié écrit")
    fill(page, text="Fini")
    page.get_by_role("button", name="Aperçu").click()
    expect(page.get_by_role("heading", name="Aperçu : rien n’a encore été envoyé")).to_be_visible()
    # A preview sends nothing: the draft is still one.
    assert page.evaluate("Object.values(sessionStorage)") == ["Fini"]
    page.get_by_role("button", name="Envoyer le commentaire").click()
    expect(page.get_by_text(WAITING)).to_be_visible()
    wait_until(page, "sessionStorage.length === 0")


def test_control_and_enter_send(visit, article):
    page = visit(article.get_absolute_url() + FORM)
    fill(page)
    page.locator("[name=body]").press("Control+Enter")
    expect(page.get_by_text(WAITING)).to_be_visible()
    assert Comment.objects.get().latest_revision.text == TEXT


def test_the_pseudonym_is_kept_on_the_device_only_if_ticked_and_goes_with_the_rest(visit, article):
    page = visit(article.get_absolute_url() + FORM)
    fill(page)
    page.get_by_role("button", name="Envoyer le commentaire").click()
    expect(page.get_by_text(WAITING)).to_be_visible()
    assert page.evaluate("localStorage.length") == 0

    page.goto(article.get_absolute_url() + FORM)
    expect(page.locator("[name=name]")).to_have_value("")
    fill(page, name="Zoé")
    page.check("[name=remember]")
    page.get_by_role("button", name="Envoyer le commentaire").click()
    expect(page.get_by_text(WAITING)).to_be_visible()
    private = page.url

    # Under the thread too, where the focus then goes to the text.
    root = make_comment(article=article, name="Scott Walker")
    page.goto(article.get_absolute_url())
    page.locator(f"#commentaire-{root.pk} [data-reply]").click()
    expect(page.locator("[name=name]")).to_have_value("Zoé")
    expect(page.locator("[name=body]")).to_be_focused()
    expect(page.locator("[name=remember]")).to_be_checked()
    assert [each["name"] for each in page.context.cookies() if "pseudonyme" in each["name"]] == []

    page.goto(private)
    page.get_by_role("button", name="Oublier mes commentaires sur cet appareil").click()
    page.wait_for_url("**#commentaires")
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_permalink_leads_to_one_of_many_answers_and_shows_which(visit, article, javascript):
    root = make_comment(article=article, name="Racine")
    answers = [make_comment(parent=root, name=f"N{number}") for number in range(12)]
    page = visit(answers[-1].get_absolute_url(), javascript=javascript)
    here, other = page.locator(f"#commentaire-{answers[-1].pk}"), page.locator(f"#commentaire-{root.pk}")
    expect(page.locator(":target")).to_have_attribute("id", f"commentaire-{answers[-1].pk}")
    expect(here).to_be_in_viewport()
    colors = [
        each.evaluate("(element) => getComputedStyle(element).backgroundColor") for each in (here, other)
    ]
    assert colors[0] != colors[1]
    page.get_by_role("link", name="Tous les commentaires sur l’article").click()
    page.get_by_role("link", name="Voir les 2 autres réponses").click()
    expect(here).to_be_visible()
    if javascript:
        assert accessibility_violations(page) == []


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_an_answer_on_each_level_opens_in_place_and_gives_the_focus_back(visit, article, levels):
    parent = make_comment(article=article, name="Niveau 1")
    for level in range(2, levels + 1):
        parent = make_comment(parent=parent, name=f"Niveau {level}")
    page = visit(article.get_absolute_url())
    link = page.get_by_role("link", name=f"Répondre à Niveau {levels}")
    for leave in ("Escape", "button"):
        link.click()
        expect(page.locator(f"#commentaire-{parent.pk} form")).to_be_visible()
        expect(page.locator("[name=name]")).to_be_focused()
        if leave == "Escape":
            page.keyboard.press("Escape")
        else:
            page.get_by_role("link", name="Annuler la réponse").click()
        expect(link).to_be_focused()
        expect(page.locator(f"#commentaire-{parent.pk} form")).to_have_count(0)
