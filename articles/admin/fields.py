"""Form fields and formsets that the editors' forms share."""

from collections.abc import Iterator
from hashlib import sha256

from django import forms
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.forms.utils import ErrorDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles.models.keys import new_key, validate_key

# One native input: Django's own split or scripted ones have parts without a label.
DATE_OVERRIDES = {
    models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
}


class PlacedForm(forms.ModelForm):
    """A row with a place among its siblings. Left empty, it goes to the end."""

    position = forms.IntegerField(
        label=_("Position"), required=False, min_value=0, max_value=9999, help_text=_("Empty: at the end.")
    )

    @cached_property
    def changed_data(self) -> list[str]:
        changed = super().changed_data
        # A place alone is no row: the page numbers the empty ones too.
        return [] if not self.instance.pk and set(changed) <= {"position"} else changed

    def full_clean(self) -> None:
        if self.is_bound and self.instance.pk and set(self.changed_data) <= {"position"}:
            self._clean_position_only()
        else:
            super().full_clean()

    def _clean_position_only(self) -> None:
        """The rest is as valid as it was when it was stored; to ask the database again takes several queries a row."""
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data = {
            name: self.get_initial_for_field(field, name) for name, field in self.fields.items()
        }
        try:
            position = self.fields["position"].clean(self["position"].data)
        except forms.ValidationError as error:
            self.add_error("position", error)
        else:
            self.cleaned_data["position"] = position
            # One that was emptied is given by the formset.
            self.instance.position = self.initial["position"] if position is None else position


class KeyedForm(PlacedForm):
    """A row whose key people write elsewhere: chosen once, then fixed, since texts refer to it."""

    key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=40,
        validators=[validate_key],
        help_text=_("Chosen once, then fixed. Empty: one is made."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "key" in self.fields:
            self.fields["key"].widget.attrs["readonly"] = True

    def clean_key(self) -> str:
        return self.instance.key if self.instance.pk else self.cleaned_data["key"] or new_key()


class RowField(forms.ModelChoiceField):
    """Which row a form is about, told from the rows already read: Django's own field asks the database for each."""

    default_error_messages = {
        "invalid_choice": _(
            "Somebody else deleted this meanwhile. Copy what you still need into a new row, then delete this one."
        )
    }

    def __init__(self, formset: "PlacedFormSet", **kwargs) -> None:
        super().__init__(formset.model._default_manager.none(), widget=forms.HiddenInput, **kwargs)
        self.formset = formset

    def to_python(self, value: str | None):
        if value in self.empty_values:
            return None
        row = self.formset._existing_object(int(value)) if str(value).isdecimal() else None
        if row is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return row


class PlacedFormSet(BaseInlineFormSet):
    """Rows in an order that people choose. ``inline`` is the inline that made this class."""

    inline = None

    default_error_messages = {
        "too_many_forms": _(
            "There is room for %(num)d at most: delete what is too much, then save. Nothing you wrote is lost."
        )
    }

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        name = self._pk_field.name
        form.fields[name] = RowField(self, initial=form.fields[name].initial, required=False)

    def in_order(self) -> list[forms.ModelForm]:
        """The forms as the page shows them: by the places that were typed, those without one at the end."""
        return sorted(self.forms, key=lambda form: _typed_number(form["position"].value()))

    def clean(self) -> None:
        super().clean()
        last = max((form.cleaned_data.get("position") or 0 for form in self.kept()), default=0)
        for form in self.kept():
            if form.cleaned_data.get("position") is None:
                last += 1
                form.instance.position = last

    def kept(self) -> Iterator[forms.ModelForm]:
        """The forms that will be rows when this is saved."""
        for form in self.forms:
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE"):
                yield form

    def save(self, commit: bool = True) -> list[models.Model]:
        self._moved: list[models.Model] = []
        saved = super().save(commit=commit)
        if self._moved:
            self.model._default_manager.bulk_update(self._moved, ["position"])
        return saved

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> models.Model:
        # The same key for the preview and for the save that follows: what was previewed is what is stored.
        number = self.data.get("_form", "")
        if number and not form.cleaned_data.get("key") and hasattr(form.instance, "key"):
            form.instance.key = sha256(f"{number}:{form.prefix}".encode()).hexdigest()[:8]
        return super().save_new(form, commit=commit)

    def save_existing(self, form: forms.ModelForm, obj: models.Model, commit: bool = True) -> models.Model:
        if commit and form.changed_data == ["position"]:
            # One row that changes its place moves all that follow it: they are written together.
            self._moved.append(obj)
            return obj
        return super().save_existing(form, obj, commit=commit)


def _typed_number(value: object) -> float:
    try:
        return int(value)
    except (TypeError, ValueError):
        return float("inf")
