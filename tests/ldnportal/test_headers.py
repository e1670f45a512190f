"""What every answer carries, and what is refused before it reaches a view."""

import pytest
from django.test import Client

from tests.factories import make_article

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", ["/", "/articles/", "/nowhere/", "/admin/login/", "/healthz"])
def test_every_page_has_the_security_headers(client, path):
    response = client.get(path)
    assert {
        name: response.headers.get(name)
        for name in (
            "Content-Security-Policy",
            "Cross-Origin-Opener-Policy",
            "Cross-Origin-Resource-Policy",
            "X-Content-Type-Options",
            "X-Frame-Options",
        )
    } == {
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


@pytest.mark.parametrize("path", ["/", "/articles/", "/articles/article-1/", "/nowhere/"])
def test_a_page_for_readers_sets_no_cookie(client, path):
    make_article(slug="article-1")
    assert dict(client.get(path).cookies) == {}


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-origin", 302), ("none", 302), (None, 302)]
)
def test_a_form_sent_by_another_site_is_refused(client, site, status):
    headers = {} if site is None else {"Sec-Fetch-Site": site}
    response = client.post("/admin/", headers=headers)
    assert response.status_code == status


@pytest.mark.parametrize(
    ("proxies", "sender", "forwarded", "seen"),
    [
        ([], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (["10.0.0.0/8"], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
    ],
)
def test_a_forwarded_address_is_believed_from_trusted_proxies_only(
    settings, rf, proxies, sender, forwarded, seen
):
    from ldnportal.pages.middleware import trusted_proxies

    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR=sender, HTTP_X_FORWARDED_FOR=forwarded)
    assert trusted_proxies(lambda request: request.META["REMOTE_ADDR"])(request) == seen


def test_a_forwarded_scheme_from_a_stranger_is_dropped(rf):
    from ldnportal.pages.middleware import trusted_proxies

    request = rf.get("/", REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_PROTO="https")
    assert trusted_proxies(lambda request: "HTTP_X_FORWARDED_PROTO" in request.META)(request) is False


def test_the_csrf_token_is_asked_for_even_so():
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert response.status_code == 403
