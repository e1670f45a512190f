"""What a check says, and what it must be told besides the text."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.timezone import localdate

from articles.snapshot import Snapshot

BLOCKS = "blocks"
ADVICE = "advice"


@dataclass(frozen=True)
class Finding:
    """
    ``place`` is a JSON pointer into the snapshot (RFC 6901), for example ``/article/sections/2/figures/0/alt``;
    ``/reviews/0`` is the first of the surroundings' reviews, which no snapshot holds.
    ``level`` is BLOCKS (readers must not miss it: publishing refuses) or ADVICE.
    """

    code: str
    place: str
    message: str
    level: str = BLOCKS


def advice(code: str, place: str, message: str) -> Finding:
    return Finding(code, place, message, ADVICE)


@dataclass(frozen=True)
class ReviewFact:
    """One medical review of the text: who (the person's slug), when, and when the next is due."""

    person: str
    reviewed_on: date
    due_on: date


@dataclass(frozen=True)
class Surroundings:
    """
    What the snapshot does not know. ``articles.surroundings`` collects it; the defaults suit a text alone.

    ``pages`` maps each address of this site that the text links to (``/articles/x/``) to its anchors, or to None
    where these are not known; an address that is missing leads to nothing. ``pages=None``: nobody looked, and
    only links within the text itself are checked.
    ``stated_reasons`` maps the code of an advice to why it does not apply to this article.
    """

    today: date = field(default_factory=localdate)
    home: str = ""
    pages: Mapping[str, frozenset[str] | None] | None = None
    reviews: tuple[ReviewFact, ...] = ()
    stated_reasons: Mapping[str, str] = field(default_factory=dict)


Check = Callable[[Snapshot, Surroundings], Iterator[Finding]]
