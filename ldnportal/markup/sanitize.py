"""Everything that turns what people wrote into HTML that a page may print. The one place that imports bleach.

``clean_section`` takes an editor's rich text, ``render_comment`` a reader's plain text. Both run on write, never
while a page is served. bleach decides what is HTML and what is allowed; what it lets through is then rebuilt as a
``Document`` and written out in its canonical form. So the result does not depend
on how broken the input was, cleaning twice changes nothing, and no parser can read it in another way.

bleach's upstream ended its maintenance in 2026. Its parser is quadratic on hostile input, hence the limits below;
its check of addresses lets ``tel:0899…`` and ``//evil.example`` pass, hence ``safe_href``.
"""

import html as html_lib
import re
import unicodedata
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bleach.html5lib_shim import (
    TAG_TOKEN_TYPE_CHARACTERS,
    BleachHTMLParser,
    BleachHTMLTokenizer,
)
from bleach.sanitizer import BleachSanitizerFilter, Cleaner

from ldnportal.markup.document import (
    BLOCK_TAGS,
    HTML_SPACE,
    INLINE_TAGS,
    MAX_NESTING,
    Document,
    MarkupTooDeep,
    refuse_deep,
)
from ldnportal.markup.fragments import TAG, escape_attribute, escape_text, tag_name

__all__ = [
    "ALLOWED_ATTRIBUTES",
    "ALLOWED_PROTOCOLS",
    "ALLOWED_TAGS",
    "COMMENT_LINK_REL",
    "COMMENT_MAX_CHARACTERS",
    "COMMENT_TAGS",
    "MAX_NESTING",
    "SANITIZER_VERSION",
    "SECTION_MAX_BYTES",
    "MarkupTooDeep",
    "MarkupTooLarge",
    "clean_section",
    "normalise_text",
    "plain_text",
    "render_comment",
    "safe_href",
]

# Raise when the output changes for any input: stored HTML of an older version is then cleaned anew.
SANITIZER_VERSION = 1

# About 800 words. Longer comments are not read, and the time to clean them stays in milliseconds.
COMMENT_MAX_CHARACTERS = 5000

# UTF-8. About 7,000 words: far above a section, far below what makes the parser slow. Also holds for the result.
SECTION_MAX_BYTES = 50_000

# On one tag. Word writes about 10; the parser compares each name with all others of its tag.
MAX_ATTRIBUTES = 50

# What browsers and servers handle without surprise.
HREF_MAX_CHARACTERS = 2000

ALLOWED_TAGS = BLOCK_TAGS | INLINE_TAGS

# In the order in which they are written. span exists for passages in another language only (RGAA 8.7).
ALLOWED_ATTRIBUTES = {"a": ("href", "hreflang", "lang"), "span": ("lang",)}

ALLOWED_PROTOCOLS = frozenset({"http", "https", "mailto"})

COMMENT_TAGS = frozenset({"p", "br", "a"})
COMMENT_LINK_REL = "ugc nofollow noopener"

_SYNONYMS = {"b": "strong", "i": "em"}

# Not kept, and neither is what they hold: it is code, or text that browsers do not show as text.
_VANISHING_TAGS = frozenset(
    {"iframe", "noembed", "noframes", "noscript", "script", "style", "template", "textarea", "title", "xmp"}
)

# fmt: off
# Not kept, but what they hold stands on its own: it becomes paragraphs.
_SEPARATING_TAGS = frozenset({
    "address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h5", "h6", "header", "hgroup", "hr", "main", "nav", "pre", "section",
    "summary",
})
# fmt: on

# Stripped while the input is read: as elements they would bring the parser's table rules.
_CELL_TAGS = frozenset(["caption", "option", "td", "th", "tr"])

_PARSED_TAGS = ALLOWED_TAGS | _SYNONYMS.keys() | _VANISHING_TAGS | _SEPARATING_TAGS

# A word ends here in plain text.
_SPACING_TAGS = BLOCK_TAGS | {"br"}

# C0 (but tab and newline), DEL and C1, lone surrogates; bidirectional overrides and isolates, which can show a
# dose in another order than it was written.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")

# Longer ones name no character, and Python refuses to read numbers of more than 4,300 digits.
_OVERLONG_CHARACTER_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")

_INVISIBLE_IN_ADDRESS = re.compile(
    r"[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ud800-\udfff]"
)
_REFUSED_IN_ADDRESS = re.compile(r'[<>"`\\]')

