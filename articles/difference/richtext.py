"""
Two pieces of sanitised HTML compared: by words within blocks, and what words do not show.

Sanitised HTML is a sequence of paragraphs, subheadings and (nested) lists. It is taken apart into *leaves*, the
stretches of text between the tags of blocks, each with its place among the blocks and with the *marks* (links,
emphasis…) on its text. Leaves of both sides are paired; of each pair the words are compared, then the marks.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

from django.utils.translation import gettext as _

from articles.difference.words import Match, Run, compare_words, match_up
from ldnportal.markup.document import BLOCK_TAGS
from ldnportal.markup.fragments import SOURCE_MARK, mark_keys, pieces, tag_name

ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')

# Two blocks with this share of their words in common are one block that was changed.
ALIKE = 0.4

# Product of the lengths up to which every block is held against every other; beyond it, against that of its number.
FEW_BLOCKS = 2_500


class Mark(NamedTuple):
    """An inline element on a stretch of a leaf's text."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    start: int
    end: int


class Leaf(NamedTuple):
    """``place``: the block elements around the text, the outermost first, and whether each of them begins here."""

    place: tuple[tuple[str, bool], ...]
    text: str
    marks: tuple[Mark, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(tag for tag, _begins in self.place)


@dataclass(frozen=True)
class TextChange:
    """One thing that differs: ``kind`` is changed, added, removed, moved or form (what words do not show)."""

    kind: str
    label: str
    old: str = ""
    new: str = ""
    runs: tuple[Run, ...] = ()


def leaves(html: str) -> list[Leaf]:
    found: list[Leaf] = []
    open_blocks: list[list] = []
    open_marks: list[tuple[str, tuple[tuple[str, str], ...], int]] = []
    text, marks = "", []

    def close_leaf() -> None:
        nonlocal text, marks
        if text:
            place = tuple((tag, begins) for tag, begins in open_blocks)
            found.append(Leaf(place, text, _joined(marks)))
            for block in open_blocks:
                block[1] = False
        text, marks = "", []

    for piece, is_tag in pieces(html):
        if not is_tag:
            text += unescape(piece)
        elif (name := tag_name(piece)) == "br":
            text += "\n"
        elif name in BLOCK_TAGS:
            close_leaf()
            if piece.startswith("</"):
                open_blocks.pop()
            else:
                open_blocks.append([name, True])
        elif piece.startswith("</"):
            mark, attributes, start = open_marks.pop()
            marks.append(Mark(mark, attributes, start, len(text)))
        else:
            attributes = tuple((key, unescape(value)) for key, value in ATTRIBUTE.findall(piece))
            open_marks.append((name, attributes, len(text)))
    close_leaf()
    return found


def _joined(marks: list[Mark]) -> tuple[Mark, ...]:
    """Marks in order, those that go on without a gap made one (<em>a</em> inside and outside a link)."""
    joined: list[Mark] = []
    for mark in sorted(marks):
        last = joined[-1] if joined else None
        if last and last[:2] == mark[:2] and last.end == mark.start:
            joined[-1] = last._replace(end=mark.end)
        else:
            joined.append(mark)
    return tuple(joined)


def compare_html(old: str, new: str, sources: dict[str, str]) -> list[TextChange]:
    """
    What differs, in the order of the new text; empty exactly if the two are equal.

    ``sources``: how a source is called, by its key.
    """
    if old == new:
        return []
    a, b = leaves(old), leaves(new)
    pairs = list(_pairs(a, b))
    gone = Counter(_content(a[i]) for i, j in pairs if j is None)
    come = Counter(_content(b[j]) for i, j in pairs if i is None)
    moved_away, moved_here = gone & come, gone & come
    changes: list[TextChange] = []
    before: tuple[int | None, int | None] = (-1, -1)
    for i, j in pairs:
        if i is not None and j is not None:
            # Where a neighbour came or went, another leaf begins the list; that needs no words of its own.
            changes += _compare_leaves(a[i], b[j], sources, same_neighbours=before == (i - 1, j - 1))
        elif i is not None and moved_away[_content(a[i])]:
            moved_away[_content(a[i])] -= 1
        elif i is not None:
            changes += _whole(a[i], "removed")
        elif moved_here[_content(b[j])]:
            moved_here[_content(b[j])] -= 1
            changes.append(TextChange("moved", _block_name(b[j]), runs=(Run("=", b[j].text),)))
        else:
            changes += _whole(b[j], "added")
        before = (i, j)
    return changes or [TextChange("form", _("Markup of the text"))]


def _content(leaf: Leaf) -> tuple:
    return leaf.tags, leaf.text, leaf.marks


def _pairs(a: list[Leaf], b: list[Leaf]) -> Iterator[tuple[int | None, int | None]]:
    """Which leaf became which, in reading order; None on the other side of what came or went."""
    i = j = 0
    matches = match_up([_content(leaf) for leaf in a], [_content(leaf) for leaf in b])
    for match in [*matches, Match(len(a), len(b), 0)]:
        alike = _alike(a[i : match.old], b[j : match.new])
        for old, new in [*((i + x, j + y) for x, y in alike), (match.old, match.new)]:
            yield from ((index, None) for index in range(i, old))
            yield from ((None, index) for index in range(j, new))
            if (old, new) != (match.old, match.new):
                yield old, new
                i, j = old + 1, new + 1
        for step in range(match.length):
            yield match.old + step, match.new + step
        i, j = match.old + match.length, match.new + match.length


def _alike(a: Sequence[Leaf], b: Sequence[Leaf]) -> list[tuple[int, int]]:
    """Pairs of leaves that share many of their words, in order, with the most in common on the whole."""
    words_a, words_b = ([set(leaf.text.split()) for leaf in each] for each in (a, b))
    if len(a) * len(b) > FEW_BLOCKS:
        same_number = range(min(len(a), len(b)))
        return [(i, i) for i in same_number if _likeness(words_a[i], words_b[i]) >= ALIKE]
    best = [[0.0] * (len(b) + 1) for _row in range(len(a) + 1)]  # of the leaves from i and from j on
    likeness = [[_likeness(x, y) for y in words_b] for x in words_a]
    for i in reversed(range(len(a))):
        for j in reversed(range(len(b))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1])
            if likeness[i][j] >= ALIKE:
                best[i][j] = max(best[i][j], best[i + 1][j + 1] + likeness[i][j])
    pairs, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs


