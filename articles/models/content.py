"""The parts of an article's draft: sections, figures, questions and sources."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.image import Image
from articles.models.keys import KeyField, validate_key


class Aspect(models.TextChoices):
    """What a section is about: names of schema.org's HealthAspectEnumeration."""

    NONE = "", _("not stated")
    OVERVIEW = "OverviewHealthAspect", _("overview")
    HOW_IT_WORKS = "HowItWorksHealthAspect", _("how it works")
    EFFECTIVENESS = "EffectivenessHealthAspect", _("effectiveness")
    BENEFITS = "BenefitsHealthAspect", _("benefits")
    SIDE_EFFECTS = "SideEffectsHealthAspect", _("side effects")
    SAFETY = "SafetyHealthAspect", _("safety")
    RISKS = "RisksOrComplicationsHealthAspect", _("risks or complications")
    CONTAGIOUSNESS = "ContagiousnessHealthAspect", _("contagiousness")
    PREGNANCY = "PregnancyHealthAspect", _("pregnancy")
    USAGE = "UsageOrScheduleHealthAspect", _("use or schedule")
    GETTING_ACCESS = "GettingAccessHealthAspect", _("getting access")
    INGREDIENTS = "IngredientsHealthAspect", _("ingredients")
    PATIENT_EXPERIENCE = "PatientExperienceHealthAspect", _("patients’ experience")
    CAUSES = "CausesHealthAspect", _("causes")
    SYMPTOMS = "SymptomsHealthAspect", _("symptoms")
    STAGES = "StagesHealthAspect", _("stages")
    PROGNOSIS = "PrognosisHealthAspect", _("prognosis")
    PREVENTION = "PreventionHealthAspect", _("prevention")
    SCREENING = "ScreeningHealthAspect", _("screening")
    TREATMENTS = "TreatmentsHealthAspect", _("treatments")
    RELATED = "RelatedTopicsHealthAspect", _("related subjects")
    SELF_CARE = "SelfCareHealthAspect", _("self-care")
    LIVING_WITH = "LivingWithHealthAspect", _("living with it")
    SEE_DOCTOR = "SeeDoctorHealthAspect", _("when to see a doctor")
    ALLERGIES = "AllergiesHealthAspect", _("allergies")
    MISCONCEPTIONS = "MisconceptionsHealthAspect", _("misconceptions")
    TYPES = "TypesHealthAspect", _("types")
    MAY_TREAT = "MayTreatHealthAspect", _("what it may treat")
    CLASSIFICATION = "ClassificationHealthAspect", _("classification")


class Section(models.Model):
    article = models.ForeignKey("Article", models.CASCADE, related_name="sections", verbose_name=_("article"))
    key = KeyField()
    alias = models.CharField(
        _("anchor"),
        max_length=40,
        blank=True,
        validators=[validate_key],
        help_text=_(
            "Readable end of a link to this section. It stays as it is from the first publication on."
        ),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    aspect = models.CharField(_("aspect"), max_length=40, blank=True, choices=Aspect, default=Aspect.NONE)
    heading = models.CharField(_("heading"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    comparison = models.ForeignKey(
        "Comparison",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="shown_in",
        verbose_name=_("shows the comparison"),
    )
    shows_faq = models.BooleanField(_("shows the questions and answers"), default=False)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="section_key_once", fields=["article", "key"]),
            models.UniqueConstraint(
                name="section_alias_once", fields=["article", "alias"], condition=~Q(alias="")
            ),
            models.UniqueConstraint(name="section_one_faq", fields=["article"], condition=Q(shows_faq=True)),
            models.CheckConstraint(
                name="section_shows_one_thing",
                condition=Q(comparison__isnull=True) | Q(shows_faq=False),
                violation_error_message=_("A section shows the comparison or the questions, not both."),
            ),
        ]

    def __str__(self) -> str:
        return self.heading


class Figure(models.Model):
    """An image in its place: alternative text and caption belong to the use, not to the file."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="figures", verbose_name=_("section"))
    key = KeyField()
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    after = models.PositiveSmallIntegerField(
        _("after block"),
        null=True,
        blank=True,
        help_text=_("How many paragraphs or lists of the section come before it; empty: at its end."),
    )
    image = models.ForeignKey(Image, models.PROTECT, related_name="figures", verbose_name=_("image"))
    alt = models.CharField(
        _("alternative text"),
        max_length=150,
        blank=True,
        help_text=_("What the image shows, for who cannot see it; it differs from the caption."),
    )
    decorative = models.BooleanField(
        _("decorative"), default=False, help_text=_("The image says nothing that the text does not say.")
    )
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="figure_key_once", fields=["section", "key"]),
            models.CheckConstraint(
                name="figure_decorative_has_no_alt",
                condition=Q(decorative=False) | Q(alt=""),
                violation_error_message=_(
                    "A decorative image has no alternative text: empty it, or untick «decorative»."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.caption or self.alt or self.key


class FaqEntry(models.Model):
    article = models.ForeignKey("Article", models.CASCADE, related_name="faq", verbose_name=_("article"))
    key = KeyField()
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    question = models.CharField(_("question"), max_length=300)
    answer = models.TextField(_("answer"))

    class Meta:
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(name="faqentry_key_once", fields=["article", "key"])]

    def __str__(self) -> str:
        return self.question


class Source(models.Model):
    """What a claim rests on. Cited in texts as ``[@key]``; numbered by first use when the page is rendered."""

    class Kind(models.TextChoices):
        STUDY = "study", _("study")
        REVIEW = "review", _("review or meta-analysis")
        GUIDELINE = "guideline", _("guideline")
        REGULATOR = "regulator", _("authority")
        BOOK = "book", _("book")
        WEBSITE = "website", _("web page")
        OTHER = "other", _("other")

    article = models.ForeignKey("Article", models.CASCADE, related_name="sources", verbose_name=_("article"))
    key = KeyField()
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.OTHER)
    authors = models.CharField(_("authors"), max_length=500, blank=True)
    title = models.CharField(_("title"), max_length=500, blank=True)
    container = models.CharField(_("journal or publisher"), max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    doi = models.CharField(
        "DOI",
        max_length=200,
        blank=True,
        validators=[RegexValidator(r"^10\.\d{4,9}/\S+\Z", _("A DOI starts with «10.», as in 10.1000/182."))],
    )
    pmid = models.CharField(
        "PMID",
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^\d{1,10}\Z", _("A PMID is a number."))],
    )
    url = models.URLField(_("address"), max_length=500, blank=True)
    read_on = models.DateField(_("read on"), null=True, blank=True)
    to_verify = models.BooleanField(
        _("to verify"),
        default=True,
        help_text=_("Nobody has yet held this source against what the article says."),
    )
    note = models.CharField(
        _("note"), max_length=500, blank=True, help_text=_("What is known of it, when the rest is not.")
    )

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(name="source_key_once", fields=["article", "key"])]

    def __str__(self) -> str:
        return self.title or self.note or self.key
