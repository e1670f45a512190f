import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldnportal.markup.fragments import blocks, replace_source_marks, source_marks
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


def as_written(keys):
    return f"[{'; '.join(f'@{key}' for key in keys)}]"


def numbers(keys):
    return "".join(f"<sup>{key}</sup>" for key in keys)


@pytest.mark.parametrize(
    ("html", "replaced"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ("<p>a [@b; @c].</p>", "<p>a <sup>b</sup><sup>c</sup>.</p>"),
        ("<p>&lt;a&gt; &amp;lt; [@b]</p>", "<p>&lt;a&gt; &amp;lt; <sup>b</sup></p>"),
        ('<p><a href="/?[@no]">a</a></p>', '<p><a href="/?[@no]">a</a></p>'),
        ("<p>[@b]<strong>[@c]</strong></p>", "<p><sup>b</sup><strong><sup>c</sup></strong></p>"),
    ],
)
def test_each_mark_becomes_what_its_keys_say_and_tags_stay(html, replaced):
    assert replace_source_marks(html, numbers) == replaced


@pytest.mark.parametrize(
    ("html", "replaced"),
    [
        ('<p><a href="/a">une étude [@b]</a>.</p>', '<p><a href="/a">une étude</a><sup>b</sup>.</p>'),
        (
            '<p><a href="/a">une [@b] étude [@c; @d] <em>sûre [@e]</em></a> [@f]</p>',
            '<p><a href="/a">une étude <em>sûre</em></a><sup>b</sup><sup>c</sup><sup>d</sup><sup>e</sup> <sup>f</sup></p>',
        ),
        ('<p>a <a href="/a">[@b]</a>.</p>', "<p>a <sup>b</sup>.</p>"),
        (
            '<p><a href="/a"><em>[@b]</em></a> <a href="/c">c</a></p>',
            '<p><em></em><sup>b</sup> <a href="/c">c</a></p>',
        ),
    ],
)
def test_the_marks_of_a_link_follow_it(html, replaced):
    assert replace_source_marks(html, numbers) == replaced


@settings(deadline=None)
@given(SECTIONS)
def test_no_link_ever_stands_inside_another(html):
    rendered = replace_source_marks(html, lambda keys: "<a>1</a>")
    opened = 0
    for tag in re.findall(r"</?a\b", rendered):
        opened += 1 if tag == "<a" else -1
        assert opened in (0, 1)


@settings(deadline=None)
@given(SECTIONS.filter(lambda html: "<a" not in html))
def test_replacing_marks_by_themselves_changes_nothing(html):
    assert replace_source_marks(html, as_written) == html.replace("[@b;@c]", "[@b; @c]")


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
