"""The second look: texts that somebody has decided about, shown without the decision; and what came out of it."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.admin.cover import Covers
from comments.agreement import FEWEST
from comments.models import Decision, ReReview
from ldnportal.staff.models import User

SHOWN = 30


@admin.register(ReReview)
class ReReviewAdmin(admin.ModelAdmin):
    """Pages of its own: nobody reads or edits these rows one by one, and none says what was decided."""

    def get_urls(self):
        def own(view):
            return self.admin_site.admin_view(view)

        return [
            path("", own(self.changelist_view), name="comments_rereview_changelist"),
            path("<int:pk>/verdict/", own(self.verdict_view), name="comments_rereview_verdict"),
            path("statistiques/", own(self.statistics_view), name="comments_rereview_statistics"),
        ]

    def has_view_permission(self, request: HttpRequest, obj: ReReview | None = None) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ReReview | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ReReview | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        self._check(request)
        waiting = ReReview.objects.open_for(request.user)
        items = list(waiting.for_page()[: SHOWN + 1])
        texts = [item.decision.revision for item in items]
        parents = [item.decision.comment.parent for item in items]
        context = {
            "items": items[:SHOWN],
            "has_more": len(items) > SHOWN,
            "verdicts": _VERDICTS,
            "covers": Covers(request.user, [*texts, *(each.public_revision for each in parents if each)]),
        }
        return self._page(request, "queue", _("Second look"), context)

    def verdict_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._check(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        verdict = request.POST.get("verdict")
        item = ReReview.objects.for_page().filter(pk=pk).first()
        if verdict in ReReview.Verdict.values and item and item.give(verdict, by=request.user):
            self.message_user(request, _told(item), messages.SUCCESS)
        else:
            self.message_user(request, _not_open(), messages.ERROR)
        return redirect("admin:comments_rereview_changelist")

    def statistics_view(self, request: HttpRequest) -> HttpResponse:
        self._check(request)
        agreement = ReReview.objects.agreement()
        context = {
            "agreement": agreement,
            "fewest": FEWEST,
            "kappa": agreement.kappa,
            "own": own_decisions(request.user, now=timezone.now()),
        }
        return self._page(request, "statistics", _("Statistics of moderation"), context)

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
        base = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "media": self.media,
        }
        return TemplateResponse(request, f"admin/comments/rereview/{name}.html", base | context)


_VERDICTS = [
    (ReReview.Verdict.PUBLISH, _("I would publish it")),
    (ReReview.Verdict.REFUSE, _("I would refuse it")),
]


def own_decisions(user: User, *, now: datetime) -> list[dict[str, Any]]:
    """By verb, how often this moderator decided so today, in 7 and in 30 days. Others' decisions are not looked at."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = Decision.objects.by_moderators().filter(actor=user, created__gt=now - timedelta(days=30))
    rows = {
        row.pop("action"): row
        for row in counted.order_by()
        .values("action")
        .annotate(
            today=Count("pk", Q(created__gte=today)),
            week=Count("pk", Q(created__gt=now - timedelta(days=7))),
            month=Count("pk"),
        )
    }
    return [
        {"label": action.label, **rows[action.value]} for action in Decision.Action if action.value in rows
    ]


def _told(item: ReReview) -> SafeString:
    said = (
        gettext("You and the first decision agree.")
        if item.agrees
        else gettext(
            "You and the first decision differ. That changes nothing by itself: if you think that it should be changed, "
            "speak with your colleague."
        )
    )
    comment = item.decision.comment
    url = reverse("admin:comments_comment_change", args=[comment.pk])
    return format_html('{} <a href="{}">{}</a>', said, url, comment)


def _not_open() -> str:
    return gettext(
        "Nothing was kept: this text does not wait for your second look (any more). Somebody else was quicker, its author "
        "has taken it back, or the decision was yours."
    )
