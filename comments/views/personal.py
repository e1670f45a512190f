"""What gives a person away is shown to the author before it is sent; he has it masked, or sends it as it stands."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _

from comments.models import CheckSetting
from comments.signals import Context, Found, look_for
from comments.signals.marking import marked, masked
from comments.signals.personal import PersonalData
from ldnportal.markup.sanitize import normalise_text

# The two buttons beside what gives a person away.
_MASK, _KEEP = "mask", "keep"


def is_to_be_masked(request: HttpRequest) -> bool:
    return request.POST.get("personal") == _MASK


def mask(form: Form) -> str:
    """Puts words in the places of the form's text, and says so: nothing is sent before its author has seen them."""
    text = normalise_text(form.data.get("body", ""))
    found = _look(text)
    form.data["body"] = masked(text, found.spans if found else [])
    return _(
        "We have masked the personal data. Your comment has not been sent yet: read it again, then send it."
    )


def question(request: HttpRequest, form: Form) -> dict[str, Any]:
    """For ``comments/_personal_data.html``; empty when the valid form can be sent without asking (again)."""
    found = None if request.POST.get("personal") == _KEEP else _look(form.cleaned_data["body"])
    if found is None:
        return {}
    return {
        "personal": found,
        "marked_text": marked(form.cleaned_data["body"], found.spans),
        "form_id": form.helper.form_id,
    }


def _look(text: str) -> Found | None:
    return look_for(PersonalData.name, text, context=Context(settings=CheckSetting.in_force()))
