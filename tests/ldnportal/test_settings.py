"""A missing or weak setting stops the start, with its name and the mend."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BASE = Path(__file__).parents[2]
GOOD = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghij",
    "ALLOWED_HOSTS": "www.example.org",
    "SITE_URL": "https://www.example.org",
}


def start(**changes: str) -> subprocess.CompletedProcess:
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {name: value for name, value in {**keep, **GOOD, **changes}.items() if value}
    return subprocess.run(
        [sys.executable, "-c", "import ldnportal.settings"],
        cwd=BASE,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_the_documented_production_environment_starts():
    result = start()
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("ALLOWED_HOSTS", ""),
        ("SITE_URL", ""),
        ("SITE_URL", "www.example.org"),
        ("DEBUG", "perhaps"),
        ("EMAIL_PORT", "smtp"),
        ("RE_REVIEW_PERCENT", "101"),
        ("COMMENT_RETENTION", "spam"),
        ("COMMENT_RETENTION", "spam=soon"),
        ("COMMENT_RETENTION", "spam=14, nothing=3"),
        ("COMMENT_RETENTION", "rejected=30"),
    ],
)
def test_a_missing_or_weak_value_is_named(name, value):
    result = start(**{name: value})
    assert (result.returncode, result.stderr.strip().splitlines()[-1].split(": ", 1)[1].split()[0]) == (
        1,
        name,
    )


@pytest.mark.parametrize("command", ["makemigrations", "migrate", "check", "load_demo"])
def test_a_command_says_it_in_one_sentence_and_without_a_traceback(command):
    # No environment at all: Django would go on and fail of something else, as the order of its checks has it.
    result = subprocess.run(
        [sys.executable, "manage.py", command], cwd=BASE, env={}, capture_output=True, text=True
    )
    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    assert result.stderr.split()[0] == "SECRET_KEY"
