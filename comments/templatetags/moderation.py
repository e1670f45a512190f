"""What waits for the moderators, on the admin's first page."""

from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from articles.difference.words import compare_words
from articles.templatetags.desk import ITEMS_SHOWN, Entry, Item, Panel
from comments.models import Comment, Complaint, Confirmation, Decision, Notice, ReReview, Revision
from comments.signals.marking import marked
from ldnportal.staff.models import User

register = template.Library()


@register.filter
def with_marks(revision: Revision) -> SafeString:
    """The text with what the checks noticed in it marked."""
    return marked(revision.text, [span for signal in revision.signals.all() for span in signal.spans])


@register.simple_tag
def changes(before: Revision, after: Revision) -> SafeString:
    """What differs between two texts, word by word."""
    marks = {"=": "{}", "+": "<ins>{}</ins>", "-": "<del>{}</del>"}
    return format_html_join(
        "", "{}", ((format_html(marks[run.op], run.shown),) for run in compare_words(before.text, after.text))
    )


@register.simple_block_tag(takes_context=True)
def cover(
    context: dict[str, Any], content: SafeString, comment: Comment, *texts: Revision, **more
) -> SafeString:
    """What stands between, covered if one of the texts is: see comments.admin.cover."""
    return context["covers"].over(content, comment, *texts, **more)


@register.inclusion_tag("admin/_desk_panels.html", takes_context=True)
def moderators_desk(context: dict[str, Any]) -> dict[str, Any]:
    """Empty for whoever does not moderate. Says under which article a comment waits, and nothing of its text."""
    user = context["request"].user
    if not user.has_perm("comments.moderate_comment"):
        return {"panels": []}
    waiting = Comment.objects.waiting()
    items = [
        Item(
            comment.article.title,
            reverse("admin:comments_comment_change", args=[comment.pk]),
            comment.waiting_since,
            _("waits since"),
        )
        for comment in waiting.in_queue_order().select_related("article", "proposed_revision")[:ITEMS_SHOWN]
    ]
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    entries = [
        _entry(
            "comment",
            waiting.count(),
            ngettext_lazy("comment waits for a decision", "comments wait for a decision"),
            _("No comment waits for a decision."),
        ),
        _entry(
            "notice",
            Notice.objects.open().count(),
            ngettext_lazy("report waits for a decision", "reports wait for a decision"),
            _("No report waits for a decision."),
        ),
        _entry(
            "complaint",
            Complaint.objects.open().count(),
            ngettext_lazy("complaint waits for an answer", "complaints wait for an answer"),
            _("No complaint waits for an answer."),
        ),
        _entry(
            "notice",
            Notice.objects.overdue().count() + Complaint.objects.overdue().count(),
            ngettext_lazy("of them is overdue", "of them are overdue"),
            _("No report and no complaint is overdue."),
        ),
        _entry(
            "rereview",
            ReReview.objects.open_for(user).count(),
            ngettext_lazy("text waits for your second look", "texts wait for your second look"),
            _("Nothing waits for your second look."),
            is_urgent=False,
        ),
        *_to_confirm(user),
        _entry(
            "decision",
            Decision.objects.by_moderators().about_the_public().filter(created__gte=midnight).count(),
            ngettext_lazy("decision taken today", "decisions taken today"),
            _("No decision has been taken today."),
            is_urgent=False,
        ),
    ]
    return {"panels": [Panel("comments", _("Comments"), entries, items, _("Waiting for longest"))]}


def _to_confirm(user: User) -> list[Entry]:
    """Only where the site wants it."""
    if not settings.SECOND_PAIR_OF_EYES:
        return []
    entry = _entry(
        "comment",
        Confirmation.objects.open_for(user).count(),
        ngettext_lazy("decision of a colleague to confirm", "decisions of colleagues to confirm"),
        _("No decision of a colleague waits for your confirmation."),
        query="?state=to_confirm",
    )
    return [entry]


def _entry(
    model: str, number: int, label: Promise, empty: str, *, query: str = "", is_urgent: bool = True
) -> Entry:
    """Leads to the list of ``model``; the label is in one form or the other by the number."""
    url = reverse(f"admin:comments_{model}_changelist") + query
    return Entry(number, label % number, url, empty, is_urgent)
