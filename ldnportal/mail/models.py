"""The outbox: mail to send, written in the transaction of the event that causes it."""

import hashlib
import logging
import re
import smtplib
import traceback
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)

# After the first failure, the second, …: two days in all, which outlasts a weekend's broken mail server.
BACK_OFF = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=27),
]
MAX_ATTEMPTS = len(BACK_OFF) + 1
ERROR_CHARACTERS = 500
_ADDRESS = re.compile(r"[^\s<>()'\":;,]+@[^\s<>()'\":;,]+")


class Undeliverable(Exception):
    """There is nobody to send it to any more: no later try can help."""


class State(models.TextChoices):
    """Where a mail stands, in words; it follows from the row's dates."""

    WAITING = "waiting", _("waits to be sent")
    IN_HAND = "in_hand", _("is being sent")
    RETRYING = "retrying", _("waits for another try")
    SENT = "sent", _("sent")
    GIVEN_UP = "given_up", _("given up")


class OutboxQuerySet(models.QuerySet):
    def queue(
        self,
        key: str,
        kind: str,
        *,
        context: dict,
        recipient: bytes = b"",
        not_before: datetime | None = None,
    ) -> None:
        """Queues a mail, unless ``key`` was queued before; call it in the transaction of its cause."""
        mail = self.model(
            key=key, kind=kind, context=context, recipient=recipient, next_try=not_before or timezone.now()
        )
        # Of two at once the database keeps the first, and no savepoint is needed for that.
        self.bulk_create([mail], ignore_conflicts=True)

    def queue_if_new(self, key: str, kind: str, *, context: dict) -> bool:
        """Queues a mail and says whether it did: False if ``key`` was queued before, or by another at once."""
        defaults = {"kind": kind, "context": context, "recipient": b""}
        _mail, created = self.get_or_create(key=key, defaults=defaults)
        return created

    def take_back(self) -> bool:
        """Deletes these mails, in the transaction of what makes them void; False if one has left or is leaving."""
        with transaction.atomic():
            mails = list(self.select_for_update())
            if any(mail.attempts for mail in mails):
                return False
            self.filter(pk__in=[mail.pk for mail in mails]).delete()
        return True

    def bring_forward(self, to: datetime) -> int:
        """Lets these mails leave from then on, if they were to leave later; not those that wait for another try."""
        return self.filter(attempts=0, next_try__gt=to).update(next_try=to)

    def due(self) -> "OutboxQuerySet":
        """To be sent now, and in nobody's hands: not claimed, or by somebody who has not been heard of since."""
        now = timezone.now()
        return self.filter(
            Q(leased_until__isnull=True) | Q(leased_until__lte=now),
            sent__isnull=True,
            given_up__isnull=True,
            next_try__lte=now,
        ).order_by("next_try", "pk")

    def send_again(self) -> int:
        """Makes these mails due now, with all their tries before them; not those that are in a sender's hands."""
        now = timezone.now()
        free = self.filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now))
        return free.update(sent=None, given_up=None, attempts=0, next_try=now, leased_until=None, error="")

    def claim(self) -> "Outbox | None":
        """
        Takes the next mail that is due; nobody else gets it for the length of the lease.

        The transaction ends before the mail is sent: a killed sender leaves a lease that runs out, and the mail
        is sent again. At least once, therefore, and never a lock held during a conversation with a mail server.
        """
        with transaction.atomic():
            # SQLite ignores the lock: there the transaction alone keeps the others out (BEGIN IMMEDIATE).
            mail = self.due().select_for_update(skip_locked=True).first()
            if mail is not None:
                mail.attempts += 1
                mail.leased_until = timezone.now() + settings.OUTBOX_LEASE
                mail.save(update_fields=["attempts", "leased_until"])
        return mail


