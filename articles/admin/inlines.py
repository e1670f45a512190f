"""The parts of an article on its own form."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles import limits
from articles.admin.fields import (
    DATE_OVERRIDES,
    KeyedForm,
    PlacedForm,
    PlacedFormSet,
    RichTextField,
)
from articles.models import Authorship, Comparison, FaqEntry, Section, Source


class LimitedInline:
    """
    Says so when there are more rows than ``max_num``, instead of dropping them.

    Always with StackedInline: in Django's tabular one no input has a label.
    """

    formset = PlacedFormSet
    formfield_overrides = DATE_OVERRIDES
    extra = 0

    def get_formset(self, request: HttpRequest, obj=None, **kwargs):
        return super().get_formset(request, obj, validate_max=self.max_num is not None, **kwargs)


def read_once(field: forms.Field) -> forms.Field:
    """One query for the choices of all rows; a queryset would be asked again by each."""
    if hasattr(field, "queryset"):
        # iter(): list() alone would ask for their number too.
        field.choices = list(iter(field.choices))
    return field


class AuthorshipInline(LimitedInline, admin.StackedInline):
    model = Authorship
    form = PlacedForm
    fields = [("person", "position")]
    max_num = 20

    def get_queryset(self, request: HttpRequest) -> QuerySet[Authorship]:
        return super().get_queryset(request).select_related("person")

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs) -> forms.Field:
        return read_once(super().formfield_for_foreignkey(db_field, request, **kwargs))


class SectionForm(PlacedForm):
    body = RichTextField(label=_("Text"), required=False)

    def _get_validation_exclusions(self) -> set[str]:
        # Rules over several sections are the formset's: alone, each row would be held against what is about to go.
        return {*super()._get_validation_exclusions(), "article"}


class SectionFormSet(PlacedFormSet):
    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        # The article is asked here and not in the form, where each section would fetch its own.
        if self.instance.is_published and form.instance.alias and "alias" in form.fields:
            form.fields["alias"].disabled = True

    def clean(self) -> None:
        super().clean()
        seen: set[str] = set()
        showing = 0
        for form in self.kept():
            alias = form.cleaned_data.get("alias")
            if alias and alias in seen:
                form.add_error("alias", _("Another section has this anchor."))
            seen.add(alias or "")
            showing += bool(form.cleaned_data.get("shows_faq"))
        if showing > 1:
            raise ValidationError(_("Only one section can show the questions and answers."))

    def save(self, commit: bool = True):
        # What is unique is freed first, so that one section can take over from another.
        moved = [
            form.instance.pk
            for form in self.initial_forms
            if {"alias", "shows_faq"} & set(form.changed_data) and form.instance.pk
        ]
        if moved:
            Section.objects.filter(pk__in=moved).update(alias="", shows_faq=False)
        return super().save(commit=commit)


class SectionInline(LimitedInline, admin.StackedInline):
    model = Section
    form = SectionForm
    formset = SectionFormSet
    fields = ["heading", "body", ("position", "aspect"), ("comparison", "shows_faq"), "alias"]
    classes = ["collapse"]
    max_num = limits.MAX_SECTIONS
    show_change_link = True

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs) -> forms.Field:
        if db_field.name != "comparison":
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        article = request.resolver_match.kwargs.get("object_id", "")
        kwargs["queryset"] = Comparison.objects.filter(article=article if article.isdecimal() else None)
        return read_once(super().formfield_for_foreignkey(db_field, request, **kwargs))

    def formfield_for_dbfield(self, db_field, request: HttpRequest, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "comparison":
            # Without the pencil and the plus: comparisons are listed further down, with a link each.
            field.widget = getattr(field.widget, "widget", field.widget)
        return field


class FaqEntryForm(PlacedForm):
    answer = RichTextField(label=_("Answer"), rows=6)


class FaqEntryInline(LimitedInline, admin.StackedInline):
    model = FaqEntry
    form = FaqEntryForm
    fields = ["question", "answer", "position"]
    classes = ["collapse"]
    max_num = limits.MAX_FAQ_ENTRIES


class ComparisonInline(LimitedInline, admin.StackedInline):
    model = Comparison
    form = PlacedForm
    fields = [("caption", "position")]
    max_num = limits.MAX_COMPARISONS
    show_change_link = True
    verbose_name_plural = _("comparisons (the table itself has its own page: save, then «Change»)")


class SourceInline(LimitedInline, admin.StackedInline):
    model = Source
    form = KeyedForm
    fields = [
        ("key", "kind", "position"),
        "authors",
        "title",
        ("container", "year"),
        ("doi", "pmid"),
        ("url", "read_on"),
        "to_verify",
        "note",
    ]
    classes = ["collapse"]
    max_num = limits.MAX_SOURCES
