"""Numbers that have a key, and numbers in words."""

import itertools
import re
from collections.abc import Iterator

# Letters and digits in all, by country (the SWIFT registry of IBANs): of those that French readers have.
_IBAN_LENGTHS = {
    "be": 16,
    "ch": 21,
    "de": 22,
    "es": 24,
    "fr": 27,
    "gb": 22,
    "it": 27,
    "lt": 20,
    "lu": 20,
    "mc": 27,
    "nl": 18,
    "pt": 25,
}


def nir_key(number: str) -> int:
    """The key of the 13 characters of a French social security number; Corsica's 2A and 2B count as 19 and 18."""
    number = number.replace("2a", "19").replace("2b", "18") if number[5:7] in {"2a", "2b"} else number
    return 97 - int(number) % 97 if number.isdecimal() else -1


def end_of_iban(folded: str, start: int) -> int:
    """Where the IBAN that begins at ``start`` ends, or 0 when there is none: its length and its key must be right."""
    wanted = _IBAN_LENGTHS.get(folded[start : start + 2])
    characters, at, gap = "", start, 0
    while wanted and at < len(folded) and len(characters) < wanted:
        if folded[at].isascii() and folded[at].isalnum():
            characters += folded[at]
            gap = 0
        elif folded[at] in " .-" and gap == 0:
            gap = 1
        else:
            return 0
        at += 1
    if not wanted or len(characters) < wanted or (at < len(folded) and folded[at].isalnum()):
        return 0
    digits = "".join(str(int(each, 36)) for each in characters[4:] + characters[:4])
    return at if int(digits) % 97 == 1 else 0


# --- in words -------------------------------------------------------------------------------------------------

_UNIT_WORDS = "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
_UNITS = {name: value for value, name in enumerate(_UNIT_WORDS.split())}
_TENS = {
    "vingt": 20,
    "vingts": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "huitante": 80,
    "octante": 80,
    "nonante": 90,
}
_TOKEN = re.compile(r"\d{1,2}|[a-z]+")
_BETWEEN = re.compile(r"[ ,.\n-]{0,3}")
_BREATH = re.compile(r"[ -]{0,3}")
# «06» and the four pairs behind it, each of at most four words (quatre-vingt-dix-sept).
_MOST_WORDS = 24


def spoken_phones(folded: str) -> Iterator[tuple[int, int]]:
    """Telephone numbers of ten digits with at least one in words: «zéro six, douze, trente-quatre…»."""
    run: list[re.Match[str]] = []
    for token in [*_TOKEN.finditer(folded), None]:
        joins = (
            token is not None
            and _is_number(token[0])
            and (not run or _BETWEEN.fullmatch(folded, run[-1].end(), token.start()))
        )
        if joins:
            run.append(token)
            continue
        if run:
            yield from _phones_in(run)
        run = [token] if token is not None and _is_number(token[0]) else []


def _is_number(word: str) -> bool:
    return word.isdecimal() or word in _UNITS or word in _TENS or word == "et"


def _phones_in(run: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(run):
        end = _phone_at(run, at)
        if end:
            yield run[at].start(), run[end - 1].end()
        at = end or at + 1


def _phone_at(run: list[re.Match[str]], at: int) -> int:
    """The token behind the ten digits that begin at ``at``, or 0."""
    if run[at][0] not in {"zero", "0", "01", "02", "03", "04", "05", "06", "07", "09"}:
        return 0
    digits, spoken, first = "", False, at
    while len(digits) < 10 and at < len(run) and at - first < _MOST_WORDS:
        value, taken = _value_at(run, at)
        if not taken:
            return 0
        spoken = spoken or not run[at][0].isdecimal()
        # A lone digit at an odd place is one digit of a pair: «zéro six».
        digits += value
        at += taken
    if len(digits) == 10 and spoken and digits[1] in "12345679":
        return at
    return 0


def _said_in_one_breath(tokens: list[re.Match[str]]) -> list[str]:
    """The words up to the first comma or full stop: «soixante, douze» are two numbers, «soixante-douze» is one."""
    words = [tokens[0][0]]
    for before, token in itertools.pairwise(tokens):
        if not _BREATH.fullmatch(token.string, before.end(), token.start()):
            break
        words.append(token[0])
    return words


def _value_at(run: list[re.Match[str]], at: int) -> tuple[str, int]:
    """The digits that the words from ``at`` on say, as one number under 100, and how many words they are."""
    words = _said_in_one_breath(run[at : at + 4])
    first = words[0]
    if first.isdecimal():
        return first, 1
    if first in _TENS or (first == "quatre" and len(words) > 1 and words[1] in {"vingt", "vingts"}):
        base, taken = (80, 2) if first == "quatre" else (_TENS[first], 1)
        rest = words[taken:]
        if rest and rest[0] == "et" and len(rest) > 1 and rest[1] in {"un", "onze"}:
            return str(base + _UNITS[rest[1]]), taken + 2
        if (
            base in {60, 80}
            and rest
            and rest[0] == "dix"
            and len(rest) > 1
            and rest[1] in {"sept", "huit", "neuf"}
        ):
            return str(base + 10 + _UNITS[rest[1]]), taken + 2
        if rest and 0 < _UNITS.get(rest[0], 0) <= (16 if base in {60, 80} else 9):
            return str(base + _UNITS[rest[0]]), taken + 1
        return str(base), taken
    if first == "dix" and len(words) > 1 and words[1] in {"sept", "huit", "neuf"}:
        return str(10 + _UNITS[words[1]]), 2
    if first in _UNITS:
        return str(_UNITS[first]), 1
    return "", 0
