"""The form under an article."""

import unicodedata
from collections.abc import Mapping

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Person
from comments import names
from comments.models import Comment, ConsentText, Follow
from comments.models.comment import NAME_MAX_LENGTH
from comments.tickets import Ticket
from ldnportal.markup.sanitize import COMMENT_MAX_CHARACTERS, normalise_text
from ldnportal.staff.models import User

# The name of the button that asks for a preview.
PREVIEW = "apercu"

# Joiners inside words of Persian or of Indian languages, and inside emoji: the only invisible characters in names.
_JOINERS = "\u200c\u200d"
# Letters or signs to Unicode, nothing to the eye: the Hangul fillers, the empty Braille cell.
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"
# Vietnamese and Hebrew need three marks on one letter; piles of them paint over the lines around.
_MARKS_IN_A_ROW = 4
# RFC 5321, 4.5.3.1.3: a path of 256 octets, its two brackets among them.
EMAIL_MAX_LENGTH = 254


class PlainTextField(forms.CharField):
    """Text in the form in which it is kept. Its limit counts what is kept, not the line ends of the browser."""

    def __init__(self, *, max_characters: int, **kwargs) -> None:
        # No max_length: browsers would cut a long text without a word.
        super().__init__(**kwargs)
        self.max_characters = max_characters

    def to_python(self, value: object) -> str:
        return normalise_text(super().to_python(value))

    def validate(self, value: str) -> None:
        if not any(_is_visible(character) for character in value):
            if not self.required:
                return
            raise ValidationError(self.error_messages["required"], code="required")
        over = len(value) - self.max_characters
        if over > 0:
            raise ValidationError(
                ngettext_lazy(
                    "This text is %(over)d character too long: at most %(limit)d fit. Nothing was cut off.",
                    "This text is %(over)d characters too long: at most %(limit)d fit. Nothing was cut off.",
                    "over",
                ),
                code="max_length",
                params={"over": over, "limit": self.max_characters},
            )


class NameField(PlainTextField):
    def to_python(self, value: object) -> str:
        value = " ".join(forms.CharField.to_python(self, value).split())
        if any(unicodedata.category(each) in {"Cc", "Cf", "Cs"} and each not in _JOINERS for each in value):
            raise ValidationError(
                _("This pseudonym contains invisible characters. Type it again instead of pasting it."),
                code="invisible",
            )
        return normalise_text(value)

    def validate(self, value: str) -> None:
        super().validate(value)
        if not any(unicodedata.category(each)[0] in "LN" and _is_visible(each) for each in value):
            raise ValidationError(
                _("This pseudonym cannot be seen: use at least one letter or digit."), code="unreadable"
            )
        marks = 0
        for character in value:
            marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
            if marks >= _MARKS_IN_A_ROW:
                raise ValidationError(_("This pseudonym has too many accents on one letter."), code="marks")
        if names.is_reserved(value, _names_of_the_site()):
            raise ValidationError(
                _(
                    "This pseudonym could be taken for that of somebody who works for this site. Please choose "
                    "another one."
                ),
                code="reserved",
            )


def _names_of_the_site() -> list[str]:
    """
    Names under which only their owners may write: the site's, and those of its people.

    A first name alone is everybody's.
    """
    staff = User.objects.filter(is_staff=True).exclude(first_name="").exclude(last_name="")
    people = [f"{first} {last}" for first, last in staff.values_list("first_name", "last_name")]
    people += [name for name in Person.objects.values_list("name", flat=True) if " " in name.strip()]
    return [settings.SITE_NAME, *people]


