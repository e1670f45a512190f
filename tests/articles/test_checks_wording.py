"""What the French patterns take for a claim, a promise or a long sentence, and what they leave alone."""

import pytest

from articles.checks import Surroundings
from articles.checks.texts import Block, count_words, sentences, text_blocks
from articles.checks.wording import absolute, claims, claims_without_source

CLAIMS = [
    "Il réduit les symptômes chez 58 % des patients.",
    "La dose est de 1,5 à 4,5 mg par jour.",
    "On en donne 50\u00a0mg.",
    "Une étude a suivi 68 patients.",
    "L’effet vient après 8 semaines.",
    "Cela touche 4 personnes sur 10.",
    "Quatre gélules de 3 mg.",
    "Il est prouvé que la plante agit.",
    "Cette méthode est efficace.",
    "Les deux traitements sont plus efficaces ensemble.",
    "Il ne présente aucun risque.",
    "Les auteurs l’ont démontré.",
    "Le risque est multiplié par 3 fois.",
    "Le traitement coûte 30 € par mois.",
]
NO_CLAIMS = [
    "Parlez-en à votre médecin.",
    "Appelez le 3114, ou le 15 en cas d’urgence.",
    "La FDA l’a autorisée en 1984.",
    "Est-elle efficace ?",
    "Faut-il en prendre 5 mg ?",
    "Rien ne prouve que cela aide.",
    "Il n’est pas prouvé que cela aide.",
    "Ce n’est pas efficace chez tous.",
    "Ce système semble moins efficace.",
    "La séance pourrait être efficace.",
    "Il y a deux façons de le dire.",
    "Le chapitre 3 en traite.",
    "Les vitamines B6 et B12 en font partie.",
]
PROMISES = [
    "C’est un remède miracle.",
    "Une plante miraculeuse.",
    "Ce médicament guérit l’anxiété.",
    "Il est sans danger.",
    "Une solution sans aucun risque.",
    "Un produit sans effets secondaires.",
    "Il réussit à 100 %.",
    "Le résultat est garanti.",
    "Ce traitement est toujours efficace.",
    "Il soulage toujours.",
    "Il ne provoque jamais de fatigue.",
    "Elle n’échoue jamais.",
    "Ce n’est pas cher, et c’est sans danger.",
]
NO_PROMISES = [
    "Aucune de ces pistes n’est un remède miracle.",
    "Aucune de ces pistes, pas plus que la naltrexone, n’est un remède miracle.",
    "Ce n’est pas sans danger.",
    "Il ne guérit pas la maladie.",
    "Est-ce un remède miracle ?",
    "Ne prenez jamais ce médicament de votre propre initiative.",
    "Demandez toujours l’avis de votre médecin.",
    "La fatigue est toujours possible.",
    "Rien n’est garanti.",
    "Il soulage souvent.",
    "On ne dit jamais tout.",
]


@pytest.mark.parametrize("sentence", CLAIMS)
def test_a_claim_is_recognised(sentence):
    assert claims(sentence) is True


@pytest.mark.parametrize("sentence", NO_CLAIMS)
def test_a_sentence_that_claims_nothing_is_left_alone(sentence):
    assert claims(sentence) is False


@pytest.mark.parametrize("sentence", PROMISES)
def test_a_promise_is_recognised(sentence):
    assert absolute(sentence) != ""


@pytest.mark.parametrize("sentence", NO_PROMISES)
def test_a_sentence_that_promises_nothing_is_left_alone(sentence):
    assert absolute(sentence) == ""


def unsourced(html: str) -> int:
    article = {"sections": [{"heading": "Une section", "body": html}], "faq": []}
    return len(list(claims_without_source({"article": article}, Surroundings())))


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ("<p>Il agit en 8 jours. Puis en 3 mois.</p>", 2),
        ("<p>Il agit en 8 jours [@a]. Puis en 3 mois.</p>", 1),
        ("<p>Il agit en 8 jours. [@a] Puis en 3 mois.</p>", 1),
        ("<p>Il agit en 8 jours. Puis en 3 mois [@a].</p>", 0),
        ("<p>Il agit en 8 jours. Puis en 3 mois. [@a; @b]</p>", 0),
        ("<p>Il agit en 8 jours.</p><p>Puis en 3 mois [@a].</p>", 1),
        ("<ul><li>en 8 jours ;</li><li>en 3 mois [@a].</li></ul>", 1),
        ("<h3>Après 8 jours</h3>", 0),
    ],
)
def test_a_mark_stands_for_its_sentence_and_at_the_end_for_its_paragraph(html, count):
    assert unsourced(html) == count


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Un. Deux ! Trois ?", ["Un.", "Deux !", "Trois ?"]),
        ("La dose est de 1.5 mg. Elle suffit.", ["La dose est de 1.5 mg.", "Elle suffit."]),
        ("Un ISRS (ex. Sertraline) agit. Bien.", ["Un ISRS (ex. Sertraline) agit.", "Bien."]),
        ("Le Dr. Martin l’a dit. Oui.", ["Le Dr. Martin l’a dit.", "Oui."]),
        ("Il l’a dit. [@a] Puis rien.", ["Il l’a dit. [@a]", "Puis rien."]),
        ("« Oui. » Il part.", ["« Oui. »", "Il part."]),
        ("Des noix, des fruits etc. puis rien.", ["Des noix, des fruits etc. puis rien."]),
        ("", []),
    ],
)
def test_a_text_falls_into_its_sentences(text, parts):
    assert sentences(text) == parts


def test_words_are_counted_without_source_marks():
    assert count_words("L’effet dure 1,5 heure [@smith-2021].") == 4


def test_blocks_of_nested_lists_stand_once_each():
    html = "<h3>Titre</h3><ul><li><p>Un</p><ul><li>Deux</li></ul></li><li>Trois</li></ul><p>Fin</p>"
    assert list(text_blocks(html)) == [
        Block("h3", "Titre"),
        Block("p", "Un"),
        Block("li", "Deux"),
        Block("li", "Trois"),
        Block("p", "Fin"),
    ]
