"""
What keeps the log of decisions as it was written: triggers in the database, for SQL written by hand and superusers too.

Rows come in; none is changed or taken out. The one exception is ``DecisionQuerySet.erase_words``: the reason becomes
«–» and the facts become empty, with all else as it was. An update that changes nothing passes: databases and
``loaddata`` make such.

The triggers are made and taken away by migrations. SQLite makes a table anew to alter it, and forgets its triggers;
and it must be told of each column. So a migration that alters the table of the decisions begins with
``RunPython(unguard, guard)`` and ends with ``RunPython(guard, unguard)``: then they are right in both directions.
Whoever changes the statements below adds a migration that makes them anew.
"""

from collections.abc import Iterator, Sequence

from comments.models.decision import ERASED_WORDS

TABLE = "comments_decision"
REFUSAL = "A decision is never changed or deleted."
# In both databases' words: what of the reason and the facts may differ.
_ERASES = (
    f"(NEW.reason = OLD.reason OR (OLD.reason <> '' AND NEW.reason = '{ERASED_WORDS}'))"
    " AND (NEW.facts = OLD.facts OR NEW.facts = '')"
)


def guard(apps, schema_editor) -> None:
    """For RunPython: what is refused from now on is refused with an IntegrityError."""
    decision = apps.get_model("comments", "Decision")
    columns = [field.column for field in decision._meta.local_concrete_fields]
    for statement in to_guard(schema_editor.connection.vendor, columns):
        schema_editor.execute(statement)


def unguard(apps, schema_editor) -> None:
    for statement in to_unguard(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def to_guard(vendor: str, columns: Sequence[str]) -> Iterator[str]:
    """The statements for one of the two databases, in order; ``columns`` are all those of the table."""
    yield from to_unguard(vendor)
    yield from _postgresql() if vendor == "postgresql" else _sqlite(columns)


def to_unguard(vendor: str) -> Iterator[str]:
    if vendor == "postgresql":
        yield f"DROP TRIGGER IF EXISTS decision_kept ON {TABLE}"
        yield f"DROP TRIGGER IF EXISTS decision_not_truncated ON {TABLE}"
        yield "DROP FUNCTION IF EXISTS decision_refused()"
    else:
        for name in ("decision_not_changed", "decision_not_deleted", "decision_not_replaced"):
            yield f"DROP TRIGGER IF EXISTS {name}"


def _postgresql() -> Iterator[str]:
    # The whole row is compared, whatever its columns, so that the trigger hinders no later change of a column.
    yield f"""
CREATE FUNCTION decision_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'reason' - 'facts' = to_jsonb(OLD) - 'reason' - 'facts' AND {_ERASES} THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END $$"""
    yield f"""
CREATE TRIGGER decision_kept BEFORE UPDATE OR DELETE ON {TABLE}
FOR EACH ROW EXECUTE FUNCTION decision_refused()"""
    yield f"""
CREATE TRIGGER decision_not_truncated BEFORE TRUNCATE ON {TABLE}
FOR EACH STATEMENT EXECUTE FUNCTION decision_refused()"""
    # ALWAYS: «session_replication_role = replica», which superusers may set, passes by all other triggers.
    for name in ("decision_kept", "decision_not_truncated"):
        yield f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {name}"


def _sqlite(columns: Sequence[str]) -> Iterator[str]:
    kept = [f'NEW."{name}" IS OLD."{name}"' for name in columns if name not in {"reason", "facts"}]
    yield f"""
CREATE TRIGGER decision_not_changed BEFORE UPDATE ON {TABLE}
WHEN ({" AND ".join([*kept, _ERASES])}) IS NOT TRUE
BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"""
    yield f"""
CREATE TRIGGER decision_not_deleted BEFORE DELETE ON {TABLE}
BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"""
    # INSERT OR REPLACE takes a row out without a word to the trigger above.
    yield f"""
CREATE TRIGGER decision_not_replaced BEFORE INSERT ON {TABLE}
WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"""
