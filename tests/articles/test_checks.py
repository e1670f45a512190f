"""
Each check on a clean article with exactly one defect seeded into it, which is found exactly once.

Whole ``examine`` every time: a defect that two checks report, or a clean article that one complains of, fails.
"""

import copy
import re
from datetime import date

import pytest

from articles import checks, rendering, snapshot
from articles.checks import ADVICE, BLOCKS, ReviewFact, Surroundings, links
from articles.checks.completeness import _EXPECTED, BENEFIT_ASPECTS, DRUG_ASPECTS, HARM_ASPECTS
from articles.checks.names import NAMES
from articles.models.content import Aspect
from tests.factories import make_article, make_demo_article, make_image

TODAY = date(2026, 10, 1)
AROUND = Surroundings(
    today=TODAY,
    home="https://portail.example",
    pages={"/articles/autre/": frozenset(["partie-dose"]), "/regles/": None},
    reviews=(ReviewFact("dora", date(2026, 9, 1), date(2027, 9, 1)),),
)


def section(key: str, heading: str, body: str, **kwargs) -> dict:
    return {
        "key": key,
        "alias": "",
        "aspect": "",
        "heading": heading,
        "body": body,
        "comparison": None,
        "shows_faq": False,
        "figures": [],
        **kwargs,
    }


def cell(criterion: str, detail: str = "", **kwargs) -> dict:
    return {
        "criterion": criterion,
        "state": "given",
        "verdict": "yes",
        "detail": detail,
        "certainty": "",
        "value": None,
        "sources": ["smith"],
        **kwargs,
    }


def criterion(key: str, name: str, better: str = "none") -> dict:
    return {"key": key, "name": name, "help": "", "kind": "text", "unit": "", "better": better}


def treatment(key: str, *cells: dict) -> dict:
    return {"key": key, "name": key.upper(), "detail": "", "cells": list(cells)}


def source(key: str, **kwargs) -> dict:
    return {
        "key": key,
        "kind": "study",
        "authors": "",
        "title": f"Étude {key}",
        "container": "",
        "year": 2021,
        "doi": "",
        "pmid": "",
        "url": "",
        "to_verify": False,
        "note": "",
        "read_on": "2026-05-01",
        **kwargs,
    }


CLEAN = {
    "article": {
        "slug": "un-article",
        "title": "Un médicament et ses effets",
        "lede": "Ce que l’on sait de ce médicament, et ce que l’on ignore.",
        "topic": None,
        "authors": ["emma"],
        "cover": None,
        "comments_open": True,
        "comments_close_after": None,
        "review_every_months": 12,
        "sections": [
            section(
                "s1",
                "Est-il utile ?",
                "<h3>Les études</h3><p>Il réduit les symptômes chez 58 % des patients [@smith]. On en sait peu.</p>"
                '<h4>Une limite</h4><p>Voir <a href="#partie-effets">les effets secondaires</a>.</p>',
                aspect="EffectivenessHealthAspect",
                figures=[
                    {
                        "key": "f1",
                        "after": None,
                        "alt": "Deux courbes descendent, l’une plus vite.",
                        "decorative": False,
                        "caption": "Les symptômes au fil du temps.",
                        "credit": "",
                        "image": "0" * 64,
                    }
                ],
            ),
            section(
                "s2",
                "Quels effets secondaires ?",
                "<ul><li>une fatigue passagère ;</li><li>des nausées.</li></ul>",
                alias="effets",
                aspect="SideEffectsHealthAspect",
            ),
            section(
                "s3",
                "Avec d’autres médicaments",
                '<p>Lisez aussi <a href="/articles/autre/#partie-dose">l’article sur la dose</a> et nos '
                '<a href="https://portail.example/regles/">règles</a>.</p>',
            ),
            section("s4", "Pendant la grossesse", "<p>Demandez conseil.</p>", aspect="PregnancyHealthAspect"),
            section("s5", "Quand consulter ?", "<p>Dès que l’état change.</p>", comparison="c1"),
            section("s6", "Vos questions", "", shows_faq=True),
        ],
        "comparisons": [
            {
                "key": "c1",
                "caption": "Les traitements",
                "summary": "Une ligne par traitement.",
                "criteria": [criterion("effet", "Effet", "high"), criterion("risque", "Risques", "low")],
                "treatments": [
                    treatment("ldn", cell("effet", "en quelques jours"), cell("risque", "fatigue")),
                    treatment(
                        "isrs", cell("effet", "lentement"), cell("risque", verdict="", state="no_study")
                    ),
                ],
            }
        ],
        "faq": [{"key": "q1", "question": "Est-ce cher ?", "answer": "<p>Non.</p>"}],
        "sources": [source("smith"), source("jones")],
    },
    "people": {},
    "images": {},
}


