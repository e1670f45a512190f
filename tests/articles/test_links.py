"""Looking at links to other sites, against a real server on the loopback address."""

import io
import socket
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from articles import links
from articles.links import Checker, is_public, look
from articles.models import Link, LinkUse
from tests.factories import make_article, make_user


class Site(BaseHTTPRequestHandler):
    """Answers as the path says: /200, /301?to=/200, /no-head …"""

    def do_HEAD(self) -> None:
        self.server.asked.append((self.command, self.path, time.monotonic()))
        self.server.agents.append(self.headers["User-Agent"])
        path, _mark, target = self.path.partition("?to=")
        match path.split("/"):
            case ["", "no-head"]:
                self.send_response(405 if self.command == "HEAD" else 200)
            case ["", "circle-a"]:
                self.send_response(302)
                self.send_header("Location", "/circle-b")
            case ["", "circle-b"]:
                self.send_response(302)
                self.send_header("Location", "/circle-a")
            case ["", "endless", number]:
                self.send_response(302)
                self.send_header("Location", f"/endless/{int(number) + 1}")
            case ["", "slow"]:
                self.server.ended.wait(10)
                self.send_response(200)
            case ["", "trickle"]:
                while not self.server.ended.wait(0.02):
                    self.wfile.write(b"H")
                return
            case ["", "huge"]:
                self.send_response(405 if self.command == "HEAD" else 200)
                self.end_headers()
                self._send_without_end()
                return
            case ["", "nonsense"]:
                self.wfile.write(b"220 smtp.example ready\r\n")
                return
            case ["", "hang-up"]:
                return
            case ["", code]:
                self.send_response(int(code))
                if target:
                    self.send_header("Location", target)
        self.end_headers()

    do_GET = do_HEAD

    def _send_without_end(self) -> None:
        try:
            while not self.server.ended.is_set():
                self.wfile.write(b"x" * 65536)
                self.server.sent += 65536
        except OSError:
            return

    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def site(settings):
    settings.LINK_CHECKS_MAY_BE_PRIVATE = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    server.asked, server.agents, server.ended, server.sent = [], [], threading.Event(), 0
    server.home = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.ended.set()
    server.shutdown()
    thread.join()
    server.server_close()


def methods(site) -> list[str]:
    return [method for method, _path, _at in site.asked]


@pytest.mark.parametrize(
    ("path", "status", "code", "asked"),
    [
        ("/200", "ok", 200, ["HEAD"]),
        ("/204", "ok", 204, ["HEAD"]),
        ("/302?to=/200", "ok", 200, ["HEAD", "HEAD"]),
        ("/301?to=/200", "moved", 200, ["HEAD", "HEAD"]),
        ("/308?to=/200", "moved", 200, ["HEAD", "HEAD"]),
        ("/no-head", "ok", 200, ["HEAD", "GET"]),
        ("/404", "broken", 404, ["HEAD", "GET"]),
        ("/410", "broken", 410, ["HEAD", "GET"]),
        ("/400", "broken", 400, ["HEAD", "GET"]),
        ("/301?to=/404", "broken", 404, ["HEAD", "HEAD", "GET"]),
        ("/403", "unclear", 403, ["HEAD", "GET"]),
        ("/429", "unclear", 429, ["HEAD"]),
        ("/500", "unreachable", 500, ["HEAD", "GET"]),
        ("/circle-a", "broken", 302, ["HEAD", "HEAD"]),
        ("/endless/1", "broken", 302, ["HEAD"] * 6),
        ("/302?to=ftp://example.org/", "refused", None, ["HEAD"]),
        ("/nonsense", "unreachable", None, ["HEAD"]),
        ("/hang-up", "unreachable", None, ["HEAD"]),
    ],
)
def test_a_look_tells_what_a_site_answers(site, path, status, code, asked):
    found = look(site.home + path)
    assert (found.status, found.http_status, methods(site)) == (status, code, asked)


