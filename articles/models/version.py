"""Published texts, which never change, and what is said about them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.people import Person, Topic


class AppendOnly(Exception):
    """Somebody tried to change or delete a row that is kept as it was written."""


class VersionQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise AppendOnly("A version is never changed.")

    def delete(self):
        raise AppendOnly("A version is never deleted.")


class Version(models.Model):
    """
    One text of an article, whole, as it was published.

    ``data`` is the snapshot (``articles.snapshot``), ``html`` its body as ``articles.rendering`` wrote it, with
    the versions of what made it, so that ``rerender`` can tell what would come out differently today.
    """

    class Change(models.TextChoices):
        MAJOR = "major", _("major change")
        MINOR = "minor", _("minor change")

    article = models.ForeignKey("Article", models.PROTECT, related_name="versions", verbose_name=_("article"))
    n = models.PositiveIntegerField(_("number"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    created = models.DateTimeField(_("published"), default=timezone.now)
    change = models.CharField(_("change"), max_length=10, choices=Change, default=Change.MAJOR)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    # Taken out of ``data`` for lists, which must not load whole texts.
    title = models.CharField(_("title"), max_length=200)
    lede = models.TextField(_("lede"))
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="versions", verbose_name=_("topic")
    )
    data = models.JSONField(_("content"))
    html = models.TextField(_("page"))
    schema = models.PositiveSmallIntegerField(_("schema"))
    renderer = models.PositiveSmallIntegerField(_("renderer"))
    sanitizer = models.PositiveSmallIntegerField(_("sanitiser"))
    checks = models.JSONField(_("checks"), default=list)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-n"]
        constraints = [models.UniqueConstraint(name="version_number_once", fields=["article", "n"])]

    def __str__(self) -> str:
        return _("version %(n)d") % {"n": self.n}

    def save(self, **kwargs) -> None:
        if not self._state.adding:
            raise AppendOnly("A version is never changed.")
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise AppendOnly("A version is never deleted.")


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
