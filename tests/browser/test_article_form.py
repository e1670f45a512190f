"""The article's form as editors use it: with the mouse, with the keyboard alone, and without JavaScript."""

import pytest
from playwright.sync_api import Locator, Page, expect

from articles.models import Article, Figure
from tests.browser.conftest import faults, log_in
from tests.factories import PASSWORD, make_article, make_chief_editor, make_demo_article, make_image

HEADINGS = ["Alpha", "Bêta", "Gamma", "Delta"]


@pytest.fixture
def article():
    article = make_article(title="Mon article")
    article.sections.all().delete()
    for position, heading in enumerate(HEADINGS):
        article.sections.create(
            key=f"a000000{position}", heading=heading, body=f"<p>{heading}.</p>", position=position
        )
    article.sections.get(heading="Bêta").figures.create(image=make_image(), alt="Un motif", caption="Légende")
    return article


@pytest.fixture
def desk(visit):
    """Opens a page of the back office as its chief editor: ``desk(path, javascript=False)``."""

    def open_page(path: str, **kwargs) -> Page:
        make_chief_editor("chloe")
        page = visit("/admin/login/", **kwargs)
        log_in(page, "chloe", PASSWORD)
        page.goto(path)
        return page

    return open_page


def change(article: Article) -> str:
    return f"/admin/articles/article/{article.pk}/change/"


def sections(page: Page) -> Locator:
    return page.locator("#sections-group > .rows-list > .row")


def section(page: Page, heading: str) -> Locator:
    return sections(page).filter(has=page.locator(".row-title", has_text=heading)).first


def order(page: Page) -> list[str]:
    return page.locator(
        "#sections-group > .rows-list > .row:not(.row--gone) > details > summary .row-title"
    ).all_text_contents()


def headings(article: Article) -> list[str]:
    return list(article.sections.values_list("heading", flat=True))


def button(row: Locator, name: str) -> Locator:
    return row.locator("> .row-move, > .row-actions").get_by_role("button", name=name)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer et continuer").click()


def test_a_section_moves_by_its_buttons_with_the_keyboard_alone(desk, article):
    page = desk(change(article))
    down = button(section(page, "Alpha"), "Descendre")
    down.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#rows-status")).to_have_text("Section « Alpha » : position 2 sur 4")
    page.keyboard.press("Space")
    expect(page.locator("#rows-status")).to_have_text("Section « Alpha » : position 3 sur 4")
    expect(down).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert order(page) == ["Bêta", "Alpha", "Gamma", "Delta"]
    save(page)
    assert headings(article) == ["Bêta", "Alpha", "Gamma", "Delta"]


def test_the_first_and_the_last_section_say_that_they_go_no_further(desk, article):
    page = desk(change(article))
    up = button(section(page, "Alpha"), "Monter")
    up.press("Enter")
    expect(page.locator("#rows-status")).to_have_text("Section « Alpha » : déjà en première position")
    expect(up).to_be_focused()
    assert order(page) == HEADINGS


def drag(page: Page, row: Locator, to: Locator, *, after: bool) -> None:
    row.locator("> .row-move .row-handle").scroll_into_view_if_needed()
    start = row.locator("> .row-move .row-handle").bounding_box()
    end = to.bounding_box()
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 10, start["y"] + 30, steps=3)
    page.mouse.move(start["x"] + 10, end["y"] + (end["height"] - 2 if after else 2), steps=8)
    page.mouse.up()


def test_a_section_is_dragged_edited_and_saved_together(desk, article):
    page = desk(change(article))
    page.locator("#sections-group").scroll_into_view_if_needed()
    drag(page, section(page, "Delta"), section(page, "Bêta"), after=False)
    expect(page.locator("#rows-status")).to_have_text("Section « Delta » : position 2 sur 4")
    moved = section(page, "Delta")
    moved.locator("> details > summary").click()
    moved.get_by_label("Intertitre").fill("Delta, revue")
    moved.locator("> details > summary").click()
    drag(page, section(page, "Alpha"), section(page, "Bêta"), after=True)
    save(page)
    assert headings(article) == ["Delta, revue", "Bêta", "Alpha", "Gamma"]
    assert article.sections.get(heading="Bêta").figures.count() == 1


