"""Keys: names that never change, so that anchors, differences and imports can rely on them."""

import secrets

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

KEY_PATTERN = r"[a-z0-9][a-z0-9-]{0,39}"

validate_key = RegexValidator(
    rf"^{KEY_PATTERN}\Z", _("Use small letters without accents, digits and hyphens, at most 40 of them.")
)


def new_key() -> str:
    """Eight hexadecimal characters: unique within an article, which is all that is asked of it."""
    return secrets.token_hex(4)


class KeyField(models.CharField):
    """Given once at creation, never derived from the text that people see."""

    def __init__(self, *args, **kwargs) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("default", new_key)
        kwargs.setdefault("validators", [validate_key])
        kwargs.setdefault("verbose_name", _("key"))
        super().__init__(*args, **kwargs)