# A host is required, a user name refused: https://ansm.fr@evil.example goes to evil.example.
_SAFE_ADDRESS = re.compile(
    r"""https?://\w[\w.-]*(?::[0-9]{1,5})?(?:[/?\#].*)?
      | mailto:[^@?,;:/%&]+@[^@?,;:/%&]+
      | \#.+
      | /(?!/).*
    """,
    re.VERBOSE | re.IGNORECASE,
)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")

_TYPED_ADDRESS = re.compile(r"""(?<![\w@/])https?://[^\s<>"`\\«»“”]+""", re.IGNORECASE)


class MarkupTooLarge(ValueError):
    """The text is longer than its limit; nothing was cleaned."""


def clean_section(html: str) -> str:
    """An editor's HTML as canonical HTML of ``ALLOWED_TAGS`` and ``ALLOWED_ATTRIBUTES``; "" when no text is left.

    The result is a sequence of p, h3, h4, ul and ol. Raises ``MarkupTooLarge`` or ``MarkupTooDeep``.
    """
    _refuse_large_section(html)
    html = _OVERLONG_CHARACTER_REFERENCE.sub("\ufffd", _unify_newlines(html))
    document = Document()
    _fill(document, _safe_tokens(_UNWANTED.sub("", html)))
    cleaned = document.html()
    # Escaping makes text longer. Whatever is stored can be cleaned again.
    _refuse_large_section(cleaned)
    return cleaned


def render_comment(text: str) -> str:
    """A reader's plain text as HTML: paragraphs, line breaks and links, each character shown as it was typed.

    The text is normalised first (``normalise_text``). Raises ``MarkupTooLarge``.
    """
    text = normalise_text(text)
    if len(text) > COMMENT_MAX_CHARACTERS:
        raise MarkupTooLarge(f"{len(text)} characters, at most {COMMENT_MAX_CHARACTERS}")
    paragraphs = [part.strip("\n") for part in re.split(r"\n\n+", text)]
    html = "".join(f"<p>{_with_links(part)}</p>" for part in paragraphs if part)
    # Safe as it is built. bleach has the last word all the same; the tests show that it changes nothing.
    return Cleaner(tags=COMMENT_TAGS, attributes=_is_comment_attribute, protocols=ALLOWED_PROTOCOLS).clean(
        html
    )


def normalise_text(text: str) -> str:
    """Plain text of users in one form: NFC, ``\\n``, no control, surrogate or bidirectional override characters.

    Spaces at the ends of lines and of the text go; more than two blank lines become one.
    """
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", _unify_newlines(text)))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{4,}", "\n\n", text).strip()


def plain_text(html: str) -> str:
    """The text of sanitised HTML on one line, for excerpts, descriptions and feeds. Not escaped."""
    # Not Django's strip_tags: it parses for real, which is slow, and raises on some hostile texts.
    text = TAG.sub(lambda match: " " if tag_name(match[0]) in _SPACING_TAGS else "", html)
    return HTML_SPACE.sub(" ", html_lib.unescape(text)).strip(" ")


def safe_href(address: str) -> str | None:
    """The address as a link may hold it, or None when it is not one of the kinds that we allow.

    Allowed: ``https?://host…`` without a user name, ``mailto:name@host``, ``#…``, and ``/…`` on this site.
    """
    address = unicodedata.normalize("NFC", _INVISIBLE_IN_ADDRESS.sub("", address).strip())
    address = address.replace(" ", "%20")
    if len(address) > HREF_MAX_CHARACTERS or _REFUSED_IN_ADDRESS.search(address):
        return None
    return address if _SAFE_ADDRESS.fullmatch(address) else None


# --- reading -------------------------------------------------------------------------------------------------


class _Tokenizer(BleachHTMLTokenizer):
    """Gives up before the parser would become slow. Exact, where a scan of the source could be misled."""

    def attributeNameState(self):
        if len(self.currentToken["data"]) > MAX_ATTRIBUTES:
            raise MarkupTooDeep(f"more than {MAX_ATTRIBUTES} attributes on one tag")
        return super().attributeNameState()

    def emitCurrentToken(self):
        # The first open element is the parser's own root.
        refuse_deep(len(self.parser.tree.openElements) - 1)
        if self.currentToken["name"].lower() in _CELL_TAGS:
            self.tokenQueue.append({"type": TAG_TOKEN_TYPE_CHARACTERS, "data": " "})
        super().emitCurrentToken()


class _Parser(BleachHTMLParser):
    def _parse(self, stream, innerHTML=False, container="div", scripting=True, **kwargs):
        self.innerHTMLMode = innerHTML
        self.container = container
        self.scripting = scripting
        self.tokenizer = _Tokenizer(
            stream=stream, consume_entities=self.consume_entities, parser=self, **kwargs
        )
        self.reset()
        self.mainLoop()


