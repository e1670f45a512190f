"""The article: its draft in rows, each saved text in a ``Version``, what readers see by a ``Publication``."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import snapshot
from articles.models.drafting import Drafting
from articles.models.image import Image
from articles.models.people import Person, Topic
from articles.models.publication import Publication
from articles.models.publishing import Publishing
from articles.models.queryset import ArticleQuerySet
from articles.models.version import Version, digest_of
from ldnportal.pages.models import Stamp
from ldnportal.staff.models import User

logger = logging.getLogger(__name__)


class Article(Drafting, Publishing, models.Model):
    """
    Rows are the draft; ``published`` points to what readers see.

    ``draft`` is the version that the rows equal since the last ``record()``. ``slug`` is the draft's address,
    ``live_slug`` the one that readers know: a change of address takes place at the next publication.
    """

    class Availability(models.TextChoices):
        LIVE = "live", _("live")
        WITHDRAWN = "withdrawn", _("withdrawn by the editors")
        REDIRECTED = "redirected", _("redirected")
        GONE = "gone", _("unpublished")

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
    # Set by moderators, at once and for all readers; not part of the text, whose editors set the line above.
    comments_paused_at = models.DateTimeField(_("comments paused"), null=True, blank=True, editable=False)
    comments_close_after = models.PositiveSmallIntegerField(
        _("close comments after (days)"),
        null=True,
        blank=True,
        help_text=_("Counted from the first publication."),
    )
    comment_note = models.TextField(
        _("note above the comment form"),
        blank=True,
        max_length=600,
        help_text=_("What you would like to know from readers, or ask them to keep in mind. Plain text."),
    )
    comment_count = models.PositiveIntegerField(_("comments that readers can see"), default=0, editable=False)

    review_every_months = models.PositiveSmallIntegerField(_("medical review every (months)"), default=12)

    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("responsible"),
        help_text=_("Is reminded when a review is due. Empty: whoever saves the article first."),
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="deputy_for",
        verbose_name=_("deputy"),
        help_text=_("Is reminded too."),
    )
    editors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="shared_articles",
        verbose_name=_("shared with"),
        help_text=_("Who may change this draft as well."),
    )

    omissions = models.TextField(
        _("why a usual section is missing"),
        blank=True,
        max_length=1000,
        help_text=_(
            "An article on a medicine has sections on side effects, interactions, pregnancy and when to see a "
            "doctor. If one is missing on purpose, say why: the checks then no longer ask for it."
        ),
    )

    draft = models.OneToOneField(
        Version,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("draft"),
    )
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
    first_published_at = models.DateTimeField(_("first published"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("last major change"), null=True, blank=True, editable=False)
    availability = models.CharField(
        _("availability"),
        max_length=10,
        choices=Availability,
        default=Availability.LIVE,
        editable=False,
    )
    availability_reason = models.TextField(_("reason"), blank=True, editable=False)
    availability_since = models.DateTimeField(_("since"), null=True, blank=True, editable=False)
    availability_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    redirect_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="redirected_here",
        editable=False,
        verbose_name=_("leads to"),
    )
    created = models.DateTimeField(_("created"), auto_now_add=True)
    modified = models.DateTimeField(_("draft saved"), auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-modified", "-pk"]
        permissions = [
            ("publish_article", _("Can publish articles")),
            ("change_any_article", _("Can change articles of others")),
        ]
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
            ),
            models.CheckConstraint(
                name="article_unavailable_was_published",
                condition=Q(availability="live") | Q(published__isnull=False),
            ),
            models.CheckConstraint(
                name="article_redirect_has_target",
                condition=(Q(availability="redirected") & Q(redirect_to__isnull=False))
                | (~Q(availability="redirected") & Q(redirect_to__isnull=True)),
            ),
            models.CheckConstraint(
                name="article_withdrawn_says_why",
                condition=~Q(availability="withdrawn") | ~Q(availability_reason=""),
            ),
        ]
        indexes = [
            # All that listed() chooses by: so counting reads nothing else.
            models.Index(
                name="article_listing",
                fields=["-first_published_at", "-id", "availability"],
                condition=Q(first_published_at__isnull=False),
            ),
            models.Index(
                name="article_updates",
                fields=["-updated_at", "-id"],
                condition=Q(updated_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("articles:detail", args=[self.live_slug or self.slug])

    @property
    def is_published(self) -> bool:
        return self.published_id is not None

    @property
    def is_readable(self) -> bool:
        """Readers can open it, be it with the banner of a withdrawn one."""
        return self.is_published and self.availability in {
            self.Availability.LIVE,
            self.Availability.WITHDRAWN,
        }

    @property
    def is_live(self) -> bool:
        """Readers can open it and it is offered to them."""
        return self.is_published and self.availability == self.Availability.LIVE

    @property
    def is_withdrawn(self) -> bool:
        return self.availability == self.Availability.WITHDRAWN

    @property
    def leads_to(self) -> "Article | None":
        """
        The article that readers get who ask for this one: itself, or where they are led in the end.

        None if the way leads nowhere: the article is gone, or what it leads to is, or nothing was published.
        """
        target, seen = self, {self.pk}
        while target.availability == self.Availability.REDIRECTED:
            target = target.redirect_to
            if target.pk in seen:
                return None
            seen.add(target.pk)
        return target if target.is_readable else None

    @property
    def comments_closed_on(self) -> datetime | None:
        """When comments close by themselves, or None."""
        if self.comments_close_after is None or self.first_published_at is None:
            return None
        return self.first_published_at + timedelta(days=self.comments_close_after)

    @property
    def comments_closed_by(self) -> str:
        """
        What keeps new comments out: "withdrawn", "site", "article", "moderators" or "age"; "" while they are welcome.
        """
        if not self.is_live:
            return "withdrawn"
        if not settings.COMMENTS_OPEN:
            return "site"
        if not self.comments_open:
            return "article"
        if self.comments_paused_at is not None:
            return "moderators"
        closes = self.comments_closed_on
        return "age" if closes is not None and closes <= timezone.now() else ""

    def pause_comments(self, *, paused: bool = True) -> None:
        """The moderators take no new comments under this article for a while; those that are there stay."""
        self.comments_paused_at = timezone.now() if paused else None
        self.save(update_fields=["comments_paused_at"])
        Stamp.bump()

    @property
    def accepts_comments(self) -> bool:
        return not self.comments_closed_by

    @property
    def scheduled(self) -> Publication | None:
        """The publication that waits for its minute."""
        return self.publications.scheduled().select_related("by").first()

    def is_of(self, user: User) -> bool:
        """Whether this user answers for it, or it is shared with him."""
        return user.pk in {self.responsible_id, self.deputy_id} or self.editors.filter(pk=user.pk).exists()

    def has_unpublished_changes(self) -> bool:
        if not self.is_published:
            return True
        return digest_of(snapshot.take(self)) != self.published.digest


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
