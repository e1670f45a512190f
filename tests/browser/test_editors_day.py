"""
An editor's day, from an empty form to a restored version, in one go.

Reordering and the grid by keyboard alone; the clock is moved by hand.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from articles.models import Article, Cell, Publication
from tests.browser.conftest import log_in_by_form
from tests.factories import (
    PASSWORD,
    make_chief_editor,
    make_image,
    make_person,
    make_reviewer,
    make_topic,
)

pytestmark = pytest.mark.journey

HEADINGS = ["Ce que c’est", "Comment cela agit", "Ce que disent les études", "Effets indésirables"]
SHEET = (
    "Traitement\tEffet\tDélai\tDépendance\tSommeil\tPrix\r\n"
    "LDN\toui\taucune étude\tnon\taucune étude\tsans objet\r\n"
    "ISRS\taucune étude\taucune étude\taucune étude\taucune étude\tsans objet\r\n"
    "TCC\taucune étude\taucune étude\taucune étude\taucune étude\tsans objet\r\n"
    "Placebo\taucune étude\taucune étude\taucune étude\taucune étude\tsans objet\r\n"
)
PUBLIC = "/articles/un-article-neuf/"


def row(page: Page, group: str, number: int) -> Locator:
    return page.locator(f"#{group}-group > .rows-list > .row").nth(number)


def add(page: Page, group: str, kind: str) -> Locator:
    page.locator(f"#{group}-group > .rows-add").get_by_role("button", name=f"Ajouter {kind}").click()
    return page.locator(f"#{group}-group > .rows-list > .row").last


def type_in(row: Locator, text: str) -> None:
    """Into the row's editor, once it has started."""
    editor = row.locator("[contenteditable=true]").first
    editor.click()
    expect(editor).to_be_focused()
    editor.press_sequentially(text)


def write_section(page: Page, heading: str, text: str) -> Locator:
    section = add(page, "sections", "une section")
    section.get_by_label("Intertitre", exact=True).fill(heading)
    type_in(section, text)
    return section


def add_figure(section: Locator, image: int, alt: str, caption: str) -> None:
    section.locator(".rows-add").get_by_role("button", name="Ajouter une figure").click()
    figure = section.locator(".rows--inside .row").last
    figure.get_by_label("Image", exact=True).fill(str(image))
    figure.get_by_label("Texte de remplacement").fill(alt)
    figure.get_by_label("Légende").fill(caption)


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.locator(".errornote, .problems")).to_have_count(0)


def headings(page: Page) -> list[str]:
    return page.locator(
        "#sections-group > .rows-list > .row > details > summary .row-title"
    ).all_text_contents()


