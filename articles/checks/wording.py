"""
How it is said: advice only, since no pattern understands a sentence.

A claim counts as sourced when a source mark stands in its sentence (before or right after its full stop), or when
the paragraph or list entry ends with one: that mark stands for the whole paragraph. Questions claim nothing.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from articles.checks.findings import Finding, Surroundings, advice
from articles.checks.texts import (
    MARK,
    count_words,
    opening,
    section_name,
    sentences,
    text_blocks,
    texts,
    without_marks,
)
from articles.snapshot import Snapshot

MAX_WORDS = 35

_NUMBER = r"(?<![\w,.])(?!100\s?(?:%|pour cent))\d{1,9}(?:[\s.,]\d{1,9}){0,3}"
_UNIT = (
    # doses
    r"(?:mg|µg|μg|mcg|g|kg|ml|cl|l|UI|gouttes?|comprimés?|gélules?|doses?|prises?)\b"
    # shares and numbers of people
    r"|%|pour cent\b|pour mille\b|(?:personnes?|patients?|patientes?|participants?|participantes?|volontaires"
    r"|femmes|hommes|enfants|adultes|malades|cas|études|essais)\b|(?:\w+\s)?sur\s\d+|fois\b"
    # times and costs
    r"|(?:secondes?|minutes?|min|heures?|h|jours?|semaines?|mois|ans|années?)\b|€|euros?\b"
)
# 3 à 4 semaines, 1,5 ou 3 mg: the unit stands behind the second number only.
_FIGURE = re.compile(rf"{_NUMBER}\s?(?:{_UNIT})", re.IGNORECASE)
_CLAIM = re.compile(
    r"\b(?:prouvée?s?|prouvent?|démontrée?s?|démontrent?|efficaces?)\b"
    r"|\b(?:aucun|pas de|nul) (?:risque|effet (?:secondaire|indésirable))",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\bmiracles?\b|\bmiraculeu(?:x|se|ses)\b|\bguéri(?:t|ssent|ra|ront|r définitivement)\b"
    r"|\bsans (?:aucun )?(?:danger|risque|effets? (?:secondaires?|indésirables?))\b|\b100\s?(?:%|pour cent)"
    r"|\binoffensi(?:f|ve|fs|ves)\b|\binfaillibles?\b|\bgaranti(?:e|es|s|t|ssent)?\b|\bremède absolu\b"
    r"|\btotalement (?:sûre?s?|efficaces?|naturel(?:le)?s?)\b|\bà coup sûr\b"
    r"|\btoujours (?:efficaces?|bien tolérée?s?|sûre?s?|utiles?|bénéfiques?)\b"
    r"|\b(?:soulage|marche|fonctionne|agit|aide|réussit|apaise|calme)(?:nt)? toujours\b",
    re.IGNORECASE,
)
# A promise in the negative: here the «ne» belongs to it.
_NEVER = re.compile(
    r"\b(?:ne |n['’])(?:\w+ )?(?:provoque|cause|entraîne|échoue|donne|présente|pose|nuit|fait de mal)(?:nt)? jamais\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:ne|ni|pas|aucune?)\b|\bn['’]|\bsans (?:être|preuve)\b", re.IGNORECASE)
_CAUTION = re.compile(r"\b(?:sembl|paraî|pourrai|serai|aurai|peut[ -]être)", re.IGNORECASE)
_END_OF_CLAUSE = re.compile(r"[,;:(–—]|\bmais\b|\bet\b|\bcar\b")


def claims_without_source(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """HONcode 4 and 5, GRADE: a number, a dose or a verdict on a treatment says what it rests on."""
    for text in texts(data):
        for block in text_blocks(text.html):
            if block.kind not in {"p", "li"} or re.search(rf"{MARK}\s*[.!?…;,»”)]*$", block.text):
                continue
            for sentence in sentences(block.text):
                if not re.search(MARK, sentence) and claims(sentence):
                    yield advice(
                        "claim-without-source",
                        text.place,
                        _(
                            "In «%(where)s», «%(sentence)s» states a figure or a proof without a source: add its mark, "
                            "or say it with caution."
                        )
                        % {"where": text.where, "sentence": opening(sentence)},
                    )


def absolute_words(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """NHS «how we write», code of public health R.5122-4: «4 sur 5», not «miracle» or «sans danger»."""
    for place, where, text in _passages(data):
        for sentence in sentences(text):
            word = absolute(sentence)
            if word:
                yield advice(
                    "word-absolute",
                    place,
                    _(
                        "In «%(where)s», «%(word)s» promises more than a treatment can hold: say how often and for "
                        "whom."
                    )
                    % {"where": where, "word": word},
                )


def long_sentences(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """NHS, HAS 2008: short sentences are understood by more people. Words are counted; no grade is given."""
    for place, where, text in _passages(data):
        for sentence in sentences(text):
            words = count_words(sentence)
            if words > MAX_WORDS:
                yield advice(
                    "sentence-long",
                    place,
                    _("In «%(where)s», the sentence «%(sentence)s» has %(words)d words: make two of it.")
                    % {"where": where, "sentence": opening(sentence), "words": words},
                )


def claims(sentence: str) -> bool:
    """Whether a sentence states a figure with its unit, a proof, an effect or the absence of a risk."""
    text = without_marks(sentence)
    if text.rstrip(" »”)").endswith("?"):
        return False
    if _FIGURE.search(text):
        return True
    return any(
        match[0].lower().startswith(("aucun", "pas de", "nul"))
        or not (_negated(text, match.start()) or _CAUTION.search(_before(text, match.start())))
        for match in _CLAIM.finditer(text)
    )


def absolute(sentence: str) -> str:
    """The word of a sentence that promises too much, or "". «Ce n'est pas un remède miracle» promises nothing."""
    text = without_marks(sentence)
    if text.rstrip(" »”)").endswith("?"):
        return ""
    never = _NEVER.search(text)
    if never:
        return never[0]
    for match in _ABSOLUTE.finditer(text):
        if not _negated(text, match.start()):
            return match[0]
    return ""


def _negated(text: str, position: int) -> bool:
    """Whether the clause says before ``position`` that it is not so: «ce n'est pas sans danger»."""
    before = _before(text, position)
    ends = [match.end() for match in _END_OF_CLAUSE.finditer(before)]
    return bool(_NEGATION.search(before[ends[-1] if ends else 0 :]))


def _before(text: str, position: int) -> str:
    """What can still belong to the same clause: looking back further would be slow in a text without full stops."""
    return text[max(0, position - 200) : position]


def _passages(data: Snapshot) -> Iterator[tuple[str, str, str]]:
    """``(place, where, plain text)`` of everything that readers read as sentences."""
    article = data["article"]
    yield "/article/title", _("Title"), article["title"]
    yield "/article/lede", _("Lede"), article["lede"]
    for s, section in enumerate(article["sections"]):
        yield f"/article/sections/{s}/heading", section_name(s, section), section["heading"]
    for text in texts(data):
        for block in text_blocks(text.html):
            yield text.place, text.where, block.text
    for c, comparison in enumerate(article["comparisons"]):
        place = f"/article/comparisons/{c}"
        yield f"{place}/summary", comparison["caption"], comparison["summary"]
        for t, treatment in enumerate(comparison["treatments"]):
            for number, cell in enumerate(treatment["cells"]):
                where = f"{comparison['caption']}, {treatment['name']}"
                yield f"{place}/treatments/{t}/cells/{number}", where, cell["detail"]
