"""Reading the conversation, joining it, and the author's private page."""

from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles.models import Article
from comments import own, tickets
from comments.forms import CommentForm
from comments.models import (
    Comment,
    CommentsClosed,
    NotReplyable,
    OwnerToken,
    StaleDecision,
    Status,
    TooManyComments,
    Trace,
)
from comments.templatetags.comments import thread_context
from comments.tickets import Ticket

# The form and the private pages hold what only one person may see.
kept_by_nobody = cache_control(private=True, no_store=True)


# The conversation.


@require_safe
@cache_control(private=True, no_cache=True)
def thread_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The second and further pages; the first is the article's own."""
    article = _article(slug)
    if article is None:
        return redirect("comments:thread", _moved(slug).live_slug, permanent=True)
    number = request.GET.get("page", "1")
    if not number.isdecimal():
        raise Http404
    number = int(number[:9])
    if number <= 1:
        return redirect(f"{article.get_absolute_url()}#commentaires")
    context = thread_context(request, article, number=number)
    if not context["page"].roots:
        raise Http404
    return render(request, "comments/thread_page.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
def permalink(request: HttpRequest, pk: int) -> HttpResponse:
    comment = get_object_or_404(Comment.objects.in_thread().select_related("article"), pk=pk)
    return redirect(_place(comment))


def _place(comment: Comment) -> str:
    """Where readers find the comment."""
    number = comment.page()
    if number == 1:
        return f"{comment.article.get_absolute_url()}#{comment.anchor}"
    address = reverse("comments:thread", args=[comment.article.live_slug])
    return f"{address}?page={number}#{comment.anchor}"


def _article(slug: str) -> Article | None:
    return Article.objects.published().for_page().filter(live_slug=slug).first()


def _moved(slug: str) -> Article:
    return get_object_or_404(Article.objects.known_as(slug))


# Writing.


@require_http_methods(["GET", "HEAD", "POST"])
@kept_by_nobody
@csrf_protect
def new(request: HttpRequest, slug: str) -> HttpResponse:
    article = _article(slug)
    if article is None:
        moved = _moved(slug)
        if request.method == "POST":
            return _again(
                request,
                moved,
                None,
                problem=_("This article has a new address. Please send again."),
                status=409,
            )
        return redirect("comments:new", moved.live_slug, permanent=True)
    parent, gone = _parent(request, article)
    if request.method == "POST":
        return _post(request, article, parent, gone=gone)
    if not article.accepts_comments:
        return render(request, "comments/closed.html", {"article": article})
    form = CommentForm(
        action=_action(article, parent),
        initial={
            "ticket": tickets.issue(),
            "name": (name := own.remembered_name(request)),
            "remember": bool(name),
        },
    )
    problem = (
        _("The comment that you wanted to answer is not public any more. You can write to everybody.")
        if gone
        else ""
    )
    return _form_page(request, article, parent, form, problem=problem)


def _parent(request: HttpRequest, article: Article) -> tuple[Comment | None, bool]:
    """What is answered, and whether it is there no longer."""
    number = request.GET.get("reponse", "")
    if not number.isdecimal():
        return None, False
    parent = (
        Comment.objects.filter(pk=int(number[:18]), article=article)
        .published()
        .select_related("public_revision", "root")
        .first()
    )
    if parent is None or parent.is_frozen:
        return None, True
    return parent, False


def _action(article: Article, parent: Comment | None) -> str:
    address = reverse("comments:new", args=[article.live_slug])
    return f"{address}?reponse={parent.pk}" if parent else address


def _form_page(
    request: HttpRequest,
    article: Article,
    parent: Comment | None,
    form: CommentForm,
    *,
    problem: str = "",
    earlier: str = "",
    status: int = 200,
) -> HttpResponse:
    """``problem`` says what happened and what to do; ``earlier`` is the address of what was sent before."""
    context = {"article": article, "parent": parent, "form": form, "problem": problem, "earlier": earlier}
    response = render(request, "comments/comment_form.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _again(
    request: HttpRequest,
    article: Article,
    parent: Comment | None,
    *,
    problem: str,
    status: int,
    fresh: bool = True,
    earlier: str = "",
) -> HttpResponse:
    """The same page with everything that was written, and with a new ticket unless the old one is still good."""
    data = request.POST.copy()
    if fresh:
        data["ticket"] = tickets.issue()
    form = CommentForm(data, action=_action(article, parent))
    return _form_page(request, article, parent, form, problem=problem, earlier=earlier, status=status)


def form_after_csrf_failure(request: HttpRequest, slug: str) -> HttpResponse:
    """In place of Django's error page: nothing that the reader wrote is lost to a missing or old cookie."""
    article = _article(slug) or _moved(slug)
    parent, _gone = _parent(request, article)
    problem = _(
        "Your browser did not send the cookie that protects this form, or it had expired. Your text is still here: please send it again."
    )
    return kept_by_nobody(lambda request: _again(request, article, parent, problem=problem, status=403))(
        request
    )


def _post(request: HttpRequest, article: Article, parent: Comment | None, *, gone: bool) -> HttpResponse:
    form = CommentForm(request.POST, action=_action(article, parent))
    ticket = Ticket.read(request.POST.get("ticket", ""))
    if not form.is_valid():
        if ticket is None:
            return _again(request, article, parent, problem="", status=422)
        return _form_page(request, article, parent, form, status=422)
    # A second sending of a form is never judged again: it leads to where the first led.
    sent_before = ticket is not None and Comment.objects.filter(idempotency_key=ticket.key).exists()
    if not sent_before:
        if ticket is None or ticket.is_expired:
            problem = _(
                "This form had been open for too long. Your text is still here: please send it again."
            )
            return _again(request, article, parent, problem=problem, status=409)
        if ticket.is_too_young:
            problem = _("That was very quick, so we ask: please read your text once more, then send it.")
            return _again(request, article, parent, problem=problem, status=409, fresh=False)
        if gone:
            problem = _(
                "The comment that you answered is not public any more. Your text is still here: you can send it to everybody."
            )
            return _again(request, article, None, problem=problem, status=409, fresh=False)
    try:
        comment, is_new = Comment.objects.post(
            article=article,
            parent=parent,
            name=form.cleaned_data["name"],
            text=form.cleaned_data["body"],
            consent_text=form.consent_text,
            idempotency_key=ticket.key,
            trace=Trace.digest_of(request.META.get("REMOTE_ADDR", "")),
        )
    except CommentsClosed:
        context = {"article": article, "text": form.cleaned_data["body"]}
        return render(request, "comments/closed.html", context, status=409)
    except TooManyComments:
        problem = _(
            "Many comments came from your connection within a few minutes. Your text is still here: please send it again in ten minutes."
        )
        return _again(request, article, parent, problem=problem, status=429)
    except NotReplyable:
        problem = _(
            "The comment that you answered is not public any more. Your text is still here: you can send it to everybody."
        )
        return _again(request, article, None, problem=problem, status=409, fresh=False)
    token = OwnerToken.token_for(ticket.key)
    if not is_new and _differs(comment, form):
        problem = _(
            "You have already sent a first text with this form. This one is different: send it if you want it to be a second comment."
        )
        earlier = reverse("comments:status", args=[token])
        return _again(request, article, parent, problem=problem, status=409, earlier=earlier)
    response = redirect("comments:status", token)
    own.remember(request, response, token)
    if form.cleaned_data["remember"]:
        own.remember_name(response, form.cleaned_data["name"])
    elif own.remembered_name(request):
        own.forget_name(response)
    return response


def _differs(comment: Comment, form: CommentForm) -> bool:
    first = comment.revisions.get(n=1)
    return comment.status != Status.ERASED and first.text != form.cleaned_data["body"]


# The author's private page.


def _owned(token: str) -> Comment:
    return get_object_or_404(
        Comment.objects.select_related("article", "public_revision"),
        owner_token__digest=OwnerToken.digest_of(token),
    )


def _private(response: HttpResponse) -> HttpResponse:
    """The address itself is the secret: no robot, no referrer."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@kept_by_nobody
def status(request: HttpRequest, token: str) -> HttpResponse:
    comment = _owned(token)
    context = {
        "comment": comment,
        "article": comment.article,
        "revision": comment.latest_revision,
        "decisions": list(comment.decisions.all()),
        "token": token,
        "place": _place(comment) if comment.is_published else "",
        "can_withdraw": comment.status not in {Status.WITHDRAWN, Status.ERASED},
        "remembered": token in own.tokens(request),
        "draft": _action(comment.article, comment.parent),
    }
    return _private(render(request, "comments/status.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@kept_by_nobody
@csrf_protect
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    comment = _owned(token)
    if request.method == "POST":
        # Withdrawn or erased already: the page says so.
        with suppress(StaleDecision):
            comment.withdraw()
        return _private(redirect("comments:status", token))
    context = {
        "comment": comment,
        "article": comment.article,
        "revision": comment.latest_revision,
        "token": token,
    }
    return _private(render(request, "comments/withdraw.html", context))


@require_POST
@kept_by_nobody
@csrf_protect
def forget(request: HttpRequest, token: str) -> HttpResponse:
    """Leaves nothing on this device; the private page stays, for who has its address."""
    comment = _owned(token)
    response = redirect(f"{comment.article.get_absolute_url()}#commentaires")
    own.forget(request, response)
    return _private(response)
