"""A comparison edited as a grid."""

import pytest
from django.contrib.contenttypes.models import ContentType

from articles.models import Cell, Comparison, Source
from tests.articles.admin_forms import grid_form, make_comparison, page
from tests.factories import make_article, make_chief_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    chief = make_chief_editor()
    client.force_login(chief)
    return chief


def test_a_cell_of_the_grid_is_saved_and_shown_again(client, chief):
    article = make_article()
    source = Source.objects.create(article=article, key="younger-2014")
    comparison = make_comparison(article)
    filled = {
        "cell-ldn-effet-state": "given",
        "cell-ldn-effet-verdict": "yes",
        "cell-ldn-effet-detail": "en 30 min",
        "cell-ldn-effet-value": "4,5",
        "cell-ldn-effet-certainty": "low",
        "cell-ldn-effet-source_keys": "@younger-2014",
    }
    response = client.post(page(comparison), grid_form(comparison, **filled))
    cell = Cell.objects.get(treatment__key="ldn", criterion__key="effet")
    assert (response.status_code, response.headers["Location"]) == (302, page(article))
    assert (
        cell.state,
        cell.verdict,
        cell.detail,
        str(cell.value),
        cell.certainty,
        list(cell.sources.all()),
    ) == (
        "given",
        "yes",
        "en 30 min",
        "4.5000",
        "low",
        [source],
    )
    assert Cell.objects.filter(state="to_complete").count() == 3
    html = client.get(page(comparison)).content.decode()
    assert ('value="younger-2014"' in html, "en 30 min" in html) == (True, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"cell-ldn-effet-state": "given"},
        {"cell-ldn-effet-state": "no_study", "cell-ldn-effet-verdict": "yes"},
        {
            "cell-ldn-effet-state": "given",
            "cell-ldn-effet-detail": "x",
            "cell-ldn-effet-source_keys": "inconnue",
        },
        {"cell-ldn-effet-state": "nonsense"},
    ],
)
def test_a_wrong_cell_is_refused_in_its_place_and_nothing_is_saved(client, chief, wrong):
    comparison = make_comparison(make_article())
    response = client.post(
        page(comparison),
        grid_form(comparison, caption="Autre", **wrong, **{"cell-isrs-delai-state": "no_study"}),
    )
    grid = response.context["adminform"].form.grid
    assert [cell.prefix for cell in grid.wrong()] == ["cell-ldn-effet"]
    comparison.refresh_from_db()
    assert (comparison.caption, Cell.objects.exclude(state="to_complete").count()) == ("Traitements", 0)


def test_a_new_treatment_gets_its_cells(client, chief):
    comparison = make_comparison(make_article())
    data = grid_form(comparison)
    data |= {"treatments-TOTAL_FORMS": 3, "treatments-2-name": "TCC", "treatments-2-position": ""}
    client.post(page(comparison), data)
    tcc = comparison.treatments.get(name="TCC")
    assert (tcc.cells.count(), tcc.position) == (2, 1)


def test_a_deleted_treatment_takes_its_cells_with_it(client, chief):
    comparison = make_comparison(make_article())
    client.post(
        page(comparison),
        grid_form(comparison, **{"treatments-0-DELETE": "on", "cell-ldn-effet-state": "no_study"}),
    )
    assert sorted(Cell.objects.values_list("treatment__key", "criterion__key")) == [
        ("isrs", "delai"),
        ("isrs", "effet"),
    ]


def test_cells_that_the_browser_did_not_know_are_left_alone(client, chief):
    comparison = make_comparison(make_article())
    data = grid_form(comparison)
    late = comparison.treatments.create(key="late", name="Tard", position=9)
    comparison.complete_grid()
    late.cells.update(state="no_study")
    response = client.post(page(comparison), data)
    assert (response.status_code, list(late.cells.values_list("state", flat=True))) == (302, ["no_study"] * 2)


@pytest.mark.parametrize("n", [1, 3])
def test_the_grid_costs_the_same_for_any_size(client, chief, django_assert_num_queries, n):
    comparison = make_comparison(make_article())
    for number in range(n):
        comparison.treatments.create(name=f"T{number}")
        comparison.criteria.create(name=f"C{number}")
    comparison.complete_grid()
    ContentType.objects.get_for_model(Comparison)  # kept between requests
    with django_assert_num_queries(13):
        client.get(page(comparison))
