"""
What this browser posted: a cookie with the private tokens, so that its own waiting comments can be shown in place.

Readers who only read never have it.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.core import signing
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from articles.models import Article
from comments.models import Comment, OwnerToken, Revision, Status
from comments.models.comment import NAME_MAX_LENGTH

COOKIE = "__Host-commentaires" if settings.HTTPS else "commentaires"
MAX_TOKENS = 20
# Longer than moderation takes; afterwards the comment is public or its private page says why not.
LIFETIME = 7 * 24 * 3600
NAME_COOKIE = "pseudonyme"
NAME_LIFETIME = 365 * 24 * 3600
NAME_PATH = "/articles/"
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")

SHOWN = (Status.PENDING, Status.CHANGES_REQUESTED)


def tokens(request: HttpRequest) -> list[str]:
    return TOKEN.findall(request.COOKIES.get(COOKIE, ""))[:MAX_TOKENS]


def waiting(request: HttpRequest, article: Article) -> QuerySet[Comment]:
    """This browser's comments under the article that nobody else sees yet."""
    digests = [OwnerToken.digest_of(token) for token in tokens(request)]
    if not digests:
        return Comment.objects.none()
    return (
        Comment.objects.filter(article=article, owner_token__digest__in=digests, status__in=SHOWN)
        .prefetch_related(Prefetch("revisions", Revision.objects.order_by("n")))
        .order_by("path")
    )


def token_of(request: HttpRequest, comment: Comment) -> str:
    """The token in this browser's cookie that opens the comment's private page."""
    digest = comment.owner_token.digest
    return next((token for token in tokens(request) if OwnerToken.digest_of(token) == digest), "")


def remember(request: HttpRequest, response: HttpResponse, token: str) -> None:
    kept = [token, *(each for each in tokens(request) if each != token)][:MAX_TOKENS]
    _set(response, COOKIE, ".".join(kept), max_age=LIFETIME, path="/")


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Leaves nothing of what was posted on this device."""
    response.delete_cookie(COOKIE, path="/", samesite="Lax")
    response.delete_cookie(NAME_COOKIE, path=NAME_PATH, samesite="Lax")


def remember_name(response: HttpResponse, name: str) -> None:
    _set(response, NAME_COOKIE, signing.dumps(name, salt=NAME_COOKIE), max_age=NAME_LIFETIME, path=NAME_PATH)


def forget_name(response: HttpResponse) -> None:
    response.delete_cookie(NAME_COOKIE, path=NAME_PATH, samesite="Lax")


def remembered_name(request: HttpRequest) -> str:
    try:
        return str(signing.loads(request.COOKIES.get(NAME_COOKIE, ""), salt=NAME_COOKIE))[:NAME_MAX_LENGTH]
    except signing.BadSignature:
        return ""


def _set(response: HttpResponse, name: str, value: str, **kwargs) -> None:
    response.set_cookie(name, value, secure=settings.HTTPS, httponly=True, samesite="Lax", **kwargs)


def not_cached(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a page that may hold somebody's waiting comment is kept by nobody, and never answers another."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
            if tokens(request):
                response.headers["Cache-Control"] = "private, no-store"
        return response

    return middleware
