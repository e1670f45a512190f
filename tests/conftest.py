import shutil
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def _media_of_this_test(settings, tmp_path):
    """Files that a test stores go with it."""
    settings.MEDIA_ROOT = tmp_path / "media"


def pytest_unconfigure(config):
    # tests/settings.py made this folder unless the environment named one.
    folder = Path(settings.DATA_DIR)
    if folder.name.startswith("ldnportal-tests-"):
        shutil.rmtree(folder, ignore_errors=True)
