"""The article: its draft in rows, each saved text in a ``Version``, what readers see by a ``Publication``."""

import logging
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import checks, rendering, snapshot, surroundings
from articles.models.content import Source
from articles.models.image import Image
from articles.models.people import Person, Topic
from articles.models.publication import Publication, SlugHistory
from articles.models.review import OwnText, Review, ReviewedArticles
from articles.models.version import Version, digest_of
from ldnportal.markup.sanitize import SANITIZER_VERSION
from ldnportal.pages.models import Stamp
from ldnportal.staff.models import User

logger = logging.getLogger(__name__)


class NotPublishable(Exception):
    """The draft is not fit for readers; ``findings`` name each place and its mend."""

    def __init__(self, findings: list[checks.Finding]) -> None:
        super().__init__("; ".join(str(finding.message) for finding in findings))
        self.findings = findings


class SlugTaken(Exception):
    """Readers know the address as another article's, or will from a scheduled minute on."""


class ImpossibleMove(Exception):
    """The article is not in a state from which this can be done."""


class ArticleQuerySet(ReviewedArticles, models.QuerySet):
    def published(self) -> "ArticleQuerySet":
        """What readers can open: also what was withdrawn and is kept with a banner."""
        return self.filter(
            published__isnull=False,
            availability__in=[Article.Availability.LIVE, Article.Availability.WITHDRAWN],
        )

    def listed(self) -> "ArticleQuerySet":
        """What is offered to readers: not what was withdrawn."""
        return self.filter(published__isnull=False, availability=Article.Availability.LIVE)

    def for_listing(self) -> "ArticleQuerySet":
        """Newest first, with what a card shows and without the texts."""
        return (
            self.select_related("published__topic")
            .defer("published__data", "published__html", "published__checks")
            .order_by("-first_published_at", "-pk")
        )

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
            Article.objects.publish_due()
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
        return self.filter(_is_shared_with(user))

    def of(self, user: User) -> "ArticleQuerySet":
        """Those that this user answers for, or that are shared with him."""
        return self.filter(_answers_for_it(user) | _is_shared_with(user))

    def publish_due(self) -> int:
        """
        Lets every scheduled publication whose minute has come take effect; returns how many did.

        One query when there is none. Called before readers are shown what it could change.
        """
        return sum(
            publication.article.take_effect(publication)
            for publication in Publication.objects.due().select_related("article")
        )


