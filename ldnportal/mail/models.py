"""The outbox: mail to send, written in the transaction of the event that causes it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Outbox(models.Model):
    """
    One mail to one recipient.

    ``key`` names the event and the recipient's role, so that the same event can never be queued twice.
    Addresses are encrypted by whoever queues; a row holds no health text, only what ``kind`` needs to render.
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
