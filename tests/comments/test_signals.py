"""The checks on a comment's text: what each notices, where, and that none can do harm."""

import json
import logging
import random
import time
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments import signals
from comments.signals import CHECKS, Context, Setting, look, look_for
from comments.signals.marking import marked, masked
from comments.signals.numbers import nir_key
from comments.signals.text import Text
from ldnportal.markup.sanitize import COMMENT_MAX_CHARACTERS, plain_text
from tests.comments.hostile import PIECES, repeated
from tests.comments.labelled import PARTS, labelled, measured
from tests.factories import DEMO_FILE

# The machinery: folding, marking, bounds.


def said(text: str, name: str, **context) -> list[str] | None:
    """The places that the check marks; None when it says nothing."""
    found = look_for(name, text, context=Context(**context))
    return None if found is None else [text[start:end] for start, end in found.spans]


def names(text: str, **context) -> set[str]:
    return {found.name for found in look(text, context=Context(**context))}


def test_folding_keeps_the_way_back_to_what_was_written():
    text = Text("L’œuvre\u200b ÉTÉ ０６")
    assert text.folded == "l'oeuvre ete 06"
    start = text.folded.index("ete")
    assert text.original(start, start + 3) == "ÉTÉ"
    start = text.folded.index("oeuvre")
    assert text.original(start, start + 6) == "œuvre"


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_every_place_lies_in_the_text_and_no_text_makes_a_check_fail(text):
    for name in CHECKS:
        found = CHECKS[name]().find(Text(text), Context(others=[text], published_before=0, recent=9))
        for start, end in found.spans if found else ():
            assert 0 <= start < end <= len(text)


def test_marks_and_masks_are_put_at_their_places_and_html_is_escaped():
    text = "<b>06</b> & 07"
    assert marked(text, [(3, 5), (12, 14), (4, 5)]) == (
        "&lt;b&gt;<mark>06</mark>&lt;/b&gt; &amp; <mark>07</mark>"
    )
    assert masked(text, [(3, 5)]) == "<b>[donnée personnelle masquée]</b> & 07"
    assert marked("court", [(0, 99), (3, 2), (-1, 2)]) == "court"


@pytest.mark.parametrize("piece", PIECES)
def test_the_longest_text_of_any_one_piece_is_read_in_far_less_than_the_time_allowed(piece):
    text = repeated(piece, COMMENT_MAX_CHARACTERS - 1)
    for end in ("", "x", "."):
        # The processor's own time: a busy machine fails nothing. How it grows is measured in tests/benchmarks.
        started = time.process_time()
        look(text + end, context=Context(others=[text]))
        assert time.process_time() - started < signals.SECONDS


def test_a_check_that_fails_is_left_out_and_logged_without_the_text(monkeypatch, caplog):
    def fail(self, text, context):
        raise ValueError(text.written)

    monkeypatch.setattr(CHECKS["links"], "find", fail)
    with caplog.at_level(logging.ERROR, logger="comments.signals"):
        assert names("Secret : https://exemple.org je veux mourir") == {"distress"}
    record = caplog.records[0]
    assert (record.getMessage(), record.check, record.error) == ("check failed", "links", "ValueError")
    assert "Secret" not in str(vars(record))


def test_when_time_runs_out_the_weightiest_checks_have_spoken(monkeypatch, caplog):
    clock = iter([0.0, 0.0, 0.0, 2.0] + [3.0] * 40)
    monkeypatch.setattr(signals.time, "monotonic", lambda: next(clock))
    with caplog.at_level(logging.WARNING, logger="comments.signals"):
        assert names("Je veux mourir. https://exemple.org") == {"distress"}
    assert {record.getMessage() for record in caplog.records} == {"check slow", "check left out: no time"}


def test_a_check_that_is_switched_off_says_nothing():
    off = {"links": Setting(enabled=False)}
    assert (said("https://exemple.org", "links"), said("https://exemple.org", "links", settings=off)) == (
        ["https://exemple.org"],
        None,
    )


# The corpus, the demonstration's own text, generated numbers.


