"""
The ticket of a form: which sending it is, since when it has been open, which consent it asked for.

Signed, so that nobody makes his own.
"""

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
    # The reader agrees to the text that stood beside the box, even if a newer one is in force when the form arrives.
    consent_text_id: int

    @classmethod
    def issue(cls, consent_text_id: int = 0) -> "Ticket":
        """Without a consent text for a form that asks for none."""
        return cls(uuid.uuid4(), timezone.now(), consent_text_id)

    @classmethod
    def read(cls, value: str) -> "Ticket | None":
        """The ticket in a form's hidden field; None for anything that we did not sign."""
        try:
            key, issued, consent_text_id = signing.loads(value, salt=SALT)
            return cls(uuid.UUID(key), datetime.fromisoformat(issued), int(consent_text_id))
        except (signing.BadSignature, TypeError, ValueError):
            return None

    def signed(self) -> str:
        return signing.dumps([str(self.key), self.issued.isoformat(), self.consent_text_id], salt=SALT)

    @property
    def is_too_young(self) -> bool:
        return timezone.now() - self.issued < TOO_FAST

    @property
    def is_expired(self) -> bool:
        return timezone.now() - self.issued > LIFETIME
