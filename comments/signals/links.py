import re

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comments.signals.check import Check, Context, Found
from comments.signals.text import Text

_ENDINGS = (
    "com|fr|net|org|info|biz|eu|be|ch|ca|de|es|it|uk|us|ru|cn|io|co|me|tv|xyz|top|shop|store|online|site|club|app"
    "|dev|live|pro|vip|link|click"
)
_LINK = re.compile(
    r"https?://[^\s<>\"]{1,2000}"
    r"|(?<![\w@.-])www\.[a-z0-9-]{1,63}\.[^\s<>\"]{1,500}"
    # An address without its beginning; what stands behind an @ is an e-mail address.
    rf"|(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{_ENDINGS})(?![\w-]|\.\w)(?:/[^\s<>\"]{{0,500}})?"
)


class Links(Check):
    name = "links"
    label = _("Links")
    score = 0.4
    threshold = 1
    threshold_help = _("From how many links on it is said.")

    def find(self, text: Text, context: Context) -> Found | None:
        places = [text.span(*match.span()) for match in _LINK.finditer(text.folded)]
        if len(places) < self.threshold:
            return None
        explanation = ngettext("%(n)d link", "%(n)d links", len(places)) % {"n": len(places)}
        return self.found(explanation, places, score=min(1.0, self.score + 0.1 * (len(places) - 1)))
