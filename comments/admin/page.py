"""One comment's page: all that a decision needs, and the forms to take it. The comment itself is never edited."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import Article
from comments.admin import verbs
from comments.admin.cover import Covers
from comments.admin.forms import AnswerForm, DecisionForm, NoteForm
from comments.admin.measures import Measures, RedactionForm, RestrictionForm
from comments.models import (
    CAME_FROM,
    Claim,
    Comment,
    Confirmation,
    Decision,
    HelpPanel,
    NotReplyable,
    Restriction,
    Revision,
    StaleDecision,
    Status,
    Urgency,
)
from comments.signals.personal import PersonalData
from ldnportal.staff.models import User

# Of a long conversation the page shows this many comments, so that it opens fast whatever its length.
THREAD_SHOWN = 50


class CommentPage(Measures):
    """The part of CommentAdmin that deals with a single comment."""

    def get_urls(self):
        views = {"decide": self.decide_view, "answer": self.answer_view, "note": self.note_view}
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"comments_comment_{name}")
            for name, view in views.items()
        ]
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url="", extra_context=None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not object_id.isdecimal():
            raise Http404
        comment = self._comment(int(object_id))
        if self.has_moderate_permission(request) and request.method == "GET":
            Claim.objects.take(comment, by=request.user)
        return self._page(request, comment)

    def history_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        """The history that counts is the log of decisions."""
        return redirect(reverse("admin:comments_comment_change", args=[object_id]) + "#history")

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        comment = self._to_act_on(request, pk)
        if request.method != "POST":
            return self._back_to(comment)
        # A look at the letter first: the same form, by another button.
        looked_at = request.POST.get("preview", "")
        data = {**request.POST.dict(), "verb": looked_at or request.POST.get("verb", "")}
        form = DecisionForm(data, verbs=_asked_by(data["verb"]))
        decision = form.decision()
        if decision is None:
            return self._page(request, comment, status=422, decision_form=form)
        verb, why = decision
        if looked_at:
            return self._page(request, comment, decision_form=form, letter={"verb": verb, "said": why})
        try:
            verbs.decide(
                comment,
                verb,
                by=request.user,
                revision_id=form.cleaned_data["revision"],
                over=form.cleaned_data["over"],
                **why,
            )
        except StaleDecision as refusal:
            self.message_user(request, self.refusal_of(comment, refusal), messages.ERROR)
            return self._page(request, self._comment(pk), status=409, unsent=form.cleaned_data["reason"])
        Claim.objects.release(comment, by=request.user)
        done = str(verb.done) if verb.is_mark else self._done(comment, verb.done % {"n": 1})
        self.message_user(request, done, messages.SUCCESS)
        return self._back_to(comment)

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        comment = self._to_act_on(request, pk)
        if request.method != "POST":
            return self._back_to(comment)
        form = AnswerForm(request.POST, comment=comment)
        if not form.is_valid():
            return self._page(request, comment, status=422, answer_form=form)
        try:
            _answer(comment, form.cleaned_data["text"], form.cleaned_data["revision"], by=request.user)
        except StaleDecision as refusal:
            self.message_user(request, self.refusal_of(comment, refusal), messages.ERROR)
            return self._page(request, self._comment(pk), status=409, answer_form=form)
        except NotReplyable:
            form.add_error(
                None, _("This comment cannot be answered: it is not public, or its thread is frozen.")
            )
            return self._page(request, self._comment(pk), status=409, answer_form=form)
        self.message_user(request, self._done(comment, _("Your answer is published.")), messages.SUCCESS)
        return self._back_to(comment)

    def note_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        comment = self._to_act_on(request, pk)
        if request.method != "POST":
            return self._back_to(comment)
        form = NoteForm(request.POST)
        if not form.is_valid():
            return self._page(request, comment, status=422, note_form=form)
        form.instance.comment, form.instance.author = comment, request.user
        form.save()
        self.message_user(request, _("The note is kept."), messages.SUCCESS)
        return self._back_to(comment, "#notes")

    def refusal_of(self, comment: Comment, refusal: Exception) -> SafeString:
        """The model's own words, with the comment that they are about as a link."""
        url = reverse("admin:comments_comment_change", args=[comment.pk])
        return format_html('<a href="{}">{}</a> – {}', url, comment, refusal)

    def _to_act_on(self, request: HttpRequest, pk: int) -> Comment:
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        return self._comment(pk)

    def _comment(self, pk: int) -> Comment:
        comment = (
            Comment.objects.select_related("article", "parent__public_revision", "root", "claim__user")
            .filter(pk=pk)
            .first()
        )
        if comment is None:
            raise Http404
        return comment

    def _back_to(self, comment: Comment, anchor: str = "") -> HttpResponse:
        return redirect(reverse("admin:comments_comment_change", args=[comment.pk]) + anchor)

    def _done(self, comment: Comment, what: str) -> SafeString:
        """What happened, and the way to the next comment that waits."""
        waiting = Comment.objects.waiting().in_queue_order()
        following = waiting.first()
        if following is None:
            return format_html("{} {}", what, _("No comment waits any more."))
        left = waiting.count()
        return format_html(
            '{} <a href="{}" data-key="n">{}</a>',
            what,
            reverse("admin:comments_comment_change", args=[following.pk]),
            _("Next waiting comment (%(n)d waiting)") % {"n": left},
        )

    def _page(self, request: HttpRequest, comment: Comment, *, status: int = 200, **forms) -> HttpResponse:
        revisions = list(comment.revisions.prefetch_related("signals"))
        shown = comment.in_question_among(revisions)
        possible = verbs.possible(comment)
        seen = {"revision": shown.pk}
        own_text = Prefetch("revisions", Revision.objects.to_read(), to_attr="texts")
        thread = comment.root.thread.exclude(pk=comment.pk).order_by("path").prefetch_related(own_text)
        thread = list(thread[:THREAD_SHOWN])
        around = [each.texts[-1] for each in thread]
        parent = comment.parent.public_revision if comment.parent else None
        answerable = comment.status in {Status.PENDING, Status.PUBLISHED} and not comment.is_frozen
        context = {
            **self.admin_site.each_context(request),
            "title": str(comment),
            "opts": self.opts,
            "media": self.media,
            "has_view_permission": True,
            "comment": comment,
            "shown": shown,
            "revisions": revisions,
            "thread": thread,
            "covers": Covers(request.user, [*revisions, parent, *around]),
            "notices": comment.notices.select_related("decision"),
            "decisions": comment.decisions.select_related(
                "actor", "revision", "confirmation__by"
            ).prefetch_related("complaints"),
            "confirmations": _to_confirm(comment),
            "may_decide": self.has_moderate_permission(request),
            "quick_verbs": [verb for verb in possible if not _takes_words(verb)],
            "reasoned_verbs": [verb for verb in possible if _takes_words(verb)],
            "undoable": comment.undoable,
            "is_unread": comment.is_unread,
            "restriction": Restriction.objects.on_author_of(comment),
            "restriction_form": RestrictionForm(),
            "procedure": HelpPanel.current().procedure if comment.urgency == Urgency.DISTRESS else "",
            "opened_by": _opened_by_another(comment, request.user),
            "redactable": comment.can(Decision.Action.REDACT) and not comment.is_staff,
            "redaction_form": RedactionForm(initial={**seen, "words": _personal_data_in(shown)}),
            "notes": comment.notes.select_related("author"),
            "answerable": answerable,
            "publishes_first": comment.status == Status.PENDING,
            "over": comment.latest_decision.pk if comment.status == Status.CHANGES_REQUESTED else "",
            "decision_form": DecisionForm(initial=seen, verbs=possible),
            "answer_form": AnswerForm(initial=seen, comment=comment),
            "note_form": NoteForm(),
            **forms,
        }
        return TemplateResponse(request, "admin/comments/comment/page.html", context, status=status)


