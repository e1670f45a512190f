"""What is kept as it was written: the log of decisions, the wordings of the consent."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments import log_export
from comments.admin.log_filters import ActorFilter, LogArticleFilter, PeriodFilter, row_number
from comments.models import ConsentText, Decision

EXCERPT_CHARACTERS = 200
# In an export, so many rows are in memory at a time.
CHUNK = 500


@admin.register(Decision)
class DecisionAdmin(admin.ModelAdmin):
    """The log. Looked at, narrowed down, taken away as a file; nobody changes it."""

    list_display = ["date", "about", "under", "action", "who", "rests_on", "words"]
    list_display_links = ["date"]
    list_filter = [PeriodFilter, ActorFilter, "action", "role", "ground", LogArticleFilter]
    list_select_related = ["comment__article", "actor", "revision"]
    list_per_page = 50
    search_fields = ["comment"]
    search_help_text = _("Number of a comment")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    # Only dates that an index holds: the log is the longest table.
    ordering = ["-created", "-pk"]

    def get_urls(self):
        kinds = {"csv": self.csv_view, "json": self.json_view}
        own = [
            path(f"export.{kind}", self.admin_site.admin_view(view), name=f"comments_decision_{kind}")
            for kind, view in kinds.items()
        ]
        return own + super().get_urls()

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Decision], search_term: str):
        if not search_term.strip():
            return queryset, False
        number = row_number(search_term.strip().removeprefix("#"))
        return (queryset.none() if number is None else queryset.filter(comment=number)), False

    # Who may do what. Nobody adds, edits or deletes, superusers included.

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Decision | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Decision | None = None) -> bool:
        return False

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and request.user.has_perm("comments.export_decision")

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        context = {
            # Django's «Select … to view» is about nothing here.
            "title": gettext("Log of decisions"),
            "may_export": self.has_export_permission(request),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    # The columns.

    @admin.display(description=_("date"))
    def date(self, decision: Decision) -> str:
        return date_format(localtime(decision.created), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("comment"))
    def about(self, decision: Decision) -> str:
        url = reverse("admin:comments_comment_journal", args=[decision.comment_id])
        text = gettext("Journal of comment %(id)d") % {"id": decision.comment_id}
        return format_html('<a href="{}">{}</a>', url, text)

    @admin.display(description=_("under"))
    def under(self, decision: Decision) -> str:
        return str(decision.comment.article)

    @admin.display(description=_("decided by"))
    def who(self, decision: Decision) -> str:
        role = decision.get_role_display()
        return f"{decision.actor.public_name} ({role})" if decision.actor else role

    @admin.display(description=_("ground"))
    def rests_on(self, decision: Decision) -> str:
        ground = decision.get_ground_display() if decision.ground else "–"
        return f"{ground} ({decision.clause})" if decision.clause else ground

    @admin.display(description=_("reason"))
    def words(self, decision: Decision) -> str:
        return Truncator(decision.reason).chars(EXCERPT_CHARACTERS)

    # The files: all that the list's filters leave, on whatever page.

    def csv_view(self, request: HttpRequest) -> HttpResponse:
        return self._export(request, log_export.as_csv, "text/csv; charset=utf-8", "csv")

    def json_view(self, request: HttpRequest) -> HttpResponse:
        return self._export(request, log_export.as_json, "application/json", "json")

    def _export(self, request: HttpRequest, made, content_type: str, ending: str) -> HttpResponse:
        if not self.has_export_permission(request):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        try:
            decisions = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect("admin:comments_decision_changelist")
        response = StreamingHttpResponse(made(decisions.iterator(CHUNK)), content_type=content_type)
        name = gettext("decisions-%(date)s") % {"date": localdate().isoformat()}
        response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
        return response


@admin.register(ConsentText)
class ConsentTextAdmin(admin.ModelAdmin):
    """A new wording is a new row; what readers agreed to stays as it was."""

    list_display = ["created", "text"]
    fields = ["text"]

    def has_change_permission(self, request: HttpRequest, obj: ConsentText | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ConsentText | None = None) -> bool:
        return False
