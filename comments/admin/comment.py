"""The queue of comments and what is done with several of them at once."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.admin import verbs
from comments.admin.audit import AuditPage
from comments.admin.cover import Covers, CoverSwitch
from comments.admin.forms import ReasonForm
from comments.admin.page import CommentPage
from comments.admin.queue import (
    FIRST,
    MOST_FOUND,
    TABS,
    ArticleFilter,
    BoundedPaginator,
    Queue,
    TabFilter,
    counts,
    first_numbers,
    number_in_words,
)
from comments.admin.verbs import Verb, decide
from comments.models import Comment, Revision, StaleDecision

EXCERPT_CHARACTERS = 120


@admin.register(Comment)
class CommentAdmin(CommentPage, AuditPage, CoverSwitch, admin.ModelAdmin):
    list_display = ["text", "name", "state", "about", "sent"]
    list_display_links = None
    list_filter = [TabFilter, ArticleFilter]
    list_per_page = 50
    list_select_related = ["article", "parent__public_revision", "claim__user"]
    # That there is a search; how, says get_search_results().
    search_fields = ["revisions__searched"]
    show_full_result_count = False
    # Counts beside each filter would read the whole table.
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    actions = ["publish", "reject", "mark_spam", "unmark_spam", "remove", "restore"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        texts = Revision.objects.to_read().prefetch_related("signals")
        return Comment.objects.prefetch_related(Prefetch("revisions", texts, to_attr="texts"))

    def get_ordering(self, request: HttpRequest):
        return TABS.get(request.GET.get("state", FIRST), TABS["all"]).order

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Comment], search_term: str):
        if not search_term.strip():
            return queryset, False
        read = first_numbers(queryset, self.get_ordering(request))
        found = Revision.objects.filter(comment__in=read).order_by().containing(search_term)
        return queryset.filter(pk__in=found.values("comment")[:MOST_FOUND]), False

    def get_changelist(self, request: HttpRequest, **kwargs):
        return Queue

    def get_paginator(self, request: HttpRequest, queryset: QuerySet[Comment], per_page: int, *args):
        # A whole tab was counted already, for its title.
        is_whole = request.GET.keys() <= {"state", "p", "all"}
        known = request.counts.get(request.GET.get("state", FIRST)) if is_whole else None
        return BoundedPaginator(queryset, per_page, *args, known=known)

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        wanted = request.GET.get("state", FIRST)
        chosen = {name: value for name, value in request.GET.items() if name in {"article", "q"}}
        request.counts = counts()
        tabs = [
            {
                "label": tab.label,
                "number": number_in_words(request.counts[name]) if name in request.counts else "",
                "query": urlencode({**chosen, "state": name}),
                "is_current": name == wanted,
            }
            for name, tab in TABS.items()
            if tab.is_used
        ]
        return super().changelist_view(
            request, {"tabs": tabs, "title": _("Comments"), **(extra_context or {})}
        )

    # Who may do what. Nobody adds, edits or deletes a comment here, superusers included.

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return self.has_moderate_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Comment | None = None) -> bool:
        return False

    # The columns.

    def action_checkbox(self, comment: Comment) -> str:
        """Django's own, drawn without a form and a template for each row."""
        label = gettext("Select this comment: %(comment)s") % {"comment": comment}
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            comment.pk,
            label,
        )

    @admin.display(description=_("comment"))
    def text(self, comment: Comment) -> str:
        """All that most decisions need, without opening it."""
        shown = comment.in_question_among(comment.texts)
        before = [each for each in comment.texts if each.n < shown.n]
        context = {
            "comment": comment,
            "shown": shown,
            "before": before[-1] if before else None,
            "history": comment.history,
            "covers": comment.covers,
            "is_unread": comment.was_unread,
        }
        return render_to_string("admin/comments/comment/_item.html", context)

    @admin.display(description=_("name"))
    def name(self, comment: Comment) -> str:
        badge = format_html(" <em>{}</em>", gettext("editorial team")) if comment.is_staff else ""
        return format_html("<bdi>{}</bdi>{}", comment.display_name or "–", badge)

    @admin.display(description=_("state"))
    def state(self, comment: Comment) -> str:
        new_text = (
            format_html('<div class="state-pending">{}</div>', gettext("new text waits"))
            if comment.proposed_revision_id
            else ""
        )
        claim = getattr(comment, "claim", None)
        opened = (
            format_html(
                '<div class="desk-meta">{}</div>',
                gettext("open: %(who)s") % {"who": claim.user.public_name},
            )
            if claim and claim.is_alive
            else ""
        )
        return format_html(
            '<span class="state-{}">{}</span>{}{}',
            comment.status,
            comment.get_status_display(),
            new_text,
            opened,
        )

    @admin.display(description=_("under"))
    def about(self, comment: Comment) -> str:
        article = format_html(
            '<a class="comment-article" href="?{}">{}</a>',
            urlencode({"state": "all", "article": comment.article_id}),
            comment.article,
        )
        if comment.parent is None:
            return article
        public = comment.parent.public_revision
        text = Truncator(public.text).chars(EXCERPT_CHARACTERS) if public else ""
        quoted = escape(gettext(": «%(text)s»") % {"text": text} if text else "")
        return format_html(
            '{}<div class="comment-parent">{} <bdi>{}</bdi>{}</div>',
            article,
            gettext("answers"),
            comment.parent.display_name or "–",
            comment.covers.over(quoted, comment.parent, public),
        )

    @admin.display(description=_("sent"))
    def sent(self, comment: Comment) -> str:
        return date_format(localtime(comment.created), "SHORT_DATETIME_FORMAT")

    # The actions. They go by what was ticked and seen, not by the queryset that Django offers: that one is
    # filtered anew, and would silently leave out what somebody else has decided meanwhile.

    @admin.action(description=verbs.PUBLISH.for_selected, permissions=["moderate"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._decide_selected(request, verbs.PUBLISH)

    @admin.action(description=verbs.REJECT.for_selected, permissions=["moderate"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
        return self._ask_reason(request, verbs.REJECT)

    @admin.action(description=verbs.MARK_SPAM.for_selected, permissions=["moderate"])
    def mark_spam(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._decide_selected(request, verbs.MARK_SPAM)

    @admin.action(description=verbs.UNMARK_SPAM.for_selected, permissions=["moderate"])
    def unmark_spam(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._decide_selected(request, verbs.UNMARK_SPAM)

    @admin.action(description=verbs.REMOVE.for_selected, permissions=["moderate"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Comment]) -> HttpResponse | None:
        return self._ask_reason(request, verbs.REMOVE)

    @admin.action(description=verbs.RESTORE.for_selected, permissions=["moderate"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._decide_selected(request, verbs.RESTORE)

    def _selected(self, request: HttpRequest) -> list[Comment]:
        ticked = [int(pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME) if pk.isdecimal()]
        there = Comment.objects.in_bulk(ticked[: self.list_per_page])
        return [there[pk] for pk in ticked if pk in there]

    def _decide_selected(self, request: HttpRequest, verb: Verb, **why: str) -> None:
        """Each comment for itself: one that is refused holds up none of the others."""
        done = 0
        for comment in self._selected(request):
            try:
                decide(
                    comment,
                    verb,
                    by=request.user,
                    revision_id=request.POST.get(f"revision-{comment.pk}"),
                    **why,
                )
            except StaleDecision as refusal:
                self.message_user(request, self.refusal_of(comment, refusal), messages.ERROR)
            else:
                done += 1
        if done:
            self.message_user(request, verb.done % {"n": done}, messages.SUCCESS)

    def _ask_reason(self, request: HttpRequest, verb: Verb) -> HttpResponse | None:
        """The page between: the comments, and why. What was ticked and seen goes with it."""
        form = ReasonForm(request.POST if "confirmed" in request.POST else None, verbs=[verb])
        if form.is_bound and form.is_valid():
            why = form.why(verb)
            if why:
                return self._decide_selected(request, verb, **why)
        comments = self._selected(request)
        shown = Revision.objects.in_bulk(
            [
                int(pk)
                for comment in comments
                if (pk := request.POST.get(f"revision-{comment.pk}", "")).isdecimal()
            ]
        )
        for comment in comments:
            comment.seen = shown.get(int(request.POST.get(f"revision-{comment.pk}") or 0))
        context = {
            **self.admin_site.each_context(request),
            "title": verb.for_selected,
            "opts": self.opts,
            "media": self.media,
            "verb": verb,
            "form": form,
            "comments": comments,
            "covers": Covers(request.user, [comment.seen for comment in comments]),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
            "list_url": request.get_full_path(),
        }
        return TemplateResponse(
            request,
            "admin/comments/comment/reason.html",
            context,
            status=422 if form.is_bound else 200,
        )
