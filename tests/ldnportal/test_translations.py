"""The interface speaks French, whole: nothing untranslated, nothing stale."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

BASE = Path(__file__).parents[2]
CATALOGUE = BASE / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def entries() -> list[polib.POEntry]:
    return list(polib.pofile(str(CATALOGUE)))


def test_every_message_is_translated():
    assert [entry.msgid for entry in entries() if not entry.translated()] == []


def test_every_translation_keeps_the_placeholders():
    def placeholders(text: str) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)[sd]", text))

    wrong = [
        entry.msgid
        for entry in entries()
        for text in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if placeholders(text) != placeholders(entry.msgid)
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_that_of_the_source():
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {(entry.msgctxt, entry.msgid): (entry.msgstr, entry.msgstr_plural) for entry in compiled} == {
        (entry.msgctxt, entry.msgid): (entry.msgstr, entry.msgstr_plural) for entry in entries()
    }


@pytest.mark.skipif(
    shutil.which("xgettext") is None, reason="xgettext is not installed (apt-get install gettext)"
)
def test_the_catalogue_holds_exactly_the_messages_of_the_code(tmp_path):
    for name in ("articles", "comments", "ldnportal", "templates"):
        shutil.copytree(BASE / name, tmp_path / name)
    shutil.copy(BASE / "manage.py", tmp_path)
    (tmp_path / "locale").mkdir()
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "fr", "--no-location"],
        cwd=tmp_path,
        env={"DEBUG": "1", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "DATA_DIR": str(tmp_path / "var")},
        check=True,
        capture_output=True,
    )
    found = polib.pofile(str(tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po"))
    assert {(entry.msgctxt, entry.msgid) for entry in found} == {
        (entry.msgctxt, entry.msgid) for entry in entries()
    }


def test_no_module_hides_messages_from_the_extraction():
    # xgettext knows gettext() and _(), and no name of our own making.
    hidden = [
        f"{path.relative_to(BASE)}: {line.strip()}"
        for name in ("articles", "comments", "ldnportal")
        for path in (BASE / name).rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"import .*gettext\w* as (?!_\b)", line)
    ]
    assert hidden == []
