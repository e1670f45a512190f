import re

import pytest
from django.utils.safestring import SafeString
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ldnportal.markup.sanitize import clean_section, plain_text
from ldnportal.markup.typography import typeset_html, typeset_text


def visible(text: str) -> str:
    """The two no-break spaces as characters that can be told apart: ~ is U+00A0, _ is U+202F."""
    return text.replace("\u00a0", "~").replace("\u202f", "_")


@pytest.mark.parametrize(
    ("text", "typeset"),
    [
        ("Naltrexone et anxiété : peut-il réduire ?", "Naltrexone et anxiété~: peut-il réduire_?"),
        ("Oui ! Non ; 58 % et 20 €", "Oui_! Non_; 58_% et 20_€"),
        ("Oui! Non?", "Oui! Non?"),
        ("Quoi\u00a0?", "Quoi_?"),
        ("« LDN »", "«~LDN~»"),
        ("«LDN»", "«~LDN~»"),
        ("« Quoi ? »", "«~Quoi_?~»"),
        ("l'anxiété d'« effet »", "l’anxiété d’«~effet~»"),
        ("'a' 5' 5'10", "'a' 5' 5'10"),
        ("attendre...", "attendre…"),
        ("a.... ../..", "a.... ../.."),
        ("4,5 mg/jour", "4,5~mg/jour"),
        ("50 mg", "50~mg"),
        ("12 semaines, 3 mois, 1 an", "12~semaines, 3~mois, 1~an"),
        ("en 30 min", "en 30~min"),
        ("5 grands 3 hommes 2 l'un", "5 grands 3 hommes 2 l’un"),
        ("1 500 mg pour 1 000 000", "1_500~mg pour 1_000_000"),
        ("en 2021 200 patients", "en 2021 200 patients"),
        ("lot 1 0000", "lot 1 0000"),
        ("01 23 45 67 89", "01 23 45 67 89"),
        ("le 12 mai et le 1er août", "le 12~mai et le 1er~août"),
        ("le 12 maisons 112 mai", "le 12 maisons 112 mai"),
        ("1,5-4,5 et 4-8", "1,5-4,5 et 4-8"),
        ("10:30 a:b", "10:30 a:b"),
        ("http://a.b?x=1", "http://a.b?x=1"),
        ("http://l'a...b ?", "http://l'a...b_?"),
        ("l'o@b.fr !", "l'o@b.fr_!"),
        ("l'effet[@smith2021] ?", "l’effet[@smith2021]_?"),
        ("[@a; @b]", "[@a; @b]"),
        ("Ah :)", "Ah :)"),
        ("", ""),
    ],
)
def test_text_is_set_in_french_typography(text, typeset):
    assert visible(typeset_text(text)) == typeset


@pytest.mark.parametrize(
    ("html", "typeset"),
    [
        ("<p>Quoi ?</p>", "<p>Quoi_?</p>"),
        ("<p><strong>Quoi</strong> ?</p>", "<p><strong>Quoi</strong>_?</p>"),
        ("<p>a &amp; b &lt; c ; d</p>", "<p>a &amp; b &lt; c_; d</p>"),
        ("<p>a &amp;lt;</p>", "<p>a &amp;lt;</p>"),
        ("<p>l'<em>effet</em></p>", "<p>l’<em>effet</em></p>"),
        ("<p>a'</p><p>b</p>", "<p>a'</p><p>b</p>"),
        ('<p><a href="/?l\'a ?">a ?</a></p>', '<p><a href="/?l\'a ?">a_?</a></p>'),
        ("<p><code>a ?</code> ?</p>", "<p><code>a ?</code>_?</p>"),
        (
            '<p><span lang="en">Why <em>not ?</em> it\'s</span> ?</p>',
            '<p><span lang="en">Why <em>not ?</em> it\'s</span>_?</p>',
        ),
        ('<p><span lang="fr-CA">a ?</span></p>', '<p><span lang="fr-CA">a_?</span></p>'),
        (
            '<p lang="en">a ? <span lang="fr">a ?</span></p>',
            '<p lang="en">a ? <span lang="fr">a_?</span></p>',
        ),
        ("<p>a<br>b ?</p>", "<p>a<br>b_?</p>"),
    ],
)
def test_html_is_set_in_french_typography(html, typeset):
    assert visible(typeset_html(html)) == typeset


def test_typeset_html_is_safe_to_print():
    assert isinstance(typeset_html("<p>a</p>"), SafeString)


TEXT_BITS = (
    """« » : ; ! ? ' ... .... … % € 5 50 1 000 2021 mg h l mai 1er http://a?b a@b [@a] mot d l'un - ,"""
)
WRITTEN = st.lists(
    st.sampled_from(TEXT_BITS.split() + [" ", "  ", "\u00a0", "\u202f", "\n", "\t"]) | st.text(max_size=3),
    max_size=25,
).map("".join)


@settings(max_examples=2000, deadline=None)
@given(WRITTEN)
def test_typesetting_text_twice_changes_nothing(text):
    assert typeset_text(typeset_text(text)) == typeset_text(text)


@settings(max_examples=1000, deadline=None)
@given(WRITTEN)
def test_only_spaces_apostrophes_and_full_stops_change(text):
    def letters(text):
        return re.sub(r"[ \u00a0\u202f]", "", text.replace("’", "'").replace("…", "..."))

    assert letters(typeset_text(text)) == letters(text)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters=" \u00a0\u202f«»'.")))
def test_text_without_spaces_and_quotes_stays_as_it_is(text):
    assert typeset_text(text) == text


MARKUP = "<p> </p> <em> </em> <br> <ul> <li> & < > ' « » ? : ; ! 5 mg l mot &amp;"
SECTIONS = st.lists(
    st.sampled_from(MARKUP.split())
    | st.sampled_from(["<a href=\"/?a='b' ?\">", "</a>", '<span lang="en">', "</span>", " ", "\u00a0"]),
    max_size=30,
).map(lambda bits: clean_section("".join(bits)))


@settings(max_examples=500, deadline=None)
@given(SECTIONS)
@example("<p>&amp; :»</p>")
def test_typesetting_html_twice_changes_nothing(html):
    assert typeset_html(typeset_html(html)) == typeset_html(html)


@settings(max_examples=500, deadline=None)
@given(SECTIONS)
def test_tags_stay_byte_for_byte(html):
    assert re.findall("<[^>]*>", typeset_html(html)) == re.findall("<[^>]*>", html)


@settings(max_examples=300, deadline=None)
@given(SECTIONS)
def test_typeset_html_is_still_clean(html):
    assert re.sub(r"[\s\u00a0\u202f’']", "", plain_text(clean_section(typeset_html(html)))) == re.sub(
        r"[\s\u00a0\u202f’']", "", plain_text(html)
    )
