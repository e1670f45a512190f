"""Prepares the site and serves it from this machine: what `make run` starts, after deploy/set_up.sh.

For the first look and for small sites. A production machine runs the same steps one by one, as
deploy/ldnportal.service shows. Everything that is written goes to DATA_DIR.
"""

import errno
import hashlib
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

# What this program says. In French here, not in the catalogue: gettext needs settings, which are not loaded yet.
SAYS_PREPARING = "Préparation de la base de données…"
SAYS_COLLECTING = "Préparation des fichiers statiques…"
SAYS_SERVING = """
Le site démarre. Ouvrez {url} (administration : {url}admin/).
Arrêter : Ctrl-C. Recharger le code : kill -HUP {pid}
"""
SAYS_STOPPED = "Arrêté."
BAD_PORT = "PORT doit être un nombre de 1 à 65535, pas « {port} »."
BAD_HOST = "HOST n'est pas une adresse de cette machine : {host}. Par exemple : HOST=127.0.0.1"
PORT_TAKEN = (
    "Le port {port} est déjà pris par un autre programme : "
    "choisissez-en un autre, par exemple make run PORT={other}"
)
PORT_FORBIDDEN = (
    "Le port {port} est réservé à l'administrateur du système : choisissez-en un au-dessus de 1023."
)
DISK_FULL = "Le disque est plein : libérez de la place (le site écrit dans {data_dir}), puis recommencez."
READ_ONLY = (
    "Ce dossier ou un de ses fichiers n'est pas accessible en écriture : {data_dir}. "
    "Changez ses droits ou son propriétaire, ou indiquez un autre dossier : DATA_DIR=…"
)
NOT_A_FOLDER = "Un fichier se trouve là où le site attend un dossier : {path}"
DATABASE_SILENT = "La base de données ne répond pas : {error}"
KEY_DAMAGED = (
    "La clé secrète est trop courte, sans doute coupée : supprimez {path} et recommencez "
    "(les personnes connectées devront se reconnecter)."
)


class Refusal(Exception):
    """Why the site cannot start, in one sentence for the person at the terminal."""


def main() -> None:
    # A terminal that cannot show an accent gets a question mark, not a traceback.
    sys.stdout.reconfigure(errors="replace", line_buffering=True)
    sys.stderr.reconfigure(errors="replace")
    os.chdir(BASE_DIR)
    data_dir = Path(os.environ.get("DATA_DIR", "").strip() or BASE_DIR / "var").absolute()
    try:
        host, port = address()
        check_port(host, port)
        make_folders(data_dir)
        set_environment(data_dir, port)
        prepare(data_dir)
    except KeyboardInterrupt:
        sys.exit(SAYS_STOPPED)
    except Exception as error:
        sentence = explain(error, data_dir)
        if sentence is None:
            raise
        sys.exit(sentence)
    serve(host, port)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def address() -> tuple[str, int]:
    host = os.environ.get("HOST", "").strip() or "127.0.0.1"
    try:
        ip_address(host)
    except ValueError:
        raise Refusal(BAD_HOST.format(host=host)) from None
    port = os.environ.get("PORT", "").strip() or "8000"
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise Refusal(BAD_PORT.format(port=port))
    return host, int(port)


def check_port(host: str, port: int) -> None:
    """Refuses a port on which somebody listens: granian would share it in silence (SO_REUSEPORT)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # Connections that the last run left in TIME_WAIT are no listener.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                other = port + 1 if port < 65535 else 8000
                raise Refusal(PORT_TAKEN.format(port=port, other=other)) from error
            if error.errno == errno.EACCES:
                raise Refusal(PORT_FORBIDDEN.format(port=port)) from error
            raise Refusal(BAD_HOST.format(host=host)) from error


def make_folders(data_dir: Path) -> None:
    # Readers' comments lie in here: nobody else on this machine looks in.
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data_dir / "media").mkdir(exist_ok=True)
    (data_dir / "static").mkdir(exist_ok=True)
    # When nothing is left to prepare, the first to notice would be a reader who posts a comment.
    for path in (data_dir, data_dir / "media", data_dir / "static", *data_dir.glob("ldnportal.sqlite3*")):
        if not os.access(path, os.W_OK):
            raise Refusal(READ_ONLY.format(data_dir=path))


def set_environment(data_dir: Path, port: int) -> None:
    """Fills in what a site on this machine needs; what the environment says already stays."""
    if not os.environ.get("SECRET_KEY", "").strip():
        os.environ["SECRET_KEY"] = secret_key(data_dir / "secret_key")
    defaults = {
        "DJANGO_SETTINGS_MODULE": "ldnportal.settings",
        "DATA_DIR": str(data_dir),
        "DEBUG": "0",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "SITE_URL": f"http://127.0.0.1:{port}",
    }
    for name, value in defaults.items():
        if not os.environ.get(name, "").strip():
            os.environ[name] = value


def secret_key(path: Path) -> str:
    """The key in this file, which is made at the first call and never changes afterwards."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(64) + "\n")
                file.flush()
                os.fsync(descriptor)
            # The file appears whole or not at all, and two first starts at once agree on one key.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_text(encoding="ascii").strip()
    if len(key) < 50:
        raise Refusal(KEY_DAMAGED.format(path=path))
    return key


