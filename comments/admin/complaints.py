"""What is contested: the list by deadline, and a page to look again at one decision."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.admin import verbs
from comments.admin.answer_forms import WordsForm
from comments.admin.answering import EXCERPT_CHARACTERS, AnsweringAdmin
from comments.admin.cover import Covers
from comments.admin.filters import OpenFilter
from comments.admin.forms import ReasonForm
from comments.models import Complaint, NotImpartial, Revision, StaleDecision

UPHOLD, DISMISS = "uphold", "dismiss"


@admin.register(Complaint)
class ComplaintAdmin(AnsweringAdmin):
    list_display = ["number", "due", "by", "contested", "first_decided_by", "outcome", "excerpt"]
    list_display_links = ["number"]
    list_filter = [OpenFilter, "by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Complaint]:
        related = ("decision__comment", "decision__actor", "decision__revision")
        return super().get_queryset(request).select_related(*related)

    def get_ordering(self, request: HttpRequest):
        answered = Case(When(outcome=Complaint.Outcome.OPEN, then=Value(0)), default=Value(1))
        return [answered, "created", "pk"]

    def text_about(self, complaint: Complaint) -> Revision | None:
        return complaint.decision.revision

    # The columns.

    @admin.display(description=_("complaint about a decision"))
    def number(self, complaint: Complaint) -> str:
        return gettext("Complaint %(id)d") % {"id": complaint.pk}

    @admin.display(description=_("decision"))
    def contested(self, complaint: Complaint) -> SafeString:
        url = reverse("admin:comments_comment_change", args=[complaint.decision.comment_id])
        what = complaint.decision.get_action_display()
        return format_html('{} – <a href="{}">{}</a>', what, url, complaint.decision.comment)

    @admin.display(description=_("first decided by"))
    def first_decided_by(self, complaint: Complaint) -> str:
        return complaint.decision.actor.public_name

    @admin.display(description=_("text"))
    def excerpt(self, complaint: Complaint) -> str:
        said = Truncator(complaint.text).chars(EXCERPT_CHARACTERS) or gettext("(no text any more)")
        decision = complaint.decision
        return complaint.covers.over(escape(said), decision.comment, decision.revision, of=complaint.text)

    # The page.

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        complaint = self.find(pk)
        if request.POST.get("verb") not in {UPHOLD, DISMISS}:
            return redirect("admin:comments_complaint_change", pk)
        upholds = request.POST["verb"] == UPHOLD
        form = (self._uphold_form if upholds else self._dismiss_form)(complaint, request.POST)
        said = self._said(form)
        if said is None:
            return self.page(
                request, complaint, status=422, **{f"{UPHOLD if upholds else DISMISS}_form": form}
            )
        words = said.pop("reason")
        try:
            if upholds:
                revision = self.seen(request, complaint.decision.comment)
                complaint.uphold(by=request.user, revision=revision, words=words, **said)
            else:
                complaint.dismiss(by=request.user, words=words)
        except (StaleDecision, NotImpartial) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return self.page(request, self.find(pk), status=409, unsent=words)
        self.message_user(request, self._done(complaint), messages.SUCCESS)
        return redirect("admin:comments_complaint_change", pk)

    def find(self, pk: int) -> Complaint:
        complaints = Complaint.objects.select_related(
            "decision__actor",
            "decision__confirmation",
            "decision__revision",
            "decision__comment__article",
            "decided_by",
            "notice",
        )
        complaint = complaints.filter(pk=pk).first()
        if complaint is None:
            raise Http404
        return complaint

    def _uphold_form(self, complaint: Complaint, data=None) -> ReasonForm | WordsForm:
        if complaint.by == Complaint.By.NOTIFIER:
            return ReasonForm(data, verbs=[verbs.REMOVE])
        help_text = _("Optional; the author reads this.")
        return WordsForm(
            data, prefix=UPHOLD, label=_("In your own words"), help_text=help_text, required=False
        )

    def _dismiss_form(self, complaint: Complaint, data=None) -> WordsForm:
        help_text = _("Why the decision stands. Whoever complained reads this.")
        return WordsForm(data, prefix=DISMISS, label=_("In your own words"), help_text=help_text)

    def _said(self, form: ReasonForm | WordsForm) -> dict[str, str] | None:
        """What the verb takes, or None with the errors in the form."""
        if not form.is_valid():
            return None
        if isinstance(form, ReasonForm):
            return form.why(verbs.REMOVE) or None
        return {"reason": form.cleaned_data["reason"]}

    def _done(self, complaint: Complaint) -> SafeString:
        what = (
            gettext("The complaint is dismissed: the decision stands.")
            if complaint.outcome == Complaint.Outcome.DISMISSED
            else gettext("The complaint is upheld: the decision is taken back.")
        )
        following = Complaint.objects.open().first()
        if following is None:
            return format_html("{} {}", what, gettext("No complaint waits any more."))
        url = reverse("admin:comments_complaint_change", args=[following.pk])
        return format_html('{} <a href="{}">{}</a>', what, url, gettext("Next complaint"))

    def page(self, request: HttpRequest, complaint: Complaint, *, status: int = 200, **forms) -> HttpResponse:
        is_first_decider = complaint.decision.actor_id == request.user.pk
        decides = complaint.is_open and self.has_moderate_permission(request)
        impartial = complaint.may_be_decided_by(request.user)
        in_question = complaint.revision_in_question
        context = {
            **self.admin_site.each_context(request),
            "title": self.number(complaint),
            "opts": self.opts,
            "media": self.media,
            "has_view_permission": True,
            "has_errors": status == 422,
            "complaint": complaint,
            "decision": complaint.decision,
            "comment": complaint.decision.comment,
            "in_question": in_question,
            "covers": Covers(request.user, [in_question]),
            "may_decide": decides and impartial,
            "must_be_another": decides and not impartial,
            "is_alone": decides and impartial and is_first_decider,
            "uphold_form": self._uphold_form(complaint),
            "dismiss_form": self._dismiss_form(complaint),
            **forms,
        }
        return TemplateResponse(request, "admin/comments/complaint/page.html", context, status=status)
