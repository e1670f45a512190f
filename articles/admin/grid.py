"""
The comparison as one form: treatments, criteria and the cells where they meet.

A treatment is ``treatments-<n>-<field>``, a criterion ``criteria-<n>-<field>``, a cell
``cell-<treatment key>-<criterion key>-<field>``. Rows are found again by their keys, never by primary key:
what is created in this very POST has its cells already, and what the browser did not send stays as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.db.models import Model
from django.utils.formats import localize_input
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import limits
from articles.admin.fields import PlacedForm
from articles.models import Cell, Comparison, Criterion, Source, Treatment
from articles.models.keys import new_key, validate_key

ROW_FIELDS = ("state", "verdict", "value", "detail", "certainty")
CELL_FIELDS = (*ROW_FIELDS, "source_keys")
# For those who work without JavaScript: empty rows that can be filled at once, cells included.
BLANK_ROWS, BLANK_ROWS_AT_FIRST = 1, 3
# What makes a new row more than an empty one; the rest of it is chosen from lists, or made.
WRITTEN = ("name", "detail", "help", "unit")


@dataclass(frozen=True)
class Problem:
    """What is wrong and where: ``field_id`` is the input that the summary links to."""

    field_id: str
    message: str


class AxisForm(PlacedForm):
    """A treatment or a criterion."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40, validators=[validate_key])

    # Something was written in one of its cells: then it must have a name.
    filled = False

    def clean_key(self) -> str:
        return self.cleaned_data["key"] or self.instance.key

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = self.instance.pk is None

    def has_changed(self) -> bool:
        if self.is_new:
            return self.filled or any(self[name].data for name in WRITTEN if name in self.fields)
        return super().has_changed()

    @property
    def is_blank(self) -> bool:
        return self.is_new and not self.has_changed()

    @property
    def is_deleted(self) -> bool:
        return self.is_bound and bool(self["DELETE"].data)

    @property
    def name(self) -> str:
        return self["name"].value() or ""

    @property
    def title(self) -> str:
        return f"«{self.name}»" if self.name else str(self.unnamed)


class TreatmentForm(AxisForm):
    unnamed = _("Treatment without a name")

    class Meta:
        model = Treatment
        fields = ["key", "name", "detail", "position"]


class CriterionForm(AxisForm):
    unnamed = _("Criterion without a name")

    class Meta:
        model = Criterion
        fields = ["key", "name", "help", "kind", "unit", "better", "position"]


class AxisFormSet(forms.BaseFormSet):
    """The treatments or the criteria, matched to their rows by key."""

    limit: int

    def __init__(self, data=None, *, comparison: Comparison, rows: list[Model]) -> None:
        self.comparison, self.rows = comparison, rows
        super().__init__(data, prefix=self.get_default_prefix())

    def initial_form_count(self) -> int:
        return super().initial_form_count() if self.is_bound else len(self.rows)

    def total_form_count(self) -> int:
        if self.is_bound:
            return super().total_form_count()
        there = len(self.rows)
        blank = BLANK_ROWS if there else BLANK_ROWS_AT_FIRST
        return max(there, min(there + blank, self.limit))

    def get_form_kwargs(self, index: int | None) -> dict:
        return {"instance": self._instance(index)}

    def _instance(self, index: int | None) -> Model:
        model = self.form._meta.model
        if index is None:
            return model(comparison=self.comparison, key="__key__", position=None)
        if not self.is_bound:
            new = model(comparison=self.comparison, position=None)
            return self.rows[index] if index < len(self.rows) else new
        key = self.data.get(f"{self.add_prefix(index)}-key") or new_key()
        there = {row.key: row for row in self.rows}
        return there.get(key) or model(comparison=self.comparison, key=key, position=None)

    def _construct_form(self, i: int, **kwargs) -> AxisForm:
        form = super()._construct_form(i, **kwargs)
        form.empty_permitted = form.is_new
        return form

    @cached_property
    def in_order(self) -> list[AxisForm]:
        """As the table shows them: by the places that were sent, so that what was moved stays so on an error."""
        return sorted(self.forms, key=lambda form: _place(form["position"].value()))

    @property
    def kept(self) -> list[AxisForm]:
        return [form for form in self.in_order if not form.is_blank and not form.is_deleted]

    @property
    def gone(self) -> list[AxisForm]:
        return [form for form in self.forms if not form.is_new and form.is_deleted]

    @property
    def changed(self) -> list[AxisForm]:
        return [form for form in self.kept if form.is_new or form.has_changed()]

    def clean(self) -> None:
        kept = self.kept
        if len(kept) > self.limit:
            raise forms.ValidationError(self.too_many(len(kept)))
        keys = [form.instance.key for form in kept]
        if len(keys) != len(set(keys)):
            raise forms.ValidationError(_("Two of them have the same key: delete one and add it again."))
        last = max((form.cleaned_data.get("position") or 0 for form in kept), default=0)
        for form in kept:
            if form.cleaned_data.get("position") is None:
                last += 1
                form.instance.position = last

    def problems(self) -> Iterator[Problem]:
        for message in self.non_form_errors():
            yield Problem("grid-heading", message)
        for form in self.kept:
            for name, messages in form.errors.items():
                # The key has no input that people see.
                field = form["name" if name in {"key", forms.forms.NON_FIELD_ERRORS} else name]
                for message in messages:
                    yield Problem(field.id_for_label, f"{form.title}, {field.label} : {message}")

    def save(self) -> None:
        model = self.form._meta.model
        fields = [name for name in self.form._meta.fields if name != "key"]
        rows = [form.instance for form in self.changed]
        model.objects.bulk_update([row for row in rows if row.pk], fields)
        # Two clicks on «Save» send the same new row twice: its key makes it one.
        model.objects.bulk_create(
            [row for row in rows if row.pk is None],
            update_conflicts=True,
            unique_fields=["comparison", "key"],
            update_fields=fields,
        )


