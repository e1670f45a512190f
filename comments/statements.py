"""
Statements of reasons (DSA, art. 17) in the fields and codes of the Commission's Transparency Database.

Made from the log alone: what a moderator or a reader wrote freely may name somebody or quote the comment, so none of
it gets in. The clause does; administrators are told that it must name nobody.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from comments.models import Category, Decision, Notice
from comments.periods import Period

SCHEMA_FILE = Path(__file__).with_name("statement.schema.json")
# The European Economic Area: what is not shown is shown nowhere.
TERRITORIAL_SCOPE = [
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GR",
    "HR",
    "HU",
    "IE",
    "IS",
    "IT",
    "LI",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "NO",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
]
# Only what was public before is taken away; the rest stays with its author.
_VISIBILITY = {
    Decision.Action.ASK_CHANGES: "DECISION_VISIBILITY_CONTENT_DISABLED",
    Decision.Action.REJECT: "DECISION_VISIBILITY_CONTENT_DISABLED",
    Decision.Action.SPAM: "DECISION_VISIBILITY_CONTENT_DISABLED",
    Decision.Action.REMOVE: "DECISION_VISIBILITY_CONTENT_REMOVED",
    Decision.Action.REDACT: "DECISION_VISIBILITY_OTHER",
}
# A spreadsheet takes what begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class InvalidStatement(Exception):
    """A statement that the schema refuses: (the decision's number, what is wrong)."""


def decisions(period: Period, *, spam: bool = False) -> QuerySet[Decision]:
    """
    The moderators' decisions of a period that restrict what a reader wrote, the oldest first.

    Of what is deceptive commercial content of high volume the law asks no statement (art. 17(2)): ``spam`` says
    whether it is to be among them all the same.
    """
    illegal = Notice.objects.filter(decision=OuterRef("pk"), kind=Notice.Kind.ILLEGAL)
    found = (
        Decision.objects.against_author()
        .filter(created__gte=period.start, created__lt=period.end, comment__is_staff=False)
        .annotate(answers_illegal=Exists(illegal))
        .select_related("comment", "revision")
        .order_by("created", "pk")
    )
    return found if spam else found.exclude(action=Decision.Action.SPAM)


def statement(decision: Decision) -> dict[str, object]:
    """One decision out of ``decisions()``, as the database takes it."""
    visibility = _VISIBILITY[decision.action]
    found = {
        "puid": f"decision-{decision.pk}",
        "decision_visibility": [visibility],
        **_ground(decision),
        "category": _category(decision),
        "content_type": ["CONTENT_TYPE_TEXT"],
        "content_date": _day(decision.revision.created if decision.revision else decision.comment.created),
        "territorial_scope": list(TERRITORIAL_SCOPE),
        "application_date": _day(decision.created),
        "decision_facts": _facts(decision),
        "source_type": _source(decision),
        "automated_detection": "Yes" if decision.automated_detection else "No",
        # Software sorts here; it decides nothing.
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    }
    if visibility == "DECISION_VISIBILITY_OTHER":
        found["decision_visibility_other"] = _(
            "Passages were replaced by a mark; the rest of the text stays public."
        )
    return found


def _ground(decision: Decision) -> dict[str, str]:
    if decision.ground == Decision.Ground.LAW:
        clause = decision.clause or _("The law; the decision does not say which")
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": clause,
            "illegal_content_explanation": _("A moderator found the text to be against: %(clause)s")
            % {"clause": clause},
        }
    if decision.action == Decision.Action.SPAM:
        clause = _("No advertising and no automatic messages")
    else:
        clause = decision.clause or _("The rules of the community, as a whole")
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "decision_ground_reference_url": settings.SITE_URL + reverse("articles:page", args=["regles"]),
        "incompatible_content_ground": clause,
        "incompatible_content_explanation": _("A moderator found the text to be against: %(clause)s")
        % {"clause": clause},
    }


def _category(decision: Decision) -> str:
    if decision.category in Category.values:
        return decision.category
    # What was decided before categories were asked for, and spam.
    return Category.SPEECH if decision.ground == Decision.Ground.LAW else Category.OTHER


def _facts(decision: Decision) -> str:
    facts = [
        _("Comment under an article, sent on %(sent)s; decided by a person on %(decided)s.")
        % {"sent": _day(decision.comment.created), "decided": _day(decision.created)},
        _what_happened(decision),
        {
            Decision.Source.OWN: _("The site read it at its own initiative, as it reads every comment."),
            Decision.Source.NOTICE: _("A reader had reported it."),
            Decision.Source.COMPLAINT: _("A complaint had asked for another look at it."),
        }[decision.source],
    ]
    if decision.automated_detection:
        facts.append(_("Software had drawn the moderators’ attention to it."))
    return " ".join(facts)


def _what_happened(decision: Decision) -> str:
    if decision.is_about_new_text:
        return _(
            "It is about a new text of a published comment, which was not put in place of the earlier one."
        )
    match decision.action:
        case Decision.Action.REMOVE:
            return _("The text had been public and was taken away.")
        case Decision.Action.REDACT:
            return _("Passages of the text were covered.")
        case Decision.Action.ASK_CHANGES:
            return _("The text was not made public; its author may send another one.")
    return _("The text was not made public.")


def _source(decision: Decision) -> str:
    if decision.source == Decision.Source.OWN:
        return "SOURCE_VOLUNTARY"
    if decision.source == Decision.Source.NOTICE and decision.answers_illegal:
        return "SOURCE_ARTICLE_16"
    return "SOURCE_TYPE_OTHER_NOTIFICATION"


def _day(moment: datetime) -> str:
    return timezone.localdate(moment).isoformat()


def valid(found: Iterable[Decision]) -> Iterator[dict[str, object]]:
    """Their statements, each checked; raises InvalidStatement at the first that the schema refuses."""
    for decision in found:
        made = statement(decision)
        error = next(_validator().iter_errors(made), None)
        if error is not None:
            where = "/".join(map(str, error.absolute_path)) or error.validator
            raise InvalidStatement(decision.pk, f"{where}: {error.validator}")
        yield made


@cache
def _validator() -> Draft202012Validator:
    def whole_pattern(validator, pattern, instance, schema) -> Iterator[ValidationError]:
        # jsonschema searches, and «$» lets a line feed pass: the whole text has to match.
        if validator.is_type(instance, "string") and not re.fullmatch(pattern.strip("^$"), instance):
            yield ValidationError(f"{instance!r} does not match {pattern!r}")

    strict = extend(Draft202012Validator, {"pattern": whole_pattern})
    return strict(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")), format_checker=FormatChecker(["date"]))


def to_json(statements: Iterable[dict[str, object]]) -> str:
    """In the shape in which the Commission's interface takes several."""
    return json.dumps({"statements": list(statements)}, ensure_ascii=False, indent=2) + "\n"


def to_csv(statements: Iterable[dict[str, object]]) -> str:
    """One line a statement; lists as JSON."""
    columns = list(json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["properties"])
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in each.items()} for each in statements)
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, list):
        return json.dumps(value)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