def test_a_page_that_has_moved_for_good_says_where_to(site):
    found = look(f"{site.home}/301?to={site.home}/302?to=/200")
    assert (found.status, found.moved_to) == ("moved", f"{site.home}/302?to=/200")


def test_a_look_says_who_is_looking(site, settings):
    look(f"{site.home}/200")
    assert site.agents == [f"ldnportal-links/1.0 (+{settings.SITE_URL})"]


@pytest.mark.parametrize("path", ["/slow", "/trickle"])
def test_a_site_that_takes_too_long_is_given_up(site, path):
    began = time.monotonic()
    found = look(site.home + path, timeout=0.4)
    assert (found.status, found.http_status, time.monotonic() - began < 5) == ("unreachable", None, True)


def test_the_body_of_a_page_is_not_read(site):
    found = look(f"{site.home}/huge")
    site.ended.set()
    assert (found.status, site.sent < 20_000_000) == ("ok", True)


def test_a_site_that_does_not_listen_is_unreachable(settings):
    settings.LINK_CHECKS_MAY_BE_PRIVATE = True
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    found = look(f"http://127.0.0.1:{port}/")
    assert found.status == "unreachable"


def test_a_certificate_is_asked_for(site):
    found = look(site.home.replace("http:", "https:") + "/200", timeout=2)
    assert (found.status, methods(site)) == ("unreachable", [])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "mailto:a@example.org",
        "http://",
        "http://[::1",
        "http://example.org:99999/",
        "http://user@example.org/",
        "http://exa mple.org/",
        "http://" + "a" * 64 + ".example/",
        "/articles/",
        "",
    ],
)
def test_what_is_no_address_of_a_site_is_refused(url):
    found = look(url)
    assert (found.status, found.error != "") == ("refused", True)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "10.0.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "2130706433",
    ],
)
def test_a_private_address_is_refused(host):
    assert look(f"http://{host}/").status == "refused"


def test_a_redirect_into_the_private_network_is_refused(site, settings, monkeypatch):
    # The server of this test stands for the internet.
    monkeypatch.setattr(links, "is_public", lambda address: address == "127.0.0.1")
    settings.LINK_CHECKS_MAY_BE_PRIVATE = False
    found = look(f"{site.home}/302?to=http://10.0.0.1/")
    assert (found.status, methods(site)) == ("refused", ["HEAD"])


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("ff02::1", False),
    ],
)
def test_only_addresses_of_the_internet_are_public(address, public):
    assert is_public(address) is public


# --- what is kept ----------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def linking(*urls: str, **kwargs):
    article = make_article(publish=False, **kwargs)
    body = "".join(f'<p>Voir <a href="{url}">la page {n}</a>.</p>' for n, url in enumerate(urls))
    article.sections.update(body=body)
    article.record(by=None)
    return article


def run(**options) -> str:
    out = io.StringIO()
    call_command("check_links", delay=0, stdout=out, **options)
    return out.getvalue()


def test_links_are_collected_from_texts_and_sources():
    article = linking("https://a.example/1")
    article.sources.create(key="s1", title="Une étude", url="https://b.example/", doi="10.1000/182")
    article.record(by=None)
    Link.objects.collect()
    uses = LinkUse.objects.order_by("pk").values_list(
        "link__url", "place", "where", "text", "in_draft", "live"
    )
    assert set(uses) == {
        ("https://a.example/1", "/article/sections/0/body", "Une section", "la page 0", True, False),
        ("https://b.example/", "/article/sources/0/url", "Sources", "Une étude", True, False),
        ("https://doi.org/10.1000/182", "/article/sources/0/doi", "Sources", "Une étude", True, False),
    }


def test_what_readers_still_see_is_collected_beside_the_draft():
    article = linking("https://a.example/old", "https://a.example/both")
    article.publish(by=None)
    article.sections.update(body='<p><a href="https://a.example/both">la page 1</a></p>')
    article.record(by=None)
    Link.objects.collect()
    uses = LinkUse.objects.values_list("link__url", "in_draft", "live")
    assert set(uses) == {("https://a.example/old", False, True), ("https://a.example/both", True, True)}


