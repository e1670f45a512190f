"""
The file of one article, read and checked in every respect that needs no database and no image decoder.

The shape is documented field by field in ``article.schema.json`` beside this module. What is wrong is named by its
place, a JSON pointer (RFC 6901), and by what was expected there.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import extend

from articles.models.content import Aspect
from ldnportal.markup.sanitize import MarkupTooDeep, MarkupTooLarge, clean_section

FORMAT = "ldnportal-article"
SCHEMA_FILE = Path(__file__).with_name("article.schema.json")
# An article at its limits with twenty images of the largest size, in base64.
MAX_FILE_BYTES = 300 * 1024 * 1024


class InvalidFile(ValueError):
    """``place``: a JSON pointer, "" for the whole file. ``expected``: a sentence saying what belongs there."""

    def __init__(self, place: str, expected: str) -> None:
        super().__init__(f"{place or '/'}: {expected}")
        self.place = place
        self.expected = expected


def read(content: bytes) -> dict[str, Any]:
    """The document in ``content``, checked in every respect that needs no database and no image decoder."""
    if len(content) > MAX_FILE_BYTES:
        raise InvalidFile("", _("a file of at most %(size)d MB.") % {"size": MAX_FILE_BYTES // 1024**2})
    try:
        document = json.loads(
            content.decode("utf-8"), object_pairs_hook=_object_without_doubles, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        raise InvalidFile("", _("text in UTF-8; byte %(byte)d is not.") % {"byte": error.start}) from error
    except json.JSONDecodeError as error:
        raise InvalidFile(
            "",
            _("JSON; it breaks off at line %(line)d, column %(column)d.")
            % {"line": error.lineno, "column": error.colno},
        ) from error
    except RecursionError as error:
        raise InvalidFile("", _("JSON that is not nested without end.")) from error
    _check_characters(document, "")
    error = best_match(_validator().iter_errors(document))
    if error is not None:
        raise InvalidFile(_pointer(error), _expected(error))
    for place, expected in _contradictions(document):
        raise InvalidFile(place, expected)
    return document


def _object_without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise InvalidFile(
            "", _("each name once in an object; «%(name)s» stands there twice.") % {"name": double}
        )
    return found


def _no_constant(name: str) -> None:
    raise InvalidFile("", _("JSON; «%(name)s» is no JSON number.") % {"name": name})


def _check_characters(value: Any, place: str) -> None:
    """Refuses what PostgreSQL cannot store (NUL) or UTF-8 cannot write (lone surrogates), and other controls."""
    if isinstance(value, str):
        if any(
            ord(character) < 32 and character not in "\n\t" or 0xD800 <= ord(character) < 0xE000
            for character in value
        ):
            raise InvalidFile(place, _("text without control characters."))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_characters(item, f"{place}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_characters(name, place)
            _check_characters(item, f"{place}/{_escaped(name)}")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


@cache
def _validator() -> Draft202012Validator:
    def whole_pattern(validator, pattern, instance, schema) -> Iterator[ValidationError]:
        # jsonschema searches, and «$» lets a line feed pass: the whole text has to match.
        if validator.is_type(instance, "string") and not re.fullmatch(pattern.strip("^$"), instance):
            yield ValidationError(f"{instance!r} does not match {pattern!r}")

    strict = extend(Draft202012Validator, {"pattern": whole_pattern})
    return strict(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def _pointer(error: ValidationError) -> str:
    return "".join(f"/{_escaped(str(step))}" for step in error.absolute_path)


def _expected(error: ValidationError) -> str:
    """The schema's demand in a sentence."""
    wanted = error.validator_value
    match error.validator:
        case "required":
            missing = next(name for name in wanted if name not in error.instance)
            return _("the field «%(name)s», which is missing.") % {"name": missing}
        case "additionalProperties":
            extra = next(name for name in error.instance if name not in error.schema["properties"])
            return _("only known fields; «%(name)s» is none.") % {"name": extra}
        case "type":
            types = [wanted] if isinstance(wanted, str) else wanted
            return _("a value of type %(types)s.") % {"types": " / ".join(types)}
        case "const":
            return _("the value «%(value)s».") % {"value": wanted}
        case "enum":
            return _("one of these: %(values)s.") % {"values": ", ".join(f"«{value}»" for value in wanted)}
        case "maxLength":
            return _("at most %(count)d characters.") % {"count": wanted}
        case "minLength":
            return _("at least %(count)d character.") % {"count": wanted}
        case "maxItems":
            return _("at most %(count)d entries.") % {"count": wanted}
        case "minimum":
            return _("a number not below %(limit)d.") % {"limit": wanted}
        case "maximum":
            return _("a number not above %(limit)d.") % {"limit": wanted}
        case "pattern":
            return _("text of this form: %(pattern)s") % {"pattern": wanted}
        case "uniqueItems":
            return _("entries that differ from each other.")
        case _other:
            return _("what the documented format says there.")


