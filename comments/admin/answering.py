"""What reports and complaints share in the admin: a list by deadline, and a page of its own on which one is answered."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.admin.cover import Covers
from comments.models import Comment, Revision

EXCERPT_CHARACTERS = 200


class CoveredList(ChangeList):
    """What readers say about a text that is covered is covered, too."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        covers = Covers(request.user, [self.model_admin.text_about(row) for row in self.result_list])
        for row in self.result_list:
            row.covers = covers


class AnsweringAdmin(admin.ModelAdmin):
    """Rows are answered through the model's verbs, never added, changed or deleted by hand."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()

    class Media:
        css = {"all": ["css/answers.css"]}

    def text_about(self, item: Model) -> Revision | None:
        """The text of a comment that a row of the list is about."""
        raise NotImplementedError

    def find(self, pk: int) -> Model:
        """With all that its page shows. Raises Http404."""
        raise NotImplementedError

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        raise NotImplementedError

    def page(self, request: HttpRequest, item: Model, *, status: int = 200, **forms) -> HttpResponse:
        raise NotImplementedError

    def get_changelist(self, request: HttpRequest, **kwargs):
        return CoveredList

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        # Django's «Select … to view» cannot be formed in French.
        title = {"title": self.opts.verbose_name_plural.capitalize()}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    # Who may do what.

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("deadline"))
    def due(self, item) -> SafeString | str:
        """When it is due, and that it is late. Nothing once it is answered."""
        if not item.is_open:
            return "–"
        day = date_format(item.due_on, "SHORT_DATE_FORMAT")
        if not item.is_overdue:
            return day
        return format_html('{} <strong class="is-overdue">{}</strong>', day, gettext("overdue"))

    # The page.

    def get_urls(self):
        view = self.admin_site.admin_view(self.decide_view)
        name = f"comments_{self.opts.model_name}_decide"
        return [path("<int:pk>/decide/", view, name=name), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url="", extra_context=None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not object_id.isdecimal():
            raise Http404
        return self.page(request, self.find(int(object_id)))

    def seen(self, request: HttpRequest, comment: Comment) -> Revision | None:
        """The text that was on the screen; the comment's verbs refuse any that is not in question."""
        number = request.POST.get("revision", "")
        return comment.revisions.filter(pk=number).first() if number.isdecimal() else None
