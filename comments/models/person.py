"""What is known of who comments: as little as can be, each part with its own end."""

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from comments.models.trust import Trust, refusals
from comments.sealing import fingerprint, fingerprints, seal, unseal

if TYPE_CHECKING:
    from comments.models.comment import Comment

# Long enough to slow a flood, short enough to say nothing of a person (CNIL, SAN-2023-006: no lasting IP hashes).
TRACE_LIFETIME = timedelta(hours=24)
RATE_WINDOW = timedelta(minutes=10)
RATE_LIMIT = 5


CONFIRMED = Q(verified_at__isnull=False, email_encrypted__isnull=False)


class ContributorQuerySet(models.QuerySet):
    def at(self, address: str) -> "ContributorQuerySet":
        return self.filter(email_hmac__in=fingerprints(address))

    def recognised(self, address: str, *, own: Iterable[str]) -> "Contributor | None":
        """
        Whoever has confirmed this address, if the browser that it is typed in holds the private link of a comment of his.

        An address alone proves nothing: anybody can type it.
        """
        digests = [OwnerToken.digest_of(token) for token in own]
        if not (address and digests):
            return None
        return self.at(address).filter(CONFIRMED, comments__owner_token__digest__in=digests).first()

    def confirm(self, address: str) -> "Contributor":
        """The one of this address, made at its first confirmation; from now on under today's key."""
        kept = {
            "email_encrypted": seal(address),
            "email_hmac": fingerprint(address),
            "verified_at": timezone.now(),
        }
        there = self.at(address).first()
        if there is None:
            # Two confirmations at once: the second finds what the first has made.
            return self.get_or_create(email_hmac=kept["email_hmac"], defaults=kept)[0]
        self.filter(pk=there.pk).update(**kept)
        return there


class Contributor(models.Model):
    """
    Somebody who gave an e-mail address and confirmed it: one row an address, and nobody else has one.

    The address is sealed (comments.sealing), found by its keyed hash, shown to nobody and in no log.
    """

    email_encrypted = models.BinaryField(_("e-mail, encrypted"), null=True)
    email_hmac = models.CharField(_("e-mail, keyed hash"), max_length=64, unique=True, null=True)
    verified_at = models.DateTimeField(_("confirmed"), null=True)
    created = models.DateTimeField(_("since"), default=timezone.now)
    # What was published earlier earns no trust: a comment that is not his any more was refused then, or given away
    # before a moderator had read it. Giving one away must not wash him clean.
    trust_counts_from = models.DateTimeField(null=True, editable=False)

    objects = ContributorQuerySet.as_manager()

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def email(self) -> str:
        """Raises comments.sealing.Unreadable."""
        return unseal(self.email_encrypted)

    @property
    def is_confirmed(self) -> bool:
        return self.verified_at is not None and self.email_encrypted is not None

    @property
    def trust(self) -> Trust:
        return Trust.of(self)

    @property
    def is_trusted(self) -> bool:
        """His comments may be published unread."""
        return settings.TRUST_AFTER > 0 and self.trust.holds

    def let_go(self, comment: "Comment") -> None:
        """The comment is about to be his no more; a refusal of it goes on to count, and so does one that may yet come."""
        at = refusals().filter(comment=comment).values_list("created", flat=True).last()
        if comment.may_come_back_unread:
            at = timezone.now()
        if at:
            earlier = Q(trust_counts_from__isnull=True) | Q(trust_counts_from__lt=at)
            Contributor.objects.filter(earlier, pk=self.pk).update(trust_counts_from=at)

    def stop_answers(self) -> None:
        self.comments.update(follow="", answers_told_until=None)

    @transaction.atomic
    def stop_all(self) -> None:
        """No mail any more: the address is forgotten, the comments stay."""
        OwnerToken.objects.filter(comment__contributor=self).update(token_encrypted=None)
        self.comments.update(contributor=None, follow="", answers_told_until=None)
        self.forget_if_unused()

    def forget_if_unused(self) -> None:
        """An address without a comment has no purpose. What a restriction hangs on stays: the hash alone."""
        if self.comments.exists():
            return
        if self.restrictions.in_force().exists():
            Contributor.objects.filter(pk=self.pk).update(email_encrypted=None)
            self.notes.all().delete()
        else:
            self.delete()


