"""
The form and what it sends.

One rule holds all of this together: whatever goes wrong, the answer is the form with the reader's text in it, what
happened and what to do.
"""

import logging
from typing import Any

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from articles.models import Article
from comments import own, thread
from comments.forms import PREVIEW, CommentForm
from comments.models import (
    Comment,
    CommentsClosed,
    ConsentText,
    NotReplyable,
    OwnerToken,
    Restricted,
    Restriction,
    TooManyComments,
    Trace,
)
from comments.models.person import RATE_WINDOW
from comments.tickets import Ticket
from comments.views import personal
from comments.views.conversation import article_at, where_it_leads
from ldnportal.markup.sanitize import normalise_text, render_comment

logger = logging.getLogger("comments.posting")

# The form holds a token, a ticket and perhaps a pseudonym: no two readers share it.
never_kept = cache_control(private=True, no_store=True)


@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
def new(request: HttpRequest, slug: str) -> HttpResponse:
    article = article_at(slug)
    if request.method == "POST":
        # The text is under way already: a new address is no reason to have it sent twice.
        return _post(request, article) if article and article.is_readable else _not_here(request, article)
    if article is None:
        raise Http404
    if not article.is_readable:
        return where_it_leads(request, article)
    if article.live_slug != slug:
        query = request.GET.urlencode()
        return redirect(_address(article) + (f"?{query}" if query else ""), permanent=True)
    if not article.accepts_comments:
        return _closed(request, article, status=200)
    parent, why_not = _parent(request, article)
    form = CommentForm(
        action=_address(article, parent),
        ticket=Ticket.issue(ConsentText.current().pk),
    )
    return _form_page(request, article, parent, form, notice=why_not)


def form_after_csrf_failure(request: HttpRequest, slug: str) -> HttpResponse:
    """In place of Django's error page: nothing that the reader wrote is lost to a missing or old cookie."""
    return never_kept(_after_csrf_failure)(request, slug)


def _after_csrf_failure(request: HttpRequest, slug: str) -> HttpResponse:
    article = article_at(slug)
    if article is None or not article.is_readable:
        return _not_here(request, article)
    parent, _why_not = _parent(request, article)
    form, _ticket = _sent_form(request, article, parent)
    form.add_error(
        None,
        _(
            "Your browser did not send the cookie that protects this form. Your text is still here: please send it "
            "again. If this message comes back, allow cookies for this site while you write."
        ),
    )
    return _form_page(request, article, parent, form, status=403)


def _post(request: HttpRequest, article: Article) -> HttpResponse:
    parent, why_not = _parent(request, article)
    form, ticket = _sent_form(request, article, parent)
    earlier = Comment.objects.filter(idempotency_key=ticket.key).first() if ticket else None
    if earlier:
        return _sent_before(request, article, parent, earlier)
    if not article.accepts_comments:
        return _closed(request, article, status=409)
    if personal.is_to_be_masked(request):
        return _form_page(request, article, parent, form, notice=personal.mask(form))
    refusal, status = _refusal(request, ticket, why_not)
    if refusal:
        form.add_error(None, refusal)
    elif PREVIEW in request.POST:
        return _preview(request, article, parent, form)
    elif form.is_valid() and ticket.is_too_young:
        form.add_error(
            None,
            _("That was very quick, and programs are quick. Your text is still here: please send it again."),
        )
    if not form.is_valid():
        return _form_page(request, article, parent, form, status=status)
    question = personal.question(request, form)
    if question:
        return _form_page(request, article, parent, form, question=question, status=422)
    try:
        comment, is_new = Comment.objects.post(
            article=article,
            parent=parent,
            name=form.cleaned_data["name"],
            text=form.cleaned_data["body"],
            consent_text=form.consent_text,
            idempotency_key=ticket.key,
            trace=Trace.digest_of(request.META.get("REMOTE_ADDR", "")),
            opened=ticket.issued,
            own=own.tokens(request),
            email=form.cleaned_data["email"],
            follow=form.cleaned_data["follow"],
        )
    except CommentsClosed:
        return _closed(request, article, status=409)
    except NotReplyable:
        form.add_error(None, _parent_gone())
        form.helper.form_action = _address(article)
        return _form_page(request, article, None, form, status=409)
    except Restricted as refused:
        form.add_error(None, _restricted(refused.restriction))
        return _form_page(request, article, parent, form, status=403)
    except TooManyComments:
        form.add_error(
            None,
            _(
                "Several comments have just come from your connection. Your text is still here: please send it again "
                "in ten minutes, or copy it to keep it."
            ),
        )
        response = _form_page(request, article, parent, form, status=429)
        response.headers["Retry-After"] = str(int(RATE_WINDOW.total_seconds()))
        return response
    except OperationalError:
        logger.exception("posting: database")
        form.add_error(
            None,
            _("Our server is too busy just now. Your text is still here: please send it again in a minute."),
        )
        return _form_page(request, article, parent, form, status=503)
    if not is_new:
        return _sent_before(request, article, parent, comment)
    return _to_private_page(request, comment)


