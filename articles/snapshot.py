"""
The snapshot: an article with all its parts as one plain value.

``take`` reads the draft's rows, ``write`` puts a snapshot back into them. The shape is that of
``articles/article.schema.json``, which documents every field::

    {"article": {...}, "people": {slug: {...}}, "images": {sha256: {"type", "width", "height"}}}

Two snapshots are equal exactly if readers would be shown the same article: no primary key is in them.
"""

from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Prefetch

from ldnportal.markup.sanitize import clean_section

SCHEMA = 1

SECTION_FIELDS = ("key", "alias", "aspect", "heading", "body")
FIGURE_FIELDS = ("key", "after", "alt", "decorative", "caption", "credit")
CRITERION_FIELDS = ("key", "name", "help", "kind", "unit", "better")
TREATMENT_FIELDS = ("key", "name", "detail")
CELL_FIELDS = ("state", "verdict", "detail", "certainty")
FAQ_FIELDS = ("key", "question", "answer")
SOURCE_FIELDS = (
    "key",
    "kind",
    "authors",
    "title",
    "container",
    "year",
    "doi",
    "pmid",
    "url",
    "to_verify",
    "note",
)
PERSON_FIELDS = ("name", "qualification", "interests", "example")

Snapshot = dict[str, Any]


def _pick(row: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: getattr(row, field) for field in fields}


def _model(name: str):
    # articles.models.article calls this module: the models are looked up when they are there.
    return apps.get_model("articles", name)


def take(article: Any) -> Snapshot:
    """The draft as it stands in the database, in 11 queries whatever its size."""
    images: dict[str, dict[str, Any]] = {}

    def image(row: Any) -> str | None:
        if row is None:
            return None
        images[row.sha256] = {"type": row.type, "width": row.width, "height": row.height}
        return row.sha256

    authors = [authorship.person for authorship in article.authorships.select_related("person")]
    figures = Prefetch("figures", _model("Figure").objects.select_related("image"))
    topic = article.topic
    data = {
        "slug": article.slug,
        "title": article.title,
        "lede": article.lede,
        "topic": _pick(topic, ("slug", "name", "description")) if topic else None,
        "authors": [person.slug for person in authors],
        "cover": image(article.cover),
        "comments_open": article.comments_open,
        "comments_close_after": article.comments_close_after,
        "review_every_months": article.review_every_months,
        "sections": [
            {
                **_pick(section, SECTION_FIELDS),
                "comparison": section.comparison.key if section.comparison else None,
                "shows_faq": section.shows_faq,
                "figures": [
                    {**_pick(figure, FIGURE_FIELDS), "image": image(figure.image)}
                    for figure in section.figures.all()
                ],
            }
            for section in article.sections.select_related("comparison").prefetch_related(figures)
        ],
        "comparisons": [_take_comparison(each) for each in _comparisons(article)],
        "faq": [_pick(entry, FAQ_FIELDS) for entry in article.faq.all()],
        "sources": [
            {
                **_pick(source, SOURCE_FIELDS),
                "read_on": source.read_on.isoformat() if source.read_on else None,
            }
            for source in article.sources.all()
        ],
    }
    return {
        "article": data,
        "people": {person.slug: _pick(person, PERSON_FIELDS) for person in authors},
        "images": dict(sorted(images.items())),
    }


def _comparisons(article: Any):
    cells = Prefetch("cells", _model("Cell").objects.select_related("criterion").prefetch_related("sources"))
    treatments = Prefetch("treatments", _model("Treatment").objects.prefetch_related(cells))
    return article.comparisons.prefetch_related("criteria", treatments)


def _take_comparison(comparison: Any) -> dict[str, Any]:
    return {
        **_pick(comparison, ("key", "caption", "summary")),
        "criteria": [_pick(criterion, CRITERION_FIELDS) for criterion in comparison.criteria.all()],
        "treatments": [
            {
                **_pick(treatment, TREATMENT_FIELDS),
                "cells": [
                    {
                        "criterion": cell.criterion.key,
                        **_pick(cell, CELL_FIELDS),
                        # As text: JSON has binary floats only, and 0.1 mg must stay 0.1 mg.
                        "value": None if cell.value is None else f"{cell.value.normalize():f}",
                        "sources": [source.key for source in cell.sources.all()],
                    }
                    for cell in sorted(
                        treatment.cells.all(), key=lambda cell: (cell.criterion.position, cell.criterion.pk)
                    )
                ],
            }
            for treatment in comparison.treatments.all()
        ],
    }


