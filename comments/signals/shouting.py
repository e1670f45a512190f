import re

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.signals.check import Check, Context, Found
from comments.signals.text import Text

# Fewer letters are an abbreviation or a name.
_LETTERS = 20
_CAPITALS = re.compile(r"[^\W\d_a-zà-öø-ÿœ]{2,}")
_MARKS = re.compile(r"[!?]{4,}")


class Shouting(Check):
    name = "shouting"
    label = _("Capital letters")
    score = 0.2
    threshold = 60
    threshold_help = _("From how many per cent of capital letters on a text counts as shouted.")

    def find(self, text: Text, context: Context) -> Found | None:
        letters = [each for each in text.written if each.isalpha() and each.lower() != each.upper()]
        capitals = sum(each.isupper() for each in letters)
        if len(letters) >= _LETTERS and 100 * capitals >= self.threshold * len(letters):
            places = [match.span() for match in _CAPITALS.finditer(text.written) if match[0].isupper()]
            return self.found(gettext("written mostly in capital letters"), places)
        marks = [match.span() for match in _MARKS.finditer(text.written)]
        if marks:
            return self.found(gettext("many exclamation or question marks in a row"), marks, score=0.1)
        return None