def test_the_corpus_is_large_enough_and_the_parts_that_the_rules_were_mended_on_are_held():
    rows = labelled(*PARTS)
    assert (len(rows), len({row.text for row in rows})) == (610, 610)
    for name, measure in measured(labelled("a", "b")).items():
        assert (measure.precision >= 0.75, measure.recall >= 0.95) == (True, True), name
    measures = measured(labelled("a", "b", "c", "d"))
    assert all(measures[name].recall >= 0.97 for name in ("personal_data", "distress", "medical_advice"))


def test_over_the_whole_corpus_hardly_anything_is_said_wrongly():
    measures = measured(labelled(*PARTS))
    assert measures["distress"].precision >= 0.97
    assert measures["medical_advice"].precision >= 0.95
    assert measures["personal_data"].precision >= 0.95


def test_the_last_part_is_as_hard_as_it_was_when_it_was_first_measured():
    """Its comments are what to expect. Whoever mends a rule on them has to write a new part: see docs/signals.md."""
    measures = measured(labelled("e"))
    found = {
        name: round(measures[name].recall * measures[name].n)
        for name in ("personal_data", "distress", "medical_advice")
    }
    assert found == {"personal_data": 8, "distress": 5, "medical_advice": 1}


def texts_of(value) -> list[str]:
    if isinstance(value, str):
        return [plain_text(value)]
    if isinstance(value, dict):
        return [text for key, each in value.items() if key not in {"key", "image"} for text in texts_of(each)]
    return [text for each in value for text in texts_of(each)] if isinstance(value, list) else []


def test_the_demonstration_article_raises_no_false_alarm():
    article = json.loads(DEMO_FILE.read_text(encoding="utf-8"))["article"]
    texts = [text for text in texts_of(article) if len(text) > 3]
    assert len(texts) > 50
    wrong = [(found.name, text) for text in texts for found in look(text, context=Context())]
    assert wrong == []


def test_the_whole_demonstration_article_as_one_comment_raises_no_false_alarm():
    article = json.loads(DEMO_FILE.read_text(encoding="utf-8"))["article"]
    text = "\n".join(plain_text(section["body"]) for section in article["sections"])
    assert names(text[:COMMENT_MAX_CHARACTERS]) == set()


def a_nir(rng: random.Random) -> tuple[str, str]:
    """Thirteen characters and their key."""
    department = rng.choice([f"{rng.randint(1, 19):02}", f"{rng.randint(21, 95)}", "2A", "2B"])
    month = rng.choice([*range(1, 13), 20, 31, 50, 99])
    body = (
        f"{rng.choice('12')}{rng.randint(0, 99):02}{month:02}"
        f"{department}{rng.randint(1, 989):03}{rng.randint(1, 999):03}"
    )
    return body, f"{nir_key(body.lower()):02}"


def test_generated_social_security_numbers_are_found_and_those_with_a_wrong_key_are_not():
    rng = random.Random(4)
    found = wrong = 0
    for _each in range(1000):
        body, key = a_nir(rng)
        grouped = f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {key}"
        written = rng.choice(
            [body + key, grouped, grouped.replace(" ", "."), f"{body} {key}", f"{body} clé {key}"]
        )
        found += said(f"Voici : {written}.", "personal_data") == [written]
        other = f"{int(key) % 97 + 1:02}"
        wrong += said(f"Voici : {body} {other}.", "personal_data") is not None
    assert (found / 1000 >= 0.98, wrong) == (True, 0)


PAIRS = {
    "0": "zéro", "1": "un", "2": "deux", "3": "trois", "4": "quatre", "5": "cinq", "6": "six", "7": "sept",
    "8": "huit", "9": "neuf",
}  # fmt: skip
TENS = [
    "",
    "dix",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
    "soixante",
    "quatre-vingt",
    "quatre-vingt",
]
TEENS = ["dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"]


def in_words(pair: str) -> str:
    tens, unit = int(pair[0]), int(pair[1])
    if tens == 0:
        return f"zéro {PAIRS[pair[1]]}"
    if tens == 1:
        return TEENS[unit]
    if tens in {7, 9}:
        return f"{TENS[tens]}{' et ' if tens == 7 and unit == 1 else '-'}{TEENS[unit]}"
    if unit == 0:
        return "quatre-vingts" if tens == 8 else TENS[tens]
    return f"{TENS[tens]}{' et un' if unit == 1 and tens != 8 else '-' + PAIRS[str(unit)]}"


