"""What readers have reported: the list by deadline, and a page that answers all reports of one comment at once."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from comments.admin import verbs
from comments.admin.answer_forms import KeepForm
from comments.admin.answering import EXCERPT_CHARACTERS, AnsweringAdmin
from comments.admin.cover import Covers
from comments.admin.filters import ALL, OpenFilter
from comments.admin.forms import ReasonForm
from comments.models import Decision, Notice, Revision, StaleDecision

REMOVE, KEEP = "remove", "keep"


class JoinedNoticeFilter(OpenFilter):
    """What waits stands once for each comment."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        return queryset if self.value() == ALL else queryset.joined()


@admin.register(Notice)
class NoticeAdmin(AnsweringAdmin):
    list_display = ["reference", "due", "together", "kind", "about", "state", "excerpt"]
    list_display_links = ["reference"]
    list_filter = [JoinedNoticeFilter, "kind"]
    # All have the same time: the deadlines are in this order too.
    ordering = ["created", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return super().get_queryset(request).select_related("comment", "decision", "revision")

    def text_about(self, notice: Notice) -> Revision | None:
        return notice.revision

    # The columns.

    @admin.display(description=_("reference"))
    def reference(self, notice: Notice) -> str:
        return notice.reference

    @admin.display(description=_("how many"))
    def together(self, notice: Notice) -> int | str:
        number = getattr(notice, "together", None)
        return "–" if number is None else number

    @admin.display(description=_("comment"))
    def about(self, notice: Notice) -> str:
        url = reverse("admin:comments_comment_change", args=[notice.comment_id])
        return format_html('<a href="{}">{}</a>', url, notice.comment)

    @admin.display(description=_("state"))
    def state(self, notice: Notice) -> str:
        if notice.decision:
            return gettext("decided: %(action)s") % {"action": notice.decision.get_action_display()}
        if notice.is_open:
            return gettext("waits for a decision")
        return gettext("the comment is %(status)s") % {"status": notice.comment.get_status_display()}

    @admin.display(description=_("explanation"))
    def excerpt(self, notice: Notice) -> str:
        if notice.blanked:
            return gettext("(no text any more)")
        said = Truncator(notice.explanation).chars(EXCERPT_CHARACTERS)
        return notice.covers.over(escape(said), notice.comment, notice.revision, of=notice.explanation)

    # The page.

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        notice = self.find(pk)
        if request.POST.get("verb") not in {REMOVE, KEEP}:
            return redirect("admin:comments_notice_change", pk)
        removes = request.POST["verb"] == REMOVE
        form = self._remove_form(request.POST) if removes else self._keep_form(request.POST)
        words = self._said(form)
        if not words:
            return self.page(request, notice, status=422, **{f"{REMOVE if removes else KEEP}_form": form})
        act = notice.remove_comment if removes else notice.keep_comment
        try:
            decision = act(by=request.user, revision=self.seen(request, notice.comment), **words)
        except StaleDecision as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return self.page(request, self.find(pk), status=409, unsent=words["reason"])
        self.message_user(request, self._done(decision), messages.SUCCESS)
        return redirect("admin:comments_notice_change", pk)

    def find(self, pk: int) -> Notice:
        notices = Notice.objects.select_related(
            "comment__article", "comment__public_revision", "decision__actor", "revision"
        )
        notice = notices.filter(pk=pk).first()
        if notice is None:
            raise Http404
        return notice

    def _remove_form(self, data=None) -> ReasonForm:
        return ReasonForm(data, verbs=[verbs.REMOVE])

    def _keep_form(self, data=None) -> KeepForm:
        return KeepForm(data, prefix=KEEP)

    def _said(self, form: ReasonForm | KeepForm) -> dict[str, str]:
        """What the verb takes; empty, with the errors in the form, if something is missing."""
        if not form.is_valid():
            return {}
        return (
            form.why(verbs.REMOVE) if isinstance(form, ReasonForm) else {"reason": form.cleaned_data["words"]}
        )

    def _done(self, decision: Decision) -> SafeString:
        """What happened, to how many, and the way to the next."""
        number = decision.answers_notices.count()
        what = (
            gettext("The comment stays.")
            if decision.action == Decision.Action.KEEP
            else gettext("The comment is removed.")
        )
        answered = ngettext("%(n)d report is answered.", "%(n)d reports are answered.", number) % {
            "n": number
        }
        following = Notice.objects.joined().first()
        if following is None:
            return format_html("{} {} {}", what, answered, gettext("No report waits any more."))
        url = reverse("admin:comments_notice_change", args=[following.pk])
        return format_html('{} {} <a href="{}">{}</a>', what, answered, url, gettext("Next report"))

    def page(self, request: HttpRequest, notice: Notice, *, status: int = 200, **forms) -> HttpResponse:
        comment = notice.comment
        notices = comment.notices.order_by(F("decision").asc(nulls_first=True), "created", "pk")
        notices = list(notices.select_related("decision", "revision").prefetch_related("complaints"))
        records = comment.notices.track_records()
        for each in notices:
            # Its own comment, already here.
            each.comment = comment
            each.record = records.get(each.email_hmac)
        texts = list(comment.revisions.prefetch_related("signals"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Report %(reference)s") % {"reference": notice.reference},
            "opts": self.opts,
            "media": self.media,
            "has_view_permission": True,
            "has_errors": status == 422,
            "notice": notice,
            "comment": comment,
            "notices": notices,
            "public": comment.public_revision,
            "in_question": comment.in_question_among(texts),
            "answer": notice.answer,
            "covers": Covers(request.user, [*texts, notice.revision]),
            "may_decide": notice.is_open and self.has_moderate_permission(request),
            "remove_form": self._remove_form(),
            "keep_form": self._keep_form(),
            **forms,
        }
        return TemplateResponse(request, "admin/comments/notice/page.html", context, status=status)
