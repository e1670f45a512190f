"""From a snapshot to the article's body, on the demonstration article and on small ones made for a case."""

import re

import pytest

from articles import rendering, snapshot
from articles.models import Article, Comparison
from tests.factories import make_article, make_demo_article, make_image

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

FIGURE = re.compile(r"<figure.*?</figure>", re.DOTALL)


@pytest.fixture
def body() -> str:
    return make_demo_article().published.html


def rendered(article) -> str:
    return rendering.render_body(snapshot.take(article))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_sections_stand_in_the_order_of_the_article(body):
    assert re.findall(r'<h2 id="partie-([^"]*)">', body) == [
        "qu-est-ce-que-la-naltrexone",
        "recepteurs-opioides",
        "etudes",
        "faible-dose",
        "effets-secondaires",
        "pour-qui",
        "comparaison",
        "avec-une-therapie",
        "commencer",
        "delai",
        "alternatives",
        "questions-frequentes",
        "et-maintenant",
    ]


def test_a_section_is_named_by_its_heading(body):
    sections = re.findall(r'<section id="s-[0-9a-f]+" aria-labelledby="([^"]*)">\s*<h2 id="([^"]*)">', body)
    assert len(sections) == 13
    assert [label for label, _ in sections] == [heading for _, heading in sections]


def test_the_contents_lead_to_the_sections(body):
    data = snapshot.take(make_article(slug="autre"))
    assert rendering.contents(data) == [{"anchor": "partie-a0000001", "heading": "Une section"}]


def test_figures_stand_inside_the_flow_and_say_their_caption_twice(body):
    figures = FIGURE.findall(body)
    labels = [re.search(r'role="group" aria-label="([^"]*)"', figure).group(1) for figure in figures]
    captions = [
        re.search(
            r'<figcaption>([^<]*?) *(?:<small class="credit">[^<]*</small>)?</figcaption>', figure
        ).group(1)
        for figure in figures
    ]
    assert (len(figures), labels) == (2, captions)
    order = [
        match.lastgroup
        for match in re.finditer(r"(?P<figure><figure)|(?P<table><table)|(?P<faq><details)", body)
    ]
    assert order == ["figure", "table", "figure", *["faq"] * 5]


def test_a_figure_offers_its_sizes_and_keeps_its_place(body):
    figure = FIGURE.findall(body)[0]
    assert re.findall(r'<source type="([^"]*)"', figure) == ["image/avif", "image/webp"]
    assert {"width", "height", "alt", "loading", "decoding", "srcset", "sizes"} <= set(
        re.findall(r"\s([a-z]+)=", re.search(r"<img[^>]*>", figure).group())
    )


def test_a_decorative_figure_without_a_caption_says_nothing():
    article = make_article(publish=False)
    article.sections.get().figures.create(key="f1", image=make_image(), decorative=True)
    figure = FIGURE.search(rendered(article)).group()
    assert ('alt=""' in figure, "role=" in figure, "aria-label" in figure, "figcaption" in figure) == (
        True,
        False,
        False,
        False,
    )


def test_the_comparison_is_a_table_of_four_treatments_by_four_criteria(body):
    table = re.search(r"<table.*?</table>", body, re.DOTALL).group()
    assert [words(cell) for cell in re.findall(r'<th scope="col">(.*?)</th>', table, re.DOTALL)] == [
        "Traitement",
        "Effet rapide",
        "Effet durable",
        "Dépendance",
        "Effets secondaires courants",
    ]
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</th>(.*?)</tr>", table, re.DOTALL)
    cells = [
        [words(name), *(words(cell) for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL))]
        for name, row in rows
    ]
    assert [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in cells] == [
        [
            "Naltrexone (LDN)",
            "✕ Non [1] [2]",
            "✓ Oui (après 4-8 semaines) [1]",
            "✕ Non [3]",
            "Insomnie, nausées légères [3]",
        ],
        [
            "ISRS (ex. sertraline)",
            "✕ Non (4-8 semaines) [3]",
            "✓ Oui [3]",
            "✕ Non [3]",
            "Prise de poids, baisse de libido, nausées [3]",
        ],
        [
            "Benzodiazépines (ex. alprazolam)",
            "✓ Oui (en 30 min) [3]",
            "✕ Non [3]",
            "✓ Oui [3]",
            "Somnolence, perte de mémoire, dépendance [3]",
        ],
        ["Thérapie CBT", "✕ Non [3]", "✓ Oui [3]", "✕ Non [3]", "Aucun [3]"],
    ]


