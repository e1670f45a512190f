"""Which review readers see, whether it still holds, and which articles are due for the next one."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Publication, Review
from tests.factories import make_article, make_person

pytestmark = pytest.mark.django_db

TODAY = date(2026, 10, 15)
MINOR = Publication.Change.MINOR


@pytest.fixture
def clock(monkeypatch):
    """``clock("2026-10-15T22:00:00+00:00")``: it is that moment now."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat(moment))


def make_review(article: Article, version=None, *, on: date = TODAY, due: date | None = None, **kwargs):
    kwargs.setdefault("person", make_person())
    return Review.objects.create(
        article=article,
        version=version or article.published,
        reviewed_on=on,
        due_on=due or on + timedelta(days=365),
        **kwargs,
    )


def rewrite(article: Article, text: str):
    article.sections.update(body=f"<p>{text}</p>")
    return article.record(by=None)


def publish(article: Article, text: str, **kwargs):
    rewrite(article, text)
    return article.publish(by=None, **kwargs).version


def line(client, article: Article) -> tuple[str, bool] | None:
    """What the public page says of the review: by whom, and whether the text has changed since."""
    context = client.get(article.get_absolute_url()).context
    review = context["review"]
    return review and (review.person.name, context["changed_since_review"])


def names(articles) -> list[str]:
    return sorted(article.title for article in articles)


# The line on the public page


def test_an_approval_of_a_draft_counts_from_its_publication_on(client):
    article = make_article()
    make_review(article, rewrite(article, "Relu avant publication."))
    before = line(client, article)
    article.publish(by=None)
    assert (before, line(client, article)) == (None, ("Dora", False))


def test_an_approval_of_a_draft_counts_once_the_same_text_is_published_as_another_version(client):
    article = make_article()
    approved = rewrite(article, "Relu.")
    make_review(article, approved)
    rewrite(article, "Autre chose.")
    again = rewrite(article, "Relu.")
    article.publish(by=None)
    assert (again.n, line(client, article)) == (approved.n + 2, ("Dora", False))


def test_minor_changes_keep_the_review(client):
    article = make_article()
    make_review(article)
    publish(article, "Une coquille de moins.", change=MINOR)
    publish(article, "Deux coquilles de moins.", change=MINOR)
    assert line(client, article) == ("Dora", False)


def test_a_major_change_is_said_until_the_new_text_is_reviewed(client):
    article = make_article()
    make_review(article)
    publish(article, "Tout autre chose.")
    changed = line(client, article)
    make_review(article, person=make_person("felix"))
    assert (changed, line(client, article)) == (("Dora", True), ("Felix", False))


def test_a_minor_change_after_a_major_one_does_not_make_the_review_hold_again(client):
    article = make_article()
    make_review(article)
    publish(article, "Tout autre chose.")
    publish(article, "Tout autre chose !", change=MINOR)
    assert line(client, article) == ("Dora", True)


def test_the_reviewed_text_brought_back_is_reviewed(client):
    article = make_article()
    reviewed = article.published
    make_review(article)
    publish(article, "Tout autre chose.")
    article.restore(reviewed, by=None)
    back = article.publish(by=None).version
    publish(article, "Un paragraphe !", change=MINOR)
    assert (back.pk != reviewed.pk, line(client, article)) == (True, ("Dora", False))


def test_a_later_approval_of_a_replaced_text_does_not_hide_the_one_of_the_text_that_readers_see(client):
    article = make_article()
    old = article.published
    publish(article, "Le nouveau texte.")
    make_review(article, on=TODAY)
    make_review(article, old, person=make_person("felix"), on=TODAY + timedelta(days=1))
    assert line(client, article) == ("Dora", False)


def test_changes_wanted_leave_the_approval_that_readers_see(client):
    article = make_article()
    make_review(article)
    make_review(
        article,
        person=make_person("felix"),
        on=TODAY + timedelta(days=1),
        outcome=Review.Outcome.CHANGES_WANTED,
    )
    assert line(client, article) == ("Dora", False)


# The articles that are due


