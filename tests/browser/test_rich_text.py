"""The rich-text editor of the back office, in a real browser: nothing is lost, nothing foreign comes in."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from articles.models import Article
from articles.models import Page as StaticPage
from ldnportal.markup.sanitize import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, clean_section, safe_href
from tests.browser.conftest import faults, log_in, wait_until
from tests.factories import PASSWORD, make_article, make_superuser

SAMPLES = Path(__file__).parent / "clipboard"

WHOLE_VOCABULARY = (
    "<h3>Un <em>titre</em></h3>"
    '<p>Un <a href="https://ansm.sante.fr/" hreflang="en" lang="en">lien</a>, <a href="/articles/">ici</a>, '
    '<a href="#partie-x">là</a>, <a href="mailto:a@example.org">nous</a>, <strong>fort<em>e</em></strong>.<br>Ligne.</p>'
    "<h4>Plus bas</h4>"
    "<ul><li>un<ul><li>deux<ol><li>trois</li></ol></li></ul></li><li><p>a</p><p>b</p></li></ul>"
    "<ol><li>H<sub>2</sub>O</li><li>10<sup>3</sup></li></ol>"
    '<p><span lang="en">low-dose <strong>naltrexone</strong></span> [@smith; @jones] 5\u00a0mg &lt; 6 &amp; 7.</p>'
)


@pytest.fixture
def page_form(visit):
    """Opens the form of a static page with this body, its editor ready."""

    def open_form(body: str = "<p>Un texte.</p>", **kwargs) -> Page:
        make_superuser()
        static_page = StaticPage.objects.create(slug="regles", title="Règles", body=body)
        page = visit("/admin/login/", **kwargs)
        log_in(page, "root", PASSWORD)
        page.goto(reverse("admin:articles_page_change", args=[static_page.pk]))
        return page

    return open_form


@pytest.fixture
def article_form(visit):
    def open_form(article: Article, **kwargs) -> Page:
        make_superuser()
        page = visit("/admin/login/", **kwargs)
        log_in(page, "root", PASSWORD)
        page.goto(reverse("admin:articles_article_change", args=[article.pk]))
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        return page

    return open_form


def editor_of(page: Page, name: str = "body") -> Locator:
    """The editor of this field: it begins once it is about to be seen."""
    place = page.locator(f"rich-text:has([name='{name}'])")
    place.scroll_into_view_if_needed()
    return place.locator("[contenteditable]")


def html_of(page: Page, name: str = "body") -> str:
    """What the form would send, as it would be stored."""
    return clean_section(page.locator(f"[name='{name}']").input_value())


def save(page: Page) -> None:
    with page.expect_navigation():
        page.click("[name=_continue]")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("toolbar").first.get_by_role("button", name=name, exact=True)


def select_words(page: Page, words: str) -> None:
    """Selects these words of the first editor, as a mouse would."""
    page.evaluate(
        """(words) => {
          const root = document.querySelector("rich-text [contenteditable]");
          const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const start = texts.currentNode.data.indexOf(words);
            if (start < 0) continue;
            root.focus();
            getSelection().setBaseAndExtent(texts.currentNode, start, texts.currentNode, start + words.length);
            return;
          }
          throw new Error(`not in the text: ${words}`);
        }""",
        words,
    )
    wait_until(page, "document.querySelector('rich-text').editor.state.selection.empty === false")


def put_caret(page: Page, at: int | str, name: str = "body") -> None:
    """By the editor itself: what a robot's keys do right after a focus, it takes back."""
    editor = editor_of(page, name)
    editor.wait_for()
    editor.evaluate("(text, at) => text.closest('rich-text').editor.commands.focus(at)", at)
    expect(editor).to_be_focused()