@transaction.atomic
def write(article: Any, data: Snapshot) -> None:
    """
    Makes the draft's rows equal to the snapshot: ``take(article) == data`` afterwards.

    ``data`` has been validated (``articles.exchange``); its people and images exist. Parts are matched by
    key, so what stays keeps its row.
    """
    wanted = data["article"]
    topic = wanted["topic"]
    if topic:
        article.topic, _created = _model("Topic").objects.get_or_create(
            slug=topic["slug"], defaults={"name": topic["name"], "description": topic["description"]}
        )
    else:
        article.topic = None
    images = {image.sha256: image for image in _model("Image").objects.filter(sha256__in=data["images"])}
    article.slug, article.title, article.lede = wanted["slug"], wanted["title"], wanted["lede"]
    article.cover = images[wanted["cover"]] if wanted["cover"] else None
    article.comments_open = wanted["comments_open"]
    article.comments_close_after = wanted["comments_close_after"]
    article.review_every_months = wanted["review_every_months"]
    article.save()

    people = {person.slug: person for person in _model("Person").objects.filter(slug__in=wanted["authors"])}
    article.authorships.all().delete()
    for position, slug in enumerate(wanted["authors"]):
        article.authorships.create(person=people[slug], position=position)

    sources = _write_rows(article.sources, wanted["sources"], (*SOURCE_FIELDS, "read_on"))
    comparisons = _write_rows(article.comparisons, wanted["comparisons"], ("key", "caption", "summary"))
    for each in wanted["comparisons"]:
        _write_comparison(comparisons[each["key"]], each, sources)

    # One section at most shows the questions or has an anchor: free the places before others take them.
    article.sections.update(shows_faq=False, alias="")
    sections = _write_rows(
        article.sections,
        [
            {
                **each,
                "body": clean_section(each["body"]),
                "comparison": comparisons.get(each["comparison"]),
            }
            for each in wanted["sections"]
        ],
        (*SECTION_FIELDS, "comparison", "shows_faq"),
    )
    for each in wanted["sections"]:
        _write_rows(
            sections[each["key"]].figures,
            [{**figure, "image": images[figure["image"]]} for figure in each["figures"]],
            (*FIGURE_FIELDS, "image"),
        )
    _write_rows(
        article.faq, [{**each, "answer": clean_section(each["answer"])} for each in wanted["faq"]], FAQ_FIELDS
    )


def _write_rows(rows: Any, wanted: list[dict[str, Any]], fields: tuple[str, ...]) -> dict[str, Any]:
    """Creates, changes and deletes so that the rows are the wanted ones, in order. Returns them by key."""
    there = {row.key: row for row in rows.all()}
    gone = set(there) - {each["key"] for each in wanted}
    if gone:
        rows.filter(key__in=gone).delete()
    written = {}
    for position, each in enumerate(wanted):
        values = {"position": position, **{field: each[field] for field in fields}}
        row = there.get(each["key"])
        if row is None:
            row = rows.create(**values)
        else:
            for field, value in values.items():
                setattr(row, field, value)
            row.save(update_fields=list(values))
        written[each["key"]] = row
    return written


def _write_comparison(comparison: Any, wanted: dict[str, Any], sources: dict[str, Any]) -> None:
    criteria = _write_rows(comparison.criteria, wanted["criteria"], CRITERION_FIELDS)
    treatments = _write_rows(comparison.treatments, wanted["treatments"], TREATMENT_FIELDS)
    cells = _model("Cell").objects
    for each in wanted["treatments"]:
        for cell in each["cells"]:
            row, _created = cells.update_or_create(
                treatment=treatments[each["key"]],
                criterion=criteria[cell["criterion"]],
                defaults={**{field: cell[field] for field in CELL_FIELDS}, "value": cell["value"]},
            )
            row.sources.set(sources[key] for key in cell["sources"])
    comparison.complete_grid()