def write(row: Locator, words: str) -> None:
    """Writes at the end of the text of an opened section, in its editor."""
    editor = row.locator("> details > .row-body .field-body [contenteditable=true]")
    editor.click()
    row.page.keyboard.press("Control+End")
    row.page.keyboard.type(words)


def test_what_is_written_in_the_editor_moves_and_doubles_with_its_section(desk, article):
    page = desk(change(article))
    row = section(page, "Gamma")
    row.locator("> details > summary").click()
    write(row, " Ajout.")
    button(row, "Monter").click()
    write(row, " Encore.")
    button(row, "Dupliquer").click()
    page.locator("[name=sections-4-heading]").fill("Copie")
    write(section(page, "Copie"), " Autre.")
    save(page)
    assert list(article.sections.values_list("heading", "body"))[1:3] == [
        ("Gamma", "<p>Gamma. Ajout. Encore.</p>"),
        ("Copie", "<p>Gamma. Ajout. Encore. Autre.</p>"),
    ]


def test_escape_calls_a_drag_off(desk, article):
    page = desk(change(article))
    page.locator("#sections-group").scroll_into_view_if_needed()
    handle = section(page, "Alpha").locator(".row-handle").bounding_box()
    page.mouse.move(handle["x"] + 10, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 10, handle["y"] + 120, steps=5)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert (order(page), page.locator(".rows-mark").count()) == (HEADINGS, 0)


def test_a_section_is_inserted_between_two_others(desk, article):
    page = desk(change(article))
    button(section(page, "Bêta"), "Insérer après").press("Enter")
    expect(page.locator("[name=sections-4-heading]")).to_be_focused()
    page.keyboard.type("Entre deux")
    assert order(page) == ["Alpha", "Bêta", "Entre deux", "Gamma", "Delta"]
    save(page)
    assert headings(article) == ["Alpha", "Bêta", "Entre deux", "Gamma", "Delta"]
    # And one is back in it.
    new = section(page, "Entre deux").locator("> details")
    expect(new).to_have_attribute("open", "")
    expect(new.locator("summary").first).to_be_focused()


def test_editors_are_told_of_each_new_row_as_django_tells_them(desk, article):
    page = desk(change(article))
    page.evaluate("""
        window.added = [];
        document.addEventListener("formset:added", (event) =>
          added.push([event.detail.formsetName, event.target.dataset.row]));
    """)
    page.get_by_role("button", name="Ajouter une section").click()
    page.locator("#sections-4-figures-group").get_by_role("button", name="Ajouter une figure").click()
    assert page.evaluate("added") == [
        ["sections", "sections-4"],
        ["sections-4-figures", "sections-4-figures-0"],
    ]
    expect(page.locator("[name=sections-4-figures-0-image]")).to_be_focused()


def test_a_section_is_duplicated_with_its_figures_and_a_key_of_its_own(desk, article):
    article.sections.filter(heading="Bêta").update(alias="beta", aspect="BenefitsHealthAspect")
    page = desk(change(article))
    button(section(page, "Bêta"), "Dupliquer").click()
    page.locator("[name=sections-4-heading]").fill("Bêta, bis")
    save(page)
    first, second = article.sections.filter(heading__startswith="Bêta")
    assert headings(article) == ["Alpha", "Bêta", "Bêta, bis", "Gamma", "Delta"]
    assert (second.body, second.aspect, second.alias, second.key != first.key) == (
        "<p>Bêta.</p>",
        "BenefitsHealthAspect",
        "",
        True,
    )
    assert [(figure.alt, figure.caption) for figure in second.figures.all()] == [("Un motif", "Légende")]
    assert Figure.objects.values("key").distinct().count() == 2


def test_a_deleted_section_says_so_and_comes_back(desk, article):
    page = desk(change(article))
    row = section(page, "Gamma")
    button(row, "Supprimer").click()
    undo = row.get_by_role("button", name="Annuler la suppression")
    expect(undo).to_be_focused()
    expect(row.locator(".row-gone")).to_contain_text("Section « Gamma » : à supprimer")
    assert order(page) == ["Alpha", "Bêta", "Delta"]
    undo.press("Enter")
    assert order(page) == HEADINGS
    expect(button(row, "Supprimer")).to_be_focused()
    button(section(page, "Delta"), "Supprimer").click()
    save(page)
    assert headings(article) == ["Alpha", "Bêta", "Gamma"]


