"""
The author's private page.

Its address is the secret: 128 random bits that only the author has. That is also what protects its two forms, so
they need no CSRF cookie; and with ``Referrer-Policy: no-referrer`` browsers send ``Origin: null``, which Django's
check would refuse. Posts that another site starts are refused by ``Sec-Fetch-Site`` before they come here.
"""

import contextlib
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.defaults import page_not_found

from comments import own, thread
from comments.models import Comment, OwnerToken, StaleDecision, Status


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Kept by nobody, found by no robot, named to no other site; also where there is nothing."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs) -> HttpResponse:
        try:
            response = view(request, **kwargs)
        except Http404 as error:
            response = page_not_found(request, error)
        patch_cache_control(response, private=True, no_store=True)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return answer


@require_safe
@private
def status(request: HttpRequest, token: str) -> HttpResponse:
    comment = _owned(token)
    context = {
        "comment": comment,
        "article": comment.article,
        "revision": comment.latest_revision,
        "decisions": comment.decisions.all(),
        "token": token,
        "address": request.build_absolute_uri(),
        "place": thread.address_of(comment) if comment.is_published and comment.article.is_readable else "",
        "can_withdraw": comment.status not in {Status.WITHDRAWN, Status.ERASED},
        "remembered": token in own.tokens(request),
    }
    return render(request, "comments/status.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    comment = _owned(token)
    if request.method == "POST":
        # Withdrawn or erased meanwhile, in another tab or by a second click: what was asked for is done.
        with contextlib.suppress(StaleDecision):
            comment.withdraw()
        return redirect("comments:status", token)
    context = {"comment": comment, "revision": comment.latest_revision, "token": token}
    return render(request, "comments/withdraw.html", context)


@csrf_exempt
@require_POST
@private
def forget(request: HttpRequest, token: str) -> HttpResponse:
    """Nothing of it stays on this device; the private page does, for who has its address."""
    comment = _owned(token)
    article = comment.article
    response = redirect(
        f"{article.get_absolute_url()}#commentaires" if article.is_readable else "articles:list"
    )
    own.forget(response)
    return response


def _owned(token: str) -> Comment:
    comments = Comment.objects.select_related("article__published").defer(
        "article__published__data", "article__published__html", "article__published__checks"
    )
    return get_object_or_404(comments, owner_token__digest=OwnerToken.digest_of(token))