def _contradictions(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a schema cannot say: references that lead somewhere, keys used once, dates that exist."""
    article = document["article"]
    people = {person["slug"] for person in document["people"]}
    yield from _doubles(document["people"], "/people", "slug")
    yield from _doubles(document["images"], "/images", "sha256")
    for index, slug in enumerate(article["authors"]):
        if slug not in people:
            yield f"/article/authors/{index}", _("somebody who is listed under «people».")
    for name in ("sections", "comparisons", "faq", "sources"):
        yield from _doubles(article[name], f"/article/{name}", "key")
    yield from _doubles([each for each in article["sections"] if each["alias"]], "/article/sections", "alias")
    yield from _section_contradictions(article, {image["sha256"] for image in document["images"]})
    for c, comparison in enumerate(article["comparisons"]):
        yield from _comparison_contradictions(comparison, f"/article/comparisons/{c}", article["sources"])
    for s, source in enumerate(article["sources"]):
        yield from _no_such_day(source["read_on"], f"/article/sources/{s}/read_on")
    for f, entry in enumerate(article["faq"]):
        yield from _unfit_markup(entry["answer"], f"/article/faq/{f}/answer")
    if document["publication"]:
        yield from _publication_contradictions(document["publication"], people)


def _doubles(rows: list[dict[str, Any]], place: str, name: str) -> Iterator[tuple[str, str]]:
    seen = set()
    for index, row in enumerate(rows):
        if row[name] in seen:
            yield (
                f"{place}/{index}/{name}",
                _("a value used once; «%(value)s» comes twice.") % {"value": row[name]},
            )
        seen.add(row[name])


def _section_contradictions(article: dict[str, Any], images: set[str]) -> Iterator[tuple[str, str]]:
    comparisons = {comparison["key"] for comparison in article["comparisons"]}
    if article["cover"] and article["cover"] not in images:
        yield "/article/cover", _("an image that is listed under «images».")
    faq_shown = False
    for s, section in enumerate(article["sections"]):
        place = f"/article/sections/{s}"
        yield from _unfit_markup(section["body"], f"{place}/body")
        if section["aspect"] not in Aspect.values:
            yield f"{place}/aspect", _("a name of schema.org’s HealthAspectEnumeration, or nothing.")
        if section["comparison"] is not None and section["comparison"] not in comparisons:
            yield f"{place}/comparison", _("the key of a comparison of this article, or null.")
        if section["shows_faq"] and (faq_shown or section["comparison"] is not None):
            yield f"{place}/shows_faq", _("the questions in one section, and not together with a comparison.")
        faq_shown = faq_shown or section["shows_faq"]
        yield from _doubles(section["figures"], f"{place}/figures", "key")
        for f, figure in enumerate(section["figures"]):
            if figure["image"] not in images:
                yield f"{place}/figures/{f}/image", _("an image that is listed under «images».")
            if figure["decorative"] and figure["alt"]:
                yield f"{place}/figures/{f}/alt", _("nothing, since the image is decorative.")


def _comparison_contradictions(
    comparison: dict[str, Any], place: str, sources: list[dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    yield from _doubles(comparison["criteria"], f"{place}/criteria", "key")
    yield from _doubles(comparison["treatments"], f"{place}/treatments", "key")
    criteria = [criterion["key"] for criterion in comparison["criteria"]]
    known = {source["key"] for source in sources}
    for t, treatment in enumerate(comparison["treatments"]):
        cells = f"{place}/treatments/{t}/cells"
        if [cell["criterion"] for cell in treatment["cells"]] != criteria:
            yield cells, _("one cell for each criterion, in the order of the criteria.")
        for index, cell in enumerate(treatment["cells"]):
            says_something = cell["verdict"] or cell["detail"] or cell["value"] is not None
            if cell["state"] == "given" and not says_something:
                yield f"{cells}/{index}", _("a verdict, a detail or a value, since the cell is «given».")
            if cell["state"] not in {"given", "disputed"} and (cell["verdict"] or cell["value"] is not None):
                yield (
                    f"{cells}/{index}",
                    _("no verdict and no value, since the cell is neither given nor disputed."),
                )
            for number, key in enumerate(cell["sources"]):
                if key not in known:
                    yield f"{cells}/{index}/sources/{number}", _("the key of a source of this article.")


def _publication_contradictions(publication: dict[str, Any], people: set[str]) -> Iterator[tuple[str, str]]:
    moments = {}
    for name in ("first_published_at", "updated_at"):
        try:
            moments[name] = datetime.fromisoformat(publication[name])
        except ValueError:
            yield f"/publication/{name}", _("a moment that exists.")
            return
    if moments["updated_at"] < moments["first_published_at"]:
        yield "/publication/updated_at", _("a moment not before the first publication.")
    for index, review in enumerate(publication["reviews"]):
        place = f"/publication/reviews/{index}"
        if review["person"] not in people:
            yield f"{place}/person", _("somebody who is listed under «people».")
        for name in ("reviewed_on", "due_on"):
            yield from _no_such_day(review[name], f"{place}/{name}")
        if review["due_on"] <= review["reviewed_on"]:
            yield f"{place}/due_on", _("a day after the review.")


def _no_such_day(value: str | None, place: str) -> Iterator[tuple[str, str]]:
    if value is not None:
        try:
            date.fromisoformat(value)
        except ValueError:
            yield place, _("a day that exists.")


def _unfit_markup(html: str, place: str) -> Iterator[tuple[str, str]]:
    try:
        clean_section(html)
    except (MarkupTooLarge, MarkupTooDeep):
        yield place, _("markup of at most 50 kB that is not nested more than 30 deep.")