def _place(sent) -> float:
    try:
        return float(sent)
    except (TypeError, ValueError):
        return float("inf")


class TreatmentFormSet(AxisFormSet):
    limit = limits.MAX_TREATMENTS

    @staticmethod
    def get_default_prefix() -> str:
        return "treatments"

    @staticmethod
    def too_many(count: int) -> str:
        return gettext("A comparison has at most %(limit)d treatments; here are %(count)d: delete some.") % {
            "limit": limits.MAX_TREATMENTS,
            "count": count,
        }


class CriterionFormSet(AxisFormSet):
    limit = limits.MAX_CRITERIA

    @staticmethod
    def get_default_prefix() -> str:
        return "criteria"

    @staticmethod
    def too_many(count: int) -> str:
        return gettext("A comparison has at most %(limit)d criteria; here are %(count)d: delete some.") % {
            "limit": limits.MAX_CRITERIA,
            "count": count,
        }


Treatments = forms.formset_factory(TreatmentForm, formset=TreatmentFormSet, extra=0, can_delete=True)
Criteria = forms.formset_factory(CriterionForm, formset=CriterionFormSet, extra=0, can_delete=True)


def _model_field(name: str, **kwargs) -> forms.Field:
    return Cell._meta.get_field(name).formfield(**kwargs)


