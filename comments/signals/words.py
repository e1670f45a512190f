import re

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.signals.check import Check, Context, Found
from comments.signals.text import Text, fold

# Enough for any list that people keep; one pattern of them all stays fast.
MAX_WORDS = 1000
MAX_WORD_CHARACTERS = 80
_NAMED = 5


class SuspectWords(Check):
    """
    Words and expressions of a list, whole, whatever their accents and capitals; «arnaq*» has any ending.

    The list is the administrators'; this one is where they begin.
    """

    name = "suspect_words"
    label = _("Suspect words")
    score = 0.5
    words = (
        # advertising
        "casino",
        "viagra",
        "cialis",
        "bitcoin*",
        "cryptomonnaie*",
        "forex",
        "prêt entre particuliers",
        "crédit rapide",
        "gagner de l’argent",
        "marabout*",
        "voyant*",
        "retour affectif",
        "retour de l’être aimé",
        "code promo",
        "gratuit ici",
        # insults
        "abruti*",
        "bouffon*",
        "charlatan*",
        "connard*",
        "connasse*",
        "crétin*",
        "débile*",
        "enculé*",
        "fils de pute",
        "gros con",
        "idiot*",
        "imbécile*",
        "pauvre con",
        "pauvre conne",
        "pute*",
        "salope*",
        "ta gueule",
        "tocard*",
        # distrust that needs a second look
        "big pharma",
        "labos nous mentent",
    )

    def find(self, text: Text, context: Context) -> Found | None:
        pattern = self._pattern()
        if pattern is None:
            return None
        matches = list(pattern.finditer(text.folded))
        if not matches:
            return None
        said = dict.fromkeys(text.original(*match.span()) for match in matches)
        return self.found(
            gettext("words of the list: %(words)s") % {"words": ", ".join(list(said)[:_NAMED])},
            [text.span(*match.span()) for match in matches],
            score=min(1.0, self.score + 0.1 * (len(said) - 1)),
        )

    def _pattern(self) -> re.Pattern[str] | None:
        entries = [fold(word[:MAX_WORD_CHARACTERS].strip()) for word in self.words[:MAX_WORDS]]
        parts = [_whole(entry) for entry in entries if entry.strip("* ")]
        return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None


def _whole(entry: str) -> str:
    """Between its words any one blank; a star at the end is at most twenty letters more."""
    stem = entry.rstrip("*")
    words = r"[ \n]".join(re.escape(word) for word in stem.split())
    return words + (r"\w{0,20}" if entry.endswith("*") else "")
