"""
One look at one address of another site: whether it answers, and what.

Bounded in every respect: time, redirects, bytes (the body is never read). Addresses inside our own network are
refused at each step, and the connection goes to the very address that was examined, so that no name can lead a look
astray (SSRF, DNS rebinding). The environment's proxies are not used.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from articles.models import Link

TIMEOUT_SECONDS = 10.0
MAX_REDIRECTS = 5
# Between two looks at one site.
DELAY_SECONDS = 1.0

_PERMANENT = frozenset([301, 308])
_REDIRECTS = frozenset([301, 302, 303, 307, 308])
# Answers of sites that serve people and not programs, or not now; 999 is LinkedIn's.
_UNCLEAR = frozenset([401, 403, 407, 418, 429, 451, 999])
_GONE = frozenset([404, 410])

# They carry another address inside: 64:ff9b::7f00:1 is 127.0.0.1 behind a translator.
_EMBEDDING = [
    ipaddress.ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
]


class Refused(Exception):
    """The address may not be looked at; the message says why."""


@dataclass(frozen=True)
class Outcome:
    """``status`` is one of ``Link.Status``; ``error`` a sentence for editors, empty if all is well."""

    status: str
    http_status: int | None = None
    moved_to: str = ""
    error: str = ""


@dataclass
class Checker:
    """Looks at links one after the other, with a pause between two of one site; stops asking one that says «later»."""

    timeout: float = TIMEOUT_SECONDS
    delay: float = DELAY_SECONDS
    _last: dict[str, float] = field(default_factory=dict)
    _later: set[str] = field(default_factory=set)

    def check_all(self, links: Iterable[Link]) -> Iterator[Link]:
        """Each link with what was found stored in it; those of a site that asks for patience are left for later."""
        for link in links:
            host = _host(link.url)
            if host in self._later:
                continue
            self._wait_for(host)
            self.check(link)
            self._last[host] = time.monotonic()
            if link.http_status == 429:
                self._later.add(host)
            yield link

    def check(self, link: Link) -> None:
        found = look(link.url, timeout=self.timeout)
        link.note(found.status, http_status=found.http_status, moved_to=found.moved_to, error=found.error)

    def _wait_for(self, host: str) -> None:
        last = self._last.get(host)
        if last is not None:
            time.sleep(max(0.0, last + self.delay - time.monotonic()))


def look(url: str, *, timeout: float = TIMEOUT_SECONDS) -> Outcome:
    """Asks for the head, and for the page itself if the head is refused; follows redirects. Never raises."""
    deadline = time.monotonic() + timeout
    try:
        return _follow(url, deadline)
    except Refused as refusal:
        return Outcome(Link.Status.REFUSED, error=str(refusal))
    except (OSError, http.client.HTTPException) as error:
        late = isinstance(error, TimeoutError) or time.monotonic() >= deadline
        message = _late(timeout) if late else _in_words(error, url)
        return Outcome(Link.Status.UNREACHABLE, error=message)


def _late(timeout: float) -> str:
    return _("No answer within %(seconds)d seconds.") % {"seconds": max(1, round(timeout))}


def _in_words(error: OSError | http.client.HTTPException, url: str) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return _("The site’s certificate is not valid: %(problem)s.") % {"problem": error.verify_message}
        case socket.gaierror():
            return _("No site has the name «%(host)s».") % {"host": _host(url)}
        case ConnectionRefusedError():
            return _("The site refuses the connection.")
        case ConnectionError() | http.client.IncompleteRead():
            return _("The site cut the connection off.")
        case http.client.HTTPException():
            return _("The site’s answer cannot be read.")
    return _("The connection failed: %(problem)s.") % {"problem": error.strerror or type(error).__name__}


def _follow(url: str, deadline: float) -> Outcome:
    seen: list[str] = []
    moved_to, moved_for_good = "", True
    while True:
        seen.append(url)
        status, location = _ask(url, deadline)
        if status not in _REDIRECTS or not location:
            return _judged(status, moved_to)
        target = urljoin(url, location)
        if target in seen:
            return Outcome(Link.Status.BROKEN, status, error=_("The address leads round in a circle."))
        if len(seen) > MAX_REDIRECTS:
            message = _("The address leads on more than %(count)d times.") % {"count": MAX_REDIRECTS}
            return Outcome(Link.Status.BROKEN, status, error=message)
        moved_for_good = moved_for_good and status in _PERMANENT
        if moved_for_good:
            moved_to = target
        url = target


def _judged(status: int, moved_to: str) -> Outcome:
    code = {"code": status}
    if status in _GONE:
        return Outcome(
            Link.Status.BROKEN, status, error=_("The page is not there any more (%(code)d).") % code
        )
    if status in _UNCLEAR:
        return Outcome(
            Link.Status.UNCLEAR, status, error=_("The site does not answer to programs (%(code)d).") % code
        )
    if status >= 500:
        return Outcome(
            Link.Status.UNREACHABLE, status, error=_("The site has an error of its own (%(code)d).") % code
        )
    if status >= 400:
        return Outcome(Link.Status.BROKEN, status, error=_("The site refuses the address (%(code)d).") % code)
    if moved_to:
        return Outcome(Link.Status.MOVED, status, moved_to=moved_to)
    return Outcome(Link.Status.OK, status)


def _ask(url: str, deadline: float) -> tuple[int, str]:
    """The answer's code and where it redirects to. HEAD, then GET: some servers answer the first with an error."""
    parts = _parts(url)
    status, location = _request("HEAD", parts, deadline)
    if status >= 400 and status != 429:
        status, location = _request("GET", parts, deadline)
    return status, location


