from django import forms
from django.utils.translation import gettext_lazy as _

from comments.admin.forms import REASON_MAX_CHARACTERS


class RedactionForm(forms.Form):
    """Which words go, and what their author is told. Nothing can be added or rewritten."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Words to take out"),
        help_text=_(
            "One passage a line, exactly as it stands in the text; wherever it stands, «[personal data removed]» comes "
            "in its place. Nothing else is changed."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Copy here the words that are to go.")},
    )
    reason = forms.CharField(
        label=_("Reason given to the author"),
        max_length=REASON_MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        initial=_(
            "These details could let somebody recognise you or another person. To protect everybody’s privacy we do "
            "not publish them."
        ),
        error_messages={"required": _("Say why: the author is told.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, prefix="redact", **kwargs)

    def clean_words(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["words"].splitlines() if line.strip()]