def paste(page: Page, text: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def cite(page: Page, cell: Cell, key: str) -> None:
    """Opens a cell by the keyboard and ticks one of the article's sources."""
    place = page.locator(f"#cell-{cell.treatment.key}-{cell.criterion.key}")
    place.focus()
    page.keyboard.press("Enter")
    place.locator(".cell-sources summary").press("Enter")
    place.get_by_label(key).press("Space")
    page.keyboard.press("Escape")
    expect(place.locator("[data-view]")).to_contain_text(f"[{key}]")


def test_an_editor_s_day(visit, set_clock):
    start = timezone.now().replace(second=0, microsecond=0)
    set_clock(start)
    make_chief_editor("chloe", first_name="Chloé")
    make_topic(name="Anxiété")
    make_person("emma", name="Emma", qualification="Journaliste")
    make_reviewer("dora", person=make_person("dora", name="Dora"))
    image, other_image = make_image(), make_image((200, 80, 40))
    reader = visit(PUBLIC)

    # A new article from nothing.
    page = visit("/admin/login/")
    log_in_by_form(page, "chloe", PASSWORD)
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Titre", exact=False).first.fill("Un article neuf")
    page.get_by_label("Chapeau").fill("Ce que l’on sait, et ce que l’on ne sait pas.")
    page.locator("#id_topic").select_option(label="Anxiété")
    add(page, "authors" if page.locator("#authors-group").count() else "authorships", "un auteur").locator(
        "select"
    ).select_option(label="Emma")
    for heading in HEADINGS:
        write_section(page, heading, f"Quelques mots sur : {heading.lower()}.")
    table = write_section(page, "Comparer", "Le tableau suit.")
    questions = write_section(page, "Questions", "Les voici.")
    questions.locator("[name$='-shows_faq']").check()
    add_figure(row(page, "sections", 0), image.pk, "Deux courbes qui se croisent", "Avant et après")
    add_figure(row(page, "sections", 1), other_image.pk, "", "Le récepteur")
    entry = add(page, "faq", "une question")
    entry.get_by_label("Question", exact=True).fill("Faut-il une ordonnance ?")
    type_in(entry, "Oui, toujours un médecin la prescrit.")
    source = add(page, "sources", "une source")
    source.get_by_label("Clé").fill("essai-2021")
    source.locator("[name$='-title']").fill("Un essai")
    source.locator("[name$='-year']").fill("2021")
    comparison = add(page, "comparisons", "une comparaison")
    comparison.get_by_label("Légende").fill("Quatre traitements")
    save(page)
    article = Article.objects.get(slug="un-article-neuf")
    assert article.responsible.username == "chloe"

    # Reordered by keyboard: «Effets indésirables» before the studies.
    up = row(page, "sections", 3).locator("> .row-move").get_by_role("button", name="Monter")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#rows-status")).to_contain_text("position 3 sur 6")
    assert headings(page)[2:4] == ["Effets indésirables", "Ce que disent les études"]
    table = row(page, "sections", 4)
    table.locator("> details > summary").click()
    table.locator("[name$='-comparison']").select_option(label="Quatre traitements")

    # Previewed unsaved.
    page.get_by_label("Chapeau").fill("Un chapeau que rien n’a enregistré.")
    with page.expect_popup() as opening:
        page.get_by_role("button", name="Aperçu").click()
    preview = opening.value
    expect(preview.locator(".lede")).to_contain_text("Un chapeau que rien")
    assert preview.locator(".prose h2").all_text_contents()[2] == "Effets indésirables"
    preview.close()
    article.refresh_from_db()
    assert article.lede == "Ce que l’on sait, et ce que l’on ne sait pas."
    save(page)

    # The comparison: a sheet pasted on the corner of an empty table, keyboard only.
    page.get_by_role("link", name="Ouvrir le tableau").click()
    expect(page.locator(".grid-progress")).to_have_text("À compléter : 0 sur 0")
    page.locator("#grid-corner").focus()
    expect(page.locator("#grid-corner")).to_be_focused()
    paste(page, SHEET)
    expect(page.locator(".grid-progress")).to_have_text("À compléter : 0 sur 20")
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer et continuer").click()

    # Publication is refused, with what is missing.
    page.goto(f"/admin/articles/article/{article.pk}/publish/")
    findings = page.locator("#findings li")
    expect(findings).to_have_count(3)
    expect(page.locator("#findings")).to_contain_text("texte de remplacement")
    assert page.get_by_role("button", name="Confirmer la publication").count() == 0

    # Mended: the alternative by its link, the sources in the grid.
    findings.filter(has_text="texte de remplacement").get_by_role("link").click()
    page.locator("#id_sections-1-figures-0-alt").fill("Un récepteur à la surface d’une cellule")
    save(page)
    page.get_by_role("link", name="Ouvrir le tableau").click()
    expect(page.locator(".grid-progress")).to_have_text("À compléter : 0 sur 20")
    for cell in Cell.objects.filter(state="given").select_related("treatment", "criterion"):
        cite(page, cell, "essai-2021")
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer et continuer").click()

    # Scheduled, and live at the minute.
    page.goto(f"/admin/articles/article/{article.pk}/publish/")
    expect(page.locator("#findings")).to_have_count(0)
    later = start + timedelta(hours=2)
    page.locator("[name=when]").last.check()
    page.locator("[name=at]").fill(timezone.localtime(later).strftime("%Y-%m-%dT%H:%M"))
    with page.expect_navigation():
        page.get_by_role("button", name="Confirmer la publication").click()
    assert reader.goto(PUBLIC).status == 404
    set_clock(later)
    assert reader.goto(PUBLIC).status == 200
    expect(reader.locator("h1")).to_have_text("Un article neuf")

    # A reviewer signs it.
    doctor = visit("/admin/login/")
    log_in_by_form(doctor, "dora", PASSWORD)
    sign(doctor, article)
    reader.reload()
    expect(reader.locator(".byline")).to_contain_text("Relu le")

    # Edited as a draft, while readers see the old text.
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    page.locator("#id_title").fill("Un article revu")
    save(page)
    reader.reload()
    expect(reader.locator("h1")).to_have_text("Un article neuf")

    # The difference is read, and the text published as a major change.
    article.refresh_from_db()
    page.goto(
        f"/admin/articles/article/{article.pk}/versions/compare/?from={article.published.n}&to={article.draft.n}"
    )
    expect(page.locator("del").filter(has_text="neuf")).to_have_count(1)
    expect(page.locator("ins").filter(has_text="revu")).to_have_count(1)
    page.goto(f"/admin/articles/article/{article.pk}/publish/")
    page.locator("[name=change][value=major]").check()
    page.locator("[name=note]").fill("Le titre dit mieux le contenu.")
    with page.expect_navigation():
        page.get_by_role("button", name="Confirmer la publication").click()
    reader.reload()
    expect(reader.locator("h1")).to_have_text("Un article revu")
    expect(reader.locator(".changes")).to_contain_text("Le titre dit mieux le contenu.")
    expect(reader.locator(".byline")).to_contain_text("modifié depuis la dernière relecture")

    # A year later the review is overdue, until it is signed again.
    # The form is left while one is still logged in: it says good-bye to the server.
    page.goto("/admin/")
    set_clock(later + timedelta(days=400))
    page.context.clear_cookies()
    log_in_by_form(page, "chloe", PASSWORD)
    overdue = page.get_by_role("link", name="relecture en retard")
    expect(overdue).to_have_count(1)
    doctor.context.clear_cookies()
    log_in_by_form(doctor, "dora", PASSWORD)
    sign(doctor, article)
    page.goto("/admin/")
    expect(overdue).to_have_count(0)

    # Back to version 1.
    page.goto(f"/admin/articles/article/{article.pk}/versions/1/restore/")
    with page.expect_navigation():
        page.locator("#content-main [type=submit], #content-main button.default").last.click()
    article.refresh_from_db()
    assert (article.draft.data, article.draft.kind) == (article.versions.get(n=1).data, "restored")
    assert list(article.publications.values_list("state", flat=True)) == [Publication.State.DONE] * 2


def sign(doctor: Page, article: Article) -> None:
    doctor.goto(f"/admin/articles/article/{article.pk}/review/")
    doctor.get_by_label("approuvé").check()
    with doctor.expect_navigation():
        doctor.get_by_role("button", name="Signer").click()
