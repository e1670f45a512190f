"""
All that is kept about one comment, for its author (GDPR art. 15 and 20).

Nothing of other people: not who moderates, not what others answered or reported, not the moderators' notes among
themselves.
"""

from typing import Any

from django.conf import settings

from comments.models import Comment, Complaint
from comments.models.person import TRACE_LIFETIME
from comments.sealing import Unreadable


def about(comment: Comment) -> dict[str, Any]:
    """Plain data; dates are datetimes, which DjangoJSONEncoder writes as ISO 8601."""
    return {
        "comment": {
            "number": comment.pk,
            "article": comment.article.published.title if comment.article.published else "",
            "article_address": _address(comment.article) if comment.article.is_readable else None,
            "address": _address(comment) if comment.is_published else None,
            "in_answer_to": _address(comment.parent) if comment.parent_id else None,
            "pseudonym": comment.display_name,
            "state": comment.get_status_display(),
            "sent": comment.created,
            "published": comment.published_at,
        },
        "texts": [
            {
                "number": revision.n,
                "text": revision.text,
                "sent": revision.created,
                "by": revision.get_author_display(),
                "shown_to_readers": comment.is_published and revision.pk == comment.public_revision_id,
                "noticed": [signal.explanation for signal in revision.signals.all()],
            }
            for revision in comment.revisions.prefetch_related("signals")
        ],
        "history": [
            {
                "what": decision.get_action_display(),
                "when": decision.created,
                "by": decision.get_role_display(),
                "about_text": decision.revision.n if decision.revision else None,
                "ground": decision.get_ground_display() if decision.ground else "",
                "rule_or_law": decision.clause,
                "reason": decision.reason,
                "facts": decision.facts,
                "at_whose_instance": decision.get_source_display(),
                "found_by_software": decision.automated_detection,
                "complaints": [
                    {
                        "text": complaint.text,
                        "sent": complaint.created,
                        "outcome": complaint.get_outcome_display(),
                        "answer": complaint.answer,
                        "decided": complaint.decided_at,
                    }
                    for complaint in decision.complaints.all()
                    if complaint.by == Complaint.By.AUTHOR
                ],
            }
            for decision in comment.decisions.told_to_author()
            .select_related("revision")
            .prefetch_related("complaints")
        ],
        "email": _email(comment),
        "consent": _consent(comment),
        "connection_traces": [
            {"left": trace.created, "goes": trace.created + TRACE_LIFETIME} for trace in comment.traces.all()
        ],
    }


def _email(comment: Comment) -> dict[str, Any] | None:
    given = comment.contributor or comment.unconfirmed_addresses.alive().first()
    if given is None:
        return None
    try:
        address = given.email
    except Unreadable:
        address = ""
    return {
        "address": address,
        "given": given.created,
        "confirmed": comment.contributor.verified_at if comment.contributor else None,
        "told_of_answers": given.get_follow_display()
        if comment.contributor is None
        else comment.get_follow_display(),
    }


def _consent(comment: Comment) -> dict[str, Any] | None:
    consent = getattr(comment, "consent", None)
    return consent and {
        "text": consent.text.text,
        "given": consent.given_at,
        "withdrawn": consent.withdrawn_at,
    }


def _address(thing: Any) -> str:
    return settings.SITE_URL + thing.get_absolute_url()
