"""Statements of reasons: the Commission's fields and codes, from the log alone, checked before they leave."""

import copy
import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from comments import statements
from comments.models import Comment, Decision, Status
from comments.periods import Period
from comments.statements import InvalidStatement
from tests.comments.histories import Clock, History
from tests.factories import make_article, make_chief_editor, make_comment, make_moderator, make_notice

pytestmark = pytest.mark.django_db

PATH = "/admin/comments/reason/statements/"
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
THIS = Period(2026, 11)
SECRETS = {"name": "Philomène", "text": "Mon numéro de sécurité sociale", "reason": "Vous citez Philomène"}


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch, NOON)


def decided(verb: str, *, before: str = Status.PENDING, **said) -> Decision:
    comment = make_comment(status=before, name=SECRETS["name"], text=SECRETS["text"])
    if verb not in {"mark_spam", "unmark_spam", "publish"}:
        said.setdefault("reason", SECRETS["reason"])
    return getattr(comment, verb)(by=make_moderator(), revision=comment.latest_revision, **said)


def exported(*, period: Period = THIS, spam: bool = False) -> list[dict]:
    return list(statements.valid(statements.decisions(period, spam=spam)))


def test_a_removal_after_a_legal_notice_is_stated_in_the_commission_s_codes(clock):
    comment = make_comment(name=SECRETS["name"], text=SECRETS["text"])
    notice = make_notice(comment, kind="illegal", law="CSP", name="Zoé", good_faith=True)
    clock.go_on(timedelta(days=1))
    decision = comment.remove(
        by=make_moderator(),
        revision=comment.latest_revision,
        reason=SECRETS["reason"],
        ground="law",
        clause="CSP L5122-1",
        category="STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
        source="notice",
        automated_detection=True,
    )
    type(notice).objects.filter(pk=notice.pk).update(decision=decision)
    (found,) = exported()
    facts, explanation = found.pop("decision_facts"), found.pop("illegal_content_explanation")
    assert found == {
        "puid": f"decision-{decision.pk}",
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "illegal_content_legal_ground": "CSP L5122-1",
        "category": "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
        "content_type": ["CONTENT_TYPE_TEXT"],
        "content_date": "2026-11-03",
        "territorial_scope": statements.TERRITORIAL_SCOPE,
        "application_date": "2026-11-04",
        "source_type": "SOURCE_ARTICLE_16",
        "automated_detection": "Yes",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    }
    assert ("CSP L5122-1" in explanation, "signalé" in facts, "2026-11-04" in facts) == (True, True, True)


@pytest.mark.parametrize(
    ("verb", "before", "visibility"),
    [
        ("reject", Status.PENDING, "DECISION_VISIBILITY_CONTENT_DISABLED"),
        ("ask_changes", Status.PENDING, "DECISION_VISIBILITY_CONTENT_DISABLED"),
        ("remove", Status.PUBLISHED, "DECISION_VISIBILITY_CONTENT_REMOVED"),
    ],
)
def test_every_restriction_by_the_rules_has_its_statement(clock, verb, before, visibility):
    decided(verb, before=before, clause="Ni dose ni traitement")
    (found,) = exported()
    assert (found["decision_visibility"], found["decision_ground"], found["incompatible_content_ground"]) == (
        [visibility],
        "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "Ni dose ni traitement",
    )
    assert found["decision_ground_reference_url"] == "http://localhost/regles/"


def test_what_restricts_nothing_has_none(clock):
    decided("publish")
    decided("unmark_spam", before=Status.SPAM)
    rejected = make_comment(status=Status.REJECTED)
    restored = rejected.restore(by=make_moderator(), revision=rejected.latest_revision)
    assert [each["puid"] for each in exported()] == [f"decision-{restored.supersedes_id}"]


def test_of_spam_a_statement_leaves_only_when_it_is_asked_for(clock):
    decided("mark_spam")
    assert (exported(), [each["category"] for each in exported(spam=True)]) == (
        [],
        ["STATEMENT_CATEGORY_OTHER_VIOLATION_TC"],
    )


@pytest.mark.parametrize(
    ("source", "kind", "code"),
    [
        ("own", None, "SOURCE_VOLUNTARY"),
        ("notice", "illegal", "SOURCE_ARTICLE_16"),
        ("notice", "rules", "SOURCE_TYPE_OTHER_NOTIFICATION"),
        ("complaint", None, "SOURCE_TYPE_OTHER_NOTIFICATION"),
    ],
)
def test_the_source_says_whether_a_legal_notice_set_it_off(clock, source, kind, code):
    decision = decided("remove", before=Status.PUBLISHED, source=source)
    if kind:
        public = make_comment()
        notice = make_notice(public, kind=kind)
        type(notice).objects.filter(pk=notice.pk).update(decision=decision)
    assert [each["source_type"] for each in exported()] == [code]


def test_nothing_that_anybody_wrote_freely_gets_into_a_statement(clock):
    for verb, before in (("reject", Status.PENDING), ("remove", Status.PUBLISHED)):
        decided(verb, before=before, facts="Philomène l’a dit", clause="Ni dose")
    for text in (statements.to_json(exported()), statements.to_csv(exported())):
        assert [secret for secret in (*SECRETS.values(), "Philomène") if secret in text] == []


