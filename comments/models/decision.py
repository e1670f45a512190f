"""The log of everything that happened to a comment: one row a change, none ever altered."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StaleDecision(Exception):
    """
    The comment is not what the person deciding has seen: decided or edited meanwhile, or the move is impossible.

    ``latest`` is the decision that was quicker, or None.
    """

    def __init__(self, message: str, latest: "Decision | None" = None) -> None:
        super().__init__(message)
        self.latest = latest


# Stands in the place of words that were erased; the database wants a reason in every decision against the author.
ERASED_WORDS = "–"


class DecisionQuerySet(models.QuerySet):
    def by_moderators(self) -> "DecisionQuerySet":
        return self.filter(role=Decision.Role.MODERATOR)

    def standing(self) -> "DecisionQuerySet":
        """Without those that were undone before anybody was told of them."""
        return self.exclude(superseded_by__action=Decision.Action.UNDO)

    def about_the_public(self) -> "DecisionQuerySet":
        """What public figures count: neither what was undone nor where a comment stands."""
        return self.standing().exclude(action__in=[Decision.Action.UNDO, *MARKS])

    def about_the_text(self) -> "DecisionQuerySet":
        """Without what says nothing of the text: withdrawals, undone or not, marks, answers to reports."""
        return self.standing().exclude(action__in=[*NOT_ABOUT_THE_TEXT, *MARKS])

    def against_author(self) -> "DecisionQuerySet":
        """What restricts a comment: its author may contest it."""
        return self.by_moderators().standing().filter(action__in=AGAINST_AUTHOR)

    def in_favour(self) -> "DecisionQuerySet":
        """What took all earlier restrictions back."""
        return self.by_moderators().standing().filter(action__in=IN_FAVOUR)

    def told_to_author(self) -> "DecisionQuerySet":
        """
        Not that somebody reported a comment that stays: what is answered there is between us and the notifier. Nor
        what was undone before anybody was told of it.
        """
        return self.standing().exclude(action__in=[Decision.Action.KEEP, Decision.Action.UNDO])

    def erase_words(self) -> None:
        """The one change that a decision sees: its free text goes with the comment that it may quote."""
        models.QuerySet.update(self.exclude(reason=""), reason=ERASED_WORDS)
        models.QuerySet.update(self, facts="")

    def update(self, **kwargs):
        raise TypeError("A decision is never changed.")

    def delete(self):
        raise TypeError("A decision is never deleted.")


class Decision(models.Model):
    """One line of the log. The database refuses to change or delete it (comments.append_only)."""

    class Action(models.TextChoices):
        POST = "post", _("sent")
        PUBLISH = "publish", _("published")
        ASK_CHANGES = "ask_changes", _("changes asked for")
        RESUBMIT = "resubmit", _("sent again")
        EDIT = "edit", _("edited")
        REJECT = "reject", _("rejected")
        SPAM = "spam", _("marked as spam")
        NOT_SPAM = "not_spam", _("not spam after all")
        REMOVE = "remove", _("removed")
        KEEP = "keep", _("kept after a report")
        RESTORE = "restore", _("restored")
        REDACT = "redact", _("redacted")
        WITHDRAW = "withdraw", _("withdrawn by its author")
        UNWITHDRAW = "unwithdraw", _("withdrawal undone by its author")
        EXPIRE = "expire", _("withdrawn because no new text came")
        ERASE = "erase", _("erased")
        UNDO = "undo", _("decision undone")
        PIN = "pin", _("pinned")
        UNPIN = "unpin", _("pinned no more")
        FREEZE = "freeze", _("discussion frozen")
        UNFREEZE = "unfreeze", _("discussion open again")

    class Ground(models.TextChoices):
        NONE = "", _("no ground needed")
        RULES = "rules", _("site rules")
        LAW = "law", _("illegal content")

    class Role(models.TextChoices):
        MODERATOR = "moderator", _("moderator")
        AUTHOR = "author", _("author")
        SYSTEM = "system", _("the site")

    class Source(models.TextChoices):
        OWN = "own", _("own initiative")
        NOTICE = "notice", _("notice")
        COMPLAINT = "complaint", _("complaint")

    comment = models.ForeignKey(
        "Comment", models.PROTECT, related_name="decisions", verbose_name=_("comment")
    )
    revision = models.ForeignKey(
        "Revision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("revision"),
    )
    action = models.CharField(_("action"), max_length=20, choices=Action)
    came_from = models.CharField(_("state before"), max_length=20, blank=True)
    status = models.CharField(_("state after"), max_length=20)
    role = models.CharField(_("role"), max_length=10, choices=Role)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    ground = models.CharField(_("ground"), max_length=10, blank=True, choices=Ground, default=Ground.NONE)
    clause = models.CharField(_("rule or law"), max_length=200, blank=True)
    category = models.CharField(_("category"), max_length=80, blank=True)
    reason = models.TextField(_("reason given to the author"), blank=True)
    facts = models.TextField(_("facts"), blank=True, max_length=5000)
    source = models.CharField(_("at whose instance"), max_length=10, choices=Source, default=Source.OWN)
    automated_detection = models.BooleanField(_("found by software"), default=False)
    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("in place of"),
    )
    created = models.DateTimeField(_("date"), default=timezone.now)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["created", "pk"]
        permissions = [("export_decision", _("Can export the log of decisions"))]
        indexes = [
            models.Index(name="decision_log", fields=["-created", "-id"]),
            # Almost no row is in place of another. Where all are indexed, ANALYZE tells SQLite that the index finds
            # nothing, and it looks for what was undone in the whole log, once for each line.
            models.Index(
                name="decision_superseding",
                fields=["supersedes", "action"],
                condition=Q(supersedes__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="decision_moderator_is_named", condition=~Q(role="moderator") | Q(actor__isnull=False)
            ),
            models.CheckConstraint(
                name="decision_against_author_has_reason",
                condition=~Q(role="moderator", action__in=["reject", "remove", "ask_changes"])
                | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({self.created:%Y-%m-%d %H:%M})"

    def save(self, **kwargs) -> None:
        if not self._state.adding:
            raise TypeError("A decision is never changed.")
        # Else one that was given the number of another would be written over it.
        super().save(**{**kwargs, "force_insert": True})

    def delete(self, **kwargs):
        raise TypeError("A decision is never deleted.")

    @property
    def is_against_author(self) -> bool:
        return self.role == self.Role.MODERATOR and self.action in AGAINST_AUTHOR

    @property
    def waits_until(self) -> datetime | None:
        """For how long a colleague's confirmation is waited for; None where none is, or no more."""
        # Without a query for all the others, which nobody confirms.
        confirmation = getattr(self, "confirmation", None) if self.action == self.Action.REMOVE else None
        return confirmation.until if confirmation and confirmation.is_open else None

    @property
    def is_about_new_text(self) -> bool:
        """About the text that would take the place of a public one, which this decision alone does not take away."""
        return self.came_from == "published" and self.action in ON_A_PROPOSAL


