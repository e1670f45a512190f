"""Some decisions come back, blind, to another moderator: how far do moderators agree?"""

import hashlib
import hmac

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.agreement import Agreement
from comments.models.decision import Decision
from comments.models.status import Status
from ldnportal.staff.models import User

PUBLISHING = (Decision.Action.PUBLISH,)
REFUSING = (Decision.Action.REJECT, Decision.Action.SPAM, Decision.Action.REMOVE)
# Of the hash, so that the share may be set to the hundredth.
_PARTS = 10_000


class ReReviewQuerySet(models.QuerySet):
    def draw(self, decision: Decision) -> None:
        """
        Keeps the decision for a second look if the lot falls on it; in its transaction.

        Nothing is drawn where nobody else could look.
        """
        is_a_readers = decision.actor_id and not decision.comment.is_staff
        if (
            decision.action in {*PUBLISHING, *REFUSING}
            and is_a_readers
            and is_drawn(decision.pk)
            and moderators().exclude(pk=decision.actor_id).exists()
        ):
            self.create(decision=decision)

    def for_page(self) -> "ReReviewQuerySet":
        return self.select_related(
            "decision__revision", "decision__comment__article", "decision__comment__parent__public_revision"
        )

    def open_for(self, user: User) -> "ReReviewQuerySet":
        """
        What waits for a second look and is not his own decision, the oldest first.

        What its author has erased or withdrawn is looked at no more.
        """
        gone = Q(decision__comment__status__in=[Status.ERASED, Status.WITHDRAWN])
        return self.standing().filter(verdict="").exclude(decision__actor=user).exclude(gone).order_by("pk")

    def standing(self) -> "ReReviewQuerySet":
        """Without the decisions that were undone."""
        return self.exclude(decision__superseded_by__action=Decision.Action.UNDO)

    def agreement(self) -> Agreement:
        """Of all that was looked at twice."""
        refuses, publishes = Q(decision__action__in=REFUSING), Q(decision__action__in=PUBLISHING)
        would_publish, would_refuse = (Q(verdict=each) for each in ReReview.Verdict.values)
        return Agreement(
            **self.standing().aggregate(
                publish_publish=models.Count("pk", publishes & would_publish),
                publish_refuse=models.Count("pk", publishes & would_refuse),
                refuse_publish=models.Count("pk", refuses & would_publish),
                refuse_refuse=models.Count("pk", refuses & would_refuse),
            )
        )


class ReReview(models.Model):
    """
    A decision that was drawn, and what another moderator says to its text without knowing it.

    The verdict changes nothing by itself.
    """

    class Verdict(models.TextChoices):
        PUBLISH = "publish", _("would publish")
        REFUSE = "refuse", _("would refuse")

    decision = models.OneToOneField(
        Decision, models.PROTECT, related_name="re_review", verbose_name=_("decision")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("looked at by"),
    )
    verdict = models.CharField(_("verdict"), max_length=10, blank=True, choices=Verdict)
    given = models.DateTimeField(_("looked at"), null=True, blank=True)

    objects = ReReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        constraints = [
            models.CheckConstraint(
                name="re_review_verdict_by_somebody",
                condition=Q(verdict="", reviewer__isnull=True, given__isnull=True)
                | Q(verdict__in=["publish", "refuse"], reviewer__isnull=False, given__isnull=False),
            ),
        ]
        indexes = [models.Index(name="re_review_open", fields=["id"], condition=Q(verdict=""))]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def agrees(self) -> bool:
        return (self.verdict == self.Verdict.PUBLISH) == (self.decision.action in PUBLISHING)

    def give(self, verdict: str, *, by: User) -> bool:
        """The first verdict counts. False where there is one already, or where it is not his to give."""
        still_open = ReReview.objects.open_for(by).filter(pk=self.pk)
        given = ReReview.objects.filter(pk__in=still_open.order_by().values("pk"), verdict="").update(
            verdict=verdict, reviewer=by, given=timezone.now()
        )
        self.refresh_from_db(fields=["verdict", "reviewer", "given"])
        return bool(given)


def moderators() -> models.QuerySet[User]:
    """All who may decide, superusers included."""
    return User.objects.with_perm("comments.moderate_comment").filter(is_staff=True)


def is_drawn(number: int) -> bool:
    """The same answer each time for one decision, and to be foreseen only by who knows the key of the site."""
    mac = hmac.new(settings.SECRET_KEY.encode(), f"re-review:{number}".encode(), hashlib.sha256)
    return int.from_bytes(mac.digest()[:8]) % _PARTS < settings.RE_REVIEW_PERCENT * _PARTS // 100
