"""The privacy page says what is in force, because it is made from it."""

import re

import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.urls import reverse
from django.utils.html import escape

from articles.models import Page
from comments import own, retention
from comments.models import ConsentText
from tests.comments.posting import address, filled
from tests.factories import make_article, make_comment, make_superuser

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PATH = "/confidentialite/"


@pytest.fixture
def page():
    return Page.objects.create(
        slug="confidentialite", title="Confidentialité", body="<p>Écrit par l’éditeur.</p>"
    )


def shown(client) -> str:
    response = client.get(PATH)
    assert response.status_code == 200
    return response.content.decode()


def days_shown(client) -> dict[str, str]:
    """Of the table of retention: what is kept, and for how long."""
    table = shown(client).partition("<table>")[2].partition("</table>")[0]
    return {
        what.strip(): days.strip()
        for what, days in re.findall(r'<th scope="row">(.*?)</th>\s*<td>(.*?)</td>', table, re.S)
    }


def test_the_editors_text_stays_and_what_is_in_force_stands_below(client, page):
    html = shown(client)
    assert 0 < html.index("Écrit par l’éditeur.") < html.index('id="en-vigueur"')


def test_no_other_page_has_it(client, page):
    Page.objects.create(slug="regles", title="Règles", body="<p>Ici.</p>")
    assert "en-vigueur" not in client.get("/regles/").content.decode()


def test_every_rule_of_the_purge_is_shown_with_its_days(client, page):
    found = days_shown(client)
    expected = {
        escape(rule.what): f"{rule.days} jours" if rule.days > 1 else "1 jour" if rule.days else "sans limite"
        for rule in retention.RULES
    }
    assert found == expected


@pytest.mark.parametrize("days", [1, 77, 0])
def test_another_setting_is_another_page(client, page, settings, days):
    settings.COMMENT_RETENTION = {**site.COMMENT_RETENTION, "spam": days}
    spam = next(rule for rule in retention.RULES if rule.name == "spam")
    assert days_shown(client)[escape(spam.what)] == {1: "1 jour", 77: "77 jours", 0: "sans limite"}[days]


def test_for_how_long_a_published_text_can_be_changed_is_the_setting(client, page, settings):
    settings.COMMENT_EDIT_DAYS = 43
    assert "43 jours après sa publication" in shown(client)


@pytest.mark.parametrize(("wanted", "said"), [(0, False), (5, True)])
def test_that_a_program_may_publish_is_said_where_it_may(client, page, settings, wanted, said):
    settings.TRUST_AFTER = wanted
    html = shown(client)
    assert ("Ce que décide un programme" in html, "a publié 5 commentaires" in html) == (said, said)


def test_every_retention_that_is_set_has_its_rule():
    assert {str(rule.name) for rule in retention.RULES} == {*site.COMMENT_RETENTION, "traces", "addresses"}


def test_every_cookie_that_the_site_sets_for_readers_is_named(client, page):
    article = make_article()
    client.get(address(article))
    client.post(address(article), filled())
    set_by_us = set(client.cookies)
    html = shown(client)
    assert set_by_us == {site.CSRF_COOKIE_NAME, own.COOKIE}
    assert [f'scope="row">{name}</th>' in html for name in sorted(set_by_us)] == [True] * 2


def test_who_reads_the_page_gets_no_cookie(client, page):
    response = client.get(PATH)
    assert (dict(response.cookies), dict(client.cookies)) == ({}, {})


def test_the_consent_in_force_is_quoted_and_a_new_wording_takes_its_place_at_once(client, page):
    old = ConsentText.current()
    assert escape(old.text) in shown(client)
    new = ConsentText.objects.create(text="J’accepte la nouvelle formule.")
    html = shown(client)
    assert 0 < html.index(escape(new.text)) < html.index("<details>") < html.index(escape(old.text))


def test_a_new_wording_is_added_in_the_back_office_and_a_change_is_refused(client):
    old = ConsentText.current()
    before = make_comment()
    client.force_login(make_superuser())
    response = client.post(reverse("admin:comments_consenttext_add"), {"text": "J’accepte autrement."})
    assert response.status_code == 302
    after = make_comment()
    new = ConsentText.current()
    assert (before.consent.text, after.consent.text, new.text) == (old, new, "J’accepte autrement.")
    change = reverse("admin:comments_consenttext_change", args=[old.pk])
    delete = reverse("admin:comments_consenttext_delete", args=[old.pk])
    assert [client.post(each, {"text": "Réécrit"}).status_code for each in (change, delete)] == [403, 403]
    with pytest.raises(TypeError):
        old.save()
    assert ConsentText.objects.filter(text="Réécrit").count() == 0


def test_the_page_takes_two_queries(client, page, django_assert_num_queries):
    # The page and the consent texts.
    with django_assert_num_queries(2):
        client.get(PATH)


def test_what_the_portal_ships_with_says_nothing_that_is_generated_below(client):
    call_command("load_demo", verbosity=0)
    body = Page.objects.get(slug="confidentialite").body
    assert [word in body for word in ("cookie de sécurité", "jours", "trace de connexion")] == [False] * 3
    assert 'href="#en-vigueur"' in body
