"""
Random snapshots for property tests: valid ones with all their parts, and random edits of them.

Keys come from small pools, so that two independent snapshots share parts too.
"""

import json
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from articles import article_file
from articles.difference.shape import BLANK_CELL
from articles.models import Cell, Criterion, Source
from articles.snapshot import Snapshot
from ldnportal.markup.sanitize import clean_section

# What an article only refers to. The database holds exactly these, so that any snapshot can be written.
PEOPLE = {
    slug: {"name": name, "qualification": "Médecin", "interests": "", "example": slug == "ana"}
    for slug, name in (("ana", "Ana"), ("bob", "Bob Lebrun"), ("eve", "Ève"))
}
TOPICS = [
    {"slug": "anxiete", "name": "Anxiété", "description": "L’anxiété et ses traitements."},
    {"slug": "sommeil", "name": "Sommeil", "description": ""},
]
IMAGES = {
    digit * 64: {"type": "image/jpeg", "width": 600 + 10 * int(digit), "height": 400} for digit in "123"
}

WORDS = [
    "la",
    "dose",
    "de",
    "4,5 mg",
    "n’est",
    "pas",
    "étudiée",
    "chez",
    "l’adulte",
    "fin.",
    "A&B",
    "un\u00a0an",
]
SOURCE_KEYS = ["s1", "s2", "s3"]

texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)


def one_of(*values: Any):
    return st.sampled_from(values)


@st.composite
def inlines(draw) -> str:
    """Text with marks: links, emphasis, another language, citations, line breaks."""
    parts = []
    for _number in range(draw(st.integers(1, 4))):
        text = draw(names).replace("&", "&amp;")
        wrap = draw(
            one_of(
                "{}",
                "{}",
                "<strong>{}</strong>",
                "<em>{}</em>",
                "<em>{} <strong>fort</strong></em>",
                '<a href="https://a.example/">{}</a>',
                '<a href="https://b.example/">{}</a>',
                '<a href="https://b.example/" hreflang="en"><strong>{}</strong></a>',
                '<span lang="en">{}</span>',
                "{}<sub>2</sub>",
                "{}<sup>e</sup>",
                "{}<br>suite",
                "{} [@s1]",
                "{} [@s1; @s2]",
            )
        )
        parts.append(wrap.format(text))
    return " ".join(parts)


@st.composite
def blocks(draw) -> str:
    text = draw(inlines())
    kind = draw(one_of("p", "p", "p", "h3", "h4", "ul", "ol", "nested"))
    if kind == "nested":
        return f"<ul><li>{text}<ol><li>dedans</li><li>{draw(names)}</li></ol></li></ul>".replace("&", "&amp;")
    if kind in ("ul", "ol"):
        more = draw(st.lists(inlines(), max_size=2))
        return f"<{kind}>" + "".join(f"<li>{each}</li>" for each in [text, *more]) + f"</{kind}>"
    return f"<{kind}>{text}</{kind}>"


html = st.lists(blocks(), max_size=4).map("".join).map(clean_section)


@st.composite
def figures(draw) -> dict[str, Any]:
    decorative = draw(st.booleans())
    return {
        "key": "",
        "after": draw(one_of(None, 0, 1, 2)),
        "alt": "" if decorative else draw(texts),
        "decorative": decorative,
        "caption": draw(texts),
        "credit": draw(texts),
        "image": draw(st.sampled_from(sorted(IMAGES))),
    }


@st.composite
def sections(draw) -> dict[str, Any]:
    return {
        "key": "",
        "alias": draw(one_of("", "", "dose", "effets", "risques")),
        "aspect": draw(one_of("", "OverviewHealthAspect", "SafetyHealthAspect")),
        "heading": draw(names),
        "body": draw(html),
        "comparison": draw(one_of(None, None, "c1", "c2")),
        "shows_faq": draw(st.booleans()),
        "figures": draw(keyed(figures(), ["f1", "f2", "f3"])),
    }


