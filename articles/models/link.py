"""Addresses of other sites that our texts link to, and what the last look at each one found."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.checks import links
from articles.models.article import Article

URL_MAX_CHARACTERS = 2000


def digest_of_url(url: str) -> str:
    """What makes an address unique: PostgreSQL cannot index the longest ones themselves."""
    return hashlib.sha256(url.encode()).hexdigest()


class LinkQuerySet(models.QuerySet):
    def used(self) -> "LinkQuerySet":
        return self.filter(Exists(LinkUse.objects.filter(link=OuterRef("pk"))))

    def heeded(self) -> "LinkQuerySet":
        """Without those that somebody has decided to let be."""
        return self.filter(ignored_because="")

    def failing(self) -> "LinkQuerySet":
        return self.heeded().used().filter(status__in=Link.FAILING)

    def due(self, *, days: int) -> "LinkQuerySet":
        """To be looked at: never seen, failing, or seen longer ago than ``days``. The longest unseen come first."""
        old = timezone.now() - timedelta(days=days)
        return (
            self.heeded()
            .used()
            .filter(Q(checked_at=None) | Q(checked_at__lt=old) | Q(status__in=Link.FAILING))
            .order_by(F("checked_at").asc(nulls_first=True), "pk")
        )

    def worst_first(self) -> "LinkQuerySet":
        """What readers meet before what only stands in a draft, then what has failed for longest."""
        live = LinkUse.objects.filter(link=OuterRef("pk"), live=True)
        return self.annotate(is_live=Exists(live)).order_by(
            "-is_live", F("first_failed_at").asc(nulls_last=True), "pk"
        )

    def collect(self) -> None:
        """Reads all drafts and published texts, and remembers which links stand where."""
        articles = Article.objects.select_related("draft", "published").defer(
            "draft__html", "draft__checks", "published__html", "published__checks"
        )
        for article in articles.order_by("pk").iterator(chunk_size=50):
            self.collect_from(article)
        self.exclude(Exists(LinkUse.objects.filter(link=OuterRef("pk")))).filter(ignored_because="").delete()

    def collect_from(self, article: Article) -> None:
        wanted = set(_uses(article))
        there = {use.key(): use.pk for use in article.link_uses.select_related("link")}
        gone = [pk for key, pk in there.items() if key not in wanted]
        new = wanted - there.keys()
        with transaction.atomic():
            LinkUse.objects.filter(pk__in=gone).delete()
            urls = {url for url, *_rest in new}
            self.bulk_create(
                (Link(url=url, digest=digest_of_url(url)) for url in sorted(urls)), ignore_conflicts=True
            )
            known = self.in_bulk([digest_of_url(url) for url in urls], field_name="digest")
            LinkUse.objects.bulk_create(
                LinkUse(
                    link=known[digest_of_url(url)],
                    article=article,
                    place=place,
                    where=where,
                    text=text,
                    in_draft=in_draft,
                    live=live,
                )
                for url, place, where, text, in_draft, live in sorted(new)
            )


class Link(models.Model):
    class Status(models.TextChoices):
        UNCHECKED = "unchecked", _("not looked at yet")
        OK = "ok", _("page found")
        MOVED = "moved", _("moved for good")
        # Many sites refuse programs and serve people: no reason to alarm anybody.
        UNCLEAR = "unclear", _("does not answer to programs")
        BROKEN = "broken", _("page not found")
        UNREACHABLE = "unreachable", _("cannot be reached")
        REFUSED = "refused", _("no address that may be looked at")

    FAILING = (Status.BROKEN, Status.UNREACHABLE, Status.REFUSED)

    url = models.CharField(_("address"), max_length=URL_MAX_CHARACTERS)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    status = models.CharField(_("result"), max_length=20, choices=Status, default=Status.UNCHECKED)
    http_status = models.PositiveSmallIntegerField(_("answer code"), null=True, blank=True)
    moved_to = models.CharField(_("new address"), max_length=URL_MAX_CHARACTERS, blank=True)
    error = models.CharField(_("what happened"), max_length=300, blank=True)
    checked_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    first_failed_at = models.DateTimeField(_("failing since"), null=True, blank=True)
    ignored_because = models.CharField(_("let be because"), max_length=300, blank=True)
    ignored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("external link")
        verbose_name_plural = _("external links")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="link_failing_since_iff_failing",
                condition=Q(status__in=["broken", "unreachable", "refused"], first_failed_at__isnull=False)
                | (~Q(status__in=["broken", "unreachable", "refused"]) & Q(first_failed_at__isnull=True)),
            )
        ]
        indexes = [
            models.Index(
                name="link_failing",
                fields=["first_failed_at"],
                condition=Q(status__in=["broken", "unreachable", "refused"], ignored_because=""),
            )
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_failing(self) -> bool:
        return self.status in self.FAILING and not self.ignored_because

    def note(
        self, status: str, *, http_status: int | None = None, moved_to: str = "", error: str = ""
    ) -> None:
        """Keeps what a look has found; ``first_failed_at`` stays that of the first failure in a row."""
        now = timezone.now()
        self.status, self.http_status = status, http_status
        self.moved_to, self.error = moved_to[:URL_MAX_CHARACTERS], error[:300]
        self.checked_at = now
        self.first_failed_at = self._failing_since(now)
        self.save(
            update_fields=["status", "http_status", "moved_to", "error", "checked_at", "first_failed_at"]
        )

    def ignore(self, *, by, because: str) -> None:
        self.ignored_because, self.ignored_by = because, by
        self.save(update_fields=["ignored_because", "ignored_by"])

    def heed(self) -> None:
        self.ignore(by=None, because="")

    def _failing_since(self, now: datetime) -> datetime | None:
        if self.status not in self.FAILING:
            return None
        return self.first_failed_at or now


class LinkUse(models.Model):
    """One place where a link stands; as of the last ``collect()``."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="uses", verbose_name=_("external link"))
    article = models.ForeignKey(
        "Article", models.CASCADE, related_name="link_uses", verbose_name=_("article")
    )
    place = models.CharField(_("place"), max_length=200)
    where = models.CharField(_("section"), max_length=300)
    text = models.CharField(_("link text"), max_length=500, blank=True)
    in_draft = models.BooleanField(_("stands in the draft"))
    live = models.BooleanField(_("readers see it"))

    class Meta:
        verbose_name = _("use of a link")
        verbose_name_plural = _("uses of links")
        ordering = ["-live", "article", "pk"]

    def __str__(self) -> str:
        return f"{self.text} → {self.link}"

    def key(self) -> tuple[str, str, str, str, bool, bool]:
        return self.link.url, self.place, self.where, self.text, self.in_draft, self.live


def _uses(article: Article) -> Iterator[tuple[str, str, str, str, bool, bool]]:
    """Once for each link of the draft, and once for each that only readers still see."""
    draft = _links_of(article.draft)
    live = _links_of(article.published) if article.is_readable else []
    # A section that has moved in the draft is still the same place: told by its heading.
    same = {(url, where, text) for url, _place, where, text in live}
    mine = {(url, where, text) for url, _place, where, text in draft}
    return chain(
        ((url, place, where, text, True, (url, where, text) in same) for url, place, where, text in draft),
        (
            (url, place, where, text, False, True)
            for url, place, where, text in live
            if (url, where, text) not in mine
        ),
    )


def _links_of(version) -> list[tuple[str, str, str, str]]:
    if version is None:
        return []
    return [
        (url, place, where[:300], text[:500])
        for place, where, text, url in links.external_links(version.data, settings.SITE_URL)
        if len(url) <= URL_MAX_CHARACTERS
    ]