def _to_confirm(comment: Comment) -> list[Confirmation]:
    """What waits for a colleague; nothing is looked for where the site does not want it."""
    return list(Confirmation.objects.open().about(comment)) if settings.SECOND_PAIR_OF_EYES else []


def _opened_by_another(comment: Comment, user: User) -> Claim | None:
    claim = getattr(comment, "claim", None)
    return claim if claim and claim.is_alive and claim.user_id != user.pk else None


def _personal_data_in(revision: Revision) -> str:
    """What the check has noticed, to be gone over: one place a line."""
    noticed = [each for each in revision.signals.all() if each.check_name == PersonalData.name]
    return "\n".join(words for signal in noticed for words in signal.matched)


def _takes_words(verb: verbs.Verb) -> bool:
    return verb.needs_reason or verb is verbs.RESTORE


def _asked_by(name: str) -> list[verbs.Verb]:
    """The verbs of the form that this button stands in, so that it comes back with the same fields."""
    verb = verbs.VERBS.get(name)
    return (
        []
        if verb is None
        else [each for each in verbs.VERBS.values() if CAME_FROM[each.action] & CAME_FROM[verb.action]]
    )


@transaction.atomic
def _answer(comment: Comment, text: str, revision_id: str, *, by) -> None:
    """Answers, after publishing what is answered if it still waits: both or neither, and once for one text."""
    # The same lock that the verbs take first, so that a button pressed twice finds its first answer.
    Article.objects.select_for_update().get(pk=comment.article_id)
    if Comment.objects.filter(parent=comment, is_staff=True, public_revision__text=text).exists():
        return
    if Comment.objects.filter(pk=comment.pk, status=Status.PENDING).exists():
        verbs.decide(comment, verbs.PUBLISH, by=by, revision_id=revision_id)
    Comment.objects.answer(parent=comment, text=text, by=by)