def _restricted(restriction: Restriction) -> str:
    until = date_format(localtime(restriction.until), "DATETIME_FORMAT")
    return _(
        "The moderators take no comment from you until %(date)s: %(reason)s Your text is still here: copy it to keep it. If "
        "you think that this is wrong, write to the publisher (see «Legal notice»)."
    ) % {"date": until, "reason": restriction.reason}


def _refusal(request: HttpRequest, ticket: Ticket | None, why_not: str) -> tuple[str, int]:
    """Why what was sent is not taken even if every field is right, and the status that says so."""
    if ticket is None or ticket.is_expired:
        return _(
            "This form had been open for more than a day. Your text is still here: please send it again."
        ), 409
    if request.POST.get("website"):
        return _(
            "A hidden field that must stay empty was filled in, perhaps by your browser. We have emptied it and your "
            "text is still here: please send it again."
        ), 422
    if why_not:
        return why_not, 409
    return "", 422


def _preview(
    request: HttpRequest, article: Article, parent: Comment | None, form: CommentForm
) -> HttpResponse:
    """The form again, with the comment as readers would see it; nothing is kept."""
    # Consent is asked for what is sent.
    form.errors.pop("consent", None)
    preview = render_comment(form.cleaned_data["body"]) if form.is_valid() else ""
    return _form_page(request, article, parent, form, preview=preview, status=200 if preview else 422)


def _sent_before(
    request: HttpRequest, article: Article, parent: Comment | None, earlier: Comment
) -> HttpResponse:
    """A form that comes a second time leads to where the first led; a different text in it is kept and asked about."""
    if earlier.revisions.get(n=1).text == normalise_text(request.POST.get("body", "")):
        return _to_private_page(request, earlier)
    form = CommentForm(
        request.POST, action=_address(article, parent), ticket=Ticket.issue(ConsentText.current().pk)
    )
    form.add_error(
        None,
        format_html(
            '{} <a href="{}">{}</a>',
            _(
                "You have already sent a comment with this form. This text is a different one and still here: send it "
                "if you want to add it."
            ),
            reverse("comments:status", args=[OwnerToken.token_for(earlier.idempotency_key)]),
            _("See the comment that you sent"),
        ),
    )
    return _form_page(request, article, parent, form, status=409)


def _to_private_page(request: HttpRequest, comment: Comment) -> HttpResponse:
    token = OwnerToken.token_for(comment.idempotency_key)
    response = redirect("comments:status", token)
    response.status_code = 303
    own.remember(request, response, token)
    return response


def _sent_form(
    request: HttpRequest, article: Article, parent: Comment | None
) -> tuple[CommentForm, Ticket | None]:
    """The form as it was sent, and its ticket. It goes on with that ticket, or with a new one if that is no good."""
    ticket = Ticket.read(request.POST.get("ticket", ""))
    good = ticket if ticket and not ticket.is_expired else Ticket.issue(ConsentText.current().pk)
    return CommentForm(request.POST, action=_address(article, parent), ticket=good), ticket


def _parent(request: HttpRequest, article: Article) -> tuple[Comment | None, str]:
    """What is answered; or why what was to be answered cannot be."""
    number = request.GET.get("reponse", "")
    if not number:
        return None, ""
    answerable = Comment.objects.published().filter(article=article).select_related("public_revision", "root")
    parent = answerable.filter(pk=int(number[:18])).first() if number.isdecimal() else None
    if parent is None:
        return None, _parent_gone()
    if parent.is_frozen:
        return None, _(
            "The moderators have frozen this discussion: it takes no new answers. You can send your text as a "
            "comment on the article."
        )
    parent.article = article
    return parent, ""


def _parent_gone() -> str:
    return _(
        "The comment that you wanted to answer cannot be answered any more. You can send your text as a comment on "
        "the article."
    )


def _address(article: Article, parent: Comment | None = None) -> str:
    address = reverse("comments:new", args=[article.live_slug])
    return f"{address}?reponse={parent.pk}" if parent else address


def _form_page(
    request: HttpRequest,
    article: Article,
    parent: Comment | None,
    form: CommentForm,
    *,
    notice: str = "",
    preview: str = "",
    question: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "article": article,
        "parent": parent,
        "parent_address": thread.address_of(parent) if parent else article.get_absolute_url(),
        "form": form,
        "notice": notice,
        "preview": preview,
        **(question or {}),
    }
    return _noindex(render(request, "comments/comment_form.html", context, status=status))


def _closed(request: HttpRequest, article: Article | None, *, status: int) -> HttpResponse:
    """Nothing can be sent here; what was written can at least be copied."""
    context = {"article": article, "text": request.POST.get("body", "")}
    return _noindex(render(request, "comments/closed.html", context, status=status))


def _not_here(request: HttpRequest, article: Article | None) -> HttpResponse:
    return _closed(request, None, status=410 if article else 404)


def _noindex(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
