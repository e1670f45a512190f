"""
Who may not write for a while, or is always read first: an author with a confirmed address, or whoever sits behind one
connection.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.confirmation import Confirmation
from comments.models.person import TRACE_LIFETIME, Contributor, OwnerToken
from comments.sealing import fingerprints
from ldnportal.staff.models import User

if TYPE_CHECKING:
    from comments.models.comment import Comment

# Nobody is shut out for good by one moderator.
LONGEST = timedelta(days=90)


class RestrictionQuerySet(models.QuerySet):
    def in_force(self) -> "RestrictionQuerySet":
        return self.filter(until__gt=timezone.now())

    @transaction.atomic
    def impose(
        self, comment: "Comment", *, by: User, days: int, reason: str, kind: str = "closed"
    ) -> "Restriction":
        """
        On the author of this comment, for as far as he is known: by his confirmed address, else by his connection.

        A connection is known for a day, so that is the longest there. Raises Unknown when neither is there (any more).
        """
        trace = comment.traces.first()
        now = timezone.now()
        if comment.contributor_id:
            until = now + min(timedelta(days=days), LONGEST)
            who = {"contributor": comment.contributor}
        elif trace:
            until = min(now + timedelta(days=days), trace.created + TRACE_LIFETIME)
            who = {"digest": trace.digest}
        else:
            raise Unknown
        restriction = self.create(**who, kind=kind, until=until, reason=reason, by=by)
        Confirmation.objects.ask_about_ban(restriction)
        return restriction

    def on_author_of(self, comment: "Comment") -> "Restriction | None":
        digests = comment.traces.values("digest")
        mine = Q(digest__in=digests) | Q(contributor=comment.contributor_id, contributor__isnull=False)
        return self.in_force().filter(mine).select_related("by").last()

    def on_whoever_sends(self, *, trace: str, email: str, own: Iterable[str]) -> list["Restriction"]:
        """
        All that are in force, the longest last.

        ``trace`` is the connection's digest, ``own`` the private tokens that the browser holds.
        """
        digests = [OwnerToken.digest_of(token) for token in own]
        known = Q(comments__owner_token__digest__in=digests)
        if email:
            known |= Q(email_hmac__in=fingerprints(email))
        mine = Q(digest=trace)
        if digests or email:
            mine |= Q(contributor__in=Contributor.objects.filter(known).values("pk"))
        return list(self.in_force().filter(mine).order_by("until"))


class Unknown(Exception):
    """Nothing is known by which the author would be recognised."""


class Restriction(models.Model):
    """Always with an end and a reason, which the restricted person is told. Never in secret."""

    class Kind(models.TextChoices):
        CLOSED = "closed", _("No comment is taken")
        # Refuses nothing: it only takes away the trust by which one is published unread.
        READ_FIRST = "read_first", _("Every comment is read before publication")

    contributor = models.ForeignKey(
        Contributor,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="restrictions",
        verbose_name=_("contributor"),
    )
    # A trace's: it changes every day and says nothing afterwards.
    digest = models.CharField(_("keyed hash of the connection"), max_length=64, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CLOSED)
    until = models.DateTimeField(_("until"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    created = models.DateTimeField(_("since"), default=timezone.now)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        constraints = [
            models.CheckConstraint(
                name="restriction_on_one",
                condition=Q(contributor__isnull=True) & ~Q(digest="")
                | Q(contributor__isnull=False, digest=""),
            ),
            models.CheckConstraint(name="restriction_has_reason", condition=~Q(reason="")),
        ]
        indexes = [models.Index(name="restriction_until", fields=["until"])]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def shuts_out(self) -> bool:
        return self.kind == self.Kind.CLOSED

    @property
    def is_in_force(self) -> bool:
        return self.until > timezone.now()

    @transaction.atomic
    def lift(self) -> None:
        self.until = timezone.now()
        self.save(update_fields=["until"])
        for confirmation in Confirmation.objects.filter(restriction=self):
            confirmation.lapse()
