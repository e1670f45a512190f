import re
import unicodedata

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.signals.check import Check, Context, Found
from comments.signals.text import Text

_WORD = re.compile(r"[a-z]+")
# «Merci beaucoup !» is too short for a guess.
_WORDS = 6
_LETTERS = 12

# The small words that make up a third of any text. Those of several languages count for each of them.
_SMALL_WORDS = {
    "fr": "le la les un une des du de d l et est en a au aux je j tu il elle on nous vous ils elles ce c cette ces"
    " qui que qu quoi dont ne n pas plus pour par sur avec sans dans mais ou donc si se s me m mon ma mes votre vos"
    " son sa ses leur suis ai as avez etait ete tres bien merci bonjour comme tout",
    "en": "the a an of and is are was to in it its i you he she we they this that these those not with for on at by"
    " from have has had be been do does did my your his her our their but or if so me very what which who can will"
    " would thank thanks hello",
    "es": "el la los las un una de del y es son en que no por para con se lo al mi su tu yo me te muy pero como mas"
    " este esta estoy tengo he ha gracias hola cuando porque si sin",
    "de": "der die das ein eine einen und ist sind war nicht mit von zu im in auf ich du er sie wir ihr es mein"
    " meine dein sich auch als wie aber oder wenn dass habe hat haben bin sehr danke hallo seit fur",
    "it": "il lo la i gli le un una di del della e sono in che non per con si mi ti ho ha molto ma come piu questo"
    " questa grazie ciao anche da dal nel al io mio mia",
    "pt": "o a os as um uma de do da e em que nao por para com se no na meu minha eu voce muito mas como mais este"
    " esta estou tenho obrigado obrigada ola foi ao",
    "nl": "de het een en is zijn van in op te dat die niet met voor ik je jij hij zij we wij u mijn maar of als ook"
    " aan heb heeft ben was er zo bij bedankt hallo",
}
_LEXICON = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}


class OtherLanguage(Check):
    """Most of the text is in another language than French, or in another script than the Latin one."""

    name = "other_language"
    label = _("Other language")
    score = 0.2
    threshold = 20
    threshold_help = _("From how many per cent of small words of another language on it is said.")

    def find(self, text: Text, context: Context) -> Found | None:
        letters = [each for each in text.folded if each.isalpha()]
        foreign = [each for each in letters if not _is_latin(each)]
        if len(letters) >= _LETTERS and 2 * len(foreign) > len(letters):
            return self.found(gettext("written in another script than the Latin one"))
        words = _WORD.findall(text.folded)
        if len(words) < _WORDS:
            return None
        share = {
            language: 100 * sum(word in lexicon for word in words) / len(words)
            for language, lexicon in _LEXICON.items()
        }
        french = share.pop("fr")
        language = max(share, key=share.__getitem__)
        if share[language] < self.threshold or share[language] <= french:
            return None
        return self.found(gettext("probably not in French: %(language)s") % {"language": _name_of(language)})


def _name_of(language: str) -> str:
    return {
        "en": gettext("English"),
        "es": gettext("Spanish"),
        "de": gettext("German"),
        "it": gettext("Italian"),
        "pt": gettext("Portuguese"),
        "nl": gettext("Dutch"),
    }[language]


def _is_latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")
