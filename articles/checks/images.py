"""Alternative texts (RGAA 1.1 to 1.3, WCAG 1.1.1). A decorative image has none, and is not looked at."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from articles.checks.findings import Finding, Surroundings
from articles.checks.texts import normal, section_name
from articles.snapshot import Snapshot

ALT_MAX_CHARACTERS = 150

_KIND = (
    r"images?|photos?|photographies?|illustrations?|figures?|dessins?|schémas?|graphiques?|diagrammes?|pictures?"
    r"|visuels?|captures?(?: d'écran)?|screenshots?|infographies?|logos?|sans titre|untitled|alt|à compléter|todo"
)
_SAYS_NOTHING = re.compile(rf"(?:une? |l'|la |le |cette )?(?:{_KIND})(?: n[°o])?(?: ?\d+)?")
_FILE_NAME = re.compile(
    r"\S+\.(?:jpe?g|png|webp|avif|gif|svg|bmp|tiff?|heic)|(?:img|dsc[nf]?|pxl|screenshot|image|photo)[-_]?[\d_-]+",
    re.IGNORECASE,
)


def missing(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """RGAA 1.1: each image that says something has an alternative text."""
    for place, figure, where in _figures(data):
        if not figure["alt"].strip():
            yield Finding(
                "alt-missing",
                place,
                _(
                    "The figure %(number)d of «%(heading)s» has no alternative text: describe what it shows, "
                    "or tick «decorative»."
                )
                % where,
            )


def says_nothing(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """RGAA 1.3: the alternative text says what is seen; «image» or a file name does not."""
    for place, figure, where in _figures(data):
        alt = normal(figure["alt"])
        if alt and (_SAYS_NOTHING.fullmatch(alt) or _FILE_NAME.fullmatch(alt)):
            yield Finding(
                "alt-says-nothing",
                place,
                _(
                    "The alternative text of the figure %(number)d of «%(heading)s», «%(alt)s», does not say what is "
                    "seen: describe it."
                )
                % {**where, "alt": figure["alt"].strip()},
            )


def repeats_caption(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """RGAA 1.3: a caption that is heard twice hides what is seen."""
    for place, figure, where in _figures(data):
        alt = normal(figure["alt"])
        if alt and alt == normal(figure["caption"]):
            yield Finding(
                "alt-repeats-caption",
                place,
                _(
                    "The alternative text of the figure %(number)d of «%(heading)s» repeats its caption: describe "
                    "what is seen instead."
                )
                % where,
            )


def too_long(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """RGAA 1.3.9: an alternative text is short; what is longer belongs into the text beside the image."""
    for place, figure, where in _figures(data):
        length = len(figure["alt"].strip())
        if length > ALT_MAX_CHARACTERS:
            yield Finding(
                "alt-too-long",
                place,
                _(
                    "The alternative text of the figure %(number)d of «%(heading)s» has %(length)d characters: keep "
                    "%(limit)d at most, and say the rest in the text."
                )
                % {**where, "length": length, "limit": ALT_MAX_CHARACTERS},
            )


def _figures(data: Snapshot) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """The place of each alternative text that is asked for, its figure, and the words that name it."""
    for s, section in enumerate(data["article"]["sections"]):
        for f, figure in enumerate(section["figures"]):
            if not figure["decorative"]:
                place = f"/article/sections/{s}/figures/{f}/alt"
                yield place, figure, {"number": f + 1, "heading": section_name(s, section)}