def prepare(data_dir: Path) -> None:
    """Brings database and static files up to date. One process for all: Django starts only once."""
    import django
    from django.core.management import call_command

    django.setup()
    if database_is_behind():
        say(SAYS_PREPARING)
    # Also when nothing is behind: it puts in order what an interrupted first run left half done.
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_demo", if_empty=True)
    collect_static(data_dir / "static.fingerprint")
    call_command("create_first_admin")


def database_is_behind() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def collect_static(stamp: Path) -> None:
    """Collects and compresses the static files, some seconds of work, only when one of them has changed."""
    from django.conf import settings
    from django.core.management import call_command

    fingerprint = static_fingerprint()
    try:
        if stamp.read_text(encoding="ascii") == fingerprint and any(Path(settings.STATIC_ROOT).iterdir()):
            return
    except FileNotFoundError:
        pass
    say(SAYS_COLLECTING)
    # Interrupted half-way, the work is done again the next time.
    stamp.unlink(missing_ok=True)
    # Without clear, a changed file that is older than its last copy (unpacked from an archive) would not be taken.
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(fingerprint, encoding="ascii")


def static_fingerprint() -> str:
    from django.conf import settings

    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for name, path in sorted(static_sources()):
        stat = os.stat(path)
        digest.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def static_sources() -> Iterator[tuple[str, str]]:
    from django.contrib.staticfiles.finders import get_finders

    for finder in get_finders():
        for name, storage in finder.list([]):
            yield os.path.join(getattr(storage, "prefix", None) or "", name), storage.path(name)


def explain(error: BaseException, data_dir: Path) -> str | None:
    """The sentence for an error that the person at the terminal can mend; None for a fault of the program."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import OperationalError

    if isinstance(error, Refusal):
        return str(error)
    causes = list(chain(error))
    for cause in causes:
        if isinstance(cause, OSError):
            match cause.errno:
                case errno.ENOSPC | errno.EDQUOT:
                    return DISK_FULL.format(data_dir=data_dir)
                case errno.EROFS | errno.EACCES | errno.EPERM:
                    return READ_ONLY.format(data_dir=cause.filename or data_dir)
                case errno.ENOTDIR | errno.EEXIST:
                    return NOT_A_FOLDER.format(path=cause.filename)
        if isinstance(cause, sqlite3.OperationalError):
            match str(cause):
                case "database or disk is full" | "disk I/O error":
                    return DISK_FULL.format(data_dir=data_dir)
                case "attempt to write a readonly database" | "unable to open database file":
                    return READ_ONLY.format(data_dir=data_dir)
    for cause in causes:
        if isinstance(cause, ImproperlyConfigured | CommandError):
            return str(cause)
        if isinstance(cause, OperationalError):
            return DATABASE_SILENT.format(error=" ".join(str(cause).split()))
    return None


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def serve(host: str, port: int) -> None:
    """Becomes the server: signals that are sent to this process reach it (Ctrl-C, HUP, TERM)."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    shown = f"[{shown}]" if ":" in shown else shown
    say(SAYS_SERVING.format(url=f"http://{shown}:{port}/", pid=os.getpid()))
    sys.stdout.flush()
    send_mail_beside()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    command += ["--workers", "2", "--blocking-threads", "1", "--workers-kill-timeout", "10"]
    command += ["--log-level", "warning", "--no-access-log", "--host", host, "--port", str(port)]
    os.execv(sys.executable, [*command, "--factory", "ldnportal.launch:worker"])


def send_mail_beside() -> None:
    """
    Starts the sender of the outbox as a child of this process, which is about to become the server.

    It ends by itself once that process has gone, however that went; Ctrl-C at the terminal reaches both.
    """
    command = [sys.executable, "manage.py", "outbox", "--loop", "--parent", str(os.getpid())]
    subprocess.Popen(command, cwd=BASE_DIR, stdin=subprocess.DEVNULL)


def worker() -> Callable:
    """The application, in one of granian's workers."""
    # Ctrl-C goes to every process of the terminal's group, and then the main process stops its workers as
    # well: told twice, a worker of granian 2.8.7 hung in 7 of 40 trials. So only the main process stays there.
    os.setpgid(0, 0)
    # Until the worker serves, a signal from the main process ends it at once.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    from django.core.exceptions import ImproperlyConfigured

    try:
        from ldnportal.wsgi import application
    except ImproperlyConfigured as error:
        # Seen after a reload: the settings have changed since main() read them.
        sys.exit(str(error))
    return application


if __name__ == "__main__":
    main()
