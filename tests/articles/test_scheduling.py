"""A publication takes effect at its minute, at the first look that a reader takes, without any job."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from articles.models import Article, Publication
from articles.models.publishing import ImpossibleMove, NotPublishable, SlugTaken
from ldnportal.pages.models import Stamp
from tests.at_once import at_once
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
BEFORE = NOON - timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _before_noon(set_clock):
    set_clock(BEFORE)


def changed(article: Article, **fields) -> Article:
    Article.objects.filter(pk=article.pk).update(**fields)
    return Article.objects.get(pk=article.pk)


def states_of(article: Article) -> list[str]:
    """The oldest decision first."""
    return list(article.publications.order_by("pk").values_list("state", flat=True))


def shown(path: str) -> tuple[int, bool]:
    response = Client().get(path)
    return response.status_code, "Neuf" in response.content.decode()


# At the minute, wherever a reader looks first


@pytest.mark.parametrize("path", ["/articles/article-1/", "/articles/", "/", "/themes/anxiete/"])
def test_a_first_publication_is_there_at_its_minute(set_clock, path):
    make_article(title="Neuf", publish=False).schedule(at=NOON, by=None)
    _status, before = shown(path)
    set_clock(NOON)
    assert (before, shown(path)) == (False, (200, True))


@pytest.mark.parametrize("path", ["/articles/article-1/", "/articles/", "/", "/themes/anxiete/"])
def test_an_update_is_there_at_its_minute(set_clock, path):
    changed(make_article(title="Ancien"), title="Neuf").schedule(at=NOON, by=None)
    before = shown(path)
    set_clock(NOON)
    assert (before, shown(path)) == ((200, False), (200, True))


def test_a_scheduled_address_leads_nowhere_before_its_minute_and_to_the_article_from_then_on(set_clock):
    changed(make_article(slug="ancienne"), slug="nouvelle").schedule(at=NOON, by=None)
    before = [Client().get(f"/articles/{slug}/").status_code for slug in ("ancienne", "nouvelle")]
    set_clock(NOON)
    old = Client().get("/articles/ancienne/")
    new = Client().get("/articles/nouvelle/")
    assert (before, old.status_code, old.headers["Location"], new.status_code) == (
        [200, 404],
        301,
        "/articles/nouvelle/",
        200,
    )


@pytest.mark.parametrize("view", ["", "nouveau/"])
def test_the_conversation_knows_a_scheduled_address_at_its_minute(set_clock, view):
    changed(make_article(slug="ancienne"), slug="nouvelle").schedule(at=NOON, by=None)
    set_clock(NOON)
    response = Client().get(f"/articles/nouvelle/commentaires/{view}")
    assert response.status_code in {200, 302}
    assert Article.objects.get().live_slug == "nouvelle"


def test_the_permalink_of_a_comment_leads_to_the_address_of_the_minute(set_clock):
    article = make_article(slug="ancienne")
    comment = make_comment(article=article)
    changed(article, slug="nouvelle").schedule(at=NOON, by=None)
    set_clock(NOON)
    response = Client().get(f"/commentaires/{comment.pk}/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/articles/nouvelle/")
    assert response.status_code == 200


def test_it_is_dated_with_its_minute_and_not_with_the_first_look(set_clock):
    article = make_article(publish=False)
    article.schedule(at=NOON, by=None)
    set_clock(NOON + timedelta(days=3))
    Client().get("/articles/")
    article.refresh_from_db()
    assert (article.first_published_at, article.updated_at) == (NOON, NOON)


def test_it_publishes_the_text_that_was_scheduled_and_not_what_the_draft_became(set_clock):
    article = make_article(publish=False, title="Prêt")
    article.schedule(at=NOON, by=None)
    changed(article, title="Encore un brouillon").record(by=None)
    set_clock(NOON)
    Article.objects.publish_due()
    article.refresh_from_db()
    assert (article.published.title, article.has_unpublished_changes()) == ("Prêt", True)


def test_several_that_are_due_all_take_effect_and_cost_one_query_when_there_are_none(
    set_clock, django_assert_num_queries
):
    for _number in range(3):
        make_article(publish=False).schedule(at=NOON, by=None)
    set_clock(NOON)
    assert Article.objects.publish_due() == 3
    with django_assert_num_queries(1):
        assert Article.objects.publish_due() == 0


def test_the_page_stamp_moves_at_the_minute_and_not_before(set_clock):
    make_article(publish=False).schedule(at=NOON, by=None)
    scheduled = Stamp.current()
    Client().get("/articles/")
    before = Stamp.current()
    set_clock(NOON)
    Client().get("/articles/")
    Client().get("/articles/")
    assert (before, Stamp.current()) == (scheduled, scheduled + 1)


@pytest.mark.django_db(transaction=True)
def test_two_readers_at_the_same_minute_publish_once(set_clock):
    article = make_article(title="Ancien")
    changed(article, title="Neuf").schedule(at=NOON, by=None)
    set_clock(NOON)
    stamp = Stamp.current()
    results = at_once(*[lambda: shown("/articles/article-1/")] * 4)
    assert results == [(200, True)] * 4
    assert (states_of(article), Stamp.current()) == (["done", "done"], stamp + 1)


def test_a_reader_who_comes_second_finds_it_done(set_clock):
    make_article(publish=False).schedule(at=NOON, by=None)
    set_clock(NOON)
    # Both have asked what is due before either acts.
    first, second = Publication.objects.due().get(), Publication.objects.due().get()
    stamp = Stamp.current()
    results = [due.article.take_effect(due) for due in (first, second)]
    assert (results, Stamp.current()) == ([True, False], stamp + 1)


# What stands in the way


def test_what_cannot_take_effect_is_marked_and_logged_and_readers_see_the_old_text(set_clock, caplog):
    taken = make_article(slug="prise")
    article = make_article(title="Ancien", slug="libre")
    changed(article, title="Neuf", slug="bientot").schedule(at=NOON, by=None)
    # Past every check, as an import by hand could do it.
    taken.old_slugs.create(slug="bientot")
    set_clock(NOON)
    with caplog.at_level(logging.ERROR, logger="articles"):
        page = shown("/articles/libre/")
    assert (page, states_of(article)) == ((200, False), ["done", "failed"])
    assert [record.message for record in caplog.records] == ["publication failed"]


def test_one_that_fails_does_not_hold_up_the_others(set_clock):
    taken = make_article(slug="prise")
    make_article(slug="bientot", publish=False).schedule(at=NOON, by=None)
    make_article(title="Neuf", publish=False).schedule(at=NOON, by=None)
    taken.old_slugs.create(slug="bientot")
    set_clock(NOON)
    assert shown("/articles/") == (200, True)


def test_an_address_that_a_scheduled_text_will_have_is_given_to_no_other_article():
    article = make_article(slug="ancienne")
    changed(article, slug="bientot").schedule(at=NOON, by=None)
    changed(article, slug="autre")
    other = make_article(slug="bientot", publish=False)
    for act in (lambda: other.publish(by=None), lambda: other.schedule(at=NOON, by=None)):
        with pytest.raises(SlugTaken):
            act()
    assert states_of(other) == []


# Deciding, and deciding otherwise


def test_a_moment_that_has_passed_is_refused():
    article = make_article(publish=False)
    with pytest.raises(ImpossibleMove):
        article.schedule(at=BEFORE, by=None)
    assert states_of(article) == []


def test_what_is_not_fit_for_readers_is_not_scheduled():
    article = make_article(publish=False, lede="")
    with pytest.raises(NotPublishable):
        article.schedule(at=NOON, by=None)
    assert states_of(article) == []


def test_scheduling_again_moves_the_publication():
    article = make_article(publish=False)
    for hours in (1, 2):
        article.schedule(at=NOON + timedelta(hours=hours), by=None)
    assert (states_of(article), article.scheduled.at) == (
        ["cancelled", "scheduled"],
        NOON + timedelta(hours=2),
    )


def test_publishing_now_cancels_what_was_scheduled(set_clock):
    article = make_article(title="Ancien")
    changed(article, title="Programmé").schedule(at=NOON, by=None)
    changed(article, title="Tout de suite").publish(by=None)
    set_clock(NOON)
    Article.objects.publish_due()
    article.refresh_from_db()
    assert (article.published.title, states_of(article)) == ("Tout de suite", ["done", "cancelled", "done"])


def test_a_cancelled_publication_does_not_take_place(set_clock):
    article = make_article(title="Neuf", publish=False)
    article.schedule(at=NOON, by=None)
    assert (article.unschedule(), article.unschedule()) == (True, False)
    set_clock(NOON)
    assert shown("/articles/") == (200, False)


@pytest.mark.parametrize("verb", ["withdraw", "unpublish"])
def test_taking_an_article_away_cancels_what_was_scheduled(verb):
    article = make_article(title="Ancien")
    changed(article, title="Neuf").schedule(at=NOON, by=None)
    getattr(Article.objects.get(), verb)(by=None, reason="Dépassé.")
    assert states_of(article) == ["done", "cancelled"]


def test_a_publication_scheduled_after_the_withdrawal_brings_the_article_back(set_clock):
    article = make_article()
    article.withdraw(by=make_user("chloe"), reason="Dépassé.")
    changed(article, title="Neuf").schedule(at=NOON, by=None)
    set_clock(NOON)
    page = shown("/articles/article-1/")
    article.refresh_from_db()
    assert (page, article.availability, article.availability_reason) == ((200, True), "live", "")
