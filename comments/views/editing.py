"""The author changes the text: before it is published, after, or because the moderators ask for it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from comments.models import Comment, StaleDecision, Status, TooManyTexts
from comments.own_forms import TextForm
from comments.views import personal
from comments.views.private import not_possible, owned, private_act


@private_act
def edit(request: HttpRequest, token: str) -> HttpResponse:
    comment = owned(token)
    if request.method != "POST":
        return (
            _page(request, token, comment, TextForm(comment=comment))
            if comment.may_edit
            else _too_late(request, token, comment)
        )
    form = TextForm(request.POST, comment=comment)
    if form.is_there_already:
        return redirect("comments:status", token)
    if not comment.may_edit:
        return _too_late(request, token, comment)
    if personal.is_to_be_masked(request):
        return _page(request, token, comment, form, notice=personal.mask(form))
    if not form.is_valid():
        return _page(request, token, comment, form, status=409 if form.was_overtaken else 422)
    question = personal.question(request, form)
    if question:
        return _page(request, token, comment, form, question=question, status=422)
    try:
        comment.edit(form.cleaned_data["body"])
    except StaleDecision:
        return _too_late(request, token, owned(token))
    except TooManyTexts:
        form.add_error(
            "body",
            _(
                "This comment was changed very often within a day. Your text is still here: copy it to keep it, and "
                "send it tomorrow."
            ),
        )
        return _page(request, token, comment, form, status=429)
    return redirect("comments:status", token)


def _page(
    request: HttpRequest,
    token: str,
    comment: Comment,
    form: TextForm,
    *,
    notice: str = "",
    question: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "comment": comment,
        "form": form,
        "token": token,
        "asked": comment.asked_to_change,
        "overtaken_by": form.latest if form.was_overtaken else None,
        "notice": notice,
        **(question or {}),
    }
    return render(request, "comments/edit.html", context, status=status)


def _too_late(request: HttpRequest, token: str, comment: Comment) -> HttpResponse:
    if comment.status == Status.PUBLISHED:
        why = _("The time in which a published comment can be changed is over. You can still withdraw it.")
    else:
        why = _("In its present state this comment cannot be changed; its private page says where it stands.")
    return not_possible(
        request,
        token,
        title=_("This comment cannot be changed"),
        why=why,
        text=request.POST.get("body", ""),
        status=409 if request.method == "POST" else 200,
    )