class _Filter(BleachSanitizerFilter):
    def sanitize_characters(self, token):
        # The parser has resolved the character references; bleach would resolve them a second time.
        return token


def _safe_tokens(html: str) -> Iterator[dict]:
    # New ones for each call: bleach's parsers keep state and are not thread-safe.
    parser = _Parser(tags=_PARSED_TAGS, strip=True, consume_entities=True, namespaceHTMLElements=False)
    return iter(
        _Filter(
            source=_tree_tokens(parser.parseFragment(html)),
            allowed_tags=_PARSED_TAGS,
            attributes=_is_section_attribute,
            allowed_protocols=ALLOWED_PROTOCOLS,
            strip_disallowed_tags=True,
        )
    )


def _tree_tokens(element: Element) -> Iterator[dict]:
    """What the element holds as bleach's tokens. Its own walker searches all siblings again for each element."""
    if element.text:
        yield {"type": "Characters", "data": element.text}
    for child in element:
        # Comments have no name.
        if isinstance(child.tag, str):
            attributes = {(None, name): value for name, value in child.items()}
            yield {"type": "StartTag", "name": child.tag, "data": attributes}
            yield from _tree_tokens(child)
            yield {"type": "EndTag", "name": child.tag}
        if child.tail:
            yield {"type": "Characters", "data": child.tail}


def _fill(document: Document, tokens: Iterator[dict]) -> None:
    vanishing = 0
    for token in tokens:
        kind, name = token["type"], _SYNONYMS.get(token.get("name"), token.get("name"))
        if name in _VANISHING_TAGS:
            vanishing += 1 if kind == "StartTag" else -1
        elif vanishing:
            continue
        elif kind == "StartTag":
            document.start(name, _safe_attributes(name, token["data"]))
        elif kind == "EndTag":
            document.end(name)
        elif kind == "Characters":
            # Character references may have brought back what was removed from the source.
            document.text(_UNWANTED.sub("", token["data"]))


def _safe_attributes(tag: str, attributes: dict) -> tuple[tuple[str, str], ...]:
    given = {name: _safe_attribute(name, value) for (_, name), value in attributes.items()}
    return tuple((name, given[name]) for name in ALLOWED_ATTRIBUTES.get(tag, ()) if given.get(name))


def _is_section_attribute(tag: str, name: str, value: str) -> bool:
    return name in ALLOWED_ATTRIBUTES.get(tag, ()) and _safe_attribute(name, value) is not None


def _is_comment_attribute(tag: str, name: str, value: str) -> bool:
    if tag == "a" and name == "href":
        return safe_href(html_lib.unescape(value)) is not None
    return tag == "a" and name == "rel" and value == COMMENT_LINK_REL


def _safe_attribute(name: str, value: str) -> str | None:
    if name == "href":
        return safe_href(value)
    return value if _LANGUAGE.fullmatch(value) else None


def _refuse_large_section(html: str) -> None:
    size = len(html.encode("utf-8", "surrogatepass"))
    if size > SECTION_MAX_BYTES:
        raise MarkupTooLarge(f"{size} bytes, at most {SECTION_MAX_BYTES}")


def _unify_newlines(text: str) -> str:
    return re.sub(r"\r\n?|[\u2028\u2029]", "\n", text)


# --- comments ------------------------------------------------------------------------------------------------


def _with_links(text: str) -> str:
    """Text as HTML, each address that begins with http:// or https:// as a link that shows it in full."""
    written, end = [], 0
    for match in _TYPED_ADDRESS.finditer(text):
        address = _without_final_punctuation(match[0])
        # An address that would have to be changed to be safe stays text.
        if safe_href(address) != address:
            continue
        link = f'<a href="{escape_attribute(address)}" rel="{COMMENT_LINK_REL}">{escape_text(address)}</a>'
        written += [escape_text(text[end : match.start()]), link]
        end = match.start() + len(address)
    return "".join([*written, escape_text(text[end:])]).replace("\n", "<br>")


def _without_final_punctuation(address: str) -> str:
    """The address without what belongs to the sentence around it: a full stop, a bracket that it did not open."""
    while True:
        shorter = address.rstrip(".,;:!?'’…*_|")
        for opening, closing in ("()", "[]", "{}"):
            if shorter.endswith(closing) and shorter.count(closing) > shorter.count(opening):
                shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter
