"""One comparison: treatments, criteria, and all cells as one grid."""

import re
from collections.abc import Iterator
from decimal import Decimal

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import limits
from articles.admin.fields import PlacedForm
from articles.admin.inlines import LimitedInline
from articles.admin.parts import PartAdmin
from articles.models import Cell, Comparison, Criterion, Source, Treatment


class CellForm(forms.ModelForm):
    """``source_keys`` stands for the sources: an input a cell instead of a list of 200 in each."""

    source_keys = forms.CharField(label=_("Sources"), required=False, max_length=500)

    class Meta:
        model = Cell
        fields = ["state", "verdict", "value", "detail", "certainty"]
        # Written with a comma in French.
        localized_fields = ["value"]
        widgets = {"detail": forms.Textarea(attrs={"rows": 2, "cols": 24})}

    def __init__(self, *args, sources: dict[str, Source], **kwargs) -> None:
        self.sources = sources
        cell = kwargs["instance"]
        keys = " ".join(source.key for source in cell.sources.all()) if cell.pk else ""
        initial = {"source_keys": keys}
        if cell.value is not None:
            initial["value"] = Decimal(f"{cell.value.normalize():f}")
        super().__init__(*args, initial=initial, **kwargs)
        unit = cell.criterion.unit
        if unit:
            self.fields["value"].label = _("Value (%(unit)s)") % {"unit": unit}

    def clean_detail(self) -> str:
        return " ".join(self.cleaned_data["detail"].split())

    def clean_source_keys(self) -> list[Source]:
        keys = re.split(r"[\s,;]+", self.cleaned_data["source_keys"].strip())
        unknown = [key for key in keys if key and key.removeprefix("@") not in self.sources]
        if unknown:
            raise forms.ValidationError(
                _("No source of this article has this key: %(keys)s."), params={"keys": ", ".join(unknown)}
            )
        return [self.sources[key.removeprefix("@")] for key in keys if key]

    def save(self, commit: bool = True) -> Cell:
        cell = super().save(commit=commit)
        cell.sources.set(self.cleaned_data["source_keys"])
        return cell


class Grid:
    """
    The cells of a comparison as forms, named ``cell-<treatment key>-<criterion key>-<field>``.

    Only what the browser sent is looked at: a treatment that somebody added meanwhile keeps its cells.
    """

    def __init__(self, comparison: Comparison, data=None) -> None:
        self.sources = {source.key: source for source in comparison.article.sources.all()}
        self.criteria = list(comparison.criteria.all())
        self.rows = [
            (treatment, [self._form(treatment, criterion, cells, data) for criterion in self.criteria])
            for treatment in comparison.treatments.all()
            for cells in [{cell.criterion_id: cell for cell in treatment.cells.all()}]
        ]

    @staticmethod
    def of(comparison: Comparison, data=None) -> "Grid":
        whole = (
            Comparison.objects.select_related("article")
            .prefetch_related("article__sources", "criteria", "treatments__cells__sources")
            .get(pk=comparison.pk)
        )
        return Grid(whole, data)

    def _form(self, treatment: Treatment, criterion: Criterion, cells: dict[int, Cell], data) -> CellForm:
        cell = cells.get(criterion.pk) or Cell()
        cell.treatment, cell.criterion = treatment, criterion
        prefix = f"cell-{treatment.key}-{criterion.key}"
        sent = data if data is not None and f"{prefix}-state" in data else None
        return CellForm(sent, instance=cell, prefix=prefix, sources=self.sources)

    def __iter__(self) -> Iterator[CellForm]:
        for _treatment, cells in self.rows:
            yield from cells

    def wrong(self) -> list[CellForm]:
        return [cell for cell in self if cell.is_bound and not cell.is_valid()]

    def changed(self) -> list[CellForm]:
        return [cell for cell in self if cell.is_bound and cell.has_changed()]

    def save(self) -> None:
        for cell in self.changed():
            cell.save()


class ComparisonForm(forms.ModelForm):
    def __init__(self, data=None, *args, **kwargs) -> None:
        super().__init__(data, *args, **kwargs)
        self.grid = Grid.of(self.instance, data) if self.instance.pk else None

    def clean(self) -> dict:
        wrong = self.grid.wrong() if self.grid else []
        for cell in wrong:
            place = f"{cell.instance.treatment}, {cell.instance.criterion}"
            self.add_error(None, gettext("In the table, «%(place)s»: see there.") % {"place": place})
        return super().clean()


class TreatmentInline(LimitedInline, admin.StackedInline):
    model = Treatment
    form = PlacedForm
    fields = [("name", "detail", "position")]
    max_num = limits.MAX_TREATMENTS


class CriterionInline(LimitedInline, admin.StackedInline):
    model = Criterion
    form = PlacedForm
    fields = [("name", "help"), ("kind", "unit", "better", "position")]
    max_num = limits.MAX_CRITERIA


@admin.register(Comparison)
class ComparisonAdmin(PartAdmin):
    form = ComparisonForm
    fields = ["caption", "summary"]
    inlines = [TreatmentInline, CriterionInline]
    change_form_template = "admin/articles/comparison/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comparison]:
        return super().get_queryset(request).select_related("article")

    def save_related(self, request: HttpRequest, form: ComparisonForm, formsets, change: bool) -> None:
        # Before the rows and columns: one that is deleted takes its cells with it.
        form.grid.save()
        super().save_related(request, form, formsets, change)
        form.instance.complete_grid()
