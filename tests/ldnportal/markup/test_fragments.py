import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldnportal.markup.fragments import SOURCE_MARK, blocks, mark_keys, replace_in_text, source_marks
from ldnportal.markup.sanitize import clean_section

MARKUP = "<p> </p> <h3> </h3> <ul> </ul> <li> <br> <em> </em> mot &lt; &amp; [@a] [@b;@c]"
SECTIONS = st.lists(
    st.sampled_from(MARKUP.split() + ['<a href="/?a=1&amp;b=[@no]">', "</a>", " ", "\n"]),
    max_size=30,
).map(lambda bits: clean_section("".join(bits)))


@pytest.mark.parametrize(
    ("html", "parts"),
    [
        ("", []),
        ("<p>a</p>", ["<p>a</p>"]),
        ("<p>a<br>b</p><h3>c</h3>", ["<p>a<br>b</p>", "<h3>c</h3>"]),
        (
            "<ul><li>a<ul><li>b</li></ul></li></ul><p>c</p>",
            ["<ul><li>a<ul><li>b</li></ul></li></ul>", "<p>c</p>"],
        ),
        ('<p><a href="/a">b</a></p><p>c</p>', ['<p><a href="/a">b</a></p>', "<p>c</p>"]),
    ],
)
def test_html_is_split_into_its_top_level_blocks(html, parts):
    assert blocks(html) == parts


@settings(deadline=None)
@given(SECTIONS)
def test_the_blocks_joined_are_the_whole(html):
    assert "".join(blocks(html)) == html


@settings(deadline=None)
@given(SECTIONS)
def test_each_block_is_clean_by_itself(html):
    assert [clean_section(block) for block in blocks(html)] == blocks(html)


@pytest.mark.parametrize(
    ("html", "replaced"),
    [
        ("<p>a</p>", "<p><b>a</b></p>"),
        ('<p><a href="/a">a</a></p>', '<p><a href="/a"><b>a</b></a></p>'),
        ("<p>&lt;a&gt; &amp;</p>", "<p>&lt;<b>a</b>&gt; &amp;</p>"),
        ("<p>&amp;lt;</p>", "<p>&amp;lt;</p>"),
        ("<p>b</p>", "<p>b</p>"),
    ],
)
def test_a_pattern_is_replaced_in_texts_and_never_in_tags(html, replaced):
    assert replace_in_text(html, re.compile("a(?!mp)"), lambda match: f"<b>{match[0]}</b>") == replaced


def test_a_pattern_meets_text_without_references():
    assert (
        replace_in_text("<p>&lt;</p>", re.compile("<"), lambda match: "inférieur à") == "<p>inférieur à</p>"
    )
    assert replace_in_text("<p>&lt;</p>", re.compile("lt"), lambda match: "b") == "<p>&lt;</p>"


@settings(deadline=None)
@given(SECTIONS)
def test_replacing_nothing_changes_nothing(html):
    assert replace_in_text(html, re.compile("x+"), lambda match: "y") == html


@settings(deadline=None)
@given(SECTIONS)
def test_replacing_a_match_by_itself_changes_nothing(html):
    assert replace_in_text(html, SOURCE_MARK, lambda match: match[0]) == html


@pytest.mark.parametrize(
    ("html", "keys"),
    [
        ("<p>a</p>", []),
        ("<p>a [@smith2021]</p>", ["smith2021"]),
        ("<p>a [@b; @a-1]</p><ul><li>c[@b]</li></ul>", ["b", "a-1", "b"]),
        ("<p>[@a;@b]</p>", ["a", "b"]),
        ("<p>[@a;\u00a0@b]</p>", ["a", "b"]),
        ('<p><a href="/?[@no]">a</a></p>', []),
        ("<p>[@A] [@-a] [a] @a [@] [@a b] [@a;]</p>", []),
        (f"<p>[@{'a' * 40}] [@{'b' * 41}]</p>", ["a" * 40]),
    ],
)
def test_source_marks_are_found_in_order(html, keys):
    assert source_marks(html) == keys


def test_each_mark_becomes_what_its_keys_say():
    def numbers(match):
        return "".join(f"<sup>{key}</sup>" for key in mark_keys(match))

    assert replace_in_text("<p>a [@b; @c].</p>", SOURCE_MARK, numbers) == "<p>a <sup>b</sup><sup>c</sup>.</p>"