class Article(models.Model):
    """
    Rows are the draft; ``published`` points to what readers see.

    ``draft`` is the version that the rows equal since the last ``record()``. ``slug`` is the draft's address,
    ``live_slug`` the one that readers know: a change of address takes place at the next publication.
    """

    class Availability(models.TextChoices):
        LIVE = "live", _("live")
        WITHDRAWN = "withdrawn", _("withdrawn")
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
    comments_close_after = models.PositiveSmallIntegerField(
        _("close comments after (days)"),
        null=True,
        blank=True,
        help_text=_("Counted from the first publication."),
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
    def accepts_comments(self) -> bool:
        closes = self.comments_closed_on
        return self.is_live and self.comments_open and (closes is None or timezone.now() < closes)

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

    # Saving

    def record(
        self,
        *,
        by: User | None,
        kind: str = Version.Kind.SAVED,
        note: str = "",
        restored_from: Version | None = None,
    ) -> Version:
        """
        Makes the rows as they stand now a version, unless the last one says the same already.

        To be called at the end of every transaction that changes the draft. Returns the draft's version.
        """
        with transaction.atomic():
            locked = Article.objects.select_for_update().get(pk=self.pk)
            data = snapshot.take(locked)
            digest = digest_of(data)
            draft = locked.draft
            if draft is None or draft.digest != digest:
                draft = self._add_version(
                    data, digest, by=by, kind=kind, note=note, topic=locked.topic, restored_from=restored_from
                )
                # Not save(): «draft saved» is moved by whoever changed the rows.
                Article.objects.filter(pk=self.pk).update(draft=draft)
        self.draft = draft
        return draft

    def set_aside(self, data: snapshot.Snapshot, *, by: User, note: str = "") -> Version:
        """Keeps a text that could not become the draft, because somebody else saved first."""
        with transaction.atomic():
            Article.objects.select_for_update().get(pk=self.pk)
            topic = data["article"]["topic"]
            return self._add_version(
                data,
                digest_of(data),
                by=by,
                kind=Version.Kind.SET_ASIDE,
                note=note,
                topic=Topic.objects.filter(slug=topic["slug"]).first() if topic else None,
            )

    def _add_version(
        self, data: snapshot.Snapshot, digest: str, *, by: User | None, topic: Topic | None, **kwargs
    ) -> Version:
        last = self.versions.aggregate(n=models.Max("n"))["n"] or 0
        return Version.objects.create(
            article=self,
            n=last + 1,
            author=by,
            title=data["article"]["title"],
            slug=data["article"]["slug"],
            lede=data["article"]["lede"],
            topic=topic,
            data=data,
            digest=digest,
            html=rendering.render_body(data),
            schema=snapshot.SCHEMA,
            renderer=rendering.RENDERER_VERSION,
            sanitizer=SANITIZER_VERSION,
            checks=_as_stored(checks.examine(data, surroundings.of(self, data))),
            **kwargs,
        )

    def restore(self, version: Version, *, by: User | None, note: str = "") -> Version:
        """Makes the draft what ``version`` says. Itself undone by restoring the version before."""
        with transaction.atomic():
            article = Article.objects.select_for_update().get(pk=self.pk)
            snapshot.write(article, version.data)
            draft = article.record(by=by, kind=Version.Kind.RESTORED, note=note, restored_from=version)
        self.refresh_from_db()
        return draft

    def discard_changes(self, *, by: User | None) -> Version:
        """Makes the draft what readers see."""
        if self.published is None:
            raise ImpossibleMove("nothing is published")
        return self.restore(self.published, by=by)

    def merge(self, data: snapshot.Snapshot, *, by: User | None, note: str = "") -> Version:
        """Makes ``data``, chosen from two editors' texts, the draft."""
        with transaction.atomic():
            article = Article.objects.select_for_update().get(pk=self.pk)
            snapshot.write(article, data)
            draft = article.record(by=by, kind=Version.Kind.MERGED, note=note)
        self.refresh_from_db()
        return draft

    # Publishing

    def publish(
        self,
        *,
        by: User | None,
        version: Version | None = None,
        change: str = Publication.Change.MAJOR,
        note: str = "",
        at: datetime | None = None,
    ) -> Publication:
        """
        Makes a version what readers see now, in one transaction; by default the draft as it stands.

        ``at`` dates the publication back (imports). A scheduled publication is cancelled: its text would come
        back over this one. Raises NotPublishable or SlugTaken; then nothing has changed.
        """
        with transaction.atomic():
            Article.objects.select_for_update().get(pk=self.pk)
            version = version or self.record(by=by)
            self._refuse_unfit(version)
            self.publications.scheduled().update(state=Publication.State.CANCELLED)
            # Published or renamed by somebody else since it was fetched.
            self.refresh_from_db()
            publication = self.publications.create(
                version=version, at=at or timezone.now(), by=by, change=change, note=note
            )
            self._go_live(publication)
        return publication

    def schedule(
        self,
        *,
        at: datetime,
        by: User | None,
        version: Version | None = None,
        change: str = Publication.Change.MAJOR,
        note: str = "",
    ) -> Publication:
        """
        Lets a version become what readers see at ``at``, in the place of what was scheduled before.

        Raises NotPublishable, SlugTaken, or ImpossibleMove when the moment is not to come.
        """
        if at <= timezone.now():
            raise ImpossibleMove("the moment has passed")
        with transaction.atomic():
            Article.objects.select_for_update().get(pk=self.pk)
            version = version or self.record(by=by)
            self._refuse_unfit(version)
            self.publications.scheduled().update(state=Publication.State.CANCELLED)
            return self.publications.create(version=version, at=at, by=by, change=change, note=note)

    def unschedule(self) -> bool:
        """Cancels what is scheduled; False if nothing was."""
        with transaction.atomic():
            Article.objects.select_for_update().get(pk=self.pk)
            return bool(self.publications.scheduled().update(state=Publication.State.CANCELLED))

    def take_effect(self, publication: Publication) -> bool:
        """Lets one scheduled publication take effect; False if somebody else did so, or it cannot be."""
        with transaction.atomic():
            Article.objects.select_for_update().get(pk=self.pk)
            publication.refresh_from_db()
            if publication.state != Publication.State.SCHEDULED:
                return False
            self.refresh_from_db()
            try:
                with transaction.atomic():
                    self._go_live(publication)
            except (SlugTaken, IntegrityError):
                # Never in a reader's way: the dashboard shows it.
                logger.error("publication failed", extra={"article": self.pk, "publication": publication.pk})
                publication.state = Publication.State.FAILED
                publication.save(update_fields=["state"])
                return False
        return True

    def _refuse_unfit(self, version: Version) -> None:
        findings = checks.for_publishing(version.data, surroundings.of(self, version.data))
        if findings:
            raise NotPublishable(findings)
        self._refuse_taken_slug(version.slug)

    def _go_live(self, publication: Publication) -> None:
        version, at = publication.version, publication.at
        self._move_to_slug(version.slug)
        self.published = version
        if self.first_published_at is None:
            self.first_published_at = at
        if self.updated_at is None or publication.is_major:
            self.updated_at = at
        self._set_availability(self.Availability.LIVE, by=publication.by)
        self.save(
            update_fields=["published", "live_slug", "first_published_at", "updated_at", *AVAILABILITY_FIELDS]
        )
        publication.state = Publication.State.DONE
        publication.save(update_fields=["state"])
        Stamp.bump()

    def _refuse_taken_slug(self, slug: str) -> None:
        others = Article.objects.exclude(pk=self.pk)
        if (
            SlugHistory.objects.filter(slug=slug).exclude(article=self).exists()
            or others.filter(live_slug=slug).exists()
            or Publication.objects.scheduled().filter(version__slug=slug).exclude(article=self).exists()
        ):
            raise SlugTaken(slug)

    def _move_to_slug(self, slug: str) -> None:
        if slug == self.live_slug:
            return
        self._refuse_taken_slug(slug)
        self.old_slugs.filter(slug=slug).delete()
        if self.live_slug:
            self.old_slugs.create(slug=self.live_slug)
        self.live_slug = slug

    # Reviewing

    def sign(
        self, version: Version, *, person: Person, outcome: str, due_on: date, note: str = ""
    ) -> tuple[Review, bool]:
        """
        Writes down ``person``'s word of today on exactly ``version``.

        Returns the review and whether anything was written: the same word twice is one. Another word on the
        same day takes the place of the first, since one reviewer has one opinion of one text. Raises OwnText.
        """
        if person.slug in version.data["article"]["authors"]:
            raise OwnText(person)
        word = {"outcome": outcome, "due_on": due_on, "note": note}
        with transaction.atomic():
            Article.objects.select_for_update().get(pk=self.pk)
            review, created = Review.objects.get_or_create(
                version=version,
                person=person,
                reviewed_on=timezone.localdate(),
                defaults={"article": self, **word},
            )
            if not created:
                if all(getattr(review, name) == value for name, value in word.items()):
                    return review, False
                for name, value in word.items():
                    setattr(review, name, value)
                review.save(update_fields=list(word))
            Stamp.bump()
        return review, True

    # Taking away

    def withdraw(self, *, by: User | None, reason: str) -> None:
        """Keeps the page under a banner that says why it is no longer up to date; closes its comments."""
        if not reason.strip():
            raise ValueError("a withdrawal has a reason")
        self._become(self.Availability.WITHDRAWN, by=by, reason=reason)

    def redirect(self, to: "Article", *, by: User | None) -> None:
        """Leads readers to another article that they can open."""
        with transaction.atomic():
            # Both, so that two articles are never led to each other at the same instant.
            rows = Article.objects.select_for_update().filter(pk__in=[self.pk, to.pk]).order_by("pk")
            readable = [row.pk for row in rows if row.is_readable]
            if to.pk == self.pk or to.pk not in readable:
                raise ImpossibleMove("readers cannot open the target")
            self._become(self.Availability.REDIRECTED, by=by, redirect_to=to)

    def unpublish(self, *, by: User | None, reason: str = "") -> None:
        """Answers 410 from now on; ``reason`` is for the editors."""
        self._become(self.Availability.GONE, by=by, reason=reason)

    def bring_back(self, *, by: User | None) -> None:
        """Shows the published text again as if nothing had been."""
        self._become(self.Availability.LIVE, by=by)

    def _become(
        self,
        availability: str,
        *,
        by: User | None,
        reason: str = "",
        redirect_to: "Article | None" = None,
    ) -> None:
        with transaction.atomic():
            Article.objects.select_for_update().get(pk=self.pk)
            self.refresh_from_db()
            as_it_is = (self.availability, self.availability_reason, self.redirect_to)
            if not self.is_published or as_it_is == (availability, reason, redirect_to):
                raise ImpossibleMove(f"{self.availability} → {availability}")
            if availability != self.Availability.LIVE:
                # Its text would come back by itself.
                self.publications.scheduled().update(state=Publication.State.CANCELLED)
            self._set_availability(availability, by=by, reason=reason, redirect_to=redirect_to)
            self.save(update_fields=AVAILABILITY_FIELDS)
            Stamp.bump()

    def _set_availability(
        self,
        availability: str,
        *,
        by: User | None,
        reason: str = "",
        redirect_to: "Article | None" = None,
    ) -> None:
        live = availability == self.Availability.LIVE
        if availability != self.availability:
            # A reason put better later does not move the date that readers are told.
            self.availability_since = None if live else timezone.now()
        self.availability_by = None if live else by
        self.availability, self.availability_reason, self.redirect_to = availability, reason, redirect_to


AVAILABILITY_FIELDS = [
    "availability",
    "availability_reason",
    "availability_since",
    "availability_by",
    "redirect_to",
]


def _answers_for_it(user: User) -> Q:
    return Q(responsible=user) | Q(deputy=user)


def _is_shared_with(user: User) -> Q:
    return Q(pk__in=Article.editors.through.objects.filter(user=user).values("article"))


def _last_publication_failed() -> Exists:
    return Exists(Publication.objects.failed().filter(article=OuterRef("pk")).order_by())


def _as_stored(findings: Iterable[checks.Finding]) -> list[dict[str, Any]]:
    return [{name: str(value) for name, value in asdict(finding).items()} for finding in findings]


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
