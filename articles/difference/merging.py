"""
Two texts that were made from one, put together: what only one side changed is taken from it, what both changed to
different values is a conflict to be decided.

The result is always a snapshot that can be written: no part refers to one that is gone, a grid is whole, one section
at most shows the questions. Only the limits on numbers (``articles.limits``) may be passed, when both sides added much.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from articles.difference.comparing import Difference, compare
from articles.difference.shape import (
    ARTICLE,
    BLANK_CELL,
    CELL,
    COMPARISON,
    CRITERION,
    PERSON,
    SECTION,
    TREATMENT,
    Names,
    Path,
    Record,
    Shape,
    by_key,
    is_blank,
)
from articles.difference.words import Run, compare_words, moved
from articles.snapshot import Snapshot
from ldnportal.markup.fragments import source_marks

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Conflict:
    """
    One thing that both sides changed, each to another value.

    ``base``, ``mine`` and ``theirs`` are values as in the snapshot: of a field; of the fields in ``fields`` as a
    dict, where only all of them together make sense; of a whole record, None on the side that deleted it; or the
    keys of a list in their order. ``shown`` says them in words.
    """

    path: Path
    label: str
    base: Any
    mine: Any
    theirs: Any
    shown: Mapping[str, str]
    fields: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()  # from theirs to mine, for plain texts

    @property
    def name(self) -> str:
        """The path as a name for a form's field."""
        return "/".join(self.path)


@dataclass(frozen=True)
class Merge:
    """``merged`` holds, where there is a conflict, what they wrote: ``resolve`` decides otherwise."""

    base: Snapshot
    mine: Snapshot
    theirs: Snapshot
    merged: Snapshot
    conflicts: list[Conflict]

    def difference(self) -> Difference:
        """What the other side has changed meanwhile, for who is told of it."""
        return compare(self.base, self.theirs)


def merge(base: Snapshot, mine: Snapshot, theirs: Snapshot) -> Merge:
    merger = _Merger(base, mine, theirs, {})
    merged = merger.merge()
    return Merge(base, mine, theirs, merged, list(merger.conflicts.values()))


def resolve(merge: Merge, choices: Mapping[Path, str]) -> Snapshot:
    """``choices``: "mine" or "theirs" by the path of each conflict. Raises KeyError for one without a choice."""
    decided = {conflict.path: choices[conflict.path] for conflict in merge.conflicts}
    return _Merger(merge.base, merge.mine, merge.theirs, decided).merge()


