"""
What happened to an article: who, when, what. Kept in the admin's own log.

An entry's ``change_message`` is Django's JSON list; its first item says what was done in a word of ``ACTS`` and with
the facts that its sentence names: ``[{"act": "published", "version": 3, "change": "major", "said": "…"}]``.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.access import get_article
from articles.admin.desk_page import DeskPages, page_of
from articles.models import Article, Publication, Review
from ldnportal.staff.models import User

ENTRIES_A_PAGE = 50

ACTS = {
    "created": _("Article created: version %(version)s"),
    "saved": _("Version %(version)s saved"),
    "settings": _("Settings changed; the text stayed as it was"),
    "restored": _("Version %(of)s restored, as version %(version)s"),
    "discarded": _("Unpublished changes discarded: the draft is what readers see, version %(version)s"),
    "merged": _("Two texts merged into version %(version)s"),
    "set_aside": _("Set aside, because somebody else had saved first: version %(version)s"),
    "published": _("Version %(version)s published (%(change)s)"),
    "first_published": _("First publication: version %(version)s"),
    "scheduled": _("Version %(version)s scheduled for %(at)s (%(change)s)"),
    "first_scheduled": _("First publication scheduled for %(at)s: version %(version)s"),
    "moved": _("Scheduled publication of version %(version)s moved to %(at)s"),
    "cancelled": _("Scheduled publication of version %(version)s cancelled"),
    "withdrawn": _("Withdrawn: the page stays, with a banner"),
    "redirected": _("Readers are led to “%(to)s”"),
    "unpublished": _("Unpublished: the page is gone"),
    "brought_back": _("Back online"),
    "reviewed": _("Version %(version)s reviewed: %(outcome)s"),
    "reviewed_for": _("Version %(version)s reviewed by %(person)s, who told it: %(outcome)s"),
    "noted": _("Note for the editors"),
}
LABELS = {"change": Publication.Change, "outcome": Review.Outcome}


@dataclass(frozen=True)
class Entry:
    """
    One line of the list.

    ``said`` is what somebody wrote with it: a reason, a public note. ``version_url`` is set if it is about a version.
    """

    at: datetime
    who: str
    what: str
    said: str
    version_url: str


def log(user: User, article: Article, act: str, **facts: str | int) -> None:
    """Writes one entry. ``facts`` are those of the act's sentence in ACTS, and ``said``."""
    LogEntry.objects.log_actions(
        user.pk,
        [article],
        ADDITION if act == "created" else CHANGE,
        change_message=[{"act": act, **facts}],
        single_object=True,
    )


def read(entry: LogEntry, article: Article) -> Entry:
    message = entry.change_message
    first = json.loads(message)[0] if message.startswith('[{"act"') else {}
    if first.get("act") in ACTS:
        what = ACTS[first["act"]] % {name: _in_words(name, value) for name, value in first.items()}
    else:
        what = entry.get_change_message()
    return Entry(
        at=entry.action_time,
        who=entry.user.public_name,
        what=what,
        said=first.get("said", ""),
        version_url=(
            reverse("admin:articles_article_version", args=[article.pk, first["version"]])
            if "version" in first
            else ""
        ),
    )


def _in_words(name: str, value: str | int) -> str:
    if name in LABELS:
        return LABELS[name](value).label
    if name == "at":
        return date_format(localtime(parse_datetime(value)), "SHORT_DATETIME_FORMAT")
    return str(value)


class ActivityPage(DeskPages):
    """The part of ArticleAdmin that keeps the log and shows it."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        pk = unquote(object_id)
        if not pk.isdecimal():
            raise Http404
        article = get_article(request, int(pk), to="view")
        entries = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Article), object_id=article.pk
        ).select_related("user")
        page = page_of(request, entries.order_by("-action_time", "-pk"), ENTRIES_A_PAGE)
        return self.desk_page(
            request,
            article,
            "activity",
            title=gettext("Activity"),
            page=page,
            entries=[read(entry, article) for entry in page],
        )

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None):
        article = super().get_object(request, object_id, from_field)
        if article is not None:
            article.draft_before = article.draft_id
        return article

    def log_addition(self, request: HttpRequest, obj: Article, message) -> None:
        log(request.user, obj, "created", version=obj.draft.n)

    def log_change(self, request: HttpRequest, obj: Article, message) -> None:
        """Names the version, which says what changed; nothing where nothing did."""
        if obj.draft_id != getattr(obj, "draft_before", None):
            log(request.user, obj, "saved", version=obj.draft.n)
        elif message:
            log(request.user, obj, "settings")