class Outbox(models.Model):
    """
    One mail to one recipient.

    ``key`` names the event and the recipient's role, so that the same event can never be queued twice. ``kind``
    names the function in ``settings.MAIL_KINDS`` that makes the message of a row, and raises Undeliverable when
    nobody is left to get it. Addresses are encrypted by whoever queues, or left to that function to look up; a
    row holds no health text, only what ``kind`` needs to render.
    """

    key = models.CharField(_("key"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=60)
    recipient = models.BinaryField(_("recipient, encrypted"))
    context = models.JSONField(_("context"), default=dict)
    created = models.DateTimeField(_("queued"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try = models.DateTimeField(_("next try"), default=timezone.now)
    leased_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    sent = models.DateTimeField(_("sent"), null=True, blank=True)
    given_up = models.DateTimeField(_("given up"), null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail to send")
        verbose_name_plural = _("mails to send")
        indexes = [
            models.Index(
                name="outbox_due",
                fields=["next_try"],
                condition=models.Q(sent__isnull=True, given_up__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="outbox_sent_or_given_up",
                condition=~models.Q(sent__isnull=False, given_up__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def state(self) -> "State":
        if self.sent:
            return State.SENT
        if self.given_up:
            return State.GIVEN_UP
        if self.leased_until and self.leased_until > timezone.now():
            return State.IN_HAND
        return State.RETRYING if self.attempts else State.WAITING

    @property
    def kind_name(self) -> str:
        return str(settings.MAIL_KIND_NAMES.get(self.kind, self.kind))

    def send(self) -> bool:
        """Sends this claimed mail and writes down how it went; whether the server has taken it."""
        if self.attempts > MAX_ATTEMPTS:
            self._give_up(self.error or "The sender ended each time before it could say how it went.")
            return False
        message = None
        try:
            message = self._message()
            message.send()
        except Undeliverable as nobody:
            # Nothing is wrong: whom it was for has gone, or does not want it any more.
            logger.info("mail for nobody", extra={"mail": self.key, "problem": str(nobody)})
            self._finish(given_up=timezone.now(), error=str(nobody))
        except Exception as error:
            # Whatever it is, a fault of ours too: it must not hold up the mails behind this one.
            text = _described(error, message)
            if not isinstance(error, OSError):
                # Without the exception's own words, which may quote an address.
                where = "".join(traceback.format_tb(error.__traceback__))
                logger.error(
                    "mail could not be made",
                    extra={"mail": self.key, "kind": self.kind, "problem": text, "where": where},
                )
            if _is_final(error) or self.attempts >= MAX_ATTEMPTS:
                self._give_up(text)
            else:
                self._put_off(text)
        else:
            self._finish(sent=timezone.now(), error="")
            return True
        return False

    def _message(self) -> EmailMessage:
        message = import_string(settings.MAIL_KINDS[self.kind])(self)
        # The same at every try: a mail that is sent twice after all is one for mail programs.
        name = hashlib.sha256(self.key.encode()).hexdigest()[:32]
        message.extra_headers.setdefault("Message-ID", f"<{name}@{urlsplit(settings.SITE_URL).hostname}>")
        message.extra_headers.setdefault("Auto-Submitted", "auto-generated")
        return message

    def _put_off(self, error: str) -> None:
        next_try = timezone.now() + BACK_OFF[self.attempts - 1]
        logger.warning("mail put off", extra={"mail": self.key, "attempts": self.attempts, "problem": error})
        self._finish(next_try=next_try, error=error)

    def _give_up(self, error: str) -> None:
        logger.error("mail given up", extra={"mail": self.key, "attempts": self.attempts, "problem": error})
        self._finish(given_up=timezone.now(), error=error)

    def _finish(self, **fields) -> None:
        # Only under our own lease: once it has run out, somebody else may have sent the mail or be about to.
        mine = Q() if "sent" in fields else Q(leased_until=self.leased_until)
        open_ones = Outbox.objects.filter(mine, pk=self.pk, sent__isnull=True, given_up__isnull=True)
        open_ones.update(leased_until=None, **fields)
        for name, value in {"leased_until": None, **fields}.items():
            setattr(self, name, value)


def _is_final(error: Exception) -> bool:
    """
    The server will never take this mail for this address.

    Not so a refused sender or password: those are faults of the settings, which somebody will mend.
    """
    match error:
        case smtplib.SMTPRecipientsRefused():
            return all(code >= 500 for code, _text in error.recipients.values())
        case smtplib.SMTPDataError():
            return error.smtp_code >= 500
    return False


def _described(error: Exception, message: EmailMessage | None) -> str:
    """What the server or the system said, without the address, which is nowhere in plain text in this table."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            text = "; ".join(f"{code} {_decoded(said)}" for code, said in error.recipients.values())
        case smtplib.SMTPResponseException():
            text = f"{error.smtp_code} {_decoded(error.smtp_error)}"
        case _:
            text = f"{type(error).__name__}: {error}"
    for address in message.recipients() if message else []:
        text = re.sub(re.escape(address), "…", text, flags=re.IGNORECASE)
    # However else it may be quoted.
    return _ADDRESS.sub("…", text)[:ERROR_CHARACTERS]


def _decoded(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