def test_a_new_row_that_is_deleted_again_leaves_nothing(desk, article):
    page = desk(change(article))
    page.get_by_role("button", name="Ajouter une question").click()
    page.keyboard.type("Une question ?")
    button(page.locator("#faq-group .row"), "Supprimer").click()
    save(page)
    assert article.faq.count() == 0


def test_the_name_of_a_row_follows_what_one_writes(desk, article):
    page = desk(change(article))
    section(page, "Alpha").locator("> details > summary").click()
    page.locator("[name=sections-0-heading]").fill("Oméga")
    page.locator("[name=sections-0-aspect]").select_option("SafetyHealthAspect")
    row = sections(page).first
    assert (order(page)[0], row.locator("> details > summary .row-note").text_content()) == (
        "Oméga",
        "sécurité",
    )


def test_all_sections_open_and_close_at_once(desk, article):
    page = desk(change(article))
    opened = page.locator("#sections-group > .rows-list > .row > details[open]")
    group = page.locator("#sections-group > .rows-head")
    group.get_by_role("button", name="Tout ouvrir").click()
    assert opened.count() == 4
    group.get_by_role("button", name="Tout fermer").click()
    assert opened.count() == 0


def test_after_saving_one_is_back_where_one_was(desk, article):
    page = desk(change(article))
    section(page, "Gamma").locator("> details > summary").click()
    write(section(page, "Gamma"), " Autre.")
    save(page)
    assert page.url.endswith("#section-a0000002")
    expect(section(page, "Gamma").locator("> details")).to_have_attribute("open", "")
    expect(section(page, "Gamma").locator("> details > summary")).to_be_focused()
    assert page.locator("#sections-group > .rows-list > .row > details[open]").count() == 1


def test_errors_are_listed_focused_and_lead_to_their_fields_and_nothing_is_lost(desk, article):
    page = desk(change(article))
    button(section(page, "Delta"), "Monter").click()
    section(page, "Bêta").locator("> details > summary").click()
    page.locator("[name=sections-1-heading]").fill("")
    write(sections(page).nth(1), " Écrit à l’instant.")
    page.locator("#sections-1-figures-group .row > details > summary").click()
    page.locator("[name=sections-1-figures-0-image]").fill("999")
    save(page)
    problems = page.locator(".problems[role=alert] a")
    assert problems.count() == 2
    expect(problems.first).to_be_focused()
    assert order(page) == ["Alpha", "", "Delta", "Gamma"]
    expect(page.locator("[name=sections-1-body]")).to_have_value("<p>Bêta. Écrit à l’instant.</p>")
    page.keyboard.press("Enter")
    expect(page.locator("[name=sections-1-heading]")).to_be_focused()
    page.keyboard.type("Bêta")
    # A row closed meanwhile opens for its error.
    page.locator("#sections-1-figures-group .row > details > summary").click()
    problems.last.press("Enter")
    expect(page.locator("[name=sections-1-figures-0-image]")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(str(Figure.objects.get().image_id))
    save(page)
    assert headings(article) == ["Alpha", "Bêta", "Delta", "Gamma"]
    assert article.sections.get(heading="Bêta").body == "<p>Bêta. Écrit à l’instant.</p>"


def test_leaving_asks_only_if_something_was_changed(desk, article):
    page = desk(change(article))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    section(page, "Alpha").locator("> details > summary").click()
    page.goto("/admin/")
    assert asked == []
    page.goto(change(article))
    button(section(page, "Alpha"), "Descendre").click()
    page.goto("/admin/")
    assert asked == ["beforeunload"]
    page.goto(change(article))
    page.locator("#id_title").fill("Un autre titre")
    save(page)
    assert asked == ["beforeunload"]


def test_an_image_is_chosen_in_the_library_for_a_figure_added_just_now(desk, article):
    image = Figure.objects.get().image
    page = desk(change(article))
    section(page, "Alpha").locator("> details > summary").click()
    group = page.locator("#sections-0-figures-group")
    group.get_by_role("button", name="Ajouter une figure").click()
    with page.expect_popup() as opening:
        group.locator(".related-lookup").click()
    library = opening.value
    library.wait_for_load_state()
    with library.expect_event("close"):
        library.locator("#result_list tbody th a, #result_list tbody td a").first.click()
    expect(page.locator("[name=sections-0-figures-0-image]")).to_have_value(str(image.pk))
    expect(group.locator(".row-thumbnail img")).to_be_visible()
    page.locator("[name=sections-0-figures-0-decorative]").check()
    save(page)
    figure = article.sections.get(heading="Alpha").figures.get()
    assert (figure.image, figure.decorative) == (image, True)


def test_more_than_there_is_room_for_is_said_at_once(desk, article):
    page = desk(change(article))
    add = page.get_by_role("button", name="Ajouter une comparaison")
    for _number in range(5):
        add.click()
    expect(page.locator("#rows-status")).to_have_text("Il y a place pour 4 au plus.")
    assert page.locator("#comparisons-group .row").count() == 4


def test_a_form_too_large_to_be_read_is_not_sent_away(desk, article):
    page = desk(change(article))
    page.locator("#id_title").fill("Un titre écrit à l’instant")
    page.locator("article-form").evaluate("form => { form.dataset.maxFields = 10; }")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.locator(".too-much")).to_be_focused()
    expect(page.locator("#id_title")).to_have_value("Un titre écrit à l’instant")


