"""Reports and complaints from both sides: who reported contests that a comment stays, and the moderators answer."""

import pytest
from playwright.sync_api import Page, expect

from comments.models import Complaint, Notice, Status
from tests.browser.conftest import faults, log_in
from tests.factories import PASSWORD, make_comment, make_demo_article, make_moderator, make_notice

WORDS = "C’est un témoignage, il ne conseille rien."


@pytest.fixture
def kept():
    comment = make_comment(article=make_demo_article(), name="Max", text="Achetez, très-" + "long" * 40)
    notice = make_notice(comment, explanation="Il vend des gélules.")
    notice.keep_comment(by=make_moderator(), revision=comment.public_revision, reason=WORDS)
    return notice


def private(notice: Notice) -> str:
    return f"/commentaires/signalements/{Notice.token_for(notice.idempotency_key)}/"


def test_without_javascript_a_comment_that_was_kept_is_contested_and_removed(visit, kept):
    make_moderator("bea")
    notifier = visit(private(kept), javascript=False)
    expect(notifier.get_by_text(WORDS)).to_be_visible()
    notifier.get_by_role("link", name="Contester le maintien du commentaire").click()
    notifier.get_by_role("button", name="Contester cette décision").click()
    expect(notifier.locator(".error-summary")).to_be_visible()
    notifier.get_by_label("Pourquoi la décision n’est pas juste").fill("Le deuxième paragraphe vend.")
    notifier.get_by_role("button", name="Contester cette décision").click()
    expect(notifier.get_by_text("Le deuxième paragraphe vend.")).to_be_visible()

    moderator = visit("/admin/login/", javascript=False)
    log_in(moderator, "bea", PASSWORD)
    moderator.goto("/admin/comments/complaint/")
    moderator.get_by_role("link", name="Contestation").click()
    expect(moderator.get_by_text("Le deuxième paragraphe vend.")).to_be_visible()
    moderator.locator("#uphold").get_by_label("Avec vos mots").fill("Votre commentaire vend.")
    moderator.get_by_role("button", name="Retirer le commentaire").click()
    expect(moderator.get_by_text("La contestation est retenue")).to_be_visible()

    notifier.goto(private(kept))
    expect(notifier.get_by_text("Vous aviez raison")).to_be_visible()
    expect(notifier.get_by_text("Votre commentaire vend.")).to_have_count(0)


def faults_at(page: Page, *paths: str) -> dict[str, list[str]]:
    found = {}
    for path in paths:
        page.goto(path)
        found[path] = faults(page)
    return {path: wrong for path, wrong in found.items() if wrong}


def test_axe_finds_no_violation_and_nothing_is_wider_than_a_phone(visit, kept):
    complaint = kept.contest(kept.decision, "Le deuxième paragraphe vend.")
    again = make_notice(kept.comment, explanation="Encore.", kind=Notice.Kind.ILLEGAL, name="Léa Martin")
    Notice.objects.filter(pk=again.pk).update(created=again.created.replace(year=2025))
    refused = make_comment(article=kept.comment.article, status=Status.REJECTED)
    refused.contest(refused.contestable()[0], "Pourquoi ?")
    make_moderator("bea")
    page = visit("/admin/login/")
    log_in(page, "bea", PASSWORD)
    lists = [
        f"/admin/comments/{name}/{query}" for name in ("notice", "complaint") for query in ("", "?state=all")
    ]
    pages = [f"/admin/comments/complaint/{each.pk}/change/" for each in Complaint.objects.all()]
    assert faults_at(page, *lists, *pages, f"/admin/comments/notice/{again.pk}/change/", private(again)) == {}
    complaint.dismiss(by=make_moderator("bea"), words="Elle tient.")
    again.keep_comment(by=make_moderator(), revision=kept.comment.public_revision, reason=WORDS)
    assert faults_at(page, private(kept), private(again), f"{private(again)}contester/") == {}
