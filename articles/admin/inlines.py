"""The parts of an article on its own form."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import ForeignKey, Prefetch, QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles import limits
from articles.admin.fields import (
    DATE_OVERRIDES,
    KeyedForm,
    PlacedForm,
    PlacedFormSet,
)
from articles.admin.rich_text import RichTextField
from articles.models import Authorship, Comparison, FaqEntry, Figure, Section, Source


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


class RowsInline(LimitedInline, admin.StackedInline):
    """
    Rows that open, move, double and go on the article's page, by static/js/form-rows.js.

    ``anchor`` begins the lasting name of a row; ``title_fields`` name it (the first that is not empty);
    ``once`` are fields that a duplicate does not take over; ``flat`` rows have nothing to open.
    """

    template = "admin/articles/article/_rows.html"
    placeholder = "__prefix__"
    anchor = ""
    title_fields: list[str] = []
    note_field = ""
    once: list[str] = []
    flat = False
    blank_rows = 3

    @property
    def media(self) -> forms.Media:
        # In place of Django's own script.
        return forms.Media(js=[Script("js/form-rows.js", type="module")])

    def get_extra(self, request: HttpRequest, obj=None, **kwargs) -> int:
        # Without JavaScript rows are added by a page that has empty ones.
        return self.blank_rows if "more" in request.GET else 0

    def get_formset(self, request: HttpRequest, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.inline = self
        return formset

    @property
    def template_id(self) -> str:
        return f"{self.anchor}-template"


def read_once(field: forms.Field) -> forms.Field:
    """One query for the choices of all rows; a queryset would be asked again by each."""
    if hasattr(field, "queryset"):
        # iter(): list() alone would ask for their number too.
        field.choices = list(iter(field.choices))
    return field


def without_links(field: forms.Field, *names: str) -> forms.Field:
    """The select or look-up without some of the admin's links beside it."""
    for name in names:
        setattr(field.widget, f"can_{name}_related", False)
    return field


class AuthorshipInline(RowsInline):
    model = Authorship
    form = PlacedForm
    fields = [("person", "position")]
    max_num = limits.MAX_AUTHORS
    verbose_name = _("author")
    verbose_name_plural = _("authors")
    add_text = _("Add an author")
    anchor = "author"
    title_fields = ["person"]
    flat = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Authorship]:
        return super().get_queryset(request).select_related("person")

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs) -> forms.Field:
        return read_once(super().formfield_for_foreignkey(db_field, request, **kwargs))

    def formfield_for_dbfield(self, db_field, request: HttpRequest, **kwargs) -> forms.Field:
        # To take an author off the article must not be one slip from deleting the person.
        return without_links(super().formfield_for_dbfield(db_field, request, **kwargs), "delete", "view")


class ImageWidget(ForeignKeyRawIdWidget):
    """The look-up into the library; the picture itself stands beside it instead of its name."""

    def label_and_url_for_value(self, value) -> tuple[str, str]:
        return "", ""


class FigureFormSet(PlacedFormSet):
    def get_queryset(self) -> list[Figure]:
        # Read with the sections, those of all in one query.
        if not hasattr(self, "_queryset"):
            self._queryset = list(self.instance.figures.all()) if self.instance.pk else []
        return self._queryset

    @property
    def empty_form(self) -> forms.ModelForm:
        """Stands inside the template of a section, whose own placeholder is another."""
        form = super().empty_form
        form.prefix = self.add_prefix(FigureInline.placeholder)
        return form


class FigureInline(RowsInline):
    """The figures of one section, within its row."""

    model = Figure
    form = PlacedForm
    formset = FigureFormSet
    fields = ["image", "alt", "decorative", "caption", "credit", ("after", "position")]
    max_num = limits.MAX_FIGURES_A_SECTION
    add_text = _("Add a figure")
    placeholder = "__row__"
    anchor = "figure"
    title_fields = ["caption", "alt"]
    blank_rows = 1

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs) -> forms.Field:
        if db_field.name == "image":
            kwargs["widget"] = ImageWidget(db_field.remote_field, self.admin_site)
            kwargs["help_text"] = _("Chosen in the library by the magnifier, or by its number there.")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request: HttpRequest, **kwargs) -> forms.Field:
        # Django's script shows where these lead for selects only.
        return without_links(super().formfield_for_dbfield(db_field, request, **kwargs), "change", "view")


