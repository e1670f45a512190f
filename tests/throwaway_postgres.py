"""A PostgreSQL server that exists for one run of the tests: no port, no password, nothing left behind."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# PostgreSQL refuses to run as root: then it runs as the first of these that the machine knows.
UNPRIVILEGED = ("postgres", "nobody")
# For speed: what a power cut would lose here, nobody misses.
CONFIGURATION = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
}
SECONDS_TO_START = 30


def find_binaries() -> Path | None:
    """The folder that holds initdb and postgres; Debian keeps it off the PATH, one for each version."""
    folders = [Path(folder) for folder in os.get_exec_path()]
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(versions, key=lambda folder: folder.parent.name.zfill(4), reverse=True)
    for folder in folders:
        if os.access(folder / "initdb", os.X_OK) and os.access(folder / "postgres", os.X_OK):
            return folder
    return None


@contextmanager
def throwaway_postgres(binaries: Path, **configuration: str) -> Iterator[str]:
    """Starts a server in a temporary folder and yields its DATABASE_URL; whatever happens, both go."""
    # Not in TMPDIR: the path of a Unix socket must stay under 108 bytes.
    folder = Path(tempfile.mkdtemp(prefix="ldn-pg-", dir="/tmp"))
    server = None
    try:
        as_user = unprivileged_user()
        if as_user:
            os.chown(folder, as_user["user"], as_user["group"])
        # A session of its own: Ctrl-C goes to pytest first, the server is stopped once its clients are gone.
        options = {"cwd": folder, "start_new_session": True, "stdin": subprocess.DEVNULL, **as_user}
        with open(folder / "log", "wb") as log:
            options |= {"stdout": log, "stderr": log}
            initdb = [binaries / "initdb", "--pgdata", folder / "data", "--username", "ldnportal"]
            initdb += ["--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
            if subprocess.run(initdb, check=False, **options).returncode:
                raise failure("initdb", folder)
            postgres = [binaries / "postgres", "-D", folder / "data", "-k", folder]
            wanted = CONFIGURATION | configuration
            postgres += [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")]
            server = subprocess.Popen(postgres, **options)
        wait_until_ready(server, folder)
        yield f"postgresql://ldnportal@/postgres?host={folder}"
    finally:
        if server:
            # SIGQUIT: at once, without writing anything more.
            server.send_signal(signal.SIGQUIT)
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def unprivileged_user() -> dict:
    if os.geteuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise RuntimeError(f"PostgreSQL cannot run as root, and none of {UNPRIVILEGED} exists here.")


def wait_until_ready(server: subprocess.Popen, folder: Path) -> None:
    # The last line of this file says how far the server is: "ready" once it takes connections.
    status = folder / "data" / "postmaster.pid"
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        if status.exists() and status.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.02)
    raise failure("postgres", folder)


def failure(program: str, folder: Path) -> RuntimeError:
    return RuntimeError(f"{program} did not start:\n{(folder / 'log').read_text(errors='replace')[-2000:]}")