class AddressField(forms.EmailField):
    def __init__(self, **kwargs) -> None:
        attrs = {"autocomplete": "email", "dir": "ltr", "spellcheck": "false"}
        kwargs = {"label": _("E-mail"), "widget": forms.EmailInput(attrs=attrs), **kwargs}
        super().__init__(max_length=EMAIL_MAX_LENGTH, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        # No maxlength: browsers would cut a long one without a word.
        return {}


class AddressForm(forms.Form):
    """Where to tell an author what becomes of his comment, and of which answers. Both may stay empty."""

    email = AddressField(
        required=False,
        help_text=_(
            "Only if you want to be told what becomes of your comment: published, to be changed or refused, and why. "
            "You confirm it by a link; nobody ever sees it; one click stops the mails."
        ),
        error_messages={
            "invalid": _(
                "This is no complete e-mail address, such as nom@example.org. You may also leave it empty."
            ),
            "max_length": _("No e-mail address is that long. You may also leave it empty."),
        },
    )
    follow = forms.ChoiceField(
        label=_("Tell me of answers"),
        required=False,
        choices=Follow.choices,
        help_text=_("Needs an e-mail address. Answers are told of once they are published."),
    )

    def clean(self) -> dict:
        data = super().clean()
        if data.get("follow") and not data.get("email") and "email" not in self.errors:
            self.add_error("email", self._needed_for_answers())
        return data

    @staticmethod
    def _needed_for_answers() -> str:
        return _("To be told of answers, give an e-mail address, or choose «No».")


class CommentForm(AddressForm):
    """
    What a reader sends.

    ``ticket`` is ours (see comments.tickets); ``website`` is a trap that people do not see and programs fill in.
    """

    name = NameField(
        label=_("Pseudonym"),
        max_characters=NAME_MAX_LENGTH,
        help_text=_("Shown with your comment. It need not be your real name, and better is not."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "dir": "auto"}),
        error_messages={"required": _("Choose a pseudonym: it is shown with your comment.")},
    )
    body = PlainTextField(
        label=_("Your comment"),
        max_characters=COMMENT_MAX_CHARACTERS,
        strip=False,
        help_text=_(
            "Plain text, at most 5,000 characters. Say nothing here by which you or others can be recognised."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
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

    # As they stand on the page, so that the errors on top come in that order.
    field_order = ["ticket", "name", "body", "email", "follow", "consent", "remember", "website"]

    def __init__(self, data: Mapping[str, str] | None = None, *, action: str, ticket: Ticket) -> None:
        if data is not None:
            # The trap is emptied: what a browser filled in by itself must not catch its owner twice.
            data = {**{key: data[key] for key in data}, "ticket": ticket.signed(), "website": ""}
        super().__init__(data, initial={"ticket": ticket.signed()})
        self.consent_text = (
            ConsentText.objects.filter(pk=ticket.consent_text_id).first() or ConsentText.current()
        )
        self.fields["consent"].label = self.consent_text.text
        self.helper = FormHelper()
        self.helper.form_id = "formulaire-commentaire"
        self.helper.form_action = action
        self.helper.form_error_title = _("Your comment has not been sent yet")
        self.helper.layout = Layout(
            "ticket",
            "name",
            Field("body", template="ldn/counted_field.html"),
            "email",
            "follow",
            "consent",
            # By the script alone, on the device alone.
            Field("remember", wrapper_class="needs-script"),
            Field("website", template="ldn/trap.html"),
        )
        # The first one is also what Enter presses.
        self.helper.add_input(Submit("", _("Send the comment")))
        self.helper.add_input(Submit(PREVIEW, _("Preview"), css_class="button--quiet"))


class FollowForm(AddressForm):
    """The same on the private page, where an address may be there already: then only answers are asked about."""

    def __init__(self, data: Mapping[str, str] | None = None, *, comment: Comment) -> None:
        super().__init__(data, initial={"follow": comment.follow})
        self.helper = FormHelper()
        self.helper.form_id = "formulaire-courriel"
        # See comments.views.private.
        self.helper.disable_csrf = True
        if comment.contributor_id:
            del self.fields["email"]
            self.fields["follow"].help_text = ""
        else:
            self.fields["email"].required = True
            self.fields["email"].error_messages["required"] = _(
                "Give the address at which you want to be told."
            )
        self.helper.add_input(Submit("", _("Save my choice")))

    def clean(self) -> dict:
        return self.cleaned_data


class LostLinkForm(forms.Form):
    email = AddressField(
        help_text=_("The one that you gave with your comment and confirmed."),
        error_messages={
            "required": _("Give the address that you gave with your comment."),
            "invalid": _("This is no complete e-mail address, such as nom@example.org."),
        },
    )

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self.helper = FormHelper()
        self.helper.form_id = "formulaire-lien-perdu"
        self.helper.disable_csrf = True
        self.helper.add_input(Submit("", _("Send me my private links")))


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "ZC" and character not in _BLANK_LETTERS
