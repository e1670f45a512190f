"""An article in a file, and back."""

import base64
import copy
import hashlib
import io
import json

import pytest
from django.core.management import CommandError, call_command
from PIL import Image as Picture

from articles import snapshot
from articles.article_file import InvalidFile
from articles.exchange import export_article, import_article
from articles.models import Article, Image, Person, Review, Section, Source, Topic, Version, VersionImage
from tests.factories import DEMO_FILE, make_article, make_demo_article, make_image

pytestmark = pytest.mark.django_db

MODELS = (Article, Image, Person, Review, Section, Source, Topic, Version)


def counts() -> list[int]:
    return [model.objects.count() for model in MODELS]


def test_export_import_export_gives_the_same_bytes():
    article = make_demo_article()
    first = export_article(article)
    _empty_the_database()
    assert export_article(import_article(first)) == first


def test_the_shipped_demonstration_is_already_in_the_exported_form():
    assert export_article(make_demo_article()) == DEMO_FILE.read_bytes()


def test_an_imported_article_has_the_snapshot_of_the_exported_one():
    article = make_demo_article()
    before = snapshot.take(article)
    content = export_article(article)
    _empty_the_database()
    assert snapshot.take(import_article(content)) == before


def test_a_draft_comes_back_as_a_draft():
    article = make_article(publish=False)
    article.sections.get().figures.create(image=make_image(), alt="Un rectangle", key="f1")
    content = export_article(article)
    _empty_the_database()
    again = import_article(content)
    assert (again.published, export_article(again)) == (None, content)


def test_an_unpublished_change_is_exported_as_a_draft():
    article = make_article()
    article.sections.update(heading="Changé")
    assert json.loads(export_article(article))["publication"] is None


def test_the_dates_of_publication_come_back():
    document = json.loads(DEMO_FILE.read_bytes())
    article = make_demo_article()
    assert article.first_published_at.isoformat() == document["publication"]["first_published_at"]
    assert [review.due_on.isoformat() for review in article.reviews.all()] == [
        review["due_on"] for review in document["publication"]["reviews"]
    ]


def test_hostile_markup_in_a_file_is_cleaned():
    document = json.loads(DEMO_FILE.read_bytes())
    document["article"]["sections"][0]["body"] = '<p onclick="x()">Bonjour<script>alert(1)</script></p>'
    article = import_article(json.dumps(document).encode())
    assert article.sections.first().body == "<p>Bonjour</p>"


def _empty_the_database():
    Article.objects.update(published=None, live_slug=None, first_published_at=None, updated_at=None)
    Review.objects.all().delete()
    VersionImage.objects.all().delete()
    Version.objects.all()._raw_delete(using="default")
    for model in (Article, Image, Person, Topic):
        model.objects.all().delete()


# Malformed files.


def _set(*path):
    """A change of the document: the last of ``path`` becomes the value at the place before it."""
    *steps, last, value = path

    def change(document):
        for step in steps:
            document = document[step]
        document[last] = value

    return change


def _delete(*path):
    *steps, last = path

    def change(document):
        for step in steps:
            document = document[step]
        del document[last]

    return change


def _swap_image(document):
    other = io.BytesIO()
    Picture.new("RGB", (50, 50)).save(other, "JPEG")
    document["images"][0]["data"] = base64.b64encode(other.getvalue()).decode()


def _image_with_a_tail(document):
    data = base64.b64decode(document["images"][0]["data"]) + b"<script>alert(1)</script>"
    old, new = document["images"][0]["sha256"], hashlib.sha256(data).hexdigest()
    document["images"][0].update(sha256=new, data=base64.b64encode(data).decode())
    for section in document["article"]["sections"]:
        for figure in section["figures"]:
            if figure["image"] == old:
                figure["image"] = new


def _second_faq(document):
    document["article"]["sections"][0]["shows_faq"] = True


def _double_key(document):
    sections = document["article"]["sections"]
    sections[1]["key"] = sections[0]["key"]


CELL = ("article", "comparisons", 0, "treatments", 0, "cells", 0)

