"""`manage.py evaluate_risk` and `relearn_risk`."""

from datetime import datetime
from io import StringIO
from math import isclose, sqrt
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import risk
from comments.models import CheckSetting, Comment, Revision, RiskCount, RiskTotal, Status
from comments.replay import replay
from tests.factories import make_comment, make_moderator

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")


def decide(text: str, verb: str, month: int) -> Comment:
    comment = make_comment(text=text, status=Status.PENDING)
    why = {"reason": "Hors sujet."} if verb == "reject" else {}
    when = datetime(2026, month, 1, 0, 30, tzinfo=PARIS)
    revision = comment.latest_revision
    getattr(comment, verb)(by=make_moderator(), revision=revision, created=when, **why)
    return comment


@pytest.fixture
def history():
    """Six decisions over three months; the estimates of the last four, each before its decision, computed by hand."""
    decide("oui", "reject", 1)
    decide("non", "publish", 1)
    decide("oui", "reject", 2)
    decide("non", "publish", 2)
    decide("abc", "publish", 3)
    decide("xyz", "mark_spam", 3)


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("evaluate_risk", *arguments, stdout=out)
    return plain(out.getvalue()).splitlines()


def plain(text: str) -> str:
    """Without no-break spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_each_text_is_estimated_before_it_is_learned(history):
    found = replay(needed=1)
    assert [(each.month, each.refused) for each in found.predicted] == [
        ("2026-02", True),
        ("2026-02", False),
        ("2026-03", False),
        ("2026-03", True),
    ]
    by_hand = [
        # One of each was known: six pieces, each twice as likely among the refused, counted a twelfth.
        sqrt(2) / (1 + sqrt(2)),
        # Two refused to one published; 2/18 against 1/6 + 2/18 for each of its six pieces: odds 2·√0.4.
        2 * sqrt(0.4) / (1 + 2 * sqrt(0.4)),
        # Nothing of it is known: 2 refused to 2 published.
        1 / 2,
        # Nor of this: 2 to 3.
        2 / 5,
    ]
    assert all(isclose(each.estimate, wanted) for each, wanted in zip(found.predicted, by_hand, strict=True))


def test_the_months_are_printed_with_the_figures_computed_by_hand(history):
    assert [line.split() for line in run("--needed", "1")[1:5]] == [
        ["mois", "n", "refusés", "signalés", "précision", "rappel", "AUC"],
        ["2026-02", "2", "1", "2", "0.50", "1.00", "1.00", "*"],
        ["2026-03", "2", "1", "1", "0.00", "0.00", "0.00", "*"],
        # Refused 0.59 and 0.40, published 0.56 and 0.50: two of four pairs the right way round.
        ["en", "tout", "4", "2", "3", "0.33", "0.50", "0.50", "*"],
    ]


def test_the_threshold_is_the_one_that_is_set(history):
    CheckSetting.objects.filter(name="learned_risk").update(threshold=57)
    lines = run("--needed", "1")
    assert lines[0] == "Signalé : une estimation de 57 % ou plus (le seuil réglé)."
    assert lines[4].split()[2:7] == ["4", "2", "1", "1.00", "0.50"]


def test_what_holds_is_what_holds_today(history):
    comment = Comment.objects.filter(revisions__text="oui").last()
    comment.restore(by=make_moderator(), revision=comment.revision_in_question)
    assert [each.refused for each in replay(needed=1).predicted] == [False, False, False, True]


def test_erased_texts_are_missing_and_said_so(history):
    Comment.objects.filter(revisions__text="oui").last().erase()
    assert run("--needed", "1")[0] == ("Textes décidés puis effacés, qui manquent donc ici : 1.")


def test_too_little_is_said_instead_of_figures(history):
    assert run() == [
        "Rien n’a pu être estimé : textes refusés 3, publiés 3 ; il en faut 50 de chaque sorte avant la première "
        "estimation."
    ]


def test_evaluating_writes_nothing(history):
    with CaptureQueriesContext(connection) as queries:
        run("--needed", "1")
    # PostgreSQL reads long results through a cursor that is declared.
    assert {query["sql"].split()[0] for query in queries} <= {"SELECT", "DECLARE"}


def test_replaying_ends_where_the_counts_stand(history):
    total = RiskTotal.objects.get()
    assert replay().texts == risk.Seen(total.refused, total.published)


def test_learning_anew_finds_what_was_decided_before(history):
    RiskCount.objects.all().delete()
    RiskTotal.objects.all().delete()
    Revision.objects.update(learned_as="")
    out = StringIO()
    call_command("relearn_risk", stdout=out)
    assert plain(out.getvalue()) == "Textes appris : 3 refusés, 3 publiés.\n"
    assert RiskCount.objects.get(piece="oui").refused == 2
