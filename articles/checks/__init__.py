"""
What is looked at before a text goes on: three tiers, as GOV.UK's content-publisher has them.

*Save* takes almost anything (the models' own rules). *Preview* asks for what a page cannot do without.
*Publish* asks for what a reader must not miss. Each finding names its place and the mend.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from articles.snapshot import Snapshot


@dataclass(frozen=True)
class Finding:
    """``place`` is a JSON pointer into the snapshot (RFC 6901), for example ``/article/sections/2/figures/0/alt``."""

    code: str
    place: str
    message: str


def for_preview(data: Snapshot) -> list[Finding]:
    return list(_essentials(data))


def for_publishing(data: Snapshot) -> list[Finding]:
    return [*_essentials(data), *_lede(data), *_alternatives(data), *_comparisons(data)]


def _essentials(data: Snapshot) -> Iterator[Finding]:
    article = data["article"]
    if not article["title"].strip():
        yield Finding("title-missing", "/article/title", _("The title is missing: write one."))
    if not article["sections"]:
        yield Finding("no-section", "/article/sections", _("There is no section: add at least one."))


def _lede(data: Snapshot) -> Iterator[Finding]:
    if not data["article"]["lede"].strip():
        yield Finding(
            "lede-missing",
            "/article/lede",
            _("The lede is missing: say in a few sentences what the article answers."),
        )


def _alternatives(data: Snapshot) -> Iterator[Finding]:
    for s, section in enumerate(data["article"]["sections"]):
        for f, figure in enumerate(section["figures"]):
            if not figure["decorative"] and not figure["alt"].strip():
                yield Finding(
                    "alt-missing",
                    f"/article/sections/{s}/figures/{f}/alt",
                    _(
                        "The figure %(number)d of «%(heading)s» has no alternative text: describe what it shows, "
                        "or tick «decorative»."
                    )
                    % {"number": f + 1, "heading": section["heading"]},
                )


def _comparisons(data: Snapshot) -> Iterator[Finding]:
    for c, comparison in enumerate(data["article"]["comparisons"]):
        criteria = {criterion["key"]: criterion["name"] for criterion in comparison["criteria"]}
        if not criteria or not comparison["treatments"]:
            yield Finding(
                "comparison-empty",
                f"/article/comparisons/{c}",
                _("The comparison «%(caption)s» is empty: add treatments and criteria, or delete it.")
                % {"caption": comparison["caption"]},
            )
        for t, treatment in enumerate(comparison["treatments"]):
            place = f"/article/comparisons/{c}/treatments/{t}/cells"
            states = {cell["criterion"]: cell["state"] for cell in treatment["cells"]}
            for key, name in criteria.items():
                if states.get(key, "to_complete") == "to_complete":
                    yield Finding(
                        "cell-to-complete",
                        place,
                        _(
                            "«%(treatment)s», «%(criterion)s» is to be completed: say what is known, or that nothing is."
                        )
                        % {"treatment": treatment["name"], "criterion": name},
                    )
