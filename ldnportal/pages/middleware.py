"""What every answer passes through: one function a concern."""

import ipaddress
import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ldnportal.pages.csp import build_policy

GetResponse = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger("ldnportal.request")


def request_log(get_response: GetResponse) -> GetResponse:
    """One line a request, naming the route instead of the path: a path can hold a reader's private token."""

    def middleware(request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        logger.log(
            logging.ERROR if response.status_code >= 500 else logging.INFO,
            "request",
            extra={
                "method": request.method,
                "route": match.view_name if match else "",
                "status": response.status_code,
                "ms": round((time.perf_counter() - start) * 1000, 1),
            },
        )
        return response

    def process_exception(request: HttpRequest, exception: Exception) -> None:
        # In place of django.request's own line, which names the raw path. An answer of 4xx is no failure.
        if isinstance(exception, Http404 | PermissionDenied | BadRequest | SuspiciousOperation):
            return
        logger.error("exception", exc_info=exception, extra={"route": request.resolver_match.view_name})

    middleware.process_exception = process_exception
    return middleware


def trusted_proxies(get_response: GetResponse) -> GetResponse:
    """
    Believes ``X-Forwarded-For`` and ``X-Forwarded-Proto`` from ``TRUSTED_PROXIES`` only.

    From a trusted proxy REMOTE_ADDR becomes the nearest address that is not itself a trusted proxy; from
    anybody else the headers are dropped, since a reader could write anything into them.
    """
    networks = [ipaddress.ip_network(each, strict=False) for each in settings.TRUSTED_PROXIES]

    def is_trusted(address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in networks)

    def middleware(request: HttpRequest) -> HttpResponse:
        meta = request.META
        if is_trusted(meta.get("REMOTE_ADDR", "")):
            hops = [hop.strip() for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
            while hops and is_trusted(hops[-1]):
                hops.pop()
            if hops:
                meta["REMOTE_ADDR"] = hops[-1]
        else:
            for name in ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"):
                meta.pop(name, None)
        return get_response(request)

    return middleware


def security_headers(get_response: GetResponse) -> GetResponse:
    """The headers that Django 5.2 does not set by itself."""
    headers = {
        "Content-Security-Policy": build_policy(settings.SECURE_CSP),
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    }

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def refuse_cross_site_posts(get_response: GetResponse) -> GetResponse:
    """
    Refuses what a page of another site sends, with or without a session (OWASP: Fetch Metadata).

    Readers comment without an account, so Django's CSRF token alone protects nobody's session there.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            request.method not in {"GET", "HEAD", "OPTIONS"}
            and request.headers.get("Sec-Fetch-Site") == "cross-site"
        ):
            return render(request, "403.html", status=403)
        return get_response(request)

    return middleware
