"""
Which mail an event makes. Called in the event's own transaction: no event without its mail, no mail without its event.

A row of the outbox holds numbers of rows only, neither an address nor a word of a comment: comments.mails looks
up what is true when the mail is sent.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from comments.models.decision import MAKES_PUBLIC, Decision
from ldnportal.mail.models import Outbox

if TYPE_CHECKING:
    from comments.models import Comment, Complaint, UnconfirmedAddress

# What a decision about a comment is called in settings.MAIL_KINDS. Of the others its author is not told: they are
# his own, or, as with spam, would tell a program how far it got.
DECISIONS = {
    Decision.Action.PUBLISH: "comment_published",
    Decision.Action.ASK_CHANGES: "comment_changes",
    Decision.Action.REJECT: "comment_rejected",
    Decision.Action.REMOVE: "comment_removed",
    Decision.Action.RESTORE: "comment_restored",
    Decision.Action.REDACT: "comment_redacted",
}
COMPLAINT_DECIDED = "complaint_decided"


def queue(event: str, *, comment: "Comment", **facts) -> None:
    """
    Tells who is to be told.

    ``event`` is a Decision.Action, with ``decision``, or COMPLAINT_DECIDED, with ``complaint``.
    """
    if event == COMPLAINT_DECIDED:
        _tell_of_complaint(comment, facts["complaint"])
        return
    tell_author(comment, facts["decision"])
    if event in MAKES_PUBLIC and comment.parent_id:
        _tell_of_answer(comment)


def tell_author(comment: "Comment", decision: Decision) -> None:
    """Of a decision that is not his own, if he has a confirmed address; once."""
    kind = DECISIONS.get(decision.action)
    if kind and comment.contributor_id:
        Outbox.objects.queue(
            f"decision:{decision.pk}",
            kind,
            context={"decision": decision.pk},
            not_before=decision.created + settings.DECISION_UNDO,
        )


def hold_back(decision: Decision) -> bool:
    """Takes back what was queued about a decision; False, and nothing taken back, if some of it has left."""
    keys = [f"decision:{decision.pk}"]
    if decision.action in MAKES_PUBLIC:
        keys.append(f"answer:{decision.comment_id}")
    return Outbox.objects.filter(key__in=keys, created__gte=decision.created).take_back()


def ask_to_confirm(address: "UnconfirmedAddress") -> None:
    Outbox.objects.queue(f"address_confirm:{address.pk}", "address_confirm", context={"address": address.pk})


def _tell_of_complaint(comment: "Comment", complaint: "Complaint") -> None:
    # Whoever reported a comment has a page of his own; the address here is the author's.
    if comment.contributor_id and complaint.by == complaint.By.AUTHOR:
        Outbox.objects.queue(
            f"complaint:{complaint.pk}", COMPLAINT_DECIDED, context={"complaint": complaint.pk}
        )


def _tell_of_answer(answer: "Comment") -> None:
    """Once, whatever happens to the answer later. The daily digest finds its answers by itself."""
    followed = type(answer).objects.filter(pk=answer.parent_id, follow="each", contributor__isnull=False)
    parent = followed.first()
    if parent and parent.contributor_id != answer.contributor_id:
        Outbox.objects.queue(
            f"answer:{answer.pk}",
            "comment_answered",
            context={"answer": answer.pk},
            not_before=timezone.now() + settings.DECISION_UNDO,
        )