@pytest.mark.parametrize(
    ("days", "lists"),
    [
        (-91, set()),
        (-90, {"due90"}),
        (-31, {"due90"}),
        (-30, {"due30", "due90"}),
        (0, {"due30", "due90"}),
        (1, {"overdue"}),
        (90, {"overdue"}),
    ],
)
def test_a_review_is_due_by_the_day(days, lists, django_assert_num_queries):
    article = make_article()
    due = date(2026, 12, 1)
    make_review(article, due=due)
    today = due + timedelta(days=days)
    asked = {
        "overdue": Article.objects.review_overdue(today),
        "due30": Article.objects.review_due_within(30, today),
        "due90": Article.objects.review_due_within(90, today),
        "never": Article.objects.never_reviewed(),
        "changed": Article.objects.changed_since_review(),
        "wanted": Article.objects.with_changes_wanted(),
    }
    with django_assert_num_queries(6):
        found = {name for name, articles in asked.items() if list(articles) == [article]}
    assert found == lists


def test_today_is_the_day_of_the_site(clock):
    article = make_article()
    make_review(article, on=date(2026, 1, 1), due=TODAY)
    clock("2026-10-15T21:59:59+00:00")  # 23:59:59 in Paris
    on_the_day = names(Article.objects.review_overdue())
    clock("2026-10-15T22:00:00+00:00")
    assert (on_the_day, names(Article.objects.review_overdue())) == ([], [article.title])


def test_the_review_that_readers_see_says_when_the_next_is_due():
    article = make_article()
    make_review(article, on=date(2024, 1, 1), due=date(2025, 1, 1))
    make_review(article, on=date(2025, 1, 1), due=date(2026, 1, 1), person=make_person("felix"))
    # Neither a draft's approval nor a wish for changes moves the date.
    make_review(article, rewrite(article, "Ébauche."), on=date(2025, 6, 1), due=date(2030, 1, 1))
    make_review(article, on=date(2025, 7, 1), due=date(2031, 1, 1), outcome=Review.Outcome.CHANGES_WANTED)
    assert [str(each.review_due) for each in Article.objects.with_review()] == ["2026-01-01"]


def test_neither_a_typo_fix_nor_any_publication_clears_overdue():
    article = make_article()
    make_review(article, on=date(2024, 1, 1), due=date(2025, 1, 1))
    publish(article, "Une coquille de moins.", change=MINOR)
    after_minor = names(Article.objects.review_overdue(TODAY))
    publish(article, "Tout autre chose.")
    after_major = names(Article.objects.review_overdue(TODAY))
    make_review(article, on=TODAY)
    assert (after_minor, after_major, names(Article.objects.review_overdue(TODAY))) == (
        [article.title],
        [article.title],
        [],
    )


def test_each_article_goes_by_its_own_reviews():
    reviewed, changed, never = (make_article(title=title) for title in ("Relu", "Modifié", "Jamais relu"))
    make_article(title="Ébauche", publish=False)
    gone = make_article(title="Dépublié")
    gone.unpublish(by=None)
    make_review(reviewed)
    make_review(changed)
    publish(changed, "Tout autre chose.")
    make_review(never, outcome=Review.Outcome.CHANGES_WANTED)
    assert {
        "never": names(Article.objects.never_reviewed()),
        "changed": names(Article.objects.changed_since_review()),
        "wanted": names(Article.objects.with_changes_wanted()),
    } == {"never": ["Jamais relu"], "changed": ["Modifié"], "wanted": ["Jamais relu"]}


def test_an_approval_after_it_clears_changes_wanted():
    article = make_article()
    make_review(article, outcome=Review.Outcome.CHANGES_WANTED)
    before = names(Article.objects.with_changes_wanted())
    make_review(article, rewrite(article, "Comme demandé."))
    assert (before, names(Article.objects.with_changes_wanted())) == ([article.title], [])


# What else waits for somebody


def test_a_publication_that_failed_is_listed_until_the_next_decision(clock):
    article = make_article()
    make_article(publish=False)
    clock("2026-10-15T08:00:00+00:00")
    rewrite(article, "À paraître.")
    scheduled = article.schedule(by=None, at=datetime.fromisoformat("2026-10-15T09:00:00+00:00"))
    Publication.objects.filter(pk=scheduled.pk).update(state=Publication.State.FAILED)
    failed = names(Article.objects.with_failed_publication())
    article.publish(by=None)
    assert (failed, names(Article.objects.with_failed_publication())) == ([article.title], [])


def test_sources_to_verify_and_findings_are_of_the_draft():
    article, other = make_article(), make_article()
    article.sources.create(key="s1", title="À vérifier")
    other.sources.create(key="s1", title="Vérifiée", to_verify=False)
    bare = Article.objects.create(title="", slug="vide")
    bare.record(by=None)
    assert (names(Article.objects.with_sources_to_verify()), names(Article.objects.with_findings())) == (
        [article.title],
        [""],
    )
