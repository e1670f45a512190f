"""What a check is, what it is told, and what it answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from django.utils.functional import Promise

from comments.risk import Learned
from comments.signals.text import Text

Span = tuple[int, int]
# A marked text stays readable, and a row small.
MAX_SPANS = 50


@dataclass(frozen=True)
class Setting:
    """What an administrator has set for one check; ``None`` leaves it to the check."""

    enabled: bool = True
    threshold: int | None = None
    words: Sequence[str] | None = None


@dataclass(frozen=True)
class Context:
    """
    What is known beside the text. Nothing here is read from a database by a check.

    ``others`` are texts to compare with, ``published_before`` counts what the same author has published,
    ``writing`` is the time since the form was opened and ``recent`` the number of comments that came from the same
    connection just before; ``learned`` is what this site's decisions say about the pieces of this text. None where nothing
    is known.
    """

    settings: Mapping[str, Setting] = field(default_factory=dict)
    others: Sequence[str] = ()
    published_before: int | None = None
    writing: timedelta | None = None
    recent: int | None = None
    learned: Learned | None = None


@dataclass(frozen=True)
class Found:
    """One check's answer. ``spans`` are [start, end) in characters of the text as it was written."""

    name: str
    version: int
    score: float
    explanation: str
    spans: tuple[Span, ...] = ()


class Check:
    """
    One question to a text. Raise ``version`` when the answer changes for any text.

    ``threshold`` and ``words`` hold what the code says; a check without them has nothing to set. With ``covers``,
    moderators see a text in which it notices something only once they ask for it.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    label: ClassVar[Promise]
    score: ClassVar[float]
    threshold: int | None = None
    threshold_help: ClassVar[Promise | str] = ""
    words: Sequence[str] | None = None
    covers: ClassVar[bool] = False
    # On a cover, where the label would not do.
    covered_as: ClassVar[Promise | str] = ""

    def __init__(self, setting: Setting | None = None) -> None:
        setting = setting or Setting()
        if self.threshold is not None and setting.threshold is not None:
            self.threshold = setting.threshold
        if self.words is not None and setting.words is not None:
            self.words = setting.words

    def find(self, text: Text, context: Context) -> Found | None:
        raise NotImplementedError

    def found(self, explanation: str, spans: Iterable[Span] = (), *, score: float | None = None) -> Found:
        return Found(
            self.name,
            self.version,
            self.score if score is None else score,
            explanation[:300],
            tuple(merged(spans)[:MAX_SPANS]),
        )


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order, without overlaps."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result
