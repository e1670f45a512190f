"""
A reader's whole way through the site as it is served, and then a search: his private links stand nowhere else.

The server is the one of `make run`, a process of its own with its sender beside it; the reader is a plain HTTP client
with a cookie jar. Looked through are what the processes wrote to the terminal, every file in DATA_DIR, the database
among them, every page that others read, and the mails to others.
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

ROOT = Path(__file__).parents[2]
FORM = "/articles/naltrexone-et-anxiete/commentaires/nouveau/"
PUBLIC = (
    "/",
    "/articles/",
    "/articles/naltrexone-et-anxiete/",
    "/articles/naltrexone-et-anxiete/commentaires/?ordre=recents",
    "/articles/naltrexone-et-anxiete/commentaires/flux.xml",
    "/flux/commentaires.xml",
    "/flux/articles.xml",
    "/sitemap.xml",
    "/confidentialite/",
)
# What a moderator does, with the site's own code: publish whatever waits.
PUBLISH = """
from pathlib import Path
from ldnportal.launch import set_environment
import os
set_environment(Path(os.environ["DATA_DIR"]), int(os.environ["PORT"]))
import django
django.setup()
from comments.models import Comment
from ldnportal.staff.models import User
moderator = User.objects.filter(is_superuser=True).first()
for comment in Comment.objects.waiting():
    comment.publish(by=moderator, revision=comment.revision_in_question)
"""


class Site:
    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.home, self.data, self.said = f"http://127.0.0.1:{port}", folder / "var", folder / "said"
        self.environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOST": "127.0.0.1"}
        self.environment |= {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
        self.environment |= {"PORT": str(port), "DATA_DIR": str(self.data), "DECISION_UNDO_MINUTES": "0"}
        with open(self.said, "wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ldnportal.launch"],
                cwd=ROOT,
                env=self.environment,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def moderate(self) -> None:
        subprocess.run([sys.executable, "-c", PUBLISH], cwd=ROOT, env=self.environment, check=True)

    def mails(self, address: str) -> list[str]:
        """The texts of the mails to this address, in the order in which they were sent."""
        found = []
        for path in sorted((self.data / "mail").glob("*"), key=lambda each: each.stat().st_mtime_ns):
            # Django writes mails one after another with a line between them.
            for part in re.split(rb"\n-{70,}\n", path.read_bytes()):
                mail = message_from_bytes(part, policy=policy.default)
                if mail["To"] == address:
                    found.append(mail.get_body(("plain",)).get_content())
        return found


class Reader:
    """A browser without pictures: it keeps cookies and follows redirects."""

    def __init__(self, site: Site) -> None:
        self.site, self.opener = site, build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        return self._ask(path, None)

    def post(self, path: str, **fields: str) -> str:
        return self._ask(path, urlencode(fields).encode())

    def _ask(self, path: str, body: bytes | None) -> str:
        try:
            with self.opener.open(self.site.home + path, body, timeout=20) as response:
                self.address = response.url
                return response.read().decode()
        except HTTPError as refused:
            self.address = refused.url
            return refused.read().decode()

    def comment(self, name: str, text: str, *, email: str, answer: str = "") -> str:
        """Posts, as slowly as a person; the token of the private page to which that leads."""
        path = f"{FORM}?reponse={answer}" if answer else FORM
        html = self.get(path)
        for _try in range(20):
            hidden = dict(re.findall(r'name="(\w+)" value="([^"]+)"', html))
            html = self.post(
                path,
                csrfmiddlewaretoken=hidden["csrfmiddlewaretoken"],
                ticket=hidden["ticket"],
                name=name,
                body=text,
                email=email,
                follow="each",
                consent="on",
                website="",
            )
            if found := re.search(r"/commentaires/suivi/([\w-]{22})/$", self.address):
                return found[1]
            time.sleep(0.5)
        raise AssertionError(html)


def until(state: Callable[[], object]) -> object:
    ends = time.monotonic() + 60
    while not (found := state()):
        assert time.monotonic() < ends
        time.sleep(0.1)
    return found


@pytest.fixture
def site(tmp_path) -> Iterator[Site]:
    started = Site(tmp_path)
    try:
        until(lambda: answers(started))
        yield started
    finally:
        started.process.terminate()
        started.process.wait(timeout=30)


def answers(site: Site) -> bool:
    try:
        return Reader(site).get("/readyz") != ""
    except OSError:
        return False


def test_private_links_stand_in_nobody_else_s_hands(site):
    ada, eve, anybody = Reader(site), Reader(site), Reader(site)
    hers = ada.comment("Ada", "Combien de temps avant de dormir mieux ?", email="ada@example.org")
    confirm = until(
        lambda: re.findall(r"/commentaires/courriel/([\w-]{22})/", "".join(site.mails("ada@example.org")))
    )[0]
    ada.post(f"/commentaires/courriel/{confirm}/")
    site.moderate()
    private = f"/commentaires/suivi/{hers}/"
    number = re.search(r"#commentaire-(\d+)", ada.get(private))[1]
    until(lambda: len(site.mails("ada@example.org")) == 2)
    his = eve.comment("Eve", "Trois semaines pour moi.", email="eve@example.org", answer=number)
    site.moderate()
    until(lambda: len(site.mails("ada@example.org")) == 3)

    for act in ("", "modifier/", "donnees/", "donnees.json", "retirer/", "contester/", "effacer/", "suivre/"):
        ada.get(private + act)
    ada.post(private + "modifier/", body="Et avec un café ?")
    ada.post(private + "retirer/")
    ada.post(private + "retirer/annuler/")
    ada.get(f"/commentaires/{number}/")

    secrets = [hers, his, confirm]
    others = {path: anybody.get(path) for path in PUBLIC}
    # What this very browser sees of a page that is public: never the other's link.
    others["to Eve"] = eve.get(PUBLIC[2])
    assert [path for path, html in others.items() for secret in secrets if secret in html] == []
    assert [
        secret for secret in (hers, confirm) for text in site.mails("eve@example.org") if secret in text
    ] == []
    assert [text for text in site.mails("ada@example.org") if his in text] == []
    # Her own mails have her own link, or all of this would look for nothing.
    assert hers in site.mails("ada@example.org")[-1]
    kept = {
        path: path.read_bytes()
        for path in site.data.rglob("*")
        if path.is_file() and "mail" not in path.parts
    }
    kept[site.said] = site.said.read_bytes()
    assert any(path.name.startswith("ldnportal.sqlite3") for path in kept)
    assert b'"comments:status"' in kept[site.said]
    assert [
        path.name for path, content in kept.items() for secret in secrets if secret.encode() in content
    ] == []
