"""The reasons that moderators choose from, and the statements of reasons of what was decided."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments import statements, transparency
from comments.models import Reason
from comments.periods import Period

_WRITERS = {
    "json": (statements.to_json, "application/json"),
    "csv": (statements.to_csv, "text/csv; charset=utf-8"),
}


class StatementsForm(forms.Form):
    period = forms.ChoiceField(label=_("Period"))
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[
            ("json", _("JSON, as the Commission’s interface takes it")),
            ("csv", _("CSV, for a spreadsheet")),
        ],
        widget=forms.RadioSelect,
        initial="json",
    )
    spam = forms.BooleanField(
        label=_("With what was taken for advertising"),
        required=False,
        help_text=_("The law asks no statement of reasons for it."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [(str(each), each.name) for each in transparency.all_periods()]

    def clean_period(self) -> Period:
        return Period.parse(self.cleaned_data["period"])


@admin.register(Reason)
class ReasonAdmin(admin.ModelAdmin):
    list_display = ["title", "ground", "clause", "category", "verbs", "position", "active"]
    fields = ["title", "letter", "ground", "clause", "category"]
    fields += ["for_changes", "for_rejection", "for_removal", "position", "active"]
    radio_fields = {"ground": admin.VERTICAL}
    sortable_by = ()
    show_full_result_count = False
    actions = None

    @admin.display(description=_("meant"))
    def verbs(self, reason: Reason) -> str:
        switches = ("for_changes", "for_rejection", "for_removal")
        return ", ".join(
            str(self.opts.get_field(name).verbose_name) for name in switches if getattr(reason, name)
        )

    def get_urls(self):
        view = self.admin_site.admin_view(self.statements_view)
        return [path("statements/", view, name="comments_reason_statements"), *super().get_urls()]

    def statements_view(self, request: HttpRequest) -> HttpResponse:
        """The statements of reasons of a period as a file, each checked before any leaves; without a period, asks for it."""
        if not request.user.has_perm("comments.view_decision"):
            raise PermissionDenied
        form = StatementsForm(request.GET if "period" in request.GET else None)
        if form.is_bound and form.is_valid():
            response = self._file(request, **form.cleaned_data)
            if response is not None:
                return response
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Statements of reasons"),
            "opts": self.opts,
            "media": self.media,
            "form": form,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/comments/reason/statements.html", context, status=status)

    def _file(self, request: HttpRequest, *, period: Period, format: str, spam: bool) -> HttpResponse | None:
        write, content_type = _WRITERS[format]
        try:
            content = write(statements.valid(statements.decisions(period, spam=spam)))
        except statements.InvalidStatement as error:
            number, place = error.args
            message = gettext(
                "Nothing was exported: the statement of decision %(number)d would not be valid (%(place)s). Tell whoever "
                "looks after the program; what was decided stays as it is."
            )
            self.message_user(request, message % {"number": number, "place": place}, messages.ERROR)
            return None
        name = f"statements-{period}.{format}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return HttpResponse(content, content_type=content_type, headers=headers)
