"""Small tools over HTML that ``ldnportal.markup.sanitize`` has written.

They rest on one promise of the sanitiser, which a property test holds: no text and no attribute value contains
a raw ``<`` or ``>``. Splitting at ``TAG`` is then exact, and no parser is needed at render time. Never hand them
any other HTML.
"""

import html as html_lib
import re
from collections.abc import Callable, Iterator

TAG = re.compile(r"<[^>]*>")

# Elements without an end tag that sanitised HTML may hold.
VOID_ELEMENTS = frozenset({"br"})

_KEY = r"[a-z0-9][a-z0-9-]{0,39}"
_BETWEEN_KEYS = r"[ \u00a0]?;[ \u00a0]?"

# [@smith2021] or [@smith2021; @jones2023]: a reference to sources of the article, by their keys.
SOURCE_MARK = re.compile(rf"\[@{_KEY}(?:{_BETWEEN_KEYS}@{_KEY})*\]")


def tag_name(tag: str) -> str:
    """The lower-case name of ``<a href="…">`` or ``</a>``: ``a``."""
    return tag.strip("</>").split(None, 1)[0]


def pieces(html: str) -> Iterator[tuple[str, bool]]:
    """Each text and tag of sanitised HTML in order, as ``(piece, is it a tag)``; joined, they are ``html``."""
    end = 0
    for match in TAG.finditer(html):
        if match.start() > end:
            yield html[end : match.start()], False
        yield match[0], True
        end = match.end()
    if end < len(html):
        yield html[end:], False


def blocks(html: str) -> list[str]:
    """The top-level blocks (paragraphs, headings, lists) of sanitised HTML; joined, they are ``html``."""
    found, start, position, depth = [], 0, 0, 0
    for piece, is_tag in pieces(html):
        position += len(piece)
        if not is_tag or tag_name(piece) in VOID_ELEMENTS:
            continue
        depth += -1 if piece.startswith("</") else 1
        if depth == 0:
            found.append(html[start:position])
            start = position
    if start < len(html):
        found.append(html[start:])
    return found


def escape_text(text: str) -> str:
    """Text as it stands between tags: the sanitiser's own escaping, which leaves quotes alone."""
    return html_lib.escape(text, quote=False)


def escape_attribute(value: str) -> str:
    """A value as it stands between the double quotes of an attribute."""
    return escape_text(value).replace('"', "&quot;")


def replace_source_marks(html: str, repl: Callable[[list[str]], str]) -> str:
    """Sanitised HTML where each source mark is replaced by ``repl(keys)``; tags are never touched.

    ``repl`` returns trusted HTML, inserted as it is. Since that holds links, and HTML forbids a link inside a link,
    what replaces the marks of a link's text follows the link; a link of marks alone is left out.
    """
    written: list[str] = []
    # Of the open link: where its tag stands in ``written``, and what will follow it.
    link: int | None = None
    waiting: list[str] = []
    for piece, is_tag in pieces(html):
        if not is_tag:
            text, replacements = _take_marks(piece, repl, in_link=link is not None)
            written.append(text)
            waiting += replacements
            continue
        written.append(piece)
        if tag_name(piece) != "a":
            continue
        if not piece.startswith("</"):
            link = len(written) - 1
            continue
        if waiting and not TAG.sub("", "".join(written[link:])).strip(" \u00a0"):
            del written[-1], written[link]
        written += waiting
        link, waiting = None, []
    return "".join(written)


def source_marks(html: str) -> list[str]:
    """The keys of all source marks in order of appearance, a key once for each time that it is cited."""
    return [
        key
        for piece, is_tag in pieces(html)
        if not is_tag
        for match in SOURCE_MARK.finditer(piece)
        for key in mark_keys(match)
    ]


def mark_keys(match: re.Match[str]) -> list[str]:
    """The keys in one match of ``SOURCE_MARK``: ``[@a; @b]`` gives ``["a", "b"]``."""
    return re.findall(rf"@({_KEY})", match[0])


def _take_marks(escaped: str, repl: Callable[[list[str]], str], in_link: bool) -> tuple[str, list[str]]:
    """The text with its marks replaced; of a link, the text without them, and the replacements apart."""
    text = html_lib.unescape(escaped)
    written, replacements, end = [], [], 0
    for match in SOURCE_MARK.finditer(text):
        before = text[end : match.start()]
        written.append(escape_text(before.rstrip(" \u00a0") if in_link else before))
        replacements.append(repl(mark_keys(match)))
        if not in_link:
            written.append(replacements.pop())
        end = match.end()
    if not end:
        return escaped, []
    return "".join([*written, escape_text(text[end:])]), replacements