def found(data: dict, around: Surroundings = AROUND) -> list[tuple[str, str, str]]:
    return [(each.code, each.place, each.level) for each in checks.examine(data, around)]


def codes(data: dict, around: Surroundings = AROUND) -> list[str]:
    return [code for code, _place, _level in found(data, around)]


@pytest.fixture
def data() -> dict:
    return copy.deepcopy(CLEAN)


def test_nothing_is_found_in_a_clean_article(data):
    assert found(data) == []


# --- one defect each -------------------------------------------------------------------------------------------

FIGURE = "/article/sections/0/figures/0/alt"
BODY = "/article/sections/3/body"


def change(path: str, value):
    def seed(article: dict) -> None:
        *steps, last = path.split("/")
        for step in steps:
            article = article[int(step) if step.isdigit() else step]
        article[int(last) if last.isdigit() else last] = value

    return seed


def body(html: str):
    return change("sections/3/body", html)


def drop(path: str):
    def seed(article: dict) -> None:
        *steps, last = path.split("/")
        for step in steps:
            article = article[int(step) if step.isdigit() else step]
        del article[int(last)]

    return seed


def append(path: str, row: dict):
    def seed(article: dict) -> None:
        for step in path.split("/"):
            article = article[int(step) if step.isdigit() else step]
        article.append(row)

    return seed


def link(target: str, text: str = "une page utile"):
    return body(f'<p>Voyez <a href="{target}">{text}</a>.</p>')


def two_links(article: dict) -> None:
    article["sections"][3]["body"] = (
        '<p><a href="https://ansm.sante.fr/un">La notice</a> et <a href="https://ansm.sante.fr/deux">la notice</a>.</p>'
    )


def show_comparison_twice(article: dict) -> None:
    article["sections"][3]["comparison"] = "c1"


def hide_comparison(article: dict) -> None:
    article["sections"][4]["comparison"] = None


LONG = " ".join(["Un long développement sans point ni pause"] * 6) + "."

