"""A document of paragraphs, headings and lists, written as HTML in one canonical form.

Whatever order and nesting the elements come in, the result is well-formed, holds nothing empty, and reads back as the
same document. It makes nothing safe by itself: names and attributes are checked before they come here.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from ldnportal.markup.fragments import escape_attribute, escape_text

BLOCK_TAGS = frozenset({"p", "h3", "h4", "ul", "ol", "li"})
INLINE_TAGS = frozenset({"strong", "em", "a", "br", "sub", "sup", "span"})

# Elements inside one another. Editors reach 8 (lists in lists); a parser's time grows with depth × length.
MAX_NESTING = 30

HTML_SPACE = re.compile(r"[ \t\n\r\f]+")

# An element without its attribute says nothing: its text stays.
_REQUIRED_ATTRIBUTE = {"a": "href", "span": "lang"}

# strong, em, sub, sup without attributes; a and span with theirs: the tag's name and its attributes as pairs.
Attributes = tuple[tuple[str, str], ...]
_Mark = tuple[str, Attributes]

# A stretch of text and the marks that it carries, the outermost first. "\n" stands for a line break.
_Run = tuple[tuple[_Mark, ...], str]


class MarkupTooDeep(ValueError):
    """The elements of the text are nested too deeply, or one has too many attributes; nothing was cleaned."""


def refuse_deep(depth: int) -> None:
    if depth > MAX_NESTING:
        raise MarkupTooDeep(f"more than {MAX_NESTING} elements inside one another")


@dataclass
class _Block:
    """A block of the result. p, h3 and h4 hold runs; ul, ol, li and the root (without a name) hold blocks."""

    name: str
    children: list["_Block"] = field(default_factory=list)
    runs: list[_Run] = field(default_factory=list)

    @property
    def holds_text(self) -> bool:
        return self.name in ("p", "h3", "h4")

    def add(self, name: str) -> "_Block":
        block = _Block(name)
        self.children.append(block)
        return block


class Document:
    """Takes elements and texts in the order of a well-formed tree, and gives their canonical HTML."""

    def __init__(self) -> None:
        # The open blocks of the result; and for each open block element of the input, how many there were just
        # after it began. What was opened later without a tag (a paragraph for stray text) ends with it.
        self._open = [_Block("")]
        self._heights = [1]
        # The open inline elements of the input; None for those that say nothing, such as a link to nowhere.
        self._marks: list[_Mark | None] = []

    def start(self, name: str, attributes: Attributes = ()) -> None:
        """An element begins. One that is neither a block nor inline separates paragraphs and is not kept."""
        if name == "br":
            if self._open[-1].holds_text:
                self._add("\n")
        elif name in INLINE_TAGS:
            required = _REQUIRED_ATTRIBUTE.get(name)
            self._marks.append((name, attributes) if required in (None, *dict(attributes)) else None)
        else:
            self._start_block(name)

    def end(self, name: str) -> None:
        """The element that began last and has not ended yet ends."""
        if name == "br":
            return
        if name in INLINE_TAGS:
            self._marks.pop()
        else:
            self._end_block()

    def text(self, text: str) -> None:
        """Text without markup and without control characters."""
        # U+0338 goes because it would melt with the ">" before it, were anybody to normalise the result:
        # ">" + U+0338 is one character.
        text = unicodedata.normalize("NFC", text).replace("\u0338", "")
        self._add(HTML_SPACE.sub(" ", text))

    def html(self) -> str:
        return _inner_html(self._open[0])

    def _start_block(self, name: str) -> None:
        self._close_untagged()
        parent = self._open[-1]
        if parent.holds_text:
            # <h3><p>: the heading's text goes on, as another word.
            self._add(" ")
        elif name in ("ul", "ol"):
            self._push(self._container().add(name))
        elif name == "li" and parent.name in ("ul", "ol"):
            self._push(parent.add("li"))
        elif name in ("p", "h3", "h4"):
            container = self._container()
            self._push(container.add("p" if container.name == "li" else name))
        self._heights.append(len(self._open))

    def _end_block(self) -> None:
        self._heights.pop()
        if self._open[-1].holds_text:
            self._add(" ")
        self._close_untagged()

    def _close_untagged(self) -> None:
        del self._open[self._heights[-1] :]

    def _add(self, text: str) -> None:
        if not self._open[-1].holds_text:
            if not text.strip(" "):
                return
            self._push(self._container().add("p"))
        # Of two marks of the same name the inner one counts.
        marks = tuple({mark[0]: mark for mark in self._marks if mark}.values())
        refuse_deep(len(self._open) - 1 + len(marks))
        self._open[-1].runs.append((marks, text))

    def _container(self) -> _Block:
        """The root or a list item: where a paragraph or a list may stand."""
        parent = self._open[-1]
        if parent.name in ("ul", "ol"):
            # What stands right inside a list belongs to the item before it.
            self._push(parent.children[-1] if parent.children else parent.add("li"))
        return self._open[-1]

    def _push(self, block: _Block) -> None:
        self._open.append(block)
        refuse_deep(len(self._open) - 1)


def _inner_html(block: _Block) -> str:
    """What stands in a block, "" when there is no text in it: then the block itself is left out."""
    if block.holds_text:
        return _runs_html(_tidy(block.runs))
    filled = [(child, html) for child in block.children if (html := _inner_html(child))]
    # An item of one paragraph needs no p.
    bare = block.name == "li" and sum(child.holds_text for child, _ in filled) == 1
    return "".join(
        html if bare and child.holds_text else f"<{child.name}>{html}</{child.name}>"
        for child, html in filled
    )


def _tidy(runs: list[_Run]) -> list[_Run]:
    """The runs without spaces that a browser would not show, neighbours with the same marks made one."""
    tidy: list[_Run] = []
    end = "\n"  # what the text so far ends with; nothing is like a line break: no space or break follows it
    for marks, text in runs:
        if end in " \n":
            text = text.lstrip(" ")
        if text == "\n":
            _trim_end(tidy, " ")
        if not text or (text == "\n" and not tidy):
            continue
        end = text[-1]
        if tidy and tidy[-1][0] == marks:
            text = tidy.pop()[1] + text
        tidy.append((marks, text))
    _trim_end(tidy, " \n")
    if not "".join(text for _, text in tidy).strip():
        return []
    return [(marks, unicodedata.normalize("NFC", text)) for marks, text in tidy]


def _trim_end(runs: list[_Run], characters: str) -> None:
    while runs:
        marks, text = runs.pop()
        if text := text.rstrip(characters):
            runs.append((marks, text))
            return


def _runs_html(runs: list[_Run]) -> str:
    written: list[str] = []
    opened: tuple[_Mark, ...] = ()
    for marks, text in [*runs, ((), "")]:
        shared = 0
        while shared < min(len(opened), len(marks)) and opened[shared] == marks[shared]:
            shared += 1
        written += [f"</{name}>" for name, _ in reversed(opened[shared:])]
        written += [_start_tag(mark) for mark in marks[shared:]]
        written.append(escape_text(text).replace("\n", "<br>"))
        opened = marks
    return "".join(written)


def _start_tag(mark: _Mark) -> str:
    name, attributes = mark
    return "<" + name + "".join(f' {key}="{escape_attribute(value)}"' for key, value in attributes) + ">"