def paste(page: Page, html: str, name: str = "body") -> str:
    """The text after this came from the clipboard in place of everything."""
    put_caret(page, "all", name)
    editor_of(page, name).evaluate(
        """(editor, html) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/html", html);
          editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        html,
    )
    return html_of(page, name)


# --- vocabulary ----------------------------------------------------------------------------------------------


def test_the_editor_knows_what_the_sanitiser_keeps_and_nothing_else(page_form):
    page = page_form()
    editor_of(page).wait_for()
    known = page.evaluate(
        """() => {
          const { schema } = document.querySelector("rich-text").editor;
          const known = {};
          const types = [...Object.values(schema.nodes), ...Object.values(schema.marks)];
          for (const type of types.filter((type) => type.spec.toDOM)) {
            const filled = Object.fromEntries(Object.keys(type.spec.attrs ?? {}).map((name) => [name, "x"]));
            for (const attrs of type.name === "heading" ? [{ level: 3 }, { level: 4 }] : [filled]) {
              const [tag, attributes] = type.spec.toDOM({ type, attrs, marks: [] });
              known[tag] = attributes?.constructor === Object ? Object.keys(attributes) : [];
            }
          }
          return known;
        }"""
    )
    assert {tag: set(attributes) for tag, attributes in known.items()} == {
        tag: set(ALLOWED_ATTRIBUTES.get(tag, ())) for tag in ALLOWED_TAGS
    }


def test_a_text_of_the_whole_vocabulary_is_touched_and_saved_and_nothing_is_lost(page_form):
    assert clean_section(WHOLE_VOCABULARY) == WHOLE_VOCABULARY
    page = page_form(WHOLE_VOCABULARY)
    put_caret(page, "end")
    page.keyboard.type("!")
    save(page)
    assert StaticPage.objects.get().body == WHOLE_VOCABULARY.removesuffix("</p>") + "!</p>"


def test_the_addresses_of_links_follow_the_sanitisers_rule(page_form):
    addresses = [
        "https://ansm.sante.fr/a b?c=é#d", "HTTP://a.example", "https://a.example:8000", "https://_a", "http://été.fr",
        "https://me@evil.example", "https://", "//evil.example", "/", "/articles/", "#", "#a", "mailto:a@b.example",
        "mailto:a@b.example?subject=x", "javascript:alert(1)", "java\u200bscript:alert(1)", "tel:0899123456",
        "javascript:1", "data:123", "www.example.org", "ftp://a.example", "https://a.example/\"x", "https://a\\b", "",
        " https://a.example ", "https://a.example/" + "a" * 2000, "/a\nb", "https://-a.example", "/\ud83d\ude00",
    ]  # fmt: skip
    page = page_form()
    ours = page.evaluate(
        "async (addresses) => (({ safeHref }) => addresses.map(safeHref))(await import('/static/js/safe-href.js'))",
        addresses,
    )
    assert ours == [
        safe_href(address.encode("utf-16", "surrogatepass").decode("utf-16")) for address in addresses
    ]


# --- writing -------------------------------------------------------------------------------------------------


def test_the_editor_has_the_name_of_its_field_and_speaks_french(page_form):
    editor = page_form().get_by_role("textbox", name="Texte", exact=False)
    expect(editor).to_have_attribute("contenteditable", "true")
    assert [editor.get_attribute(name) for name in ("lang", "spellcheck", "aria-multiline")] == [
        "fr",
        "true",
        "true",
    ]


def test_without_javascript_the_html_is_written_by_hand(page_form):
    page = page_form("<p>Un texte.</p>", javascript=False)
    expect(page.get_by_text("Du HTML au vocabulaire restreint")).to_be_visible()
    page.fill("[name=body]", "<h3>À la main</h3><script>x</script>")
    save(page)
    assert StaticPage.objects.get().body == "<h3>À la main</h3>"


def test_the_keyboard_comes_in_and_goes_out_by_tab(page_form):
    page = page_form("<ul><li>un</li><li>deux</li></ul>")
    editor = editor_of(page)
    editor.wait_for()
    page.focus("[name=slug]")
    page.keyboard.press("Tab")
    expect(button(page, "Titre")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(button(page, "Gras")).to_be_focused()
    page.keyboard.press("End")
    expect(button(page, "Rétablir")).to_be_focused()
    page.keyboard.press("Tab")
    expect(editor).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.press("Tab")
    expect(page.locator("[name=updated]")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(editor).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(button(page, "Rétablir")).to_be_focused()
    assert page.locator("[name=body]").input_value() == "<ul><li>un</li><li>deux</li></ul>"


FORMATS = {
    "Titre": "<h3>un mot ici</h3>",
    "Sous-titre": "<h4>un mot ici</h4>",
    "Gras": "<p>un <strong>mot</strong> ici</p>",
    "Italique": "<p>un <em>mot</em> ici</p>",
    "Indice": "<p>un <sub>mot</sub> ici</p>",
    "Exposant": "<p>un <sup>mot</sup> ici</p>",
    "Liste à puces": "<ul><li>un mot ici</li></ul>",
    "Liste numérotée": "<ol><li>un mot ici</li></ol>",
}


def test_each_button_formats_and_formats_back(page_form):
    page = page_form("<p>un mot ici</p>")
    editor_of(page).wait_for()
    for name, html in FORMATS.items():
        select_words(page, "mot")
        button(page, name).click()
        assert (html_of(page), button(page, name).get_attribute("aria-pressed")) == (html, "true")
        button(page, name).click()
        assert (html_of(page), button(page, name).get_attribute("aria-pressed")) == (
            "<p>un mot ici</p>",
            "false",
        )


def test_list_items_go_in_and_out_and_everything_is_undone(page_form):
    page = page_form("<ul><li>un</li><li>deux</li></ul>")
    put_caret(page, "end")
    button(page, "Placer l’élément de liste sous le précédent").click()
    assert html_of(page) == "<ul><li>un<ul><li>deux</li></ul></li></ul>"
    button(page, "Annuler le dernier changement").click()
    assert html_of(page) == "<ul><li>un</li><li>deux</li></ul>"
    button(page, "Rétablir").click()
    assert html_of(page) == "<ul><li>un<ul><li>deux</li></ul></li></ul>"
    page.keyboard.press("Control+[")
    assert html_of(page) == "<ul><li>un</li><li>deux</li></ul>"


def test_an_emptied_text_is_empty(page_form):
    page = page_form()
    put_caret(page, "all")
    page.keyboard.press("Delete")
    expect(page.locator("[name=body]")).to_have_value("")


def test_a_label_and_a_link_to_the_field_lead_to_the_editor(page_form):
    page = page_form()
    editor_of(page).wait_for()
    page.locator("label[for=id_body]").click()
    expect(editor_of(page)).to_be_focused()
    page.focus("[name=title]")
    page.evaluate("location.hash = 'id_body'")
    expect(editor_of(page)).to_be_focused()


# --- links and languages ---------------------------------------------------------------------------------------


def test_a_link_is_set_changed_and_removed(page_form):
    page = page_form("<p>Voir le site officiel.</p>")
    editor_of(page).wait_for()
    select_words(page, "site officiel")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Lien")
    dialog.get_by_label("Adresse").fill("ansm.sante.fr")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Cette adresse ne peut pas servir de lien.")).to_be_visible()
    expect(dialog.get_by_label("Adresse")).to_be_focused()
    dialog.get_by_label("Adresse").fill("https://ansm.sante.fr/")
    dialog.get_by_label("Langue de la page liée").select_option("en")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(editor_of(page)).to_be_focused()
    linked = '<p>Voir le <a href="https://ansm.sante.fr/" hreflang="en">site officiel</a>.</p>'
    assert html_of(page) == linked

    select_words(page, "officiel")
    button(page, "Lien").click()
    expect(dialog.get_by_label("Adresse")).to_have_value("https://ansm.sante.fr/")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert html_of(page) == linked
    button(page, "Lien").click()
    dialog.get_by_role("button", name="Retirer le lien").click()
    expect(dialog).to_be_hidden()
    assert html_of(page) == "<p>Voir le site officiel.</p>"


def test_without_words_there_is_nothing_to_link_and_the_dialog_says_so(page_form):
    page = page_form()
    editor_of(page).click()
    button(page, "Lien").click()
    dialog = page.get_by_role("dialog", name="Lien")
    expect(dialog.get_by_text("Aucun texte à lier")).to_be_visible()
    assert dialog.get_by_role("textbox").count() == 0
    dialog.get_by_role("button", name="Annuler").click()
    expect(editor_of(page)).to_be_focused()


def test_words_of_another_language_are_marked(page_form):
    page = page_form("<p>La low-dose naltrexone.</p>")
    editor_of(page).wait_for()
    select_words(page, "low-dose")
    button(page, "Langue").click()
    dialog = page.get_by_role("dialog", name="Mots d’une autre langue")
    dialog.get_by_label("Langue de ces mots").select_option(label="Anglais")
    dialog.get_by_role("button", name="Appliquer").click()
    expect(dialog).to_be_hidden()
    assert html_of(page) == '<p>La <span lang="en">low-dose</span> naltrexone.</p>'


# --- sources ---------------------------------------------------------------------------------------------------


@pytest.fixture
def article() -> Article:
    article = make_article(publish=False, title="Avec des sources")
    article.sources.create(
        key="smith2021", title="Low-dose naltrexone", authors="Smith A", year=2021, kind="study"
    )
    article.sources.create(key="has2019", title="Anxiété : recommandations", authors="HAS", kind="guideline")
    article.sections.update(body="<p>Elle dort mieux.</p>")
    return article


def sources_dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Citer des sources")


def test_sources_are_chosen_from_those_on_the_page(article_form, article):
    page = article_form(article)
    name = "sections-0-body"
    put_caret(page, 16, name)
    button(page, "Source").click()
    sources_dialog(page).get_by_label("Low-dose naltrexone").check()
    sources_dialog(page).get_by_label("Anxiété").check()
    sources_dialog(page).get_by_role("button", name="Appliquer").click()
    expect(editor_of(page, name)).to_be_focused()
    assert html_of(page, name) == "<p>Elle dort mieux [@smith2021; @has2019].</p>"

    # With the caret in the mark, the same button changes it.
    expect(button(page, "Source")).to_have_attribute("aria-pressed", "true")
    button(page, "Source").click()
    expect(sources_dialog(page).get_by_label("Low-dose naltrexone")).to_be_checked()
    sources_dialog(page).get_by_label("Low-dose naltrexone").uncheck()
    page.keyboard.press("Enter")
    expect(sources_dialog(page)).to_be_hidden()
    expect(editor_of(page, name)).to_be_focused()
    assert html_of(page, name) == "<p>Elle dort mieux [@has2019].</p>"
    button(page, "Source").click()
    sources_dialog(page).get_by_label("Anxiété").uncheck()
    page.keyboard.press("Enter")
    expect(sources_dialog(page)).to_be_hidden()
    expect(editor_of(page, name)).to_be_focused()
    assert html_of(page, name) == "<p>Elle dort mieux.</p>"


def test_a_source_that_is_not_saved_yet_is_cited_and_one_that_goes_is_not_offered(article_form, article):
    page = article_form(article)
    name = "sections-0-body"
    page.locator("[data-row=sources-0]").get_by_role("button", name="Supprimer").click()
    page.get_by_role("button", name="Ajouter une source").click()
    page.fill("[name=sources-2-title]", "Une étude toute neuve")
    put_caret(page, "end", name)
    button(page, "Source").click()
    assert sources_dialog(page).locator("li:visible").count() == 2
    sources_dialog(page).get_by_label("Une étude toute neuve").check()
    page.keyboard.press("Enter")
    expect(sources_dialog(page)).to_be_hidden()
    key = page.locator("[name=sources-2-key]").input_value()
    assert (re.fullmatch("[0-9a-f]{8}", key) is not None, html_of(page, name)) == (
        True,
        f"<p>Elle dort mieux. [@{key}]</p>",
    )


def test_an_article_without_sources_says_so(article_form):
    page = article_form(make_article(publish=False))
    editor_of(page, "sections-0-body").click()
    button(page, "Source").click()
    expect(sources_dialog(page).get_by_text("Cet article n’a pas encore de source")).to_be_visible()
    page.keyboard.press("Escape")
    expect(sources_dialog(page)).to_be_hidden()


def test_a_static_page_has_no_sources_to_cite(page_form):
    page = page_form()
    editor_of(page).wait_for()
    assert button(page, "Source").count() == 0


# --- the clipboard ---------------------------------------------------------------------------------------------


def test_what_other_programs_copy_becomes_plain_paragraphs_lists_and_links(page_form):
    page = page_form()
    for sample in ("word", "word_online", "google_docs", "libreoffice"):
        page.reload()
        clipboard = (SAMPLES / f"{sample}.html").read_text()
        lines = (SAMPLES / f"{sample}.clean.html").read_text().splitlines()
        assert (sample, paste(page, clipboard)) == (sample, "".join(line.strip() for line in lines))


WEB_PAGES = [
    ("un <b>mot</b>", "<p>un <strong>mot</strong></p>"),
    ("<h2>A</h2><p>a</p><h3>B</h3><p>b</p><h5>C</h5>", "<h3>A</h3><p>a</p><h4>B</h4><p>b</p><h4>C</h4>"),
    ('<p>a<img src="https://elsewhere.example/a.png" onerror="x()">b</p>', "<p>ab</p>"),
    ('<p><a href="javascript:alert(1)">a</a> <a href="tel:0899">b</a></p>', "<p>a b</p>"),
    ("<div>a</div><div><div>b</div>c</div>", "<p>a</p><p>b</p><p>c</p>"),
    (
        "<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>",
        "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    ),
    ("<table><tr><td>a</td><td>b</td></tr></table>", "<p>a</p><p>b</p>"),
    ('<p title=" style=\'x\'" style="color: red">1 &lt; 2 style="x"</p>', '<p>1 &lt; 2 style="x"</p>'),
    ('<script>alert(1)</script><style>p { color: red }</style><p onclick="x()">a</p>', "<p>a</p>"),
    ("<p>voir https://ansm.sante.fr/</p>", "<p>voir https://ansm.sante.fr/</p>"),
]


def test_a_web_page_is_pasted_without_what_we_do_not_keep(page_form):
    page = page_form()
    for clipboard, pasted in WEB_PAGES:
        # Into a paragraph: what stood there gives what comes its kind.
        page.reload()
        assert paste(page, clipboard) == pasted


def test_what_is_copied_here_is_pasted_as_it_was(page_form):
    page = page_form(WHOLE_VOCABULARY)
    put_caret(page, "all")
    copied = editor_of(page).evaluate(
        """(editor) => {
          const clipboardData = new DataTransfer();
          editor.dispatchEvent(new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true }));
          return clipboardData.getData("text/html");
        }"""
    )
    assert paste(page, copied) == WHOLE_VOCABULARY


# --- many of them ----------------------------------------------------------------------------------------------


def test_an_added_row_has_its_editor_and_a_moved_one_keeps_it(article_form, article):
    page = article_form(article)
    put_caret(page, "end", "sections-0-body")
    page.keyboard.type(" Avant.")
    page.get_by_role("button", name="Ajouter une section").click()
    editor_of(page, "sections-1-body").focus()
    page.keyboard.type("Une nouvelle.")
    page.locator("[data-row=sections-1]").get_by_role("button", name="Monter", exact=True).click()
    put_caret(page, "end", "sections-0-body")
    page.keyboard.type(" Après.")
    assert (html_of(page, "sections-0-body"), html_of(page, "sections-1-body")) == (
        "<p>Elle dort mieux. Avant. Après.</p>",
        "<p>Une nouvelle.</p>",
    )


def test_a_doubled_row_has_an_editor_with_the_text_as_it_is_now(article_form, article):
    page = article_form(article)
    put_caret(page, "end", "sections-0-body")
    page.keyboard.type(" Avant.")
    page.locator("[data-row=sections-0]").get_by_role("button", name="Dupliquer").click()
    expect(editor_of(page, "sections-1-body")).to_have_text("Elle dort mieux. Avant.")
    put_caret(page, "end", "sections-1-body")
    page.keyboard.type(" Copie.")
    assert (html_of(page, "sections-0-body"), html_of(page, "sections-1-body")) == (
        "<p>Elle dort mieux. Avant.</p>",
        "<p>Elle dort mieux. Avant. Copie.</p>",
    )


def test_who_may_only_look_reads_the_text_without_a_toolbar(page_form):
    page = page_form()
    page.evaluate(
        """() => {
          const fieldset = document.createElement("fieldset");
          fieldset.disabled = true;
          const place = document.querySelector("rich-text");
          place.before(fieldset);
          const copy = place.cloneNode(true);
          copy.querySelector("textarea").name = "looked-at";
          fieldset.append(copy);
        }"""
    )
    text = page.locator("rich-text:has([name='looked-at']) [role=textbox]")
    expect(text).to_have_text("Un texte.")
    assert [text.get_attribute(name) for name in ("contenteditable", "aria-readonly")] == ["false", "true"]
    assert page.locator("fieldset rich-text:has([name='looked-at']) [role=toolbar]").count() == 0


def test_a_copied_row_has_an_editor_of_its_own(page_form):
    page = page_form()
    put_caret(page, "start")
    page.keyboard.type("A ")
    page.evaluate(
        """() => {
          const copy = document.querySelector("rich-text").cloneNode(true);
          copy.querySelector("textarea").name = copy.querySelector("textarea").id = "copy";
          document.querySelector("rich-text").after(copy);
        }"""
    )
    put_caret(page, "end", "copy")
    page.keyboard.type(" B")
    assert (html_of(page), html_of(page, "copy"), page.get_by_role("toolbar").count()) == (
        "<p>A Un texte.</p>",
        "<p>A Un texte. B</p>",
        2,
    )


def test_a_script_that_changes_the_textarea_changes_the_editor(page_form):
    page = page_form()
    editor_of(page).wait_for()
    page.evaluate(
        """() => {
          const textarea = document.querySelector("[name=body]");
          textarea.value = "<p>Autre.</p>";
          textarea.dispatchEvent(new Event("change", { bubbles: true }));
        }"""
    )
    expect(editor_of(page)).to_have_text("Autre.")


def test_five_editors_and_their_dialogs_are_accessible(article_form, article):
    for number in range(4):
        article.sections.create(heading=f"Partie {number}", position=number + 1, body=WHOLE_VOCABULARY)
    page = article_form(article)
    for number in range(5):
        page.locator(f"[name=sections-{number}-heading]").scroll_into_view_if_needed()
        editor_of(page, f"sections-{number}-body").wait_for()
    found = faults(page)
    editor_of(page, "sections-0-body").click()
    for name in ("Lien", "Source", "Langue"):
        button(page, name).click()
        page.get_by_role("dialog").wait_for()
        found += faults(page)
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="hidden")
    assert found == []
