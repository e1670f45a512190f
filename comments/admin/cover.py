"""
Texts that are hard to read are covered on the desk until a moderator asks for them; whoever prefers it reads without.

A closed details element, and no blur: what is only blurred is read out by a screen reader.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from comments.models import Comment, Revision, Signal, Urgency
from comments.signals import CHECKS
from ldnportal.staff.models import User


class Covers:
    """Which of the texts of one page are covered for one moderator, and why: one query for all of them."""

    def __init__(self, user: User, texts: Iterable[Revision | None]) -> None:
        self._wanted = user.covers_texts
        shown = {text.pk for text in texts if text} if self._wanted else ()
        noticed = Signal.objects.covering().filter(revision__in=shown).order_by("pk")
        self._noticed: dict[int, list[str]] = {}
        for revision, name in noticed.values_list("revision", "check_name"):
            check = CHECKS[name]
            words = str(check.covered_as) or str(check.label).lower()
            self._noticed.setdefault(revision, []).append(words)

    def over(
        self,
        content: SafeString,
        comment: Comment,
        *texts: Revision | None,
        of: str | None = None,
        is_main: bool = False,
    ) -> SafeString:
        """
        The content, in a cover that says why if one of the comment's ``texts`` is covered.

        ``of`` is what stands below the cover, if it is not the first of the texts; only its length is told. The key
        «v» uncovers what ``is_main``.
        """
        there = [text for text in texts if text and text.text]
        why = self._why(comment, there)
        if not why or of == "":
            return content
        return format_html(
            '<details class="desk-covered"><summary{}>{}</summary>{}</details>',
            mark_safe(' data-key="v"') if is_main else "",
            _in_words(why, len(of or there[0].text)),
            content,
        )

    def _why(self, comment: Comment, texts: list[Revision]) -> list[str]:
        if not self._wanted or not texts:
            return []
        reported = [str(Urgency.LEGAL.label)] if comment.urgency == Urgency.LEGAL else []
        noticed = [words for text in texts for words in self._noticed.get(text.pk, [])]
        return list(dict.fromkeys([*reported, *noticed]))


def _in_words(why: list[str], length: int) -> str:
    return ngettext(
        "Covered text: %(why)s – show it (%(n)d character)",
        "Covered text: %(why)s – show it (%(n)d characters)",
        length,
    ) % {"why": ", ".join(why), "n": length}


class CoverSwitch:
    """The part of CommentAdmin by which moderators choose whether they see covers."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.cover_view)
        return [path("cover/", view, name="comments_comment_cover"), *super().get_urls()]

    def cover_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        request.user.covers_texts = request.POST.get("covers") == "1"
        request.user.save(update_fields=["covers_texts"])
        self.message_user(request, _told(request.user))
        back = request.POST.get("next", "")
        # Only within the site: no host is allowed.
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return redirect(back if is_ours else "admin:comments_comment_changelist")


def _told(user: User) -> str:
    if user.covers_texts:
        return gettext(
            "Texts that are hard to read are covered again: each cover says why, and opens when you ask."
        )
    return gettext(
        "Texts are shown to you without covers. You can have them covered again whenever you like."
    )
