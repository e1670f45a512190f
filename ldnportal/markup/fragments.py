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


def replace_in_text(html: str, pattern: re.Pattern[str], repl: Callable[[re.Match[str]], str]) -> str:
    """Sanitised HTML where each match of ``pattern`` in its text is replaced; tags are never touched.

    ``pattern`` sees each stretch of text between two tags, unescaped. ``repl`` returns trusted HTML, inserted as
    it is: escape what comes from users. The match may stand inside a link, where HTML forbids another link.
    """
    return "".join(
        piece if is_tag else _replace_in_one_text(piece, pattern, repl) for piece, is_tag in pieces(html)
    )


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


def _replace_in_one_text(escaped: str, pattern: re.Pattern[str], repl: Callable[[re.Match[str]], str]) -> str:
    text = html_lib.unescape(escaped)
    written, end = [], 0
    for match in pattern.finditer(text):
        written += [escape_text(text[end : match.start()]), repl(match)]
        end = match.end()
    if not written:
        return escaped
    return "".join([*written, escape_text(text[end:])])
