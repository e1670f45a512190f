"""What waits for the moderators, on the admin's first page."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.templatetags.desk import ITEMS_SHOWN, Entry, Item, Panel
from comments.models import Comment, Status

register = template.Library()


@register.inclusion_tag("admin/_desk_panels.html", takes_context=True)
def moderators_desk(context: dict[str, Any]) -> dict[str, Any]:
    """Empty for whoever does not moderate. Says under which article a comment waits, and nothing of its text."""
    if not context["request"].user.has_perm("comments.moderate_comment"):
        return {"panels": []}
    pending = Comment.objects.filter(status=Status.PENDING)
    number = pending.count()
    items = [
        Item(
            comment.article.title,
            reverse("admin:comments_comment_change", args=[comment.pk]),
            comment.created,
            _("waits since"),
        )
        for comment in pending.select_related("article").order_by("created", "pk")[:ITEMS_SHOWN]
    ]
    entry = Entry(
        number,
        ngettext("comment waits for a decision", "comments wait for a decision", number),
        reverse("admin:comments_comment_changelist"),
        _("No comment waits for a decision."),
        is_urgent=True,
    )
    return {"panels": [Panel("comments", _("Comments"), [entry], items, _("Waiting for longest"))]}
