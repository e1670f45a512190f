"""The mail path in a real browser, against a mail server on the loopback: give an address, confirm, be told, stop."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from comments.models import Comment, Contributor, Status
from tests.browser.conftest import accessibility_violations, faults, log_in
from tests.browser.test_journey import ARTICLE, TEXT
from tests.comments.mailing import end_waiting
from tests.factories import PASSWORD, make_administrator, make_comment, make_demo_article, make_moderator
from tests.ldnportal.test_mail import Sink, start_sink

SITE = "http://localhost"


@pytest.fixture
def sink(settings):
    with start_sink(settings) as server:
        yield server


@pytest.fixture
def article():
    return make_demo_article()


def last_mail(sink: Sink) -> str:
    """Sends what waits; the text of the mail that came last."""
    end_waiting()
    call_command("outbox", verbosity=0)
    return sink.mails[-1].get_body(("plain",)).get_content().replace("\r\n", "\n")


def path_in(text: str, after: str) -> str:
    """The first address in a mail that goes on with these words behind the host."""
    return re.search(rf"^{SITE}(/{after}\S*)$", text, flags=re.MULTILINE)[1]


def looked_at(page: Page, *, javascript: bool = True) -> Page:
    # axe-core waits for ever in a page whose scripts are off.
    assert not javascript or accessibility_violations(page) == []
    return page


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_author_gives_an_address_is_told_and_stops_it_all(visit, article, sink, javascript):
    reader = visit(f"{ARTICLE}commentaires/nouveau/", javascript=javascript)
    reader.fill("[name=name]", "Ada")
    reader.fill("[name=body]", TEXT)
    reader.fill("[name=email]", "Ada@example.org")
    reader.select_option("[name=follow]", label="Oui, à chaque réponse")
    reader.check("[name=consent]")
    looked_at(reader, javascript=javascript)
    reader.click("#formulaire-commentaire [type=submit]")
    expect(reader.get_by_text("attend d’être confirmée")).to_be_visible()

    # The scanner of the mail server opens the link and confirms nothing.
    confirm = path_in(last_mail(sink), "commentaires/courriel/")
    visit(confirm, javascript=javascript).close()
    assert Contributor.objects.count() == 0

    # The author, in another browser: the mail is read on the phone.
    phone = looked_at(visit(confirm, javascript=javascript, width=360), javascript=javascript)
    phone.get_by_role("button", name="Oui, confirmer").click()
    expect(phone.get_by_role("heading", name="Votre adresse est confirmée.")).to_be_visible()
    looked_at(phone, javascript=javascript)

    comment = Comment.objects.get()
    comment.ask_changes(by=make_moderator(), revision=comment.latest_revision, reason="Sans la dose, merci.")
    text = last_mail(sink)
    assert "> Sans la dose, merci." in text
    phone.goto(path_in(text, "commentaires/suivi/"))
    expect(phone.get_by_text("Sans la dose, merci.").first).to_be_visible()

    comment.resubmit("Sans dose.")
    comment.publish(by=make_moderator(), revision=comment.latest_revision)
    assert "est publié" in last_mail(sink)
    make_comment(parent=comment, name="Eve", text="Ma réponse à toi")
    text = last_mail(sink)
    phone.goto(path_in(text, r"commentaires/\d+/"))
    expect(phone.get_by_text("Ma réponse à toi")).to_be_visible()

    phone.goto(path_in(text, "commentaires/courriel/stop/"))
    looked_at(phone, javascript=javascript)
    phone.get_by_role("button", name="Ceux sur les réponses").click()
    expect(phone.get_by_role("heading", name="Plus d’e-mails sur les réponses.")).to_be_visible()
    looked_at(phone, javascript=javascript)
    make_comment(parent=comment, name="Eve")
    call_command("outbox", verbosity=0)
    assert len(sink.mails) == 4

    reader.get_by_role("link", name="E-mails au sujet de mon commentaire").click()
    looked_at(reader, javascript=javascript)
    reader.get_by_role("button", name="Plus d’e-mails sur ce commentaire").click()
    expect(reader.get_by_text("C’est fait")).to_be_visible()
    assert Contributor.objects.count() == 0


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_lost_link_comes_by_mail(visit, article, sink, javascript):
    comment = make_comment(article=article, status=Status.PENDING, text="Mon texte")
    page = visit("/commentaires/courriel/lien-perdu/", javascript=javascript)
    page.fill("[name=email]", "ada")
    page.get_by_role("button", name="M’envoyer mes liens privés").click()
    expect(page.locator(".field__error")).to_contain_text("pas complète")
    looked_at(page, javascript=javascript)
    comment.give_address("ada@example.org", follow="", token="A" * 22)
    comment.unconfirmed_addresses.get().confirm()
    page.fill("[name=email]", "ada@example.org")
    page.get_by_role("button", name="M’envoyer mes liens privés").click()
    expect(page.get_by_role("heading", name="Regardez votre boîte aux lettres.")).to_be_visible()
    looked_at(page, javascript=javascript)
    assert path_in(last_mail(sink), "commentaires/suivi/") == f"/commentaires/suivi/{'A' * 22}/"


def test_the_outbox_of_the_back_office_is_readable(visit, sink):
    make_administrator("alma")
    comment = make_comment(status=Status.PENDING)
    comment.give_address("ada@example.org", follow="", token="A" * 22)
    sink.answers["RCPT"] = "550 no such user"
    call_command("outbox", verbosity=0)
    page = visit("/admin/login/")
    log_in(page, "alma", PASSWORD)
    page.goto("/admin/mail/outbox/")
    expect(page.get_by_text("550 no such user")).to_be_visible()
    assert faults(page) == []
