"""The comparison's grid as editors use it: by keyboard, by paste, on a phone, and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from articles.models import Cell, Comparison, Source
from tests.articles.admin_forms import make_comparison
from tests.articles.admin_forms import page as address
from tests.browser.conftest import accessibility_violations, log_in
from tests.factories import PASSWORD, make_article, make_chief_editor


@pytest.fixture
def comparison() -> Comparison:
    make_chief_editor("chloe")
    article = make_article()
    Source.objects.create(article=article, key="younger-2014", title="Low-dose naltrexone", year=2014)
    Source.objects.create(article=article, key="has-2020", title="Troubles anxieux", position=1)
    return make_comparison(article)


@pytest.fixture
def desk(visit, comparison):
    def open_desk(row: Comparison = comparison, **kwargs) -> Page:
        page = visit("/admin/login/", **kwargs)
        log_in(page, "chloe", PASSWORD)
        page.goto(address(row))
        return page

    return open_desk


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def active(page: Page) -> str:
    return page.evaluate("document.activeElement.id")


def paste(page: Page, text: str) -> None:
    """As if copied elsewhere; the keys go where the focus is."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer et continuer").click()
    page.locator(".grid-progress:not(:empty)").wait_for()


def cell(treatment: str, criterion: str) -> Cell:
    return Cell.objects.get(treatment__name=treatment, criterion__name=criterion)


def names(page: Page, axis: str) -> list[str]:
    return page.locator(f"[data-axis={axis}]").evaluate_all("all => all.map(one => one.ariaLabel)")


def to_the_grid(page: Page) -> None:
    page.locator("#cell-ldn-effet").focus()


def test_the_arrows_go_from_cell_to_cell_and_stop_at_the_edges(desk):
    page = desk()
    to_the_grid(page)
    seen = []
    for key in (
        "ArrowRight",
        "ArrowDown",
        "ArrowRight",
        "ArrowLeft",
        "ArrowLeft",
        "ArrowUp",
        "ArrowUp",
        "ArrowLeft",
    ):
        page.keyboard.press(key)
        seen.append(active(page))
    assert seen == [
        "cell-ldn-delai",
        "cell-isrs-delai",
        "cell-isrs-delai",
        "cell-isrs-effet",
        "treatment-isrs",
        "treatment-ldn",
        "grid-corner",
        "grid-corner",
    ]
    press(page, "Control+End")
    assert active(page) == "cell-isrs-delai"


def test_the_table_is_one_stop_for_the_tab_key(desk):
    page = desk()
    to_the_grid(page)
    press(page, "ArrowDown", "Tab")
    assert page.evaluate("document.activeElement.closest('table')") is None
    press(page, "Shift+Tab")
    assert active(page) == "cell-isrs-effet"


def test_enter_opens_a_cell_escape_closes_it_and_readers_text_is_shown(desk):
    page = desk()
    to_the_grid(page)
    place = page.locator("#cell-ldn-effet")
    expect(place.locator("[data-view]")).to_have_text("✎ à compléter")
    press(page, "Enter")
    expect(place.get_by_label("Précision")).to_be_focused()
    page.keyboard.type("après 4 semaines")
    press(page, "Escape")
    assert active(page) == "cell-ldn-effet"
    expect(place.locator("[data-view]")).to_have_text("après 4 semaines")
    press(page, "F2")
    expect(place.get_by_label("Précision")).to_have_value("après 4 semaines")


def test_a_state_without_a_statement_hides_what_does_not_fit(desk, comparison):
    comparison.criteria.filter(key="effet").update(kind="yes_no")
    page = desk()
    to_the_grid(page)
    place = page.locator("#cell-ldn-effet")
    press(page, "Enter")
    expect(place.get_by_label("Verdict")).to_be_focused()
    expect(place.get_by_label("Valeur")).to_be_hidden()
    place.get_by_label("État").focus()
    place.get_by_label("État").select_option("no_study")
    expect(place.get_by_label("Verdict")).to_be_hidden()
    expect(place.get_by_label("Certitude")).to_be_hidden()