class _Merger:
    def __init__(self, base: Snapshot, mine: Snapshot, theirs: Snapshot, choices: Mapping[Path, str]) -> None:
        self.sides = {"base": base, MINE: mine, THEIRS: theirs}
        self.names = {side: Names(data) for side, data in self.sides.items()}
        self.uses = {side: _uses(data["article"]) for side, data in self.sides.items()}
        self.choices = choices
        self.conflicts: dict[Path, Conflict] = {}
        # Sections that are kept although one side deleted them, with what they show.
        self.kept: dict[Path, Record] = {}

    def merge(self) -> Snapshot:
        base, mine, theirs = (data["article"] for data in self.sides.values())
        # A copy, since what follows changes it in place.
        article = deepcopy(self._record(ARTICLE, base, mine, theirs, ()))
        self._settle_references(article)
        self._settle_questions(article)
        self._settle_aliases(article)
        return {
            "article": article,
            "people": self._people(article["authors"]),
            "images": self._images(article),
        }

    # --- records and their fields

    def _record(
        self,
        shape: Shape,
        base: Record | None,
        mine: Record,
        theirs: Record,
        path: Path,
        parents: tuple[Record, ...] = (),
    ) -> Record:
        before = base or {}
        merged: Record = {}
        for name in mine if set(mine) >= set(theirs) else {**mine, **theirs}:
            where = (*path, name)
            values = before.get(name), mine.get(name), theirs.get(name)
            if name in merged or name in shape.parts:
                merged.setdefault(name, [])
            elif name == "shows_faq":
                merged[name] = False  # _settle_questions
            elif shape is ARTICLE and name == "authors":
                merged[name] = self._set(*values)
                merged[name] = self._order(*values, merged[name], where, shape.label(name))
            elif shape is CELL and name == "sources":
                merged[name] = self._set(*self._cited(*values))
            elif name in shape.together:
                merged |= self._together(shape, before, mine, theirs, path, parents)
            else:
                if name == "comparison":
                    values = self._comparison_shown(*values)
                label = self._label(shape, name, mine, parents)
                merged[name] = self._value(shape, name, *values, where, label, is_new=base is None)
        if shape is COMPARISON:
            self._grid(merged, before, mine, theirs, path)
            return merged
        for name, part in shape.parts.items():
            lists = before.get(name, []), mine.get(name, []), theirs.get(name, [])
            merged[name] = self._parts(part, *lists, (*path, name), (*parents, mine), shape.parts_label(name))
        return merged

    def _label(self, shape: Shape, name: str, record: Record, parents: tuple[Record, ...]) -> str:
        label = shape.label(name)
        return label if shape is ARTICLE else f"{shape.title(record, parents)} – {label}"

    def _value(
        self,
        shape: Shape,
        name: str,
        base: Any,
        mine: Any,
        theirs: Any,
        path: Path,
        label: str,
        *,
        is_new: bool,
    ) -> Any:
        """``is_new``: both sides added the record, so that no value, not even None, is the one from before."""
        if mine == theirs or (theirs == base and not is_new):
            return mine
        if mine == base and not is_new:
            return theirs
        runs = ()
        if isinstance(mine, str) and isinstance(theirs, str) and name not in shape.rich:
            runs = tuple(compare_words(theirs, mine))
        shown = {
            side: shape.shown(name, value, self.names[side])
            for side, value in (("base", base), (MINE, mine), (THEIRS, theirs))
        }
        return self._conflict(Conflict(path, label, base, mine, theirs, shown, runs=runs))

    def _together(
        self,
        shape: Shape,
        base: Record,
        mine: Record,
        theirs: Record,
        path: Path,
        parents: tuple[Record, ...],
    ) -> Record:
        def pick(record: Record) -> Record:
            return {name: record[name] for name in shape.together if name in record}

        before, my, their = pick(base), pick(mine), pick(theirs)
        if my == their or their == before:
            return my
        if my == before:
            return their
        shown = {
            side: " ; ".join(
                f"{shape.label(name)} : {text}"
                for name, value in values.items()
                if (text := shape.shown(name, value, self.names[side]))
            )
            for side, values in (("base", before), (MINE, my), (THEIRS, their))
        }
        name = shape.together[0]
        label = self._label(shape, name, mine, parents) if shape is not CELL else shape.title(mine, parents)
        return self._conflict(
            Conflict((*path, name), label, before or None, my, their, shown, fields=shape.together)
        )

    def _conflict(self, conflict: Conflict) -> Any:
        self.conflicts.setdefault(conflict.path, conflict)
        return conflict.mine if self.choices.get(conflict.path, THEIRS) == MINE else conflict.theirs

    # --- lists of parts

    def _parts(
        self,
        shape: Shape,
        base: list[Record],
        mine: list[Record],
        theirs: list[Record],
        path: Path,
        parents: tuple[Record, ...],
        label: str,
    ) -> list[Record]:
        lists = [by_key(shape, each) for each in (base, mine, theirs)]
        merged = {
            key: record
            for key in dict.fromkeys(key for each in lists for key in each)
            if (record := self._part(shape, *(each.get(key) for each in lists), (*path, key), parents))
        }
        order = self._order(*(list(each) for each in lists), list(merged), path, label)
        return [merged[key] for key in order]

    def _part(
        self,
        shape: Shape,
        base: Record | None,
        mine: Record | None,
        theirs: Record | None,
        path: Path,
        parents: tuple[Record, ...],
    ) -> Record | None:
        if mine is not None and theirs is not None:
            return self._record(shape, base, mine, theirs, path, parents)
        if base is None:
            return mine or theirs
        if mine is None and theirs is None:
            return None
        side = THEIRS if mine is None else MINE
        there = theirs if mine is None else mine
        if there == base and not self._newly_used(side, path):
            return None
        return self._deleted_or_kept(shape, base, mine, theirs, path, parents)

    def _deleted_or_kept(
        self,
        shape: Shape,
        base: Record,
        mine: Record | None,
        theirs: Record | None,
        path: Path,
        parents: tuple[Record, ...],
    ) -> Record | None:
        """One side deleted what the other changed, or newly refers to."""
        deleted = _("deleted")
        title = shape.title(mine or theirs or base, parents)
        shown = {
            "base": "",
            MINE: deleted if mine is None else _("kept"),
            THEIRS: deleted if theirs is None else _("kept"),
        }
        kept = self._conflict(Conflict(path, title, base, mine, theirs, shown))
        if kept is not None:
            self.kept[path] = kept
        return kept

    def _newly_used(self, side: str, path: Path) -> bool:
        return bool(self.uses[side].get(path, set()) - self.uses["base"].get(path, set()))

    def _set(self, base: list[str] | None, mine: list[str], theirs: list[str]) -> list[str]:
        """The members that neither side took away, and those that one of them added."""
        base = base or []
        return [
            each
            for each in dict.fromkeys([*mine, *theirs])
            if (each in mine and each in theirs) or each not in base
        ]

    def _order(
        self,
        base: list[str] | None,
        mine: list[str],
        theirs: list[str],
        members: list[str],
        path: Path,
        label: str,
    ) -> list[str]:
        """The members in an order that both sides agree to: moves of one side, or of both if of different parts."""
        base = base or []
        my_moves, their_moves = moved(base, mine), moved(base, theirs)
        common = [key for key in mine if key in theirs]
        if common == [key for key in theirs if key in mine] or not their_moves:
            order, other = mine, theirs
        elif not my_moves:
            order, other = theirs, mine
        elif my_moves & their_moves:
            shown = {
                side: " → ".join(self._member(key, path, side) for key in keys if key in common)
                for side, keys in (("base", base), (MINE, mine), (THEIRS, theirs))
            }
            label = _("Order: %(parts)s") % {"parts": label}
            order = self._conflict(Conflict(path, label, base, mine, theirs, shown))
            other = theirs if order is mine else mine
        else:
            order, other = list(theirs), mine
            for key in [key for key in mine if key in my_moves and key in theirs]:
                order.remove(key)
                order = _inserted(order, mine, key)
        for key in other:
            if key not in order:
                order = _inserted(order, other, key)
        for key in base:
            # What a decision brought back although it is in neither list.
            if key in members and key not in order:
                order = _inserted(order, base, key)
        return [key for key in order if key in members]

    def _member(self, key: str, path: Path, side: str) -> str:
        names = self.names[side]
        match path[-1]:
            case "sections":
                return names.sections.get(key, key)
            case "sources":
                return names.sources.get(key, key)
            case "authors":
                return names.people.get(key, key)
        return _find_name(self.sides[side]["article"], (*path, key)) or key

    # --- the grid

    def _grid(self, merged: Record, base: Record, mine: Record, theirs: Record, path: Path) -> None:
        """Treatments and criteria, and exactly one cell for each pair of them."""
        sides = [base or {"criteria": [], "treatments": []}, mine, theirs]
        columns = [by_key(CRITERION, side["criteria"]) for side in sides]
        rows = [by_key(TREATMENT, side["treatments"]) for side in sides]
        cells = [{row: by_key(CELL, treatment["cells"]) for row, treatment in each.items()} for each in rows]

        def column(side: int, key: str) -> dict[str, Record]:
            return {row: each[key] for row, each in cells[side].items() if key in each}

        merged["criteria"] = self._lines(
            CRITERION,
            [
                {
                    key: {**criterion, "cells": list(column(side, key).items())}
                    for key, criterion in each.items()
                }
                for side, each in enumerate(columns)
            ],
            (*path, "criteria"),
            mine,
            COMPARISON.parts_label("criteria"),
        )
        merged["treatments"] = self._lines(
            TREATMENT,
            [
                {
                    key: {**row, "cells": [(cell["criterion"], cell) for cell in row["cells"]]}
                    for key, row in each.items()
                }
                for each in rows
            ],
            (*path, "treatments"),
            mine,
            COMPARISON.parts_label("treatments"),
        )
        for row in merged["treatments"]:
            row["cells"] = [
                self._cell(
                    [each.get(row["key"], {}).get(criterion["key"]) for each in cells],
                    criterion["key"],
                    (*path, "treatments", row["key"], "cells", criterion["key"]),
                    ({**mine, "criteria": merged["criteria"]}, row),
                )
                for criterion in merged["criteria"]
            ]

    def _lines(
        self, shape: Shape, sides: list[dict[str, Record]], path: Path, comparison: Record, label: str
    ) -> list[Record]:
        """The rows or the columns without their cells; one that is deleted here and filled there is a conflict."""
        base, mine, theirs = sides
        merged = {}
        for key in dict.fromkeys(key for each in sides for key in each):
            where = (*path, key)
            before, my, their = base.get(key), mine.get(key), theirs.get(key)
            if my and their:
                bare = [each and _without_cells(each) for each in (before, my, their)]
                merged[key] = self._record(_bare(shape), *bare, where, (comparison,))
            elif before is None:
                merged[key] = _without_cells(my or their)
            elif (my or their) and _is_filled_anew(before, my or their):
                kept = self._deleted_or_kept(shape, before, my, their, where, (comparison,))
                if kept:
                    merged[key] = _without_cells(kept)
        order = self._order(*(list(each) for each in sides), list(merged), path, label)
        return [merged[key] for key in order]

    def _cell(
        self, cells: list[Record | None], criterion: str, path: Path, parents: tuple[Record, ...]
    ) -> Record:
        base, mine, theirs = cells
        if mine and theirs:
            return self._record(CELL, base, mine, theirs, path, parents)
        found = mine or theirs or base or {"criterion": criterion, **BLANK_CELL}
        return {**found, "sources": list(found["sources"])}

    def _cited(
        self, base: list[str] | None, mine: list[str], theirs: list[str]
    ) -> tuple[list[str], list[str], list[str]]:
        """Sources of a cell; that a deleted source is not cited any more says nothing about the cell."""
        before = base or []
        my, their = (
            [*cited, *(key for key in before if key not in cited and key not in self.names[side].sources)]
            for side, cited in ((MINE, mine), (THEIRS, theirs))
        )
        return before, my, their

    def _comparison_shown(
        self, base: str | None, mine: str | None, theirs: str | None
    ) -> tuple[str | None, str | None, str | None]:
        """Likewise, a section shows no comparison any more because that one was deleted."""
        my, their = (
            base if shown is None and base not in self.names[side].comparisons else shown
            for side, shown in ((MINE, mine), (THEIRS, theirs))
        )
        return base, my, their

    # --- what holds between the parts

    def _settle_references(self, article: Record) -> None:
        sources = [source["key"] for source in article["sources"]]
        comparisons = {comparison["key"] for comparison in article["comparisons"]}
        article["sections"] = [
            {
                **section,
                "shows_faq": False,
                "comparison": section["comparison"] if section["comparison"] in comparisons else None,
            }
            for section in article["sections"]
        ]
        for comparison in article["comparisons"]:
            for treatment in comparison["treatments"]:
                treatment["cells"] = [
                    {**cell, "sources": [key for key in sources if key in cell["sources"]]}
                    for cell in treatment["cells"]
                ]

    def _settle_questions(self, article: Record) -> None:
        """Which section shows the questions is one decision, since one at most does and shows nothing else."""
        sections = by_key(SECTION, article["sections"])
        base, mine, theirs = (_questions_shown_in(data["article"]) for data in self.sides.values())
        place = theirs if mine == base else mine
        both_moved = mine != base and theirs != base and mine != theirs
        if both_moved or (mine != theirs and place in sections and sections[place]["comparison"]):
            shown = {
                side: self.names[side].sections.get(key, _("no section"))
                for side, key in (("base", base), (MINE, mine), (THEIRS, theirs))
            }
            label = _("Section that shows the questions")
            place = self._conflict(Conflict(("shows_faq",), label, base, mine, theirs, shown))
        if place not in sections:
            # The section is gone, or came back by a decision.
            others = [mine, theirs, base] if place else []
            kept = [path[-1] for path, record in self.kept.items() if record.get("shows_faq")]
            free = [key for key in (*others, *kept) if key in sections and not sections[key]["comparison"]]
            place = free[0] if free else None
        if place:
            sections[place] |= {"shows_faq": True, "comparison": None}

    def _settle_aliases(self, article: Record) -> None:
        """Two sections that were given one anchor on the two sides."""
        lists = [by_key(SECTION, data["article"]["sections"]) for data in self.sides.values()]
        aliases = [section["alias"] for section in article["sections"] if section["alias"]]
        for section in article["sections"]:
            if aliases.count(section["alias"]) > 1:
                base, mine, theirs = (
                    each[section["key"]]["alias"] if section["key"] in each else "" for each in lists
                )
                if mine != theirs:
                    path = ("sections", section["key"], "alias")
                    shown = {"base": base, MINE: mine, THEIRS: theirs}
                    label = self._label(SECTION, "alias", section, ())
                    section["alias"] = self._conflict(Conflict(path, label, base, mine, theirs, shown))
        taken: set[str] = set()
        for section in article["sections"]:
            if section["alias"] in taken:
                section["alias"] = ""
            taken.add(section["alias"])

    def _people(self, authors: Iterable[str]) -> dict[str, Record]:
        people = {}
        for slug in authors:
            base, mine, theirs = (data["people"].get(slug) for data in self.sides.values())
            if mine and theirs:
                people[slug] = self._record(PERSON, base, mine, theirs, ("people", slug))
            else:
                people[slug] = mine or theirs or base
        return people

    def _images(self, article: Record) -> dict[str, Record]:
        used = {figure["image"] for section in article["sections"] for figure in section["figures"]}
        used |= {article["cover"]} - {None}
        known: dict[str, Record] = {}
        for data in self.sides.values():
            known |= data["images"]
        return {sha256: known[sha256] for sha256 in sorted(used)}