def test_collecting_again_changes_nothing():
    linking("https://a.example/1", "https://a.example/2").publish(by=None)
    Link.objects.collect()
    before = list(LinkUse.objects.values_list("pk", "link"))
    Link.objects.collect()
    assert list(LinkUse.objects.values_list("pk", "link")) == before


def test_a_link_that_stands_nowhere_any_more_is_forgotten_unless_somebody_decided_on_it():
    article = linking("https://a.example/1", "https://a.example/2")
    Link.objects.collect()
    Link.objects.get(url="https://a.example/2").ignore(by=make_user("cleo"), because="Réservé aux abonnés.")
    article.sections.update(body="<p>Rien.</p>")
    article.record(by=None)
    Link.objects.collect()
    assert list(Link.objects.values_list("url", flat=True)) == ["https://a.example/2"]


def test_our_own_pages_are_no_links_to_other_sites(settings):
    linking(f"{settings.SITE_URL}/articles/", "/articles/", "#partie-a0000001")
    Link.objects.collect()
    assert Link.objects.count() == 0


def test_the_command_looks_at_each_address_once(site):
    linking(f"{site.home}/200", f"{site.home}/404", f"{site.home}/200")
    out = run()
    found = dict(Link.objects.values_list("url", "status"))
    assert found == {f"{site.home}/200": "ok", f"{site.home}/404": "broken"}
    assert "2" in out and Counter(path for _method, path, _at in site.asked)["/200"] == 1


def test_a_good_answer_holds_for_some_days_and_a_failure_is_looked_at_again(site):
    linking(f"{site.home}/200", f"{site.home}/404")
    run()
    first = Link.objects.get(url=f"{site.home}/404").first_failed_at
    site.asked.clear()
    run()
    assert (
        {path for _method, path, _at in site.asked},
        Link.objects.get(status="broken").first_failed_at,
    ) == (
        {"/404"},
        first,
    )


def test_a_link_that_is_let_be_is_not_looked_at(site):
    linking(f"{site.home}/404")
    Link.objects.collect()
    Link.objects.get().ignore(by=make_user("cleo"), because="Réservé aux abonnés.")
    run()
    assert (site.asked, Link.objects.failing().count()) == ([], 0)


def test_the_command_looks_at_no_more_than_it_may(site):
    linking(*(f"{site.home}/200?{number}" for number in range(5)))
    run(limit=2)
    assert (len(site.asked), Link.objects.filter(checked_at=None).count()) == (2, 3)


def test_between_two_looks_at_one_site_there_is_a_pause(site):
    linking(f"{site.home}/200", f"{site.home}/204")
    Link.objects.collect()
    list(Checker(delay=0.2).check_all(Link.objects.all()))
    first, second = [at for _method, _path, at in site.asked]
    assert second - first >= 0.2


def test_a_site_that_asks_for_patience_is_left_alone_for_this_time(site):
    linking(f"{site.home}/429", f"{site.home}/500")
    run()
    assert [path for _method, path, _at in site.asked] == ["/429"]


def test_a_link_that_answers_again_fails_no_longer():
    link = Link.objects.create(url="https://a.example/", digest="x")
    link.note(Link.Status.BROKEN, http_status=404)
    since = link.first_failed_at
    link.note(Link.Status.UNREACHABLE)
    assert link.first_failed_at == since
    link.note(Link.Status.OK, http_status=200)
    assert Link.objects.get().first_failed_at is None


def test_the_database_refuses_a_failure_without_its_date():
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.create(url="https://a.example/", digest="x", status="broken")
    assert Link.objects.count() == 0


def test_what_readers_meet_comes_first_then_what_has_failed_for_longest(site):
    linking(f"{site.home}/404?draft")
    linking(f"{site.home}/404?live").publish(by=None)
    linking(f"{site.home}/404?draft-too")
    run()
    assert [link.url.partition("?")[2] for link in Link.objects.failing().worst_first()] == [
        "live",
        "draft",
        "draft-too",
    ]