def test_a_table_of_four_by_five_is_built_and_filled_by_keyboard_alone(desk, comparison):
    comparison.treatments.all().delete()
    comparison.criteria.all().delete()
    page = desk()
    for kind, how_many in (("Ajouter un traitement", 4), ("Ajouter un critère", 5)):
        for number in range(1, how_many + 1):
            page.get_by_role("button", name=kind).press("Enter")
            page.keyboard.type(f"{'T' if 'trait' in kind else 'C'}{number}")
            page.keyboard.press("Escape")
    press(page, "Control+Home", "ArrowDown", "ArrowRight")
    for row in range(1, 5):
        for column in range(1, 6):
            page.keyboard.type(f"texte {row}.{column}")
            press(page, "Escape", "ArrowRight")
        press(page, "Home", "ArrowDown", "ArrowRight")
    expect(page.locator(".grid-progress")).to_have_text("À compléter : 0 sur 20")
    save(page)
    assert Cell.objects.filter(state="given").count() == 20
    assert (cell("T1", "C1").detail, cell("T4", "C5").detail) == ("texte 1.1", "texte 4.5")


def test_enter_goes_down_and_tab_after_the_last_field_goes_on(desk):
    page = desk()
    to_the_grid(page)
    page.keyboard.type("un")
    press(page, "Enter")
    assert active(page) == "cell-isrs-effet"
    press(page, "ArrowUp", "Enter")
    page.locator("#cell-ldn-effet .cell-sources summary").focus()
    press(page, "Tab")
    assert active(page) == "cell-ldn-delai"
    press(page, "Enter")
    page.locator("#id_cell-ldn-delai-state").focus()
    press(page, "Shift+Tab")
    assert active(page) == "cell-ldn-delai"


def test_sources_are_chosen_from_those_of_the_article(desk):
    page = desk()
    to_the_grid(page)
    page.keyboard.type("oui")
    page.locator("#cell-ldn-effet .cell-sources summary").press("Enter")
    page.get_by_label("Chercher parmi les sources").fill("naltrexone")
    expect(page.locator(".cell-sources li:visible")).to_have_count(1)
    page.get_by_label("younger-2014").press("Space")
    press(page, "Escape")
    expect(page.locator("#cell-ldn-effet [data-view]")).to_have_text("oui [younger-2014]")
    save(page)
    assert [source.key for source in cell("LDN", "Effet").sources.all()] == ["younger-2014"]


def test_rows_and_columns_move_by_their_buttons_and_keep_the_focus(desk, comparison):
    page = desk()
    page.locator("#treatment-ldn").focus()
    press(page, "Enter")
    down = page.locator("#treatment-ldn").get_by_role("button", name="Descendre")
    down.focus()
    press(page, "Enter")
    expect(down).to_be_focused()
    expect(page.locator(".grid-said [role=status]")).to_have_text(
        "« LDN » est maintenant à la place 2 sur 2."
    )
    right = page.locator("#criterion-effet").get_by_role("button", name="Déplacer à droite")
    right.press("Enter")
    expect(right).to_be_focused()
    assert (names(page, "treatments"), names(page, "criteria")) == (["ISRS", "LDN"], ["Delai", "Effet"])
    save(page)
    assert (names(page, "treatments"), names(page, "criteria")) == (["ISRS", "LDN"], ["Delai", "Effet"])


def test_adding_renaming_deleting_and_filling_are_one_save(desk, comparison):
    page = desk()
    page.locator("#treatment-isrs").focus()
    press(page, "Enter")
    page.locator("#treatment-isrs").get_by_role("button", name="Supprimer").press("Enter")
    expect(page.locator(".grid-said [role=status]")).to_contain_text("« ISRS » sera supprimé")
    page.locator("#criterion-effet").focus()
    press(page, "Enter", "Control+A")
    page.keyboard.type("Efficacité")
    press(page, "Escape")
    page.get_by_role("button", name="Ajouter un traitement").press("Enter")
    page.keyboard.type("TCC")
    press(page, "Escape", "ArrowRight")
    page.keyboard.type("bien montrée")
    press(page, "Escape")
    here = active(page)
    save(page)
    assert active(page) == here
    assert (names(page, "treatments"), names(page, "criteria")) == (["LDN", "TCC"], ["Efficacité", "Delai"])
    assert cell("TCC", "Efficacité").detail == "bien montrée"


