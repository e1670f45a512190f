"""
Pseudonyms that would deceive: those of the people and the roles of this site, however they are spelt.

Names are compared by their skeleton, after the idea of Unicode's UTS #39: what looks alike has the same one. Our
table of look-alikes is short on purpose, Latin, Greek and Cyrillic letters and digits: other scripts do not pass
for French.
"""

import re
import unicodedata
from collections.abc import Iterable

# fmt: off
_LOOKS_LIKE = {
    # Cyrillic.
    "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ғ": "f", "ɡ": "g", "һ": "h", "н": "h", "і": "i", "ӏ": "i",
    "ј": "j", "к": "k", "м": "m", "п": "n", "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t", "ц": "u",
    "ѵ": "v", "ԝ": "w", "х": "x", "у": "y", "ѐ": "e", "є": "e", "э": "e", "и": "u", "л": "n", "ь": "b", "з": "e",
    # Greek.
    "α": "a", "β": "b", "ϲ": "c", "δ": "d", "ε": "e", "η": "n", "ι": "i", "κ": "k", "μ": "m", "ν": "v", "ο": "o",
    "ρ": "p", "σ": "o", "τ": "t", "υ": "u", "χ": "x", "γ": "y", "ω": "w", "ϳ": "j", "ζ": "z",
    # Latin letters that NFKD leaves whole, and small capitals.
    "ı": "i", "ȷ": "j", "ł": "i", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ɑ": "a", "ɩ": "i", "ɪ": "i", "ʀ": "r",
    "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ɢ": "g", "ʜ": "h", "ᴊ": "j", "ᴋ": "k", "ʟ": "i", "ᴍ": "m",
    "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ʏ": "y", "ᴢ": "z", "ɛ": "e",
    "œ": "oe", "æ": "ae", "ß": "ss",
    # Digits and signs; l and i are one, since a capital i is an l.
    "l": "i", "1": "i", "|": "i", "!": "i", "0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s",
    "€": "e", "ǀ": "i",
}
# Whoever uses one of these speaks for the site. As they stand anywhere in the name, or as a word of it.
_PARTS = ("moderation", "moderateur", "moderatrice", "administrateur", "administratrice", "redaction")
_WORDS = ("admin", "administration", "webmaster", "webmestre", "moderator")
_TITLES = ("dr", "docteur", "docteure", "doctoresse", "pr", "prof", "professeur", "professeure", "medecin",
           "pharmacien", "pharmacienne", "infirmier", "infirmiere", "psychiatre", "psychologue", "sage-femme")
# fmt: on
_SEPARATOR = re.compile(r"[\W_]+")
_BARE = ("dr", "docteur", "docteure", "pr", "professeur", "professeure", "m", "mme", "monsieur", "madame")


def skeleton(text: str) -> str:
    """What the text looks like to somebody who reads fast: small letters without accents, spaces and disguises."""
    letters = []
    # Twice: what NFKD leaves of a capital in another alphabet becomes small only then.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    for character in decomposed:
        letters.append(_LOOKS_LIKE.get(character, character))
    plain = "".join(each for each in letters if each.isalnum() and not unicodedata.combining(each[0]))
    return plain.replace("rn", "m").replace("vv", "w")


def is_reserved(name: str, names: Iterable[str]) -> bool:
    """Whether the name could be taken for one of ``names`` (people of at least two words; the site) or for a role."""
    whole = skeleton(name)
    words = [skeleton(word) for word in _SEPARATOR.split(name) if word]
    if any(skeleton(part) in whole for part in _PARTS) or {skeleton(word) for word in _WORDS} & set(words):
        return True
    own = _words(name)
    return any(skeleton(each) == whole or _words(each) == own for each in names if _words(each))


def has_medical_title(name: str) -> bool:
    """The name says that a professional speaks: nobody has checked that, so a moderator should know."""
    titles = {skeleton(title) for title in _TITLES}
    return any(skeleton(word) in titles for word in _SEPARATOR.split(name) if word)


def _words(name: str) -> set[str]:
    """The words of a name in any order, without forms of address: «MARTIN Claire» is «Dr Claire Martin»."""
    bare = {skeleton(word) for word in _BARE}
    return {skeleton(word) for word in _SEPARATOR.split(name) if word} - bare
