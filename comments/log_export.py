"""The log of decisions as files: JSON for machines, CSV for people with a spreadsheet. Both are made by and by."""

import csv
import json
from collections.abc import Iterable, Iterator

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from comments.models import Decision, Status

# The keys of the JSON objects, and what the columns of the CSV are called.
COLUMNS: dict[str, Promise] = {
    "number": _("number"),
    "date": _("date"),
    "comment": _("comment"),
    "article": _("article"),
    "text": _("text"),
    "action": _("action"),
    "state_before": _("state before"),
    "state_after": _("state after"),
    "role": _("role"),
    "decided_by": _("decided by"),
    "ground": _("ground"),
    "clause": _("rule or law"),
    "category": _("category"),
    "reason": _("reason given to the author"),
    "facts": _("facts"),
    "source": _("at whose instance"),
    "automated_detection": _("found by software"),
    "in_place_of": _("in place of"),
}
# What spreadsheets in French part columns at; and how they know that a file is UTF-8.
DELIMITER = ";"
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# A cell that begins so is a formula to a spreadsheet, and could send away what stands beside it (OWASP, CSV injection).
FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_json(decisions: Iterable[Decision]) -> Iterator[str]:
    """An array with an object a line; the values are the codes of the database, dates are ISO 8601 in UTC."""
    yield "["
    for number, decision in enumerate(decisions):
        record = json.dumps(_record(decision), cls=DjangoJSONEncoder, ensure_ascii=False)
        yield f"{',' if number else ''}\n{record}"
    yield "\n]\n"


def as_csv(decisions: Iterable[Decision]) -> Iterator[str]:
    """A line with the names of the columns, then one a decision, in words and with the site's time."""
    writer = csv.writer(_Passed(), delimiter=DELIMITER)
    yield BYTE_ORDER_MARK
    yield writer.writerow(map(str, COLUMNS.values()))
    for decision in decisions:
        words = {**_record(decision), **_in_words(decision)}
        yield writer.writerow(_defused(words[name]) for name in COLUMNS)


def _record(decision: Decision) -> dict[str, object]:
    return {
        "number": decision.pk,
        "date": decision.created,
        "comment": decision.comment_id,
        "article": decision.comment.article.title,
        "text": decision.revision.n if decision.revision else None,
        "action": decision.action,
        "state_before": decision.came_from,
        "state_after": decision.status,
        "role": decision.role,
        "decided_by": decision.actor.public_name if decision.actor else None,
        "ground": decision.ground,
        "clause": decision.clause,
        "category": decision.category,
        "reason": decision.reason,
        "facts": decision.facts,
        "source": decision.source,
        "automated_detection": decision.automated_detection,
        "in_place_of": decision.supersedes_id,
    }


def _in_words(decision: Decision) -> dict[str, object]:
    states = dict(Status.choices)
    return {
        "date": localtime(decision.created).strftime("%Y-%m-%d %H:%M:%S"),
        "action": decision.get_action_display(),
        "state_before": states.get(decision.came_from, decision.came_from),
        "state_after": states.get(decision.status, decision.status),
        "role": decision.get_role_display(),
        "ground": decision.get_ground_display() if decision.ground else "",
        "source": decision.get_source_display(),
        "automated_detection": _("yes") if decision.automated_detection else _("no"),
    }


def _defused(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA_BEGINNINGS) else text


class _Passed:
    """What csv.writer writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line
