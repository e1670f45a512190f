"""Links within texts: what they are called, and whether they lead somewhere on this site."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _

from articles import rendering
from articles.checks.findings import Finding, Surroundings
from articles.checks.texts import Text, links, normal, texts
from articles.snapshot import Snapshot

# Alone they say nothing; «lire la suite de l'étude» does.
_SAYS_NOTHING = frozenset(
    [
        *(
            "ici",
            "là",
            "cliquez ici",
            "cliquer ici",
            "clique ici",
            "cliquez",
            "cliquez sur ce lien",
            "par ici",
        ),
        *(
            "lien",
            "le lien",
            "ce lien",
            "un lien",
            "lien utile",
            "ce lien-ci",
            "suivez ce lien",
            "voir ce lien",
        ),
        *(
            "lire",
            "lire la suite",
            "lire plus",
            "la suite",
            "suite",
            "lire l'article",
            "l'article",
            "article",
        ),
        *(
            "en savoir plus",
            "savoir plus",
            "plus",
            "plus d'infos",
            "plus d'informations",
            "pour en savoir plus",
        ),
        *(
            "voir",
            "voir plus",
            "voir ici",
            "voir la page",
            "cette page",
            "la page",
            "page",
            "ce site",
            "le site",
        ),
        *(
            "site",
            "site web",
            "site internet",
            "document",
            "ce document",
            "télécharger",
            "téléchargement",
            "pdf",
        ),
        *("détails", "plus de détails", "source", "url", "click here", "here", "link", "read more", "more"),
    ]
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)

# What the article's page puts around its body (templates/articles/article_detail.html, comments/_thread.html).
PAGE_ANCHORS = frozenset(["contenu", "sommaire", "qui", "commentaires", "commentaires-titre"])


def says_nothing(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """RGAA 6.1, WCAG 2.4.4: whoever hears only the link still knows where it leads."""
    for text in texts(data):
        for link in links(text.html):
            if not normal(link.text):
                message = _(
                    "In «%(where)s», the link to %(target)s has no text: write where it leads, or remove it."
                )
            elif _ADDRESS.fullmatch(link.text):
                message = _(
                    "In «%(where)s», the link «%(text)s» shows a bare address: write the name of what it leads to."
                )
            elif normal(link.text) in _SAYS_NOTHING:
                message = _(
                    "In «%(where)s», the link «%(text)s» does not say where it leads: name its target."
                )
            else:
                continue
            yield Finding(
                "link-says-nothing",
                text.place,
                message % {"where": text.where, "text": link.text, "target": link.target},
            )


def same_text(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """RGAA 6.1, WCAG 2.4.9: in a list of the page's links, two with one name are expected to lead to one place."""
    targets: dict[str, set[str]] = {}
    for text in texts(data):
        for link in links(text.html):
            name = normal(link.text)
            if not name or name in _SAYS_NOTHING or _ADDRESS.fullmatch(link.text):
                continue
            known = targets.setdefault(name, set())
            if known and link.target not in known:
                yield Finding(
                    "link-text-twice",
                    text.place,
                    _(
                        "In «%(where)s», the link «%(text)s» has the same text as another one that leads elsewhere: "
                        "say what differs."
                    )
                    % {"where": text.where, "text": link.text},
                )
            known.add(link.target)


def lead_somewhere(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """RGAA 6.1: a link within the site leads to a page and an anchor that exist."""
    own, here = anchors(data), _own_address(data)
    for text, target in internal_links(data, around.home):
        path, _hash, fragment = target.partition("#")
        known = own if path in {"", here} else None
        if known is None and around.pages is not None:
            known = around.pages.get(path, frozenset())
            if path not in around.pages:
                yield Finding(
                    "link-to-nothing",
                    text.place,
                    _(
                        "In «%(where)s», the link to %(target)s leads to no page of this site: mend its address."
                    )
                    % {"where": text.where, "target": target},
                )
                continue
        if fragment and known is not None and fragment not in known:
            yield Finding(
                "link-to-nothing",
                text.place,
                _(
                    "In «%(where)s», the link to %(target)s leads to an anchor that does not exist: choose a section, "
                    "question, source or comparison that does."
                )
                % {"where": text.where, "target": target},
            )


def internal_links(data: Snapshot, home: str = "") -> Iterator[tuple[Text, str]]:
    """Each link to this site with the text that it stands in, as ``/path/#anchor`` or ``#anchor``."""
    for text in texts(data):
        for link in links(text.html):
            target = link.target
            if home and (target == home or target.startswith((f"{home}/", f"{home}#", f"{home}?"))):
                target = target.removeprefix(home) or "/"
            if target.startswith(("/", "#")):
                parts = urlsplit(target)
                fragment = f"#{unquote(parts.fragment)}" if parts.fragment else ""
                yield text, f"{unquote(parts.path)}{fragment}"


def external_links(data: Snapshot, home: str = "") -> Iterator[tuple[str, str, str, str]]:
    """``(place, where, link text, address)`` of each link that leads to another site, sources included."""
    for text in texts(data):
        for link in links(text.html):
            if link.target.lower().startswith(("http://", "https://")) and not _is_at(link.target, home):
                yield text.place, text.where, link.text, link.target
    for number, source in enumerate(data["article"]["sources"]):
        name = source["title"] or source["note"] or source["key"]
        place = f"/article/sources/{number}"
        if source["url"] and not _is_at(source["url"], home):
            yield f"{place}/url", _("Sources"), name, source["url"]
        if source["doi"]:
            yield f"{place}/doi", _("Sources"), name, f"https://doi.org/{source['doi']}"


def anchors(data: Snapshot) -> frozenset[str]:
    """What a ``#…`` may name on this article's page: the ids that ``articles.rendering`` and the page write."""
    article = data["article"]
    shown = {section["comparison"] for section in article["sections"]}
    found = set(PAGE_ANCHORS)
    for section in article["sections"]:
        found |= {rendering.anchor_of(section), f"s-{section['key']}"}
    found |= {f"comparaison-{each['key']}" for each in article["comparisons"] if each["key"] in shown}
    if any(section["shows_faq"] for section in article["sections"]):
        found |= {f"faq-{entry['key']}" for entry in article["faq"]}
    if article["sources"]:
        found |= {"sources", "sources-titre", *(f"source-{source['key']}" for source in article["sources"])}
    return frozenset(found)


def _own_address(data: Snapshot) -> str:
    slug = data["article"]["slug"]
    return reverse("articles:detail", args=[slug]) if slug else ""


def _is_at(target: str, home: str) -> bool:
    return bool(home) and (target == home or target.startswith(f"{home}/"))
