"""Which articles: for readers, for the lists of the desk, and for whom."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from articles.models.content import Source
from articles.models.publication import Publication, SlugHistory
from articles.models.review import ReviewedArticles
from articles.models.version import texts_of
from ldnportal.staff.models import User

if TYPE_CHECKING:
    from articles.models.article import Article


class ArticleQuerySet(ReviewedArticles, models.QuerySet):
    def published(self) -> "ArticleQuerySet":
        """What readers can open: also what was withdrawn and is kept with a banner."""
        return self.filter(
            published__isnull=False,
            availability__in=[self.model.Availability.LIVE, self.model.Availability.WITHDRAWN],
        )

    def listed(self) -> "ArticleQuerySet":
        """What is offered to readers: not what was withdrawn."""
        # By the date that every published one has: SQLite then reads the list's index in its order. Asked for
        # ``published`` it took that column's index, found all articles, and sorted them.
        return self.filter(first_published_at__isnull=False, availability=self.model.Availability.LIVE)

    def for_listing(self) -> "ArticleQuerySet":
        """Newest first, with what a card shows and without the texts."""
        return (
            self.select_related("published__topic")
            .defer(*texts_of("published"))
            .order_by("-first_published_at", "-pk")
        )

    def for_feed(self) -> "ArticleQuerySet":
        """As for_listing(), with those on top that had a major change last."""
        # For the index, as in listed().
        return self.filter(updated_at__isnull=False).for_listing().order_by("-updated_at", "-pk")

    def for_page(self) -> "ArticleQuerySet":
        return self.select_related("published__topic")

    def at(self, slug: str) -> "Article | None":
        """
        The article that has this public address, or once had it. Whether readers can open it says ``leads_to``.

        What is due takes effect first. One query for an article that readers can open, under its own address.
        """
        due = Publication.objects.due().filter(article=OuterRef("pk"))
        articles = self.annotate(is_due=Exists(due.order_by()))
        article = articles.filter(live_slug=slug).first()
        if article is None or article.is_due or not article.is_readable:
            self.model.objects.publish_due()
            once_there = SlugHistory.objects.filter(slug=slug).values("article")
            article = articles.filter(Q(live_slug=slug) | Q(pk__in=once_there)).first()
        return article

    def with_unpublished_changes(self) -> "ArticleQuerySet":
        return self.filter(published__isnull=False).exclude(draft__digest=F("published__digest"))

    def scheduled(self) -> "ArticleQuerySet":
        return self.filter(Exists(Publication.objects.scheduled().filter(article=OuterRef("pk")).order_by()))

    def with_schedule(self) -> "ArticleQuerySet":
        """``scheduled_at`` (or None) and ``last_publication_failed`` on each article."""
        waiting = Publication.objects.scheduled().filter(article=OuterRef("pk"))
        return self.annotate(
            scheduled_at=Subquery(waiting.values("at")[:1]),
            last_publication_failed=_last_publication_failed(),
        )

    def with_failed_publication(self) -> "ArticleQuerySet":
        """What was scheduled last could not take place, and nothing was decided since."""
        return self.filter(_last_publication_failed())

    def with_sources_to_verify(self) -> "ArticleQuerySet":
        return self.filter(Exists(Source.objects.filter(article=OuterRef("pk"), to_verify=True).order_by()))

    def with_findings(self) -> "ArticleQuerySet":
        """The checks found something in the draft when it was saved."""
        return self.filter(draft__isnull=False).exclude(draft__checks=[])

    def answered_for_by(self, user: User) -> "ArticleQuerySet":
        return self.filter(_answers_for_it(user))

    def shared_with(self, user: User) -> "ArticleQuerySet":
        return self.filter(self._is_shared_with(user))

    def _is_shared_with(self, user: User) -> Q:
        return Q(pk__in=self.model.editors.through.objects.filter(user=user).values("article"))

    def of(self, user: User) -> "ArticleQuerySet":
        """Those that this user answers for, or that are shared with him."""
        return self.filter(_answers_for_it(user) | self._is_shared_with(user))

    def publish_due(self) -> int:
        """
        Lets every scheduled publication whose minute has come take effect; returns how many did.

        One query when there is none. Called before readers are shown what it could change.
        """
        return sum(
            publication.article.take_effect(publication)
            for publication in Publication.objects.due().select_related("article")
        )


def _answers_for_it(user: User) -> Q:
    return Q(responsible=user) | Q(deputy=user)


def _last_publication_failed() -> Exists:
    return Exists(Publication.objects.failed().filter(article=OuterRef("pk")).order_by())