# --- small things --------------------------------------------------------------------------------------------


def _bare(shape: Shape) -> Shape:
    return Shape(shape.model, shape.title)


def _without_cells(line: Record) -> Record:
    return {name: value for name, value in line.items() if name != "cells"}


def _is_filled_anew(base: Record, now: Record) -> bool:
    """Whether a row or a column says something that it did not say before; cells that merely went do not count."""
    before = dict(base["cells"])
    return _without_cells(base) != _without_cells(now) or any(
        cell != before[key] if key in before else not is_blank(cell) for key, cell in now["cells"]
    )


def _inserted(order: list[str], like: list[str], key: str) -> list[str]:
    """``order`` with ``key`` behind the nearest of those that stand before it in ``like``."""
    before = set(like[: like.index(key)])
    place = next((index + 1 for index in reversed(range(len(order))) if order[index] in before), 0)
    return [*order[:place], key, *order[place:]]


def _questions_shown_in(article: Record) -> str | None:
    return next((section["key"] for section in article["sections"] if section["shows_faq"]), None)


def _uses(article: Record) -> dict[Path, set[Path]]:
    """Where the sources and the comparisons are referred to, by their path."""
    uses: dict[Path, set[Path]] = {}

    def note(kind: str, key: str | None, place: Path) -> None:
        if key is not None:
            uses.setdefault((kind, key), set()).add(place)

    for section in article["sections"]:
        note("comparisons", section["comparison"], ("sections", section["key"]))
        for key in source_marks(section["body"]):
            note("sources", key, ("sections", section["key"]))
    for entry in article["faq"]:
        for key in source_marks(entry["answer"]):
            note("sources", key, ("faq", entry["key"]))
    for comparison in article["comparisons"]:
        for treatment in comparison["treatments"]:
            for cell in treatment["cells"]:
                for key in cell["sources"]:
                    note("sources", key, (comparison["key"], treatment["key"], cell["criterion"]))
    return uses


def _find_name(article: Record, path: Path) -> str | None:
    """What the part at this path is called."""
    found: Any = article
    for step in path:
        if isinstance(found, dict):
            found = found.get(step)
        else:
            found = next((each for each in found if each.get("key") == step), None)
        if found is None:
            return None
    return next((found[name] for name in ("question", "name", "caption", "heading") if found.get(name)), None)
