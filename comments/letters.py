"""
Which mail an event makes. Called in the event's own transaction: no event without its mail, no mail without its event.

A row of the outbox holds numbers of rows only, neither an address nor a word of a comment: comments.mails looks
up what is true when the mail is sent.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from comments.models.decision import MAKES_PUBLIC, Decision
from ldnportal.mail.models import Outbox, OutboxQuerySet

if TYPE_CHECKING:
    from comments.models import Comment, Complaint, Notice, UnconfirmedAddress

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
# To who reported: what was decided about it, that this was taken back, and what became of a complaint.
NOTICE_DECIDED = "notice_decided"
NOTICE_OVERTURNED = "notice_overturned"
NOTICE_COMPLAINT_DECIDED = "notice_complaint_decided"


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
            not_before=_not_before(decision),
        )


def _not_before(decision: Decision) -> datetime:
    """As long as a moderator can still undo it, or a colleague is to confirm it, nobody is told."""
    wait = settings.DECISION_UNDO if decision.role == Decision.Role.MODERATOR else timedelta(0)
    return max(decision.created + wait, decision.waits_until or decision.created)


def hold_back(decision: Decision) -> bool:
    """Takes back what was queued about a decision; False, and nothing taken back, if some of it has left."""
    return _mails_about(decision).take_back()


def let_go(decision: Decision) -> None:
    """What waited for a colleague's confirmation leaves, once the decision cannot be undone any more."""
    _mails_about(decision).bring_forward(_not_before(decision))


def _mails_about(decision: Decision) -> OutboxQuerySet:
    notices = decision.comment.notices.values_list("pk", flat=True)
    keys = [f"decision:{decision.pk}"]
    keys += [f"{kind}:{pk}:{decision.pk}" for pk in notices for kind in (NOTICE_DECIDED, NOTICE_OVERTURNED)]
    if decision.action in MAKES_PUBLIC:
        keys.append(f"answer:{decision.comment_id}")
    return Outbox.objects.filter(key__in=keys, created__gte=decision.created)


def tell_notifier(kind: str, notice: "Notice", decision: Decision) -> None:
    """By NOTICE_DECIDED or NOTICE_OVERTURNED, if there is an address; once for each decision."""
    if notice.email_encrypted:
        Outbox.objects.queue(
            f"{kind}:{notice.pk}:{decision.pk}",
            kind,
            context={"notice": notice.pk, "decision": decision.pk},
            not_before=_not_before(decision),
        )


def ask_to_confirm(address: "UnconfirmedAddress") -> None:
    Outbox.objects.queue(f"address_confirm:{address.pk}", "address_confirm", context={"address": address.pk})


def _tell_of_complaint(comment: "Comment", complaint: "Complaint") -> None:
    """Whoever complained, at his own address: the author at the comment's, the notifier at the notice's."""
    if complaint.by == complaint.By.NOTIFIER:
        if complaint.notice.email_encrypted:
            context = {"complaint": complaint.pk, "outcome": str(complaint.outcome)}
            key = f"complaint:{complaint.pk}:{complaint.outcome}"
            Outbox.objects.queue(key, NOTICE_COMPLAINT_DECIDED, context=context)
    elif comment.contributor_id and complaint.outcome != complaint.Outcome.LAPSED:
        # That his own withdrawal has closed it he knows.
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
