"""What readers report (DSA art. 16) and what they contest (DSA art. 20)."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    class Kind(models.TextChoices):
        RULES = "rules", _("against the site’s rules")
        ILLEGAL = "illegal", _("illegal content")

    comment = models.ForeignKey("Comment", models.PROTECT, related_name="notices", verbose_name=_("comment"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    explanation = models.TextField(_("explanation"))
    law = models.CharField(_("law"), max_length=200, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email_encrypted = models.BinaryField(_("e-mail, encrypted"), null=True)
    good_faith = models.BooleanField(_("stated in good faith"), default=False)
    created = models.DateTimeField(_("received"), default=timezone.now)
    receipt_sent = models.DateTimeField(_("receipt sent"), null=True, blank=True)
    decision = models.ForeignKey(
        "Decision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answers_notices",
        verbose_name=_("decision"),
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["created", "pk"]
        indexes = [
            models.Index(name="notice_open", fields=["created"], condition=models.Q(decision__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} (#{self.comment_id})"


class ComplaintQuerySet(models.QuerySet):
    def open(self) -> "ComplaintQuerySet":
        return self.filter(outcome=Complaint.Outcome.OPEN)


class Complaint(models.Model):
    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("dismissed")

    class By(models.TextChoices):
        AUTHOR = "author", _("the author")
        NOTIFIER = "notifier", _("the notifier")

    decision = models.ForeignKey(
        "Decision", models.PROTECT, related_name="complaints", verbose_name=_("decision")
    )
    by = models.CharField(_("by"), max_length=10, choices=By)
    text = models.TextField(_("text"))
    created = models.DateTimeField(_("received"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=10, blank=True, choices=Outcome, default=Outcome.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["created", "pk"]
        constraints = [
            models.UniqueConstraint(name="complaint_once", fields=["decision", "by"]),
            models.CheckConstraint(
                name="complaint_decided_by_somebody",
                condition=models.Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | (~models.Q(outcome="") & models.Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_by_display()} (#{self.decision_id})"