BLOCKING = {
    "title-missing": ("/article/title", change("title", " ")),
    "lede-missing": ("/article/lede", change("lede", " ")),
    "heading-empty": ("/article/sections/3/heading", change("sections/3/heading", " ")),
    "heading-empty question": ("/article/faq/0/question", change("faq/0/question", "")),
    "heading-empty within": (BODY, body("<h3> </h3><p>Demandez conseil.</p>")),
    "heading-skipped": (BODY, body("<h4>Trop bas</h4><p>Demandez conseil.</p>")),
    "anchor-twice": ("/article/sections/3/alias", change("sections/3/alias", "s1")),
    "anchor-twice key": ("/article/sources/2/key", append("sources", source("smith"))),
    "comparison-shown-twice": ("/article/sections/4/comparison", show_comparison_twice),
    "link-says-nothing": (BODY, link("https://ansm.sante.fr/", "Cliquez ici")),
    "link-says-nothing here": (BODY, link("https://ansm.sante.fr/", "ici")),
    "link-says-nothing more": (BODY, link("https://ansm.sante.fr/", "Lire la suite →")),
    "link-says-nothing link": (BODY, link("https://ansm.sante.fr/", "lien")),
    "link-says-nothing bare": (BODY, link("https://ansm.sante.fr/", "https://ansm.sante.fr/")),
    "link-says-nothing empty": (BODY, link("https://ansm.sante.fr/", " ")),
    "link-text-twice": (BODY, two_links),
    "link-to-nothing page": (BODY, link("/articles/absent/")),
    "link-to-nothing absolute": (BODY, link("https://portail.example/absent/")),
    "link-to-nothing anchor": (BODY, link("#partie-absente")),
    "link-to-nothing own page": (BODY, link("/articles/un-article/#partie-absente")),
    "link-to-nothing other page": (BODY, link("/articles/autre/#partie-absente")),
    "link-to-nothing question": (BODY, link("#faq-absente")),
    "link-to-nothing source": (BODY, link("#source-absente")),
    "link-to-nothing comparison": (BODY, link("#comparaison-absente")),
    "mark-unknown": (BODY, body("<p>Demandez conseil [@absent].</p>")),
    "mark-unknown malformed": (BODY, body("<p>Demandez conseil [@Smith 2021].</p>")),
    "mark-unknown cell": (
        "/article/comparisons/0/treatments/0/cells/0",
        change("comparisons/0/treatments/0/cells/0/sources", ["smith", "absent"]),
    ),
    "alt-missing": (FIGURE, change("sections/0/figures/0/alt", " ")),
    "alt-says-nothing": (FIGURE, change("sections/0/figures/0/alt", "Image")),
    "alt-says-nothing photo": (FIGURE, change("sections/0/figures/0/alt", "Photo 2.")),
    "alt-says-nothing file": (FIGURE, change("sections/0/figures/0/alt", "IMG_20240131.jpg")),
    "alt-repeats-caption": (
        FIGURE,
        change("sections/0/figures/0/alt", "les symptômes au fil du temps"),
    ),
    "alt-too-long": (FIGURE, change("sections/0/figures/0/alt", "Une courbe. " * 13)),
    "comparison-empty": ("/article/comparisons/0", change("comparisons/0/treatments", [])),
    "caption-empty": ("/article/comparisons/0/caption", change("comparisons/0/caption", " ")),
    "table-header-empty": (
        "/article/comparisons/0/treatments/1/name",
        change("comparisons/0/treatments/1/name", ""),
    ),
    "table-header-empty column": (
        "/article/comparisons/0/criteria/0/name",
        change("comparisons/0/criteria/0/name", ""),
    ),
    "cell-to-complete": (
        "/article/comparisons/0/treatments/1/cells/1",
        change("comparisons/0/treatments/1/cells/1/state", "to_complete"),
    ),
    "cell-to-complete missing": (
        "/article/comparisons/0/treatments/1/cells",
        drop("comparisons/0/treatments/1/cells/1"),
    ),
    "cell-without-source": (
        "/article/comparisons/0/treatments/0/cells/0",
        change("comparisons/0/treatments/0/cells/0/sources", []),
    ),
    "source-year-in-future": ("/article/sources/1/year", change("sources/1/year", 2027)),
    "source-read-in-future": ("/article/sources/1/read_on", change("sources/1/read_on", "2026-10-02")),
    "source-read-before-year": ("/article/sources/1/read_on", change("sources/1/read_on", "2020-12-31")),
}
ADVISING = {
    "claim-without-source": (BODY, body("<p>Il agit en 8 semaines.</p>")),
    "word-absolute": (BODY, body("<p>C’est un remède miracle.</p>")),
    "word-absolute title": ("/article/title", change("title", "Le médicament qui guérit")),
    "sentence-long": (BODY, body(f"<p>{LONG}</p>")),
    "sentence-long lede": ("/article/lede", change("lede", LONG)),
    "comparison-not-shown": ("/article/comparisons/0", hide_comparison),
    "faq-not-shown": ("/article/faq", change("sections/5/shows_faq", False)),
    "detail-unequal": (
        "/article/comparisons/0/treatments/1",
        change("comparisons/0/treatments/0/cells/0/detail", "mot " * 20),
    ),
    "comparison-one-sided": (
        "/article/comparisons/0/criteria",
        change("comparisons/0/criteria/1", criterion("risque", "Efficacité")),
    ),
    "comparison-one-sided harms": (
        "/article/comparisons/0/criteria",
        change("comparisons/0/criteria/0", criterion("effet", "Effets secondaires")),
    ),
    "drug-no-interactions": ("/article/sections", drop("sections/2")),
    "drug-no-pregnancy": ("/article/sections", drop("sections/3")),
    "drug-no-see-doctor": ("/article/sections", change("sections/4/heading", "Les traitements côte à côte")),
    "benefits-missing": ("/article/sections", change("sections/0/aspect", "")),
}


