"""Everything that happened to one comment, on one page: to be read, printed, shown."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from comments import journal
from comments.models import Comment


class AuditPage:
    """The part of CommentAdmin that shows a comment's journal to who may see the log of decisions."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.journal_view)
        return [path("<int:pk>/journal/", view, name="comments_comment_journal"), *super().get_urls()]

    def journal_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("comments.view_decision"):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        comment = Comment.objects.select_related("article", "consent").filter(pk=pk).first()
        if comment is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Journal of comment %(id)d") % {"id": comment.pk},
            "opts": self.opts,
            "media": self.media,
            "comment": comment,
            "entries": journal.of(comment),
        }
        return TemplateResponse(request, "admin/comments/decision/journal.html", context)
