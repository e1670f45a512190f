"""The log of decisions is only ever added to: through the ORM, the admin and SQL by hand, on this database."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from comments import append_only
from comments.models import Comment, Decision, Status
from tests.factories import make_comment, make_moderator, make_superuser
from tests.rewriting import rewritable_log

pytestmark = pytest.mark.django_db

FIELDS = Decision._meta.local_concrete_fields


@pytest.fixture
def rejection() -> Decision:
    comment = make_comment(status=Status.PENDING)
    return comment.reject(
        by=make_moderator(), revision=comment.latest_revision, reason="Une dose.", facts="«5 mg»", clause="3"
    )


def rows() -> list[dict]:
    return list(Decision.objects.order_by("pk").values())


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def refused(act: Callable[[], object], error: type[Exception] = IntegrityError) -> bool:
    """Whether it is refused and leaves every row as it was."""
    before = rows()
    with pytest.raises(error), transaction.atomic():
        act()
    return rows() == before


# The ORM.


@pytest.mark.parametrize(
    "act",
    [
        lambda one: one.save(),
        lambda one: one.save(update_fields=["reason"]),
        lambda one: one.delete(),
        lambda one: Decision.objects.filter(pk=one.pk).update(reason="Réécrit."),
        lambda one: Decision.objects.bulk_update([one], ["reason"]),
        lambda one: Decision.objects.filter(pk=one.pk).delete(),
        lambda one: one.comment.decisions.update(reason="Réécrit."),
        lambda one: one.comment.decisions.all().delete(),
        lambda one: Decision.objects.update_or_create(defaults={"reason": "Réécrit."}, pk=one.pk),
    ],
)
def test_the_model_refuses_before_the_database_is_asked(rejection, act):
    rejection.reason = "Réécrit."
    assert refused(lambda: act(rejection), TypeError)


@pytest.mark.parametrize(
    "act",
    [
        lambda one: models.Model.save(one),
        lambda one: one.save_base(raw=True),
        lambda one: models.Model.delete(one),
        lambda one: models.QuerySet(Decision).update(reason="Réécrit."),
        lambda one: models.QuerySet(Decision).delete(),
        lambda one: Decision._base_manager.filter(pk=one.pk).update(reason="Réécrit."),
        lambda one: Decision.objects.filter(pk=one.pk)._raw_delete("default"),
        lambda one: Decision(pk=one.pk, comment=one.comment, action="publish", role="system").save(),
        lambda one: Decision.objects.bulk_create(
            [one], update_conflicts=True, unique_fields=["id"], update_fields=["reason"]
        ),
    ],
)
def test_the_database_refuses_what_goes_past_the_model(rejection, act):
    rejection.reason = "Réécrit."
    assert refused(lambda: act(rejection))


def test_a_comment_that_was_decided_about_is_not_deleted_with_its_log(rejection):
    assert refused(rejection.comment.delete, ProtectedError)
    assert Comment.objects.filter(pk=rejection.comment_id).exists()


# The admin.


def test_a_superuser_changes_and_deletes_nothing_in_the_admin(client, rejection):
    client.force_login(make_superuser())
    before = rows()
    data = {"reason": "Réécrit.", "post": "yes", "action": "publish"}
    answers = [
        client.post(reverse(f"admin:comments_decision_{name}", args=[rejection.pk]), data).status_code
        for name in ("change", "delete")
    ]
    ticked = {"action": "delete_selected", "_selected_action": [rejection.pk], "post": "yes"}
    client.post(reverse("admin:comments_decision_changelist"), ticked)
    assert (answers, rows()) == ([403, 403], before)


# SQL by hand.


def another(field: models.Field) -> object:
    """A value of the field's kind that the row does not have."""
    match field.get_internal_type():
        case "BooleanField":
            return True
        case "DateTimeField":
            return timezone.now()
        case "CharField" | "TextField":
            return "x"
    return 1_000_000


