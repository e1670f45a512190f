import re

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.signals.check import Check, Context, Found
from comments.signals.text import Text, fold

_WORD = re.compile(r"\w+")
# Two readers may both write «Merci pour cet article»: that repeats nobody.
_WORDS_OF_A_TEXT = 8
_CHARACTERS_OF_A_SENTENCE = 15
_TIMES = 3
_IN_A_ROW = 3


class Repetition(Check):
    """The same text again, or the same sentence several times in one text."""

    name = "repetition"
    label = _("Repetition")
    score = 0.5
    threshold = 80
    threshold_help = _("From how many per cent of common word sequences on two texts count as the same.")

    def find(self, text: Text, context: Context) -> Found | None:
        places = self._sentences_said_again(text)
        alike = self._alike(text, context)
        if alike:
            return self.found(
                gettext("the same text as another recent comment (%(percent)d %% in common)")
                % {"percent": alike},
                places,
                score=0.7,
            )
        if places:
            return self.found(gettext("the same sentence several times"), places)
        return None

    def _alike(self, text: Text, context: Context) -> int:
        mine = _sequences(text.folded)
        if not mine:
            return 0
        best = 0
        for other in context.others:
            # Texts of quite another length cannot reach the threshold: their words need not be looked at.
            if not 0.5 <= len(other) / max(1, len(text.written)) <= 2:
                continue
            theirs = _sequences(fold(other))
            if theirs:
                best = max(best, round(100 * len(mine & theirs) / len(mine | theirs)))
        return best if best >= self.threshold else 0

    def _sentences_said_again(self, text: Text) -> list[tuple[int, int]]:
        said: dict[str, list[tuple[int, int]]] = {}
        for start, end in text.sentences():
            words = " ".join(_WORD.findall(text.folded[start:end]))
            if len(words) >= _CHARACTERS_OF_A_SENTENCE:
                said.setdefault(words, []).append(text.span(start, end))
        return [place for places in said.values() if len(places) >= _TIMES for place in places]


def _sequences(folded: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(folded)
    if len(words) < _WORDS_OF_A_TEXT:
        return set()
    return {tuple(words[at : at + _IN_A_ROW]) for at in range(len(words) - _IN_A_ROW + 1)}
