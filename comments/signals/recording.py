"""What the checks notice in a revision, kept beside it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from comments import signals
from comments.models.check import CheckSetting
from comments.models.person import OwnerToken, Trace
from comments.models.revision import Revision, Signal
from comments.models.risk import learned_about
from comments.models.status import Status, Urgency
from comments.signals.check import Context, Found, Setting
from comments.signals.distress import Distress
from comments.signals.learned import LearnedRisk
from ldnportal.markup.sanitize import COMMENT_MAX_CHARACTERS

if TYPE_CHECKING:
    from comments.models.comment import Comment

# A wave of the same advertisement stands in the queue; older texts are not read again for each comment.
COMPARED = 100
RISK_MAX = 10


def record(revision: Revision, *, opened: datetime | None = None, own: Sequence[str] = ()) -> None:
    """
    Asks the checks and writes their answers, in the transaction of the revision; whatever fails, the revision stays.

    ``opened`` is when the author's form was issued, ``own`` the private tokens that his browser holds.
    """
    try:
        # A savepoint: after an error in a statement, the transaction around it goes on.
        with transaction.atomic():
            found, all_answered = signals.look_through(revision.text, context=_context(revision, opened, own))
            Signal.objects.bulk_create(
                Signal(
                    revision=revision,
                    check_name=each.name,
                    check_version=each.version,
                    score=each.score,
                    explanation=each.explanation,
                    spans=[list(span) for span in each.spans],
                )
                for each in found
            )
            _sort_in(revision, found)
            if all_answered:
                Revision.objects.filter(pk=revision.pk).update(checked=timezone.now())
    except Exception as error:
        signals.log_failure("checks not recorded", error, revision=revision.pk)


def _sort_in(revision: Revision, found: list[Found]) -> None:
    """Where the comment stands in the moderators' queue."""
    comments = type(revision.comment).objects.filter(pk=revision.comment_id)
    risk = round(10 * max((each.score for each in found), default=0))
    comments.update(risk=min(risk, RISK_MAX))
    # For good: who takes his words back may still be in danger.
    if any(each.name == Distress.name for each in found):
        comments.update(urgency=Urgency.DISTRESS)


def _context(revision: Revision, opened: datetime | None, own: Sequence[str]) -> Context:
    comment = revision.comment
    is_new = revision.n == 1
    settings = CheckSetting.in_force()
    learns = settings.get(LearnedRisk.name, Setting()).enabled
    return Context(
        settings=settings,
        others=_recent_texts(comment),
        published_before=_published_before(comment, own) if is_new else None,
        writing=timezone.now() - opened if opened else None,
        recent=_from_the_same_connection(comment) if is_new else None,
        learned=learned_about(revision.text[:COMMENT_MAX_CHARACTERS]) if learns else None,
    )


def _recent_texts(comment: "Comment") -> list[str]:
    waiting = (
        type(comment).objects.filter(status=Status.PENDING).exclude(pk=comment.pk).order_by("-created", "-pk")
    )
    newest = list(waiting.values_list("pk", flat=True)[:COMPARED])
    return list(Revision.objects.filter(comment__in=newest).exclude(text="").values_list("text", flat=True))


def _published_before(comment: "Comment", own: Sequence[str]) -> int:
    digests = [OwnerToken.digest_of(token) for token in own]
    published = type(comment).objects.published().exclude(pk=comment.pk)
    number = published.filter(owner_token__digest__in=digests).count() if digests else 0
    if comment.contributor_id:
        number += published.filter(contributor=comment.contributor_id).count()
    return number


def _from_the_same_connection(comment: "Comment") -> int:
    """How many comments this connection sent before, within the window of the rate limit."""
    trace = comment.traces.first()
    return Trace.objects.recent(trace.digest).exclude(comment=comment).count() if trace else 0
