"""Title, sections, headings and anchors."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from articles import rendering
from articles.checks.findings import Finding, Surroundings, advice
from articles.checks.texts import section_name, texts
from articles.snapshot import Snapshot
from ldnportal.markup.fragments import TAG, pieces, tag_name


def title(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """RGAA 8.5 and 8.6: a page has a title that says what it is about."""
    if not data["article"]["title"].strip():
        yield Finding("title-missing", "/article/title", _("The title is missing: write one."))


def lede(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """HAS 2008: the main message comes first."""
    if not data["article"]["lede"].strip():
        yield Finding(
            "lede-missing",
            "/article/lede",
            _("The lede is missing: say in a few sentences what the article answers."),
        )


def sections(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """A page without a section has nothing to read."""
    if not data["article"]["sections"]:
        yield Finding("no-section", "/article/sections", _("There is no section: add at least one."))


def empty_headings(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """RGAA 9.1, axe empty-heading: whoever jumps from heading to heading hears nothing."""
    for s, section in enumerate(data["article"]["sections"]):
        if not section["heading"].strip():
            yield Finding(
                "heading-empty",
                f"/article/sections/{s}/heading",
                _("Section %(number)d has no heading: write one.") % {"number": s + 1},
            )
    for f, entry in enumerate(data["article"]["faq"]):
        if not entry["question"].strip():
            yield Finding(
                "heading-empty",
                f"/article/faq/{f}/question",
                _("Question %(number)d is empty: write it, or delete the entry.") % {"number": f + 1},
            )
    for text in texts(data):
        for inner in _headings(text.html):
            if not TAG.sub("", inner[1]).strip():
                yield Finding(
                    "heading-empty",
                    text.place,
                    _("In «%(where)s», an intermediate heading is empty: write it, or delete it.")
                    % {"where": text.where},
                )


def skipped_levels(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """RGAA 9.1, axe heading-order: h3 below a section's h2, h4 below h3. A question is an h3 itself."""
    for text in texts(data):
        above = text.level
        for name, inner in _headings(text.html):
            level = int(name[1])
            if level > above + 1:
                yield Finding(
                    "heading-skipped",
                    text.place,
                    _(
                        "In «%(where)s», the heading «%(heading)s» skips a level: make it one level higher, "
                        "or put a heading of the level between before it."
                    )
                    % {"where": text.where, "heading": TAG.sub("", inner).strip()},
                )
            above = level


def anchors_once(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """RGAA 8.2, HTML: an id stands once on a page; a link to a double one leads to the first."""
    article = data["article"]
    seen: set[str] = set()
    for s, section in enumerate(article["sections"]):
        ids = {rendering.anchor_of(section), f"s-{section['key']}"}
        if ids & seen:
            field = "alias" if section["alias"] else "key"
            yield _twice(f"/article/sections/{s}/{field}", section[field], section_name(s, section))
        seen |= ids
    for part, field in (("comparisons", "caption"), ("faq", "question"), ("sources", "title")):
        keys: set[str] = set()
        for number, row in enumerate(article[part]):
            if row["key"] in keys:
                yield _twice(f"/article/{part}/{number}/key", row["key"], row[field] or row["key"])
            keys.add(row["key"])
    shown: set[str] = set()
    for s, section in enumerate(article["sections"]):
        key = section["comparison"]
        if key and key in shown:
            yield Finding(
                "comparison-shown-twice",
                f"/article/sections/{s}/comparison",
                _(
                    "«%(where)s» shows a comparison that an earlier section shows already: show it once, and link "
                    "to it from here."
                )
                % {"where": section_name(s, section)},
            )
        shown.add(key)


def hidden_parts(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """What was written and stands nowhere on the page was probably forgotten."""
    article = data["article"]
    shown = {section["comparison"] for section in article["sections"]}
    for c, comparison in enumerate(article["comparisons"]):
        if comparison["key"] not in shown:
            yield advice(
                "comparison-not-shown",
                f"/article/comparisons/{c}",
                _(
                    "No section shows the comparison «%(caption)s»: choose it in a section, or readers do not see it."
                )
                % {"caption": comparison["caption"]},
            )
    if article["faq"] and not any(section["shows_faq"] for section in article["sections"]):
        yield advice(
            "faq-not-shown",
            "/article/faq",
            _("No section shows the questions and answers: tick the box in one, or readers do not see them."),
        )


def _twice(place: str, key: str, where: str) -> Finding:
    return Finding(
        "anchor-twice",
        place,
        _("The anchor «%(anchor)s» of «%(where)s» is used twice: give this one another.")
        % {"anchor": key, "where": where},
    )


def _headings(html: str) -> Iterator[tuple[str, str]]:
    """``("h3", its inner HTML)`` for each heading of a text."""
    name, inner = "", ""
    for piece, is_tag in pieces(html):
        if is_tag and tag_name(piece) in {"h3", "h4"}:
            if piece.startswith("</"):
                yield name, inner
                name = ""
            else:
                name, inner = tag_name(piece), ""
        elif name:
            inner += piece
