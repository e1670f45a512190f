"""The labelled comments of tests/data/comments.tsv, and what the checks say to them."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from comments.signals import Context, look

FILE = Path(__file__).parent.parent / "data" / "comments.tsv"
PARTS = ("a", "b", "c", "d", "e")
# Those that a text alone decides; the others need a queue, a clock or an author.
MEASURED = (
    "personal_data",
    "distress",
    "medical_advice",
    "links",
    "suspect_words",
    "shouting",
    "other_language",
)


@dataclass(frozen=True)
class Labelled:
    part: str
    labels: frozenset[str]
    text: str


@dataclass(frozen=True)
class Measure:
    """``n`` comments hold what the check looks for, ``others`` do not."""

    n: int
    others: int
    precision: float
    recall: float


def labelled(*parts: str) -> list[Labelled]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [
        Labelled(part, frozenset(labels.split(",")) - {"-"}, text)
        for part, labels, text in rows
        if part in parts
    ]


def measured(rows: list[Labelled]) -> dict[str, Measure]:
    counts = {name: Counter() for name in MEASURED}
    for row in rows:
        said = {found.name for found in look(row.text, context=Context())}
        for name in MEASURED:
            counts[name][name in row.labels, name in said] += 1
    return {
        name: Measure(
            n=count[True, True] + count[True, False],
            others=count[False, True] + count[False, False],
            precision=count[True, True] / ((count[True, True] + count[False, True]) or 1),
            recall=count[True, True] / ((count[True, True] + count[True, False]) or 1),
        )
        for name, count in counts.items()
    }