@pytest.mark.parametrize("name", BLOCKING)
def test_each_blocking_defect_is_found_exactly_once(data, name):
    place, seed = BLOCKING[name]
    seed(data["article"])
    assert found(data) == [(name.split()[0], place, BLOCKS)]


@pytest.mark.parametrize("name", ADVISING)
def test_each_defect_that_is_advised_on_is_found_exactly_once_and_does_not_block(data, name):
    place, seed = ADVISING[name]
    seed(data["article"])
    assert (found(data), checks.for_publishing(data, AROUND)) == ([(name.split()[0], place, ADVICE)], [])


def test_an_article_without_a_section_is_refused(data):
    data["article"]["sections"] = []
    assert [each.code for each in checks.for_preview(data)] == ["no-section"]


@pytest.mark.parametrize(
    ("review", "code"),
    [
        (ReviewFact("emma", date(2026, 9, 1), date(2027, 9, 1)), "review-by-author"),
        (ReviewFact("dora", date(2026, 10, 2), date(2027, 9, 1)), "review-in-future"),
        (ReviewFact("dora", date(2026, 9, 1), date(2026, 9, 1)), "review-due-too-early"),
    ],
)
def test_a_review_that_cannot_stand_is_found_exactly_once(data, review, code):
    around = Surroundings(today=TODAY, reviews=(review,))
    assert found(data, around) == [(code, "/reviews/0", BLOCKS)]


def test_a_drug_article_needs_side_effects(data):
    data["article"]["sections"][1]["heading"] = "Ce que l’on peut ressentir"
    data["article"]["sections"][1]["aspect"] = "UsageOrScheduleHealthAspect"
    assert codes(data) == ["drug-no-side-effects"]


def test_an_article_on_something_else_with_benefits_needs_harms(data):
    data["article"]["sections"][1]["aspect"] = ""
    assert codes(data) == ["harms-missing"]


def test_a_dose_makes_it_an_article_on_a_drug(data):
    data["article"]["sections"] = [section("s1", "Une dose", "<p>On prend 5 mg le soir [@smith].</p>")]
    data["article"]["comparisons"], data["article"]["faq"] = [], []
    assert codes(data) == [
        "drug-no-side-effects",
        "drug-no-interactions",
        "drug-no-pregnancy",
        "drug-no-see-doctor",
    ]
    data["article"]["sections"][0]["body"] = "<p>Le sang en contient 5 mg/l [@smith].</p>"
    assert codes(data) == []


@pytest.mark.parametrize("code", [code for code, _aspect, _words in _EXPECTED])
def test_a_stated_reason_answers_a_missing_section(data, code):
    data["article"]["sections"] = [section("s1", "Une dose", "<p>On prend 5 mg le soir [@smith].</p>")]
    data["article"]["comparisons"], data["article"]["faq"] = [], []
    around = Surroundings(today=TODAY, stated_reasons={code: "L’article d’à côté en traite."})
    assert sorted([*codes(data, around), code]) == sorted(each for each, _aspect, _words in _EXPECTED)


def test_a_decorative_figure_needs_no_alternative_text(data):
    data["article"]["sections"][0]["figures"][0] |= {"decorative": True, "alt": ""}
    assert found(data) == []


def test_links_beyond_the_text_are_left_alone_when_nobody_looked(data):
    data["article"]["sections"][3]["body"] = '<p><a href="/articles/absent/#x">Une page</a></p>'
    assert codes(data, Surroundings(today=TODAY)) == []


