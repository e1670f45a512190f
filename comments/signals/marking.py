"""The places that a check speaks of, marked in the text or taken out of it."""

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
    """The text with words in place of each place."""
    pieces, end = [], 0
    for start, stop in _within(text, spans):
        pieces += [text[end:start], gettext("[personal data masked]")]
        end = stop
    return "".join([*pieces, text[end:]])


def _within(text: str, spans: Iterable[Iterable[int]]) -> list[Span]:
    return merged((start, stop) for start, stop in spans if 0 <= start < stop <= len(text))
