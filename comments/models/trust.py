"""Whose comments the site may publish unread: trust is earned by publications, and one refusal ends it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, Min, OuterRef

from comments.models.decision import MAKES_PUBLIC, Decision, DecisionQuerySet

if TYPE_CHECKING:
    from comments.models.person import Contributor


@dataclass(frozen=True)
class Trust:
    """
    How far somebody is.

    ``wanted`` comments must have been published by moderators since the last refusal, which was at ``after`` (0: this
    site publishes nobody unread); ``published`` were, counted no further than that; ``since`` is when the last of them
    was.
    """

    wanted: int
    published: int
    since: datetime | None
    after: datetime | None
    is_confirmed: bool
    is_restricted: bool

    @classmethod
    def of(cls, contributor: "Contributor") -> "Trust":
        """Three queries, whatever he has written."""
        wanted = settings.TRUST_AFTER
        after = _last_refusal(contributor)
        published = _publications(contributor, after=after)
        return cls(
            wanted=wanted,
            published=len(published),
            since=published[-1] if wanted and len(published) == wanted else None,
            after=after,
            is_confirmed=contributor.is_confirmed,
            is_restricted=contributor.restrictions.in_force().exists(),
        )

    @property
    def holds(self) -> bool:
        return self.since is not None and self.is_confirmed and not self.is_restricted

    @property
    def missing(self) -> int:
        return self.wanted - self.published


def refusals() -> DecisionQuerySet:
    """The moderators' decisions against authors, without those that they have taken back as mistakes."""
    taken_back = Decision.objects.in_favour().filter(supersedes=OuterRef("pk"))
    return Decision.objects.against_author().filter(~Exists(taken_back))


def _last_refusal(contributor: "Contributor") -> datetime | None:
    """Of the comments that are his now, or what counts as one of those that were."""
    there = refusals().filter(comment__contributor=contributor).values_list("created", flat=True).last()
    return max(filter(None, [there, contributor.trust_counts_from]), default=None)


def _publications(contributor: "Contributor", *, after: datetime | None) -> list[datetime]:
    """When a moderator first published each of his comments; what the site published unread earns nothing."""
    decisions = Decision.objects.by_moderators().standing()
    decisions = decisions.filter(action__in=MAKES_PUBLIC, comment__contributor=contributor)
    if after:
        decisions = decisions.filter(created__gt=after)
    firsts = decisions.order_by().values("comment").annotate(first=Min("created")).order_by("first")
    return list(firsts.values_list("first", flat=True)[: settings.TRUST_AFTER])
