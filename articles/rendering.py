"""
From a snapshot to the HTML of an article's body: the same for preview, publication and any later version.

Pure: everything comes from the snapshot, nothing from the database, so an old version can be rendered again.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles import imaging
from articles.snapshot import Snapshot
from ldnportal.markup.fragments import blocks, replace_source_marks
from ldnportal.markup.typography import typeset_html, typeset_text

# Moves on when the template or this module writes something else for the same snapshot.
RENDERER_VERSION = 2


@dataclass
class Citations:
    """Numbers sources by first use and remembers every place that cites them, for the links back."""

    sources: dict[str, dict[str, Any]]
    numbers: dict[str, int] = field(default_factory=dict)
    uses: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def cite(self, keys: list[str]) -> SafeString:
        """The marks for these sources; a key that no source has leaves no mark."""
        known = [key for key in keys if key in self.sources]
        return format_html_join("", "{}", ((self._mark(key),) for key in known))

    def _mark(self, key: str) -> SafeString:
        number = self.numbers.setdefault(key, len(self.numbers) + 1)
        anchor = f"appel-{key}-{len(self.uses[key]) + 1}"
        self.uses[key].append(anchor)
        return format_html(
            '<sup class="citation"><a href="#source-{}" id="{}" aria-label="{}">[{}]</a></sup>',
            key,
            anchor,
            _("Source %(number)d") % {"number": number},
            number,
        )

    def in_text(self, html: str) -> SafeString:
        """French typography, then the source marks; both in text only."""
        return mark_safe(replace_source_marks(typeset_html(html), self.cite))

    def listed(self) -> list[dict[str, Any]]:
        """The sources in the order of their numbers, those that nothing cites at the end."""
        cited = sorted(self.numbers, key=self.numbers.__getitem__)
        rest = [key for key in self.sources if key not in self.numbers]
        return [{**self.sources[key], "uses": self.uses.get(key, [])} for key in [*cited, *rest]]


def anchor_of(section: dict[str, Any]) -> str:
    """Where links to a section lead; prefixed, so that no heading can take an id that the page itself uses."""
    return f"partie-{section['alias'] or section['key']}"


def contents(data: Snapshot) -> list[dict[str, str]]:
    return [
        {"anchor": anchor_of(section), "heading": typeset_text(section["heading"])}
        for section in data["article"]["sections"]
    ]


def render_body(data: Snapshot) -> str:
    """The sections with their figures, comparison and questions, then the sources."""
    article = data["article"]
    citations = Citations({source["key"]: source for source in article["sources"]})
    comparisons = {comparison["key"]: comparison for comparison in article["comparisons"]}
    sections = []
    # In reading order, since sources are numbered by first use.
    for section in article["sections"]:
        parts = _body_parts(section, data, citations)
        comparison = comparisons.get(section["comparison"])
        sections.append(
            {
                "id": f"s-{section['key']}",
                "anchor": anchor_of(section),
                "heading": typeset_text(section["heading"]),
                "parts": parts,
                "comparison": _comparison(comparison, citations) if comparison else None,
                "faq": _faq(article["faq"], citations) if section["shows_faq"] else None,
            }
        )
    context = {"sections": sections, "sources": citations.listed()}
    return render_to_string("articles/_body.html", context).strip()


def _body_parts(section: dict[str, Any], data: Snapshot, citations: Citations) -> list[dict[str, Any]]:
    """The section's blocks with its figures in their places: each part has ``html`` or ``figure``."""
    texts = blocks(section["body"])
    waiting = defaultdict(list)
    for figure in section["figures"]:
        place = len(texts) if figure["after"] is None else min(figure["after"], len(texts))
        waiting[place].append(picture(figure, data))
    parts: list[dict[str, Any]] = [{"figure": figure} for figure in waiting[0]]
    for place, text in enumerate(texts, start=1):
        parts.append({"html": citations.in_text(text)})
        parts.extend({"figure": figure} for figure in waiting[place])
    return parts


def picture(figure: dict[str, Any], data: Snapshot) -> dict[str, Any]:
    """What ``<picture>`` needs: candidates per type, the fallback, its size."""
    sha256 = figure["image"]
    image = data["images"][sha256]
    widths = imaging.rendition_widths(image["width"])
    fallback = imaging.EXTENSIONS[image["type"]]

    def url(width: int, extension: str) -> str:
        return f"{settings.MEDIA_URL}images/{imaging.rendition_name(sha256, width, extension)}"

    def srcset(extension: str) -> str:
        return ", ".join(f"{url(width, extension)} {width}w" for width in widths)

    shown = widths[-1]
    return {
        "alt": typeset_text(figure["alt"]),
        "caption": typeset_text(figure["caption"]),
        "credit": typeset_text(figure["credit"]),
        "avif": srcset("avif"),
        "webp": srcset("webp"),
        "fallback": srcset(fallback),
        "src": url(min(widths, key=lambda width: abs(width - 800)), fallback),
        "width": shown,
        "height": round(image["height"] * shown / image["width"]),
    }


def _comparison(comparison: dict[str, Any], citations: Citations) -> dict[str, Any]:
    criteria = {criterion["key"]: criterion for criterion in comparison["criteria"]}
    return {
        "id": f"comparaison-{comparison['key']}",
        "caption": typeset_text(comparison["caption"]),
        "summary": typeset_text(comparison["summary"]),
        "criteria": [
            {"name": typeset_text(criterion["name"]), "help": typeset_text(criterion["help"])}
            for criterion in criteria.values()
        ],
        "treatments": [
            {
                "name": typeset_text(treatment["name"]),
                "detail": typeset_text(treatment["detail"]),
                "cells": [_cell(cell, criteria[cell["criterion"]], citations) for cell in treatment["cells"]],
            }
            for treatment in comparison["treatments"]
        ],
    }


def _cell(cell: dict[str, Any], criterion: dict[str, Any], citations: Citations) -> dict[str, Any]:
    value = ""
    if cell["value"] is not None:
        value = typeset_text(f"{cell['value'].replace('.', ',')} {criterion['unit']}".strip())
    return {
        "criterion": typeset_text(criterion["name"]),
        "state": cell["state"],
        "verdict": cell["verdict"],
        "value": value,
        "detail": typeset_text(cell["detail"]),
        "certainty": cell["certainty"],
        "marks": citations.cite(cell["sources"]),
    }


def _faq(entries: list[dict[str, Any]], citations: Citations) -> list[dict[str, Any]]:
    return [
        {
            "id": f"faq-{entry['key']}",
            "question": typeset_text(entry["question"]),
            "answer": citations.in_text(entry["answer"]),
        }
        for entry in entries
    ]