def test_an_empty_new_row_goes_at_once_by_the_same_button(desk):
    page = desk()
    page.get_by_role("button", name="Ajouter un traitement").press("Enter")
    page.locator("[data-axis=treatments]").last.get_by_role("button", name="Supprimer").press("Enter")
    assert names(page, "treatments") == ["LDN", "ISRS"]
    save(page)
    assert names(page, "treatments") == ["LDN", "ISRS"]


SHEET = (
    "\tEffet\tDose\tRemboursé\r\n"
    'LDN\t"Deux essais,\nun ""petit"""\t3,5 mg\toui\r\n'
    "TCC\taucune étude\tsans objet\tnon (sauf centre)\r\n"
    "Placebo\tcontroversé\t–\t\r\n"
)


def test_a_sheet_pasted_on_the_corner_fills_adds_and_is_undone(desk):
    page = desk()
    page.locator("#grid-corner").focus()
    paste(page, SHEET)
    expect(page.locator(".grid-said [role=status]")).to_have_text(
        "C’est collé. Cases remplies : 7. Traitements ajoutés : 2. Critères ajoutés : 2."
    )
    page.get_by_role("button", name="Annuler le dernier changement").click()
    assert (names(page, "treatments"), names(page, "criteria")) == (["LDN", "ISRS"], ["Effet", "Delai"])
    expect(page.locator(".grid-progress")).to_have_text("À compléter : 4 sur 4")
    page.locator("#grid-corner").focus()
    paste(page, SHEET)
    expect(page.locator("[data-axis=treatments]")).to_have_count(4)
    save(page)
    found = {
        (row.treatment.name, row.criterion.name): (row.state, row.verdict, row.detail, row.value)
        for row in Cell.objects.exclude(state="to_complete").select_related("treatment", "criterion")
    }
    assert found == {
        ("LDN", "Effet"): ("given", "", 'Deux essais, un "petit"', None),
        ("LDN", "Dose"): ("given", "", "", 3.5),
        ("LDN", "Remboursé"): ("given", "yes", "", None),
        ("TCC", "Effet"): ("no_study", "", "", None),
        ("TCC", "Dose"): ("not_applicable", "", "", None),
        ("TCC", "Remboursé"): ("given", "no", "sauf centre", None),
        ("Placebo", "Effet"): ("disputed", "", "", None),
    }
    dose = Comparison.objects.get().criteria.get(name="Dose")
    assert (dose.kind, dose.unit) == ("number", "mg")


def test_a_paste_on_an_inner_cell_fills_from_there_and_says_what_it_added(desk):
    page = desk()
    page.locator("#cell-isrs-delai").focus()
    paste(page, "a\tb\nc\td\n")
    status = page.locator(".grid-said [role=status]")
    expect(status).to_contain_text("Cases remplies : 4. Traitements ajoutés : 1. Critères ajoutés : 1.")
    expect(status).to_contain_text("Ceux qui n’ont pas de nom en demandent un")
    assert names(page, "treatments") == ["LDN", "ISRS", "Sans nom"]
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer et continuer").click()
    summary = page.get_by_role("group", name="À corriger avant l’enregistrement")
    expect(summary).to_be_focused()
    assert summary.get_by_role("link").count() == 2
    summary.get_by_role("link").first.click()
    expect(page.locator("[data-axis=treatments]").last.get_by_label("Nom")).to_be_focused()
    page.keyboard.type("TCC")
    press(page, "Escape")
    summary.get_by_role("link").last.click()
    expect(page.locator("[data-axis=criteria]").last.get_by_label("Nom")).to_be_focused()
    page.keyboard.type("Coût")
    press(page, "Escape")
    save(page)
    assert (cell("ISRS", "Delai").detail, cell("TCC", "Coût").detail) == ("a", "d")


