"""The grounds that moderators choose from, with the words that the author is given (DSA art. 17)."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models.decision import Decision


class Category(models.TextChoices):
    """What a statement of reasons is about, in the codes of the Commission's Transparency Database (July 2025)."""

    OTHER = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC", _("other breach of the site’s rules")
    PUBLIC_SAFETY = "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY", _("risk for public health or safety")
    PRODUCTS = "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS", _("unsafe or prohibited products")
    PRIVACY = "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", _("personal data and privacy")
    SPEECH = "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH", _("illegal or harmful speech")
    SELF_HARM = "STATEMENT_CATEGORY_SELF_HARM", _("self-harm")
    VIOLENCE = "STATEMENT_CATEGORY_VIOLENCE", _("violence")
    CYBER_VIOLENCE = "STATEMENT_CATEGORY_CYBER_VIOLENCE", _("online harassment and violence")
    AGAINST_WOMEN = (
        "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN",
        _("online harassment and violence against women"),
    )
    MINORS = "STATEMENT_CATEGORY_PROTECTION_OF_MINORS", _("protection of minors")
    FRAUD = "STATEMENT_CATEGORY_SCAMS_AND_FRAUD", _("fraud")
    CONSUMERS = "STATEMENT_CATEGORY_CONSUMER_INFORMATION", _("misleading commercial information")
    PROPERTY = "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS", _("intellectual property")
    ELECTIONS = (
        "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        _("public debate and elections"),
    )
    ANIMALS = "STATEMENT_CATEGORY_ANIMAL_WELFARE", _("animal welfare")


# The verbs of Comment that take a reason, and the switch that says whether one is meant for it.
SWITCHES = {"ask_changes": "for_changes", "reject": "for_rejection", "remove": "for_removal"}


class ReasonQuerySet(models.QuerySet):
    def for_verbs(self, verbs: Iterable[str]) -> "ReasonQuerySet":
        """The active ones that are meant for at least one of these verbs of Comment."""
        fits = Q(pk__in=[])
        for verb in verbs:
            if verb in SWITCHES:
                fits |= Q(**{SWITCHES[verb]: True})
        return self.filter(fits, active=True)


class Reason(models.Model):
    """
    A ground with its letter.

    A decision keeps a copy of what it was given, never a reference: changing or deleting a row changes nothing that
    was said.
    """

    title = models.CharField(
        _("title"), max_length=80, help_text=_("For the moderators; authors do not see it.")
    )
    letter = models.TextField(
        _("words of the letter"),
        max_length=2000,
        help_text=_("The author reads them as they stand here: what is wrong, and what can be done now."),
    )
    ground = models.CharField(
        _("ground"),
        max_length=10,
        choices=[(each.value, each.label) for each in (Decision.Ground.RULES, Decision.Ground.LAW)],
        default=Decision.Ground.RULES,
    )
    clause = models.CharField(
        _("rule or law"),
        max_length=200,
        help_text=_(
            "The rule of this site as its page puts it, or the law with its article. It also stands in the statement "
            "of reasons: no name, no quotation."
        ),
    )
    category = models.CharField(
        _("category"),
        max_length=80,
        choices=Category,
        default=Category.OTHER,
        help_text=_(
            "Of the European Commission’s list, for the statement of reasons and the public figures."
        ),
    )
    for_changes = models.BooleanField(_("to ask for changes"), default=True)
    for_rejection = models.BooleanField(_("to reject"), default=True)
    for_removal = models.BooleanField(_("to remove"), default=True)
    position = models.PositiveSmallIntegerField(
        _("position"), default=100, help_text=_("The smallest number stands first.")
    )
    active = models.BooleanField(_("offered to moderators"), default=True)

    objects = ReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="reason_says_something", condition=~Q(title="") & ~Q(letter="") & ~Q(clause="")
            ),
            models.CheckConstraint(
                name="reason_for_some_verb",
                condition=Q(for_changes=True) | Q(for_rejection=True) | Q(for_removal=True),
                violation_error_message=_("Say for which decision this reason is meant."),
            ),
            models.CheckConstraint(
                name="reason_known_ground_and_category",
                condition=Q(ground__in=["rules", "law"], category__in=sorted(Category.values)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_for(self, verb: str) -> bool:
        return verb in SWITCHES and getattr(self, SWITCHES[verb])