@pytest.mark.parametrize("field", FIELDS, ids=[field.name for field in FIELDS])
def test_no_column_is_changed_by_sql(rejection, field):
    statement = f'UPDATE comments_decision SET "{field.column}" = %s WHERE id = %s'
    assert refused(lambda: sql(statement, another(field), rejection.pk))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM comments_decision",
        "UPDATE comments_decision SET reason = ''",
        "UPDATE comments_decision SET reason = '–' WHERE reason = ''",
        "UPDATE comments_decision SET reason = '–', facts = '', clause = ''",
        "INSERT INTO comments_decision SELECT * FROM comments_decision WHERE true "
        "ON CONFLICT (id) DO UPDATE SET reason = 'x'",
    ],
)
def test_no_row_is_changed_or_deleted_by_sql(rejection, statement):
    assert refused(lambda: sql(statement))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite’s own words")
@pytest.mark.parametrize(
    "statement",
    [
        "REPLACE INTO comments_decision SELECT * FROM comments_decision",
        "INSERT OR REPLACE INTO comments_decision SELECT * FROM comments_decision",
        "UPDATE OR REPLACE comments_decision SET id = id + 1",
        "UPDATE OR IGNORE comments_decision SET clause = 'x'",
    ],
)
def test_sqlite_replaces_no_row(rejection, statement):
    assert refused(lambda: sql(statement))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL’s own words")
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE comments_decision CASCADE",
        "TRUNCATE comments_comment CASCADE",
        "SET LOCAL session_replication_role = replica; DELETE FROM comments_decision",
        "SET LOCAL session_replication_role = replica; UPDATE comments_decision SET clause = 'x'",
        "SET LOCAL session_replication_role = replica; TRUNCATE comments_decision CASCADE",
        "MERGE INTO comments_decision d USING comments_decision s ON d.id = s.id WHEN MATCHED THEN DELETE",
    ],
)
def test_postgresql_empties_no_table_and_knows_no_way_round(rejection, statement):
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    assert refused(lambda: sql(statement))


# What must go on.


def test_erasing_takes_the_words_and_leaves_all_else(rejection):
    before = rows()
    rejection.comment.erase()
    erased = {"reason": "–", "facts": ""}
    assert rows()[:-1] == [{**row, "facts": "", **(erased if row["reason"] else {})} for row in before]
    assert rows()[-1]["action"] == "erase"


def test_erasing_twice_changes_nothing_more(rejection):
    rejection.comment.decisions.erase_words()
    once = rows()
    rejection.comment.decisions.erase_words()
    assert rows() == once


def test_a_dump_is_loaded_into_an_empty_log_and_once_more_over_itself(rejection, tmp_path):
    file = tmp_path / "log.json"
    call_command("dumpdata", "comments.decision", output=file)
    with rewritable_log():
        sql("DELETE FROM comments_decision")
    call_command("loaddata", file, verbosity=0)
    loaded = rows()
    call_command("loaddata", file, verbosity=0)
    assert ([row["reason"] for row in loaded], rows()) == (["", "Une dose."], loaded)


def test_a_dump_that_was_tampered_with_is_not_loaded_over_the_log(rejection, tmp_path):
    file = tmp_path / "log.json"
    call_command("dumpdata", "comments.decision", output=file)
    file.write_text(file.read_text(encoding="utf-8").replace("Une dose.", "Autre chose."), encoding="utf-8")
    assert refused(lambda: call_command("loaddata", file, verbosity=0))


@pytest.mark.django_db(transaction=True)
def test_migrations_take_the_guard_away_and_put_it_back(rejection):
    with connection.schema_editor() as editor:
        append_only.unguard(apps, editor)
    try:
        sql("UPDATE comments_decision SET clause = 'x'")
    finally:
        with connection.schema_editor() as editor:
            append_only.guard(apps, editor)
    assert {row["clause"] for row in rows()} == {"x"}
    assert refused(lambda: sql("UPDATE comments_decision SET clause = 'y'"))
