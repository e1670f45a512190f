"""
How much a text resembles those that were refused on this site. Sorts and explains; decides nothing.

Multinomial naive Bayes (Manning, Raghavan, Schütze, «Introduction to Information Retrieval», ch. 13) over the
character n-grams of each word, each counted once in a text (binarised: Jurafsky and Martin, «Speech and Language
Processing», ch. 4). Smoothing is Lidstone's with a share for each class in proportion to its size: so the size of the vocabulary
cancels out of the odds, and an n-gram that nobody has seen says nothing.

Nothing here reads a database: comments.models.risk keeps the counts and hands over those that a text needs.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comments.signals.check import Span
    from comments.signals.text import Text

# Raise it when ngrams() answers otherwise for any text: counts of another version are not used.
VERSION = 1
SIZES = (3, 4, 5)
# A letter stands in so many n-grams, which say the same thing again and again. Without this divisor the estimate would
# be 0 % or 100 % for nearly every text.
TIMES_A_LETTER_COUNTS = sum(SIZES)
# Of each kind, before the estimate is shown to anybody.
TEXTS_NEEDED = 50
# An n-gram begins as if it had been seen this often, in both classes as often as any other.
PRIOR = 2.0
_NAMED = 5
_WORD = re.compile(r"[^\W\d_]+")

REFUSED, PUBLISHED = "refused", "published"
# What a moderator's decision says about the text that it was taken on (the values of Decision.Action). Asking for
# changes says neither.
TAUGHT_BY = {
    "publish": PUBLISHED,
    "restore": PUBLISHED,
    "reject": REFUSED,
    "spam": REFUSED,
    "remove": REFUSED,
    "not_spam": "",
}


@dataclass(frozen=True)
class Seen:
    """How often something was seen in each class."""

    refused: int = 0
    published: int = 0

    @property
    def both(self) -> int:
        return self.refused + self.published

    def plus(self, kind: str, number: int) -> "Seen":
        if kind == REFUSED:
            return Seen(self.refused + number, self.published)
        return Seen(self.refused, self.published + number)


@dataclass(frozen=True)
class Learned:
    """What was learned so far, as far as one text needs it: whole texts, n-grams in all, its own n-grams."""

    texts: Seen = Seen()
    size: Seen = Seen()
    counts: Mapping[str, Seen] = field(default_factory=dict)

    def is_enough(self, needed: int = TEXTS_NEEDED) -> bool:
        # Texts without a letter have no n-grams.
        has_pieces = min(self.size.refused, self.size.published) > 0
        return has_pieces and min(self.texts.refused, self.texts.published) >= needed

    def weight(self, ngram: str) -> float:
        """
        The logarithm of how much likelier this n-gram is in a refused text than in a published one.

        Needs texts of both classes.
        """
        seen, size = self.counts.get(ngram, Seen()), self.size
        return log(seen.refused / size.refused + PRIOR / size.both) - log(
            seen.published / size.published + PRIOR / size.both
        )

    def estimate(self, text: "Text") -> float:
        """The estimated probability (0 to 1) that a moderator here refuses such a text."""
        evidence = sum(self.weight(ngram) for ngram in sorted(ngrams(text))) / TIMES_A_LETTER_COUNTS
        odds = evidence + log(self.texts.refused / self.texts.published)
        return 1 / (1 + exp(-max(-500.0, min(500.0, odds))))

    def strongest(self, text: "Text") -> list["Span"]:
        """The places in the text of the words that raise the estimate most; neighbours are one place."""
        words = list(_words(text.folded))
        weights = [sum(map(self.weight, _of_word(word))) for _start, _end, word in words]
        best = sorted(range(len(words)), key=lambda at: (-weights[at], at))[:_NAMED]
        places: list[list[int]] = []
        for at in sorted(each for each in best if weights[each] > 0):
            if places and places[-1][1] == at - 1:
                places[-1][1] = at
            else:
                places.append([at, at])
        return [text.span(words[first][0], words[last][1]) for first, last in places]


def ngrams(text: "Text") -> frozenset[str]:
    """
    Of each word, with a blank before and after it, all pieces of three to five characters.

    Only letters, folded: no digits, hence no dose, date, address or telephone number; and nothing longer than five
    characters.
    """
    return frozenset(piece for _start, _end, word in _words(text.folded) for piece in _of_word(word))


def _words(folded: str) -> Iterator[tuple[int, int, str]]:
    for match in _WORD.finditer(folded):
        yield match.start(), match.end(), match[0]


def _of_word(word: str) -> Iterator[str]:
    padded = f" {word} "
    for size in SIZES:
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]


class Memory:
    """Counts that live in memory only: for replaying history, and for counting it anew."""

    def __init__(self) -> None:
        self.texts, self.size = Seen(), Seen()
        self.counts: dict[str, Counter[str]] = {REFUSED: Counter(), PUBLISHED: Counter()}

    def count(self, pieces: frozenset[str], kind: str, number: int = 1) -> None:
        """One text more in the class, or with -1 one less. The empty class is none."""
        if not kind:
            return
        self.texts = self.texts.plus(kind, number)
        self.size = self.size.plus(kind, number * len(pieces))
        counts = self.counts[kind]
        for piece in pieces:
            counts[piece] += number

    def about(self, pieces: frozenset[str]) -> Learned:
        refused, published = self.counts[REFUSED], self.counts[PUBLISHED]
        known = {piece: Seen(refused[piece], published[piece]) for piece in pieces}
        return Learned(self.texts, self.size, {piece: seen for piece, seen in known.items() if seen.both})


@dataclass(frozen=True)
class Predicted:
    """What was estimated of a text before anybody had decided, and what holds today."""

    month: str
    estimate: float
    refused: bool


@dataclass(frozen=True)
class Figures:
    """None where a figure does not exist: precision when nothing was flagged, AUC when one class is missing."""

    n: int
    refused: int
    flagged: int
    precision: float | None
    recall: float | None
    auc: float | None


def figures(predicted: Sequence[Predicted], *, threshold: float) -> Figures:
    """``threshold`` (0 to 1): from which estimate on a text is flagged."""
    refused = sum(each.refused for each in predicted)
    flagged = [each for each in predicted if each.estimate >= threshold]
    right = sum(each.refused for each in flagged)
    return Figures(
        n=len(predicted),
        refused=refused,
        flagged=len(flagged),
        precision=right / len(flagged) if flagged else None,
        recall=right / refused if refused else None,
        auc=auc(
            [each.estimate for each in predicted if each.refused],
            [each.estimate for each in predicted if not each.refused],
        ),
    )


def auc(refused: Sequence[float], published: Sequence[float]) -> float | None:
    """
    How often a refused text has a higher estimate than a published one, equal ones counting half: exact.

    By ranks (Mann and Whitney, 1947): no pair is looked at. None where one class is missing.
    """
    if not refused or not published:
        return None
    how_many = Counter(refused) + Counter(published)
    twice_the_rank, below = {}, 0
    for value in sorted(how_many):
        twice_the_rank[value] = 2 * below + how_many[value] + 1
        below += how_many[value]
    ranks = sum(twice_the_rank[value] for value in refused)
    n = len(refused)
    return (ranks - n * (n + 1)) / (2 * n * len(published))
