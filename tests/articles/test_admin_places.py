"""A finding's place leads to the page and the field where it is mended."""

import pytest

from articles import snapshot
from articles.admin.places import place_url
from tests.articles.admin_forms import make_comparison, page
from tests.factories import make_article, make_chief_editor, make_image

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.mark.parametrize(
    ("pointer", "field"),
    [
        ("/article/title", "id_title"),
        ("/article/authors/0", "authorships-group"),
        ("/article/sections", "sections-group"),
        ("/article/sections/3", "id_sections-3-heading"),
        ("/article/sections/3/body", "id_sections-3-body"),
        ("/article/sections/3/key", "id_sections-3-alias"),
        ("/article/sections/3/figures/0/alt", "id_sections-3-figures-0-alt"),
        ("/article/faq/2/answer", "id_faq-2-answer"),
        ("/article/sources/1/key", "id_sources-1-key"),
        ("/article/sources/1", "id_sources-1-title"),
        ("/reviews/0", "reviews"),
    ],
)
def test_a_place_on_the_article_s_form_is_its_field(pointer, field):
    article = make_article(publish=False)
    assert place_url(article, pointer) == f"{page(article)}#{field}"


@pytest.mark.parametrize(
    ("pointer", "end"),
    [
        ("", ""),
        ("/caption", "#id_caption"),
        ("/criteria", "#grid"),
        ("/criteria/1/name", "#id_criteria-1-name"),
        ("/treatments/1", "#id_treatments-1-name"),
        ("/treatments/1/cells", "#grid"),
        ("/treatments/1/cells/0", "#id_cell-isrs-effet-state"),
    ],
)
def test_a_place_in_a_comparison_is_on_its_own_page(pointer, end):
    comparison = make_comparison(make_article(publish=False))
    assert place_url(comparison.article, f"/article/comparisons/0{pointer}") == f"{page(comparison)}{end}"


def test_a_part_that_has_moved_since_is_found_by_its_key():
    article = make_article(publish=False)
    comparison = make_comparison(article)
    data = snapshot.take(article)
    article.sections.update(position=1)
    article.sections.create(heading="Avant", position=0)
    comparison.treatments.filter(key="ldn").update(position=9)
    cell = "/article/comparisons/0/treatments/0/cells/1"
    assert [place_url(article, place, data=data) for place in ("/article/sections/0/body", cell)] == [
        f"{page(article)}#id_sections-1-body",
        f"{page(comparison)}#id_cell-ldn-delai-state",
    ]


def test_a_part_that_is_gone_leads_to_the_form():
    article = make_article(publish=False)
    data = snapshot.take(article)
    article.sections.all().delete()
    assert place_url(article, "/article/sections/0/body", data=data) == page(article)


POINTERS = [
    "/article/title",
    "/article/lede",
    "/article/authors/0",
    "/article/sections",
    "/article/sections/0/heading",
    "/article/sections/0/body",
    "/article/sections/0/alias",
    "/article/sections/0/comparison",
    "/article/sections/0/figures/0/alt",
    "/article/faq",
    "/article/faq/0/question",
    "/article/faq/0/answer",
    "/article/sources/0/key",
    "/article/sources/0/year",
    "/article/sources/0/read_on",
    "/article/sources/0/url",
    "/article/sources/0/doi",
    "/article/comparisons/0",
    "/article/comparisons/0/caption",
    "/article/comparisons/0/summary",
    "/article/comparisons/0/criteria",
    "/article/comparisons/0/criteria/0/name",
    "/article/comparisons/0/treatments/0",
    "/article/comparisons/0/treatments/0/cells",
    "/article/comparisons/0/treatments/0/cells/0",
    "/reviews/0",
]


def test_every_place_is_there_on_its_page(client):
    client.force_login(make_chief_editor())
    article = make_article(publish=False)
    article.sections.get().figures.create(image=make_image(), alt="Une place vide.")
    article.faq.create(question="Est-ce cher ?", answer="<p>Non.</p>")
    article.sources.create(title="Une étude")
    make_comparison(article)
    pages, missing = {}, []
    for pointer in POINTERS:
        path, _hash, anchor = place_url(article, pointer).partition("#")
        if path not in pages:
            pages[path] = client.get(path).content.decode()
        if anchor and f'id="{anchor}"' not in pages[path]:
            missing.append((pointer, anchor))
    assert missing == []
