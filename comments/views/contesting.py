"""An author, or who reported a comment, contests a decision of the moderators (DSA art. 20)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from comments.models import Comment, Complaint, Decision, Notice, StaleDecision
from comments.own_forms import ComplaintForm
from comments.views.private import not_possible, owned, private_act
from ldnportal.markup.sanitize import normalise_text


@private_act
def contest(request: HttpRequest, token: str) -> HttpResponse:
    """``?decision=<id>`` names the decision; without it the latest that can be contested."""
    comment = owned(token)
    decision = _named(request, comment)
    if decision is None:
        return _not_contestable(request, token, comment)
    form = ComplaintForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            comment.contest(decision, form.cleaned_data["text"])
        except StaleDecision:
            return _not_contestable(request, token, owned(token))
        return redirect("comments:status", token)
    context = {"comment": comment, "decision": decision, "form": form, "token": token}
    return render(request, "comments/contest.html", context, status=422 if form.is_bound else 200)


@private_act
def contest_notice(request: HttpRequest, token: str) -> HttpResponse:
    """That the reported comment stays public."""
    notice = get_object_or_404(
        Notice.objects.select_related("decision", "comment"), digest=Notice.digest_of(token)
    )
    decision = notice.contestable
    if decision is None:
        return _nothing_left(request, token, notice)
    form = ComplaintForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            notice.contest(decision, form.cleaned_data["text"])
        except StaleDecision:
            return _nothing_left(request, token, notice)
        return redirect("comments:notice", token)
    context = {"notice": notice, "decision": decision, "form": form, "token": token}
    return render(request, "comments/contest_notice.html", context, status=422 if form.is_bound else 200)


def _named(request: HttpRequest, comment: Comment) -> Decision | None:
    number = request.GET.get("decision", "")
    possible = comment.contestable()
    if not number:
        return possible[0] if possible else None
    return next((each for each in possible if str(each.pk) == number), None)


def _not_contestable(request: HttpRequest, token: str, comment: Comment) -> HttpResponse:
    text = normalise_text(request.POST.get("text", ""))
    # Sent a second time, by a double click: it is there.
    mine = Complaint.objects.filter(decision__comment=comment, by=Complaint.By.AUTHOR, text=text)
    if text and mine.exists():
        return redirect("comments:status", token)
    return not_possible(
        request,
        token,
        title=_("There is nothing to contest here"),
        why=_(
            "A decision can be contested once, within six months, and as long as it stands. The private page says where "
            "your comment stands, and what became of a complaint that you sent."
        ),
        text=text,
        status=409 if request.method == "POST" else 200,
    )


def _nothing_left(request: HttpRequest, token: str, notice: Notice) -> HttpResponse:
    text = normalise_text(request.POST.get("text", ""))
    if text and notice.complaints.filter(text=text).exists():
        return redirect("comments:notice", token)
    return not_possible(
        request,
        token,
        page="comments:notice",
        title=_("There is nothing to contest here"),
        why=_(
            "That a comment stays can be contested once, within six months, and as long as it is public. The page of your "
            "report says where it stands, and what became of a complaint that you sent."
        ),
        text=text,
        status=409 if request.method == "POST" else 200,
    )
