"""What editors tell each other about an article, and the list of what was done to it."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry

from articles.models import Article, Note
from tests.articles.admin_forms import form_of, grid_form, make_comparison, page
from tests.articles.people import PEOPLE, SEEING, client_of, expected_status
from tests.articles.test_admin_availability import decide
from tests.articles.test_admin_publishing import changed, sent
from tests.factories import make_article, make_chief_editor, make_editor

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def chief(client):
    chief = make_chief_editor(first_name="Chloé", last_name="Chef")
    client.force_login(chief)
    return chief


def text_of(response) -> str:
    return response.content.decode()


def activity(client, article: Article) -> list[str]:
    """What the list says was done, newest first."""
    response = client.get(page(article, "history"))
    return [re.sub(r"\s+", " ", entry.what) for entry in response.context["entries"]]


# Notes


@pytest.mark.parametrize("who", PEOPLE)
def test_who_sees_the_article_reads_and_writes_notes(who):
    client = client_of(who)
    article = make_article()
    shown = client.get(page(article, "notes")).status_code
    kept = client.post(page(article, "notes"), {"text": "Relire le tableau."}).status_code
    assert (shown, kept, article.notes.count()) == (
        expected_status(who, SEEING, 200),
        expected_status(who, SEEING, 302),
        1 if who in SEEING else 0,
    )


def test_notes_stand_newest_first_with_author_and_time(client, chief):
    article = make_article()
    emil = make_editor("emil", first_name="Émile", last_name="Petit")
    for day, author in ((1, emil), (2, chief)):
        article.notes.create(author=author, text=f"Note {day}", created=datetime(2026, 3, day, 9, tzinfo=UTC))
    html = text_of(client.get(page(article, "notes")))
    found = re.findall(
        r"<strong>(.*?)</strong> · <time[^>]*>(.*?)</time></p>\s*<div class=\"comment-text\">(.*?)</div>",
        html,
    )
    assert found == [
        ("Chloé Chef", "02/03/2026 10:00", "Note 2"),
        ("Émile Petit", "01/03/2026 10:00", "Note 1"),
    ]


def test_a_note_is_not_public(client):
    article = make_article()
    article.notes.create(author=make_editor(), text="Une remarque secrète.")
    pages = ["/", "/articles/", "/themes/anxiete/", article.get_absolute_url()]
    assert [client.get(path).status_code for path in pages] == [200] * 4
    assert ["secrète" in text_of(client.get(path)) for path in pages] == [False] * 4
    assert "secrète" not in str(article.published.data) + article.published.html


def test_a_note_is_text_and_not_markup(client, chief):
    article = make_article()
    client.post(page(article, "notes"), {"text": "<script>alert(1)</script>"})
    assert "&lt;script&gt;alert(1)" in text_of(client.get(page(article, "notes")))


@pytest.mark.parametrize("text", ["", "   \n", "x" * 4001])
def test_a_note_that_cannot_be_kept_is_refused_with_what_was_typed(client, chief, text):
    article = make_article()
    response = client.post(page(article, "notes"), {"text": text})
    assert (response.status_code, list(response.context["form"].errors), Note.objects.count()) == (
        422,
        ["text"],
        0,
    )
    assert response.context["form"]["text"].value() == text


def test_two_clicks_keep_one_note(client, chief):
    article = make_article()
    for _click in range(2):
        client.post(page(article, "notes"), {"text": "Relire."})
    assert (article.notes.count(), activity(client, article)) == (1, ["Note pour la rédaction"])


def test_many_notes_come_in_pages(client, chief):
    article = make_article()
    for number in range(51):
        article.notes.create(author=chief, text=f"Note {number}")
    pages = [len(client.get(page(article, "notes"), {"page": number}).context["page"]) for number in (1, 2)]
    assert (pages, client.get(page(article, "notes"), {"page": 3}).status_code) == ([50, 1], 404)


# Activity


@pytest.mark.parametrize("who", PEOPLE)
def test_who_sees_the_article_sees_its_activity(who):
    client = client_of(who)
    assert client.get(page(make_article(), "history")).status_code == expected_status(who, SEEING, 200)


def test_saving_names_the_version_once_and_nothing_where_nothing_changed(client, chief):
    article = make_article(publish=False)
    client.post(page(article), form_of(article, title="Mieux"))
    article.refresh_from_db()
    client.post(page(article), form_of(article))
    assert activity(client, article) == ["Version 2 enregistrée"]


def test_settings_that_are_no_text_are_told_from_a_version(client, chief):
    article = make_article(publish=False)
    client.post(page(article), form_of(article, responsible=chief.pk))
    assert (activity(client, article), article.versions.count()) == (
        ["Réglages modifiés ; le texte est resté le même"],
        1,
    )


def test_a_new_article_begins_its_list(client, chief):
    blank = make_article(publish=False)
    data = {**form_of(blank), "title": "Neuf", "slug": "neuf"}
    data |= {f"{prefix}-TOTAL_FORMS": 0 for prefix in ("authorships", "sections")}
    data |= {f"{prefix}-INITIAL_FORMS": 0 for prefix in ("authorships", "sections")}
    response = client.post("/admin/articles/article/add/", data)
    assert response.status_code == 302
    assert activity(client, Article.objects.get(slug="neuf")) == ["Article créé : version 1"]


def test_a_comparison_s_changes_are_the_article_s(client, chief):
    article = make_article(publish=False)
    comparison = make_comparison(article)
    article.record(by=None)
    data = grid_form(comparison, caption="Un autre titre")
    assert client.post(page(comparison), data).status_code == 302
    assert activity(client, article) == ["Version 3 enregistrée"]


def test_the_way_of_an_article_is_told_in_sentences(client, chief):
    article = make_article(publish=False)
    client.post(page(article, "publish"), sent(article, when="later", at="2099-01-01T10:00"))
    scheduled = {"publication": article.scheduled.pk, "at": "2099-07-14T10:30"}
    client.post(page(article, "schedule"), {**scheduled, "move": "1"})
    client.post(page(article, "schedule"), {"publication": article.scheduled.pk, "cancel": "1"})
    client.post(page(article, "publish"), sent(article))
    changed(article, title="Après")
    client.post(page(article, "publish"), sent(article, change="minor", note="Une coquille."))
    decide(client, article, "withdraw", public_reason="Dépassé.")
    decide(client, article, "redirect", target=make_article(title="Le neuf").pk)
    decide(client, article, "unpublish")
    decide(client, article, "bring_back")
    assert activity(client, article)[::-1] == [
        "Première publication programmée pour le 01/01/2099 10:00 : version 1",
        "Publication programmée de la version 1 déplacée au 14/07/2099 10:30",
        "Publication programmée de la version 1 annulée",
        "Première publication : version 1",
        "Version 2 publiée (changement mineur)",
        "Retiré : la page reste, avec un bandeau",
        "Les lecteurs sont conduits à « Le neuf »",
        "Dépublié : la page n’existe plus",
        "Remis en ligne",
    ]


def test_an_entry_says_who_and_what_was_written_with_it(client, chief):
    article = make_article()
    decide(client, article, "withdraw", public_reason="Une étude dit le contraire.")
    (entry,) = client.get(page(article, "history")).context["entries"]
    assert (entry.who, entry.said) == ("Chloé Chef", "Une étude dit le contraire.")


def test_an_entry_about_a_version_leads_to_it(client, chief):
    article = make_article(publish=False)
    client.post(page(article, "publish"), sent(article))
    (entry,) = client.get(page(article, "history")).context["entries"]
    assert (entry.version_url, client.get(entry.version_url).status_code) == (
        f"/admin/articles/article/{article.pk}/versions/1/",
        200,
    )


def test_what_was_refused_leaves_no_entry(client, chief):
    article = make_article(publish=False, lede="")
    client.post(page(article, "publish"), sent(article))
    decide(client, make_article(), "withdraw", public_reason="")
    assert LogEntry.objects.count() == 0


def test_the_entries_of_another_article_are_not_in_the_list(client, chief):
    one, other = make_article(), make_article()
    client.post(page(other, "notes"), {"text": "Relire."})
    assert activity(client, one) == []


def test_entries_of_django_s_own_kind_are_still_read(client, chief):
    article = make_article()
    message = [{"changed": {"fields": ["title"]}}]
    LogEntry.objects.log_actions(chief.pk, [article], 2, change_message=message, single_object=True)
    LogEntry.objects.log_actions(chief.pk, [article], 2, change_message="À la main.", single_object=True)
    newest, oldest = activity(client, article)
    assert (newest, oldest) == ("À la main.", "Modification de titre.")


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_costs_the_same_for_few_entries_and_for_more(client, chief, django_assert_num_queries, n):
    article = make_article()
    for number in range(n):
        client.post(page(article, "notes"), {"text": f"Note {number}"})
    client.get(page(article, "history"))
    # The session, the user, two of permissions; the article, the number of entries, the entries.
    with django_assert_num_queries(7):
        client.get(page(article, "history"))


@pytest.mark.parametrize("number", ["0", "2", "x"])
def test_a_page_of_entries_that_is_not_there_is_not_found(client, chief, number):
    assert client.get(page(make_article(), "history"), {"page": number}).status_code == 404
