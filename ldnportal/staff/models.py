"""The people who work in the back office. Readers have no account."""

import secrets

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

# 24 characters of 64: 144 bits.
ONE_TIME_PASSWORD_BYTES = 18


class User(AbstractUser):
    must_change_password = models.BooleanField(
        _("must change the password"),
        default=False,
        help_text=_("The next login leads to the form for a new password, and to nothing else."),
    )
    covers_texts = models.BooleanField(
        _("texts covered"),
        default=True,
        help_text=_("Comments that are hard to read are covered until they are asked for."),
    )

    class Meta(AbstractUser.Meta):
        pass

    def give_one_time_password(self) -> str:
        """Sets a random password that only opens the form for a new one, and returns it; it is stored nowhere."""
        password = secrets.token_urlsafe(ONE_TIME_PASSWORD_BYTES)
        super().set_password(password)
        self.must_change_password = True
        self.save()
        return password

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.must_change_password = False

    @property
    def public_name(self) -> str:
        return self.get_full_name() or self.username
