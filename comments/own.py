"""
What this browser posted: a cookie with the private tokens, so that its own waiting comments can be shown in place.

Readers who only read never have it.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.db.models import F, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from articles.models import Article
from comments.models import Comment, OwnerToken, Revision, Status

# The prefix makes browsers refuse such a cookie from anything but this host over HTTPS.
COOKIE = "__Host-commentaires" if settings.HTTPS else "commentaires"
MAX_TOKENS = 20
# Longer than moderation takes; afterwards the comment is public or its private page says why not.
LIFETIME = 7 * 24 * 3600

# What its author sees in its place and nobody else does. A refused one says so there, since no mail does.
SHOWN = (Status.PENDING, Status.CHANGES_REQUESTED, Status.REJECTED)


def tokens(request: HttpRequest) -> list[str]:
    """The newest first."""
    found = request.COOKIES.get(COOKIE, "").split(".")
    return [token for token in found if re.fullmatch(r"[A-Za-z0-9_-]{22}", token)][:MAX_TOKENS]


def waiting(request: HttpRequest, article: Article) -> list[Comment]:
    """This browser's comments under the article that nobody else sees, each with ``own_token`` and ``own_html``."""
    by_digest = {OwnerToken.digest_of(token): token for token in tokens(request)}
    if not by_digest:
        return []
    latest = Revision.objects.filter(comment=OuterRef("pk")).order_by("-n")
    comments = list(
        Comment.objects.filter(article=article, owner_token__digest__in=by_digest, status__in=SHOWN)
        .annotate(digest=F("owner_token__digest"), own_html=Subquery(latest.values("html")[:1]))
        .order_by("path")
    )
    for comment in comments:
        comment.own_token = by_digest[comment.digest]
    return comments


def remember(request: HttpRequest, response: HttpResponse, token: str) -> None:
    _keep(response, [token, *(each for each in tokens(request) if each != token)][:MAX_TOKENS])


def forget(response: HttpResponse) -> None:
    """Leaves nothing of what was posted on this device."""
    response.delete_cookie(COOKIE, path="/", samesite="Lax")


def forget_one(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Leaves nothing of this one comment on this device."""
    kept = [each for each in tokens(request) if each != token]
    if kept:
        _keep(response, kept)
    else:
        forget(response)


def _keep(response: HttpResponse, tokens: list[str]) -> None:
    response.set_cookie(
        COOKIE,
        ".".join(tokens),
        max_age=LIFETIME,
        path="/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def not_cached(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a page that may hold somebody's waiting comment is kept by nobody, and never answers another."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
            if COOKIE in request.COOKIES:
                response.headers["Cache-Control"] = "private, no-store"
        return response

    return middleware
