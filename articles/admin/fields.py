"""Form fields and formsets that the editors' forms share."""

from collections.abc import Iterator

from django import forms
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from articles.models.keys import new_key, validate_key
from ldnportal.markup.sanitize import MarkupTooDeep, MarkupTooLarge, clean_section

RICH_TEXT_HELP = _(
    "HTML of a small vocabulary: p, h3, h4, ul, ol, li, strong, em, a, sub, sup, and span with lang; the rest goes. "
    "Cite a source with [@key], several with [@key1; @key2]."
)

# One native input: Django's own split or scripted ones have parts without a label.
DATE_OVERRIDES = {
    models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
}


class RichTextField(forms.CharField):
    """Takes HTML, gives back what the sanitiser leaves of it; a refused text stays in the form as it was typed."""

    def __init__(self, *, rows: int = 12, **kwargs) -> None:
        kwargs.setdefault("help_text", RICH_TEXT_HELP)
        kwargs.setdefault(
            "widget", forms.Textarea(attrs={"class": "vLargeTextField rich-text", "rows": rows, "cols": 90})
        )
        super().__init__(**kwargs)

    def clean(self, value: str) -> str:
        value = super().clean(value)
        try:
            cleaned = clean_section(value)
        except MarkupTooLarge:
            raise forms.ValidationError(
                _("This text is too long (more than about 7,000 words): divide it into several sections."),
                code="too-large",
            ) from None
        except MarkupTooDeep:
            raise forms.ValidationError(
                _("This HTML is nested too deeply: paste the text without formatting."), code="too-deep"
            ) from None
        if self.required and not cleaned:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return cleaned

    def has_changed(self, initial: str | None, data: str | None) -> bool:
        # Browsers send every line break as CR LF.
        return super().has_changed((initial or "").strip(), (data or "").replace("\r\n", "\n").strip())


class PlacedForm(forms.ModelForm):
    """A row with a place among its siblings. Left empty, it goes to the end."""

    position = forms.IntegerField(
        label=_("Position"), required=False, min_value=0, max_value=9999, help_text=_("Empty: at the end.")
    )


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
            self.fields["key"].disabled = True

    def clean_key(self) -> str:
        return self.cleaned_data["key"] or new_key()


class PlacedFormSet(BaseInlineFormSet):
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