# What moderators do besides about the new text of a published comment; the approved text stays public meanwhile.
ON_A_PROPOSAL = (Decision.Action.PUBLISH, Decision.Action.ASK_CHANGES, Decision.Action.REJECT)
# What shows a text to readers; the last of these is the text that they see.
MAKES_PUBLIC = (Decision.Action.PUBLISH, Decision.Action.RESTORE)
# Not what a letter or a complaint may have answered already (restored, not spam), nor what wrote a text (redacted).
UNDOABLE = (
    Decision.Action.PUBLISH,
    Decision.Action.ASK_CHANGES,
    Decision.Action.REJECT,
    Decision.Action.SPAM,
    Decision.Action.REMOVE,
)
# Field and value that each of these sets.
MARKS = {
    Decision.Action.PIN: ("pinned", True),
    Decision.Action.UNPIN: ("pinned", False),
    Decision.Action.FREEZE: ("frozen", True),
    Decision.Action.UNFREEZE: ("frozen", False),
}
NOT_ABOUT_THE_TEXT = (
    Decision.Action.WITHDRAW,
    Decision.Action.UNWITHDRAW,
    Decision.Action.UNDO,
    Decision.Action.KEEP,
)
AGAINST_AUTHOR = (
    Decision.Action.ASK_CHANGES,
    Decision.Action.REJECT,
    Decision.Action.SPAM,
    Decision.Action.REMOVE,
    Decision.Action.REDACT,
)
IN_FAVOUR = (Decision.Action.PUBLISH, Decision.Action.NOT_SPAM, Decision.Action.RESTORE)