def _request(method: str, parts: SplitResult, deadline: float) -> tuple[int, str]:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]") if parts.query else ""
    )
    address = _public_address(parts)
    with _connected(parts, address, deadline) as connection:
        connection.request(
            method,
            path,
            headers={
                "User-Agent": f"ldnportal-links/1.0 (+{settings.SITE_URL})",
                "Accept": "text/html,*/*;q=0.5",
                "Accept-Encoding": "identity",
                "Connection": "close",
            },
        )
        response = connection.getresponse()
        # Headers are read as Latin-1; those that are not ASCII are UTF-8 in practice.
        location = (
            response.headers.get("Location", "").encode("latin-1", "replace").decode("utf-8", "replace")
        )
        return response.status, location.strip().replace(" ", "%20")


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError as error:
        raise Refused(_("This is no address: correct it.")) from error
    if parts.scheme not in {"http", "https"}:
        raise Refused(_("Only http and https addresses are looked at."))
    if not parts.hostname or parts.username is not None or any(ord(each) < 33 for each in url):
        raise Refused(_("This is no address: correct it."))
    return parts


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _public_address(parts: SplitResult) -> tuple[str, int]:
    """An IP address of the host; all of them must be public. ``LINK_CHECKS_MAY_BE_PRIVATE`` is for tests."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        host = parts.hostname.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise Refused(_("This is no address: correct it.")) from error
    found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not getattr(settings, "LINK_CHECKS_MAY_BE_PRIVATE", False) and not all(map(is_public, found)):
        raise Refused(_("The address leads into a private network."))
    return found[0], port


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    embeds = ip.version == 6 and any(ip in network for network in _EMBEDDING)
    return ip.is_global and not ip.is_multicast and not embeds


@contextmanager
def _connected(
    parts: SplitResult, address: tuple[str, int], deadline: float
) -> Iterator[http.client.HTTPConnection]:
    """A connection to this very IP address. At the deadline it is cut, whatever trickles in until then."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection = http.client.HTTPConnection(parts.netloc, timeout=left)
    connection.sock = socket.create_connection(address, timeout=left)
    cut = threading.Timer(deadline - time.monotonic(), _cut_off, [connection])
    cut.daemon = True
    cut.start()
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context()
            # Not at once: the timer has to reach the socket while hands are shaken.
            connection.sock = context.wrap_socket(
                connection.sock, server_hostname=parts.hostname, do_handshake_on_connect=False
            )
            connection.sock.do_handshake()
        yield connection
    finally:
        cut.cancel()
        connection.close()


def _cut_off(connection: http.client.HTTPConnection) -> None:
    try:
        # The plain socket's: TLS would take itself down first, under the feet of who is reading.
        socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
    except (OSError, TypeError):
        # It is closed already.
        return
