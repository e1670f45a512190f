"""The author takes the comment back, for a while or for good."""

import contextlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from comments import own
from comments.models import StaleDecision, Status
from comments.views.private import not_possible, owned, private_act


@private_act
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    comment = owned(token)
    if request.method == "POST":
        # Withdrawn or erased meanwhile, in another tab or by a second click: what was asked for is done.
        with contextlib.suppress(StaleDecision):
            comment.withdraw()
        return redirect("comments:status", token)
    if comment.status in {Status.WITHDRAWN, Status.ERASED}:
        return redirect("comments:status", token)
    return render(request, "comments/withdraw.html", {"comment": comment, "token": token})


@private_act
def unwithdraw(request: HttpRequest, token: str) -> HttpResponse:
    comment = owned(token)
    if comment.status not in {Status.WITHDRAWN, Status.ERASED}:
        # Undone already, by a second click.
        return redirect("comments:status", token)
    if request.method == "POST":
        try:
            comment.unwithdraw()
        except StaleDecision:
            comment = owned(token)
        else:
            return redirect("comments:status", token)
    if comment.unwithdrawable_until is None:
        return not_possible(
            request,
            token,
            title=_("This comment stays away"),
            why=_(
                "A withdrawal can be undone for one hour, and that hour is over. You may write a new comment; your "
                "text stands on the private page, to be copied, until you erase it."
            )
            if comment.status == Status.WITHDRAWN
            else _("It was erased: there is nothing left that could be shown again."),
            status=409 if request.method == "POST" else 200,
        )
    return render(request, "comments/unwithdraw.html", {"comment": comment, "token": token})


@private_act
def erase(request: HttpRequest, token: str) -> HttpResponse:
    comment = owned(token)
    if request.method == "POST":
        with contextlib.suppress(StaleDecision):
            comment.erase()
        response = redirect("comments:status", token)
        if token in own.tokens(request):
            own.forget_one(request, response, token)
        return response
    if comment.status == Status.ERASED:
        return redirect("comments:status", token)
    return render(request, "comments/erase.html", {"comment": comment, "token": token})
