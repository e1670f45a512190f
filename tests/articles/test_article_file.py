"""The documented format says what the models and the limits say: two places, one truth."""

import json

import pytest

from articles import limits
from articles.article_file import SCHEMA_FILE
from articles.models import Cell, Criterion, Review, Source
from ldnportal.markup.sanitize import SECTION_MAX_BYTES

PARTS = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["$defs"]


@pytest.mark.parametrize(
    ("part", "field", "limit"),
    [
        ("article", "sections", limits.MAX_SECTIONS),
        ("article", "comparisons", limits.MAX_COMPARISONS),
        ("article", "faq", limits.MAX_FAQ_ENTRIES),
        ("article", "sources", limits.MAX_SOURCES),
        ("section", "figures", limits.MAX_FIGURES_A_SECTION),
        ("comparison", "criteria", limits.MAX_CRITERIA),
        ("comparison", "treatments", limits.MAX_TREATMENTS),
    ],
)
def test_a_file_may_hold_as_many_parts_as_an_article(part, field, limit):
    assert PARTS[part]["properties"][field]["maxItems"] == limit


def test_a_text_in_a_file_may_be_as_long_as_a_section():
    assert PARTS["html"]["maxLength"] == SECTION_MAX_BYTES


@pytest.mark.parametrize(
    ("part", "field", "choices"),
    [
        ("cell", "state", Cell.State),
        ("cell", "verdict", Cell.Verdict),
        ("cell", "certainty", Cell.Certainty),
        ("criterion", "kind", Criterion.Kind),
        ("criterion", "better", Criterion.Better),
        ("source", "kind", Source.Kind),
    ],
)
def test_a_file_offers_the_choices_of_the_model(part, field, choices):
    assert sorted(PARTS[part]["properties"][field]["enum"]) == sorted(choices.values)


def test_a_review_in_a_file_has_the_outcomes_of_the_model():
    review = PARTS["publication"]["properties"]["reviews"]["items"]["properties"]
    assert sorted(review["outcome"]["enum"]) == sorted(Review.Outcome.values)
