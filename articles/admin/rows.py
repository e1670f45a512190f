"""What the article's form shows of its rows: their names, their order, their errors, and where each is found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django import forms
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext

from articles.admin.fields import PlacedFormSet
from articles.admin.image import thumbnail


@dataclass(frozen=True)
class Problem:
    """One line of the summary: ``href`` leads to the field, ``place`` names it."""

    href: str
    place: str
    message: str


class Row:
    """One form of a formset. ``prefix`` is its name in the browser, ``anchor`` the one that lasts."""

    def __init__(self, formset: PlacedFormSet, form: forms.ModelForm, number: int = 0) -> None:
        self.form, self.number = form, number
        self.inline = formset.inline
        self.prefix = form.prefix

    @property
    def anchor(self) -> str:
        row = self.form.instance
        return f"{self.inline.anchor}-{getattr(row, 'key', row.pk)}" if row.pk else f"{self.prefix}-row"

    @property
    def kind(self) -> str:
        return str(capfirst(self.inline.verbose_name))

    @cached_property
    def title(self) -> str:
        shown = (_shown(self.form[name]) for name in self.inline.title_fields if name in self.form.fields)
        return Truncator(next(filter(None, shown), "")).chars(90)

    @property
    def name(self) -> str:
        title = gettext("«%(title)s»") % {"title": self.title} if self.title else ""
        return " ".join(filter(None, [self.kind, str(self.number), title]))

    @property
    def note(self) -> str:
        return _shown(self.form[self.inline.note_field]) if self.inline.note_field else ""

    @cached_property
    def lines(self) -> list[list[BoundField]]:
        lines = [[line] if isinstance(line, str) else line for line in self.inline.fields]
        return [[self.form[name] for name in line if name in self.form.fields] for line in lines]

    @property
    def deletion(self) -> BoundField | None:
        return self.form["DELETE"] if "DELETE" in self.form.fields else None

    @property
    def general_errors(self) -> list[str]:
        """What belongs to no field that one can see."""
        if not self.form.is_bound:
            return []
        hidden = [error for field in self.form.hidden_fields() for error in field.errors]
        return [*self.form.non_field_errors(), *hidden]

    @cached_property
    def figures(self) -> "Rows | None":
        return Rows(self.form.figures) if hasattr(self.form, "figures") else None

    @cached_property
    def problems(self) -> list[Problem]:
        if self.is_deleted:
            return []
        own = [Problem(f"#{self.anchor}", self.name, error) for error in self.general_errors]
        for field in self.form.visible_fields() if self.form.is_bound else []:
            place = f"{self.name}, {field.label}"
            own += [Problem(f"#{field.id_for_label}", place, error) for error in field.errors]
        inside = [
            Problem(each.href, f"{self.name}, {each.place}", each.message)
            for each in (self.figures.problems if self.figures else [])
        ]
        return own + inside

    @property
    def is_deleted(self) -> bool:
        return bool(self.form.is_bound and self.deletion and self.deletion.value())

    @property
    def thumbnail(self) -> SafeString | str:
        figure = self.form.instance
        if "image" not in self.form.fields or not figure.image_id:
            return ""
        return thumbnail(figure.image) if str(self.form["image"].value()) == str(figure.image_id) else ""

    def find(self, prefix: str) -> "Row | None":
        if self.prefix == prefix:
            return self
        return self.figures.find(prefix) if self.figures else None


class Rows:
    """The rows of one formset, in the order that they have on the page."""

    def __init__(self, formset: PlacedFormSet) -> None:
        self.formset, self.inline, self.prefix = formset, formset.inline, formset.prefix

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    @cached_property
    def _rows(self) -> list[Row]:
        forms_in_order = self.formset.in_order()
        return [Row(self.formset, form, number) for number, form in enumerate(forms_in_order, start=1)]

    @property
    def blank(self) -> Row:
        return Row(self.formset, self.formset.empty_form)

    @property
    def problems(self) -> list[Problem]:
        whole = self.formset.non_form_errors() if self.formset.is_bound else []
        title = str(capfirst(self.inline.verbose_name_plural))
        return [
            *(Problem(f"#{self.prefix}-group", title, error) for error in whole),
            *(problem for row in self for problem in row.problems),
        ]

    def find(self, prefix: str) -> Row | None:
        return next(filter(None, (row.find(prefix) for row in self)), None)


def problems(form: forms.ModelForm, lists: Iterable[Rows]) -> list[Problem]:
    """All errors of the page, in its order."""
    own = [Problem("#article_form", "", error) for error in form.non_field_errors()]
    for field in form.visible_fields():
        own += [Problem(f"#{field.id_for_label}", field.label, error) for error in field.errors]
    return [*own, *(problem for rows in lists for problem in rows.problems)]


def anchor(prefix: str, lists: Iterable[Rows]) -> str:
    """Where the row that the browser called ``prefix`` is found once it is saved; its list, if it was deleted."""
    for rows in lists:
        row = rows.find(prefix)
        if row and row.form.instance.pk:
            return row.anchor
        if row:
            return f"{rows.prefix}-group"
    return ""


def _shown(field: BoundField) -> str:
    """The value as one reads it: of a list its label, if something is chosen."""
    value = field.value()
    if value in (None, ""):
        return ""
    choices = getattr(field.field, "choices", None)
    if choices is None:
        return str(value)
    return next((str(label) for key, label in choices if str(key) == str(value)), "")
