"""The form under an article."""

import unicodedata

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from comments.models import ConsentText
from comments.models.comment import NAME_MAX_LENGTH
from ldnportal.markup.sanitize import COMMENT_MAX_CHARACTERS, normalise_text

# Letters and digits of Unicode: a name needs at least one that can be seen.
_VISIBLE = ("L", "N")


class CommentForm(forms.Form):
    """What a reader sends. ``ticket`` (see comments.tickets) and ``website`` (empty, or a program filled it) are ours."""

    name = forms.CharField(
        label=_("Pseudonym"),
        max_length=NAME_MAX_LENGTH,
        help_text=_("Shown with your comment. It need not be your real name, and better is not."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        error_messages={"required": _("Choose a pseudonym: it is shown with your comment.")},
    )
    body = forms.CharField(
        label=_("Your comment"),
        max_length=COMMENT_MAX_CHARACTERS,
        strip=False,
        help_text=_(
            "Plain text, at most 5,000 characters. Say nothing here by which you or others can be recognised."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write your comment: it is still empty.")},
    )
    consent = forms.BooleanField(
        error_messages={
            "required": _(
                "Tick the box to agree: without your consent nothing about health may be published."
            )
        },
    )
    remember = forms.BooleanField(label=_("Remember my pseudonym on this device"), required=False)
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    ticket = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, action: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.consent_text = ConsentText.current()
        self.fields["consent"].label = self.consent_text.text
        self.helper = FormHelper()
        self.helper.form_id = "formulaire-commentaire"
        self.helper.form_action = action
        self.helper.layout = Layout(
            "ticket", "name", "body", "consent", "remember", Field("website", wrapper_class="field--trap")
        )
        self.helper.add_input(Submit("", _("Send the comment")))

    def clean_name(self) -> str:
        name = " ".join(normalise_text(self.cleaned_data["name"]).split())
        if not any(unicodedata.category(character)[0] in _VISIBLE for character in name):
            raise ValidationError(_("This pseudonym cannot be seen: use at least one letter or digit."))
        return name

    def clean_body(self) -> str:
        body = normalise_text(self.cleaned_data["body"])
        if not body:
            raise ValidationError(self.fields["body"].error_messages["required"])
        return body

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(
                _(
                    "The field that was to stay empty is filled in, perhaps by your browser. Empty it and send again."
                )
            )
        return ""