class CellForm(forms.Form):
    """
    ``source_keys`` stands for the sources: an input a cell instead of a list of 200 in each.

    No model form: that would ask the database about each of the model's constraints for each cell.
    """

    state = _model_field("state")
    verdict = _model_field("verdict")
    # Written with a comma in French.
    value = _model_field("value", localize=True)
    detail = _model_field("detail")
    certainty = _model_field("certainty")
    source_keys = forms.CharField(label=_("Sources"), required=False, max_length=500)

    def __init__(self, *args, sources: dict[str, Source], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.sources = sources

    def clean_source_keys(self) -> list[Source]:
        keys = [
            key.removeprefix("@") for key in re.split(r"[\s,;]+", self.cleaned_data["source_keys"]) if key
        ]
        unknown = [key for key in keys if key not in self.sources]
        if unknown:
            raise forms.ValidationError(
                _("No source of this article has this key: %(keys)s."), params={"keys": ", ".join(unknown)}
            )
        return [self.sources[key] for key in dict.fromkeys(keys)]

    def clean(self) -> dict:
        data = self.cleaned_data
        says = bool(data.get("verdict")) or data.get("value") is not None
        if data.get("state") == Cell.State.GIVEN and not (says or data.get("detail") or self.errors):
            self.add_error(None, _("A given cell says something: a verdict, a detail or a value."))
        if data.get("state") not in {Cell.State.GIVEN, Cell.State.DISPUTED, None} and says:
            self.add_error(None, _("Only a given or disputed cell has a verdict or a value."))
        return data


class GridCell:
    """
    One place of the table: what is stored there, and what the browser sent for it.

    ``values`` are the texts of its inputs. Only a place whose texts differ from what is stored becomes a form,
    so that a table of 360 is read as fast as one of ten.
    """

    def __init__(self, cell: Cell, treatment: AxisForm, criterion: AxisForm, sources, data=None) -> None:
        self.treatment, self.criterion = treatment, criterion
        self.prefix = f"cell-{treatment.instance.key}-{criterion.instance.key}"
        stored = self.values = _as_texts(cell)
        if data is not None and f"{self.prefix}-state" in data:
            sent = {name: data.get(f"{self.prefix}-{name}", stored[name]) for name in CELL_FIELDS}
            self.values = sent | {"detail": " ".join(sent["detail"].split())}
        self.changed = [name for name in CELL_FIELDS if self.values[name] != stored[name]]
        # Thousands are set apart by spaces of several kinds.
        texts = self.values | {"value": "".join(self.values["value"].split())}
        self.form = CellForm(texts, sources=sources) if self.changed else None

    @property
    def is_going(self) -> bool:
        return self.treatment.is_deleted or self.criterion.is_deleted

    @cached_property
    def errors(self) -> list[tuple[str, str]]:
        """(field, message) for all that is wrong here; what concerns the whole stands at the state."""
        if self.form is None or self.is_going:
            return []
        found = []
        for name, messages in self.form.errors.items():
            field = name if name in CELL_FIELDS else "state"
            found += [(field, message) for message in messages]
        return found

    @property
    def wrong_fields(self) -> set[str]:
        return {field for field, _message in self.errors}

    @property
    def title(self) -> str:
        return f"{self.treatment.title}, {self.criterion.title}"

    @property
    def unit(self) -> str:
        return self.criterion["unit"].value() or ""

    def problems(self) -> Iterator[Problem]:
        for field, message in self.errors:
            yield Problem(f"id_{self.prefix}-{field}", f"{self.title} : {message}")

    def row(self) -> Cell:
        """The cell to be written: without a primary key, since treatment and criterion say which it is."""
        values = {name: self.form.cleaned_data[name] for name in ROW_FIELDS}
        return Cell(treatment=self.treatment.instance, criterion=self.criterion.instance, **values)


def _as_texts(cell: Cell) -> dict[str, str]:
    """What the inputs of a cell say of it."""
    return {
        "state": cell.state,
        "verdict": cell.verdict,
        "value": "" if cell.value is None else localize_input(Decimal(f"{cell.value.normalize():f}")),
        "detail": cell.detail,
        "certainty": cell.certainty,
        "source_keys": " ".join(source.key for source in cell.sources.all()) if cell.pk else "",
    }


class Grid:
    """The whole table, as it is stored or as it was sent."""

    states = Cell.State.choices
    verdicts = Cell.Verdict.choices
    certainties = Cell.Certainty.choices
    labels = {name: CellForm.base_fields[name].label for name in CELL_FIELDS}

    def __init__(self, comparison: Comparison, data=None) -> None:
        self.comparison, self.data = comparison, data
        self.sources = {source.key: source for source in comparison.article.sources.all()}
        self.treatments = Treatments(data, comparison=comparison, rows=list(comparison.treatments.all()))
        self.criteria = Criteria(data, comparison=comparison, rows=list(comparison.criteria.all()))
        cells = (
            Cell.objects.filter(treatment__comparison=comparison).order_by("pk").prefetch_related("sources")
        )
        self._stored = {(cell.treatment_id, cell.criterion_id): cell for cell in cells}
        self.rows = [
            (treatment, [self._cell(treatment, criterion) for criterion in self.criteria.in_order])
            for treatment in self.treatments.in_order
        ]
        for cell in self.changed:
            cell.treatment.filled = cell.criterion.filled = True

    def _cell(self, treatment: AxisForm, criterion: AxisForm) -> GridCell:
        stored = self._stored.get((treatment.instance.pk, criterion.instance.pk)) or Cell()
        return GridCell(stored, treatment, criterion, self.sources, self.data)

    def __iter__(self) -> Iterator[GridCell]:
        for _treatment, cells in self.rows:
            yield from cells

    @property
    def empty_cell(self) -> GridCell:
        """The pattern that the browser makes new cells of."""
        empty = GridCell(Cell(), self.treatments.empty_form, self.criteria.empty_form, self.sources)
        empty.prefix = "cell-__treatment__-__criterion__"
        return empty

    @property
    def changed(self) -> list[GridCell]:
        return [cell for cell in self if cell.changed and not cell.is_going]

    def is_valid(self) -> bool:
        return (
            self.treatments.is_valid() and self.criteria.is_valid() and not any(cell.errors for cell in self)
        )

    def problems(self) -> list[Problem]:
        if self.data is None:
            return []
        found = [*self.treatments.problems(), *self.criteria.problems()]
        return found + [problem for cell in self for problem in cell.problems()]

    def has_changed(self) -> bool:
        axes = (self.treatments, self.criteria)
        return any(axis.changed or axis.gone for axis in axes) or bool(self.changed)

    def save(self) -> None:
        """Needs ``is_valid()`` and a transaction."""
        for axis in (self.treatments, self.criteria):
            gone = [form.instance.pk for form in axis.gone]
            if gone:
                axis.form._meta.model.objects.filter(pk__in=gone).delete()
            axis.save()
        self._save_cells()
        if any(form.is_new for axis in (self.treatments, self.criteria) for form in axis.changed):
            self.comparison.complete_grid()

    def _save_cells(self) -> None:
        changed = self.changed
        rows = Cell.objects.bulk_create(
            [cell.row() for cell in changed],
            update_conflicts=True,
            unique_fields=["treatment", "criterion"],
            update_fields=ROW_FIELDS,
        )
        cited = {
            row.pk: cell.form.cleaned_data["source_keys"]
            for row, cell in zip(rows, changed, strict=True)
            if "source_keys" in cell.changed
        }
        if cited:
            links = Cell.sources.through.objects
            links.filter(cell_id__in=cited).delete()
            links.bulk_create(
                Cell.sources.through(cell_id=pk, source=source)
                for pk, sources in cited.items()
                for source in sources
            )
