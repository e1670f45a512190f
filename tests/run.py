"""Runs all checks and tests, and says at the end what was run and what was not: `make test`, `make lint`…

REQUIRE_ALL=1 (as .ci/run sets it) turns everything that could not be run into a failure.
ARGS goes to pytest: `make test ARGS="-k reply"` runs those tests alone, on every database.
"""

import os
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.throwaway_postgres import find_binaries, throwaway_postgres  # noqa: E402 - needs the line above

# The first is Chromium without its own windows: the same engine, with less to do.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
TOOLS = ROOT / "tests" / "tools"
PYTEST_FOUND_NO_TEST = 5


class Report:
    """What was run, how it ended, and what could not be run."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.skipped: list[str] = []
        self.failed = False

    def run(self, title: str, command: list[str], environment: dict[str, str], *, fine=(0,)) -> int:
        say(f"\n=== {title}")
        started = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        self.add(title, code in fine, time.monotonic() - started)
        return code

    def add(self, title: str, passed: bool, seconds: float) -> None:
        self.failed = self.failed or not passed
        self.lines.append(f"  {'réussi' if passed else 'ÉCHEC '}  {title} ({seconds:.0f} s)")

    def skip(self, what: str, how: str) -> None:
        self.skipped.append(f"  OMIS    {what}\n          pour l'avoir : {how}")

    def close(self) -> int:
        say("\n=== Bilan")
        for line in self.lines + self.skipped:
            say(line)
        if self.skipped and os.environ.get("REQUIRE_ALL") == "1":
            say("\nÉCHEC : REQUIRE_ALL=1 exige tout, et ce qui est OMIS ci-dessus n'a pas été exécuté.")
            return 1
        if self.failed:
            say("\nÉCHEC : voir ci-dessus.")
            return 1
        say(
            "\nTout ce qui a été exécuté a réussi"
            + (", MAIS TOUT N'A PAS ÉTÉ EXÉCUTÉ." if self.skipped else ".")
        )
        return 0


def main(command: str) -> int:
    sys.stdout.reconfigure(errors="replace", line_buffering=True)
    # A kill must not leave a database server behind either.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = shlex.split(os.environ.get("ARGS", ""))
    report = Report()
    with tempfile.TemporaryDirectory(prefix="ldn-run-") as folder:
        environment = clean_environment() | {"DATA_DIR": folder}
        match command:
            case "lint":
                check(report, environment)
            case "format":
                format_all(report, environment)
            case "bench":
                return bench(report, environment, arguments)
            case "test":
                if arguments:
                    report.skip("contrôles du code et des réglages", "make test sans ARGS, ou make lint")
                else:
                    check(report, environment)
                test(report, environment, arguments)
            case _:
                sys.exit(f"{command}: lint, format, bench ou test")
    return report.close()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def clean_environment() -> dict[str, str]:
    """The environment without any of this site's own variables: no test may meet a real database or mail server."""
    source = (ROOT / "ldnportal" / "settings.py").read_text(encoding="utf-8")
    own = set(re.findall(r'_(?:text|flag|number|words|days)\(\s*"([A-Z0-9_]+)"', source))
    own |= {"DJANGO_SETTINGS_MODULE", "PYTEST_ADDOPTS", "ARGS", "PORT", "HOST"}
    return {name: value for name, value in os.environ.items() if name not in own}


def module(name: str, *arguments: str) -> list[str]:
    # Never the scripts in .venv/bin: their first line breaks when the folder moves.
    return [sys.executable, "-m", name, *arguments]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def djade(*options: str) -> list[str]:
    # A program of its own, without a module to call.
    return [str(Path(sys.executable).parent / "djade"), "--target-version", "5.2", *options, *templates()]


def templates() -> list[str]:
    folders = [ROOT / "templates", *ROOT.glob("*/templates"), *ROOT.glob("ldnportal/*/templates")]
    return sorted(str(path.relative_to(ROOT)) for folder in folders for path in folder.rglob("*.html"))


def check(report: Report, environment: dict[str, str]) -> None:
    report.run("ruff check", module("ruff", "check", "."), environment)
    report.run("ruff format --check", module("ruff", "format", "--check", "."), environment)
    if templates():
        report.run("djade --check", djade("--check"), environment)
    documented = environment | documented_environment()
    sqlite = {name: value for name, value in documented.items() if name != "DATABASE_URL"}
    migrations = manage("makemigrations", "--check", "--dry-run")
    report.run("migrations complètes", migrations, sqlite)
    deploy = manage("check", "--deploy", "--fail-level", "WARNING")
    report.run("réglages de production (deploy/environment.example)", deploy, documented)


