"""
How a snapshot is built, as the difference and the merge walk through it, and how its values are said in words.

Parts are matched by key. The path of a value is made of names and keys, for example
``("sections", "93f33b1b", "body")``: it stays the same whatever moves around it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles import imaging
from articles.snapshot import Snapshot

Record = dict[str, Any]
Path = tuple[str, ...]


class Names:
    """What the references of one snapshot mean: sources, comparisons, criteria, people, images."""

    def __init__(self, data: Snapshot) -> None:
        article = data["article"]
        self.sources = {source["key"]: source_name(source) for source in article["sources"]}
        self.comparisons = {each["key"]: each["caption"] for each in article["comparisons"]}
        self.sections = {section["key"]: section["heading"] for section in article["sections"]}
        self.people = {slug: person["name"] for slug, person in data["people"].items()}
        self.images = data["images"]

    def image_url(self, sha256: str | None) -> str:
        """The smallest rendition of an image, "" for none."""
        image = self.images.get(sha256)
        if not image:
            return ""
        width = imaging.rendition_widths(image["width"])[0]
        name = imaging.rendition_name(sha256, width, imaging.EXTENSIONS[image["type"]])
        return f"{settings.MEDIA_URL}images/{name}"


def source_name(source: Record) -> str:
    return source["title"] or source["note"] or source["key"]


@dataclass(frozen=True)
class Shape:
    """
    One kind of record: the model whose fields it holds, its lists of parts by name, and its name for people.

    ``title(record, parents)``: the parents stand from the outermost to the nearest.
    """

    model: str
    title: Callable[[Record, tuple[Record, ...]], str]
    parts: dict[str, "Shape"] = field(default_factory=dict)
    key: str = "key"
    rich: frozenset[str] = frozenset()
    # Fields that only together are right or wrong: one of them is never merged without the others.
    together: tuple[str, ...] = ()
    # Cells stand in the order of the criteria, which is told there.
    ordered: bool = True

    def fields(self, *records: Record | None) -> list[str]:
        """The names of all values in these records, in their order; keys and parts are none."""
        names = dict.fromkeys(name for record in records if record for name in record)
        return [name for name in names if name != self.key and name not in self.parts]

    def label(self, name: str) -> str:
        found = self._field(name)
        return capfirst(str(found.verbose_name)) if found is not None else name

    def parts_label(self, name: str) -> str:
        return capfirst(str(apps.get_model("articles", self.parts[name].model)._meta.verbose_name_plural))

    def shown(self, name: str, value: Any, names: Names) -> str:
        """A value in words, "" for none."""
        if value is None or value == "" or value == []:
            return ""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        match (self.model, name):
            case ("Section", "comparison"):
                return names.comparisons.get(value, value)
            case ("Cell", "sources"):
                return " ; ".join(names.sources.get(key, key) for key in value)
            case ("Article", "authors"):
                return ", ".join(names.people.get(slug, slug) for slug in value)
            case ("Article", "topic"):
                return value["name"]
            case ("Article", "cover") | ("Figure", "image"):
                return value[:8]
        choices = dict(getattr(self._field(name), "flatchoices", ()))
        return str(choices.get(value, value))

    def _field(self, name: str) -> Any:
        try:
            return apps.get_model("articles", self.model)._meta.get_field(name)
        except FieldDoesNotExist:
            return None


def _section(section: Record, parents: tuple[Record, ...]) -> str:
    return _("Section «%(title)s»") % {"title": section["heading"]}


def _figure(figure: Record, parents: tuple[Record, ...]) -> str:
    return _("Figure «%(title)s» of the section «%(section)s»") % {
        "title": figure["caption"] or figure["alt"] or figure["key"],
        "section": parents[-1]["heading"],
    }


def _question(entry: Record, parents: tuple[Record, ...]) -> str:
    return _("Question «%(title)s»") % {"title": entry["question"]}


def _comparison(comparison: Record, parents: tuple[Record, ...]) -> str:
    return _("Comparison «%(title)s»") % {"title": comparison["caption"]}


def _criterion(criterion: Record, parents: tuple[Record, ...]) -> str:
    return _("Criterion «%(title)s»") % {"title": criterion["name"]}


def _treatment(treatment: Record, parents: tuple[Record, ...]) -> str:
    return _("Treatment «%(title)s»") % {"title": treatment["name"]}


def _cell(cell: Record, parents: tuple[Record, ...]) -> str:
    comparison, treatment = parents[-2:]
    names = {criterion["key"]: criterion["name"] for criterion in comparison["criteria"]}
    return _("Cell «%(treatment)s / %(criterion)s»") % {
        "treatment": treatment["name"],
        "criterion": names.get(cell["criterion"], cell["criterion"]),
    }


def _source(source: Record, parents: tuple[Record, ...]) -> str:
    return _("Source «%(title)s»") % {"title": source_name(source)}


FIGURE = Shape("Figure", _figure, together=("alt", "decorative"))
SECTION = Shape("Section", _section, {"figures": FIGURE}, rich=frozenset({"body"}))
CELL = Shape("Cell", _cell, key="criterion", together=("state", "verdict", "value", "detail"), ordered=False)
CRITERION = Shape("Criterion", _criterion)
TREATMENT = Shape("Treatment", _treatment, {"cells": CELL})
# The criteria first: what a cell is about is known before the cell is spoken of.
COMPARISON = Shape("Comparison", _comparison, {"criteria": CRITERION, "treatments": TREATMENT})
QUESTION = Shape("FaqEntry", _question, rich=frozenset({"answer"}))
SOURCE = Shape("Source", _source)
ARTICLE = Shape(
    "Article",
    lambda article, parents: _("Article"),
    {"sections": SECTION, "faq": QUESTION, "comparisons": COMPARISON, "sources": SOURCE},
)
PERSON = Shape(
    "Person", lambda person, parents: _("Person «%(name)s»") % {"name": person["name"]}, key="slug"
)
TOPIC = Shape("Topic", lambda topic, parents: topic["name"])

BLANK_CELL = {
    "state": "to_complete",
    "verdict": "",
    "detail": "",
    "certainty": "",
    "value": None,
    "sources": [],
}


def by_key(shape: Shape, records: Iterable[Record]) -> dict[str, Record]:
    return {record[shape.key]: record for record in records}


def is_blank(cell: Record) -> bool:
    return all(cell[name] == value for name, value in BLANK_CELL.items())
