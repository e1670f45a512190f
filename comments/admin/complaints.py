"""What is contested: the list by deadline, and a page to look again at one decision."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.admin import verbs
from comments.admin.answer_forms import WordsForm
from comments.admin.filters import ALL, OpenNoticeFilter
from comments.admin.forms import ReasonForm
from comments.admin.notices import EXCERPT_CHARACTERS, deadline
from comments.models import Complaint, NotImpartial, Revision, StaleDecision

UPHOLD, DISMISS = "uphold", "dismiss"


class OpenComplaintFilter(OpenNoticeFilter):
    def queryset(self, request: HttpRequest, queryset: QuerySet[Complaint]) -> QuerySet[Complaint]:
        return queryset if self.value() == ALL else queryset.open()


@admin.register(Complaint)
class ComplaintAdmin(admin.ModelAdmin):
    list_display = ["number", "due", "by", "contested", "first_decided_by", "outcome", "excerpt"]
    list_display_links = ["number"]
    list_filter = [OpenComplaintFilter, "by"]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()

    class Media:
        css = {"all": ["css/answers.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Complaint]:
        return super().get_queryset(request).select_related("decision__comment", "decision__actor")

    def get_ordering(self, request: HttpRequest):
        answered = Case(When(outcome=Complaint.Outcome.OPEN, then=Value(0)), default=Value(1))
        return [answered, "created", "pk"]

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        # Django's «Select … to view» cannot be formed in French.
        title = {"title": self.opts.verbose_name_plural.capitalize()}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    # Who may do what.

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Complaint | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Complaint | None = None) -> bool:
        return False

    # The columns.

    @admin.display(description=_("complaint about a decision"))
    def number(self, complaint: Complaint) -> str:
        return gettext("Complaint %(id)d") % {"id": complaint.pk}

    @admin.display(description=_("deadline"))
    def due(self, complaint: Complaint) -> SafeString | str:
        return deadline(complaint)

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
        return Truncator(complaint.text).chars(EXCERPT_CHARACTERS) or gettext("(no text any more)")

    # The page.

    def get_urls(self):
        view = self.admin_site.admin_view(self.decide_view)
        return [path("<int:pk>/decide/", view, name="comments_complaint_decide"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url="", extra_context=None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not object_id.isdecimal():
            raise Http404
        return self._page(request, self._complaint(int(object_id)))

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        complaint = self._complaint(pk)
        if request.POST.get("verb") not in {UPHOLD, DISMISS}:
            return redirect("admin:comments_complaint_change", pk)
        upholds = request.POST["verb"] == UPHOLD
        form = (self._uphold_form if upholds else self._dismiss_form)(complaint, request.POST)
        said = self._said(form)
        if said is None:
            return self._page(
                request, complaint, status=422, **{f"{UPHOLD if upholds else DISMISS}_form": form}
            )
        words = said.pop("reason")
        try:
            if upholds:
                revision = self._seen(request, complaint)
                complaint.uphold(by=request.user, revision=revision, words=words, **said)
            else:
                complaint.dismiss(by=request.user, words=words)
        except (StaleDecision, NotImpartial) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return self._page(request, self._complaint(pk), status=409, unsent=words)
        self.message_user(request, self._done(complaint), messages.SUCCESS)
        return redirect("admin:comments_complaint_change", pk)

    def _complaint(self, pk: int) -> Complaint:
        complaints = Complaint.objects.select_related(
            "decision__actor", "decision__revision", "decision__comment__article", "decided_by", "notice"
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

    def _seen(self, request: HttpRequest, complaint: Complaint) -> Revision | None:
        """The text that was on the screen; the comment's verbs refuse any that is not in question."""
        number = request.POST.get("revision", "")
        texts = complaint.decision.comment.revisions
        return texts.filter(pk=number).first() if number.isdecimal() else None

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

    def _page(
        self, request: HttpRequest, complaint: Complaint, *, status: int = 200, **forms
    ) -> HttpResponse:
        is_first_decider = complaint.decision.actor_id == request.user.pk
        decides = complaint.is_open and self.has_moderate_permission(request)
        impartial = not is_first_decider or complaint.may_be_decided_by(request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": self.number(complaint),
            "opts": self.opts,
            "media": self.media,
            "has_view_permission": True,
            "complaint": complaint,
            "decision": complaint.decision,
            "comment": complaint.decision.comment,
            "in_question": complaint.revision_in_question,
            "may_decide": decides and impartial,
            "must_be_another": decides and not impartial,
            "is_alone": decides and impartial and is_first_decider,
            "uphold_form": self._uphold_form(complaint),
            "dismiss_form": self._dismiss_form(complaint),
            **forms,
        }
        return TemplateResponse(request, "admin/comments/complaint/page.html", context, status=status)
