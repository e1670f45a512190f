"""
Where the site wants it, what weighs most on a reader is seen by two: a removal, and a ban.

It takes effect at once all the same, since harmful words must not stay public while a colleague sleeps. What waits is
its letter; and that for two days at most, since nobody's rights may hang on a colleague who sleeps longer.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments import letters
from comments.models.complaint import NotImpartial, other_moderators
from comments.models.decision import Decision, StaleDecision
from ldnportal.staff.models import User

if TYPE_CHECKING:
    from comments.models.comment import Comment
    from comments.models.restriction import Restriction

# For how long a colleague is waited for.
WAIT = timedelta(hours=48)


class ConfirmationQuerySet(models.QuerySet):
    def ask_about_removal(self, decision: Decision) -> None:
        """
        Called in the decision's transaction, before its letters are queued: they wait for the answer.

        One that a complaint has led to was taken by somebody else than the first decider: two have looked already. The
        editorial team's own words have no author to protect.
        """
        is_somebody_s = decision.source != Decision.Source.COMPLAINT and not decision.comment.is_staff
        if decision.action == Decision.Action.REMOVE and is_somebody_s:
            self._ask(decision.actor, decision=decision, until=decision.created + WAIT)

    def ask_about_ban(self, restriction: "Restriction") -> None:
        """Not where every comment is only read first: that refuses nothing."""
        if restriction.shuts_out:
            until = min(restriction.created + WAIT, restriction.until)
            self._ask(restriction.by, restriction=restriction, until=until)

    def _ask(self, by: User, **what) -> None:
        if settings.SECOND_PAIR_OF_EYES and other_moderators(by).exists():
            self.create(**what)

    def open(self) -> "ConfirmationQuerySet":
        """What still waits. What has waited its time lapses by itself, without anybody writing so."""
        return self.filter(outcome=Confirmation.Outcome.OPEN, until__gt=timezone.now())

    def open_for(self, user: User) -> "ConfirmationQuerySet":
        """Without what he has decided himself."""
        return self.open().exclude(decision__actor=user).exclude(restriction__by=user)

    def about(self, comment: "Comment") -> "ConfirmationQuerySet":
        """Of its removal, and of a ban of its author."""
        known = Q(restriction__contributor=comment.contributor_id, restriction__contributor__isnull=False)
        traced = Q(restriction__digest__in=comment.traces.values("digest"))
        found = self.filter(Q(decision__comment=comment) | known | traced)
        return found.select_related("decision__actor", "restriction__by").order_by("pk")

    def answer(self, decision: Decision) -> None:
        """
        Whatever else happens to a removed comment leaves nothing to confirm.

        Called by the comment's verbs, in their transaction. Undone by a colleague the removal is overturned.
        """
        for confirmation in self.open().filter(decision__comment=decision.comment_id):
            is_undone = decision.action == Decision.Action.UNDO
            if is_undone and decision.actor != confirmation.decided_by:
                confirmation._close(Confirmation.Outcome.OVERTURNED, by=decision.actor)
            else:
                confirmation.lapse()


class Confirmation(models.Model):
    """Somebody else than who decided it is to look at a removal or a ban; nothing of the reader's words is in it."""

    class Outcome(models.TextChoices):
        OPEN = "", _("waits for a colleague")
        CONFIRMED = "confirmed", _("confirmed by a colleague")
        OVERTURNED = "overturned", _("taken back by a colleague")
        LAPSED = "lapsed", _("no confirmation is waited for any more")

    decision = models.OneToOneField(
        Decision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmation",
        verbose_name=_("decision"),
    )
    # It goes with its restriction when that has been kept for its days.
    restriction = models.OneToOneField(
        "Restriction",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="confirmation",
        verbose_name=_("restriction"),
    )
    until = models.DateTimeField(_("until"))
    outcome = models.CharField(_("outcome"), max_length=10, blank=True, choices=Outcome, default=Outcome.OPEN)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("looked at by"),
    )
    at = models.DateTimeField(_("looked at"), null=True, blank=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation by a colleague")
        verbose_name_plural = _("confirmations by a colleague")
        constraints = [
            models.CheckConstraint(
                name="confirmation_of_one",
                condition=Q(decision__isnull=False, restriction__isnull=True)
                | Q(decision__isnull=True, restriction__isnull=False),
            ),
            models.CheckConstraint(
                name="confirmation_given_by_somebody",
                condition=Q(outcome="", by__isnull=True, at__isnull=True)
                | Q(outcome="lapsed", by__isnull=True, at__isnull=False)
                | Q(outcome__in=["confirmed", "overturned"], by__isnull=False, at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="confirmation_open", fields=["until"], condition=Q(outcome=""))]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.outcome == self.Outcome.OPEN and self.until > timezone.now()

    @property
    def state(self) -> str:
        """Its outcome in words; what has waited its time has lapsed."""
        is_over = self.outcome == self.Outcome.OPEN and not self.is_open
        return str(self.Outcome.LAPSED.label if is_over else self.get_outcome_display())

    @property
    def decided_by(self) -> User:
        return self.decision.actor if self.decision else self.restriction.by

    @property
    def asked(self) -> datetime:
        return self.decision.created if self.decision else self.restriction.created

    @property
    def reason(self) -> str:
        return self.decision.reason if self.decision else self.restriction.reason

    def was_confirmed_by(self, user: User) -> bool:
        return self.outcome == self.Outcome.CONFIRMED and self.by_id == user.pk

    # The colleague's verbs. Both raise NotImpartial, and StaleDecision where somebody was quicker.

    @transaction.atomic
    def confirm(self, *, by: User) -> None:
        """It stands; whoever is concerned may be told."""
        self._begin(by)
        self._close(self.Outcome.CONFIRMED, by=by)
        self._let_letters_go()

    @transaction.atomic
    def overturn(self, *, by: User) -> None:
        """It is taken back as though it had not been decided: nobody has been told of it."""
        self._begin(by)
        if self.decision:
            # Which closes this, see answer().
            self.decision.comment.undo(self.decision, by=by)
            self._refresh()
        else:
            self._close(self.Outcome.OVERTURNED, by=by)
            self.restriction.lift()

    def lapse(self) -> None:
        """Something else has happened to it; if there still is a letter, it waits no longer."""
        self._refresh()
        if self.is_open:
            self._close(self.Outcome.LAPSED)
            self._let_letters_go()

    def _begin(self, by: User) -> None:
        # In the order that holds everywhere: what was decided about first, then this.
        if self.decision:
            self.decision.comment._lock()
        else:
            restrictions = self._meta.get_field("restriction").related_model.objects.select_for_update()
            restrictions.filter(pk=self.restriction_id).first()
        self._refresh()
        if not self.is_open:
            raise self._stale()
        if self.decided_by == by:
            raise NotImpartial(
                gettext("You decided this yourself: a colleague looks at it. Nothing was changed.")
            )

    def _refresh(self) -> None:
        fresh = Confirmation.objects.select_related("by").filter(pk=self.pk).first()
        # Else its restriction was forgotten meanwhile, with the address of who was restricted.
        if fresh:
            self.outcome, self.by, self.at = fresh.outcome, fresh.by, fresh.at
        else:
            self.outcome = self.Outcome.LAPSED

    def _stale(self) -> StaleDecision:
        latest = self.decision.comment.latest_decision if self.decision else None
        if self.by is None:
            return StaleDecision(
                gettext(
                    "No confirmation is waited for any more: something else has happened meanwhile, or the time is over. "
                    "Nothing was changed."
                ),
                latest,
            )
        return StaleDecision(
            gettext("Somebody was quicker: «%(outcome)s» (%(who)s). Nothing was changed.")
            % {"outcome": self.get_outcome_display(), "who": self.by.public_name},
            latest,
        )

    def _close(self, outcome: str, *, by: User | None = None) -> None:
        self.outcome, self.by, self.at = outcome, by, timezone.now()
        self.save(update_fields=["outcome", "by", "at"])

    def _let_letters_go(self) -> None:
        # A ban has none: its reason stands where one writes, and on the private pages.
        if self.decision:
            letters.let_go(self.decision)
