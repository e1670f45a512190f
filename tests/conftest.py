import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils import timezone
from hypothesis import settings as hypothesis_settings

from comments.models import ConsentText
from tests.rewriting import rewritable_log

# Where everything is required, a run says the same each time; at a desk each run looks further.
hypothesis_settings.register_profile("repeatable", derandomize=True)
if os.environ.get("REQUIRE_ALL") == "1":
    hypothesis_settings.load_profile("repeatable")


def pytest_collection_modifyitems(config, items):
    """What touches no database says the same beside each of them: it runs beside SQLite alone."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    idle = [item for item in items if not _touches_the_database(item)]
    config.hook.pytest_deselected(items=idle)
    items[:] = [item for item in items if _touches_the_database(item)]


def _touches_the_database(item) -> bool:
    return item.get_closest_marker("django_db") is not None or not {
        "db",
        "transactional_db",
        "live_server",
    }.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(autouse=True)
def _media_of_this_test(settings, tmp_path):
    """Files that a test stores go with it."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _consent_text(request):
    """What the migrations wrote is gone after a transactional test has emptied the tables."""
    mark = request.node.get_closest_marker("django_db")
    if mark and mark.kwargs.get("transaction"):
        request.getfixturevalue("transactional_db")
        ConsentText.objects.get_or_create(text="J’accepte que mon commentaire soit lu puis publié.")


@pytest.fixture(autouse=True, scope="session")
def _log_goes_with_its_test():
    """Emptying the tables after a transactional test is the one deletion that the log of decisions must suffer."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_all(operations, statements):
        with rewritable_log():
            flush(operations, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_all)
        yield


@pytest.fixture(autouse=True, scope="session")
def _dates_follow_a_stopped_clock():
    """A field's default is the function itself, which a test that stops the clock would not reach."""
    real = timezone.now
    with pytest.MonkeyPatch.context() as patch:
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                if field.default is real:
                    patch.setattr(field, "default", lambda: timezone.now())
                    vars(field).pop("_get_default", None)
        yield


@pytest.fixture
def set_clock(monkeypatch) -> Callable[[datetime], None]:
    """Stops the clock at the moment that it is called with, in every thread."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def pytest_unconfigure(config):
    # tests/settings.py made this folder unless the environment named one.
    folder = Path(settings.DATA_DIR)
    if folder.name.startswith("ldnportal-tests-") and not hasattr(config, "workerinput"):
        shutil.rmtree(folder, ignore_errors=True)