MALFORMED = {
    "missing-field": (_delete("article", "title"), "/article"),
    "unknown-field": (_set("article", "colour", "red"), "/article"),
    "wrong-type": (_set("article", "comments_open", "yes"), "/article/comments_open"),
    "number-for-a-flag": (_set("article", "comments_open", 1), "/article/comments_open"),
    "too-long": (_set("article", "title", "x" * 201), "/article/title"),
    "bad-slug": (_set("article", "slug", "Pas d'adresse"), "/article/slug"),
    "slug-with-line-feed": (_set("article", "slug", "adresse\n"), "/article/slug"),
    "bad-state": (_set(*CELL, "state", "perhaps"), "/article/comparisons/0/treatments/0/cells/0/state"),
    "empty-given-cell": (
        lambda document: (_set(*CELL, "verdict", "")(document), _set(*CELL, "detail", "")(document)),
        "/article/comparisons/0/treatments/0/cells/0",
    ),
    "missing-cell": (_delete(*CELL), "/article/comparisons/0/treatments/0/cells"),
    "unknown-source": (
        _set(*CELL, "sources", ["nobody"]),
        "/article/comparisons/0/treatments/0/cells/0/sources/0",
    ),
    "unknown-author": (_set("article", "authors", ["nobody"]), "/article/authors/0"),
    "unknown-comparison": (
        _set("article", "sections", 0, "comparison", "nothing"),
        "/article/sections/0/comparison",
    ),
    "unknown-aspect": (_set("article", "sections", 0, "aspect", "Nonsense"), "/article/sections/0/aspect"),
    "double-key": (_double_key, "/article/sections/1/key"),
    "second-faq": (_second_faq, "/article/sections/11/shows_faq"),
    "nul-character": (_set("article", "lede", "a\0b"), "/article/lede"),
    "lone-surrogate": (_set("article", "lede", "a\ud800b"), "/article/lede"),
    "image-of-other-bytes": (_swap_image, "/images/0/sha256"),
    "image-with-a-tail": (_image_with_a_tail, "/images/0/data"),
    "not-base64": (_set("images", 0, "data", "AAA"), "/images/0/data"),
    "no-such-day": (
        _set("publication", "reviews", 0, "due_on", "2027-02-30"),
        "/publication/reviews/0/due_on",
    ),
    "review-due-before-review": (
        _set("publication", "reviews", 0, "due_on", "2026-01-01"),
        "/publication/reviews/0/due_on",
    ),
    "update-before-publication": (
        _set("publication", "updated_at", "2020-01-01T00:00:00+00:00"),
        "/publication/updated_at",
    ),
    "deeply-nested-markup": (
        _set("article", "sections", 0, "body", "<ul><li>" * 40 + "x"),
        "/article/sections/0/body",
    ),
    "published-without-lede": (_set("article", "lede", ""), "/article/lede"),
    "another-format": (_set("format", "wordpress"), "/format"),
    "later-schema": (_set("schema", 2), "/schema"),
}


@pytest.mark.parametrize(("change", "place"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_file_is_refused_whole_with_its_place(change, place):
    document = copy.deepcopy(json.loads(DEMO_FILE.read_bytes()))
    change(document)
    before = counts()
    with pytest.raises(InvalidFile) as refusal:
        import_article(json.dumps(document).encode())
    assert (refusal.value.place, counts()) == (place, before)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[1, 2",
        b'{"format": NaN}',
        b'{"format": 1, "format": 2}',
        b"[" * 100_000,
        b"null",
        b'"text"',
    ],
)
def test_what_is_no_such_document_at_all_is_refused(content):
    before = counts()
    with pytest.raises(InvalidFile) as refusal:
        import_article(content)
    assert (refusal.value.place, counts()) == ("", before)


def test_a_taken_address_is_refused():
    make_article(slug="naltrexone-et-anxiete")
    before = counts()
    with pytest.raises(InvalidFile) as refusal:
        import_article(DEMO_FILE.read_bytes())
    assert (refusal.value.place, counts()) == ("/article/slug", before)


def test_the_commands_write_and_read_the_file(tmp_path):
    make_demo_article()
    file = tmp_path / "article.json"
    call_command("export_article", "naltrexone-et-anxiete", output=file)
    _empty_the_database()
    call_command("import_article", str(file), verbosity=0)
    assert export_article(Article.objects.get()) == file.read_bytes()


def test_the_command_names_the_place_of_what_is_wrong(tmp_path):
    file = tmp_path / "article.json"
    file.write_text('{"format": "ldnportal-article"}')
    with pytest.raises(CommandError, match="À l’endroit /,"):
        call_command("import_article", str(file))
    assert Article.objects.count() == 0
