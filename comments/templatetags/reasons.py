"""What an author is told of a decision, and would be told of one that nobody has taken yet."""

from typing import Any

from django import template

from comments import mails
from comments.models import Comment, Decision

register = template.Library()


@register.inclusion_tag("admin/comments/_letter.html")
def letter_preview(comment: Comment, action: str, said: dict[str, str] | None = None) -> dict[str, Any]:
    """The whole letter about ``action``; ``said`` are the fields of the decision, as ReasonForm.why() gives them."""
    return {
        "letter": mails.preview(comment, action, **(said or {})),
        "by_mail": comment.contributor_id is not None,
    }


@register.filter
def how_it_was_decided(decision: Decision) -> str:
    """As the letter has it, for who gets none."""
    return mails.how_it_was_decided(decision)