@st.composite
def cells(draw) -> dict[str, Any]:
    state = draw(st.sampled_from(Cell.State.values))
    says = state in ("given", "disputed")
    cell = {
        "criterion": "",
        "state": state,
        "verdict": draw(st.sampled_from(Cell.Verdict.values)) if says else "",
        "detail": draw(texts),
        "certainty": draw(st.sampled_from(Cell.Certainty.values)),
        "value": draw(one_of(None, "0", "4.5", "-2", "100")) if says else None,
        "sources": draw(st.lists(st.sampled_from(SOURCE_KEYS), max_size=2, unique=True)),
    }
    if state == "given" and not (cell["verdict"] or cell["detail"] or cell["value"]):
        cell["detail"] = "donnée"
    return cell


@st.composite
def criteria(draw) -> dict[str, Any]:
    return {
        "key": "",
        "name": draw(names),
        "help": draw(texts),
        "kind": draw(st.sampled_from(Criterion.Kind.values)),
        "unit": draw(one_of("", "mg", "%")),
        "better": draw(st.sampled_from(Criterion.Better.values)),
    }


@st.composite
def treatments(draw) -> dict[str, Any]:
    filled = st.dictionaries(st.sampled_from(["k1", "k2", "k3"]), cells())
    return {"key": "", "name": draw(names), "detail": draw(texts), "cells": draw(filled)}


@st.composite
def comparisons(draw) -> dict[str, Any]:
    return {
        "key": "",
        "caption": draw(names),
        "summary": draw(texts),
        "criteria": draw(keyed(criteria(), ["k1", "k2", "k3"])),
        "treatments": draw(keyed(treatments(), ["t1", "t2", "t3"])),
    }


@st.composite
def questions(draw) -> dict[str, Any]:
    return {"key": "", "question": draw(names), "answer": draw(html)}


@st.composite
def sources(draw) -> dict[str, Any]:
    return {
        "key": "",
        "kind": draw(st.sampled_from(Source.Kind.values)),
        "authors": draw(texts),
        "title": draw(texts),
        "container": draw(texts),
        "year": draw(one_of(None, 1984, 2021)),
        "doi": draw(one_of("", "10.1000/182")),
        "pmid": draw(one_of("", "123")),
        "url": draw(one_of("", "https://a.example/x")),
        "to_verify": draw(st.booleans()),
        "note": draw(texts),
        "read_on": draw(one_of(None, "2026-01-31")),
    }


def keyed(part, keys: list[str]):
    """A list of such parts with different keys, in any order."""

    def with_keys(drawn):
        chosen, parts = drawn
        return [{**each, "key": key} for key, each in zip(chosen, parts, strict=False)]

    chosen = st.lists(st.sampled_from(keys), unique=True, max_size=len(keys))
    return st.tuples(chosen, st.lists(part, min_size=len(keys), max_size=len(keys))).map(with_keys)


FIELDS = {
    "slug": one_of("un-article", "autre-adresse"),
    "title": names,
    "lede": texts,
    "topic": one_of(None, *TOPICS),
    "authors": st.lists(st.sampled_from(sorted(PEOPLE)), unique=True),
    "cover": one_of(None, *sorted(IMAGES)),
    "comments_open": st.booleans(),
    "comments_close_after": one_of(None, 0, 30),
    "review_every_months": one_of(6, 12),
}
LISTS = {
    "sections": (sections(), ["a1", "a2", "a3", "a4"]),
    "comparisons": (comparisons(), ["c1", "c2"]),
    "faq": (questions(), ["q1", "q2", "q3"]),
    "sources": (sources(), SOURCE_KEYS),
}


@st.composite
def snapshots(draw) -> Snapshot:
    article = {name: draw(values) for name, values in FIELDS.items()}
    article |= {name: draw(keyed(part, keys)) for name, (part, keys) in LISTS.items()}
    return mended(article)


