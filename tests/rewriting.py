"""What no running site can do: change the log of decisions, for tests that need a past, and empty it after a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction

from comments import append_only


@contextmanager
def rewritable_log() -> Iterator[None]:
    """Takes the triggers of the log away, and puts them back."""
    decision = apps.get_model("comments", "Decision")
    columns = [field.column for field in decision._meta.local_concrete_fields]
    with transaction.atomic():
        _execute(append_only.to_unguard(connection.vendor))
        yield
        _execute(append_only.to_guard(connection.vendor, columns))


def _execute(statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table with checks that wait for the end of the transaction cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