def test_a_link_to_the_text_itself_by_its_whole_address_is_one_within_it(data):
    data["article"]["sections"][3]["body"] = (
        '<p><a href="https://portail.example/articles/un-article/#source-jones">Une étude</a></p>'
    )
    assert found(data) == []


def test_without_surroundings_a_text_is_examined_all_the_same(data):
    assert [checks.examine(data), checks.for_publishing(data)] == [[], []]


def test_no_check_reports_more_than_anybody_would_mend(data):
    data["article"]["sections"][3]["body"] = "<p>Il agit en 8 jours.</p>" * 101
    assert codes(data) == ["claim-without-source"] * 100


def test_findings_come_in_the_order_of_the_page(data):
    data["article"]["sources"][0]["year"] = 2999
    data["article"]["sections"][3]["body"] = "<p>[@absent]</p>"
    data["article"]["sections"][0]["figures"][0]["alt"] = ""
    data["article"]["title"] = ""
    assert codes(data) == ["title-missing", "alt-missing", "mark-unknown", "source-year-in-future"]


# What a message names besides: the part's own words, or its number where it has none.
NAMED = (
    "Pendant la grossesse",
    "section 4",
    "Est-il utile",
    "question 1",
    "Question 1",
    "Section 4",
    "Les traitements",
)


@pytest.mark.parametrize("name", [*BLOCKING, *ADVISING])
def test_each_finding_names_its_place(data, name):
    place, seed = {**BLOCKING, **ADVISING}[name]
    seed(data["article"])
    (finding,) = checks.examine(data, AROUND)
    words = ("smith", "jones", "LDN", "ISRS", "Quand consulter", "omparison", "omparaison", *NAMED)
    row = re.search(r"/\d", place)
    assert ("%(" in finding.message, not row or any(word in finding.message for word in words)) == (
        False,
        True,
    )


def test_each_check_says_where_its_rule_comes_from():
    assert [check.__qualname__ for check in checks.CHECKS if not (check.__doc__ or "").strip()] == []


def test_the_aspects_that_checks_speak_of_are_those_of_the_model():
    named = DRUG_ASPECTS | BENEFIT_ASPECTS | HARM_ASPECTS | {aspect for _code, aspect, _words in _EXPECTED}
    assert named - set(Aspect.values) == set()


# --- the demonstration and real pages --------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_demonstration_article_passes_every_check():
    data = snapshot.take(make_demo_article())
    around = Surroundings(stated_reasons={"drug-no-pregnancy": "L’article d’origine n’en parle pas."})
    assert checks.examine(data, around) == []


@pytest.mark.django_db
def test_the_anchors_that_links_may_name_are_those_of_the_page(client):
    article = make_demo_article()
    data = snapshot.take(article)
    page = client.get(article.get_absolute_url()).content.decode()
    ids = set(re.findall(r' id="([^"]+)"', page))
    unlinkable = {each for each in ids if each.startswith("appel-") or each.endswith("-lecture")}
    thread = {each for each in ids if each.startswith("commentaire-") or each.endswith("formulaire")}
    assert links.anchors(data) == ids - unlinkable - thread


@pytest.mark.django_db
def test_a_figure_hinders_publication_until_it_is_described():
    article = make_article(publish=False)
    figure = article.sections.get().figures.create(image=make_image(), alt="image")
    before = [each.code for each in checks.for_publishing(snapshot.take(article))]
    figure.alt = "Une place vide au petit matin."
    figure.save()
    assert (before, checks.for_publishing(snapshot.take(article))) == (["alt-says-nothing"], [])


def test_the_ids_of_a_text_are_rendered_once(data):
    data["article"]["sections"][0]["figures"] = []
    ids = re.findall(r' id="([^"]+)"', rendering.render_body(data))
    assert sorted(ids) == sorted(set(ids))


def test_each_kind_of_finding_has_a_name():
    seeded = {name.split()[0] for name in [*BLOCKING, *ADVISING]}
    elsewhere = {
        *("no-section", "review-by-author", "review-in-future", "review-due-too-early"),
        *("drug-no-side-effects", "harms-missing"),
    }
    assert set(NAMES) == seeded | elsewhere