def test_without_javascript_an_article_is_put_in_order_shortened_and_lengthened(desk, article):
    page = desk(change(article), javascript=False)
    for row in sections(page).all():
        row.locator("> details > summary").click()
    page.locator("[name=sections-0-position]").fill("9")
    page.locator("[name=sections-2-DELETE]").check()
    page.get_by_role("button", name="Enregistrer, puis afficher des éléments vides").click()
    expect(page.locator("[name=sections-5-heading]")).to_have_count(1)
    assert headings(article) == ["Bêta", "Delta", "Alpha"]
    sections(page).nth(3).locator("> details > summary").click()
    page.locator("[name=sections-3-heading]").fill("Epsilon")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.locator("[name=sections-3-heading]")).to_have_value("Epsilon")
    expect(page.locator("[name=sections-6-heading]")).to_have_count(1)
    assert headings(article) == ["Bêta", "Delta", "Alpha", "Epsilon"]


def test_the_buttons_to_save_never_hide_what_has_the_focus(desk):
    page = desk(change(make_demo_article()))
    page.get_by_role("button", name="Tout ouvrir").first.click()
    hidden = page.evaluate("""() => {
      const bar = document.querySelector(".submit-row");
      const fields = [...document.querySelectorAll("#sections-group :is(input:not([type=hidden]), select, summary)")];
      return fields.filter((field) => {
        if (!field.checkVisibility()) return false;
        field.focus();
        return field.getBoundingClientRect().bottom > bar.getBoundingClientRect().top;
      }).map((field) => field.name ?? field.textContent);
    }""")
    assert hidden == []


def demo_form(page: Page) -> None:
    page.goto(change(Article.objects.get()))


def demo_form_opened(page: Page) -> None:
    demo_form(page)
    for fold in page.get_by_role("button", name="Tout ouvrir").all():
        fold.click()
    page.get_by_role("button", name="Ajouter une figure").first.click()
    page.get_by_role("button", name="Ajouter une source").click()
    button(section(page, "Questions fréquentes"), "Supprimer").click()


def form_with_errors(page: Page) -> None:
    demo_form(page)
    page.locator("#id_title").fill("")
    section(page, "Et maintenant").locator("> details > summary").click()
    page.locator("[name=sections-12-heading]").fill("")
    save(page)


def add_form(page: Page) -> None:
    page.goto("/admin/articles/article/add/")
    page.get_by_role("button", name="Ajouter une section").click()


STATES = [demo_form, demo_form_opened, form_with_errors, add_form]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_no_violation_and_nothing_is_wider_than_a_phone(desk, state):
    make_demo_article()
    page = desk("/admin/")
    state(page)
    assert faults(page) == []
