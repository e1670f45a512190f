import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


def test_healthz_needs_no_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_is_ok_when_all_is_migrated(client):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_names_waiting_migrations(client):
    recorder = MigrationRecorder(connection)
    newest = max(name for app, name in recorder.applied_migrations() if app == "comments")
    recorder.record_unapplied("comments", newest)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"migrations\n")


def test_readyz_names_a_database_that_does_not_answer(client):
    # Without the django_db mark pytest-django refuses every connection, as a dead database would.
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"database\n")
