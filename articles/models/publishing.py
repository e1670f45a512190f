"""What readers see: published now or at a minute, signed by a reviewer, taken away again."""

import logging
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from articles import checks, surroundings
from articles.models.drafting import ImpossibleMove
from articles.models.people import Person
from articles.models.publication import Publication, SlugHistory
from articles.models.review import OwnText, Review
from articles.models.version import Version
from ldnportal.pages.models import Stamp
from ldnportal.staff.models import User

if TYPE_CHECKING:
    from articles.models.article import Article

logger = logging.getLogger(__name__)


class NotPublishable(Exception):
    """The draft is not fit for readers; ``findings`` name each place and its mend."""

    def __init__(self, findings: list[checks.Finding]) -> None:
        super().__init__("; ".join(str(finding.message) for finding in findings))
        self.findings = findings


class SlugTaken(Exception):
    """Readers know the address as another article's, or will from a scheduled minute on."""


AVAILABILITY_FIELDS = [
    "availability",
    "availability_reason",
    "availability_since",
    "availability_by",
    "redirect_to",
]


class Publishing:
    """The part of Article that goes to the readers, and is taken from them."""

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
            type(self).objects.select_for_update().get(pk=self.pk)
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
            type(self).objects.select_for_update().get(pk=self.pk)
            version = version or self.record(by=by)
            self._refuse_unfit(version)
            self.publications.scheduled().update(state=Publication.State.CANCELLED)
            return self.publications.create(version=version, at=at, by=by, change=change, note=note)

    def unschedule(self) -> bool:
        """Cancels what is scheduled; False if nothing was."""
        with transaction.atomic():
            type(self).objects.select_for_update().get(pk=self.pk)
            return bool(self.publications.scheduled().update(state=Publication.State.CANCELLED))

    def take_effect(self, publication: Publication) -> bool:
        """Lets one scheduled publication take effect; False if somebody else did so, or it cannot be."""
        with transaction.atomic():
            type(self).objects.select_for_update().get(pk=self.pk)
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
        others = type(self).objects.exclude(pk=self.pk)
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
            type(self).objects.select_for_update().get(pk=self.pk)
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

    def withdraw(self, *, by: User | None, reason: str) -> None:
        """Keeps the page under a banner that says why it is no longer up to date; closes its comments."""
        if not reason.strip():
            raise ValueError("a withdrawal has a reason")
        self._become(self.Availability.WITHDRAWN, by=by, reason=reason)

    def redirect(self, to: "Article", *, by: User | None) -> None:
        """Leads readers to another article that they can open."""
        with transaction.atomic():
            # Both, so that two articles are never led to each other at the same instant.
            rows = type(self).objects.select_for_update().filter(pk__in=[self.pk, to.pk]).order_by("pk")
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
            type(self).objects.select_for_update().get(pk=self.pk)
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
