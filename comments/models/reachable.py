"""Of what an author is told by e-mail about a comment: whether there is an address, and which answers he hears of."""

import base64
import secrets
from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments import letters
from comments.models.person import Contributor, OwnerToken
from comments.sealing import fingerprint, fingerprints, seal, unseal

CONFIRMED_WITHIN = timedelta(hours=48)
# Whoever types somebody else's address fills no mailbox.
QUESTIONS_A_DAY = 3


class Follow(models.TextChoices):
    NONE = "", _("No")
    EACH = "each", _("Yes, at each answer")
    DAILY = "daily", _("Yes, at most once a day")


class Reachable(models.Model):
    """
    A comment's side of it. Nothing of this is ever shown to anybody but its author.

    Of ``contributor`` there is one for each confirmed address. ``answers_told_until`` is when the last daily digest
    looked for answers.
    """

    contributor = models.ForeignKey(
        Contributor,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="comments",
        verbose_name=_("contributor"),
    )
    follow = models.CharField(
        _("told of answers"), max_length=10, blank=True, choices=Follow, default=Follow.NONE, editable=False
    )
    answers_told_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def waits_for_confirmation(self) -> bool:
        return self.unconfirmed_addresses.alive().exists()

    @transaction.atomic
    def give_address(self, address: str, *, follow: str, token: str) -> bool:
        """
        Asks the owner of the address, by a mail to it, whether it is his; until he says so nothing else goes there.

        ``token`` is the private link's. False, and nothing kept, if that address was asked too often today.
        """
        UnconfirmedAddress.objects.expired().forget()
        # The lock: of two forms that are sent at once, the second counts what the first has asked.
        type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        if not UnconfirmedAddress.objects.may_be_asked(address):
            return False
        self.unconfirmed_addresses.update(token_digest=None, token_encrypted=None)
        secret = base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
        claim = self.unconfirmed_addresses.create(
            email_encrypted=seal(address),
            email_hmac=fingerprint(address),
            follow=follow,
            token_digest=OwnerToken.digest_of(secret),
            token_encrypted=seal(secret),
        )
        OwnerToken.objects.filter(comment=self.pk).update(token_encrypted=seal(token))
        letters.ask_to_confirm(claim)
        return True

    def follow_answers(self, follow: str) -> None:
        self.follow, self.answers_told_until = follow, timezone.now()
        self.save(update_fields=["follow", "answers_told_until"])

    @transaction.atomic
    def forget_address(self) -> None:
        """No mail about this comment any more; the address itself goes if it was given for no other."""
        owner = Contributor.objects.filter(comments=self.pk).first()
        if owner:
            owner.let_go(self)
        self.contributor, self.follow, self.answers_told_until = None, Follow.NONE, None
        self.save(update_fields=["contributor", "follow", "answers_told_until"])
        self.unconfirmed_addresses.all().delete()
        OwnerToken.objects.filter(comment=self.pk).update(token_encrypted=None)
        if owner:
            owner.forget_if_unused()


class UnconfirmedAddressQuerySet(models.QuerySet):
    def alive(self) -> "UnconfirmedAddressQuerySet":
        """Those that can still be confirmed: the last that was given for each comment, for two days."""
        return self.filter(token_digest__isnull=False, created__gt=timezone.now() - CONFIRMED_WITHIN)

    def expired(self) -> "UnconfirmedAddressQuerySet":
        return self.filter(created__lte=timezone.now() - CONFIRMED_WITHIN)

    def of(self, token: str) -> "UnconfirmedAddressQuerySet":
        return self.alive().filter(token_digest=OwnerToken.digest_of(token))

    def may_be_asked(self, address: str) -> bool:
        today = self.filter(created__gt=timezone.now() - timedelta(days=1))
        return today.filter(email_hmac__in=fingerprints(address)).count() < QUESTIONS_A_DAY

    @transaction.atomic
    def forget(self) -> int:
        """Deletes these, and the private links that were kept for mails to them alone; how many addresses."""
        comments = set(self.values_list("comment_id", flat=True))
        deleted = self.delete()[0]
        still_needed = UnconfirmedAddress.objects.filter(comment__in=comments).values("comment_id")
        unneeded = OwnerToken.objects.filter(comment__in=comments, comment__contributor=None)
        unneeded.exclude(comment__in=still_needed).update(token_encrypted=None)
        return deleted


class UnconfirmedAddress(models.Model):
    """
    An address that somebody typed and nobody has confirmed. It gets one mail, with the link that confirms it.

    Rows that a later one replaced keep their fingerprint, without a link, so that what was asked can be counted.
    """

    comment = models.ForeignKey(
        "Comment", models.CASCADE, related_name="unconfirmed_addresses", verbose_name=_("comment")
    )
    email_encrypted = models.BinaryField(_("e-mail, encrypted"))
    email_hmac = models.CharField(_("e-mail, keyed hash"), max_length=64, db_index=True)
    follow = models.CharField(_("told of answers"), max_length=10, blank=True, choices=Follow)
    token_digest = models.CharField(_("SHA-256 of the link"), max_length=64, unique=True, null=True)
    token_encrypted = models.BinaryField(_("link, encrypted"), null=True)
    created = models.DateTimeField(_("given"), default=timezone.now)

    objects = UnconfirmedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("unconfirmed address")
        verbose_name_plural = _("unconfirmed addresses")
        indexes = [models.Index(name="unconfirmed_since", fields=["created"])]

    def __str__(self) -> str:
        return f"#{self.comment_id}"

    @property
    def email(self) -> str:
        return unseal(self.email_encrypted)

    @property
    def token(self) -> str:
        return unseal(self.token_encrypted) if self.token_encrypted else ""

    @transaction.atomic
    def confirm(self) -> bool:
        """
        The owner of the address says that it is his. Of what was decided in the meantime he is told now.

        If he is trusted, his comment waits no more: whether the site has published it so.
        """
        # The lock: a decision that is being made meanwhile is told of here or there, and not nowhere.
        comment = self.comment
        comment._lock()
        before = comment.contributor
        comment.contributor = Contributor.objects.confirm(self.email)
        comment.follow, comment.answers_told_until = self.follow, timezone.now()
        comment.save(update_fields=["contributor", "follow", "answers_told_until"])
        comment.unconfirmed_addresses.all().delete()
        if before and before != comment.contributor:
            before.let_go(comment)
            before.forget_if_unused()
        is_published = comment.publish_trusted() is not None
        letters.tell_author(comment, comment.decisions.told_to_author().last())
        return is_published
