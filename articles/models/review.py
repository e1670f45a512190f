"""What reviewers say about texts, and what that makes of an article: reviewed, due, changed since."""

import calendar
from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.people import Person
from articles.models.publication import Publication
from articles.models.version import Version


class OwnText(Exception):
    """Nobody reviews what he has written."""


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last; an article that says 0 months means the next one."""
    year, month = divmod(day.year * 12 + day.month - 1 + max(months, 1), 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _readers_saw() -> models.QuerySet:
    """The publications of the text that the outer review is on: that very version, or another with its text."""
    return Publication.objects.done().filter(
        article=OuterRef("article"), version__digest=OuterRef("version__digest")
    )


def _overtaken() -> Exists:
    """Whether a major change came after the outer publication."""
    later = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    return Exists(
        Publication.objects.done()
        .filter(later, article=OuterRef("article"), change=Publication.Change.MAJOR)
        .order_by()
    )


class ReviewQuerySet(models.QuerySet):
    def latest_first(self) -> "ReviewQuerySet":
        return self.order_by("-reviewed_on", "-pk")

    def approvals(self) -> "ReviewQuerySet":
        return self.filter(outcome=Review.Outcome.APPROVED)

    def that_readers_see(self) -> "ReviewQuerySet":
        """
        Approvals of texts that readers have seen, the one that counts first, each with ``holds``.

        An approval binds to the text, by its digest: one of a draft waits until that text is published, and one
        of an old text counts again once that text is back. It holds as long as only minor changes came after
        its text. One that holds counts more than a later one of a text that has been replaced.
        """
        return (
            self.approvals()
            .filter(Exists(_readers_saw().order_by()))
            .annotate(holds=Exists(_readers_saw().filter(~_overtaken()).order_by()))
            .order_by("-holds", "-reviewed_on", "-pk")
        )


class Review(models.Model):
    """A reviewer's word on one exact version."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("approved")
        CHANGES_WANTED = "changes_wanted", _("changes wanted")

    article = models.ForeignKey("Article", models.CASCADE, related_name="reviews", verbose_name=_("article"))
    version = models.ForeignKey(Version, models.PROTECT, related_name="reviews", verbose_name=_("version"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="reviews", verbose_name=_("reviewer"))
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, default=Outcome.APPROVED)
    note = models.TextField(_("note"), blank=True)
    reviewed_on = models.DateField(_("reviewed on"), default=timezone.localdate)
    due_on = models.DateField(_("next review due"))

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-reviewed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(name="review_once", fields=["version", "person", "reviewed_on"]),
            models.CheckConstraint(
                name="review_due_after_review",
                condition=Q(due_on__gt=F("reviewed_on")),
                violation_error_message=_("The next review is due after this one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.reviewed_on:%Y-%m-%d}"


class ReviewedArticles:
    """
    The part of ArticleQuerySet that asks for reviews. Each is one query.

    The dates are those of the review that readers see: neither a minor change nor any publication moves them.
    """

    def with_review(self):
        """``review_due`` (a date or None) and ``review_holds`` (None without a review) on each article."""
        counts = Review.objects.filter(article=OuterRef("pk")).that_readers_see()
        return self.annotate(
            review_due=Subquery(counts.values("due_on")[:1]),
            review_holds=Subquery(counts.values("holds")[:1], output_field=models.BooleanField()),
        )

    def review_overdue(self, today: date | None = None):
        """The day on which the review was due has passed."""
        return self.listed().with_review().filter(review_due__lt=today or timezone.localdate())

    def review_due_within(self, days: int, today: date | None = None):
        """The review is due today or in the ``days`` days to come; overdue ones are not among them."""
        today = today or timezone.localdate()
        return self.listed().with_review().filter(review_due__range=(today, today + timedelta(days=days)))

    def never_reviewed(self):
        """Readers see a text of which no reviewer has approved this or any earlier state."""
        return self.listed().with_review().filter(review_due__isnull=True)

    def changed_since_review(self):
        """A major change came after the text that was approved."""
        return self.listed().with_review().filter(review_holds=False)

    def with_changes_wanted(self):
        """The last word of a reviewer, on whichever version, asks for changes."""
        last = Review.objects.filter(article=OuterRef("pk")).latest_first().values("outcome")[:1]
        return self.exclude(availability__in=["redirected", "gone"]).filter(
            Exact(Subquery(last), Review.Outcome.CHANGES_WANTED)
        )
