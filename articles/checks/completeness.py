"""
What readers of an article of this kind look for: advice, which a stated reason answers (IPDAS, HAS 2008).

An article is about a drug if it says how one is used or what it is made of, what it may treat, which side effects it
has (schema.org's health aspects of its sections), or if it names a dose. Its topic does not decide: articles on a
drug stand under the topic of what it treats.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from articles.checks.findings import Finding, Surroundings, advice
from articles.checks.texts import text_blocks, texts
from articles.snapshot import Snapshot

DRUG_ASPECTS = frozenset(
    [
        "UsageOrScheduleHealthAspect",
        "IngredientsHealthAspect",
        "MayTreatHealthAspect",
        "SideEffectsHealthAspect",
    ]
)
BENEFIT_ASPECTS = frozenset(["EffectivenessHealthAspect", "BenefitsHealthAspect"])
HARM_ASPECTS = frozenset(
    ["SideEffectsHealthAspect", "SafetyHealthAspect", "RisksOrComplicationsHealthAspect"]
)

# 5 mg is a dose; 5 mg/l is what a laboratory found.
_DOSE = re.compile(r"\d\s?(?:mg|µg|μg|mcg|UI)\b(?!\s?/\s?d?l)")

# Found by the section's aspect, or by a heading or question of this kind. schema.org has no aspect for interactions.
_SIDE_EFFECTS = re.compile(r"effets? (?:secondaires?|indésirables?)", re.IGNORECASE)
_INTERACTIONS = re.compile(
    r"interactions?|\bavec d['’]autres (?:médicaments|traitements)|\b(?:prendre|associer|combiner)\b.*\bavec\b"
    r"|incompatib",
    re.IGNORECASE,
)
_PREGNANCY = re.compile(r"grossesse|enceinte|allait", re.IGNORECASE)
_SEE_DOCTOR = re.compile(
    r"(?:quand|faut-il).*(?:consulter|médecin|appeler|urgence)|signes? d['’]alerte|en cas d['’]urgence",
    re.IGNORECASE,
)

# code, aspect that answers it, words of a heading that answer it
_EXPECTED = (
    ("drug-no-side-effects", "SideEffectsHealthAspect", _SIDE_EFFECTS),
    ("drug-no-interactions", "", _INTERACTIONS),
    ("drug-no-pregnancy", "PregnancyHealthAspect", _PREGNANCY),
    ("drug-no-see-doctor", "SeeDoctorHealthAspect", _SEE_DOCTOR),
)

# What a stated reason answers.
ANSWERABLE = frozenset([code for code, _aspect, _words in _EXPECTED] + ["harms-missing", "benefits-missing"])


def drug_sections(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """HAS, ANSM leaflets: side effects, interactions, pregnancy, when to see a doctor, or why not."""
    if not is_about_a_drug(data):
        return
    messages = {
        "drug-no-side-effects": _(
            "This article is about a medicine and has no section on side effects: add one, or state why not."
        ),
        "drug-no-interactions": _(
            "This article is about a medicine and has no heading or question on interactions with other medicines: "
            "add one, or state why not."
        ),
        "drug-no-pregnancy": _(
            "This article is about a medicine and has no section on pregnancy and breastfeeding: add one, or state "
            "why not."
        ),
        "drug-no-see-doctor": _(
            "This article is about a medicine and has no section on when to see a doctor: add one, or state why not."
        ),
    }
    aspects = _aspects(data)
    headings = list(_headings(data))
    for code, aspect, words in _EXPECTED:
        answered = aspect in aspects or any(words.search(heading) for heading in headings)
        if not answered and not around.stated_reasons.get(code, "").strip():
            yield advice(code, "/article/sections", messages[code])


def both_sides(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """IPDAS: an article that tells of benefits tells of harms too, and the reverse."""
    aspects = _aspects(data)
    benefits, harms = aspects & BENEFIT_ASPECTS, aspects & HARM_ASPECTS
    if benefits and not harms and not is_about_a_drug(data):
        code = "harms-missing"
        message = _("A section tells of benefits and none of harms: add one on risks, or state why not.")
    elif harms and not benefits:
        code = "benefits-missing"
        message = _(
            "A section tells of harms and none of benefits: add one on effectiveness, or state why not."
        )
    else:
        return
    if not around.stated_reasons.get(code, "").strip():
        yield advice(code, "/article/sections", message)


def is_about_a_drug(data: Snapshot) -> bool:
    return bool(_aspects(data) & DRUG_ASPECTS) or any(
        _DOSE.search(block.text) for text in texts(data) for block in text_blocks(text.html)
    )


def _aspects(data: Snapshot) -> set[str]:
    return {section["aspect"] for section in data["article"]["sections"] if section["aspect"]}


def _headings(data: Snapshot) -> Iterator[str]:
    for section in data["article"]["sections"]:
        yield section["heading"]
        # No longer than a section's own may be.
        yield from (block.text[:200] for block in text_blocks(section["body"]) if block.kind in {"h3", "h4"})
    yield from (entry["question"] for entry in data["article"]["faq"])
