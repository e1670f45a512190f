"""The running text of a snapshot in the units that checks speak of: texts, blocks, links and sentences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from articles.snapshot import Snapshot
from ldnportal.markup.document import BLOCK_TAGS
from ldnportal.markup.fragments import pieces, tag_name
from ldnportal.markup.sanitize import plain_text

MARK = r"\[@[^\]\[]*\]"

# After these a full stop ends no sentence.
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:p\. ?ex|ex|cf|env|art|vol|chap|réf|Dr|Pr|M|MM|Mme|St|al)\.$")
# Tried once for each run of marks, and each word of a number once: a body of 50 kB takes milliseconds whatever it holds.
_END_OF_SENTENCE = re.compile(
    rf"(?<![.!?…])[.!?…]++(?:\s?[»”\")])*(?:\s*{MARK})*(?=\s+[«“\"(]?\s*[A-ZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ0-9])"
)
_WORD = re.compile(r"[^\W_][\w'’.,-]*")
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@dataclass(frozen=True)
class Text:
    """One piece of rich text: where it stands, how a message calls that, and its sanitised HTML."""

    place: str
    where: str
    html: str
    # The level of the heading above it: a section's (2) or a question's (3).
    level: int


@dataclass(frozen=True)
class Block:
    """``kind`` is p, li, h3 or h4; ``text`` is plain, with its source marks."""

    kind: str
    text: str


@dataclass(frozen=True)
class Link:
    text: str
    target: str


def texts(data: Snapshot) -> Iterator[Text]:
    """The bodies of the sections, then the answers."""
    article = data["article"]
    for number, section in enumerate(article["sections"]):
        yield Text(f"/article/sections/{number}/body", section_name(number, section), section["body"], 2)
    for number, entry in enumerate(article["faq"]):
        where = entry["question"].strip() or _("question %(number)d") % {"number": number + 1}
        yield Text(f"/article/faq/{number}/answer", where, entry["answer"], 3)


def section_name(number: int, section: dict) -> str:
    return section["heading"].strip() or _("section %(number)d") % {"number": number + 1}


def text_blocks(html: str) -> Iterator[Block]:
    """Paragraphs, list entries and headings, each once, also those of lists within lists."""
    kind, written = "p", []
    for piece, is_tag in pieces(html):
        if is_tag and tag_name(piece) in BLOCK_TAGS:
            if text := plain_text("".join(written)):
                yield Block(kind, text)
            written = []
            # What follows the end of an inner list still belongs to the entry around it.
            kind = "li" if piece.startswith("</") else tag_name(piece)
        else:
            written.append(piece)
    if text := plain_text("".join(written)):
        yield Block(kind, text)


def links(html: str) -> Iterator[Link]:
    for target, inner in _LINK.findall(html):
        yield Link(plain_text(inner), plain_text(target))


def sentences(text: str) -> list[str]:
    """Each with its final mark of punctuation and the source marks behind that."""
    found, start = [], 0
    for match in _END_OF_SENTENCE.finditer(text):
        if not _ABBREVIATION.search(text[max(start, match.end() - 12) : match.end()]):
            found.append(text[start : match.end()].strip())
            start = match.end()
    return [*found, *filter(None, [text[start:].strip()])]


def without_marks(text: str) -> str:
    return re.sub(rf"(?:(?<!\s)\s+)?{MARK}", "", text)


def count_words(text: str) -> int:
    return len(_WORD.findall(without_marks(text)))


def opening(sentence: str, length: int = 80) -> str:
    """Enough of a sentence to find it again."""
    text = without_marks(sentence)
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + "…"


def normal(text: str) -> str:
    """For comparing: small letters, straight apostrophes, one kind of space, no punctuation around."""
    text = re.sub(r"\s+", " ", text.casefold().replace("’", "'"))
    return text.strip(" .,;:!?…«»\"'“”()[]→>›‹<←–—-*")