def _likeness(a: set[str], b: set[str]) -> float:
    return 2 * len(a & b) / ((len(a) + len(b)) or 1)


def _whole(leaf: Leaf, kind: str) -> Iterator[TextChange]:
    """A block that came or went, and its links, whose targets its text does not show."""
    yield TextChange(kind, _block_name(leaf), runs=(Run("+" if kind == "added" else "-", leaf.text),))
    for mark in leaf.marks:
        if mark.name == "a":
            shown = _shown(leaf, mark)
            yield TextChange("form", _mark_name("a"), *(("", shown) if kind == "added" else (shown, "")))


def _compare_leaves(
    old: Leaf, new: Leaf, sources: dict[str, str], *, same_neighbours: bool
) -> Iterator[TextChange]:
    runs = [Run("=", old.text)]
    if old.text != new.text:
        runs = compare_words(old.text, new.text)
        yield TextChange("changed", _block_name(new), runs=tuple(runs))
    if old.tags != new.tags:
        yield TextChange("form", _("Kind of block"), _block_name(old), _block_name(new))
    elif old.place != new.place and same_neighbours:
        yield TextChange("form", _("Division into lists and items"), new=_excerpt(new.text))
    if old.marks != new.marks:
        yield from _compare_marks(old, new, runs)
    yield from _compare_source_marks(old.text, new.text, sources)


def _compare_source_marks(old: str, new: str, sources: dict[str, str]) -> Iterator[TextChange]:
    before, after = (
        Counter(key for match in SOURCE_MARK.finditer(text) for key in mark_keys(match))
        for text in (old, new)
    )
    for key in before - after:
        yield TextChange("form", _("Source mark"), old=sources.get(key, key))
    for key in after - before:
        yield TextChange("form", _("Source mark"), new=sources.get(key, key))


# --- marks ---------------------------------------------------------------------------------------------------


