"""What a moderator may do with a comment, in which state, and in which words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, Decision, StaleDecision, Status
from ldnportal.staff.models import User


@dataclass(frozen=True)
class Verb:
    """``name`` is the model's method. ``possible_in`` only sorts the buttons: the model has the last word."""

    name: str
    label: Promise
    for_selected: Promise
    done: Promise
    possible_in: frozenset[str]
    needs_reason: bool = False
    has_ground: bool = False


PUBLISH = Verb(
    "publish",
    _("Publish"),
    _("Publish the selected comments"),
    ngettext_lazy("%(n)d comment published.", "%(n)d comments published.", "n"),
    frozenset({Status.PENDING}),
)
ASK_CHANGES = Verb(
    "ask_changes",
    _("Ask for changes"),
    _("Ask for changes to the selected comments"),
    ngettext_lazy("Changes asked for: %(n)d comment.", "Changes asked for: %(n)d comments.", "n"),
    frozenset({Status.PENDING}),
    needs_reason=True,
)
REJECT = Verb(
    "reject",
    _("Reject"),
    _("Reject the selected comments (with a reason)"),
    ngettext_lazy("%(n)d comment rejected.", "%(n)d comments rejected.", "n"),
    frozenset({Status.PENDING}),
    needs_reason=True,
    has_ground=True,
)
MARK_SPAM = Verb(
    "mark_spam",
    _("Spam"),
    _("Mark the selected comments as spam"),
    ngettext_lazy("%(n)d comment marked as spam.", "%(n)d comments marked as spam.", "n"),
    frozenset({Status.PENDING}),
)
UNMARK_SPAM = Verb(
    "unmark_spam",
    _("Not spam: back to the queue"),
    _("The selected comments are not spam"),
    ngettext_lazy("%(n)d comment back in the queue.", "%(n)d comments back in the queue.", "n"),
    frozenset({Status.SPAM}),
)
REMOVE = Verb(
    "remove",
    _("Remove"),
    _("Remove the selected comments (with a reason)"),
    ngettext_lazy("%(n)d comment removed.", "%(n)d comments removed.", "n"),
    frozenset({Status.PUBLISHED}),
    needs_reason=True,
    has_ground=True,
)
RESTORE = Verb(
    "restore",
    _("Restore"),
    _("Restore the selected comments"),
    ngettext_lazy("%(n)d comment restored.", "%(n)d comments restored.", "n"),
    frozenset({Status.REJECTED, Status.REMOVED}),
)

VERBS = {verb.name: verb for verb in (PUBLISH, ASK_CHANGES, REJECT, MARK_SPAM, UNMARK_SPAM, REMOVE, RESTORE)}


def possible(comment: Comment) -> list[Verb]:
    return [verb for verb in VERBS.values() if comment.status in verb.possible_in]


def decide(comment: Comment, verb: Verb, *, by: User, revision_id: str | int | None, **why: str) -> Decision:
    """Carries out ``verb`` on the revision that was on the screen; raises StaleDecision."""
    try:
        revision = comment.revisions.filter(pk=int(revision_id or 0)).first()
    except ValueError:
        revision = None
    if revision is None:
        raise StaleDecision(
            gettext("Which text was decided on is not known: open the comment and decide there."),
            comment.latest_decision,
        )
    return getattr(comment, verb.name)(by=by, revision=revision, **why)