def test_generated_telephone_numbers_are_found_in_all_spellings():
    rng = random.Random(4)
    missed = []
    for _each in range(1000):
        digits = f"0{rng.choice('12345679')}{rng.randint(0, 99_999_999):08}"
        pairs = [digits[at : at + 2] for at in range(0, 10, 2)]
        written = rng.choice(
            [
                digits,
                " ".join(pairs),
                ".".join(pairs),
                "-".join(pairs),
                "/".join(pairs),
                " - ".join(pairs),
                "\u00a0".join(pairs),
                f"{digits[:4]} {digits[4:6]} {digits[6:8]} {digits[8:]}",
                f"{digits[:2]} {digits[2:5]} {digits[5:8]} {digits[8:]}",
                f"+33{digits[1:]}",
                f"+33 {digits[1]} {' '.join(pairs[1:])}",
                f"+33 (0){digits[1]} {' '.join(pairs[1:])}",
                f"0033 {digits[1]} {' '.join(pairs[1:])}",
                f"0033{digits[1:]}",
                f"(0){digits[1]} {' '.join(pairs[1:])}",
                ", ".join(in_words(pair) for pair in pairs),
            ]
        )
        if said(f"Appelez {written}, merci", "personal_data") != [written]:
            missed.append(written)
    assert len(missed) <= 20, missed[:10]


def test_a_generated_iban_is_found_and_one_with_a_wrong_key_is_not():
    rng = random.Random(4)
    for _each in range(200):
        account = f"{rng.randint(0, 10**23 - 1):023}"
        key = 98 - int(account + "152700") % 97
        written = f"FR{key:02}{account}"
        spaced = " ".join(written[at : at + 4] for at in range(0, 27, 4))
        assert said(f"Compte {spaced} merci", "personal_data") == [spaced]
        wrong = f"FR{(key - 1) % 97 + 1 if key < 97 else 2:02}{account}"
        if wrong != written:
            assert said(f"Compte {wrong}", "personal_data") is None


@pytest.mark.parametrize(
    "text, places",
    [
        ("1 55 08 2A 004 123 31", None),
        ("né en Corse, sécu 1 55 08 2A 004 123 99", ["1 55 08 2A 004 123 99"]),
        ("Le docteur Martin et Docteur Le Gall", ["Martin", "Le Gall"]),
        ("04 72 11 22 33 ou 06 77 88 99 00", ["04 72 11 22 33", "06 77 88 99 00"]),
        ("12 bis rue des Lilas, 75011 Paris et après", ["12 bis rue des Lilas, 75011 Paris"]),
        ("née le 12 mars 1975 à Lyon", ["12 mars 1975"]),
        ("SOS Amitié : 09 72 39 40 50", None),
    ],
)
def test_the_marked_place_is_what_gives_a_person_away_and_no_more(text, places):
    assert said(text, "personal_data") == places


# The checks one by one, where the corpus cannot.


@pytest.mark.parametrize(
    "text",
    [
        "Je voudrais ne plus me réveiller à 4 h du matin.",
        "Je ne veux plus de ce traitement.",
        "Je n'ai plus la force de faire le ménage.",
        "J'ai vidé ma boîte de comprimés dans l'évier.",
        "J'ai pris 60 gélules en deux mois.",
        "Je me suis coupé en cuisinant.",
        "Il veut en finir avec les anxiolytiques.",
        "Mon frère ne veut pas mourir.",
        "Mon fils n'a pas d'idées noires.",
        "Le héros du film veut mourir.",
        "Ma sœur a voulu mourir il y a vingt ans.",
        "Mes idées noires sont parties.",
        "J'ai décidé de mourir moins bête.",
        "À quoi bon continuer un traitement qui ne fait rien ?",
    ],
)
def test_what_is_denied_past_invented_or_meant_otherwise_is_no_distress(text):
    assert said(text, "distress") is None


