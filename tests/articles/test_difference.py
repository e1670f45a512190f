"""What differs between two texts of an article: nothing is left out, and little is said of little."""

import json
from copy import deepcopy

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import snapshot
from articles.difference import compare
from articles.difference.richtext import compare_html
from articles.difference.shape import ARTICLE
from articles.difference.words import compare_words, match_up, moved
from articles.models import Article, Image, Person, Topic
from tests.articles.snapshots import (
    IMAGES,
    PEOPLE,
    TOPICS,
    assert_valid,
    edits,
    html,
    mended,
    snapshots,
    texts,
)
from tests.factories import DEMO_FILE

# Whole articles take long to invent.
thorough = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def demo():
    document = json.loads(DEMO_FILE.read_bytes())
    people = {person["slug"]: person for person in document["people"]}
    article = document["article"]
    return {
        "article": article,
        "people": {
            slug: {name: value for name, value in people[slug].items() if name != "slug"}
            for slug in article["authors"]
        },
        "images": {
            image["sha256"]: {"type": image["type"], "width": 1200, "height": 800}
            for image in document["images"]
        },
    }


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def changed(data, change):
    after = deepcopy(data)
    change(after["article"])
    return after


def told(difference):
    """The difference in lines: «group: kind label: old → new», runs as [-old-]{+new+}."""
    signs = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    lines = []
    for group in difference.groups:
        if not group.changes:
            lines.append(f"{group.title}: {group.kind}")
        for change in group.changes:
            text = "".join(signs[run.op].format(run.text) for run in change.runs)
            lines.append(
                f"{group.title}: {change.kind} {change.label}: {text or f'{change.old} → {change.new}'}"
            )
    return lines


# Properties.


@thorough
@given(st.data())
def test_the_difference_is_empty_exactly_if_the_texts_are_equal(data):
    old = data.draw(snapshots())
    new = data.draw(edits(old, at_most=2))
    assert_valid(old)
    assert_valid(new)
    assert bool(compare(old, new)) == (old != new)


@thorough
@given(snapshots(), snapshots())
def test_two_unrelated_texts_can_be_compared(old, new):
    assert bool(compare(old, new)) == (old != new)
    assert compare(old, deepcopy(old)).groups == []


@given(texts, texts)
def test_runs_lead_from_one_text_to_the_other(old, new):
    runs = compare_words(old, new)
    assert "".join(run.text for run in runs if run.op != "+") == old
    assert "".join(run.text for run in runs if run.op != "-") == new


@given(st.lists(st.integers(0, 4)), st.lists(st.integers(0, 4)))
def test_matches_are_equal_stretches_in_the_order_of_both(a, b):
    i = j = 0
    for match in match_up(a, b):
        assert match.old >= i and match.new >= j and match.length > 0
        i, j = match.old + match.length, match.new + match.length
        assert a[match.old : i] == b[match.new : j]


@given(html, html)
def test_two_pieces_of_html_differ_visibly_or_are_equal(old, new):
    assert bool(compare_html(old, new, {})) == (old != new)
    assert compare_html(old, old, {}) == []


@given(st.permutations(list(range(6))), st.permutations(list(range(6))))
def test_what_did_not_move_keeps_its_order(old, new):
    moves = moved(old, new)
    assert [each for each in old if each not in moves] == [each for each in new if each not in moves]


# What is said.


def test_a_changed_word_is_shown_within_its_sentence():
    assert compare_words("On étudie l’anxiété forte.", "On étudie l’anxiété légère.") == [
        ("=", "On étudie l’anxiété "),
        ("-", "forte"),
        ("+", "légère"),
        ("=", "."),
    ]


def test_changes_with_next_to_nothing_between_them_are_one():
    assert compare_words("un deux trois quatre", "un six à sept quatre") == [
        ("=", "un "),
        ("-", "deux trois"),
        ("+", "six à sept"),
        ("=", " quatre"),
    ]


def test_a_changed_space_is_shown():
    runs = compare_words("4,5 mg", "4,5\u00a0mg")
    assert [run.shown for run in runs] == ["4,5", "␣", "⍽", "mg"]


def test_a_source_mark_is_one_word():
    assert compare_words("Oui [@a].", "Oui [@a; @b].") == [
        ("=", "Oui "),
        ("-", "[@a]"),
        ("+", "[@a; @b]"),
        ("=", "."),
    ]


def told_of_html(old, new):
    signs = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return [
        " ".join(
            part
            for part in (
                change.kind,
                change.label,
                "".join(signs[run.op].format(run.text) for run in change.runs),
                f"{change.old} | {change.new}" if not change.runs else "",
            )
            if part
        )
        for change in compare_html(old, new, {"s1": "Une étude"})
    ]


LONG = "<p>Ce paragraphe est assez long pour être reconnu.</p>"

