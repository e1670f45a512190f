"""Two texts made from one, put together: nothing of either is lost, and the result can always be written."""

from copy import deepcopy

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.difference import merge, resolve
from articles.difference.merging import MINE, THEIRS
from articles.difference.shape import ARTICLE, is_blank
from tests.articles.snapshots import assert_valid, edits, mended, snapshots

# Whole articles take long to invent.
thorough = settings(max_examples=30, deadline=None)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@st.composite
def texts_of_two(draw):
    base = draw(snapshots())
    return base, draw(edits(base, at_most=10)), draw(edits(base, at_most=10) | snapshots())


# Properties.


@thorough
@given(st.data())
def test_what_only_one_side_changed_is_taken_from_it(data):
    base = data.draw(snapshots())
    other = data.draw(edits(base) | snapshots())
    assert merge(base, other, base).merged == other
    assert merge(base, base, other).merged == other
    assert merge(base, other, other).merged == other
    for mine, theirs in ((other, base), (base, other), (other, other)):
        assert merge(base, mine, theirs).conflicts == []


@thorough
@given(texts_of_two(), st.randoms(use_true_random=False))
def test_nothing_is_lost_and_the_result_can_be_written(texts, chance):
    before = deepcopy(texts)
    base, mine, theirs = texts
    merged = merge(base, mine, theirs)
    for side in (mine, theirs):
        assert lost(base, side, merged) == []
    assert_valid(merged.merged)
    for pick in (lambda: MINE, lambda: THEIRS, lambda: chance.choice([MINE, THEIRS])):
        assert_valid(resolve(merged, {conflict.path: pick() for conflict in merged.conflicts}))
    assert texts == before


def lost(base, side, merged):
    """What this side changed and is neither in the result nor in a conflict."""
    before, there = values(base, blank=True), values(merged.merged, blank=True)
    decided = {conflict.path for conflict in merged.conflicts}
    for conflict in merged.conflicts:
        decided |= {(*conflict.path[:-1], name) for name in conflict.fields}
    return [
        path
        for path, value in values(side).items()
        if (path not in before or before[path] != value)
        and there.get(path) != value
        and not any(path[:length] in decided for length in range(1, len(path) + 1))
        and not decided & set(depends_on(path, value))
    ]


def depends_on(path, value):
    """What has to be there for a value to be: decided together with it."""
    match path:
        case ("shows_faq",):
            yield ("sections", value)
        case ("comparisons", comparison, "treatments", _row, "cells", column, *rest):
            yield ("comparisons", comparison, "criteria", column)
            if rest[:1] == ["sources"]:
                yield ("sources", rest[1])
        case ("sections", _section, "comparison"):
            yield ("comparisons", value)
            yield ("shows_faq",)


def values(data, *, blank=False):
    """Every value by its path; what follows from others (order of sources in a cell, places in lists) left out."""
    found = {}

    def walk(shape, record, path):
        if shape.model == "Cell" and is_blank(record) and not blank:
            return
        for name in shape.fields(record):
            value = record[name]
            if (*path, name) == ("authors",) or (shape.model, name) == ("Cell", "sources"):
                found.update({(*path, name, each): True for each in value})
            elif name == "shows_faq":
                if value:
                    found[("shows_faq",)] = path[-1]
            elif (shape.model, name, value) != ("Section", "comparison", None):
                found[(*path, name)] = value
        for name, part in shape.parts.items():
            for each in record[name]:
                walk(part, each, (*path, name, each[part.key]))

    walk(ARTICLE, data["article"], ())
    return found


# By example.

EMPTY = {
    "slug": "un-article",
    "title": "Un article",
    "lede": "Ce qu’il dit.",
    "topic": None,
    "authors": ["ana"],
    "cover": None,
    "comments_open": True,
    "comments_close_after": None,
    "review_every_months": 12,
    "sections": [],
    "comparisons": [],
    "faq": [],
    "sources": [],
}


def section(key, **kwargs):
    return {
        "key": key,
        "alias": "",
        "aspect": "",
        "heading": f"Section {key}",
        "body": "<p>Le texte.</p>",
        "comparison": None,
        "shows_faq": False,
        "figures": [],
        **kwargs,
    }


def source(key):
    return {
        "key": key,
        "kind": "study",
        "authors": "",
        "title": f"Source {key}",
        "container": "",
        "year": None,
        "doi": "",
        "pmid": "",
        "url": "",
        "to_verify": True,
        "note": "",
        "read_on": None,
    }


def cell(**kwargs):
    return {
        "state": "given",
        "verdict": "yes",
        "detail": "",
        "certainty": "",
        "value": None,
        "sources": [],
        **kwargs,
    }


