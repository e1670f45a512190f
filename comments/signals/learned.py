from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments import risk
from comments.signals.check import Check, Context, Found
from comments.signals.text import Text

# Five of them, and all of the sentence, fit into an explanation.
_CHARACTERS_OF_A_PLACE = 24


class LearnedRisk(Check):
    """The text resembles those that were refused here. Silent until enough was decided."""

    name = "learned_risk"
    version = risk.VERSION
    label = _("Learned risk")
    score = 0.5
    threshold = 50
    threshold_help = _("From which estimated probability (in per cent) of a refusal on it is said.")

    def find(self, text: Text, context: Context) -> Found | None:
        learned = context.learned
        if learned is None or not learned.is_enough():
            return None
        estimate = learned.estimate(text)
        if 100 * estimate < self.threshold:
            return None
        places = learned.strongest(text)
        words = [
            f"«{Truncator(text.written[start:end]).chars(_CHARACTERS_OF_A_PLACE)}»" for start, end in places
        ]
        return self.found(
            gettext(
                "an estimate, which decides nothing: %(percent)d %% like the %(refused)d texts refused here rather than the "
                "%(published)d published ones; above all: %(words)s"
            )
            % {
                "percent": round(100 * estimate),
                "refused": learned.texts.refused,
                "published": learned.texts.published,
                "words": ", ".join(words) or "–",
            },
            places,
            score=round(estimate, 4),
        )