class SectionForm(PlacedForm):
    body = RichTextField(label=_("Text"), required=False)

    def is_valid(self) -> bool:
        # Both, so that all errors are told at once.
        figures_are_valid = self.figures.is_valid()
        return super().is_valid() and figures_are_valid

    def has_changed(self) -> bool:
        return super().has_changed() or self.figures.has_changed()

    def clean_alias(self) -> str:
        return self.initial["alias"] if self.alias_is_fixed else self.cleaned_data["alias"]

    def _get_validation_exclusions(self) -> set[str]:
        # Rules over several sections are the formset's: alone, each row would be held against what is about to go.
        return {*super()._get_validation_exclusions(), "article"}


class SectionFormSet(PlacedFormSet):
    """Sections, each with a formset of its figures: ``form.figures``, named ``sections-<n>-figures``."""

    figures_class = FigureFormSet

    def add_fields(self, form: SectionForm, index: int | None) -> None:
        super().add_fields(form, index)
        # The article is asked here and not in the form, where each section would fetch its own.
        form.alias_is_fixed = bool(self.instance.first_published_at and form.instance.alias)
        if form.alias_is_fixed and "alias" in form.fields:
            form.fields["alias"].widget.attrs["readonly"] = True
        form.figures = self.figures_class(
            self.data if self.is_bound and index is not None else None,
            instance=form.instance,
            prefix=f"{form.prefix}-figures",
        )

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
        saved = super().save(commit=commit)
        self._save_figures()
        return saved

    def save_existing(self, form: SectionForm, obj: Section, commit: bool = True) -> Section:
        # Of a section whose figures alone changed, nothing is written.
        return super().save_existing(form, obj, commit=commit) if form.changed_data else obj

    def _save_figures(self) -> None:
        """Saves those of every section that stays, and lets the log name them with the sections."""
        self.changed_objects = [(section, fields) for section, fields in self.changed_objects if fields]
        for form in self.kept():
            form.figures.save()
            self.new_objects += form.figures.new_objects
            self.changed_objects += form.figures.changed_objects
            self.deleted_objects += form.figures.deleted_objects


class SectionInline(RowsInline):
    model = Section
    form = SectionForm
    formset = SectionFormSet
    fields = ["heading", "body", ("aspect", "alias"), ("comparison", "shows_faq"), "position"]
    max_num = limits.MAX_SECTIONS
    add_text = _("Add a section")
    anchor = "section"
    title_fields = ["heading"]
    note_field = "aspect"
    once = ["alias", "shows_faq"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        figures = Prefetch("figures", Figure.objects.select_related("image"))
        return super().get_queryset(request).prefetch_related(figures)

    def get_formset(self, request: HttpRequest, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.figures_class = FigureInline(Section, self.admin_site).get_formset(request)
        return formset

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


class FaqEntryInline(RowsInline):
    model = FaqEntry
    form = FaqEntryForm
    fields = ["question", "answer", "position"]
    max_num = limits.MAX_FAQ_ENTRIES
    add_text = _("Add a question")
    anchor = "faq"
    title_fields = ["question"]


class ComparisonInline(RowsInline):
    model = Comparison
    form = PlacedForm
    fields = [("caption", "position")]
    max_num = limits.MAX_COMPARISONS
    add_text = _("Add a comparison")
    anchor = "comparison"
    title_fields = ["caption"]
    flat = True


class SourceInline(RowsInline):
    model = Source
    formfield_overrides = {**DATE_OVERRIDES, models.URLField: {"assume_scheme": "https"}}
    form = KeyedForm
    fields = [
        ("key", "kind"),
        "title",
        "authors",
        ("container", "year"),
        ("doi", "pmid"),
        ("url", "read_on"),
        "to_verify",
        "note",
        "position",
    ]
    max_num = limits.MAX_SOURCES
    add_text = _("Add a source")
    anchor = "source"
    title_fields = ["title", "note", "key"]
    note_field = "kind"
    once = ["key"]
