"""
What differs between two snapshots: nothing that they hold is left out, and ``compare(a, b)`` is empty exactly if
``a == b``. Values are compared by the key of what they belong to, texts by words.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from articles.difference.richtext import compare_html
from articles.difference.shape import (
    ARTICLE,
    PERSON,
    TOPIC,
    Names,
    Path,
    Record,
    Shape,
    by_key,
    is_blank,
)
from articles.difference.words import Run, compare_words, moved
from articles.snapshot import Snapshot


@dataclass(frozen=True)
class Change:
    """
    One thing that differs, in words.

    ``kind``: changed, added, removed, moved, or form (what the words of a text do not show). There are ``runs`` for
    texts, else ``old`` and ``new``; images are given by their addresses.
    """

    kind: str
    label: str
    path: Path
    old: str = ""
    new: str = ""
    runs: tuple[Run, ...] = ()
    old_image: str = ""
    new_image: str = ""

    @property
    def kind_label(self) -> str:
        return kind_label(self.kind)


@dataclass
class Group:
    """One record that differs. ``kind`` is added or removed when it is there on one side only, else changed."""

    kind: str
    title: str
    path: Path
    changes: list[Change] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return "-".join(("d", *self.path))

    @property
    def kind_label(self) -> str:
        return kind_label(self.kind)


@dataclass(frozen=True)
class Difference:
    groups: list[Group]

    def __bool__(self) -> bool:
        return bool(self.groups)

    @property
    def count(self) -> int:
        return sum(len(group.changes) for group in self.groups)


def kind_label(kind: str) -> str:
    match kind:
        case "added":
            return _("addition")
        case "removed":
            return _("removal")
        case "moved":
            return _("move")
        case _other:
            return _("change")


def compare(old: Snapshot, new: Snapshot) -> Difference:
    if old == new:
        return Difference([])
    return Difference(list(_Comparison(old, new).groups()))


class _Comparison:
    def __init__(self, old: Snapshot, new: Snapshot) -> None:
        self.old, self.new = old, new
        self.old_names, self.new_names = Names(old), Names(new)

    def groups(self) -> Iterator[Group]:
        found = [*self._record(ARTICLE, self.old["article"], self.new["article"], ()), *self._people()]
        # A snapshot of a later schema may hold what is not known here; it is told all the same.
        yield from found or [Group("changed", _("Content"), ("content",), [self._other(("content",))])]

    def _people(self) -> Iterator[Group]:
        """People whose own words changed; that somebody came or went is told among the authors."""
        for slug, person in self.new["people"].items():
            before = self.old["people"].get(slug)
            if before is not None:
                yield from self._record(PERSON, before, person, ("people", slug))

    def _record(
        self,
        shape: Shape,
        old: Record | None,
        new: Record | None,
        path: Path,
        parents: tuple[Record, ...] = (),
        place: Change | None = None,
    ) -> Iterator[Group]:
        kind = "changed" if old and new else "added" if new else "removed"
        record = new or old
        changes = [place] if place else []
        for name in shape.fields(new, old):
            changes += self._field(shape, name, (old or {}).get(name), (new or {}).get(name), (*path, name))
        if changes or kind != "changed":
            yield Group(kind, shape.title(record, parents), path, changes)
        for name, part in shape.parts.items():
            yield from self._parts(
                part, (old or {}).get(name, []), (new or {}).get(name, []), (*path, name), (*parents, record)
            )

    def _parts(
        self, shape: Shape, old: list[Record], new: list[Record], path: Path, parents: tuple[Record, ...]
    ) -> Iterator[Group]:
        before, after = by_key(shape, old), by_key(shape, new)
        places_before, places_after = (
            {key: place for place, key in enumerate(each, start=1)} for each in (before, after)
        )
        moves = moved(list(before), list(after)) if shape.ordered else set()
        for key, record in after.items():
            place = None
            if key in moves:
                words = _("place %(number)d")
                place = Change(
                    "moved",
                    _("Place"),
                    (*path, key),
                    words % {"number": places_before[key]},
                    words % {"number": places_after[key]},
                )
            if key in before or not self._says_nothing(shape, record):
                yield from self._record(shape, before.get(key), record, (*path, key), parents, place)
        for key, record in before.items():
            if key not in after and not self._says_nothing(shape, record):
                yield from self._record(shape, record, None, (*path, key), parents)

    def _says_nothing(self, shape: Shape, record: Record) -> bool:
        # A blank cell comes and goes with its row or column, which is told.
        return shape.model == "Cell" and is_blank(record)

    def _field(self, shape: Shape, name: str, old: Any, new: Any, path: Path) -> Iterator[Change]:
        empty = (None, "", [], False)
        if old == new or (old is None and new in empty) or (new is None and old in empty):
            return
        label = shape.label(name)
        if name in shape.rich:
            names = {**self.old_names.sources, **self.new_names.sources}
            for each in compare_html(old or "", new or "", names):
                yield Change(each.kind, f"{label} – {each.label}", path, each.old, each.new, each.runs)
            return
        match (shape.model, name):
            case ("Article", "authors"):
                yield from self._authors(old, new, path)
                return
            case ("Article", "topic") if old and new and old["slug"] == new["slug"]:
                for field_name in TOPIC.fields(new, old):
                    for each in self._field(
                        TOPIC, field_name, old.get(field_name), new.get(field_name), path
                    ):
                        yield Change(
                            each.kind, f"{label} – {each.label}", path, each.old, each.new, each.runs
                        )
                return
            case ("Cell", "sources") if set(old or ()) == set(new or ()):
                # They stand in the order of the article's list, whose moves are told there.
                return
        yield self._value(shape, name, old, new, path, label)

    def _value(self, shape: Shape, name: str, old: Any, new: Any, path: Path, label: str) -> Change:
        before = shape.shown(name, old, self.old_names)
        after = shape.shown(name, new, self.new_names)
        if before == after:
            # Two sources of one title, two themes of one name.
            before, after = f"{before} ({_raw(old)})", f"{after} ({_raw(new)})"
        kind = "added" if not before else "removed" if not after else "changed"
        if name in ("image", "cover"):
            return Change(
                kind,
                label,
                path,
                before,
                after,
                old_image=self.old_names.image_url(old),
                new_image=self.new_names.image_url(new),
            )
        is_text = before == (old or "") and after == (new or "")
        if is_text and any(space in before + after for space in " \n\u00a0\u202f"):
            return Change(kind, label, path, runs=tuple(compare_words(before, after)))
        return Change(kind, label, path, before, after)

    def _authors(self, old: list[str] | None, new: list[str] | None, path: Path) -> Iterator[Change]:
        old, new = old or [], new or []
        label = _("Author")
        moves = moved(old, new)
        for slug in new:
            name = self.new_names.people.get(slug, slug)
            if slug not in old:
                yield Change("added", label, path, new=name)
            elif slug in moves:
                words = _("%(name)s, place %(number)d")
                yield Change(
                    "moved",
                    label,
                    path,
                    words % {"name": name, "number": old.index(slug) + 1},
                    words % {"name": name, "number": new.index(slug) + 1},
                )
        for slug in old:
            if slug not in new:
                yield Change("removed", label, path, old=self.old_names.people.get(slug, slug))

    def _other(self, path: Path) -> Change:
        return Change("changed", _("Something that this page cannot name"), path)


def _raw(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("slug", value))
    return ", ".join(value) if isinstance(value, list) else str(value)