def _compare_marks(old: Leaf, new: Leaf, runs: list[Run]) -> Iterator[TextChange]:
    """Marks that began, ended, changed; one whose text alone was changed is the same mark."""
    stretches = _stretches(runs)
    gone, come = [], list(new.marks)
    for mark in old.marks:
        starts, ends = _where_it_starts(mark.start, stretches), _where_it_ends(mark.end, stretches)
        same = (each for each in come if each[:2] == mark[:2] and each.start in starts and each.end in ends)
        if found := next(same, None):
            come.remove(found)
        else:
            gone.append((mark, range(starts[0], ends[-1])))
    for mark, place in gone:
        successor = next(
            (
                each
                for each in come
                if each.name == mark.name
                and (
                    _text(new, each) == _text(old, mark)
                    or (each.start < place.stop and place.start < each.end)
                )
            ),
            None,
        )
        if successor is None:
            yield TextChange("form", _mark_name(mark.name), old=_shown(old, mark))
            continue
        come.remove(successor)
        label = _mark_name(mark.name)
        if mark.name == "a" and mark.attributes != successor.attributes:
            label = _("Link target")
        yield TextChange("form", label, _shown(old, mark), _shown(new, successor))
    for mark in come:
        yield TextChange("form", _mark_name(mark.name), new=_shown(new, mark))


def _stretches(runs: list[Run]) -> list[tuple[int, int, int, int, bool]]:
    """The runs as (start and end in the old text, start and end in the new one, whether unchanged)."""
    found: list[tuple[int, int, int, int, bool]] = []
    i = j = 0
    for run in runs:
        old_end = i + len(run.text) * (run.op != "+")
        new_end = j + len(run.text) * (run.op != "-")
        if run.op == "+" and found and not found[-1][4]:
            start = found.pop()
            found.append((start[0], start[1], start[2], new_end, False))
        else:
            found.append((i, old_end, j, new_end, run.op == "="))
        i, j = old_end, new_end
    return found


def _where_it_starts(place: int, stretches: list[tuple[int, int, int, int, bool]]) -> range:
    """Places of the new text where something may start that started at this place of the old one."""
    for old, old_end, new, new_end, unchanged in stretches:
        if old <= place < old_end:
            if unchanged or place == old:
                return range(new + place - old, new + place - old + 1)
            return range(new, new_end + 1)
    return range(0, 1)


def _where_it_ends(place: int, stretches: list[tuple[int, int, int, int, bool]]) -> range:
    for old, old_end, new, new_end, unchanged in stretches:
        if old < place <= old_end:
            if unchanged or place == old_end:
                return range(new_end + place - old_end, new_end + place - old_end + 1)
            return range(new, new_end + 1)
    return range(0, 1)


def _text(leaf: Leaf, mark: Mark) -> str:
    return leaf.text[mark.start : mark.end]


def _shown(leaf: Leaf, mark: Mark) -> str:
    attributes = dict(mark.attributes)
    shown = _("«%(text)s»") % {"text": _excerpt(_text(leaf, mark))}
    if "href" in attributes:
        shown += f" → {attributes['href']}"
    languages = [attributes[name] for name in ("hreflang", "lang") if name in attributes]
    return f"{shown} ({', '.join(languages)})" if languages else shown


def _excerpt(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _mark_name(name: str) -> str:
    match name:
        case "a":
            return _("Link")
        case "strong":
            return _("Strong emphasis")
        case "em":
            return _("Emphasis")
        case "sub":
            return _("Subscript")
        case "sup":
            return _("Superscript")
        case _other:
            return _("Language of a passage")


def _block_name(leaf: Leaf) -> str:
    lists = [tag for tag in leaf.tags if tag in ("ul", "ol")]
    if not lists:
        match leaf.tags[-1:]:
            case ("h3",):
                return _("Subheading")
            case ("h4",):
                return _("Subheading of the second level")
            case _other:
                return _("Paragraph")
    name = _("Item of a numbered list") if lists[-1] == "ol" else _("Item of a list")
    if len(lists) > 1:
        name = _("%(item)s, level %(level)d") % {"item": name, "level": len(lists)}
    return name
