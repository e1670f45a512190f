"""What the moderators say to whoever reported a comment or contests a decision."""

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.admin.forms import REASON_MAX_CHARACTERS
from ldnportal.markup.sanitize import normalise_text

# Why a comment stays, ready to be sent: they judge neither the comment nor who reported it.
READY: dict[str, Promise] = {
    "experience": _(
        "This comment tells what its author has lived through. It gives no advice to others and breaks none of our rules."
    ),
    "opinion": _(
        "This comment states an opinion that one need not share. It attacks nobody and breaks none of our rules."
    ),
    "law": _("We have not found the words of this comment to be against the law that you name."),
    "unclear": _("We could not see from your report which words break which rule or law."),
}


class WordsForm(forms.Form):
    """Words for one person; ``reason`` is the field that all forms of the desk have."""

    reason = forms.CharField(max_length=REASON_MAX_CHARACTERS, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(
        self, *args, label: Promise | str, help_text: Promise | str, required: bool = True, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text, field.required = label, help_text, required
        field.error_messages["required"] = _("Say why: these words are the answer.")

    def clean_reason(self) -> str:
        return normalise_text(self.cleaned_data["reason"])


class KeepForm(WordsForm):
    """Why a reported comment stays: ready words, own ones, or both; the notifiers are given them as they stand here."""

    letter = forms.ChoiceField(
        label=_("Ready answer"),
        required=False,
        choices=[("", _("None: in my own words only")), *READY.items()],
        widget=forms.RadioSelect,
        initial="",
    )
    field_order = ["letter", "reason"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(
            *args,
            label=_("In your own words"),
            help_text=_("Everybody who reported the comment reads this; its author does not."),
            required=False,
            **kwargs,
        )

    def clean(self) -> dict[str, str]:
        data = super().clean()
        parts = [str(READY.get(data.get("letter", ""), "")), data.get("reason", "")]
        data["words"] = "\n\n".join(part for part in parts if part)
        if not data["words"] and not self.errors:
            self.add_error("reason", _("Say why the comment stays: choose a ready answer or write your own."))
        return data