class OwnerToken(models.Model):
    """
    The right to one comment's private page.

    The token is 128 bits in base64url. It follows from the form's idempotency key, so that a form sent twice leads
    to the same page both times although only the token's SHA-256 is stored.

    Mails to the author carry the link. So once he has given an address, and only as long as he is to get mail at it,
    the token is kept too, sealed like the address (comments.sealing) and blanked with it: when he stops the mails,
    when he does not confirm the address in time, when the comment is erased. It is not made again from the
    idempotency key for that: then a new SECRET_KEY would put dead links into the mails.
    """

    comment = models.OneToOneField(
        "Comment", models.CASCADE, related_name="owner_token", verbose_name=_("comment")
    )
    digest = models.CharField(_("SHA-256 of the token"), max_length=64, unique=True)
    token_encrypted = models.BinaryField(_("token, encrypted"), null=True)
    created = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("private link")
        verbose_name_plural = _("private links")

    def __str__(self) -> str:
        return f"#{self.comment_id}"

    @property
    def token(self) -> str:
        """The token if it is kept, or nothing. Raises comments.sealing.Unreadable."""
        return unseal(self.token_encrypted) if self.token_encrypted else ""

    @staticmethod
    def token_for(idempotency_key: object) -> str:
        mac = hmac.new(
            settings.SECRET_KEY.encode(), f"owner-token:{idempotency_key}".encode(), hashlib.sha256
        )
        return base64.urlsafe_b64encode(mac.digest()[:16]).rstrip(b"=").decode()

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()


class ConsentText(models.Model):
    """What a reader agrees to. A new wording is a new row, so that each comment keeps the one it was given under."""

    text = models.TextField(_("text"))
    created = models.DateTimeField(_("in force since"), default=timezone.now)

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["-created", "-pk"]

    def __str__(self) -> str:
        return f"{self.pk}: {self.text[:60]}"

    def save(self, **kwargs) -> None:
        if not self._state.adding:
            raise TypeError("A consent text is never changed: add the new wording.")
        super().save(**kwargs)

    @classmethod
    def current(cls) -> "ConsentText":
        return cls.objects.all()[0]


class Consent(models.Model):
    """Explicit consent to publish health data (GDPR art. 9(2)(a)), for one comment."""

    comment = models.OneToOneField(
        "Comment", models.CASCADE, related_name="consent", verbose_name=_("comment")
    )
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+", verbose_name=_("text"))
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")

    def __str__(self) -> str:
        return f"#{self.comment_id}: {self.text_id}"


class TraceQuerySet(models.QuerySet):
    def recent(self, digest: str) -> "TraceQuerySet":
        return self.filter(digest=digest, created__gt=timezone.now() - RATE_WINDOW)

    def expired(self) -> "TraceQuerySet":
        return self.filter(created__lte=timezone.now() - TRACE_LIFETIME)


class Trace(models.Model):
    """
    That somebody behind one connection posted: what the rate limit counts.

    ``digest`` is keyed and changes every day (UTC), so that it links nothing beyond; the row goes after
    ``TRACE_LIFETIME``.
    """

    digest = models.CharField(_("keyed hash of the connection"), max_length=64)
    comment = models.ForeignKey(
        "Comment", models.CASCADE, null=True, blank=True, related_name="traces", verbose_name=_("comment")
    )
    created = models.DateTimeField(_("date"), default=timezone.now)

    objects = TraceQuerySet.as_manager()

    class Meta:
        verbose_name = _("connection trace")
        verbose_name_plural = _("connection traces")
        indexes = [models.Index(name="trace_rate", fields=["digest", "created"])]

    def __str__(self) -> str:
        return self.digest[:8]

    @staticmethod
    def digest_of(address: str, *, of: str = "") -> str:
        """
        Of an IPv4 address, or of an IPv6 network of 64 bits: one household has all of those.

        ``of`` tells other acts from posting.
        """
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            network = address
        else:
            network = str(ipaddress.ip_network(f"{ip}/{32 if ip.version == 4 else 64}", strict=False))
        day = timezone.now().strftime("%Y-%m-%d")
        return salted_hmac(f"comments.trace{of}:{day}", network, algorithm="sha256").hexdigest()

    @classmethod
    def leave(cls, digest: str, comment: "Comment | None" = None) -> None:
        """Notes one post or notice, and sweeps what has expired: no scheduler is needed for it to go."""
        cls.objects.expired().delete()
        cls.objects.create(digest=digest, comment=comment)


class ModeratorNote(models.Model):
    """What moderators tell each other of a comment or of its author; never shown to readers. It goes with either."""

    comment = models.ForeignKey(
        "Comment", models.CASCADE, null=True, blank=True, related_name="notes", verbose_name=_("comment")
    )
    contributor = models.ForeignKey(
        Contributor,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name=_("contributor"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    text = models.TextField(_("note"))
    created = models.DateTimeField(_("date"), default=timezone.now)

    class Meta:
        verbose_name = _("moderators’ note")
        verbose_name_plural = _("moderators’ notes")
        ordering = ["created", "pk"]
        constraints = [
            models.CheckConstraint(
                name="note_on_one",
                condition=Q(comment__isnull=False, contributor__isnull=True)
                | Q(comment__isnull=True, contributor__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
