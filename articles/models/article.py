"""The article: its draft in rows, its published text in a ``Version``."""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import checks, rendering, snapshot
from articles.models.image import Image
from articles.models.people import Person, Topic
from articles.models.version import Review, SlugHistory, Version
from ldnportal.markup.sanitize import SANITIZER_VERSION
from ldnportal.pages.models import Stamp
from ldnportal.staff.models import User


class NotPublishable(Exception):
    """The draft is not fit for readers; ``findings`` name each place and its mend."""

    def __init__(self, findings: list[checks.Finding]) -> None:
        super().__init__("; ".join(str(finding.message) for finding in findings))
        self.findings = findings


class SlugTaken(Exception):
    """Readers know the address as another article's."""


class ArticleQuerySet(models.QuerySet):
    def published(self) -> "ArticleQuerySet":
        return self.filter(published__isnull=False)

    def for_listing(self) -> "ArticleQuerySet":
        """Newest first, with what a card shows and without the texts."""
        return (
            self.select_related("published__topic")
            .defer("published__data", "published__html", "published__checks")
            .order_by("-first_published_at", "-pk")
        )

    def for_page(self) -> "ArticleQuerySet":
        return self.select_related("published__topic")

    def known_as(self, slug: str) -> "ArticleQuerySet":
        """The published article that once had this address."""
        return self.published().filter(old_slugs__slug=slug)


class Article(models.Model):
    """
    Rows are the draft; ``published`` points to what readers see.

    ``slug`` is the draft's address, ``live_slug`` the one that readers know: a change of address takes place
    at the next publication.
    """

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    lede = models.TextField(_("lede"), blank=True, max_length=600)
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="articles", verbose_name=_("topic")
    )
    authors = models.ManyToManyField(
        Person, through="Authorship", related_name="articles", verbose_name=_("authors")
    )
    cover = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="covers", verbose_name=_("cover image")
    )

    comments_open = models.BooleanField(_("comments are open"), default=True)
    comments_close_after = models.PositiveSmallIntegerField(
        _("close comments after (days)"),
        null=True,
        blank=True,
        help_text=_("Counted from the first publication."),
    )
    comment_count = models.PositiveIntegerField(_("comments that readers can see"), default=0, editable=False)

    review_every_months = models.PositiveSmallIntegerField(_("medical review every (months)"), default=12)

    version = models.PositiveIntegerField(default=1, editable=False)
    published = models.OneToOneField(
        Version,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("published text"),
    )
    live_slug = models.SlugField(_("public address"), max_length=120, unique=True, null=True, editable=False)
    publish_at = models.DateTimeField(_("publish on"), null=True, blank=True, editable=False)
    first_published_at = models.DateTimeField(_("first published"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("last major change"), null=True, blank=True, editable=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    modified = models.DateTimeField(_("draft saved"), auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-modified", "-pk"]
        permissions = [("publish_article", _("Can publish articles"))]
        constraints = [
            models.CheckConstraint(
                name="article_published_is_whole",
                condition=Q(
                    published__isnull=True,
                    live_slug__isnull=True,
                    first_published_at__isnull=True,
                    updated_at__isnull=True,
                )
                | Q(
                    published__isnull=False,
                    live_slug__isnull=False,
                    first_published_at__isnull=False,
                    updated_at__isnull=False,
                ),
            )
        ]
        indexes = [
            models.Index(
                name="article_listing",
                fields=["-first_published_at", "-id"],
                condition=Q(published__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("articles:detail", args=[self.live_slug or self.slug])

    @property
    def is_published(self) -> bool:
        return self.published_id is not None

    @property
    def comments_closed_on(self) -> datetime | None:
        """When comments close by themselves, or None."""
        if self.comments_close_after is None or self.first_published_at is None:
            return None
        return self.first_published_at + timedelta(days=self.comments_close_after)

    @property
    def accepts_comments(self) -> bool:
        closes = self.comments_closed_on
        return self.is_published and self.comments_open and (closes is None or timezone.now() < closes)

    @property
    def current_review(self) -> Review | None:
        """The latest approval of any version, newest first."""
        return (
            self.reviews.filter(outcome=Review.Outcome.APPROVED)
            .select_related("person", "version")
            .defer("version__data", "version__html", "version__checks")
            .first()
        )

    def has_unpublished_changes(self) -> bool:
        return not self.is_published or snapshot.take(self) != self.published.data

    def publish(
        self,
        *,
        by: User | None,
        change: str = Version.Change.MAJOR,
        note: str = "",
        at: datetime | None = None,
    ) -> Version:
        """
        Makes the draft what readers see, in one transaction.

        ``at`` dates the publication (default: now). Raises NotPublishable with the findings of
        ``checks.for_publishing`` or SlugTaken; then nothing has changed.
        """
        at = at or timezone.now()
        with transaction.atomic():
            Article.objects.select_for_update().get(pk=self.pk)
            self.refresh_from_db()
            data = snapshot.take(self)
            findings = checks.for_publishing(data)
            if findings:
                raise NotPublishable(findings)
            self._move_to_slug(self.slug)
            last = self.versions.aggregate(n=models.Max("n"))["n"] or 0
            version = Version.objects.create(
                article=self,
                n=last + 1,
                author=by,
                created=at,
                change=change,
                note=note,
                title=self.title,
                lede=self.lede,
                topic=self.topic,
                data=data,
                html=rendering.render_body(data),
                schema=snapshot.SCHEMA,
                renderer=rendering.RENDERER_VERSION,
                sanitizer=SANITIZER_VERSION,
            )
            self.published = version
            if self.first_published_at is None:
                self.first_published_at = at
            if self.updated_at is None or change == Version.Change.MAJOR:
                self.updated_at = at
            self.save(update_fields=["published", "live_slug", "first_published_at", "updated_at"])
            Stamp.bump()
        return version

    def _move_to_slug(self, slug: str) -> None:
        if slug == self.live_slug:
            return
        if (
            SlugHistory.objects.filter(slug=slug).exclude(article=self).exists()
            or Article.objects.filter(live_slug=slug).exclude(pk=self.pk).exists()
        ):
            raise SlugTaken(slug)
        self.old_slugs.filter(slug=slug).delete()
        if self.live_slug:
            self.old_slugs.create(slug=self.live_slug)
        self.live_slug = slug


class Authorship(models.Model):
    article = models.ForeignKey(
        Article, models.CASCADE, related_name="authorships", verbose_name=_("article")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="authorships", verbose_name=_("author"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(name="authorship_once", fields=["article", "person"])]

    def __str__(self) -> str:
        return str(self.person)
