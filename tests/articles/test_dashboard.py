"""The admin's first page: what waits, how much of it, where it is listed, and for whom."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from articles.models import Link, LinkUse, Publication, Review
from articles.models.link import digest_of_url
from comments.models import Status
from tests.articles.test_reviews import TODAY, clock, make_review, publish, rewrite
from tests.factories import (
    make_article,
    make_chief_editor,
    make_comment,
    make_editor,
    make_moderator,
    make_person,
    make_reviewer,
    make_superuser,
)

pytestmark = pytest.mark.django_db
__all__ = ["clock"]

LIST = "/admin/articles/article/"


@pytest.fixture(autouse=True)
def today(clock):
    clock("2026-10-15T08:00:00+00:00")


def make_everything_wait() -> dict[str, object]:
    """One article, or two, for each thing that the page counts."""
    reviewed = {"on": date(2025, 1, 1)}
    articles = {
        name: make_article(title=name)
        for name in (
            "overdue",
            "due30",
            "due90",
            "changed",
            "never",
            "wanted",
            "failed",
            "scheduled",
            "draft",
        )
    }
    make_review(articles["overdue"], due=date(2026, 1, 1), **reviewed)
    make_review(articles["due30"], due=date(2026, 10, 15), **reviewed)
    make_review(articles["due90"], due=date(2027, 1, 1), **reviewed)
    for name in ("changed", "wanted", "failed", "scheduled", "draft"):
        make_review(articles[name], on=TODAY)
    publish(articles["changed"], "Tout autre chose.")
    make_review(
        articles["wanted"], person=make_person("felix"), on=TODAY, outcome=Review.Outcome.CHANGES_WANTED
    )
    failed = articles["failed"].schedule(by=None, at=datetime(2026, 10, 15, 9, tzinfo=UTC))
    Publication.objects.filter(pk=failed.pk).update(
        state=Publication.State.FAILED, at=datetime(2026, 10, 14, 9, tzinfo=UTC)
    )
    articles["scheduled"].schedule(by=None, at=datetime(2026, 10, 16, 9, tzinfo=UTC))
    rewrite(articles["draft"], "Pas encore publié.")
    articles["overdue"].sources.create(key="s1", title="À vérifier")
    make_broken_link(articles["overdue"])
    make_comment(article=articles["overdue"], status=Status.PENDING)
    return articles


def make_broken_link(article, url: str = "https://example.org/parti"):
    link, _created = Link.objects.get_or_create(
        url=url,
        digest=digest_of_url(url),
        status=Link.Status.BROKEN,
        first_failed_at=datetime(2026, 10, 1, tzinfo=UTC),
    )
    LinkUse.objects.create(
        link=link, article=article, place="/article/lede", where="", text="ici", in_draft=True, live=True
    )


def panels(client) -> dict[str, object]:
    """The panels of the page, by their names."""
    response = client.get(reverse("admin:index"))
    assert response.status_code == 200
    found = [context["panels"] for context in response.context if "panels" in context]
    return {panel.name: panel for each in found for panel in each}


def counts(client) -> dict[str, int]:
    return {
        entry.url.removeprefix(LIST): entry.number
        for panel in panels(client).values()
        for entry in panel.entries
    }


def test_everything_that_waits_is_counted_and_leads_to_its_list(client):
    client.force_login(make_superuser())
    make_everything_wait()
    assert counts(client) == {
        "?review=overdue": 1,
        "?review=changed": 1,
        "?review=wanted": 1,
        "?review=30": 1,
        "?review=90": 2,
        "?review=never": 1,
        "?state=failed": 1,
        "?state=scheduled": 1,
        "?state=changes": 1,
        "?work=sources": 1,
        "report/?links=failing#links": 1,
        "report/?state=draft#findings": 0,
        "/admin/comments/comment/": 1,
        "/admin/comments/notice/": 0,
        "/admin/comments/complaint/": 0,
        "/admin/comments/rereview/": 0,
        "/admin/comments/decision/": 0,
    }


def test_each_list_holds_as_many_as_were_counted(client):
    client.force_login(make_superuser())
    make_everything_wait()
    counted = {path: n for path, n in counts(client).items() if path.startswith("?")}
    listed = {path: client.get(LIST + path).context["cl"].result_count for path in counted}
    assert listed == counted


def test_a_page_without_work_says_so(client):
    client.force_login(make_superuser())
    page = client.get(reverse("admin:index")).content.decode()
    assert [text in page for text in ("Aucune relecture en retard.", "Rien n’est programmé.")] == [True, True]
    assert set(counts(client).values()) == {0}


def test_the_five_most_urgent_reviews_are_named_the_latest_first(client):
    client.force_login(make_superuser())
    for day in (20, 16, 18, 14, 17, 19):
        article = make_article(title=f"Le {day}")
        make_review(article, on=date(2026, 1, 1), due=date(2026, 10, day))
    items = panels(client)["reviews"].items
    assert [(item.title, item.is_urgent) for item in items] == [
        ("Le 14", True),
        ("Le 16", False),
        ("Le 17", False),
        ("Le 18", False),
        ("Le 19", False),
    ]


def test_publications_that_failed_come_before_those_to_come(client):
    client.force_login(make_superuser())
    make_everything_wait()
    items = panels(client)["publications"].items
    assert [(item.title, item.when.isoformat(), item.is_urgent) for item in items] == [
        ("failed", "2026-10-14T09:00:00+00:00", True),
        ("scheduled", "2026-10-16T09:00:00+00:00", False),
    ]


def test_a_publication_whose_minute_has_come_is_no_longer_shown_as_scheduled(client, clock):
    make_everything_wait()
    clock("2026-10-16T09:00:00+00:00")
    client.force_login(make_superuser())
    assert counts(client)["?state=scheduled"] == 0


@pytest.mark.parametrize("make", [make_editor, make_reviewer, make_chief_editor])
def test_who_works_on_articles_sees_no_moderation(client, make):
    client.force_login(make())
    make_everything_wait()
    assert sorted(panels(client)) == ["publications", "quality", "reviews"]


def test_moderators_see_the_comments_that_wait_and_no_article(client):
    client.force_login(make_moderator())
    make_everything_wait()
    found = panels(client)
    page = client.get(reverse("admin:index")).content.decode()
    assert (list(found), [item.title for item in found["comments"].items]) == (["comments"], ["overdue"])
    assert [title in page for title in ("due90", "never", "Merci pour cet article")] == [False] * 3


def test_reviewers_are_led_to_the_review_and_editors_to_the_article(client):
    article = make_article()
    make_review(article, on=date(2026, 1, 1), due=TODAY)
    urls = []
    for user in (make_reviewer(), make_editor()):
        client.force_login(user)
        urls.append(panels(client)["reviews"].items[0].url)
    assert urls == [f"{LIST}{article.pk}/review/", f"{LIST}{article.pk}/change/"]


def test_django_s_own_list_stays(client):
    client.force_login(make_superuser())
    assert "/admin/articles/topic/" in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_the_queries_of_the_page_do_not_grow(client, n, django_assert_num_queries):
    client.force_login(make_superuser())
    for number in range(n):
        article = make_article()
        make_review(article, on=date(2025, 1, 1), due=date(2026, 1, 1))
        article.schedule(by=None, at=datetime(2026, 10, 16, 9, tzinfo=UTC))
        article.sources.create(key="s1", title="À vérifier")
        make_broken_link(article, f"https://example.org/{number}")
        make_comment(article=article, status=Status.PENDING)
    # Session, user and log; one for what is due, one a number, one a list of the most urgent.
    with django_assert_num_queries(26):
        client.get(reverse("admin:index"))