def comparison(key, criteria=("k1", "k2"), **rows):
    """``rows``: the cells of each treatment by criterion."""
    return {
        "key": key,
        "caption": f"Comparaison {key}",
        "summary": "",
        "criteria": [
            {"key": each, "name": each, "help": "", "kind": "text", "unit": "", "better": "none"}
            for each in criteria
        ],
        "treatments": [
            {"key": row, "name": row, "detail": "", "cells": cells} for row, cells in rows.items()
        ],
    }


def text(**kwargs):
    return mended({**EMPTY, **kwargs})


def sections(*keys, **kwargs):
    return text(sections=[section(key) for key in keys], **kwargs)


def keys(data, name="sections"):
    return [each["key"] for each in data["article"][name]]


def told(merged):
    return [(conflict.name, conflict.shown[MINE], conflict.shown[THEIRS]) for conflict in merged.conflicts]


def test_two_sections_changed_by_two_are_both_taken():
    base = sections("a", "b")
    mine = text(sections=[section("a", body="<p>Le mien.</p>"), section("b")])
    theirs = text(sections=[section("a"), section("b", heading="Le leur")])
    merged = merge(base, mine, theirs)
    assert merged.conflicts == []
    assert merged.merged == text(
        sections=[section("a", body="<p>Le mien.</p>"), section("b", heading="Le leur")]
    )


def test_one_text_changed_by_both_is_a_conflict_to_be_decided():
    base, mine, theirs = (text(lede=lede) for lede in ("Avant.", "Le mien.", "Le leur."))
    merged = merge(base, mine, theirs)
    (conflict,) = merged.conflicts
    assert (conflict.path, conflict.base, conflict.mine, conflict.theirs) == (
        ("lede",),
        "Avant.",
        "Le mien.",
        "Le leur.",
    )
    assert merged.merged == theirs
    assert resolve(merged, {("lede",): MINE}) == mine
    assert resolve(merged, {("lede",): THEIRS}) == theirs


def test_a_conflict_without_a_choice_is_not_decided_silently():
    merged = merge(*(text(lede=lede) for lede in ("Avant.", "Le mien.", "Le leur.")))
    with pytest.raises(KeyError):
        resolve(merged, {})


def test_what_both_added_is_kept_in_its_place():
    base = sections("a", "b")
    merged = merge(base, sections("a", "mine", "b"), sections("a", "b", "theirs"))
    assert (keys(merged.merged), merged.conflicts) == (["a", "mine", "b", "theirs"], [])


def test_of_one_part_that_both_added_no_value_counts_as_the_old_one():
    """Two imports of one file can do that: keys are random otherwise."""
    mine, theirs = (source("s1") | {"year": year} for year in (None, 2021))
    merged = merge(text(), text(sources=[mine]), text(sources=[theirs]))
    assert [conflict.name for conflict in merged.conflicts] == ["sources/s1/year"]


def test_moves_of_different_sections_go_together():
    base = sections("a", "b", "c", "d", "e")
    merged = merge(base, sections("b", "c", "d", "e", "a"), sections("a", "d", "b", "c", "e"))
    assert (keys(merged.merged), merged.conflicts) == (["d", "b", "c", "e", "a"], [])


def test_one_section_moved_by_both_to_different_places_is_a_conflict():
    merged = merge(sections(*"abcde"), sections(*"bcade"), sections(*"bcdea"))
    assert [(conflict.name, conflict.shown[MINE]) for conflict in merged.conflicts] == [
        ("sections", "Section b → Section c → Section a → Section d → Section e")
    ]
    assert keys(resolve(merged, {("sections",): MINE})) == [*"bcade"]


def test_a_section_deleted_here_and_changed_there_is_a_conflict():
    base = sections("a", "b")
    merged = merge(base, sections("b"), text(sections=[section("a", heading="Changé"), section("b")]))
    (conflict,) = merged.conflicts
    assert (conflict.path, conflict.mine, conflict.theirs["heading"]) == (("sections", "a"), None, "Changé")
    assert keys(resolve(merged, {("sections", "a"): MINE})) == ["b"]
    assert keys(resolve(merged, {("sections", "a"): THEIRS})) == ["a", "b"]


def test_a_source_deleted_here_and_newly_cited_there_is_a_conflict():
    base = text(sections=[section("a")], sources=[source("s1")])
    theirs = text(sections=[section("a", body="<p>Prouvé [@s1].</p>")], sources=[source("s1")])
    merged = merge(base, sections("a"), theirs)
    assert told(merged) == [("sources/s1", "deleted", "kept")]


def test_a_comparison_that_is_gone_is_not_shown():
    base = text(sections=[section("a", comparison="c1")], comparisons=[comparison("c1")])
    theirs = text(sections=[section("a", comparison="c1", heading="Changé")], comparisons=[comparison("c1")])
    merged = merge(base, sections("a"), theirs)
    assert (merged.merged, merged.conflicts) == (text(sections=[section("a", heading="Changé")]), [])


