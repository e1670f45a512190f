"""
What is looked at before a text goes on: three tiers, as GOV.UK's content-publisher has them.

*Save* takes almost anything (the models' own rules). *Preview* asks for what a page cannot do without.
*Publish* asks for what a reader must not miss. Advice never stands in the way. Each finding names its place and the
mend. A check is a small function over a snapshot (``articles.snapshot``) and its surroundings; its docstring says
which rule it comes from. Automatic checks see a minority of what RGAA asks: they do not replace a reader.
"""

from itertools import islice

from articles.checks import (
    comparison,
    completeness,
    images,
    links,
    reviews,
    sources,
    structure,
    wording,
)
from articles.checks.findings import ADVICE, BLOCKS, Check, Finding, ReviewFact, Surroundings
from articles.snapshot import Snapshot

__all__ = [
    "ADVICE",
    "BLOCKS",
    "CHECKS",
    "Finding",
    "ReviewFact",
    "Surroundings",
    "examine",
    "for_preview",
    "for_publishing",
]

FOR_PREVIEW: list[Check] = [structure.title, structure.sections]

# In the order of the page.
CHECKS: list[Check] = [
    structure.title,
    structure.lede,
    structure.sections,
    completeness.drug_sections,
    completeness.both_sides,
    structure.empty_headings,
    structure.skipped_levels,
    structure.anchors_once,
    structure.hidden_parts,
    links.says_nothing,
    links.same_text,
    links.lead_somewhere,
    sources.unknown_marks,
    wording.claims_without_source,
    wording.absolute_words,
    wording.long_sentences,
    images.missing,
    images.says_nothing,
    images.repeats_caption,
    images.too_long,
    comparison.empty,
    comparison.headers,
    comparison.to_complete,
    comparison.without_source,
    comparison.unequal_detail,
    comparison.one_sided,
    sources.dates,
    reviews.by_an_author,
    reviews.dates,
]

# They are stored with each version, and nobody mends more at a time.
FINDINGS_A_CHECK = 100

_PARTS = ["title", "lede", "topic", "authors", "sections", "comparisons", "faq", "sources"]


def examine(data: Snapshot, surroundings: Surroundings | None = None) -> list[Finding]:
    """Everything that is found, from the top of the page to its end."""
    around = surroundings or Surroundings()
    found = [finding for check in CHECKS for finding in islice(check(data, around), FINDINGS_A_CHECK)]
    return sorted(found, key=_place_on_the_page)


def for_preview(data: Snapshot) -> list[Finding]:
    around = Surroundings()
    return [finding for check in FOR_PREVIEW for finding in check(data, around)]


def for_publishing(data: Snapshot, surroundings: Surroundings | None = None) -> list[Finding]:
    """What publishing refuses."""
    return [finding for finding in examine(data, surroundings) if finding.level == BLOCKS]


def _place_on_the_page(finding: Finding) -> tuple[int, int]:
    """Part and row; within them the order of the checks stays."""
    _root, top, *rest = finding.place.split("/")
    part = _PARTS.index(rest[0]) if top == "article" and rest[0] in _PARTS else len(_PARTS)
    return part, int(rest[1]) if len(rest) > 1 and rest[1].isdigit() else -1
