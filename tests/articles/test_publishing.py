"""From draft to what readers see."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles import checks, snapshot
from articles.models import Article, Figure, Publication, SlugHistory, Version
from articles.models.publishing import NotPublishable, SlugTaken
from articles.models.version import AppendOnly
from ldnportal.pages.models import Stamp
from tests.factories import make_article, make_demo_article, make_image, make_user

pytestmark = pytest.mark.django_db


def test_publishing_makes_a_version_of_the_draft():
    cleo = make_user("cleo")
    article = make_article(publish=False)
    publication = article.publish(by=cleo, note="Première parution.")
    article.refresh_from_db()
    assert (article.published, publication.by, publication.note, publication.state) == (
        publication.version,
        cleo,
        "Première parution.",
        Publication.State.DONE,
    )
    assert publication.version.data == snapshot.take(article)


def test_a_changed_draft_leaves_what_readers_see_alone():
    article = make_article()
    html = article.published.html
    article.sections.update(body="<p>Un brouillon secret.</p>")
    article.refresh_from_db()
    assert (article.published.html, article.has_unpublished_changes()) == (html, True)


def test_an_unchanged_draft_has_no_unpublished_changes():
    assert make_article().has_unpublished_changes() is False


def test_a_minor_change_keeps_the_date_of_the_last_major_one():
    article = make_article(publish=False)
    first = datetime(2026, 1, 1, tzinfo=UTC)
    article.publish(by=None, at=first)
    article.publish(by=None, change=Publication.Change.MINOR, at=first + timedelta(days=1))
    minor = article.updated_at
    article.publish(by=None, change=Publication.Change.MAJOR, at=first + timedelta(days=2))
    assert (article.first_published_at, minor, article.updated_at) == (
        first,
        first,
        first + timedelta(days=2),
    )


def test_the_same_text_published_again_is_the_same_version():
    article = make_article()
    article.publish(by=None)
    assert (article.versions.count(), article.publications.count()) == (1, 2)


def test_publishing_moves_the_page_stamp():
    article = make_article(publish=False)
    before = Stamp.current()
    article.publish(by=None)
    assert Stamp.current() == before + 1


def test_a_refused_publication_changes_nothing():
    article = make_article(publish=False, lede="")
    stamp = Stamp.current()
    with pytest.raises(NotPublishable) as refusal:
        article.publish(by=None)
    article.refresh_from_db()
    assert [finding.code for finding in refusal.value.findings] == ["lede-missing"]
    assert (article.published, Publication.objects.count(), Stamp.current()) == (None, 0, stamp)


def test_an_old_address_leads_to_the_article_for_ever():
    article = make_article(slug="ancienne")
    for slug in ("deuxieme", "troisieme"):
        article.slug = slug
        article.save()
        article.publish(by=None)
    assert [Article.objects.at(slug) for slug in ("ancienne", "deuxieme")] == [article, article]
    assert article.get_absolute_url() == "/articles/troisieme/"


def test_who_publishes_what_was_fetched_before_somebody_else_renamed_it_keeps_both_addresses():
    article = make_article(slug="ancienne")
    fetched_before = Article.objects.get(pk=article.pk)
    article.slug = "nouvelle"
    article.save()
    article.publish(by=None)
    fetched_before.publish(by=None)
    assert (Article.objects.get(pk=article.pk).live_slug, list(SlugHistory.objects.values_list("slug"))) == (
        "nouvelle",
        [("ancienne",)],
    )


def test_a_new_address_holds_only_from_publication_on():
    article = make_article(slug="ancienne")
    article.slug = "nouvelle"
    article.save()
    assert article.get_absolute_url() == "/articles/ancienne/"


def test_an_article_may_take_its_own_old_address_back():
    article = make_article(slug="une")
    for slug in ("deux", "une"):
        article.slug = slug
        article.save()
        article.publish(by=None)
    assert (article.live_slug, list(SlugHistory.objects.values_list("slug", flat=True))) == ("une", ["deux"])


def test_an_old_address_is_never_given_to_another_article():
    article = make_article(slug="ancienne")
    article.slug = "nouvelle"
    article.save()
    article.publish(by=None)
    other = make_article(slug="ancienne", publish=False)
    with pytest.raises(SlugTaken):
        other.publish(by=None)
    assert Article.objects.get(pk=other.pk).published is None


def test_a_version_is_neither_changed_nor_deleted():
    version = make_article().published
    for act in (
        version.save,
        version.delete,
        Version.objects.all().delete,
        lambda: Version.objects.update(note="x"),
    ):
        with pytest.raises(AppendOnly):
            act()
    assert Version.objects.get(pk=version.pk).note == ""


def test_comments_close_by_themselves_after_the_given_days():
    article = make_article(publish=False, comments_close_after=30)
    article.publish(by=None, at=timezone.now() - timedelta(days=29, hours=23))
    open_before = article.accepts_comments
    article.first_published_at -= timedelta(hours=2)
    assert (open_before, article.accepts_comments) == (True, False)


@pytest.mark.parametrize(
    ("published", "comments_open", "accepts"),
    [(True, True, True), (True, False, False), (False, True, False)],
)
def test_comments_are_taken_under_a_published_article_that_is_open(published, comments_open, accepts):
    article = make_article(publish=published, comments_open=comments_open)
    assert article.accepts_comments is accepts


# The checks: each defect is seeded once into a complete article, and found once.


def _codes(article: Article) -> list[str]:
    return [finding.code for finding in checks.for_publishing(snapshot.take(article))]


def test_the_demonstration_article_passes_every_check():
    assert _codes(make_demo_article()) == []


def _remove_title(article):
    Article.objects.filter(pk=article.pk).update(title=" ")


def _remove_lede(article):
    Article.objects.filter(pk=article.pk).update(lede=" ")


def _remove_sections(article):
    article.sections.all().delete()


def _remove_alternative(article):
    Figure.objects.filter(pk=Figure.objects.filter(section__article=article)[0].pk).update(alt="")


def _reopen_cell(article):
    cell = article.comparisons.get().treatments.first().cells.first()
    cell.state, cell.verdict = "to_complete", ""
    cell.save()


def _remove_treatments(article):
    article.comparisons.get().treatments.all().delete()


@pytest.mark.parametrize(
    ("seed", "code"),
    [
        (_remove_title, "title-missing"),
        (_remove_lede, "lede-missing"),
        (_remove_sections, "no-section"),
        (_remove_alternative, "alt-missing"),
        (_reopen_cell, "cell-to-complete"),
        (_remove_treatments, "comparison-empty"),
    ],
)
def test_each_defect_is_found_exactly_once(seed, code):
    article = make_demo_article()
    seed(article)
    article.refresh_from_db()
    assert _codes(article) == [code]


def test_a_decorative_figure_needs_no_alternative_text():
    article = make_article(publish=False)
    article.sections.get().figures.create(image=make_image(), decorative=True)
    assert _codes(article) == []


# What the database refuses, whatever the code above it does.


def test_the_database_refuses_a_decorative_image_with_an_alternative_text():
    section = make_article().sections.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        section.figures.create(image=make_image(), decorative=True, alt="Une maison")
    assert section.figures.count() == 0


def test_the_database_refuses_a_published_article_without_its_dates():
    article = make_article()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(first_published_at=None)
    assert Article.objects.get(pk=article.pk).first_published_at == article.first_published_at


def test_the_database_refuses_a_given_cell_that_says_nothing():
    comparison = make_article(publish=False).comparisons.create(caption="Comparaison")
    comparison.treatments.create(name="Un")
    comparison.criteria.create(name="Effet")
    comparison.complete_grid()
    cell = comparison.treatments.get().cells.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        cell.state = "given"
        cell.save()
    cell.refresh_from_db()
    assert cell.state == "to_complete"


def test_the_grid_has_a_cell_for_every_treatment_and_criterion():
    comparison = make_article(publish=False).comparisons.create(caption="Comparaison")
    for name in ("Un", "Deux", "Trois"):
        comparison.treatments.create(name=name)
    for name in ("Effet", "Risque"):
        comparison.criteria.create(name=name)
    comparison.complete_grid()
    comparison.complete_grid()
    assert [treatment.cells.count() for treatment in comparison.treatments.all()] == [2, 2, 2]
