"""Which text readers see from which minute on, and under which address."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.version import Version


class PublicationQuerySet(models.QuerySet):
    def scheduled(self) -> "PublicationQuerySet":
        return self.filter(state=Publication.State.SCHEDULED)

    def due(self) -> "PublicationQuerySet":
        """Scheduled ones whose minute has come, the earliest first."""
        return self.scheduled().filter(at__lte=timezone.now()).order_by("at", "pk")

    def failed(self) -> "PublicationQuerySet":
        """Could not take place, and nothing was decided for their articles since."""
        later = self.model.objects.filter(article=OuterRef("article"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later.order_by()), state=Publication.State.FAILED)

    def done(self) -> "PublicationQuerySet":
        return self.filter(state=Publication.State.DONE)


class Publication(models.Model):
    """
    A version going to the readers at a moment, past or to come.

    A scheduled one takes effect at the first look that a reader takes from ``at`` on
    (``Article.objects.publish_due``): no job has to run.
    """

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("scheduled")
        DONE = "done", _("published")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    class Change(models.TextChoices):
        MAJOR = "major", _("major change")
        MINOR = "minor", _("minor change")

    article = models.ForeignKey(
        "Article", models.CASCADE, related_name="publications", verbose_name=_("article")
    )
    version = models.ForeignKey(
        Version, models.PROTECT, related_name="publications", verbose_name=_("version")
    )
    at = models.DateTimeField(_("published on"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SCHEDULED)
    change = models.CharField(_("kind of change"), max_length=10, choices=Change, default=Change.MAJOR)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    created = models.DateTimeField(_("decided"), default=timezone.now)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="publication_one_scheduled", fields=["article"], condition=Q(state="scheduled")
            )
        ]
        indexes = [
            models.Index(name="publication_due", fields=["at"], condition=Q(state="scheduled")),
        ]

    def __str__(self) -> str:
        return f"{self.version}, {self.get_state_display()}"

    @property
    def is_major(self) -> bool:
        return self.change == self.Change.MAJOR


class SlugHistory(models.Model):
    """A slug under which readers once found an article; it leads there for ever and is never given away."""

    article = models.ForeignKey(
        "Article", models.CASCADE, related_name="old_slugs", verbose_name=_("article")
    )
    slug = models.SlugField(_("old address"), max_length=120, unique=True)
    created = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")

    def __str__(self) -> str:
        return self.slug