@pytest.mark.parametrize(
    "text",
    [
        "Je suis passé à 3 mg sans danger selon mon médecin.",
        "Peut-on boire de l'alcool avec la LDN ?",
        "Je n'en parle pas à mon médecin, j'ai honte.",
        "À ta place je prendrais l'avis d'un autre médecin.",
        "Pourquoi ne pas en parler à votre pharmacien ?",
        "J'ai une boîte d'avance au cas où la pharmacie ferme.",
        "Faites comme moi, parlez-en à votre médecin.",
    ],
)
def test_own_experience_a_question_and_a_word_of_care_are_no_medical_advice(text):
    assert said(text, "medical_advice") is None


@pytest.mark.parametrize(
    "text, places",
    [
        ("le docteur sylvie marchand est à l'écoute", ["sylvie marchand"]),
        ("le docteur simple, ça existe", None),
        ("Mon psychiatre, M. Garnier-Roche, a ri", ["Garnier-Roche"]),
        ("Ma fille Chloé Vasseur dort mal", ["Chloé Vasseur"]),
        ("Ma mère Alice va mieux, Monsieur Le Président", None),
        ("sur insta @lila.mtn_07, en privé", ["@lila.mtn_07"]),
        ("@Claudine : merci, le groupe Facebook est utile", None),
        ("bernard_joly52@gmail,com", ["bernard_joly52@gmail,com"]),
        ("lieu-dit Les Bruyères, 19500 Meyssac", ["lieu-dit Les Bruyères, 19500 Meyssac"]),
        ("patiente du 12/07/84", ["12/07/84"]),
        ("dossier n° 12, numéro de dossier 2024-118734", ["2024-118734"]),
    ],
)
def test_names_accounts_and_dwellings_are_marked_and_no_more(text, places):
    assert said(text, "personal_data") == places


def test_links_speak_from_their_threshold_on():
    text = "https://a.example et www.b.fr"
    assert said(text, "links") == ["https://a.example", "www.b.fr"]
    assert said(text, "links", settings={"links": Setting(threshold=3)}) is None


def test_an_e_mail_address_is_no_link():
    assert said("ada@exemple.fr", "links") is None


def test_suspect_words_are_whole_words_whatever_accents_and_capitals():
    own = {"suspect_words": Setting(words=("crème", "arnaq*", "deux mots"))}
    assert said("Creme, CRÈME, crèmerie", "suspect_words", settings=own) == ["Creme", "CRÈME"]
    assert said("arnaqueurs et Deux\nmots", "suspect_words", settings=own) == ["arnaqueurs", "Deux\nmots"]
    assert said("Grand casino", "suspect_words", settings=own) is None


def test_an_empty_list_of_suspect_words_finds_nothing():
    assert said("casino", "suspect_words", settings={"suspect_words": Setting(words=("*", " "))}) is None


def test_a_text_that_is_already_in_the_queue_is_a_repetition():
    text = "Venez tous sur mon site découvrir la méthode qui soigne l’anxiété pour toujours"
    almost = text.replace("pour toujours", "en dix jours")
    other = "Merci beaucoup pour cet article, il m’a aidée à parler à ma psychiatre cette semaine"
    assert said(text, "repetition", others=[other, text]) == []
    assert said(text, "repetition", others=[almost], settings={"repetition": Setting(threshold=60)}) == []
    assert said(text, "repetition", others=[other]) is None


def test_two_readers_may_both_say_thank_you():
    assert said("Merci pour cet article !", "repetition", others=["Merci pour cet article !"]) is None


def test_a_sentence_said_three_times_is_a_repetition():
    text = "Lisez mon message. Lisez mon message ! Lisez mon message. Merci."
    assert said(text, "repetition") == ["Lisez mon message.", "Lisez mon message !", "Lisez mon message."]


@pytest.mark.parametrize(
    "seconds, recent, speaks", [(5, 0, True), (300, 0, False), (300, 3, True), (None, None, False)]
)
def test_speed_is_that_of_hands_and_of_connections(seconds, recent, speaks):
    writing = None if seconds is None else timedelta(seconds=seconds)
    assert ("speed" in names("mot " * 100, writing=writing, recent=recent)) == speaks


@pytest.mark.parametrize("before, speaks", [(0, True), (1, False), (None, False)])
def test_a_first_comment_is_one_of_an_author_of_whom_nothing_is_public(before, speaks):
    assert ("first_comment" in names("Bonjour", published_before=before)) == speaks