HTML_CHANGES = {
    "word": (LONG, LONG.replace("long", "court"), None),
    "link-target": (
        '<p>Voir <a href="https://a.fr/">ici</a>.</p>',
        '<p>Voir <a href="https://b.fr/">ici</a>.</p>',
        ["form Link target «ici» → https://a.fr/ | «ici» → https://b.fr/"],
    ),
    "link-added": (
        "<p>Voir ici.</p>",
        '<p>Voir <a href="https://b.fr/">ici</a>.</p>',
        ["form Link  | «ici» → https://b.fr/"],
    ),
    "heading-level": (
        "<h3>Effets fréquents</h3>",
        "<h4>Effets fréquents</h4>",
        ["form Kind of block Subheading | Subheading of the second level"],
    ),
    "list-of-paragraph": (
        "<p>Un effet fréquent</p>",
        "<ul><li>Un effet fréquent</li></ul>",
        ["form Kind of block Paragraph | Item of a list"],
    ),
    "list-kind": (
        "<ul><li>Un effet fréquent</li></ul>",
        "<ol><li>Un effet fréquent</li></ol>",
        ["form Kind of block Item of a list | Item of a numbered list"],
    ),
    "list-level": (
        "<ul><li>Un effet</li><li>Un autre effet</li></ul>",
        "<ul><li>Un effet<ul><li>Un autre effet</li></ul></li></ul>",
        ["form Kind of block Item of a list | Item of a list, level 2"],
    ),
    "list-divided": (
        "<ul><li>Un effet</li><li>Un autre</li></ul>",
        "<ul><li>Un effet</li></ul><ul><li>Un autre</li></ul>",
        ["form Division into lists and items  | Un autre"],
    ),
    "emphasis": (
        "<p>Jamais sans avis</p>",
        "<p><strong>Jamais</strong> sans avis</p>",
        ["form Strong emphasis  | «Jamais»"],
    ),
    "emphasis-moved": (
        "<p><em>un</em> et un</p>",
        "<p>un et <em>un</em></p>",
        ["form Emphasis «un» | «un»"],
    ),
    "language": (
        '<p>Le <span lang="en">craving</span></p>',
        '<p>Le <span lang="de">craving</span></p>',
        ["form Language of a passage «craving» (en) | «craving» (de)"],
    ),
    "subscript": ("<p>CO2</p>", "<p>CO<sub>2</sub></p>", ["form Subscript  | «2»"]),
    "superscript": ("<p>1<sup>er</sup></p>", "<p>1er</p>", ["form Superscript «er» | "]),
    "source-mark": (
        "<p>Un effet a été montré.</p>",
        "<p>Un effet a été montré [@s1].</p>",
        [
            "changed Paragraph Un effet a été montré{+ [@s1]+}.",
            "form Source mark  | Une étude",
        ],
    ),
    "block-moved": (
        f"<p>Premier.</p>{LONG}<p>Dernier.</p>",
        f"<p>Dernier.</p><p>Premier.</p>{LONG}",
        ["moved Paragraph Dernier."],
    ),
    "block-added": (LONG, f"{LONG}<p>De plus.</p>", ["added Paragraph {+De plus.+}"]),
    "item-removed": (
        "<ul><li>Un effet</li><li>Un autre</li></ul>",
        "<ul><li>Un autre</li></ul>",
        ["removed Item of a list [-Un effet-]"],
    ),
    "emphasis-kept-on-another-word": (
        "<p>Prenez toujours <strong>quatre</strong> comprimés.</p>",
        "<p>Prenez toujours <strong>cinq</strong> comprimés.</p>",
        ["changed Paragraph Prenez toujours [-quatre-]{+cinq+} comprimés."],
    ),
    "order-of-marks": (
        '<p><a href="https://a.fr/"><em>ici</em></a></p>',
        '<p><em><a href="https://a.fr/">ici</a></em></p>',
        ["form Markup of the text  | "],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), HTML_CHANGES.values(), ids=HTML_CHANGES)
def test_a_change_of_rich_text_is_told(old, new, expected):
    expected = expected or ["changed Paragraph Ce paragraphe est assez [-long-]{+court+} pour être reconnu."]
    assert told_of_html(old, new) == expected


def test_one_section_that_went_up_is_the_only_one_that_moved(demo):
    after = changed(demo, lambda article: article["sections"].insert(0, article["sections"].pop(4)))
    heading = demo["article"]["sections"][4]["heading"]
    assert told(compare(demo, after)) == [f"Section «{heading}»: moved Place: place 5 → place 1"]


def _set(*path):
    *steps, name, value = path

    def change(article):
        for step in steps:
            article = article[step]
        article[name] = value

    return change


def _cell(article):
    cell = article["comparisons"][0]["treatments"][0]["cells"][0]
    cell.update(verdict="yes", certainty="low", detail="en quelques jours", sources=["x"])


def _paragraph(article):
    section = article["sections"][0]
    section["body"] = section["body"].replace("récepteurs opioïdes", "récepteurs aux opioïdes", 1)


