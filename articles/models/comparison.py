"""The comparison: treatments × criteria, each cell a statement of its own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.content import Source
from articles.models.keys import KeyField


class Comparison(models.Model):
    article = models.ForeignKey(
        "Article", models.CASCADE, related_name="comparisons", verbose_name=_("article")
    )
    key = KeyField()
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    caption = models.CharField(_("caption"), max_length=200)
    summary = models.TextField(_("how to read it"), blank=True)

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(name="comparison_key_once", fields=["article", "key"])]

    def __str__(self) -> str:
        return self.caption

    def complete_grid(self) -> None:
        """Gives every treatment a cell for every criterion, so that no place in the table is ever missing."""
        there = set(
            Cell.objects.filter(treatment__comparison=self).values_list("treatment_id", "criterion_id")
        )
        Cell.objects.bulk_create(
            Cell(treatment=treatment, criterion=criterion)
            for treatment in self.treatments.all()
            for criterion in self.criteria.all()
            if (treatment.pk, criterion.pk) not in there
        )


class Treatment(models.Model):
    """A row of the table."""

    comparison = models.ForeignKey(
        Comparison, models.CASCADE, related_name="treatments", verbose_name=_("comparison")
    )
    key = KeyField()
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=120)
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(name="treatment_key_once", fields=["comparison", "key"])]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """A column of the table."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        YES_NO = "yes_no", _("yes or no")
        LEVEL = "level", _("level")
        NUMBER = "number", _("number with unit")

    class Better(models.TextChoices):
        HIGH = "high", _("more is better")
        LOW = "low", _("less is better")
        NONE = "none", _("neither")

    comparison = models.ForeignKey(
        Comparison, models.CASCADE, related_name="criteria", verbose_name=_("comparison")
    )
    key = KeyField()
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=120)
    help = models.CharField(_("explanation"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TEXT)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    better = models.CharField(_("which is better"), max_length=10, choices=Better, default=Better.NONE)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(name="criterion_key_once", fields=["comparison", "key"])]

    def __str__(self) -> str:
        return self.name


class Cell(models.Model):
    """What is known of one treatment under one criterion: never blank, since «nothing known» is a state too."""

    class State(models.TextChoices):
        TO_COMPLETE = "to_complete", _("to be completed")
        GIVEN = "given", _("given")
        NO_STUDY = "no_study", _("no study found")
        NO_EFFECT = "no_effect", _("studied, no effect shown")
        NOT_APPLICABLE = "not_applicable", _("not applicable")
        DISPUTED = "disputed", _("disputed")

    class Verdict(models.TextChoices):
        NONE = "", _("no verdict")
        YES = "yes", _("yes")
        NO = "no", _("no")

    class Certainty(models.TextChoices):
        """GRADE's four levels of certainty of evidence."""

        NONE = "", _("not stated")
        VERY_LOW = "very_low", _("very low")
        LOW = "low", _("low")
        MODERATE = "moderate", _("moderate")
        HIGH = "high", _("high")

    treatment = models.ForeignKey(
        Treatment, models.CASCADE, related_name="cells", verbose_name=_("treatment")
    )
    criterion = models.ForeignKey(
        Criterion, models.CASCADE, related_name="cells", verbose_name=_("criterion")
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.TO_COMPLETE)
    verdict = models.CharField(_("verdict"), max_length=3, blank=True, choices=Verdict, default=Verdict.NONE)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=4, null=True, blank=True)
    certainty = models.CharField(
        _("certainty"), max_length=10, blank=True, choices=Certainty, default=Certainty.NONE
    )
    sources = models.ManyToManyField(Source, blank=True, related_name="cells", verbose_name=_("sources"))

    class Meta:
        verbose_name = _("cell")
        verbose_name_plural = _("cells")
        ordering = ["treatment__position", "criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(name="cell_once", fields=["treatment", "criterion"]),
            models.CheckConstraint(
                name="cell_given_says_something",
                condition=~Q(state="given") | ~Q(verdict="") | ~Q(detail="") | Q(value__isnull=False),
                violation_error_message=_("A given cell says something: a verdict, a detail or a value."),
            ),
            models.CheckConstraint(
                name="cell_verdict_only_if_known",
                condition=Q(state__in=["given", "disputed"]) | (Q(verdict="") & Q(value__isnull=True)),
                violation_error_message=_("Only a given or disputed cell has a verdict or a value."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.treatment} / {self.criterion}"
