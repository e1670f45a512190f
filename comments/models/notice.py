"""What readers report (DSA art. 16) and what they contest (DSA art. 20)."""

import base64
import hashlib
import hmac
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.models.person import RATE_LIMIT, Trace
from comments.models.status import Status, Urgency
from comments.sealing import seal, unseal
from ldnportal.mail.models import Outbox

if TYPE_CHECKING:
    from comments.models.comment import Comment


class NotReportable(Exception):
    """Readers do not see this comment (any more)."""


class TooManyNotices(Exception):
    """RATE_LIMIT notices came from this connection within RATE_WINDOW."""


class NoticeQuerySet(models.QuerySet):
    @transaction.atomic
    def file(
        self, *, comment: "Comment", idempotency_key: uuid.UUID, trace: str, email: str = "", **said
    ) -> tuple["Notice", bool]:
        """
        Takes a reader's notice about a public comment, once for each idempotency key.

        ``said`` are the fields that the reader filled in; ``email`` is sealed, and gets the receipt. Returns the
        notice and whether it is new; raises NotReportable or TooManyNotices. Nothing happens to the comment: it stays public until somebody decides.
        """
        # As in CommentQuerySet.post(): simultaneous sendings of one form queue up here.
        Article.objects.select_for_update().get(pk=comment.article_id)
        there = self.filter(idempotency_key=idempotency_key).first()
        if there is not None:
            return there, False
        comment.refresh_from_db(fields=["status", "public_revision"])
        if not comment.is_published:
            raise NotReportable
        if Trace.objects.recent(trace).count() >= RATE_LIMIT:
            raise TooManyNotices
        notice = self.create(
            comment=comment,
            revision_id=comment.public_revision_id,
            idempotency_key=idempotency_key,
            digest=Notice.digest_of(Notice.token_for(idempotency_key)),
            email_encrypted=seal(email) if email else None,
            **said,
        )
        if email:
            Outbox.objects.queue(f"notice:{notice.pk}", "notice_received", context={"notice": notice.pk})
        if notice.kind == Notice.Kind.ILLEGAL:
            type(comment).objects.filter(pk=comment.pk, urgency__gt=Urgency.LEGAL).update(
                urgency=Urgency.LEGAL
            )
        # Without the comment: nothing then says which connection reported what.
        Trace.leave(trace)
        return notice, True

    def open(self) -> "NoticeQuerySet":
        """Nobody has decided, and the comment is still there to be decided about."""
        return self.filter(decision__isnull=True, comment__status=Status.PUBLISHED)

    def blank(self) -> int:
        """Takes out what somebody wrote, and who it was; that there was a notice stays. Returns how many."""
        return self.filter(blanked__isnull=True).update(
            explanation="", law="", name="", email_encrypted=None, blanked=timezone.now()
        )


class Notice(models.Model):
    """
    A reader's word that a comment breaks the rules or the law.

    Its private page is found as a comment's is (see OwnerToken): only the SHA-256 of the token is stored.
    """

    class Kind(models.TextChoices):
        RULES = "rules", _("against the site’s rules")
        ILLEGAL = "illegal", _("illegal content")

    comment = models.ForeignKey("Comment", models.PROTECT, related_name="notices", verbose_name=_("comment"))
    # The text that stood there.
    revision = models.ForeignKey(
        "Revision", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reported text")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    explanation = models.TextField(_("explanation"), blank=True)
    # Art. 16(2)(c): who reports this need not say who he is.
    child_abuse = models.BooleanField(_("sexual abuse of children"), default=False)
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
    idempotency_key = models.UUIDField(unique=True, null=True, editable=False)
    digest = models.CharField(
        _("SHA-256 of the token"), max_length=64, unique=True, null=True, editable=False
    )
    blanked = models.DateTimeField(_("text erased"), null=True, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["created", "pk"]
        constraints = [
            models.CheckConstraint(
                name="notice_says_why_until_blanked",
                condition=Q(blanked__isnull=True) & ~Q(explanation="")
                | Q(blanked__isnull=False, explanation="", law="", name="", email_encrypted__isnull=True),
            ),
        ]
        indexes = [models.Index(name="notice_open", fields=["created"], condition=Q(decision__isnull=True))]

    def __str__(self) -> str:
        return f"{self.reference} – {self.get_kind_display()}"

    @property
    def reference(self) -> str:
        """What the notifier and the moderators call it by."""
        return f"S-{self.created:%Y}-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.decision_id is None and self.comment.is_published

    @property
    def email(self) -> str:
        """The notifier's address, or nothing. Raises comments.sealing.Unreadable."""
        return unseal(self.email_encrypted) if self.email_encrypted else ""

    @staticmethod
    def token_for(idempotency_key: object) -> str:
        mac = hmac.new(settings.SECRET_KEY.encode(), f"notice:{idempotency_key}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac.digest()[:16]).rstrip(b"=").decode()

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()


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
                condition=Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(outcome="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_by_display()} (#{self.decision_id})"
