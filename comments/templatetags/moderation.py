"""What waits for the moderators, on the admin's first page."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.difference.words import compare_words
from articles.templatetags.desk import ITEMS_SHOWN, Entry, Item, Panel
from comments.models import Comment, Complaint, Decision, Notice, ReReview, Revision
from comments.signals.marking import marked

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


@register.inclusion_tag("admin/_desk_panels.html", takes_context=True)
def moderators_desk(context: dict[str, Any]) -> dict[str, Any]:
    """Empty for whoever does not moderate. Says under which article a comment waits, and nothing of its text."""
    if not context["request"].user.has_perm("comments.moderate_comment"):
        return {"panels": []}
    waiting = Comment.objects.waiting()
    number = waiting.count()
    items = [
        Item(
            comment.article.title,
            reverse("admin:comments_comment_change", args=[comment.pk]),
            comment.waiting_since,
            _("waits since"),
        )
        for comment in waiting.in_queue_order().select_related("article", "proposed_revision")[:ITEMS_SHOWN]
    ]
    entry = Entry(
        number,
        ngettext("comment waits for a decision", "comments wait for a decision", number),
        reverse("admin:comments_comment_changelist"),
        _("No comment waits for a decision."),
        is_urgent=True,
    )
    contested = Complaint.objects.open().count()
    complaints = Entry(
        contested,
        ngettext("complaint waits for an answer", "complaints wait for an answer", contested),
        reverse("admin:comments_complaint_changelist"),
        _("No complaint waits for an answer."),
        is_urgent=True,
    )
    reported = Notice.objects.open().count()
    reports = Entry(
        reported,
        ngettext("report waits for a decision", "reports wait for a decision", reported),
        reverse("admin:comments_notice_changelist"),
        _("No report waits for a decision."),
        is_urgent=True,
    )
    overdue = Notice.objects.overdue().count() + Complaint.objects.overdue().count()
    late = Entry(
        overdue,
        ngettext("of them is overdue", "of them are overdue", overdue),
        reverse("admin:comments_notice_changelist"),
        _("No report and no complaint is overdue."),
        is_urgent=True,
    )
    again = ReReview.objects.open_for(context["request"].user).count()
    second_look = Entry(
        again,
        ngettext("text waits for your second look", "texts wait for your second look", again),
        reverse("admin:comments_rereview_changelist"),
        _("Nothing waits for your second look."),
    )
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    done = Decision.objects.by_moderators().about_the_public().filter(created__gte=midnight).count()
    today = Entry(
        done,
        ngettext("decision taken today", "decisions taken today", done),
        reverse("admin:comments_decision_changelist"),
        _("No decision has been taken today."),
    )
    entries = [entry, reports, complaints, late, second_look, today]
    return {"panels": [Panel("comments", _("Comments"), entries, items, _("Waiting for longest"))]}
