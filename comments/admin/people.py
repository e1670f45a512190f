"""One author with a confirmed address, for the moderators: trust, comments, restrictions, notes. Never the address."""

from collections.abc import Sequence

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.admin.cover import Covers
from comments.admin.forms import NoteForm
from comments.models import Comment, Contributor, ModeratorNote, Revision, Status

SHOWN = 50


class PersonNoteForm(NoteForm):
    class Meta(NoteForm.Meta):
        help_texts = {
            "text": _(
                "For moderators only; readers and the author never see it. Quote no comment here: the note stays when its "
                "author erases that one, and goes with his address."
            )
        }


@admin.register(Contributor)
class ContributorAdmin(admin.ModelAdmin):
    """A page of its own, to which comments lead. There is no list: people are not for leafing through."""

    def get_urls(self):
        def own(view):
            return self.admin_site.admin_view(view)

        return [
            path("", own(self.changelist_view), name="comments_contributor_changelist"),
            path("<int:pk>/change/", own(self.person_view), name="comments_contributor_change"),
            path("<int:pk>/note/", own(self.note_view), name="comments_contributor_note"),
            path("<int:pk>/lift/", own(self.lift_view), name="comments_contributor_lift"),
        ]

    # Who may do what. The first page of the admin does not name it.

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Contributor | None = None) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Contributor | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Contributor | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        self._check(request, methods=["GET", "HEAD", "POST"])
        return redirect("admin:comments_comment_changelist")

    def person_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        refused = self._check(request, methods=["GET", "HEAD"])
        return refused or self._page(request, _find(pk))

    def note_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        refused = self._check(request, methods=["POST"])
        if refused:
            return refused
        person, form = _find(pk), PersonNoteForm(request.POST)
        if not form.is_valid():
            return self._page(request, person, status=422, note_form=form)
        form.instance.contributor, form.instance.author = person, request.user
        form.save()
        self.message_user(request, gettext("The note is kept."), messages.SUCCESS)
        return redirect("admin:comments_contributor_change", pk)

    def lift_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        refused = self._check(request, methods=["POST"])
        if refused:
            return refused
        number = request.POST.get("restriction", "")
        in_force = _find(pk).restrictions.in_force()
        there = in_force.filter(pk=int(number[:18])).first() if number.isdecimal() else None
        if there:
            there.lift()
            self.message_user(request, gettext("The restriction is lifted."), messages.SUCCESS)
        return redirect("admin:comments_contributor_change", pk)

    def _check(self, request: HttpRequest, *, methods: Sequence[str]) -> HttpResponse | None:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return None if request.method in methods else HttpResponseNotAllowed(methods)

    def _page(self, request: HttpRequest, person: Contributor, *, status: int = 200, **forms) -> HttpResponse:
        texts = Prefetch("revisions", Revision.objects.to_read(), to_attr="texts")
        comments = person.comments.select_related("article").prefetch_related(texts)
        comments = list(comments.order_by("-created", "-pk")[:SHOWN])
        notes = ModeratorNote.objects.filter(Q(contributor=person) | Q(comment__contributor=person))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Author %(id)d") % {"id": person.pk},
            "opts": self.opts,
            "media": self.media,
            "person": person,
            "trust": person.trust,
            "counts": _counts(person),
            "comments": comments,
            "covers": Covers(request.user, [text for comment in comments for text in comment.texts[-1:]]),
            "unread": set(person.comments.unread().order_by().values_list("pk", flat=True)),
            "restrictions": person.restrictions.select_related("by", "confirmation__by").order_by(
                "-created", "-pk"
            ),
            "notes": notes.select_related("author", "comment").order_by("-created", "-pk")[:SHOWN],
            "note_form": PersonNoteForm(),
            **forms,
        }
        return TemplateResponse(request, "admin/comments/contributor/page.html", context, status=status)


def _find(pk: int) -> Contributor:
    person = Contributor.objects.filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def _counts(person: Contributor) -> list[tuple[str, int]]:
    """By state, in words; without those that he has none of."""
    counted = Comment.objects.filter(contributor=person).order_by().values_list("status")
    numbers = dict(counted.annotate(Count("pk")))
    return [(label, numbers[status]) for status, label in Status.choices if status in numbers]
