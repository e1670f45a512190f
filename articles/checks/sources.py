"""Sources: the marks lead to one, and their dates are possible."""

import re
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from articles.checks.findings import Finding, Surroundings
from articles.checks.texts import MARK, texts
from articles.snapshot import Snapshot
from ldnportal.markup.fragments import SOURCE_MARK, mark_keys
from ldnportal.markup.sanitize import plain_text


def unknown_marks(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """HONcode 4: a mark that leads to no source vanishes from the page, and the claim stands bare."""
    known = {source["key"] for source in data["article"]["sources"]}
    for text in texts(data):
        for mark in re.finditer(MARK, plain_text(text.html)):
            well_formed = SOURCE_MARK.fullmatch(mark[0])
            keys = mark_keys(well_formed) if well_formed else [mark[0].strip("[@]").strip()]
            for key in keys:
                if not well_formed or key not in known:
                    yield Finding(
                        "mark-unknown",
                        text.place,
                        _(
                            "In «%(where)s», the mark «@%(key)s» names no source of this article: choose one from "
                            "the list, or add it."
                        )
                        % {"where": text.where, "key": key},
                    )
    for c, comparison in enumerate(data["article"]["comparisons"]):
        for t, treatment in enumerate(comparison["treatments"]):
            for number, cell in enumerate(treatment["cells"]):
                for key in cell["sources"]:
                    if key not in known:
                        yield Finding(
                            "mark-unknown",
                            f"/article/comparisons/{c}/treatments/{t}/cells/{number}",
                            _(
                                "In «%(where)s», the mark «@%(key)s» names no source of this article: choose one from "
                                "the list, or add it."
                            )
                            % {"where": f"{comparison['caption']}, {treatment['name']}", "key": key},
                        )


def dates(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """HONcode 4: a source has appeared before it is read, and is read before it is cited."""
    for number, source in enumerate(data["article"]["sources"]):
        place = f"/article/sources/{number}"
        named = {"source": source["title"] or source["note"] or source["key"], "year": source["year"]}
        read_on = date.fromisoformat(source["read_on"]) if source["read_on"] else None
        if source["year"] and source["year"] > around.today.year:
            yield Finding(
                "source-year-in-future",
                f"{place}/year",
                _("The source «%(source)s» is of %(year)d, which is still to come: correct the year.")
                % named,
            )
        elif read_on and read_on > around.today:
            yield Finding(
                "source-read-in-future",
                f"{place}/read_on",
                _("The source «%(source)s» is said to be read on a day still to come: correct the date.")
                % named,
            )
        elif read_on and source["year"] and read_on.year < source["year"]:
            yield Finding(
                "source-read-before-year",
                f"{place}/read_on",
                _("The source «%(source)s» was read before it appeared in %(year)d: correct one of the two.")
                % named,
            )
