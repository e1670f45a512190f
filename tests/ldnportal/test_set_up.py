"""What `make run` does before the server starts, and the files that it starts from."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from ldnportal import launch

ROOT = Path(settings.BASE_DIR)
# Debian's user with no rights at all.
NOBODY = 65534
LOCK_FILES = ("requirements.lock", "requirements-dev.lock")


@pytest.fixture
def listener():
    with socket.socket() as taken:
        # As servers do; without it the system keeps the port until the last connection has died out.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken


def failed(cause: Exception) -> OperationalError:
    """A database error as Django raises it."""
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


# The lock files


@pytest.mark.parametrize("name", LOCK_FILES)
def test_lock_file_names_no_address(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "://" in line or "file:" in line or line.startswith("-")] == []


@pytest.mark.parametrize("name", LOCK_FILES)
def test_lock_file_pins_every_package_by_hash(name):
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", "")
    packages = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert packages
    assert [line for line in packages if not re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_lock_file_of_the_tests_has_the_versions_of_the_site():
    pins = re.compile(r"^(\S+)==(\S+)", re.MULTILINE)
    site, tests = (dict(pins.findall((ROOT / name).read_text(encoding="utf-8"))) for name in LOCK_FILES)
    assert {name: tests.get(name) for name in site} == site


# The port


def test_taken_port_is_refused_with_another_one_to_try(listener):
    port = listener.getsockname()[1]
    with pytest.raises(launch.Refusal) as refusal:
        launch.check_port("127.0.0.1", port)
    assert str(refusal.value) == (
        f"Le port {port} est déjà pris par un autre programme : "
        f"choisissez-en un autre, par exemple make run PORT={port + 1}"
    )


def test_port_taken_on_all_addresses_is_refused():
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        with pytest.raises(launch.Refusal):
            launch.check_port("127.0.0.1", taken.getsockname()[1])


def test_free_port_is_accepted_and_left_free(listener):
    port = listener.getsockname()[1]
    listener.close()
    launch.check_port("127.0.0.1", port)
    with socket.socket() as server:
        server.bind(("127.0.0.1", port))


def test_port_is_free_while_connections_of_the_last_run_die_out(listener):
    port = listener.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)):
        served, _address = listener.accept()
        served.close()
        listener.close()
        launch.check_port("127.0.0.1", port)


@pytest.mark.parametrize("port", ["0", "65536", "huit mille", "-1", "80.5", "²"])
def test_port_that_is_no_port_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(launch.Refusal) as refusal:
        launch.address()
    assert str(refusal.value) == f"PORT doit être un nombre de 1 à 65535, pas « {port} »."


@pytest.mark.parametrize("host", ["www.example.org", "192.0.2.1"])
def test_host_that_is_not_of_this_machine_is_refused(monkeypatch, host):
    monkeypatch.setenv("HOST", host)
    with pytest.raises(launch.Refusal) as refusal:
        launch.check_port(*launch.address())
    assert str(refusal.value) == launch.BAD_HOST.format(host=host)


def test_empty_variables_mean_the_defaults(monkeypatch):
    monkeypatch.setenv("HOST", "")
    monkeypatch.setenv("PORT", " ")
    assert launch.address() == ("127.0.0.1", 8000)


# The data folder and the secret key


def test_folders_are_made_for_the_owner_alone(tmp_path):
    data_dir = tmp_path / "données du portail" / "var"
    launch.make_folders(data_dir)
    assert data_dir.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in data_dir.iterdir()) == ["media", "static"]


def test_secret_key_is_made_once_for_the_owner_alone(tmp_path):
    path = tmp_path / "secret_key"
    key = launch.secret_key(path)
    assert len(key) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert launch.secret_key(path) == key
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


def test_secret_key_that_another_process_made_meanwhile_is_taken(tmp_path, monkeypatch):
    path = tmp_path / "secret_key"
    link = os.link

    def overtaken(source, target):
        path.write_text("k" * 60)
        link(source, target)

    monkeypatch.setattr(os, "link", overtaken)
    assert launch.secret_key(path) == "k" * 60
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


def test_truncated_secret_key_is_refused(tmp_path):
    path = tmp_path / "secret_key"
    path.write_text("court\n")
    with pytest.raises(launch.Refusal) as refusal:
        launch.secret_key(path)
    assert str(refusal.value) == launch.KEY_DAMAGED.format(path=path)


def test_environment_is_filled_in_and_never_overruled(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", {"ALLOWED_HOSTS": "www.example.org", "DEBUG": " "})
    launch.set_environment(tmp_path, 8123)
    assert os.environ == {
        "SECRET_KEY": (tmp_path / "secret_key").read_text().strip(),
        "DJANGO_SETTINGS_MODULE": "ldnportal.settings",
        "DATA_DIR": str(tmp_path),
        "DEBUG": "0",
        "ALLOWED_HOSTS": "www.example.org",
        "SITE_URL": "http://127.0.0.1:8123",
    }


def test_given_secret_key_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", {"SECRET_KEY": "k" * 60})
    launch.set_environment(tmp_path, 8000)
    assert os.environ["SECRET_KEY"] == "k" * 60
    assert list(tmp_path.iterdir()) == []


# What is said about errors


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), launch.DISK_FULL),
        (failed(sqlite3.OperationalError("database or disk is full")), launch.DISK_FULL),
        (OSError(30, "Read-only file system"), launch.READ_ONLY),
        (PermissionError(13, "Permission denied"), launch.READ_ONLY),
        (failed(sqlite3.OperationalError("attempt to write a readonly database")), launch.READ_ONLY),
        (failed(sqlite3.OperationalError("unable to open database file")), launch.READ_ONLY),
        (ImproperlyConfigured("SITE_URL is missing."), "SITE_URL is missing."),
        (
            failed(ConnectionError("connection refused\n\tIs the server running?")),
            "La base de données ne répond pas : connection refused Is the server running?",
        ),
        (ValueError("a fault of the program"), None),
    ],
)
def test_error_is_explained_in_one_sentence(error, sentence):
    expected = sentence and sentence.format(data_dir="/srv/été")
    assert launch.explain(error, Path("/srv/été")) == expected


def test_cause_below_another_error_is_found():
    try:
        try:
            raise OSError(28, "No space left on device")
        except OSError as error:
            raise RuntimeError("the step failed") from error
    except RuntimeError as error:
        assert launch.explain(error, Path("/srv")) == launch.DISK_FULL.format(data_dir="/srv")


def test_refusal_says_more_than_its_cause():
    refusal = launch.Refusal("Le port 80 est réservé.")
    refusal.__cause__ = PermissionError(13, "Permission denied")
    assert launch.explain(refusal, Path("/srv")) == "Le port 80 est réservé."


def run_launch(**environment: str) -> subprocess.CompletedProcess:
    clean = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOST": "127.0.0.1"}
    return subprocess.run(
        [sys.executable, "-m", "ldnportal.launch"],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_program_says_one_sentence_about_a_taken_port(listener, tmp_path):
    port = listener.getsockname()[1]
    result = run_launch(PORT=str(port), DATA_DIR=str(tmp_path / "var"))
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == launch.PORT_TAKEN.format(port=port, other=port + 1) + "\n"
    assert not (tmp_path / "var").exists()


def test_program_says_one_sentence_about_a_file_where_a_folder_belongs(tmp_path, listener):
    # Root may write everywhere, but nobody makes a folder inside a file.
    (tmp_path / "fichier").touch()
    path = tmp_path / "fichier" / "été à la mer"
    port = listener.getsockname()[1]
    listener.close()
    result = run_launch(PORT=str(port), DATA_DIR=str(path))
    assert result.returncode == 1
    assert result.stderr == launch.NOT_A_FOLDER.format(path=path) + "\n"


@pytest.fixture
def own_folder():
    """A folder of the user that ``sentence_for_an_ordinary_user`` acts as."""
    with tempfile.TemporaryDirectory(prefix="ldn-set-up-", dir="/tmp") as folder:
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        yield Path(folder)


def sentence_for_an_ordinary_user(act: Callable[[], None], data_dir: Path) -> str | None:
    """What launch says of the error that ``act`` raises in a process without root's right to write anywhere."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            act()
        except BaseException as error:
            os.write(writer, (launch.explain(error, data_dir) or repr(error)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with open(reader, encoding="utf-8") as said:
        return said.read() or None


def test_one_sentence_about_a_read_only_folder(own_folder):
    own_folder.chmod(0o500)
    data_dir = own_folder / "var"
    said = sentence_for_an_ordinary_user(lambda: launch.make_folders(data_dir), data_dir)
    assert said == launch.READ_ONLY.format(data_dir=data_dir)


def test_read_only_database_is_refused_even_when_nothing_is_to_be_prepared(own_folder):
    assert sentence_for_an_ordinary_user(lambda: launch.make_folders(own_folder), own_folder) is None
    database = own_folder / "ldnportal.sqlite3"
    database.touch(mode=0o400)
    said = sentence_for_an_ordinary_user(lambda: launch.make_folders(own_folder), own_folder)
    assert said == launch.READ_ONLY.format(data_dir=database)


# The static files


@pytest.fixture
def static_source(tmp_path, settings):
    """One static file in a place whose name has a space and an accent, and the folder where it is collected."""
    source = tmp_path / "sources à moi" / "site.css"
    source.parent.mkdir()
    source.write_text("body { color: black }")
    settings.STATICFILES_DIRS = [source.parent]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    return source


def collected(capsys, tmp_path) -> bool:
    launch.collect_static(tmp_path / "static.fingerprint")
    return capsys.readouterr().out == launch.SAYS_COLLECTING + "\n"


def test_static_files_are_collected_once(static_source, capsys, tmp_path, settings):
    assert collected(capsys, tmp_path)
    assert (settings.STATIC_ROOT / "site.css").read_text() == "body { color: black }"
    assert not collected(capsys, tmp_path)


def test_static_files_are_collected_again_after_a_change(static_source, capsys, tmp_path, settings):
    assert collected(capsys, tmp_path)
    static_source.write_text("body { color: white }")
    assert collected(capsys, tmp_path)
    assert (settings.STATIC_ROOT / "site.css").read_text() == "body { color: white }"


def test_changed_static_file_that_is_older_than_its_copy_is_collected(
    static_source, capsys, tmp_path, settings
):
    assert collected(capsys, tmp_path)
    static_source.write_text("body { color: green }")
    os.utime(static_source, (1_000_000_000, 1_000_000_000))
    assert collected(capsys, tmp_path)
    assert (settings.STATIC_ROOT / "site.css").read_text() == "body { color: green }"


def test_static_files_are_collected_again_when_they_are_gone(static_source, capsys, tmp_path, settings):
    assert collected(capsys, tmp_path)
    (settings.STATIC_ROOT / "site.css").unlink()
    assert collected(capsys, tmp_path)


# deploy/set_up.sh


def fake_python(folder: Path, *lines: str) -> Path:
    """A program that answers the questions of set_up.sh as a Python in some state would."""
    path = folder / "python3"
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


def run_set_up(folder: Path, python: Path, lock: str = "requirements.lock") -> subprocess.CompletedProcess:
    return subprocess.run(
        ["/bin/sh", str(ROOT / "deploy" / "set_up.sh"), lock],
        cwd=folder,
        # No other Python on this path: /bin holds what the script itself needs.
        env={"PATH": f"{folder}:{tools(folder)}", "PYTHON": str(python)},
        capture_output=True,
        text=True,
        check=False,
    )


def tools(folder: Path) -> Path:
    """A folder with the few programs that set_up.sh calls, and no Python."""
    path = folder / "outils"
    path.mkdir(exist_ok=True)
    for name in ("basename", "cmp", "cp", "tail", "cat", "mkdir", "chmod"):
        target = next(Path(each, name) for each in ("/usr/bin", "/bin") if Path(each, name).exists())
        if not (path / name).exists():
            (path / name).symlink_to(target)
    return path


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "été à la mer"
    folder.mkdir()
    (folder / "requirements.lock").write_text("django==5.2\n")
    return folder


def test_old_python_is_refused(project):
    python = fake_python(
        project, 'case "$*" in', "*version_info*) exit 1 ;;", "--version) echo Python 3.9.2 ;;", "esac"
    )
    result = run_set_up(project, python)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "Python 3.11 ou plus récent est nécessaire (trouvé : Python 3.9.2). "
        "Installez-le, ou indiquez-le : make PYTHON=/chemin/vers/python3.11 …\n"
    )


def test_missing_python_is_refused(project):
    result = run_set_up(project, project / "absent")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Python 3.11 ou plus récent est nécessaire (trouvé : aucun).")
    assert result.stderr.count("\n") == 1


def test_python_without_venv_is_refused(project):
    python = fake_python(project, 'case "$*" in', "*ensurepip*) exit 1 ;;", "esac")
    result = run_set_up(project, python)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "Il manque à Python le module venv. Sous Debian ou Ubuntu : apt-get install python3-venv\n"
    )


