"""A moderator's evening: sixty comments of all kinds, read and decided with the keyboard alone; or without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment, Status
from tests.browser.conftest import faults, log_in
from tests.comments.mailing import deliver, give_address, private_path, subject
from tests.factories import PASSWORD, make_comment, make_demo_article, make_moderator, make_reason

LIST = "/admin/comments/comment/"
KINDS = {
    "Je veux mourir": (5, Status.PUBLISHED),
    "Une question sur le sommeil": (30, Status.PUBLISHED),
    "Gagnez au casino": (10, Status.SPAM),
    "Arrêtez votre traitement": (10, Status.REJECTED),
    "Appelez-moi au 06 12 34 56 78": (5, Status.REJECTED),
}


@pytest.fixture
def evening():
    """The article under which they came; of each kind the first author wants to be told."""
    article = make_demo_article()
    make_moderator("ben")
    make_reason()
    for text, (number, _end) in KINDS.items():
        for n in range(number):
            comment = make_comment(
                article=article, status=Status.PENDING, text=f"{text} {n}.", name=f"Ada {n}"
            )
            if n == 0:
                give_address(comment, f"{text.split()[0].lower()}@example.org").confirm()
    deliver()
    return article


def press(page: Page, key: str) -> None:
    """A key that decides or opens: until the next page is there."""
    with page.expect_navigation():
        page.keyboard.press(key)


def tick(page: Page, *beginnings: str) -> bool:
    """Goes down the list and ticks what begins so; whether there was any."""
    rows = page.locator("#result_list tbody tr")
    wanted = [
        number
        for number, text in enumerate(rows.locator(".comment-text").all_inner_texts())
        if text.startswith(beginnings)
    ]
    at = page.evaluate(
        "[...document.querySelectorAll('#result_list tbody tr')].indexOf(document.activeElement)"
    )
    for number in wanted:
        while at < number:
            page.keyboard.press("j")
            at += 1
        page.keyboard.press("x")
    return bool(wanted)


def test_sixty_comments_are_decided_with_the_keyboard_alone(visit, evening):
    page = visit("/admin/login/")
    log_in(page, "ben", PASSWORD)
    page.goto(LIST)
    assert faults(page) == []
    # Distress stands on top: each is opened and read, with what to do beside it.
    page.keyboard.press("j")
    press(page, "o")
    for left in range(4, -1, -1):
        expect(page.locator("#procedure")).to_be_visible()
        press(page, "p")
        if left:
            press(page, "n")
    page.goto(LIST)
    for beginnings, key in [(["Une question"], "p"), (["Gagnez"], "s"), (["Arrêtez", "Appelez"], "r")]:
        while tick(page, *beginnings):
            press(page, key)
            if key == "r":
                page.locator("[name=letter]").nth(1).focus()
                page.keyboard.press("Space")
                page.locator("form .default").focus()
                press(page, "Enter")
    expect(page.get_by_text("0 commentaire")).to_be_visible()

    ended = {
        text: set(Comment.objects.filter(revisions__text__startswith=text).values_list("status", flat=True))
        for text in KINDS
    }
    assert ended == {text: {end} for text, (_number, end) in KINDS.items()}
    evening.refresh_from_db()
    assert (evening.comment_count, Comment.objects.published().count()) == (35, 35)
    told = {mail.to[0].split("@")[0]: subject(mail).split(" : ")[1] for mail in deliver()}
    assert told == {
        "je": "votre commentaire est publié",
        "une": "votre commentaire est publié",
        "arrêtez": "votre commentaire n’a pas été publié",
        "appelez-moi": "votre commentaire n’a pas été publié",
    }
    refused = Comment.objects.filter(status=Status.REJECTED).first()
    reader = visit(private_path(refused))
    expect(reader.get_by_role("heading", name="Votre commentaire n’a pas été publié.")).to_be_visible()
    reader.goto("/flux/commentaires.xml")
    assert "Gagnez" not in reader.content()


def test_a_letter_sent_by_mistake_is_undone_without_javascript(visit, evening):
    page = visit("/admin/login/", javascript=False)
    log_in(page, "ben", PASSWORD)
    page.goto(LIST)
    page.locator(".comment-open").first.click()
    page.locator("[name=letter]").nth(1).check()
    page.get_by_role("button", name="Voir la lettre : Refuser").click()
    expect(page.locator(".desk-letter")).to_contain_text("votre commentaire n’a pas été publié")
    assert Comment.objects.filter(status=Status.REJECTED).count() == 0
    page.get_by_role("button", name="Refuser", exact=True).click()
    expect(page.get_by_text("1 commentaire refusé")).to_be_visible()
    page.get_by_role("button", name="Annuler « refusé »").click()
    expect(page.get_by_text("le commentaire est revenu où il était")).to_be_visible()
    assert (Comment.objects.filter(status=Status.PENDING).count(), deliver()) == (60, [])


def test_a_covered_text_is_uncovered_by_its_key_and_by_its_line_without_javascript(visit, evening):
    page = visit("/admin/login/")
    log_in(page, "ben", PASSWORD)
    page.goto(LIST)
    page.keyboard.press("j")
    for text in (
        page.locator("#result_list tr").nth(1).locator(".comment-text"),
        page.locator(".comment-main"),
    ):
        expect(text).to_be_hidden()
        page.keyboard.press("v")
        expect(text).to_be_visible()
        assert faults(page) == []
        page.keyboard.press("v")
        expect(text).to_be_hidden()
        if page.url.endswith(LIST):
            press(page, "o")

    plain = visit("/admin/login/", javascript=False)
    log_in(plain, "ben", PASSWORD)
    plain.goto(LIST)
    text = plain.locator(".comment-text").first
    expect(text).to_be_hidden()
    plain.get_by_text("Texte voilé").first.click()
    expect(text).to_be_visible()
    plain.get_by_role("button", name="Les afficher sans voile").click()
    expect(plain.get_by_text("sans voile pour vous")).to_be_visible()
    expect(text).to_be_visible()


def test_the_keys_can_be_switched_off_and_never_act_while_one_writes(visit, evening):
    page = visit("/admin/login/")
    log_in(page, "ben", PASSWORD)
    page.goto(LIST)
    page.locator("#searchbar").press("j")
    assert page.locator("#searchbar").input_value() == "j"
    page.locator("h1").first.click()
    page.keyboard.press("?")
    page.get_by_label("Utiliser ces raccourcis").uncheck()
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("p")
    assert (page.evaluate("document.activeElement.tagName"), Comment.objects.published().count()) == (
        "BODY",
        0,
    )