def test_the_table_can_be_scrolled_by_keyboard_and_says_how_it_is_read(body):
    region = re.search(
        r'<div class="comparison__scroll" role="region" aria-labelledby="([^"]*)" tabindex="0">', body
    )
    assert f'<caption id="{region.group(1)}">' in body
    described = re.search(r'<table aria-describedby="([^"]*)">', body).group(1)
    assert f'<p id="{described}"' in body


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ({"state": "no_study"}, "Aucune étude trouvée"),
        ({"state": "no_effect"}, "Étudié, aucun effet montré"),
        ({"state": "not_applicable"}, "Sans objet"),
        ({"state": "given", "verdict": "yes", "certainty": "low"}, "✓ Oui certitude faible"),
        ({"state": "given", "value": "1.5000"}, "1,5 mg"),
    ],
)
def test_a_cell_says_its_state_in_words(cell, said):
    article = make_article(publish=False)
    comparison = Comparison.objects.create(article=article, key="c1", caption="Comparaison")
    treatment = comparison.treatments.create(key="t1", name="Traitement")
    criterion = comparison.criteria.create(key="k1", name="Critère", unit="mg")
    treatment.cells.create(criterion=criterion, **cell)
    article.sections.update(comparison=comparison)
    found = re.search(r"<td>(.*?)</td>", rendered(article), re.DOTALL).group(1)
    assert words(found).replace("\N{NO-BREAK SPACE}", " ").lower() == said.lower()


def test_the_questions_are_five_each_with_an_address(body):
    entries = re.findall(r'<details id="faq-[0-9a-f]+">\s*<summary><h3>([^<]*)</h3></summary>', body)
    assert len(entries) == 5


def test_sources_are_numbered_by_first_use_and_lead_back_to_every_use():
    article = make_article(publish=False)
    for position, key in enumerate(("un", "deux", "jamais")):
        article.sources.create(key=key, position=position, title=f"Titre {key}", to_verify=key == "deux")
    article.sections.update(body="<p>Ceci [@deux], cela [@un], ceci encore [@deux], rien [@inconnue].</p>")
    html = rendered(article)
    marks = re.findall(r'<a href="#(source-\w+)" id="(appel-[\w-]+)" aria-label="[^"]*">\[(\d)\]</a>', html)
    assert marks == [
        ("source-deux", "appel-deux-1", "1"),
        ("source-un", "appel-un-1", "2"),
        ("source-deux", "appel-deux-2", "1"),
    ]
    items = re.findall(r'<li id="source-(\w+)">(.*?)</li>', html, re.DOTALL)
    assert [(key, re.findall(r'href="#([^"]*)"', item), "to-verify" in item) for key, item in items] == [
        ("deux", ["appel-deux-1", "appel-deux-2"], True),
        ("un", ["appel-un-1"], False),
        ("jamais", [], False),
    ]
    assert "inconnue" not in html


def test_a_source_cited_inside_a_link_is_marked_behind_it():
    article = make_article(publish=False)
    article.sources.create(key="un", title="Titre")
    article.sections.update(body='<p>Voir <a href="https://ansm.sante.fr/">l’essai [@un]</a>.</p>')
    assert (
        '<p>Voir <a href="https://ansm.sante.fr/">l’essai</a><sup class="citation"><a href="#source-un"'
        in rendered(article)
    )


def test_a_source_links_to_where_it_can_be_read():
    article = make_article(publish=False)
    article.sources.create(
        key="s1", title="Une étude", doi="10.1000/182", pmid="12345", url="https://example.org/a?b=1&c=2"
    )
    assert re.findall(r'<a href="(https[^"]*)"', rendered(article)) == [
        "https://doi.org/10.1000/182",
        "https://pubmed.ncbi.nlm.nih.gov/12345/",
        "https://example.org/a?b=1&amp;c=2",
    ]


def test_a_source_to_verify_is_said_to_readers(body):
    assert words(body).count("Référence à vérifier") == 3


def test_an_article_without_sources_has_no_empty_list():
    assert "sources" not in rendered(make_article(publish=False))


def test_titles_and_captions_are_escaped():
    article = make_article(publish=False)
    article.sections.update(heading="<script>alert(1)</script> & «test»")
    article.sections.get().figures.create(
        key="f1", image=make_image(), alt='"><img src=x onerror=alert(1)>', caption='Une "légende" <b>'
    )
    article.sources.create(key="s1", title="<b>Titre</b>", note="<i>")
    html = rendered(article)
    assert re.findall(r"<(?:script|b|i)\b|<img src=x", html) == []


def test_rendering_the_same_snapshot_again_gives_the_same_body(body):
    article = Article.objects.get()
    assert rendering.render_body(article.published.data) == body
