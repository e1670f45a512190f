"""What editors tell each other about an article; readers see none of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Whoever has not been heard of for so long has closed the page or gone to lunch.
AWAY_AFTER = timedelta(minutes=5)


class Note(models.Model):
    """A remark for the other editors."""

    article = models.ForeignKey("Article", models.CASCADE, related_name="notes", verbose_name=_("article"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    created = models.DateTimeField(_("written"), default=timezone.now)
    text = models.TextField(_("note"), max_length=4000)

    class Meta:
        verbose_name = _("editor’s note")
        verbose_name_plural = _("editors’ notes")
        ordering = ["-created", "-pk"]

    def __str__(self) -> str:
        return self.text[:80]


class PresenceQuerySet(models.QuerySet):
    def note(self, article, user) -> None:
        """``user`` has the article's form open now."""
        now = timezone.now()
        presence, created = self.get_or_create(
            article=article, user=user, defaults={"since": now, "seen": now}
        )
        if not created:
            if now - presence.seen > AWAY_AFTER:
                presence.since = now
            presence.seen = now
            presence.save(update_fields=["since", "seen"])

    def others(self, article, user) -> "PresenceQuerySet":
        """Who else has it open, the longest first."""
        return (
            self.filter(article=article, seen__gt=timezone.now() - AWAY_AFTER)
            .exclude(user=user)
            .select_related("user")
            .order_by("since")
        )


class Presence(models.Model):
    """Somebody has an article's form open. A soft notice: it locks nothing."""

    article = models.ForeignKey("Article", models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since: datetime = models.DateTimeField()
    seen: datetime = models.DateTimeField()

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("presence")
        constraints = [models.UniqueConstraint(name="presence_once", fields=["article", "user"])]

    def __str__(self) -> str:
        return f"{self.user}, {self.article}"
