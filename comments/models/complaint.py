"""What is contested of the moderators' decisions, by authors and by who reported (DSA art. 20)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments import letters, working_days
from comments.models.decision import Decision, StaleDecision
from comments.models.status import Status
from ldnportal.staff.models import User

if TYPE_CHECKING:
    from comments.models.comment import Comment
    from comments.models.revision import Revision

# DSA art. 20(1): at least six months.
COMPLAINT_WINDOW = timedelta(days=184)
# What takes back a decision against the author, and one against a notifier.
FOR_AUTHOR = (Decision.Action.RESTORE, Decision.Action.NOT_SPAM)
FOR_NOTIFIER = (Decision.Action.REMOVE,)
# After these there is nothing left to decide about.
LEAVES_NOTHING = (Decision.Action.WITHDRAW, Decision.Action.ERASE, Decision.Action.EXPIRE)


class NotImpartial(Exception):
    """Whoever took a decision, or confirmed it, would judge it himself, and somebody else could."""


class ComplaintQuerySet(models.QuerySet):
    def open(self) -> "ComplaintQuerySet":
        return self.filter(outcome=Complaint.Outcome.OPEN)

    def overdue(self) -> "ComplaintQuerySet":
        """Open for more than COMPLAINT_DAYS working days."""
        return self.open().filter(created__lt=working_days.overdue_before(settings.COMPLAINT_DAYS))

    def answer(self, decision: Decision) -> None:
        """
        Whatever is decided about a comment may settle what is contested about it.

        Called by the comment's verbs, in their transaction. A withdrawal that is undone opens them again.
        """
        complaints = self.filter(decision__comment=decision.comment_id)
        if decision.action == Decision.Action.UNWITHDRAW:
            lapsed = complaints.filter(outcome=Complaint.Outcome.LAPSED)
            lapsed.update(outcome=Complaint.Outcome.OPEN, decided_at=None)
            return
        upheld = Complaint.Outcome.UPHELD
        is_instead_of_changes = (
            decision.action == Decision.Action.PUBLISH and decision.came_from == Status.CHANGES_REQUESTED
        )
        if decision.action in FOR_AUTHOR or is_instead_of_changes:
            settled, outcome = complaints.filter(by=Complaint.By.AUTHOR), upheld
        elif decision.action in FOR_NOTIFIER:
            settled, outcome = complaints.filter(by=Complaint.By.NOTIFIER), upheld
        elif decision.action in LEAVES_NOTHING:
            settled, outcome = complaints, Complaint.Outcome.LAPSED
        else:
            return
        for complaint in settled.open().select_related("notice"):
            complaint._close(outcome, by=decision.actor, at=decision.created)
            # The letter about what was restored says it already.
            if not (complaint.by == Complaint.By.AUTHOR and decision.action == Decision.Action.RESTORE):
                letters.queue(letters.COMPLAINT_DECIDED, comment=decision.comment, complaint=complaint)


class Complaint(models.Model):
    """
    One word against one decision, with one outcome. ``notice`` is the notifier's who complains.

    ``answer`` is what the moderators say to whoever complained.
    """

    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("dismissed")
        LAPSED = "lapsed", _("closed: the comment was withdrawn")

    class By(models.TextChoices):
        AUTHOR = "author", _("the author")
        NOTIFIER = "notifier", _("the notifier")

    decision = models.ForeignKey(
        "Decision", models.PROTECT, related_name="complaints", verbose_name=_("decision")
    )
    by = models.CharField(_("who complains"), max_length=10, choices=By)
    notice = models.ForeignKey(
        "Notice",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("notice"),
    )
    text = models.TextField(_("text"))
    created = models.DateTimeField(_("received"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=10, blank=True, choices=Outcome, default=Outcome.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint about a decision")
        verbose_name_plural = _("complaints about decisions")
        ordering = ["created", "pk"]
        constraints = [
            models.UniqueConstraint(name="complaint_once", fields=["decision"], condition=Q(by="author")),
            models.UniqueConstraint(
                name="complaint_once_a_notice", fields=["decision", "notice"], condition=Q(by="notifier")
            ),
            models.CheckConstraint(
                name="complaint_by_notifier_has_notice",
                condition=Q(by="author", notice__isnull=True) | Q(by="notifier", notice__isnull=False),
            ),
            models.CheckConstraint(
                name="complaint_decided_by_somebody",
                condition=Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | Q(outcome="lapsed", decided_at__isnull=False)
                | Q(outcome__in=["upheld", "dismissed"], decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="complaint_open", fields=["created"], condition=Q(outcome=""))]

    def __str__(self) -> str:
        return f"{self.get_by_display()} (#{self.decision_id})"

    @property
    def is_open(self) -> bool:
        return self.outcome == self.Outcome.OPEN

    @property
    def due_on(self) -> date:
        return working_days.due_on(self.created, settings.COMPLAINT_DAYS)

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def revision_in_question(self) -> "Revision":
        """The text that the moderators look at again."""
        return (
            self.decision.revision
            if self._is_about_refused_text
            else self.decision.comment.revision_in_question
        )

    @property
    def decided_by_the_same(self) -> bool:
        return self.decided_by_id is not None and self.decided_by_id == self.decision.actor_id

    def may_be_decided_by(self, user: User) -> bool:
        """
        By who had no part in the decision, where there is somebody like that (art. 20(6): no bias).

        Where there are only who took it and who confirmed it, by the latter.
        """
        if user.pk == self.decision.actor_id:
            return not other_moderators(user).exists()
        if self.was_confirmed_by(user):
            return not other_moderators(user).exclude(pk=self.decision.actor_id).exists()
        return True

    def was_confirmed_by(self, user: User) -> bool:
        confirmation = getattr(self.decision, "confirmation", None)
        return confirmation is not None and confirmation.was_confirmed_by(user)

    # The moderators' verbs. Both raise NotImpartial, and StaleDecision where somebody was quicker.

    @transaction.atomic
    def uphold(self, *, by: User, revision: "Revision", words: str = "", **said) -> Decision | None:
        """
        The complaint is right: the decision is taken back.

        ``words`` are for the author: why the comment is back, or why it is removed after all; ``said`` what else the
        new decision keeps. Returns it, or None where the contested decision has no effect any more.
        """
        comment = self._begin(by)
        if self.by == self.By.AUTHOR:
            self.answer = words
            self.save(update_fields=["answer"])
        take_back = self._way_back(comment)
        said = {"reason": words, "source": Decision.Source.COMPLAINT, "supersedes": self.decision, **said}
        decision = take_back(by=by, revision=revision, **said) if take_back else None
        self.refresh_from_db(fields=["outcome", "decided_by", "decided_at"])
        if self.is_open:
            self._close(self.Outcome.UPHELD, by=by, at=timezone.now())
            letters.queue(letters.COMPLAINT_DECIDED, comment=comment, complaint=self)
        return decision

    @transaction.atomic
    def dismiss(self, *, by: User, words: str) -> None:
        """The decision stands; ``words`` are for whoever complained."""
        comment = self._begin(by)
        self.answer = words
        self._close(self.Outcome.DISMISSED, by=by, at=timezone.now())
        # Somebody has looked at it a second time.
        confirmation = getattr(self.decision, "confirmation", None)
        if confirmation:
            confirmation.lapse()
        letters.queue(letters.COMPLAINT_DECIDED, comment=comment, complaint=self)

    def _begin(self, by: User) -> "Comment":
        comment = self.decision.comment
        comment._lock()
        self.refresh_from_db(fields=["outcome", "answer", "decided_by", "decided_at"])
        if not self.is_open:
            who = self.decided_by.public_name if self.decided_by else gettext("its author")
            raise StaleDecision(
                gettext("Already answered: this complaint is «%(outcome)s», by %(who)s. Nothing was changed.")
                % {"outcome": self.get_outcome_display(), "who": who},
                comment.latest_decision,
            )
        if not self.may_be_decided_by(by):
            raise NotImpartial(
                gettext(
                    "You confirmed the decision that is contested: another moderator decides about the complaint. "
                    "Nothing was changed."
                )
                if self.was_confirmed_by(by)
                else gettext(
                    "You took the decision that is contested: another moderator decides about the complaint. Nothing "
                    "was changed."
                )
            )
        return comment

    def _way_back(self, comment: "Comment") -> Callable[..., Decision] | None:
        """The comment's verb that takes back what is contested; None if something else has done so since."""
        if self.by == self.By.NOTIFIER:
            return comment.remove if comment.is_published else None
        if self.decision.action == Decision.Action.REDACT:
            return comment.put_words_back if comment.public_revision_id == self.decision.revision_id else None
        if comment.status == Status.SPAM:
            return comment.unmark_spam
        if comment.can(Decision.Action.RESTORE):
            return comment.restore
        return comment.accept_new_text if self._is_about_refused_text else None

    @property
    def _is_about_refused_text(self) -> bool:
        """A new text of a published comment was refused, and nothing newer has come."""
        comment = self.decision.comment
        return (
            self.decision.is_about_new_text
            and comment.is_published
            and comment.proposed_revision_id is None
            and comment.public_revision_id != self.decision.revision_id
            and comment.latest_revision == self.decision.revision
        )

    def _close(self, outcome: str, *, by: User | None, at: datetime) -> None:
        self.outcome, self.decided_by, self.decided_at = outcome, by, at
        self.save(update_fields=["outcome", "answer", "decided_by", "decided_at"])


def other_moderators(user: User) -> models.QuerySet[User]:
    """Who could decide in this one's place; of the active only, as with_perm() counts."""
    moderators = User.objects.with_perm("comments.moderate_comment", include_superusers=False)
    return moderators.filter(is_staff=True).exclude(pk=user.pk)
