"""The states of a comment, and the moves between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.decision import Decision


class Status(models.TextChoices):
    PENDING = "pending", _("waiting")
    CHANGES_REQUESTED = "changes_requested", _("changes asked for")
    PUBLISHED = "published", _("published")
    REJECTED = "rejected", _("rejected")
    SPAM = "spam", _("spam")
    REMOVED = "removed", _("removed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ERASED = "erased", _("erased")


class Urgency(models.IntegerChoices):
    """What moderators read first."""

    DISTRESS = 0, _("distress")
    LEGAL = 1, _("reported as illegal")
    ORDINARY = 2, _("ordinary")


# What was public once and may stand as a tombstone above its replies.
TOMBSTONES = (Status.REMOVED, Status.WITHDRAWN, Status.ERASED)

# From which states each action leads on. The admin offers its buttons by it, Comment._move refuses by it.
CAME_FROM: dict[str, frozenset[str]] = {
    # Also of what one has asked to be changed, without waiting for it.
    Decision.Action.PUBLISH: frozenset({Status.PENDING, Status.CHANGES_REQUESTED}),
    Decision.Action.ASK_CHANGES: frozenset({Status.PENDING}),
    Decision.Action.RESUBMIT: frozenset({Status.CHANGES_REQUESTED}),
    Decision.Action.EDIT: frozenset({Status.PENDING, Status.PUBLISHED}),
    Decision.Action.REJECT: frozenset({Status.PENDING, Status.CHANGES_REQUESTED}),
    Decision.Action.SPAM: frozenset({Status.PENDING}),
    Decision.Action.NOT_SPAM: frozenset({Status.SPAM}),
    Decision.Action.REMOVE: frozenset({Status.PUBLISHED}),
    Decision.Action.KEEP: frozenset({Status.PUBLISHED}),
    # From changes that were asked for, too: the author may be right that none is needed.
    Decision.Action.RESTORE: frozenset({Status.REJECTED, Status.REMOVED, Status.CHANGES_REQUESTED}),
    Decision.Action.REDACT: frozenset({Status.PENDING, Status.PUBLISHED}),
    Decision.Action.UNDO: frozenset(Status) - {Status.WITHDRAWN, Status.ERASED},
    Decision.Action.PIN: frozenset({Status.PUBLISHED}),
    Decision.Action.UNPIN: frozenset({Status.PUBLISHED}),
    Decision.Action.FREEZE: frozenset({Status.PUBLISHED}),
    Decision.Action.UNFREEZE: frozenset({Status.PUBLISHED}),
    Decision.Action.WITHDRAW: frozenset(Status) - {Status.WITHDRAWN, Status.ERASED},
    Decision.Action.UNWITHDRAW: frozenset({Status.WITHDRAWN}),
    Decision.Action.EXPIRE: frozenset({Status.CHANGES_REQUESTED}),
    Decision.Action.ERASE: frozenset(Status) - {Status.ERASED},
}