@pytest.mark.parametrize(
    ("complaint", "start"),
    [
        ("OSError: [Errno 28] No space left on device", "Le disque est plein : "),
        ("OSError: [Errno 13] Permission denied: '.venv'", "Ce dossier n'est pas accessible en écriture : "),
        ("OSError: [Errno 30] Read-only file system", "Ce dossier n'est pas accessible en écriture : "),
    ],
)
def test_venv_that_cannot_be_made_is_explained(project, complaint, start):
    python = fake_python(project, 'case "$*" in', f'"-m venv"*) echo "{complaint}" >&2; exit 1 ;;', "esac")
    result = run_set_up(project, python)
    assert result.returncode == 1
    assert result.stdout == "Création de l'environnement Python (.venv)…\n"
    assert result.stderr.startswith(start)
    assert result.stderr.count("\n") == 1


def test_lock_file_is_installed_once_and_again_when_it_changes(project):
    # «-m venv» makes a Python that notes in a file what pip is asked to install.
    venv_python = project / "venv-python"
    venv_python.write_text('#!/bin/sh\ncase "$*" in *install*) echo "$*" >> journal ;; esac\n')
    venv_python.chmod(0o755)
    python = fake_python(
        project,
        'case "$*" in',
        '"-m venv"*) mkdir .venv .venv/bin && cp venv-python .venv/bin/python ;;',
        "esac",
    )
    journal = project / "journal"

    first = run_set_up(project, python)
    assert (first.returncode, first.stderr) == (0, "")
    assert journal.read_text().count("--require-hashes -r requirements.lock") == 1

    second = run_set_up(project, python)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert journal.read_text().count("\n") == 1

    (project / "requirements.lock").write_text("django==5.2.1\n")
    run_set_up(project, python)
    assert journal.read_text().count("\n") == 2


