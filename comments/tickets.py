"""The ticket of a form: which sending it is, and since when it has been open. Signed, so that nobody makes his own."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.utils import timezone

SALT = "comments.ticket"
# Nobody reads the rules, writes and ticks in less; programs do.
TOO_FAST = timedelta(seconds=3)
# A tab left open overnight still works; a form copied into a program does not for long.
LIFETIME = timedelta(hours=24)


@dataclass(frozen=True)
class Ticket:
    key: uuid.UUID
    issued: datetime

    @classmethod
    def read(cls, value: str) -> "Ticket | None":
        """The ticket in a form's hidden field; None for anything that we did not sign."""
        try:
            data = signing.loads(value, salt=SALT)
            return cls(uuid.UUID(data["key"]), datetime.fromisoformat(data["issued"]))
        except (signing.BadSignature, KeyError, TypeError, ValueError):
            return None

    @property
    def is_too_young(self) -> bool:
        return timezone.now() - self.issued < TOO_FAST

    @property
    def is_expired(self) -> bool:
        return timezone.now() - self.issued > LIFETIME


def issue() -> str:
    """A new ticket, as it goes into the hidden field."""
    data = {"key": str(uuid.uuid4()), "issued": timezone.now().isoformat()}
    return signing.dumps(data, salt=SALT)
