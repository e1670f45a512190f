"""The two forms that report a comment: it breaks the site's rules, or it breaks the law."""

from collections.abc import Mapping

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from comments.forms import AddressField, PlainTextField
from comments.models import Notice
from comments.tickets import Ticket
from ldnportal.markup.sanitize import COMMENT_MAX_CHARACTERS

NAME_MAX_LENGTH = LAW_MAX_LENGTH = 120
# «Sufficiently substantiated» (DSA, art. 16(2)(a)) cannot be said in fewer.
SUBSTANTIATED_CHARACTERS = 30


class ReportForm(forms.Form):
    """What both ask. ``ticket`` and ``website`` are the comment form's (see comments.forms)."""

    kind: Notice.Kind
    # In what order the form shows its fields, and which of them the notice keeps.
    shown: tuple[str, ...]
    kept: tuple[str, ...]

    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    ticket = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, str] | None = None, *, action: str, ticket: Ticket, address: str
    ) -> None:
        """``address`` is the reported comment's, in full."""
        own = {"ticket": ticket.signed(), "website": "", "address": address}
        if data is not None:
            # The trap is emptied, and the address is ours: what comes back in its field counts for nothing.
            data = {**{key: data[key] for key in data}, **own}
        super().__init__(data, initial=own)
        self.helper = FormHelper()
        self.helper.form_id = "formulaire-signalement"
        self.helper.form_action = action
        self.helper.form_error_title = _("Your report has not been sent yet")
        self.helper.layout = Layout("ticket", *self.shown, Field("website", template="ldn/trap.html"))
        self.helper.add_input(Submit("", _("Send the report")))

    def said(self) -> dict[str, object]:
        """The fields of the notice, as the reader filled them in."""
        return {"kind": self.kind, **{name: self.cleaned_data[name] for name in self.kept}}


class RulesReportForm(ReportForm):
    kind = Notice.Kind.RULES
    shown = kept = ("explanation",)

    explanation = PlainTextField(
        label=_("What is wrong with this comment?"),
        max_characters=COMMENT_MAX_CHARACTERS,
        strip=False,
        help_text=_(
            "Which rule, and where in the comment. A sentence is enough; say nothing about yourself."
        ),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        error_messages={"required": _("Say what is wrong: the moderators decide by it.")},
    )


class LawReportForm(ReportForm):
    """A notice of illegal content: what art. 16(2) of the DSA asks for, no more."""

    kind = Notice.Kind.ILLEGAL
    shown = ("address", "explanation", "law", "child_abuse", "name", "email", "good_faith")
    kept = ("explanation", "law", "child_abuse", "name", "email", "good_faith")

    address = forms.CharField(
        label=_("Exact address of the comment"),
        required=True,
        help_text=_("Filled in for you."),
        widget=forms.TextInput(attrs={"readonly": True, "dir": "ltr"}),
    )
    explanation = PlainTextField(
        label=_("Why is this content illegal?"),
        max_characters=COMMENT_MAX_CHARACTERS,
        strip=False,
        help_text=_(
            "Say which words you mean and why they break the law, so that somebody who does not know the matter can "
            "judge."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        error_messages={"required": _("Say why this content is illegal: the moderators decide by it.")},
    )
    law = PlainTextField(
        label=_("Law or right that is broken, if you know it"),
        required=False,
        max_characters=LAW_MAX_LENGTH,
        help_text=_("For example: defamation, private life, sale of medicines."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    child_abuse = forms.BooleanField(
        label=_("This content concerns sexual abuse of children: I need give neither name nor e-mail"),
        required=False,
    )
    name = PlainTextField(
        label=_("Your name"),
        max_characters=NAME_MAX_LENGTH,
        help_text=_("The law asks for it. Only the moderators see it, never the author of the comment."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        error_messages={
            "required": _(
                "Give your name: the law asks for it, unless the content concerns sexual abuse of children."
            )
        },
    )
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_(
            "The law asks for it. It gets the receipt and the answer; it is kept encrypted, and nobody ever sees it."
        ),
        error_messages={
            "required": _(
                "Give an e-mail address: the law asks for it, unless the content concerns sexual abuse of children."
            ),
            "invalid": _("This is no complete e-mail address, such as nom@example.org."),
            "max_length": _("No e-mail address is that long."),
        },
    )
    good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I state here is accurate and complete."),
        error_messages={"required": _("Tick the box: the law asks for this statement.")},
    )

    def __init__(self, data: Mapping[str, str] | None = None, **kwargs) -> None:
        super().__init__(data, **kwargs)
        # Not in clean(): the widgets say too whether they are required.
        for name in ("name", "email"):
            self.fields[name].required = not (data and data.get("child_abuse"))

    def clean_explanation(self) -> str:
        explanation = self.cleaned_data["explanation"]
        if len(explanation.strip()) < SUBSTANTIATED_CHARACTERS:
            raise ValidationError(
                _(
                    "This is too short to be judged: say which words you mean and why they break the law, in a "
                    "sentence at least."
                ),
                code="unsubstantiated",
            )
        return explanation
