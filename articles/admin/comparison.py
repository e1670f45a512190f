"""A comparison has a page of its own: the table as readers will see it, filled in place."""

import re

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext

from articles.admin.grid import Grid
from articles.admin.parts import PartAdmin
from articles.models import Comparison


class ComparisonForm(forms.ModelForm):
    """The caption and the words around the table; ``grid`` is the table itself."""

    class Meta:
        widgets = {"summary": AdminTextareaWidget(attrs={"rows": 3})}

    def __init__(self, data=None, *args, **kwargs) -> None:
        super().__init__(data, *args, **kwargs)
        self.grid = Grid(self.instance, data)

    def clean(self) -> dict:
        if not self.grid.is_valid():
            self.add_error(
                None, gettext("The table could not be saved: the places to mend are listed below.")
            )
        return super().clean()

    def problems(self) -> list[tuple[str, str]]:
        """(id of the input, message) of all that is wrong on the page, for the summary at its top."""
        fields = [
            (self[name].id_for_label, f"{self[name].label} : {message}")
            for name, messages in self.errors.items()
            if name in self.fields
            for message in messages
        ]
        return fields + [(problem.field_id, problem.message) for problem in self.grid.problems()]


@admin.register(Comparison)
class ComparisonAdmin(PartAdmin):
    form = ComparisonForm
    fields = ["caption", "summary"]
    change_form_template = "admin/articles/comparison/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comparison]:
        return super().get_queryset(request).select_related("article")

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        # The table needs the width.
        context["is_nav_sidebar_enabled"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: ComparisonForm, formsets, change: bool) -> None:
        form.grid.save()
        super().save_related(request, form, formsets, change)

    def construct_change_message(
        self, request: HttpRequest, form: ComparisonForm, formsets, add=False
    ) -> list:
        message = super().construct_change_message(request, form, formsets, add)
        # Which cells: the version says it.
        return message + ([{"changed": {"fields": ["Table"]}}] if form.grid.has_changed() else [])

    def response_change(self, request: HttpRequest, obj: Comparison) -> HttpResponse:
        response = super().response_change(request, obj)
        at = request.POST.get("_at", "")
        if "_continue" in request.POST and re.fullmatch(r"(cell|treatment|criterion)-[a-z0-9-]{1,100}", at):
            return HttpResponseRedirect(f"{response.headers['Location']}#{at}")
        return response