def test_a_ground_in_law_without_its_name_is_stated_all_the_same(clock):
    decided("reject", ground="law")
    (found,) = exported()
    assert (found["illegal_content_legal_ground"], found["category"]) == (
        "La loi\u202f; la décision ne dit pas laquelle",
        "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    )


def test_the_period_ends_at_the_site_s_midnight_and_editors_answers_are_none_of_it(clock):
    clock.moment = datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC)
    first = decided("reject")
    answer = Comment.objects.answer(parent=make_comment(), text="Voici.", by=make_moderator())
    answer.remove(by=make_moderator(), revision=answer.latest_revision, reason="Faux.")
    clock.go_on(timedelta(seconds=1))
    second = decided("reject")
    found = [exported(period=period) for period in (THIS, Period(2026, 12), Period(2026))]
    numbers = [[each["puid"] for each in period] for period in found]
    one, two = f"decision-{first.pk}", f"decision-{second.pk}"
    assert numbers == [[one], [two], [one, two]]


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_every_statement_is_valid_and_none_is_missing(clock, seed):
    history = History(seed, clock)
    history.go_on(150)
    period = Period(2026)
    against = Decision.objects.against_author().filter(comment__is_staff=False, created__year=2026)
    expected = [f"decision-{pk}" for pk in against.order_by("created", "pk").values_list("pk", flat=True)]
    assert [each["puid"] for each in exported(period=period, spam=True)] == expected
    assert len(expected) > 15


def without(statement: dict, name: str) -> dict:
    return {key: value for key, value in statement.items() if key != name}


@pytest.mark.parametrize(
    "spoil",
    [
        *(
            lambda found, name=name: without(found, name)
            for name in (
                "puid",
                "decision_visibility",
                "decision_ground",
                "incompatible_content_ground",
                "incompatible_content_explanation",
                "category",
                "content_type",
                "content_date",
                "territorial_scope",
                "application_date",
                "decision_facts",
                "source_type",
                "automated_detection",
                "automated_decision",
            )
        ),
        lambda found: found | {"puid": "two words"},
        lambda found: found | {"puid": "line\n"},
        lambda found: found | {"decision_visibility": []},
        lambda found: found | {"decision_visibility": ["DECISION_VISIBILITY_OTHER"]},
        lambda found: found | {"decision_visibility_other": "Masqué."},
        lambda found: found | {"decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT"},
        lambda found: found | {"illegal_content_legal_ground": "CSP"},
        lambda found: found | {"category": "STATEMENT_CATEGORY_INVENTED"},
        lambda found: found | {"content_date": "2026-13-01"},
        lambda found: found | {"application_date": "2019-12-31"},
        lambda found: found | {"application_date": "3 novembre 2026"},
        lambda found: found | {"decision_facts": "x" * 5001},
        lambda found: found | {"incompatible_content_ground": "x" * 501},
        lambda found: found | {"territorial_scope": ["FR", "FR"]},
        lambda found: found | {"territorial_scope": ["XX"]},
        lambda found: found | {"automated_detection": True},
        lambda found: found | {"text": "Le commentaire."},
    ],
)
def test_the_schema_refuses_what_the_commission_would(clock, monkeypatch, spoil):
    decided("reject", clause="Ni dose")
    (good,) = exported()
    monkeypatch.setattr(statements, "statement", lambda decision: spoil(copy.deepcopy(good)))
    with pytest.raises(InvalidStatement):
        exported()


@pytest.mark.parametrize("n", [1, 3])
def test_a_period_costs_one_query(clock, django_assert_num_queries, n):
    article = make_article()
    for _number in range(n):
        comment = make_comment(article=article, status=Status.REJECTED)
    assert comment.status == Status.REJECTED
    with django_assert_num_queries(1):
        assert len(exported()) == n


# The files.


def told(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.fixture
def ben(client):
    client.force_login(make_moderator())


def test_the_json_file_has_the_statements_of_the_period(client, ben, clock):
    decided("reject", clause="Ni dose")
    response = client.get(PATH, {"period": "2026-11", "format": "json"})
    assert json.loads(response.content) == {"statements": exported()}
    assert response.headers["Content-Disposition"] == 'attachment; filename="statements-2026-11.json"'
    assert response.headers["Content-Type"] == "application/json"


def test_the_csv_file_has_a_column_a_field_and_no_formula(client, ben, clock):
    decided("reject", clause="=HYPERLINK(1)")
    response = client.get(PATH, {"period": "2026", "format": "csv"})
    (line,) = csv.DictReader(io.StringIO(response.content.decode()))
    (found,) = exported()
    assert (line["puid"], line["incompatible_content_ground"], json.loads(line["territorial_scope"])) == (
        found["puid"],
        "'=HYPERLINK(1)",
        found["territorial_scope"],
    )
    assert list(line) == list(json.loads(statements.SCHEMA_FILE.read_text())["properties"])


@pytest.mark.parametrize(
    "asked", [{"period": "2025-01", "format": "json"}, {"period": "", "format": "csv"}, {"period": "2026-11"}]
)
def test_without_a_period_or_a_format_the_form_comes_back(client, ben, clock, asked):
    decided("reject")
    response = client.get(PATH, asked)
    assert (response.status_code, len(response.context["form"].errors)) == (422, 1)


def test_nothing_leaves_when_one_statement_is_not_valid(client, ben, clock, monkeypatch):
    bad = decided("reject")
    decided("reject")
    made = statements.statement
    monkeypatch.setattr(
        statements,
        "statement",
        lambda decision: made(decision) | ({"category": "?"} if decision.pk == bad.pk else {}),
    )
    response = client.get(PATH, {"period": "2026-11", "format": "json"})
    assert (response.status_code, "Content-Disposition" in response.headers) == (422, False)
    assert f"l’exposé de la décision {bad.pk} ne serait pas valide (category: enum)" in told(response)


def test_who_does_not_moderate_gets_none(client, clock):
    client.force_login(make_chief_editor())
    assert client.get(PATH, {"period": "2026-11", "format": "json"}).status_code == 403
