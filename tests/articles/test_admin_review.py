"""The page on which a reviewer reads what has changed and signs one exact version."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils.timezone import localdate

from articles.admin.activity import read
from articles.models import Article, Authorship, Person, Review
from articles.models.review import months_after
from ldnportal.pages.models import Stamp
from tests.articles.test_reviews import make_review, publish, rewrite
from tests.factories import (
    make_article,
    make_chief_editor,
    make_editor,
    make_moderator,
    make_person,
    make_reviewer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def dora(client):
    client.force_login(make_reviewer())
    return Person.objects.get(slug="dora")


def address(article: Article) -> str:
    return reverse("admin:articles_article_review", args=[article.pk])


def form(version, **changes) -> dict:
    return {"version": version.n, "outcome": "approved", "note": "", "due_on": "", **changes}


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def log_of(article: Article) -> list[tuple[str, str, str]]:
    entries = [read(entry, article) for entry in LogEntry.objects.select_related("user").order_by("pk")]
    return [(entry.who, entry.what, entry.said) for entry in entries]


def chosen(client, article: Article, query: str = ""):
    return client.get(address(article) + query).context["version"]


# Which text is offered


def test_the_published_text_is_offered_while_it_has_no_valid_review(client, dora):
    article = make_article()
    rewrite(article, "Ébauche.")
    never = chosen(client, article)
    make_review(article)
    held = chosen(client, article)
    publish(article, "Tout autre chose.")
    rewrite(article, "Autre ébauche.")
    changed = chosen(client, article)
    article.refresh_from_db()
    assert [version.n for version in (never, held, changed)] == [1, 2, article.published.n]


def test_one_chooses_the_draft_or_the_published_text(client, dora):
    article = make_article()
    rewrite(article, "Ébauche.")
    assert [chosen(client, article, f"?version={name}").n for name in ("published", "draft", "x")] == [
        1,
        2,
        1,
    ]


def test_there_is_nothing_to_choose_when_the_draft_is_what_readers_see(client, dora):
    article = make_article()
    rewrite(article, "Ébauche.")
    article.discard_changes(by=None)
    context = client.get(address(article)).context
    assert (context["choices"], context["version"].n) == ([], 1)


def test_a_reviewer_sees_since_which_version_of_his_he_reads(client, dora):
    article = make_article()
    make_review(article, person=dora)
    make_review(article, publish(article, "Deux."), person=make_person("felix"))
    publish(article, "Trois.")
    context = client.get(address(article)).context
    assert (context["last"].version.n, context["version"].n, context["same_text"]) == (1, 3, False)


def test_a_reviewer_reads_what_has_changed_since_his_last_review(client, dora):
    article = make_article()
    make_review(article, person=dora)
    publish(article, "Un autre paragraphe.")
    page = client.get(address(article))
    changes = [change for group in page.context["difference"].groups for change in group.changes]
    assert [[(run.op, run.text) for run in change.runs if run.op in "+-"] for change in changes] == [
        [("+", "autre ")]
    ]
    assert "<ins>" in page.content.decode()


def test_the_first_review_leads_to_the_whole_text(client, dora):
    article = make_article()
    page = client.get(address(article))
    assert (page.context["last"], 'href="../versions/1/"' in page.content.decode()) == (None, True)


def test_a_text_that_did_not_change_since_is_said_to_be_the_same(client, dora):
    article = make_article()
    make_review(article, person=dora)
    assert client.get(address(article)).context["same_text"] is True


# Signing


def test_signing_binds_the_review_to_that_version_and_person(client, dora):
    article = make_article(review_every_months=6)
    due = localdate() + timedelta(days=30)
    before = Stamp.current()
    client.post(address(article), form(article.published, note="Bien.", due_on=due))
    review = Review.objects.get()
    assert (review.article, review.version, review.person, review.outcome, review.note, review.due_on) == (
        article,
        article.published,
        dora,
        "approved",
        "Bien.",
        due,
    )
    assert (review.reviewed_on, Stamp.current()) == (localdate(), before + 1)


def test_the_next_review_is_due_after_the_article_s_months(client, dora):
    article = make_article(review_every_months=6)
    offered = client.get(address(article)).context["form"]["due_on"].value()
    client.post(address(article), form(article.published))
    assert offered == Review.objects.get().due_on == months_after(localdate(), 6)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [("2026-08-31", 6, "2027-02-28"), ("2026-12-15", 1, "2027-01-15"), ("2026-01-31", 0, "2026-02-28")],
)
def test_months_end_with_the_month(day, months, then):
    assert str(months_after(type(localdate()).fromisoformat(day), months)) == then


def test_the_public_page_then_says_who_reviewed_it_and_links_to_nothing_private(client, dora):
    article = make_article()
    client.post(address(article), form(article.published))
    client.logout()
    page = client.get(article.get_absolute_url())
    assert (page.context["review"].person, page.context["changed_since_review"]) == (dora, False)
    assert "/admin/" not in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"outcome": ""}, ["outcome"]),
        ({"outcome": "changes_wanted", "note": ""}, ["note"]),
        ({"outcome": "changes_wanted", "note": "  "}, ["note"]),
        ({"due_on": "hier"}, ["due_on"]),
        ({"due_on": "2020-01-01"}, ["due_on"]),
        ({"due_on": "today"}, ["due_on"]),
    ],
)
def test_what_is_missing_is_said_beside_it_and_nothing_typed_is_lost(client, dora, changes, fields):
    article = make_article()
    if changes.get("due_on") == "today":
        changes = {"due_on": localdate().isoformat()}
    data = form(article.published, **{"note": "Ce que j’ai écrit.", **changes})
    response = client.post(address(article), data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, fields)
    assert (response.context["form"]["note"].value(), Review.objects.count()) == (data["note"], 0)


def test_a_double_click_makes_one_review_and_one_line_in_the_log(client, dora):
    article = make_article()
    for _n in range(2):
        response = client.post(address(article), form(article.published))
    assert (response.status_code, Review.objects.count(), LogEntry.objects.count()) == (302, 1, 1)


def test_another_word_on_the_same_day_takes_the_place_of_the_first(client, dora):
    article = make_article()
    client.post(address(article), form(article.published))
    client.post(address(article), form(article.published, outcome="changes_wanted", note="La dose."))
    assert [(each.outcome, each.note) for each in Review.objects.all()] == [("changes_wanted", "La dose.")]
    assert log_of(article) == [
        ("dora", "Version 1 relue\xa0: approuvé", ""),
        ("dora", "Version 1 relue\xa0: changements demandés", "La dose."),
    ]


def test_whoever_read_an_older_text_signs_exactly_that_and_is_told(client, dora):
    article = make_article()
    read = rewrite(article, "Ce que Dora lit.")
    rewrite(article, "Ce que Cleo enregistre entre-temps.")
    response = client.post(address(article), form(read))
    assert (
        Review.objects.get().version,
        len(said(response)),
        "exactement ce que vous avez lu" in said(response)[1],
    ) == (
        read,
        2,
        True,
    )


def test_a_draft_published_meanwhile_is_still_what_was_read(client, dora):
    article = make_article()
    read = rewrite(article, "Ce que Dora lit.")
    article.publish(by=None)
    rewrite(article, "La suite.")
    assert len(said(client.post(address(article), form(read)))) == 1


def test_an_error_does_not_move_the_form_to_a_newer_text(client, dora):
    article = make_article()
    read = rewrite(article, "Ce que Dora lit.")
    rewrite(article, "Ce que Cleo enregistre entre-temps.")
    context = client.post(address(article), form(read, outcome="")).context
    assert (context["version"], context["form"]["version"].value(), context["moved_on"]) == (
        read,
        str(read.n),
        True,
    )


@pytest.mark.parametrize("n", ["", "99", "-1", "x", "9" * 30])
def test_a_version_that_is_not_there_cannot_be_signed(client, dora, n):
    article = make_article()
    assert client.post(address(article), {"version": n, "outcome": "approved"}).status_code == 404


def test_the_version_of_another_article_cannot_be_signed(client, dora):
    article, other = make_article(), make_article()
    third = [rewrite(other, "Deux."), rewrite(other, "Trois.")][-1]
    assert client.post(address(article), form(third)).status_code == 404


# Who may


def test_an_author_of_the_version_is_refused_with_the_reason(client, dora):
    article = make_article(publish=False)
    Authorship.objects.create(article=article, person=dora, position=1)
    version = article.record(by=None)
    page = client.get(address(article))
    response = client.post(address(article), form(version))
    assert ("auteur" in page.context["refusal"], response.status_code, Review.objects.count()) == (
        True,
        409,
        0,
    )


def test_whoever_is_no_author_of_that_version_any_more_may_sign_it(client, dora):
    article = make_article(publish=False)
    authorship = Authorship.objects.create(article=article, person=dora, position=1)
    article.record(by=None)
    authorship.delete()
    version = article.record(by=None)
    client.post(address(article), form(version))
    assert Review.objects.get().version == version


def test_a_reviewer_without_a_person_is_told_how_to_get_one(client):
    client.force_login(make_reviewer("felix"))
    Person.objects.update(user=None)
    article = make_article()
    page = client.get(address(article))
    response = client.post(address(article), form(article.published, person=make_person("felix").pk))
    assert ("n’est relié à aucune personne" in page.context["refusal"], response.status_code) == (True, 403)
    assert Review.objects.count() == 0


def test_a_chief_editor_records_a_reviewer_s_word_and_the_log_says_so(client):
    client.force_login(make_chief_editor())
    article, dora = make_article(), make_person()
    missing = client.post(address(article), form(article.published))
    client.post(address(article), form(article.published, person=dora.pk))
    assert list(missing.context["form"].errors) == ["person"]
    assert (Review.objects.get().person, log_of(article)) == (
        dora,
        [("chloe", "Version 1 relue par Dora, qui a donné son avis\xa0: approuvé", "")],
    )


def test_a_chief_editor_cannot_record_an_author_s_word(client):
    client.force_login(make_chief_editor())
    article = make_article()
    response = client.post(address(article), form(article.published, person=make_person("emma").pk))
    assert (response.status_code, list(response.context["form"].errors)) == (409, ["person"])


def test_a_reviewer_cannot_sign_as_somebody_else(client, dora):
    article = make_article()
    client.post(address(article), form(article.published, person=make_person("felix").pk))
    assert Review.objects.get().person == dora


@pytest.mark.parametrize("make", [make_editor, make_moderator])
def test_editors_and_moderators_do_not_review(client, make):
    client.force_login(make())
    article = make_article()
    answers = [
        client.get(address(article)).status_code,
        client.post(address(article), form(article.published)).status_code,
    ]
    assert (answers, Review.objects.count()) == ([403, 403], 0)


def test_an_article_that_is_not_there_is_not_found(client, dora):
    assert client.get(reverse("admin:articles_article_review", args=[99])).status_code == 404


def test_reviews_are_listed_and_neither_added_nor_changed_nor_deleted(client):
    client.force_login(make_chief_editor())
    review = make_review(make_article())
    page = [reverse(f"admin:articles_review_{view}", args=[review.pk]) for view in ("change", "delete")]
    assert client.get(reverse("admin:articles_review_changelist")).context["cl"].result_count == 1
    assert [
        client.get(reverse("admin:articles_review_add")).status_code,
        client.get(page[0]).status_code,
        client.post(page[0], {"outcome": "changes_wanted"}).status_code,
        client.post(page[1], {"post": "yes"}).status_code,
    ] == [403, 200, 403, 403]


@pytest.mark.parametrize("n", [1, 3])
def test_the_queries_of_the_page_do_not_grow(client, dora, django_assert_num_queries, n):
    article = make_article()
    for number in range(n):
        make_review(article, person=make_person(f"p{number}"))
        make_review(article, publish(article, f"Texte {number}."), person=dora)
    publish(article, "Le dernier.")
    client.get(address(article))
    with django_assert_num_queries(10):
        client.get(address(article))
