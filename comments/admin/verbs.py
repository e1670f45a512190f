"""What a moderator may do with a comment, in which state, and in which words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, Decision, StaleDecision
from ldnportal.staff.models import User


@dataclass(frozen=True)
class Verb:
    """``name`` is the model's method, ``action`` what it writes into the log."""

    name: str
    action: Decision.Action
    label: Promise
    for_selected: Promise
    done: Promise
    needs_reason: bool = False
    has_ground: bool = False
    # About the comment's place, not its text: no revision is asked about.
    is_mark: bool = False


PUBLISH = Verb(
    "publish",
    Decision.Action.PUBLISH,
    _("Publish"),
    _("Publish the selected comments"),
    ngettext_lazy("%(n)d comment published.", "%(n)d comments published.", "n"),
)
ASK_CHANGES = Verb(
    "ask_changes",
    Decision.Action.ASK_CHANGES,
    _("Ask for changes"),
    _("Ask for changes to the selected comments"),
    ngettext_lazy("Changes asked for: %(n)d comment.", "Changes asked for: %(n)d comments.", "n"),
    needs_reason=True,
)
REJECT = Verb(
    "reject",
    Decision.Action.REJECT,
    _("Reject"),
    _("Reject the selected comments (with a reason)"),
    ngettext_lazy("%(n)d comment rejected.", "%(n)d comments rejected.", "n"),
    needs_reason=True,
    has_ground=True,
)
MARK_SPAM = Verb(
    "mark_spam",
    Decision.Action.SPAM,
    _("Spam"),
    _("Mark the selected comments as spam"),
    ngettext_lazy("%(n)d comment marked as spam.", "%(n)d comments marked as spam.", "n"),
)
UNMARK_SPAM = Verb(
    "unmark_spam",
    Decision.Action.NOT_SPAM,
    _("Not spam: back to the queue"),
    _("The selected comments are not spam"),
    ngettext_lazy("%(n)d comment back in the queue.", "%(n)d comments back in the queue.", "n"),
)
REMOVE = Verb(
    "remove",
    Decision.Action.REMOVE,
    _("Remove"),
    _("Remove the selected comments (with a reason)"),
    ngettext_lazy("%(n)d comment removed.", "%(n)d comments removed.", "n"),
    needs_reason=True,
    has_ground=True,
)
RESTORE = Verb(
    "restore",
    Decision.Action.RESTORE,
    _("Restore"),
    _("Restore the selected comments"),
    ngettext_lazy("%(n)d comment restored.", "%(n)d comments restored.", "n"),
)


def _mark(name: str, action: Decision.Action, label: Promise, done: Promise) -> Verb:
    return Verb(name, action, label, label, done, is_mark=True)


PIN = _mark("pin", Decision.Action.PIN, _("Pin on top"), _("The comment stands on top of the conversation."))
UNPIN = _mark("unpin", Decision.Action.UNPIN, _("Unpin"), _("The comment stands in its place again."))
FREEZE = _mark(
    "freeze", Decision.Action.FREEZE, _("Freeze the discussion"), _("The discussion takes no new answers.")
)
UNFREEZE = _mark(
    "unfreeze",
    Decision.Action.UNFREEZE,
    _("Open the discussion again"),
    _("The discussion takes answers again."),
)

DECISIONS = (PUBLISH, ASK_CHANGES, REJECT, MARK_SPAM, UNMARK_SPAM, REMOVE, RESTORE)
VERBS = {verb.name: verb for verb in (*DECISIONS, PIN, UNPIN, FREEZE, UNFREEZE)}


def possible(comment: Comment) -> list[Verb]:
    found = [verb for verb in VERBS.values() if comment.can(verb.action)]
    # What was asked to be changed is published by its own button.
    return [verb for verb in found if verb is not RESTORE or PUBLISH not in found]


def decide(
    comment: Comment,
    verb: Verb,
    *,
    by: User,
    revision_id: str | int | None,
    over: int | None = None,
    **why: str,
) -> Decision:
    """
    Carries out ``verb`` on the revision that was on the screen; raises StaleDecision.

    ``over`` is the colleague's request for changes that stood there, in place of which this is decided.
    """
    if verb.is_mark:
        return getattr(comment, verb.name)(by=by)
    try:
        revision = comment.revisions.filter(pk=int(revision_id or 0)).first()
    except ValueError:
        revision = None
    if revision is None:
        raise StaleDecision(
            gettext("Which text was decided on is not known: open the comment and decide there."),
            comment.latest_decision,
        )
    instead = {"supersedes": comment.decisions.filter(pk=over).first()} if over else {}
    return getattr(comment, verb.name)(by=by, revision=revision, **instead, **why)