def test_a_paste_over_the_limits_says_what_it_left_out(desk):
    page = desk()
    page.locator("#grid-corner").focus()
    paste(page, "\t" + "\t".join(f"C{number}" for number in range(11)) + "\nLDN" + "\tx" * 11)
    expect(page.locator(".grid-said [role=status]")).to_contain_text(
        "Laissés de côté, car un comparatif a au plus 12 critères : C10."
    )
    assert len(names(page, "criteria")) == 12
    page.get_by_role("button", name="Ajouter un critère").press("Enter")
    expect(page.locator(".grid-said [role=status]")).to_contain_text("au plus 12 critères")
    assert len(names(page, "criteria")) == 12


def test_a_pasted_statement_loses_the_sources_of_the_old_one_and_says_so(desk, comparison):
    place = cell("LDN", "Effet")
    Cell.objects.filter(pk=place.pk).update(state="given", detail="ancien", certainty="low")
    place.sources.set(comparison.article.sources.filter(key="has-2020"))
    page = desk()
    to_the_grid(page)
    paste(page, "ancien")
    expect(page.locator(".grid-said [role=status]")).to_contain_text("Cases remplies : 0.")
    to_the_grid(page)
    paste(page, "nouveau [@younger-2014]")
    expect(page.locator(".grid-said [role=status]")).to_contain_text("ont donc été vidées : 1.")
    expect(page.locator("#cell-ldn-effet [data-view]")).to_have_text("nouveau [younger-2014]")


READ = [
    # text, kind, unit, what it is read as: state, verdict, value, detail
    ("oui", "text", "", ("given", "yes", "", "")),
    ("Oui.", "yes_no", "", ("given", "yes", "", "")),
    ("non, sauf la nuit", "yes_no", "", ("given", "no", "", "sauf la nuit")),
    ("oui (en 30 min)", "text", "", ("given", "yes", "", "en 30 min")),
    ("nonobstant", "text", "", ("given", "", "", "nonobstant")),
    ("non pas toujours", "text", "", ("given", "", "", "non pas toujours")),
    ("–", "text", "", ("to_complete", "", "", "")),
    ("?", "number", "mg", ("to_complete", "", "", "")),
    ("Aucune étude", "text", "", ("no_study", "", "", "")),
    ("aucune étude (2024)", "text", "", ("no_study", "", "", "2024")),
    ("aucune étude, mais un registre", "text", "", ("given", "", "", "aucune étude, mais un registre")),
    ("pas d’effet", "text", "", ("no_effect", "", "", "")),
    ("sans objet", "number", "mg", ("not_applicable", "", "", "")),
    ("controversé : deux essais opposés", "text", "", ("disputed", "", "", "deux essais opposés")),
    ("3,5 mg", "number", "mg", ("given", "", "3,5", "")),
    ("3.5", "number", "mg", ("given", "", "3,5", "")),
    ("1 200 MG", "number", "mg", ("given", "", "1200", "")),
    ("−2", "number", "", ("given", "", "-2", "")),
    ("3,5 g", "number", "mg", ("given", "", "", "3,5 g")),
    ("3 à 5 mg", "number", "mg", ("given", "", "", "3 à 5 mg")),
    ("1,234.5", "number", "", ("given", "", "", "1,234.5")),
    ("3,5 mg", "text", "", ("given", "", "", "3,5 mg")),
]


def test_what_a_spreadsheet_says_is_read_by_few_rules(desk):
    page = desk()
    read = page.evaluate(
        """async cases => {
          const { readCell } = await import("/static/js/grid/reading.js");
          const { words } = document.querySelector("comparison-grid");
          return cases.map(([text, kind, unit]) => {
            const { state, verdict, value, detail } = readCell(text, { kind, unit, words });
            return [text, [state, verdict, value, detail]];
          });
        }""",
        [list(case[:3]) for case in READ],
    )
    assert [(text, tuple(said)) for text, said in read] == [(case[0], case[3]) for case in READ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\tb\nc\td", [["a", "b"], ["c", "d"]]),
        ("a\tb\r\n", [["a", "b"]]),
        ('"x\ny"\tb\n', [["x\ny", "b"]]),
        ('"dit ""oui"""\t', [['dit "oui"', ""]]),
        ('"bien" dit-il\tb', [['"bien" dit-il', "b"]]),
        ('a"b\tc', [['a"b', "c"]]),
        ("a\n\nb\n\n", [["a"], [""], ["b"]]),
        ("", []),
    ],
)
def test_a_sheet_is_divided_as_spreadsheets_write_it(desk, text, rows):
    page = desk()
    script = 'async text => (await import("/static/js/grid/paste.js")).parseTable(text)'
    assert page.evaluate(script, text) == rows