DEMO_CHANGES = {
    "title": (_set("title", "Un titre"), ["Article: changed Title: "]),
    "comments": (_set("comments_open", False), ["Article: changed Comments are open: yes → no"]),
    "author": (_set("authors", []), ["Article: removed Author: Claire Exemple (autrice fictive) → "]),
    "topic": (_set("topic", None), ["Article: removed Topic: Anxiété → "]),
    "aspect": (
        _set("sections", 0, "aspect", "SafetyHealthAspect"),
        ["Section «Qu’est-ce que la naltrexone ?»: changed Aspect: overview → safety"],
    ),
    "body": (
        _paragraph,
        [
            "Section «Qu’est-ce que la naltrexone ?»: changed Text – Paragraph: La naltrexone est un antagoniste "
            "des récepteurs {+aux +}opioïdes. "
        ],
    ),
    "cell": (
        _cell,
        [
            "Cell «Naltrexone (LDN) / Effet rapide»: changed Verdict: no → yes",
            "Cell «Naltrexone (LDN) / Effet rapide»: added Detail: {+en quelques jours+}",
            "Cell «Naltrexone (LDN) / Effet rapide»: added Certainty:  → low",
            "Cell «Naltrexone (LDN) / Effet rapide»: changed Sources: ",
        ],
    ),
    "image": (
        _set("cover", "f" * 64),
        ["Article: added Cover image:  → ffffffff"],
    ),
    "section-removed": (
        lambda article: article["sections"].pop(1),
        ["Section «Quel lien entre l’anxiété et les récepteurs opioïdes ?»: removed"],
    ),
}


@pytest.mark.parametrize(("change", "expected"), DEMO_CHANGES.values(), ids=DEMO_CHANGES)
def test_a_change_of_the_demonstration_is_told_in_words(demo, change, expected):
    lines = told(compare(demo, changed(demo, change)))
    assert [line[: len(start)] for line, start in zip(lines, expected, strict=False)] == expected


def first_records(shape, records, path=()):
    """One record of every kind, with its path."""
    record = records[0]
    key = (record[shape.key],) if shape.key in record else ()
    yield shape, record, (*path, *key)
    for name, part in shape.parts.items():
        holder = next((each for each in records if each[name]), record)
        there = (*path, holder[shape.key]) if key else path
        yield from first_records(part, holder[name], (*there, name))


def another(value):
    match value:
        case bool():
            return not value
        case None:
            return "x"
        case int():
            return value + 1
        case list():
            return [*value, "x"]
        case dict():
            return {**value, "description": f"{value['description']} x"}
    return f"{value}x"


def test_no_value_of_any_record_is_left_out(demo):
    after = deepcopy(demo)
    tried = set()
    for shape, record, path in first_records(ARTICLE, [after["article"]]):
        for name in sorted(set(record) - {shape.key, *shape.parts}):
            before = record[name]
            record[name] = another(before)
            told_paths = {change.path for group in compare(demo, after).groups for change in group.changes}
            assert told_paths == {(*path, name)}, (shape.model, name)
            record[name] = before
            tried.add(shape.model)
    assert after == demo
    assert tried == {
        "Article", "Section", "Figure", "FaqEntry", "Comparison", "Criterion", "Treatment", "Cell", "Source"
    }  # fmt: skip


@pytest.mark.parametrize("name", ["name", "qualification", "interests", "example"])
def test_the_words_of_a_person_are_told_too(demo, name):
    after = deepcopy(demo)
    (slug,) = after["people"]
    after["people"][slug][name] = another(after["people"][slug][name])
    (group,) = compare(demo, after).groups
    assert [change.path for change in group.changes] == [("people", slug, name)]


# The database.


@pytest.fixture
def referred(db):
    """The people, topics and images that the random snapshots refer to."""
    for slug, person in PEOPLE.items():
        Person.objects.create(slug=slug, **person)
    for topic in TOPICS:
        Topic.objects.create(**topic)
    for sha256, image in IMAGES.items():
        Image.objects.create(sha256=sha256, **image)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_what_was_written_is_what_is_read_whatever_stood_there_before(referred, data):
    first = data.draw(snapshots())
    second = data.draw(snapshots() | edits(first))
    with transaction.atomic():
        article = Article()
        for each in (first, second, first):
            snapshot.write(article, each)
            assert snapshot.take(Article.objects.get(pk=article.pk)) == each
        transaction.set_rollback(True)


def test_two_sections_can_exchange_their_anchors_and_the_questions(referred):
    def text(first, second):
        return mended(
            {
                **_EMPTY,
                "sections": [
                    {**_SECTION, "key": "a1", "alias": first, "shows_faq": first == "dose"},
                    {**_SECTION, "key": "a2", "alias": second, "shows_faq": second == "dose"},
                ],
            }
        )

    article = Article()
    snapshot.write(article, text("dose", "effets"))
    snapshot.write(article, text("effets", "dose"))
    assert snapshot.take(article) == text("effets", "dose")


_SECTION = {"aspect": "", "heading": "Une section", "body": "", "comparison": None, "figures": []}
_EMPTY = {
    "slug": "un-article",
    "title": "Un article",
    "lede": "",
    "topic": None,
    "authors": [],
    "cover": None,
    "comments_open": True,
    "comments_close_after": None,
    "review_every_months": 12,
    "comparisons": [],
    "faq": [],
    "sources": [],
}
