"""The places that a check speaks of, marked in the text or taken out of it."""

import re
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from comments.signals.check import Span, merged


def marked(text: str, spans: Iterable[Iterable[int]]) -> SafeString:
    """The text, escaped, with each place in a mark element."""
    pieces, end = [], 0
    for start, stop in _within(text, spans):
        pieces += [escape(text[end:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        end = stop
    # Every piece of the text has been escaped just above.
    return mark_safe("".join([*pieces, escape(text[end:])]))


def masked(text: str, spans: Iterable[Iterable[int]]) -> str:
    return replaced(text, spans, gettext("[personal data masked]"))


def replaced(text: str, spans: Iterable[Iterable[int]], words: str) -> str:
    """The text with ``words`` in place of each place."""
    pieces, end = [], 0
    for start, stop in _within(text, spans):
        pieces += [text[end:start], words]
        end = stop
    return "".join([*pieces, text[end:]])


class NotInText(Exception):
    """These words were looked for and do not stand in the text."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(", ".join(words))
        self.words = words


def places_of(words: Iterable[str], text: str) -> list[Span]:
    """Wherever the words stand in the text, letter by letter. Raises NotInText, also when there are none."""
    wanted = [each for each in dict.fromkeys(words) if each]
    missing = [each for each in wanted if each not in text]
    if missing or not wanted:
        raise NotInText(missing)
    return merged(match.span() for each in wanted for match in re.finditer(re.escape(each), text))


def _within(text: str, spans: Iterable[Iterable[int]]) -> list[Span]:
    return merged((start, stop) for start, stop in spans if 0 <= start < stop <= len(text))