def test_the_phone_shows_the_treatment_one_is_at_while_one_writes(desk):
    page = desk()
    phone = page.locator("[data-phone]")
    page.locator("#cell-isrs-delai").focus()
    expect(phone.get_by_role("heading")).to_have_text("ISRS")
    page.keyboard.type("2 semaines")
    expect(phone.locator("dd").nth(1)).to_have_text("2 semaines")
    press(page, "Escape", "ArrowUp")
    expect(phone.get_by_role("heading")).to_have_text("LDN")


def test_a_refused_cell_is_named_marked_and_opened(desk):
    page = desk()
    to_the_grid(page)
    press(page, "Enter")
    page.locator("#id_cell-ldn-effet-state").select_option("given")
    press(page, "Escape")
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer et continuer").click()
    link = page.get_by_role("group", name="À corriger avant l’enregistrement").get_by_role("link")
    expect(link).to_contain_text("«LDN», «Effet»")
    expect(page.locator("#cell-ldn-effet .errorlist")).to_be_visible()
    for _time in range(2):
        link.press("Enter")
        expect(page.locator("#id_cell-ldn-effet-state")).to_be_focused()
        press(page, "Escape")


def test_without_javascript_it_is_one_long_form(desk):
    page = desk(javascript=False)
    page.fill("#id_cell-ldn-effet-detail", "à jeun")
    page.select_option("#id_cell-ldn-effet-state", "given")
    page.fill("#id_treatments-2-name", "TCC")
    page.fill("#id_treatments-2-position", "0")
    page.fill("#id_treatments-0-position", "1")
    page.fill("#id_criteria-2-name", "Dose")
    page.check("#id_treatments-1-DELETE")
    key = page.locator("[name=treatments-2-key]").input_value()
    other = page.locator("[name=criteria-2-key]").input_value()
    page.select_option(f"#id_cell-{key}-{other}-state", "no_study")
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer et continuer").click()
    row = Comparison.objects.get()
    assert [treatment.name for treatment in row.treatments.all()] == ["TCC", "LDN"]
    assert (cell("TCC", "Dose").state, cell("LDN", "Effet").detail) == ("no_study", "à jeun")


def test_on_a_phone_the_cell_one_is_at_comes_into_sight_beside_its_heading(desk):
    page = desk(width=360)
    page.locator("#cell-ldn-delai").focus()
    box = "element => element.getBoundingClientRect().toJSON()"
    region = page.locator("[data-region]").evaluate(box)
    heading = page.locator("#treatment-ldn").evaluate(box)
    place = page.locator("#cell-ldn-delai").evaluate(box)
    assert (heading["right"] <= place["left"] + 1, place["right"] <= region["right"] + 1) == (True, True)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 360)])
def test_axe_finds_no_violation_and_no_page_is_wider_than_its_screen(
    desk, comparison, javascript, dark, width
):
    Cell.objects.filter(treatment__key="ldn").update(
        state="given", verdict="yes", detail="à jeun", certainty="low"
    )
    page = desk(dark=dark, width=width, javascript=javascript)
    if javascript:
        assert accessibility_violations(page) == []
        page.locator("#cell-ldn-effet").focus()
        press(page, "Enter")
        page.locator(".cell-sources summary").press("Enter")
        assert accessibility_violations(page) == []
        press(page, "Escape", "ArrowLeft", "Enter")
        page.locator("#treatment-ldn").get_by_role("button", name="Supprimer").press("Enter")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    scrolls = "element => element.scrollWidth > element.clientWidth"
    assert page.locator("[data-region]").evaluate(scrolls) is (width == 360)
    if javascript:
        assert accessibility_violations(page) == []
