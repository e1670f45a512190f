"""Reporting a comment, as readers do it; and how its pages and the privacy page look to axe-core and on a phone."""

import json

import pytest
from playwright.sync_api import Page, expect

from articles.models import Page as StaticPage
from comments.models import ConsentText, Notice
from tests.browser.conftest import faults, log_in
from tests.factories import DEMO_FILE, PASSWORD, make_comment, make_demo_article, make_moderator, make_notice

ARTICLE = "/articles/naltrexone-et-anxiete/"
TEXT = "Ce commentaire vend des gélules au deuxième paragraphe, sans ordonnance."


@pytest.fixture
def comment():
    return make_comment(
        article=make_demo_article(), name="Max", text="Achetez mes gélules, très-" + "long" * 40
    )


def choice(page: Page, comment) -> None:
    page.goto(f"/commentaires/{comment.pk}/signaler/")


def rules(page: Page, comment) -> None:
    page.goto(f"/commentaires/{comment.pk}/signaler/?motif=regles")


def law(page: Page, comment) -> None:
    page.goto(f"/commentaires/{comment.pk}/signaler/?motif=illicite")


def law_with_errors(page: Page, comment) -> None:
    law(page, comment)
    page.click("#formulaire-signalement [type=submit]")
    page.locator(".error-summary").wait_for()


def receipt(page: Page, comment) -> None:
    notice = make_notice(
        comment, kind=Notice.Kind.ILLEGAL, explanation=TEXT, name="Léa Martin", law="Santé publique"
    )
    page.goto(f"/commentaires/signalements/{Notice.token_for(notice.idempotency_key)}/")


def receipt_when_it_is_over(page: Page, comment) -> None:
    notice = make_notice(comment)
    comment.erase()
    page.goto(f"/commentaires/signalements/{Notice.token_for(notice.idempotency_key)}/")


def gone(page: Page, comment) -> None:
    make_comment(parent=comment)
    comment.withdraw()
    page.goto(f"/commentaires/{comment.pk}/signaler/")


def privacy(page: Page, comment) -> None:
    shipped = json.loads((DEMO_FILE.parent / "pages.json").read_text(encoding="utf-8"))
    StaticPage.objects.create(**next(each for each in shipped if each["slug"] == "confidentialite"))
    ConsentText.objects.create(text="Une autre formule.")
    page.goto("/confidentialite/")
    page.get_by_text("Textes précédents").click()


STATES = [choice, rules, law, law_with_errors, receipt, receipt_when_it_is_over, gone, privacy]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_no_violation_and_nothing_is_wider_than_a_small_phone(visit, comment, state):
    page = visit()
    state(page, comment)
    assert faults(page, narrow=320) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_broken_rule_is_reported_and_a_moderator_finds_it(visit, comment, javascript):
    make_moderator("ben")
    reader = visit(ARTICLE, javascript=javascript)
    reader.get_by_role("link", name="Signaler le commentaire de Max").click()
    reader.get_by_role("link", name="Ce commentaire enfreint les règles").click()
    expect(reader.get_by_text("Achetez mes gélules")).to_be_visible()
    reader.fill("[name=explanation]", "De la publicité.")
    reader.get_by_role("button", name="Envoyer le signalement").click()
    expect(reader.get_by_role("heading", name="nous avons reçu votre signalement")).to_be_visible()
    notice = Notice.objects.get()
    expect(reader.get_by_text(notice.reference).first).to_be_visible()
    private = reader.url

    moderator = visit("/admin/login/", javascript=javascript)
    log_in(moderator, "ben", PASSWORD)
    moderator.goto("/admin/")
    moderator.get_by_role("link", name="signalement attend une décision").click()
    moderator.get_by_role("link", name=notice.reference).click()
    expect(moderator.get_by_text("De la publicité.")).to_be_visible()
    comment.remove(by=make_moderator(), revision=comment.latest_revision, reason="Publicité.")

    # The bookmark alone, in another browser.
    later = visit(private, javascript=javascript)
    expect(later.get_by_text("La modération a retiré le commentaire.")).to_be_visible()
    expect(later.get_by_text("De la publicité.")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_illegal_content_is_reported_after_what_was_missing_is_mended(visit, comment, javascript):
    page = visit(f"/commentaires/{comment.pk}/signaler/", javascript=javascript)
    page.get_by_role("link", name="Contenu illicite").click()
    expect(page.get_by_label("Adresse exacte du commentaire")).to_have_value(
        page.url.partition("/commentaires/")[0] + comment.get_absolute_url()
    )
    page.get_by_label("Pourquoi ce contenu est-il illicite ?").fill(TEXT)
    page.get_by_role("button", name="Envoyer le signalement").click()
    summary = page.locator(".error-summary")
    expect(summary.get_by_role("link")).to_have_count(3)
    if javascript:
        expect(summary).to_be_focused()
    expect(page.get_by_label("Pourquoi ce contenu est-il illicite ?")).to_have_value(TEXT)
    page.get_by_label("Votre nom").fill("Léa Martin")
    page.get_by_label("Votre adresse e-mail").fill("lea@example.org")
    page.get_by_label("Je déclare de bonne foi").check()
    page.get_by_role("button", name="Envoyer le signalement").click()
    expect(page.get_by_role("heading", name="nous avons reçu votre signalement")).to_be_visible()
    assert Notice.objects.values_list("explanation", "name", "good_faith").get() == (TEXT, "Léa Martin", True)


def test_a_report_is_sent_with_the_keyboard_alone(visit, comment):
    page = visit(f"/commentaires/{comment.pk}/signaler/?motif=illicite")
    steps = {"explanation": TEXT, "name": "Léa", "email": "lea@example.org", "good_faith": " "}
    while steps or page.evaluate("document.activeElement.type") != "submit":
        page.keyboard.press("Tab")
        page.keyboard.type(steps.pop(page.evaluate("document.activeElement.name ?? ''"), ""))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="nous avons reçu votre signalement")).to_be_visible()
    assert Notice.objects.count() == 1


def test_a_double_click_leaves_one_report(visit, comment):
    page = visit(f"/commentaires/{comment.pk}/signaler/?motif=regles")
    page.fill("[name=explanation]", "De la publicité.")
    page.dblclick("#formulaire-signalement [type=submit]")
    expect(page.get_by_role("heading", name="nous avons reçu votre signalement")).to_be_visible()
    assert Notice.objects.count() == 1