@st.composite
def edits(draw, data: Snapshot, at_most: int = 5) -> Snapshot:
    """The snapshot after some edits, each of one value or of one part of a list at any depth."""
    article = deepcopy(data["article"])
    for comparison in article["comparisons"]:
        for treatment in comparison["treatments"]:
            treatment["cells"] = {cell["criterion"]: cell for cell in treatment["cells"]}
    for _number in range(draw(st.integers(0, at_most))):
        name = draw(st.sampled_from([*FIELDS, *list(LISTS) * 4]))
        if name in FIELDS:
            article[name] = draw(FIELDS[name])
        else:
            draw(_edit_of_list(article[name], *LISTS[name]))
    return mended(article)


@st.composite
def _edit_of_list(draw, parts: list[dict[str, Any]], part, keys: list[str]) -> None:
    free = [key for key in keys if key not in {each["key"] for each in parts}]
    kind = draw(one_of("add", "remove", "move", "change", "change", "change"))
    if kind == "add" and free:
        parts.insert(draw(st.integers(0, len(parts))), {**draw(part), "key": draw(st.sampled_from(free))})
    if not parts:
        return
    index = draw(st.integers(0, len(parts) - 1))
    if kind == "remove":
        del parts[index]
    elif kind == "move":
        parts.insert(draw(st.integers(0, len(parts) - 1)), parts.pop(index))
    elif kind == "change":
        chosen, other = parts[index], draw(part)
        name = draw(st.sampled_from([each for each in sorted(other) if each != "key"]))
        inner = {
            "figures": (figures(), ["f1", "f2", "f3"]),
            "criteria": (criteria(), ["k1", "k2", "k3"]),
            "treatments": (treatments(), ["t1", "t2", "t3"]),
        }
        if name in inner:
            draw(_edit_of_list(chosen[name], *inner[name]))
        elif name == "cells":
            chosen["cells"] |= other["cells"]
        elif name in ("alt", "decorative"):
            chosen |= {"alt": other["alt"], "decorative": other["decorative"]}
        else:
            chosen[name] = other[name]


def mended(article: dict[str, Any]) -> Snapshot:
    """The snapshot of an article whose parts were drawn apart from one another; its grids are dicts by criterion."""
    article = deepcopy(article)
    sources = [source["key"] for source in article["sources"]]
    comparisons = {comparison["key"] for comparison in article["comparisons"]}
    aliases, faq_shown = set(), False
    for section in article["sections"]:
        if section["comparison"] not in comparisons:
            section["comparison"] = None
        section["shows_faq"] = section["shows_faq"] and not faq_shown and section["comparison"] is None
        faq_shown = faq_shown or section["shows_faq"]
        if section["alias"] in aliases:
            section["alias"] = ""
        aliases.add(section["alias"])
    for comparison in article["comparisons"]:
        for treatment in comparison["treatments"]:
            grid = treatment["cells"]
            treatment["cells"] = [
                {**BLANK_CELL, **grid.get(criterion["key"], {}), "criterion": criterion["key"]}
                for criterion in comparison["criteria"]
            ]
            for cell in treatment["cells"]:
                cell["sources"] = [key for key in sources if key in cell["sources"]]
    used = {figure["image"] for section in article["sections"] for figure in section["figures"]}
    used |= {article["cover"]} - {None}
    return {
        "article": article,
        "people": {slug: PEOPLE[slug] for slug in article["authors"]},
        "images": {sha256: IMAGES[sha256] for sha256 in sorted(used)},
    }


def assert_valid(data: Snapshot) -> None:
    """It could be written: the rules of the file of an article hold, and nobody and nothing is listed in vain."""
    article = data["article"]
    document = {
        "format": article_file.FORMAT,
        "schema": 1,
        "article": article,
        "people": [{"slug": slug, **person} for slug, person in data["people"].items()],
        "images": [
            {"sha256": sha256, "type": image["type"], "data": "AAAA"}
            for sha256, image in data["images"].items()
        ],
        "publication": None,
    }
    article_file.read(json.dumps(document).encode())
    used = {figure["image"] for section in article["sections"] for figure in section["figures"]}
    assert set(data["images"]) == used | ({article["cover"]} - {None})
    assert list(data["people"]) == article["authors"]
