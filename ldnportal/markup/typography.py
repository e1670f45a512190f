"""French typography, applied when a page is rendered; what is stored stays as it was written.

Spaces that are there become the right ones, so that no line begins with «?» or «mg»; none is added, except inside
guillemets. Anything unsure (ranges such as «1,5-4,5», straight double quotes) is left alone. Applying it twice
changes nothing.
"""

import html as html_lib
import re

from django.utils.safestring import SafeString, mark_safe

from ldnportal.markup.fragments import VOID_ELEMENTS, escape_text, pieces, tag_name

NO_BREAK_SPACE = "\u00a0"
NARROW_NO_BREAK_SPACE = "\u202f"

# Their text is code, or shown letter by letter.
_LITERAL_ELEMENTS = frozenset({"code", "kbd", "pre", "samp", "script", "style", "textarea"})

_INLINE_ELEMENTS = frozenset({"a", "abbr", "em", "span", "strong", "sub", "sup"})

_UNITS = (
    "mg|µg|μg|mcg|g|kg|ng|ml|mL|cl|cL|dl|dL|l|L|UI|mmol|µmol|nmol|mmHg|kcal|kJ|mm|cm|m|km|°C|ms|s|min|h|j|"
    "secondes?|minutes?|heures?|jours?|semaines?|mois|ans?|années?|fois|comprimés?|gélules?|gouttes?|doses?"
)
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"

# Each pattern takes one space only, so that a flood of spaces costs no time. Order matters: guillemets come last,
# because «\u202f? must end as «\u00a0? each time.
_RULES: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"(?<!\.)\.\.\.(?!\.)"), "…"),
    (re.compile(r"(?<=[^\W\d_])'(?=[^\W_]|«)"), "’"),
    (re.compile(rf"[ {NO_BREAK_SPACE}](?=[;!?])"), NARROW_NO_BREAK_SPACE),
    (re.compile(rf"(?<=[0-9])[ {NO_BREAK_SPACE}](?=[%‰€])"), NARROW_NO_BREAK_SPACE),
    # Not «:)» and the like.
    (re.compile(rf"[ {NARROW_NO_BREAK_SPACE}](?=:(?:[\s»]|$))"), NO_BREAK_SPACE),
    (
        re.compile(rf"(?<=[0-9])[ {NARROW_NO_BREAK_SPACE}](?=(?:{_UNITS})(?![\w'’]))"),
        NO_BREAK_SPACE,
    ),
    (
        re.compile(rf"(?:(?<=\b[0-9])|(?<=\b[0-9]{{2}})|(?<=\b1er))[ ](?=(?:{_MONTHS})\b)"),
        NO_BREAK_SPACE,
    ),
    (re.compile(rf"«[ {NARROW_NO_BREAK_SPACE}]|«(?=[^\s»])"), f"«{NO_BREAK_SPACE}"),
    (re.compile(rf"[ {NARROW_NO_BREAK_SPACE}]»|(?<=[^\s«])»"), f"{NO_BREAK_SPACE}»"),
]

# 1 000, 12 500,75: one to three digits, then groups of three. Years («2021 200 patients») have four.
_GROUPED_DIGITS = re.compile(
    rf"(?<![\w.,/+{NARROW_NO_BREAK_SPACE}-])[0-9]{{1,3}}(?:[ {NO_BREAK_SPACE}{NARROW_NO_BREAK_SPACE}][0-9]{{3}})+(?![0-9])"
)

# Words with an address in them. Found word by word: a pattern over the whole text could be made to run for long.
_WORD = re.compile(r"\S+")
_ADDRESS = re.compile(r"://|\w@\w")

_FRENCH = re.compile(r"fr(?:-|$)", re.IGNORECASE)
_LANG = re.compile(r'\slang="([^"]*)"')


def typeset_text(text: str) -> str:
    """Plain text (a title, a caption) in French typography. Not escaped, neither before nor after."""
    typeset, end = [], 0
    for word in _WORD.finditer(text):
        if _ADDRESS.search(word[0]):
            typeset += [_typeset(text[end : word.start()]), word[0]]
            end = word.end()
    return "".join([*typeset, _typeset(text[end:])])


def typeset_html(html: str) -> SafeString:
    """Sanitised HTML with its French text in French typography; tags stay byte for byte as they are.

    Code and passages marked as another language (``<span lang="en">``) are left alone.
    """
    written: list[str] = []
    # Is the text ours to change? For the whole, then for each open element.
    french = [True]
    parts = list(pieces(html))
    for index, (piece, is_tag) in enumerate(parts):
        if not is_tag:
            following = parts[index + 1][0] if index + 1 < len(parts) else ""
            written.append(_typeset_escaped(piece, following) if french[-1] else piece)
            continue
        written.append(piece)
        if piece.startswith("</"):
            french.pop()
        elif tag_name(piece) not in VOID_ELEMENTS:
            french.append(_is_french(piece, french[-1]))
    return mark_safe("".join(written))


def _typeset(text: str) -> str:
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return _GROUPED_DIGITS.sub(
        lambda match: re.sub(rf"[ {NO_BREAK_SPACE}]", NARROW_NO_BREAK_SPACE, match[0]), text
    )


def _typeset_escaped(escaped: str, following: str) -> str:
    text = typeset_text(html_lib.unescape(escaped))
    # l'<em>anxiété</em>: the word goes on behind the tag.
    if text[-1:] == "'" and text[-2:-1].isalpha() and following and tag_name(following) in _INLINE_ELEMENTS:
        text = text[:-1] + "’"
    return escape_text(text)


def _is_french(tag: str, inherited: bool) -> bool:
    if tag_name(tag) in _LITERAL_ELEMENTS:
        return False
    language = _LANG.search(tag)
    return bool(_FRENCH.match(language[1])) if language else inherited
