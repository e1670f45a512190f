"""
What mails lead to: confirm an address, stop the mails; and what leads to mails: follow answers, ask for a lost link.

A GET changes nothing, since mail scanners open every link. The POSTs need no cookie: an address that only the mail
has stands in place of a CSRF token, and RFC 8058 has mail programs post there with nothing else.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments.forms import FollowForm, LostLinkForm
from comments.mails import ALL, ANSWERS, read_stop
from comments.models import Comment, Contributor, OwnerToken, Status, Trace, UnconfirmedAddress
from comments.models.person import RATE_LIMIT, RATE_WINDOW
from comments.views.private import private
from ldnportal.mail.models import Outbox


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    claim = UnconfirmedAddress.objects.of(token).select_related("comment").first()
    if claim is None:
        return render(request, "comments/mail/confirm.html", {"state": "gone"}, status=404)
    if request.method != "POST":
        return render(request, "comments/mail/confirm.html", {"state": "asks"})
    published = claim.confirm()
    context = {"state": "done", "follow": claim.get_follow_display(), "published": published}
    return render(request, "comments/mail/confirm.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A mail program posts «List-Unsubscribe=One-Click», our page what its button says."""
    found = read_stop(token)
    if found is None:
        raise Http404
    pk, scope = found
    contributor = Contributor.objects.filter(pk=pk).first()
    if request.method != "POST":
        return render(request, "comments/mail/stop.html", {"contributor": contributor, "scope": scope})
    if request.POST.get("what") in {ALL, ANSWERS}:
        scope = request.POST["what"]
    if contributor and scope == ALL:
        contributor.stop_all()
    elif contributor:
        contributor.stop_answers()
    return render(request, "comments/mail/stop.html", {"done": True, "scope": scope})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """The author's choice on his private page, at any time: an address, answers, or nothing any more."""
    comments = Comment.objects.exclude(status=Status.ERASED)
    comment = get_object_or_404(comments, owner_token__digest=OwnerToken.digest_of(token))
    stops = request.method == "POST" and "stop" in request.POST
    form = FollowForm(request.POST if request.method == "POST" and not stops else None, comment=comment)
    said, status = "", 200
    if stops:
        comment.forget_address()
        form = FollowForm(comment=comment)
        said = _("Done: no more mails about this comment.")
    elif form.is_bound and form.is_valid():
        if comment.contributor_id:
            comment.follow_answers(form.cleaned_data["follow"])
            said = _("Saved.")
        elif comment.give_address(
            form.cleaned_data["email"], follow=form.cleaned_data["follow"], token=token
        ):
            form = FollowForm(comment=comment)
            said = _("A mail is on its way to this address: open the link in it to confirm.")
        else:
            form.add_error("email", _("This address has been asked several times today. Try again tomorrow."))
    if form.errors:
        status = 422
    context = {"comment": comment, "form": form, "token": token, "said": said}
    return render(request, "comments/mail/follow.html", context, status=status)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def lost_link(request: HttpRequest) -> HttpResponse:
    """Sends the private links again to a confirmed address; the answer is the same whether we know it or not."""
    form = LostLinkForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        trace = Trace.digest_of(request.META.get("REMOTE_ADDR", ""), of="lost_link")
        if Trace.objects.recent(trace).count() < RATE_LIMIT:
            Trace.leave(trace)
            _send_links(form.cleaned_data["email"])
            return render(request, "comments/mail/lost_link.html", {"sent": True})
        form.add_error(
            None, _("Several such requests have just come from your connection. Try again in ten minutes.")
        )
        status = 429
    elif form.is_bound:
        status = 422
    response = render(request, "comments/mail/lost_link.html", {"form": form}, status=status)
    if status == 429:
        response.headers["Retry-After"] = str(int(RATE_WINDOW.total_seconds()))
    return response


def _send_links(address: str) -> None:
    contributor = Contributor.objects.at(address).filter(comments__isnull=False).first()
    if contributor:
        # Once an hour: nobody fills another's mailbox.
        hour = timezone.now().strftime("%Y-%m-%dT%H")
        key = f"lost_links:{contributor.pk}:{hour}"
        Outbox.objects.queue(key, "lost_links", context={"contributor": contributor.pk})
