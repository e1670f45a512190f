"""The comparison: complete, sourced, and fair to each treatment."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from articles.checks.findings import Finding, Surroundings, advice
from articles.checks.texts import count_words
from articles.snapshot import Snapshot

# From this many words in the fullest row on, a row with less than a third of them is told poorly beside it.
WORDS_TO_COMPARE = 15

_HARM = re.compile(
    r"effets? (?:secondaires?|indésirables?)|risques?|dangers?|dépendance|toxicité|interactions?|sevrage"
    r"|contre-indications?|inconvénients?|complications?|nocif",
    re.IGNORECASE,
)
_BENEFIT = re.compile(
    r"\beffets?\b|efficacité|bénéfices?|amélioration|soulage|rémission|réduction|avantages?|délai d['’]action",
    re.IGNORECASE,
)


def empty(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """A table without rows or columns compares nothing."""
    for c, comparison in enumerate(data["article"]["comparisons"]):
        if not comparison["criteria"] or not comparison["treatments"]:
            yield Finding(
                "comparison-empty",
                f"/article/comparisons/{c}",
                _("The comparison «%(caption)s» is empty: add treatments and criteria, or delete it.")
                % {"caption": comparison["caption"]},
            )


def headers(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """RGAA 5.4, 5.6 and 5.7, axe empty-table-header: the table, its rows and its columns have names."""
    for c, comparison in enumerate(data["article"]["comparisons"]):
        place = f"/article/comparisons/{c}"
        if not comparison["caption"].strip():
            yield Finding(
                "caption-empty",
                f"{place}/caption",
                _("Comparison %(number)d has no caption: say what it compares.") % {"number": c + 1},
            )
        for kind, message in (
            ("treatments", _("In «%(caption)s», the treatment %(number)d has no name: write it.")),
            ("criteria", _("In «%(caption)s», the criterion %(number)d has no name: write it.")),
        ):
            for number, row in enumerate(comparison[kind]):
                if not row["name"].strip():
                    yield Finding(
                        "table-header-empty",
                        f"{place}/{kind}/{number}/name",
                        message % {"caption": comparison["caption"], "number": number + 1},
                    )


def to_complete(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """NHS, BMC 2019 (s12911-019-0840-x): «nothing known» and «nobody has looked yet» are told apart."""
    for comparison, place, treatment in _treatments(data):
        there = {cell["criterion"]: number for number, cell in enumerate(treatment["cells"])}
        for criterion in comparison["criteria"]:
            number = there.get(criterion["key"])
            if number is None or treatment["cells"][number]["state"] == "to_complete":
                yield Finding(
                    "cell-to-complete",
                    f"{place}/cells" if number is None else f"{place}/cells/{number}",
                    _(
                        "«%(treatment)s», «%(criterion)s» is to be completed: say what is known, or that nothing is."
                    )
                    % {"treatment": treatment["name"], "criterion": criterion["name"]},
                )


def without_source(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """IPDAS, GRADE: what a table says of a treatment rests on evidence that is named."""
    for comparison, place, treatment in _treatments(data):
        names = {criterion["key"]: criterion["name"] for criterion in comparison["criteria"]}
        for number, cell in enumerate(treatment["cells"]):
            if cell["state"] == "given" and not cell["sources"]:
                yield Finding(
                    "cell-without-source",
                    f"{place}/cells/{number}",
                    _(
                        "«%(treatment)s», «%(criterion)s» is given without a source: name the source that it rests "
                        "on, or choose another state."
                    )
                    % {"treatment": treatment["name"], "criterion": names.get(cell["criterion"], "?")},
                )


def unequal_detail(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """IPDAS: options are described in equal detail, or the fuller one looks the better one."""
    for c, comparison in enumerate(data["article"]["comparisons"]):
        words = [_words(treatment) for treatment in comparison["treatments"]]
        most = max(words, default=0)
        for t, (treatment, said) in enumerate(zip(comparison["treatments"], words, strict=True)):
            if most >= WORDS_TO_COMPARE and said * 3 < most:
                yield advice(
                    "detail-unequal",
                    f"/article/comparisons/{c}/treatments/{t}",
                    _(
                        "In «%(caption)s», «%(treatment)s» is told in %(words)d words, the fullest treatment in "
                        "%(most)d: say as much of each."
                    )
                    % {
                        "caption": comparison["caption"],
                        "treatment": treatment["name"],
                        "words": said,
                        "most": most,
                    },
                )


def one_sided(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """IPDAS, HAS 2008: benefits and harms stand side by side."""
    for c, comparison in enumerate(data["article"]["comparisons"]):
        kinds = {_side(criterion) for criterion in comparison["criteria"]} - {""}
        if kinds == {"benefit"}:
            message = _(
                "The comparison «%(caption)s» shows benefits and no harms: add a criterion for side effects or risks."
            )
        elif kinds == {"harm"}:
            message = _(
                "The comparison «%(caption)s» shows harms and no benefits: add a criterion for what the treatments do."
            )
        else:
            continue
        yield advice(
            "comparison-one-sided",
            f"/article/comparisons/{c}/criteria",
            message % {"caption": comparison["caption"]},
        )


def _treatments(data: Snapshot) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    for c, comparison in enumerate(data["article"]["comparisons"]):
        for t, treatment in enumerate(comparison["treatments"]):
            yield comparison, f"/article/comparisons/{c}/treatments/{t}", treatment


def _words(treatment: dict[str, Any]) -> int:
    """A verdict, a value and a statement that nothing is known count as one word each."""
    return sum(
        count_words(cell["detail"])
        + bool(cell["verdict"])
        + (cell["value"] is not None)
        + (cell["state"] in {"no_study", "no_effect", "not_applicable"})
        for cell in treatment["cells"]
    )


def _side(criterion: dict[str, Any]) -> str:
    """By its name first: «effets secondaires» are effects too, and less of them is not always said to be better."""
    if _HARM.search(criterion["name"]):
        return "harm"
    if _BENEFIT.search(criterion["name"]):
        return "benefit"
    return {"high": "benefit", "low": "harm"}.get(criterion["better"], "")
