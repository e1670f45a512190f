"""The texts of a comment, and why a text waits."""

import re

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.check import CheckSetting
from comments.signals import CHECKS
from comments.signals.text import fold
from ldnportal.markup.sanitize import render_comment

# Of a search, the first so many: each is a condition of its own, and databases bear only so many.
MOST_WORDS = 20


def searched_as(name: str, text: str) -> str:
    return fold(f"{name}\n{text}")


class RevisionQuerySet(models.QuerySet):
    def to_read(self) -> "RevisionQuerySet":
        """In their order, without the copies that are there to be searched."""
        return self.order_by("n").defer("searched")

    def containing(self, search: str) -> "RevisionQuerySet":
        """Those with all the words in their comment's name or their text; what stands in double quotes is one."""
        words = re.findall(r'"[^"]+"|[^\s"]+', fold(search))
        found = self
        for word in words[:MOST_WORDS]:
            found = found.filter(searched__contains=word.strip('"'))
        return found


class Revision(models.Model):
    """One text of a comment, never changed: who edits or redacts adds the next. Erasing blanks it."""

    class Author(models.TextChoices):
        AUTHOR = "author", _("the author")
        REDACTION = "redaction", _("redaction by a moderator")

    comment = models.ForeignKey(
        "Comment", models.CASCADE, related_name="revisions", verbose_name=_("comment")
    )
    n = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("page text"), blank=True, editable=False)
    author = models.CharField(_("by"), max_length=10, choices=Author, default=Author.AUTHOR)
    # What moderators search: the comment's name and this text, folded. So a search reads one table, compares
    # bytes, and minds no accent on either database.
    searched = models.TextField(blank=True, default="", editable=False)
    # [[start, end], …] in characters of the revision before; only for a redaction.
    redacted_spans = models.JSONField(_("redacted places"), default=list, blank=True)
    created = models.DateTimeField(_("sent"), default=timezone.now)
    # When all checks that are switched on had read it; None if one of them failed or came too late.
    checked = models.DateTimeField(null=True, editable=False)
    # How comments.models.risk counts this text: not at all, or in which class.
    learned_as = models.CharField(max_length=10, blank=True, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["n"]
        constraints = [models.UniqueConstraint(name="revision_number_once", fields=["comment", "n"])]

    def __str__(self) -> str:
        return f"{self.comment_id}.{self.n}"

    def save(self, **kwargs) -> None:
        self.html = render_comment(self.text) if self.text else ""
        self.searched = searched_as(self.comment.display_name, self.text) if self.text else ""
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "html", "searched"}
        super().save(**kwargs)


class SignalQuerySet(models.QuerySet):
    def covering(self) -> "SignalQuerySet":
        """Those whose text is covered on the desk: by the check's row, or by the code where there is no row."""
        rows = CheckSetting.objects.values("name")
        by_code = [name for name, check in CHECKS.items() if check.covers]
        return self.filter(
            Q(check_name__in=rows.filter(covers=True)) | Q(check_name__in=by_code) & ~Q(check_name__in=rows),
            # Not by one that the code no longer has.
            check_name__in=list(CHECKS),
        )


class Signal(models.Model):
    """What a check noticed in a revision: it sorts the queue and explains, it never decides."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="signals", verbose_name=_("revision"))
    check_name = models.CharField(_("check"), max_length=40)
    check_version = models.PositiveSmallIntegerField(_("version of the check"))
    score = models.FloatField(_("weight"))
    explanation = models.CharField(_("explanation"), max_length=300)
    # [[start, end], …] in characters of the revision's text.
    spans = models.JSONField(_("places"), default=list, blank=True)

    objects = SignalQuerySet.as_manager()

    class Meta:
        verbose_name = _("signal")
        verbose_name_plural = _("signals")
        constraints = [models.UniqueConstraint(name="signal_once", fields=["revision", "check_name"])]

    def __str__(self) -> str:
        return self.explanation

    @property
    def matched(self) -> list[str]:
        """What was noticed, in the author's own letters, each once."""
        return list(dict.fromkeys(self.revision.text[start:end] for start, end in self.spans))