def test_a_row_and_a_column_added_by_two_meet_in_a_blank_cell():
    base = text(comparisons=[comparison("c1", ("k1",), t1={"k1": cell()})])
    mine = text(comparisons=[comparison("c1", ("k1",), t1={"k1": cell()}, t2={"k1": cell()})])
    theirs = text(comparisons=[comparison("c1", ("k1", "k2"), t1={"k1": cell(), "k2": cell(verdict="no")})])
    merged = merge(base, mine, theirs)
    expected = comparison("c1", ("k1", "k2"), t1={"k1": cell(), "k2": cell(verdict="no")}, t2={"k1": cell()})
    assert (merged.merged, merged.conflicts) == (text(comparisons=[expected]), [])


def test_a_column_deleted_here_and_filled_there_is_a_conflict():
    base = text(comparisons=[comparison("c1", t1={"k1": cell(), "k2": cell()})])
    mine = text(comparisons=[comparison("c1", ("k1",), t1={"k1": cell()})])
    theirs = text(comparisons=[comparison("c1", t1={"k1": cell(), "k2": cell(verdict="no")})])
    merged = merge(base, mine, theirs)
    assert told(merged) == [("comparisons/c1/criteria/k2", "deleted", "kept")]
    path = ("comparisons", "c1", "criteria", "k2")
    assert resolve(merged, {path: MINE}) == mine
    assert resolve(merged, {path: THEIRS}) == theirs


def test_what_a_cell_states_is_decided_as_one():
    base = text(comparisons=[comparison("c1", ("k1",), t1={"k1": cell()})])
    mine = text(comparisons=[comparison("c1", ("k1",), t1={"k1": cell(state="no_study", verdict="")})])
    theirs = text(
        comparisons=[comparison("c1", ("k1",), t1={"k1": cell(detail="en deux jours", certainty="low")})]
    )
    merged = merge(base, mine, theirs)
    assert [(each.path[-1], each.fields) for each in merged.conflicts] == [
        ("state", ("state", "verdict", "value", "detail"))
    ]
    decided = resolve(merged, {merged.conflicts[0].path: MINE})
    assert decided == text(
        comparisons=[
            comparison("c1", ("k1",), t1={"k1": cell(state="no_study", verdict="", certainty="low")})
        ]
    )


def test_sources_of_a_cell_added_and_taken_away_by_two_go_together():
    def with_sources(*cited):
        grid = comparison("c1", ("k1",), t1={"k1": cell(sources=list(cited))})
        return text(comparisons=[grid], sources=[source("s1"), source("s2"), source("s3")])

    merged = merge(with_sources("s1", "s2"), with_sources("s2"), with_sources("s1", "s2", "s3"))
    assert (merged.merged, merged.conflicts) == (with_sources("s2", "s3"), [])


def test_the_questions_moved_to_two_sections_are_a_conflict():
    def shown_in(place):
        return text(sections=[section(key, shows_faq=key == place) for key in "abc"])

    merged = merge(shown_in("a"), shown_in("b"), shown_in("c"))
    assert told(merged) == [("shows_faq", "Section b", "Section c")]
    assert resolve(merged, {("shows_faq",): MINE}) == shown_in("b")


def test_a_section_that_got_the_questions_here_and_a_comparison_there_is_a_conflict():
    grid = comparison("c1")
    base = text(sections=[section("a")], comparisons=[grid])
    mine = text(sections=[section("a", shows_faq=True)], comparisons=[grid])
    theirs = text(sections=[section("a", comparison="c1")], comparisons=[grid])
    merged = merge(base, mine, theirs)
    assert told(merged) == [("shows_faq", "Section a", "no section")]
    assert resolve(merged, {("shows_faq",): MINE}) == mine
    assert resolve(merged, {("shows_faq",): THEIRS}) == theirs


def test_two_sections_given_one_anchor_are_a_conflict():
    base = sections("a", "b")
    mine = text(sections=[section("a", alias="dose"), section("b")])
    theirs = text(sections=[section("a"), section("b", alias="dose")])
    merged = merge(base, mine, theirs)
    assert told(merged) == [("sections/a/alias", "dose", ""), ("sections/b/alias", "", "dose")]
    assert resolve(merged, {conflict.path: MINE for conflict in merged.conflicts}) == mine


def test_an_author_added_and_one_taken_away_by_two_go_together():
    merged = merge(text(authors=["ana", "bob"]), text(authors=["ana", "bob", "eve"]), text(authors=["bob"]))
    assert (merged.merged, merged.conflicts) == (text(authors=["bob", "eve"]), [])