# The sender beside the server


def test_the_sender_of_make_run_ends_with_the_process_that_started_it(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOST": "127.0.0.1", "PORT": str(port)}
    environment |= {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    with open(tmp_path / "said", "wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "ldnportal.launch"],
            cwd=ROOT,
            env=environment | {"DATA_DIR": str(tmp_path / "var")},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        sender = wait_for(lambda: senders_beside(server.pid), seconds=60)
    finally:
        # Its death without a word; the workers, in groups of their own, end with it.
        server.kill()
        server.wait()
    assert len(sender) == 1
    assert wait_for(lambda: not senders_beside(server.pid), seconds=20)


def wait_for(state: Callable[[], object], *, seconds: float) -> object:
    """What ``state`` says as soon as it says something; the last of it at the end of the time."""
    ends = time.monotonic() + seconds
    while not (found := state()) and time.monotonic() < ends:
        time.sleep(0.05)
    return found


def senders_beside(server: int) -> list[str]:
    """The command lines of the senders that were started by this server."""
    wanted = f"manage.py\0outbox\0--loop\0--parent\0{server}\0"
    return [line for line in command_lines() if wanted in line]


def command_lines() -> list[str]:
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_text(errors="replace"))
        except OSError:
            # It ended while it was looked at.
            continue
    return lines
