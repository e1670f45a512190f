"""Texts as they were saved, which never change."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.image import VersionImage
from articles.models.people import Topic


class AppendOnly(Exception):
    """Somebody tried to change or delete a row that is kept as it was written."""


# What is long in a version; lists and cards do without.
TEXTS = ("data", "html", "checks")


def texts_of(*relations: str) -> list[str]:
    """The names to give to ``defer`` where versions are joined through ``relations``."""
    return [f"{relation}__{field}" for relation in relations for field in TEXTS]


def digest_of(data: dict[str, Any]) -> str:
    """The SHA-256 of a snapshot in canonical JSON: equal exactly if the snapshots are."""
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class VersionQuerySet(models.QuerySet):
    def light(self) -> "VersionQuerySet":
        """Without the texts, for lists."""
        return self.defer(*TEXTS)

    def update(self, **kwargs):
        raise AppendOnly("A version is never changed.")

    def delete(self):
        raise AppendOnly("A version is never deleted.")


class Version(models.Model):
    """
    One text of an article, whole, as it was saved.

    ``data`` is the snapshot (``articles.snapshot``), ``html`` its body as ``articles.rendering`` wrote it, with
    the versions of what made it, so that ``rerender`` can tell what would come out differently today.
    """

    class Kind(models.TextChoices):
        SAVED = "saved", _("saved")
        RESTORED = "restored", _("restored")
        IMPORTED = "imported", _("imported")
        MERGED = "merged", _("merged")
        # Somebody else saved first: this text never was the draft, and is kept so that nothing is lost.
        SET_ASIDE = "set_aside", _("set aside")

    article = models.ForeignKey("Article", models.PROTECT, related_name="versions", verbose_name=_("article"))
    n = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SAVED)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("saved by"),
    )
    created = models.DateTimeField(_("saved"), default=timezone.now)
    note = models.CharField(_("note for the editors"), max_length=300, blank=True)
    restored_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("restored from")
    )
    # Taken out of ``data`` for lists, which must not load whole texts.
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), max_length=120, db_index=False)
    lede = models.TextField(_("lede"))
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="versions", verbose_name=_("topic")
    )
    data = models.JSONField(_("content"))
    digest = models.CharField("SHA-256", max_length=64)
    html = models.TextField(_("page"))
    schema = models.PositiveSmallIntegerField(_("schema"))
    renderer = models.PositiveSmallIntegerField(_("renderer"))
    sanitizer = models.PositiveSmallIntegerField(_("sanitiser"))
    checks = models.JSONField(_("checks"), default=list)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-n"]
        constraints = [models.UniqueConstraint(name="version_number_once", fields=["article", "n"])]

    def __str__(self) -> str:
        return _("version %(n)d") % {"n": self.n}

    def save(self, **kwargs) -> None:
        if not self._state.adding:
            raise AppendOnly("A version is never changed.")
        with transaction.atomic():
            super().save(**kwargs)
            VersionImage.objects.note(self)

    def delete(self, **kwargs):
        raise AppendOnly("A version is never deleted.")
