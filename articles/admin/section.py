"""One section with its figures."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles import limits
from articles.admin.fields import PlacedForm, RichTextField
from articles.admin.image import thumbnail
from articles.admin.inlines import LimitedInline
from articles.admin.parts import PartAdmin
from articles.models import Figure, Section


class FigureInline(LimitedInline, admin.StackedInline):
    model = Figure
    form = PlacedForm
    fields = [("image", "preview"), "alt", "decorative", "caption", "credit", ("position", "after")]
    readonly_fields = ["preview"]
    raw_id_fields = ["image"]
    max_num = limits.MAX_FIGURES_A_SECTION

    def get_queryset(self, request: HttpRequest) -> QuerySet[Figure]:
        return super().get_queryset(request).select_related("image")

    @admin.display(description=_("preview"))
    def preview(self, figure: Figure) -> str:
        return thumbnail(figure.image) if figure.image_id else "–"


class SectionPageForm(forms.ModelForm):
    body = RichTextField(label=_("Text"), required=False, rows=20)


@admin.register(Section)
class SectionAdmin(PartAdmin):
    form = SectionPageForm
    fields = ["heading", "body", "aspect"]
    inlines = [FigureInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        return super().get_queryset(request).select_related("article")
