"""The forms of the author's private page. Its address protects them (see comments.views.private): no CSRF token."""

from collections.abc import Mapping

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments.forms import PlainTextField
from comments.models import Comment
from ldnportal.markup.sanitize import COMMENT_MAX_CHARACTERS, normalise_text

COMPLAINT_MAX_CHARACTERS = 3000


class TextForm(forms.Form):
    """
    The comment's next text.

    ``seen`` is the newest text when the form was made: what another tab has sent since is not replaced unread.
    """

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    body = PlainTextField(
        label=_("Your comment"),
        max_characters=COMMENT_MAX_CHARACTERS,
        strip=False,
        help_text=_(
            "Plain text, at most 5,000 characters. Say nothing here by which you or others can be recognised."
        ),
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
        error_messages={"required": _("Write your comment: it is still empty.")},
    )

    def __init__(self, data: Mapping[str, str] | None = None, *, comment: Comment) -> None:
        self.starts_from = comment.text_to_edit
        self.latest = comment.latest_revision
        self.was_overtaken = data is not None and data.get("seen") != str(self.latest.pk)
        if data is not None:
            # From now on the author has seen it: the page that comes back shows it.
            data = {"body": data.get("body", ""), "seen": str(self.latest.pk)}
        super().__init__(data, initial={"body": self.starts_from.text, "seen": self.latest.pk})
        self.helper = _helper(
            "formulaire-texte", _("Your new text has not been sent yet"), _("Send the new text")
        )

    @property
    def is_there_already(self) -> bool:
        """Sent a second time: by a double click, or after «back»."""
        return self.was_overtaken and normalise_text(self.data.get("body", "")) == self.latest.text

    def clean_body(self) -> str:
        text = self.cleaned_data["body"]
        if self.was_overtaken:
            raise ValidationError(
                _(
                    "Your comment has changed meanwhile, perhaps in another tab; the text of now stands below. Yours is "
                    "still here: send it again if it is to take that one’s place."
                ),
                code="overtaken",
            )
        if text == self.starts_from.text:
            raise ValidationError(
                _("Nothing is changed in this text yet: change it, then send it."), code="unchanged"
            )
        return text


class ComplaintForm(forms.Form):
    text = PlainTextField(
        label=_("Why the decision is wrong"),
        max_characters=COMPLAINT_MAX_CHARACTERS,
        strip=False,
        help_text=_("At most 3,000 characters. Only the moderators read it."),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        error_messages={"required": _("Say in your own words why the decision is wrong.")},
    )

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self.helper = _helper(
            "formulaire-contestation", _("Your complaint has not been sent yet"), _("Contest this decision")
        )


def _helper(form_id: str, error_title: Promise, send: Promise) -> FormHelper:
    helper = FormHelper()
    helper.form_id = form_id
    # The address of the page itself, with what it was asked for.
    helper.form_action = ""
    helper.form_error_title = error_title
    helper.disable_csrf = True
    helper.add_input(Submit("", send))
    return helper
