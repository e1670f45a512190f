"""From a finding's place to the field in the back office where it is mended."""

from typing import Any

from django.urls import reverse

from articles.models import Article
from articles.snapshot import Snapshot

# Where the parts of the article's form stand as a whole.
GROUPS = {
    "authors": "authorships-group",
    "sections": "sections-group",
    "faq": "faq-group",
    "comparisons": "comparisons-group",
    "sources": "sources-group",
}
# A row's own field when the place names none, or one that no form has.
FIRST_FIELD = {"sections": "heading", "faq": "question", "sources": "title"}
HIDDEN_FIELDS = {("sections", "key"): "alias", ("faq", "key"): "question"}


def place_url(article: Article, pointer: str, *, data: Snapshot | None = None) -> str:
    """
    The page with its ``#field``; ``pointer`` counts the parts as the snapshot does.

    ``data`` is the snapshot that was examined, if it may no longer be the draft: its rows are then found by their
    keys, and what is gone leads to the article's form. Only comparisons (and ``data``) make queries, none if
    ``comparisons__treatments``, ``comparisons__criteria``, ``sections`` … are prefetched.
    """
    page = reverse("admin:articles_article_change", args=[article.pk])
    _root, top, *steps = pointer.split("/")
    if top == "reviews":
        return f"{page}#reviews"
    if not steps:
        return page
    part, *steps = steps
    if part not in GROUPS:
        return f"{page}#id_{part}"
    if not steps or part == "authors":
        return f"{page}#{GROUPS[part]}"
    number = int(steps[0])
    if data is not None or part == "comparisons":
        row = _row(getattr(article, part), number, data and data["article"][part])
        if row is None:
            return page
        number, found = row
        if part == "comparisons":
            told = data and data["article"][part][int(steps[0])]
            return _comparison_url(found, steps[1:], told)
    return f"{page}#id_{part}-{number}-{_field(part, steps[1:])}"


def _field(part: str, steps: list[str]) -> str:
    match steps:
        case []:
            return FIRST_FIELD[part]
        case ["figures", number, *rest]:
            return f"figures-{number}-{rest[0] if rest else 'alt'}"
        case [field, *_rest]:
            return HIDDEN_FIELDS.get((part, field), field)


def _comparison_url(comparison: Any, steps: list[str], told: dict[str, Any] | None) -> str:
    page = reverse("admin:articles_comparison_change", args=[comparison.pk])
    match steps:
        case []:
            return page
        case ["treatments" | "criteria"]:
            return f"{page}#grid"
        case ["treatments" | "criteria" as kind, number, *rest]:
            row = _row(getattr(comparison, kind), int(number), told and told[kind])
            if row is None:
                return page
            number, treatment = row
            if rest[:1] != ["cells"]:
                return f"{page}#id_{kind}-{number}-{rest[0] if rest else 'name'}"
            if len(rest) < 2:
                return f"{page}#grid"
            criterion = _row(comparison.criteria, int(rest[1]), told and told["criteria"])
            if criterion is None:
                return page
            return f"{page}#id_cell-{treatment.key}-{criterion[1].key}-state"
        case [field, *_rest]:
            return page if field == "key" else f"{page}#id_{field}"


def _row(rows: Any, number: int, told: list[dict[str, Any]] | None) -> tuple[int, Any] | None:
    """The row of the draft that the snapshot has as its ``number``th, with its number today; None if it is gone."""
    there = list(rows.all())
    if told is not None:
        key = told[number]["key"] if number < len(told) else None
        return next(((at, row) for at, row in enumerate(there) if row.key == key), None)
    return (number, there[number]) if number < len(there) else None
