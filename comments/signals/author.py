"""What the circumstances say: who writes here for the first time, who writes faster than hands do."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.signals.check import Check, Context, Found
from comments.signals.text import Text

# Shorter texts say nothing about hands.
_CHARACTERS = 200
_IN_A_ROW = 3


class FirstComment(Check):
    """Nothing of this author is public yet, as far as this browser or a confirmed e-mail address tell."""

    name = "first_comment"
    label = _("First comment")
    score = 0.1

    def find(self, text: Text, context: Context) -> Found | None:
        if context.published_before is None or context.published_before:
            return None
        return self.found(gettext("first comment, as far as one can tell"))


class Speed(Check):
    """Sent in less time than typing takes, or one of several in a row. A pasted text is no fault, hence the weight."""

    name = "speed"
    label = _("Speed")
    score = 0.2
    threshold = 15
    threshold_help = _("From how many characters a second on a text counts as not typed here.")

    def find(self, text: Text, context: Context) -> Found | None:
        if context.recent is not None and context.recent >= _IN_A_ROW:
            return self.found(
                gettext("%(n)d comments from the same connection just before") % {"n": context.recent},
                score=0.4,
            )
        length = len(text.written)
        if context.writing is None or length < _CHARACTERS:
            return None
        seconds = max(1.0, context.writing.total_seconds())
        if length / seconds < self.threshold:
            return None
        return self.found(
            gettext("%(length)d characters in %(seconds)d seconds: pasted, or sent by a program")
            % {"length": length, "seconds": round(seconds)}
        )
