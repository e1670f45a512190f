"""What readers have reported. Read here, decided on the comment's own page."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.admin.filters import OpenNoticeFilter
from comments.models import Notice

EXCERPT_CHARACTERS = 200


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    list_display = ["reference", "created", "kind", "about", "state", "excerpt"]
    list_display_links = ["reference"]
    list_filter = [OpenNoticeFilter, "kind"]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ["created", "pk"]
    # Not the e-mail address: the site writes to it, nobody reads it.
    fields = [
        "reference",
        "created",
        "kind",
        "child_abuse",
        "state",
        "about",
        "reported_text",
        "explanation",
        "law",
        "name",
        "good_faith",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return super().get_queryset(request).select_related("comment", "decision", "revision")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        return False

    @admin.display(description=_("reference"))
    def reference(self, notice: Notice) -> str:
        return notice.reference

    @admin.display(description=_("comment"))
    def about(self, notice: Notice) -> str:
        url = reverse("admin:comments_comment_change", args=[notice.comment_id])
        return format_html('<a href="{}">{}</a>', url, notice.comment)

    @admin.display(description=_("state"))
    def state(self, notice: Notice) -> str:
        if notice.decision:
            return gettext("decided: %(action)s") % {"action": notice.decision.get_action_display()}
        if notice.is_open:
            return gettext("waits for a decision")
        return gettext("the comment is %(status)s") % {"status": notice.comment.get_status_display()}

    @admin.display(description=_("explanation"))
    def excerpt(self, notice: Notice) -> str:
        if notice.blanked:
            return gettext("(no text any more)")
        return Truncator(notice.explanation).chars(EXCERPT_CHARACTERS)

    @admin.display(description=_("reported text"))
    def reported_text(self, notice: Notice) -> str:
        text = notice.revision.text if notice.revision else ""
        return format_html('<div class="comment-text">{}</div>', text or gettext("(no text any more)"))
