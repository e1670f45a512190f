"""
Reporting a comment, and the page that says what became of the report.

As with the comment form, whatever goes wrong the answer holds what the reader wrote.
"""

import logging

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from articles.models.version import texts_of
from comments import thread
from comments.models import Comment, Notice, NotReportable, TooManyNotices, Trace
from comments.models.person import RATE_WINDOW
from comments.report_forms import LawReportForm, ReportForm, RulesReportForm
from comments.tickets import Ticket
from comments.views.private import private
from ldnportal.markup.sanitize import normalise_text

logger = logging.getLogger("comments.reporting")

# What ?motif= says, and what it asks. Without it the page asks which of the two is meant.
FORMS = {"regles": RulesReportForm, "illicite": LawReportForm}


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    return _noindex(_post(request, pk) if request.method == "POST" else _get(request, pk))


@cache_control(private=True, no_store=True)
def report_after_csrf_failure(request: HttpRequest, pk: int) -> HttpResponse:
    """In place of Django's error page: nothing that the reader wrote is lost to a missing or old cookie."""
    comment = _reportable(pk)
    if comment is None or request.GET.get("motif") not in FORMS:
        return _noindex(_not_here(request, pk))
    form, _ticket = _sent_form(request, comment)
    form.add_error(
        None,
        _(
            "Your browser did not send the cookie that protects this form. Your text is still here: please send it "
            "again. If this message comes back, allow cookies for this site while you write."
        ),
    )
    return _noindex(_form_page(request, comment, form, status=403))


@require_safe
@private
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt, for as long as the notifier wants to look."""
    notices = Notice.objects.select_related("decision", "comment__article__published").defer(
        *texts_of("comment__article__published")
    )
    found = get_object_or_404(notices, digest=Notice.digest_of(token))
    comment = found.comment
    context = {
        "notice": found,
        "comment": comment,
        "address": request.build_absolute_uri(),
        "place": thread.address_of(comment) if comment.is_published and comment.article.is_readable else "",
        "answer": found.answer,
        "contestable": found.contestable,
        "complaints": found.complaints.select_related("decision"),
        "token": token,
    }
    return render(request, "comments/notice.html", context)


def _get(request: HttpRequest, pk: int) -> HttpResponse:
    comment = _reportable(pk)
    if comment is None:
        return _not_here(request, pk)
    motive = request.GET.get("motif", "")
    if motive not in FORMS:
        return render(request, "comments/report_choice.html", {"comment": comment})
    form = FORMS[motive](
        action=_action(comment, motive), ticket=Ticket.issue(), address=_address(request, comment)
    )
    return _form_page(request, comment, form)


def _post(request: HttpRequest, pk: int) -> HttpResponse:
    ticket = Ticket.read(request.POST.get("ticket", ""))
    earlier = Notice.objects.filter(idempotency_key=ticket.key).first() if ticket else None
    comment = _reportable(pk)
    if comment is None or request.GET.get("motif") not in FORMS:
        return _to_private_page(earlier) if earlier else _not_here(request, pk)
    if earlier:
        return _sent_before(request, comment, earlier)
    form, ticket = _sent_form(request, comment)
    refusal, status = _refusal(request, ticket)
    if refusal:
        form.add_error(None, refusal)
    elif form.is_valid() and ticket.is_too_young:
        form.add_error(
            None,
            _("That was very quick, and programs are quick. Your text is still here: please send it again."),
        )
    if not form.is_valid():
        return _form_page(request, comment, form, status=status)
    try:
        filed, is_new = Notice.objects.file(
            comment=comment,
            idempotency_key=ticket.key,
            trace=Trace.digest_of(request.META.get("REMOTE_ADDR", ""), of="report"),
            **form.said(),
        )
    except NotReportable:
        return _not_here(request, pk)
    except TooManyNotices:
        form.add_error(
            None,
            _(
                "Several reports have just come from your connection. Your text is still here: please send it again "
                "in ten minutes, or copy it to keep it."
            ),
        )
        response = _form_page(request, comment, form, status=429)
        response.headers["Retry-After"] = str(int(RATE_WINDOW.total_seconds()))
        return response
    except OperationalError:
        logger.exception("reporting: database")
        form.add_error(
            None,
            _("Our server is too busy just now. Your text is still here: please send it again in a minute."),
        )
        return _form_page(request, comment, form, status=503)
    return _to_private_page(filed) if is_new else _sent_before(request, comment, filed)


def _refusal(request: HttpRequest, ticket: Ticket | None) -> tuple[str, int]:
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
    return "", 422


def _sent_before(request: HttpRequest, comment: Comment, earlier: Notice) -> HttpResponse:
    """A form that comes a second time leads to where the first led; a different text in it is kept and asked about."""
    if earlier.explanation == normalise_text(request.POST.get("explanation", "")):
        return _to_private_page(earlier)
    form = _form_class(request)(
        request.POST,
        action=_action(comment, request.GET["motif"]),
        ticket=Ticket.issue(),
        address=_address(request, comment),
    )
    form.add_error(
        None,
        format_html(
            '{} <a href="{}">{}</a>',
            _(
                "You have already sent a report with this form. This text is a different one and still here: send it "
                "if you want to add it."
            ),
            _private_address(earlier),
            _("See the report that you sent"),
        ),
    )
    return _form_page(request, comment, form, status=409)


def _sent_form(request: HttpRequest, comment: Comment) -> tuple[ReportForm, Ticket | None]:
    """The form as it was sent, and its ticket. It goes on with that ticket, or with a new one if that is no good."""
    ticket = Ticket.read(request.POST.get("ticket", ""))
    good = ticket if ticket and not ticket.is_expired else Ticket.issue()
    form = _form_class(request)(
        request.POST,
        action=_action(comment, request.GET["motif"]),
        ticket=good,
        address=_address(request, comment),
    )
    return form, ticket


def _form_class(request: HttpRequest) -> type[ReportForm]:
    return FORMS[request.GET["motif"]]


def _reportable(pk: int) -> Comment | None:
    """The comment, if readers can see it."""
    comments = Comment.objects.published().select_related("public_revision", "article__published")
    comment = (
        comments.defer(*texts_of("article__published"))
        .filter(pk=pk, article__published__isnull=False)
        .first()
    )
    return comment if comment and comment.article.is_readable else None


def _not_here(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing to report; what was written can at least be copied."""
    text = request.POST.get("explanation", "")
    if not text and not Comment.objects.in_thread().filter(pk=pk).exists():
        # A waiting comment is nobody's business either.
        raise Http404
    return render(request, "comments/report_gone.html", {"text": text}, status=410)


def _form_page(
    request: HttpRequest, comment: Comment, form: ReportForm, *, status: int = 200
) -> HttpResponse:
    context = {"comment": comment, "form": form, "is_law": form.kind == Notice.Kind.ILLEGAL}
    return render(request, "comments/report_form.html", context, status=status)


def _to_private_page(filed: Notice) -> HttpResponse:
    response = redirect(_private_address(filed))
    response.status_code = 303
    return response


def _private_address(filed: Notice) -> str:
    return reverse("comments:notice", args=[Notice.token_for(filed.idempotency_key)])


def _action(comment: Comment, motive: str) -> str:
    return f"{reverse('comments:report', args=[comment.pk])}?motif={motive}"


def _address(request: HttpRequest, comment: Comment) -> str:
    return request.build_absolute_uri(comment.get_absolute_url())


def _noindex(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
