"""What the administrators set: the checks, and the panel for who is in distress."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.signals import CHECKS, Setting
from comments.signals.words import MAX_WORDS

_LINE = re.compile(r"(?P<sms>SMS )?(?P<number>\d[\d ]{1,15})\s?:\s(?P<text>.+)")


class CheckSetting(models.Model):
    """One check's switch. Where nothing is set (no row, no threshold, no words), what the code says holds."""

    name = models.CharField(_("check"), max_length=40, unique=True, editable=False)
    enabled = models.BooleanField(_("switched on"), default=True)
    covers = models.BooleanField(
        _("covers texts"),
        default=False,
        help_text=_("Moderators see a text in which it notices something only once they ask for it."),
    )
    threshold = models.PositiveIntegerField(_("threshold"), null=True, blank=True)
    words = models.TextField(
        _("words"),
        blank=True,
        help_text=_(
            "One word or expression a line; accents and capitals do not matter. A star at the end stands for any "
            "ending: «arnaq*»."
        ),
    )

    class Meta:
        verbose_name = _("check of comments")
        verbose_name_plural = _("checks of comments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(CHECKS[self.name].label) if self.name in CHECKS else self.name

    def clean(self) -> None:
        if len(self.words.splitlines()) > MAX_WORDS:
            raise ValidationError(
                {"words": _("At most %(limit)d words are possible: shorten the list.") % {"limit": MAX_WORDS}}
            )

    @classmethod
    def in_force(cls) -> dict[str, Setting]:
        return {
            row.name: Setting(row.enabled, row.threshold, row.words.splitlines() or None)
            for row in cls.objects.all()
        }


class HelpPanel(models.Model):
    """
    What somebody in distress is shown, and nobody else: a calm sentence and numbers to call. One row, or none.

    ``lines`` holds one number a line: «3114 : what it is», «SMS 114 : what it is».
    """

    title = models.CharField(_("heading"), max_length=120)
    text = models.TextField(_("text"))
    lines = models.TextField(
        _("numbers"),
        help_text=_(
            "One a line: the number, a colon between spaces, what it is. «SMS» before it for messages."
        ),
    )
    procedure = models.TextField(
        _("procedure for moderators"),
        blank=True,
        help_text=_("What to do with a comment that shows distress. Shown beside it; readers never see it."),
    )
    validated_by = models.CharField(_("validated by"), max_length=120, blank=True)
    validated_on = models.DateField(_("validated on"), null=True, blank=True)

    class Meta:
        verbose_name = _("panel for distress")
        verbose_name_plural = _("panel for distress")
        constraints = [
            models.CheckConstraint(name="help_panel_only_one", condition=models.Q(pk=1)),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs) -> None:
        self.pk = 1
        super().save(**kwargs)

    def clean(self) -> None:
        wrong = [
            line for line in self.lines.splitlines() if line.strip() and not _LINE.fullmatch(line.strip())
        ]
        if wrong:
            raise ValidationError(
                {
                    "lines": _("«%(line)s» cannot be read. Write it like this: 3114 : what it is")
                    % {"line": wrong[0]}
                }
            )

    @property
    def is_validated(self) -> bool:
        return bool(self.validated_by and self.validated_on)

    @property
    def numbers(self) -> list[dict[str, str]]:
        """Each number with what it is and the address that calls it or begins a message."""
        matches = (_LINE.fullmatch(line.strip()) for line in self.lines.splitlines())
        return [
            {
                "number": match["number"],
                "text": match["text"],
                "href": f"{'sms' if match['sms'] else 'tel'}:{match['number'].replace(' ', '')}",
            }
            for match in matches
            if match
        ]

    @classmethod
    def current(cls) -> "HelpPanel":
        """The administrators' own, or the one that the site came with."""
        return cls.objects.first() or cls.shipped()

    @classmethod
    def shipped(cls) -> "HelpPanel":
        return cls(
            title=gettext("Talking can help"),
            text=gettext(
                "Your words suggest that you, or somebody near you, are going through a very hard time. You can talk to somebody now, in "
                "confidence. If you are in danger, call without waiting."
            ),
            procedure=gettext(
                "Its author has already been shown the numbers above. Read the whole text. If it speaks of something that is "
                "happening now (means, place, time, pills taken), call 15 or 112 and tell what you know; tell the "
                "person responsible. Publishing or refusing can wait. Answer without advice and without judging. "
                "Speak with a colleague afterwards: you need not carry it alone."
            ),
            lines="\n".join(
                [
                    gettext("3114 : suicide prevention, free of charge, day and night"),
                    gettext("15 : medical emergency (Samu)"),
                    gettext("112 : emergency, everywhere in Europe"),
                    gettext("SMS 114 : emergency by message, for who cannot hear or speak"),
                ]
            ),
        )
