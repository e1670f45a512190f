"""
Two texts compared word by word.

``difflib`` alone is quadratic, and cubic at worst, on long texts. Words that occur once in both texts are therefore
matched first (Bram Cohen's «patience» difference), and ``difflib`` sees only the short stretches between them.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from ldnportal.markup.fragments import SOURCE_MARK

# A source mark is one word; an elided article is a word of its own: «l’anxiété» is l’ + anxiété.
TOKEN = re.compile(rf"{SOURCE_MARK.pattern}|\w+[’']?|\s+|[^\w\s]")

# Product of the lengths up to which difflib takes milliseconds; a longer stretch without any word of its own
# in common counts as replaced.
SMALL = 10_000

# Each level splits at every unique word; texts of editors need 3 or 4.
MAX_DEPTH = 30

# What would not be seen as inserted or deleted.
VISIBLE_SPACES = str.maketrans({" ": "␣", "\u00a0": "⍽", "\u202f": "⍽", "\n": "↵\n", "\t": "⇥"})


class Run(NamedTuple):
    """A stretch of text: ``op`` is "=" in both texts, "-" in the old one only, "+" in the new one only."""

    op: str
    text: str

    @property
    def shown(self) -> str:
        """The text, with signs for spaces where nothing but spaces was changed."""
        if self.op == "=" or self.text.strip():
            return self.text
        return self.text.translate(VISIBLE_SPACES)


class Match(NamedTuple):
    """``a[old : old + length] == b[new : new + length]``."""

    old: int
    new: int
    length: int


def compare_words(old: str, new: str) -> list[Run]:
    """The runs that lead from one text to the other: without "+" they join to ``old``, without "-" to ``new``."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    stretches: list[tuple[str, str, str]] = []  # removed, added, then unchanged
    i = j = 0
    for match in [*match_up(a, b), Match(len(a), len(b), 0)]:
        removed, added = "".join(a[i : match.old]), "".join(b[j : match.new])
        i, j = match.old + match.length, match.new + match.length
        if stretches and _is_crumb(island := stretches[-1][2]):
            before = stretches[-1]
            if (before[0] and added) or (before[1] and removed):
                stretches.pop()
                removed, added = before[0] + island + removed, before[1] + island + added
        stretches.append((removed, added, "".join(a[match.old : i])))
    return [
        Run(op, text)
        for removed, added, unchanged in stretches
        for op, text in (("-", removed), ("+", added), ("=", unchanged))
        if text
    ]


def _is_crumb(text: str) -> bool:
    """Whether so little between two changes would only break them into crumbs."""
    return len(text.strip()) <= 3 and "\n" not in text


def match_up(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Match]:
    """What the two sequences have in common, in the order of both, as stretches that do not touch."""
    joined: list[Match] = []
    for old, new, length in sorted(_matches(a, b)):
        last = joined[-1] if joined else None
        if last and last.old + last.length == old and last.new + last.length == new:
            joined[-1] = Match(last.old, last.new, last.length + length)
        elif length:
            joined.append(Match(old, new, length))
    return joined


def _matches(a: Sequence[Hashable], b: Sequence[Hashable]) -> Iterator[Match]:
    waiting = [(0, len(a), 0, len(b), 0)]
    while waiting:
        alo, ahi, blo, bhi, depth = waiting.pop()
        start = alo
        while alo < ahi and blo < bhi and a[alo] == b[blo]:
            alo, blo = alo + 1, blo + 1
        yield Match(start, blo - (alo - start), alo - start)
        end = ahi
        while alo < ahi and blo < bhi and a[ahi - 1] == b[bhi - 1]:
            ahi, bhi = ahi - 1, bhi - 1
        yield Match(ahi, bhi, end - ahi)
        if alo == ahi or blo == bhi:
            continue
        anchors = _unique_in_both(a, alo, ahi, b, blo, bhi) if depth < MAX_DEPTH else []
        if anchors:
            for i, j in [*anchors, (ahi, bhi)]:
                waiting.append((alo, i, blo, j, depth + 1))
                # The anchor itself is the first that the next stretch has in common.
                alo, blo = i, j
        elif (ahi - alo) * (bhi - blo) <= SMALL:
            matcher = SequenceMatcher(None, a[alo:ahi], b[blo:bhi], autojunk=False)
            for block in matcher.get_matching_blocks():
                yield Match(alo + block.a, blo + block.b, block.size)


def _unique_in_both(
    a: Sequence[Hashable], alo: int, ahi: int, b: Sequence[Hashable], blo: int, bhi: int
) -> list[tuple[int, int]]:
    """Places of what occurs once in each stretch, as many as stand in the same order."""
    in_a, in_b = Counter(a[alo:ahi]), Counter(b[blo:bhi])
    place = {b[j]: j for j in range(blo, bhi) if in_b[b[j]] == 1}
    pairs = [(i, place[a[i]]) for i in range(alo, ahi) if in_a[a[i]] == 1 and a[i] in place]
    return [pairs[index] for index in longest_rising([new for _old, new in pairs])]


def longest_rising(numbers: Sequence[int]) -> list[int]:
    """Indices of a longest rising subsequence of different numbers."""
    ends: list[int] = []  # the smallest number that ends a rising subsequence of this length
    places: list[int] = []
    before: list[int | None] = []
    for index, number in enumerate(numbers):
        length = bisect_left(ends, number)
        ends[length : length + 1] = [number]
        places[length : length + 1] = [index]
        before.append(places[length - 1] if length else None)
    found: list[int] = []
    index = places[-1] if places else None
    while index is not None:
        found.append(index)
        index = before[index]
    return found[::-1]


def moved(old: Sequence[Hashable], new: Sequence[Hashable]) -> set[Hashable]:
    """The fewest members that have to change their place to bring those of both from one order to the other."""
    place = {member: index for index, member in enumerate(old)}
    common = [member for member in new if member in place]
    staying = longest_rising([place[member] for member in common])
    return set(common) - {common[index] for index in staying}
