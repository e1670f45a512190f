"""
The author's private page: where the comment stands, and the way to everything that its author can do.

Its address is the secret: 128 random bits that only the author has. That is also what protects the forms below it, so
they need no CSRF cookie; and with ``Referrer-Policy: no-referrer`` browsers send ``Origin: null``, which Django's
check would refuse. Posts that another site starts are refused by ``Sec-Fetch-Site`` before they come here.
"""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.defaults import page_not_found

from articles.models.version import texts_of
from comments import own, thread
from comments.models import Comment, Decision, OwnerToken, Restriction


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


def private_act(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that asks (GET) and does (POST)."""
    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(private(view)))


@require_safe
@private
def status(request: HttpRequest, token: str) -> HttpResponse:
    comment = owned(token)
    context = {
        "comment": comment,
        "article": comment.article,
        "texts": _texts(comment),
        "decisions": comment.decisions.told_to_author().prefetch_related("complaints"),
        "standing": comment.standing_decision,
        "contestable": comment.contestable(),
        "restriction": Restriction.objects.on_author_of(comment),
        "token": token,
        "address": request.build_absolute_uri(),
        "place": thread.address_of(comment) if comment.is_published and comment.article.is_readable else "",
        "asked": comment.asked_to_change,
        "may_edit": comment.may_edit,
        "can_withdraw": comment.can(Decision.Action.WITHDRAW),
        "remembered": token in own.tokens(request),
    }
    return render(request, "comments/status.html", context)


@csrf_exempt
@require_POST
@private
def forget(request: HttpRequest, token: str) -> HttpResponse:
    """Nothing of it stays on this device; the private page does, for who has its address."""
    comment = owned(token)
    article = comment.article
    response = redirect(
        f"{article.get_absolute_url()}#commentaires" if article.is_readable else "articles:list"
    )
    own.forget(response)
    return response


def owned(token: str) -> Comment:
    comments = Comment.objects.select_related(
        "article__published", "public_revision", "proposed_revision"
    ).defer(*texts_of("article__published"))
    return get_object_or_404(comments, owner_token__digest=OwnerToken.digest_of(token))


def not_possible(
    request: HttpRequest,
    token: str,
    *,
    title: str,
    why: str,
    text: str = "",
    status: int = 200,
    page: str = "comments:status",
) -> HttpResponse:
    """What was asked for cannot be done (any more); what was written for it can be copied."""
    context = {"title": title, "why": why, "text": text, "back": reverse(page, args=[token])}
    return render(request, "comments/not_possible.html", context, status=status)


def _texts(comment: Comment) -> dict[str, object]:
    """What readers see of it, and what only its author and the moderators do."""
    public = comment.public_revision if comment.is_published else None
    latest = comment.latest_revision
    return {"public": public, "own": latest if public is None or comment.proposed_revision_id else None}
