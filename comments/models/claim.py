"""Which moderator has a comment open, so that two do not read the same one."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ldnportal.staff.models import User

if TYPE_CHECKING:
    from comments.models.comment import Comment

# As long as somebody reads a text and thinks about it; every look begins it anew.
CLAIMED_FOR = timedelta(minutes=10)


class ClaimQuerySet(models.QuerySet):
    @transaction.atomic
    def take(self, comment: "Comment", *, by: User) -> "Claim":
        """The claim that holds now: ``by``'s, unless somebody else has the comment open."""
        now = timezone.now()
        claim, _new = self.select_for_update().get_or_create(
            comment=comment, defaults={"user": by, "since": now, "until": now + CLAIMED_FOR}
        )
        if claim.user_id != by.pk and claim.is_alive:
            return claim
        if claim.user_id != by.pk or not claim.is_alive:
            claim.user, claim.since = by, now
        claim.until = now + CLAIMED_FOR
        claim.save()
        return claim

    def release(self, comment: "Comment", *, by: User) -> None:
        self.filter(comment=comment, user=by).delete()


class Claim(models.Model):
    """Soft: it forbids nobody anything. A decision is bound to the text that was seen, whoever has it open."""

    comment = models.OneToOneField("Comment", models.CASCADE, related_name="claim", verbose_name=_("comment"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("moderator")
    )
    since = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateTimeField(_("until"))

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("open comment")
        verbose_name_plural = _("open comments")

    def __str__(self) -> str:
        return f"#{self.comment_id}: {self.user_id}"

    @property
    def is_alive(self) -> bool:
        return self.until > timezone.now()
