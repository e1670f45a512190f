"""A comparison edited as one table: rows, columns and cells in the same save."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.admin.grid import Grid
from articles.models import Cell, Comparison, Source
from tests.articles.admin_forms import grid_form, make_comparison, page
from tests.factories import make_article, make_chief_editor, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def chief(client):
    chief = make_chief_editor()
    client.force_login(chief)
    return chief


def make_table(treatments: int, criteria: int) -> Comparison:
    comparison = make_article().comparisons.create(key="c1", caption="Traitements")
    for number in range(treatments):
        comparison.treatments.create(key=f"t{number}", name=f"Traitement {number}", position=number)
    for number in range(criteria):
        comparison.criteria.create(key=f"c{number}", name=f"Critère {number}", position=number)
    comparison.complete_grid()
    return comparison


def new_row(prefix: str, number: int, **fields) -> dict:
    """A treatment or criterion that the browser added as the ``number``-th of its kind."""
    kind = {"kind": "text", "better": "none"} if prefix == "criteria" else {}
    row = {f"{prefix}-{number}-{name}": value for name, value in (kind | fields).items()}
    return {f"{prefix}-TOTAL_FORMS": number + 1, **row}


def states(comparison: Comparison) -> dict[str, str]:
    return {
        f"{cell.treatment.key}/{cell.criterion.key}": cell.state
        for cell in Cell.objects.filter(treatment__comparison=comparison).select_related(
            "treatment", "criterion"
        )
    }


def refused(response) -> list[tuple[str, str]]:
    assert response.status_code == 200
    return response.context["adminform"].form.problems()


def test_a_cell_of_the_grid_is_saved_and_shown_again(client, chief):
    article = make_article()
    source = Source.objects.create(article=article, key="younger-2014")
    comparison = make_comparison(article)
    filled = {
        "cell-ldn-effet-state": "given",
        "cell-ldn-effet-verdict": "yes",
        "cell-ldn-effet-detail": "en\r\n30 min ",
        "cell-ldn-effet-value": "1 004,5",
        "cell-ldn-effet-certainty": "low",
        "cell-ldn-effet-source_keys": "@younger-2014",
    }
    response = client.post(page(comparison), grid_form(comparison, **filled))
    cell = Cell.objects.get(treatment__key="ldn", criterion__key="effet")
    assert (response.status_code, response.headers["Location"]) == (302, page(article))
    assert (cell.state, cell.verdict, cell.detail, str(cell.value), cell.certainty) == (
        "given",
        "yes",
        "en 30 min",
        "1004.5000",
        "low",
    )
    assert list(cell.sources.all()) == [source]
    assert Cell.objects.filter(state="to_complete").count() == 3
    html = client.get(page(comparison)).content.decode()
    assert ('value="younger-2014"' in html, 'value="1004,5"' in html, "en 30 min" in html) == (
        True,
        True,
        True,
    )


def test_an_unchanged_page_sent_back_changes_no_row(client, chief):
    comparison = make_comparison(make_article())
    Cell.objects.filter(treatment__key="ldn").update(state="given", value="3.5000", detail="à jeun")
    data = grid_form(comparison)
    with CaptureQueriesContext(connection) as queries:
        client.post(page(comparison), data)
    written = [q["sql"] for q in queries if "articles_cell" in q["sql"] and not q["sql"].startswith("SELECT")]
    assert written == []


def test_sources_of_a_cell_are_replaced_and_emptied(client, chief):
    comparison = make_comparison(make_article())
    for key in ("a", "b", "c"):
        Source.objects.create(article=comparison.article, key=key)
    seen = []
    for keys in ("a; b", "@c b", ""):
        sent = {"cell-ldn-effet-state": "no_study", "cell-ldn-effet-source_keys": keys}
        client.post(page(comparison), grid_form(comparison, **sent))
        cell = Cell.objects.get(treatment__key="ldn", criterion__key="effet")
        seen.append(sorted(cell.sources.values_list("key", flat=True)))
    assert seen == [["a", "b"], ["b", "c"], []]


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"state": "given"}, "state", "says something"),
        ({"state": "no_study", "verdict": "yes"}, "state", "Only a given or disputed"),
        ({"state": "given", "detail": "x", "source_keys": "inconnue"}, "source_keys", "inconnue"),
        ({"state": "nonsense"}, "state", "nonsense"),
        ({"state": "given", "value": "beaucoup"}, "value", ""),
        ({"state": "given", "detail": "x" * 301}, "detail", "300"),
    ],
)
def test_a_wrong_cell_is_refused_in_its_place_and_nothing_is_saved(
    client, chief, settings, wrong, field, words
):
    settings.LANGUAGE_CODE = "en"
    comparison = make_comparison(make_article())
    sent = {f"cell-ldn-effet-{name}": value for name, value in wrong.items()}
    response = client.post(
        page(comparison),
        grid_form(comparison, caption="Autre", **sent, **{"cell-isrs-delai-state": "no_study"}),
    )
    [(place, message)] = refused(response)
    assert (place, words in message) == (f"id_cell-ldn-effet-{field}", True)
    html = response.content.decode()
    assert (f'href="#{place}"' in html, f'id="{place}"' in html, 'aria-invalid="true"' in html) == (True,) * 3
    comparison.refresh_from_db()
    assert (comparison.caption, Cell.objects.exclude(state="to_complete").count()) == ("Traitements", 0)


def test_a_new_treatment_and_a_new_criterion_are_saved_with_their_cells(client, chief):
    comparison = make_comparison(make_article())
    data = grid_form(comparison)
    data |= new_row("treatments", 2, key="aaaa1111", name="TCC")
    data |= new_row("criteria", 2, key="bbbb2222", name="Dose", kind="number", unit="mg")
    data |= {
        "cell-aaaa1111-effet-state": "no_study",
        "cell-aaaa1111-bbbb2222-state": "not_applicable",
        "cell-ldn-bbbb2222-state": "given",
        "cell-ldn-bbbb2222-value": "4,5",
    }
    assert client.post(page(comparison), data).status_code == 302
    assert states(comparison) == {
        "ldn/effet": "to_complete",
        "ldn/delai": "to_complete",
        "ldn/bbbb2222": "given",
        "isrs/effet": "to_complete",
        "isrs/delai": "to_complete",
        "isrs/bbbb2222": "to_complete",
        "aaaa1111/effet": "no_study",
        "aaaa1111/delai": "to_complete",
        "aaaa1111/bbbb2222": "not_applicable",
    }
    tcc, dose = comparison.treatments.get(name="TCC"), comparison.criteria.get(name="Dose")
    assert (tcc.position, dose.position, dose.kind, dose.unit) == (1, 1, "number", "mg")


def test_a_new_row_that_is_sent_twice_is_one_row(client, chief):
    comparison = make_comparison(make_article())
    data = grid_form(comparison) | new_row("treatments", 2, key="aaaa1111", name="TCC")
    for _time in range(2):
        assert client.post(page(comparison), data).status_code == 302
    assert comparison.treatments.count() == 3


def test_rows_are_renamed_and_reordered(client, chief):
    comparison = make_comparison(make_article())
    data = grid_form(comparison)
    data |= {"treatments-0-name": "Naltrexone", "treatments-0-position": "1", "treatments-1-position": "0"}
    data |= {"criteria-0-position": "5", "criteria-1-position": "2"}
    client.post(page(comparison), data)
    assert list(comparison.treatments.values_list("key", "name")) == [("isrs", "ISRS"), ("ldn", "Naltrexone")]
    assert list(comparison.criteria.values_list("key", flat=True)) == ["delai", "effet"]


def test_a_deleted_treatment_takes_its_cells_with_it(client, chief):
    comparison = make_comparison(make_article())
    client.post(
        page(comparison),
        grid_form(comparison, **{"treatments-0-DELETE": "on", "cell-ldn-effet-state": "given"}),
    )
    assert states(comparison) == {"isrs/effet": "to_complete", "isrs/delai": "to_complete"}


def test_an_empty_row_without_javascript_is_offered_and_left_out_if_it_stays_empty(client, chief):
    comparison = make_comparison(make_article())
    form = client.get(page(comparison)).context["adminform"].form
    blank = form.grid.treatments.forms[2]
    data = grid_form(comparison) | new_row("treatments", 2, key=blank.instance.key, name="", detail="")
    data |= {f"cell-{blank.instance.key}-effet-state": "to_complete"}
    assert client.post(page(comparison), data).status_code == 302
    assert comparison.treatments.count() == 2


def test_a_filled_row_without_a_name_is_refused(client, chief, settings):
    settings.LANGUAGE_CODE = "en"
    comparison = make_comparison(make_article())
    data = grid_form(comparison) | new_row("treatments", 2, key="aaaa1111", name="")
    response = client.post(page(comparison), data | {"cell-aaaa1111-effet-state": "no_study"})
    assert refused(response) == [
        ("id_treatments-2-name", "Treatment without a name, Name : This field is required.")
    ]


def test_nothing_typed_is_lost_when_something_is_refused(client, chief):
    comparison = make_comparison(make_article())
    data = grid_form(comparison, caption="Autre titre")
    data |= new_row("treatments", 2, key="aaaa1111", name="TCC", position="0")
    data |= {"treatments-0-position": "1", "treatments-1-position": "2"}
    data |= new_row("criteria", 2, key="bbbb2222", name="Dose", kind="number", unit="mg")
    data |= {
        "cell-aaaa1111-bbbb2222-state": "given",
        "cell-aaaa1111-bbbb2222-value": "quatre",
        "cell-isrs-bbbb2222-detail": "mis à part",
    }
    response = client.post(page(comparison), data)
    grid = response.context["adminform"].form.grid
    assert [row.name for row, _cells in grid.rows] == ["TCC", "LDN", "ISRS"]
    assert [column.name for column in grid.criteria.in_order] == ["Effet", "Delai", "Dose"]
    shown = {cell.prefix: cell.values for cell in grid}
    assert shown["cell-aaaa1111-bbbb2222"]["value"] == "quatre"
    html = response.content.decode()
    assert all(text in html for text in ("Autre titre", 'value="quatre"', 'value="TCC"', 'value="mg"'))


@pytest.mark.parametrize("key", ["Majuscule", "a b", '"><script>', "é"])
def test_a_key_that_no_browser_of_ours_makes_is_refused(client, chief, key):
    comparison = make_comparison(make_article())
    data = grid_form(comparison) | new_row("treatments", 2, key=key, name="TCC")
    response = client.post(page(comparison), data)
    assert [place for place, _message in refused(response)] == ["id_treatments-2-name"]
    assert '"><script>' not in response.content.decode()


@pytest.mark.parametrize(("axis", "limit"), [("treatments", 30), ("criteria", 12)])
def test_more_rows_than_the_limit_are_refused_and_come_back(client, chief, settings, axis, limit):
    settings.LANGUAGE_CODE = "en"
    comparison = make_table(*((limit, 1) if axis == "treatments" else (1, limit)))
    data = grid_form(comparison) | new_row(axis, limit, key="aaaa1111", name="De trop")
    response = client.post(page(comparison), data)
    message = f"A comparison has at most {limit} {axis}; here are {limit + 1}: delete some."
    assert refused(response) == [("grid-heading", message)]
    assert 'value="De trop"' in response.content.decode()
    data |= {f"{axis}-0-DELETE": "on"}
    assert client.post(page(comparison), data).status_code == 302


def test_what_the_browser_did_not_know_is_left_alone(client, chief):
    comparison = make_comparison(make_article())
    data = grid_form(comparison) | new_row("criteria", 2, key="bbbb2222", name="Dose")
    late = comparison.treatments.create(key="late", name="Tard", position=9)
    comparison.complete_grid()
    late.cells.update(state="no_study")
    response = client.post(page(comparison), data)
    assert (response.status_code, sorted(late.cells.values_list("criterion__key", "state"))) == (
        302,
        [("bbbb2222", "to_complete"), ("delai", "no_study"), ("effet", "no_study")],
    )


def test_a_treatment_that_somebody_deleted_meanwhile_comes_back_with_what_was_sent(client, chief):
    comparison = make_comparison(make_article())
    data = grid_form(comparison, **{"cell-ldn-effet-state": "no_study"})
    comparison.treatments.get(key="ldn").delete()
    assert client.post(page(comparison), data).status_code == 302
    assert states(comparison)["ldn/effet"] == "no_study"


def test_after_saving_one_is_back_in_the_cell_where_one_was(client, chief):
    comparison = make_comparison(make_article())
    data = grid_form(comparison, _continue="1", _at="cell-ldn-delai")
    assert client.post(page(comparison), data).headers["Location"] == page(comparison) + "#cell-ldn-delai"
    data |= {"_at": "javascript:alert(1)"}
    assert client.post(page(comparison), data).headers["Location"] == page(comparison)


def test_a_changed_table_is_an_entry_in_the_log_and_an_unchanged_one_is_none(client, chief):
    comparison = make_comparison(make_article())
    client.post(page(comparison), grid_form(comparison))
    assert LogEntry.objects.count() == 0
    client.post(page(comparison), grid_form(comparison, **{"cell-ldn-delai-state": "no_study"}))
    assert LogEntry.objects.count() == 1


def test_who_may_only_look_sees_the_table_and_changes_nothing(client):
    comparison = make_comparison(make_article())
    looker = make_user("dora", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_comparison"))
    client.force_login(looker)
    html = client.get(page(comparison)).content.decode()
    assert ('class="grid-all" disabled' in html, "data-readonly" in html, 'name="_save"' in html) == (
        True,
        True,
        False,
    )
    response = client.post(page(comparison), grid_form(comparison, **{"cell-ldn-effet-state": "no_study"}))
    assert (response.status_code, set(states(comparison).values())) == (403, {"to_complete"})


@pytest.mark.parametrize("size", [(5, 4), (8, 10)])
def test_the_page_costs_the_same_for_any_size(client, chief, django_assert_num_queries, size):
    comparison = make_table(*size)
    data = grid_form(comparison, **{"cell-t1-c1-state": "no_study"})
    ContentType.objects.get_for_model(Comparison)  # kept between requests
    # 6 of them say who else is there, and which version one starts from.
    with django_assert_num_queries(16):
        client.get(page(comparison))
    # 24 of them are for the new version of the article.
    with django_assert_num_queries(40):
        client.post(page(comparison), data)


@pytest.mark.parametrize("size", [(5, 4), (8, 10)])
def test_a_whole_table_is_read_and_filled_in_few_queries(django_assert_num_queries, size):
    comparison = make_table(*size)
    Source.objects.create(article=comparison.article, key="a")
    data = grid_form(comparison)
    filled = {"state": "given", "detail": "x", "source_keys": "a"}
    data |= {name: filled.get(name.split("-")[-1], data[name]) for name in data if name.startswith("cell-")}
    with django_assert_num_queries(5):
        grid = Grid(comparison, data)
    assert grid.is_valid()
    with django_assert_num_queries(3):
        grid.save()
    assert Cell.objects.filter(state="given", detail="x", sources__key="a").count() == size[0] * size[1]


def test_a_deleted_table_makes_a_version_without_it(client, chief):
    article = make_article()
    comparison = make_comparison(article)
    article.record(by=None)
    client.post(page(comparison, "delete"), {"post": "yes"})
    article.refresh_from_db()
    assert (article.draft.data["article"]["comparisons"], article.draft.author) == ([], chief)
