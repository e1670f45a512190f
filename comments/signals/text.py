"""A comment's text in the form in which patterns read it: small letters, no accents, one kind of apostrophe."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_SAME = {
    **dict.fromkeys("’‘ʼ′`´‛＇", "'"),
    **dict.fromkeys("‐‑‒–—−―", "-"),
    **dict.fromkeys("“”„‟", '"'),
    # Ligatures that Unicode does not take apart.
    "œ": "oe",
    "æ": "ae",
    "ß": "ss",
}
# From the first of a row of full stops on, and never back into it: a row is read once.
_END_OF_SENTENCE = re.compile(r" ?(?<![.!?…])[.!?…]++(?:\s+|$)|\n\s*")


class Text:
    """
    ``folded`` is what patterns are matched with; ``span`` leads from it back to the text as it was written.

    Letters may become two (œ) or none (a lone accent, a zero-width space), hence the table.
    """

    def __init__(self, written: str) -> None:
        self.written = written
        pieces, origins = [], []
        for place, character in enumerate(written):
            folded = _fold(character)
            pieces.append(folded)
            origins.extend([place] * len(folded))
        self.folded = "".join(pieces)
        self._origins = origins

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in ``written`` of ``folded[start:end]``, which must not be empty."""
        return self._origins[start], self._origins[end - 1] + 1

    def original(self, start: int, end: int) -> str:
        start, end = self.span(start, end)
        return self.written[start:end]

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Where the sentences of ``folded`` begin and end; with their full stops. That inside 4.5 is none."""
        start = 0
        for match in _END_OF_SENTENCE.finditer(self.folded):
            if match.start() > start:
                yield start, match.start() + len(match[0].rstrip())
            start = match.end()
        if start < len(self.folded):
            yield start, len(self.folded)


def fold(text: str) -> str:
    return Text(text).folded


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    lowered = character.lower()
    if lowered in _SAME:
        return _SAME[lowered]
    if character == "\n":
        return character
    if unicodedata.category(character) in {"Zs", "Cc"}:
        return " "
    # Compatibility forms too: fullwidth digits are digits.
    parts = unicodedata.normalize("NFKD", lowered)
    return "".join(each for each in parts if unicodedata.category(each) not in {"Mn", "Me", "Cf"})