def documented_environment() -> dict[str, str]:
    """What deploy/environment.example sets, and the one secret that it leaves open."""
    lines = (ROOT / "deploy" / "environment.example").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    # The folder of an installed site; this run has one of its own.
    pairs.pop("DATA_DIR")
    return pairs | {"SECRET_KEY": secrets.token_urlsafe(64)}


def format_all(report: Report, environment: dict[str, str]) -> None:
    report.run("ruff check --fix", module("ruff", "check", "--fix", "."), environment)
    report.run("ruff format", module("ruff", "format", "."), environment)
    if templates():
        # Its exit code says only whether it changed something, which is what was asked for.
        subprocess.run(djade(), cwd=ROOT, env=environment, check=False)


def test(report: Report, environment: dict[str, str], arguments: list[str]) -> None:
    markers = ["not benchmark"]
    chromium = find_chromium()
    if chromium:
        environment = environment | {"CHROMIUM": chromium}
    else:
        markers.append("not browser")
        report.skip("tests dans un navigateur", "apt-get install chromium, ou CHROMIUM=/chemin/vers/chromium")
    install_tools(report, environment)

    def pytest(*more: str) -> list[str]:
        return module("pytest", "-n", "2", "-m", " and ".join([*markers, *more]), *arguments)

    report.run("tests sur SQLite", pytest(), environment)
    binaries = find_binaries()
    if binaries is None:
        report.skip("tests sur PostgreSQL", "apt-get install postgresql (il n'a pas besoin de tourner)")
        return
    with postgres_of_this_run(report, binaries) as url:
        if url:
            # How a page looks and answers to keys does not hang on the database: the journeys are enough.
            command = pytest("(not browser or journey)", "not one_database")
            report.run("tests sur PostgreSQL", command, environment | {"DATABASE_URL": url})


@contextmanager
def postgres_of_this_run(report: Report, binaries: Path, **configuration: str) -> Iterator[str | None]:
    try:
        with throwaway_postgres(binaries, **configuration) as url:
            yield url
    except RuntimeError as error:
        say(str(error))
        report.add(f"PostgreSQL jetable ({binaries})", passed=False, seconds=0)


def find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM", "").strip()
    if named:
        return named
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def install_tools(report: Report, environment: dict[str, str]) -> None:
    """Brings tests/tools/node_modules up to date with package.json, which pins exact versions."""
    what = "validation du HTML (html-validate)"
    wanted = (TOOLS / "package.json").read_text(encoding="utf-8")
    stamp = TOOLS / "node_modules" / ".installed-package.json"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    npm = shutil.which("npm")
    if npm is None:
        report.skip(what, "apt-get install npm (Node.js 20.19 ou plus récent)")
        return
    say("\n=== Outils de npm pour les tests")
    command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    if subprocess.run(command, cwd=TOOLS, env=environment, check=False).returncode:
        report.skip(what, "npm install a échoué (ci-dessus) : vérifiez la connexion au réseau")
        return
    stamp.write_text(wanted, encoding="utf-8")


def bench(report: Report, environment: dict[str, str], arguments: list[str]) -> int:
    chromium = find_chromium()
    if chromium:
        environment = environment | {"CHROMIUM": chromium}
    command = module("pytest", "-m", "benchmark", "-s", "tests/benchmarks", *arguments)
    code = report.run("mesures sur SQLite", command, environment)
    if code == PYTEST_FOUND_NO_TEST:
        say("\nIl n'y a pas de mesure à faire" + (" sous ce nom." if arguments else " pour le moment."))
        return 0
    binaries = find_binaries()
    if binaries is None:
        report.skip("mesures sur PostgreSQL", "apt-get install postgresql (il n'a pas besoin de tourner)")
        return report.close()
    # A million comments are some three gigabytes. PostgreSQL's manual advises a quarter of the memory; its default is
    # made for machines that have next to none.
    with postgres_of_this_run(report, binaries, shared_buffers="1GB") as url:
        if url:
            # None at all: what was measured above touches no database.
            fine = (0, PYTEST_FOUND_NO_TEST)
            report.run("mesures sur PostgreSQL", command, environment | {"DATABASE_URL": url}, fine=fine)
    return report.close()


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:2] or ["test"]))
    except KeyboardInterrupt:
        sys.exit("\nInterrompu.")
