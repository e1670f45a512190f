"""
The conversation under an article, a page at a time, as flat rows in the order in which they are read.

A page takes as many queries and reads as many rows whatever the size of the thread or of the table: roots by their
index, of each root's answers the first ones, the others on pages of that discussion.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from articles.models import Article
from comments import own
from comments.models import Comment, Status
from comments.models.status import TOMBSTONES

ROOTS_A_PAGE = 20
# Under each root; one link leads to the others.
REPLIES_SHOWN = 10
REPLIES_A_PAGE = 50

OLDEST, NEWEST = "anciens", "recents"

_COLUMNS = (
    "pk",
    "parent_id",
    "root_id",
    "depth",
    "path",
    "status",
    "display_name",
    "is_staff",
    "frozen",
    "pinned",
    "created",
    "public_revision__html",
    "reply_count",
)


@dataclass(slots=True)
class Row:
    """
    A comment in its place.

    Strings throughout: what a template looks up, formats or translates for each of a hundred comments is what a
    long thread costs. ``own_token`` is set on what only this reader sees; ``after`` closes the comment, up to its
    root, or opens the list of its answers.
    """

    pk: int
    parent_id: int | None
    root_id: int
    depth: int
    path: str
    status: str
    name: SafeString
    is_staff: bool
    frozen: bool
    pinned: bool
    created: datetime
    text: SafeString
    replies: int = 0
    own_token: str = ""
    opening: SafeString = ""
    title: SafeString = ""
    date: SafeString = ""
    answers: SafeString = ""
    answer: SafeString = ""
    report: SafeString = ""
    after: SafeString = ""
    is_tombstone: bool = False
    is_old: bool = False
    is_last: bool = False
    others: tuple[str, str] | None = None


@dataclass
class ThreadPage:
    """``discussion`` is the root whose answers stand on this page, if it is a page of one discussion."""

    number: int
    rows: list[Row] = field(default_factory=list)
    order: str = OLDEST
    discussion: Row | None = None
    has_next: bool = False
    # Own waiting comments stand on every page and must not make pages of their own.
    is_beyond_the_end: bool = False
    has_two_roots: bool = False
    address: str = ""
    previous: str = ""
    next: str = ""

    @property
    def has_other_pages(self) -> bool:
        return self.has_next or self.number > 1

    @property
    def is_newest_first(self) -> bool:
        return self.order == NEWEST

    @property
    def has_orders(self) -> bool:
        """There is something to put in another order."""
        return self.discussion is None and (self.has_two_roots or self.has_other_pages)


def for_reader(request: HttpRequest, article: Article, page: ThreadPage | None = None) -> dict[str, Any]:
    """What ``comments/_thread.html`` shows to the reader who asks; by default the first page."""
    page = page or load(article, mine=own.waiting(request, article))
    return {
        "article": article,
        "page": page,
        "form_address": reverse("comments:new", args=[article.live_slug]),
        "feed_address": reverse("comments:feed", args=[article.live_slug]),
        "first_address": f"{page_address(article)}#commentaires",
        "newest_address": f"{page_address(article, order=NEWEST)}#commentaires",
        "takes_comments": article.accepts_comments,
        "written_before": _written_before(article),
    }


def load(
    article: Article, number: int = 1, *, order: str = OLDEST, mine: Iterable[Comment] = ()
) -> ThreadPage:
    """
    Page ``number`` (from 1) of the article's thread: roots in ``order``, each with its first answers.

    ``mine`` are comments that only this reader sees (see comments.own): answers stand where they will stand once
    published, new roots at the new end of every page. Two queries.
    """
    first = (number - 1) * ROOTS_A_PAGE
    # The root is the first of its own discussion; where one more than is shown begins, it is cut.
    cut = Comment.objects.in_thread().filter(root=OuterRef("pk")).order_by("path").values("path")
    # One more root than is shown tells whether there is a next page, without counting.
    of_page = Comment.objects.filter(article=article).roots().in_thread()
    # What is pinned stands on top, unless the newest are asked for.
    by_path = ["-path"] if order == NEWEST else ["-pinned", "path"]
    here = of_page.order_by(*by_path).values("pk")[first : first + ROOTS_A_PAGE + 1]
    # PostgreSQL would look for the cut of every root that OFFSET skips, if it were asked in the same breath.
    roots = list(
        Comment.objects.filter(pk__in=here)
        .order_by(*by_path)
        .annotate(cut=Subquery(cut[REPLIES_SHOWN + 1 : REPLIES_SHOWN + 2]))
        .values_list("pk", "reply_count", "cut")
    )
    shown, rows = roots[:ROOTS_A_PAGE], {pk: [] for pk, _count, _cut in roots[:ROOTS_A_PAGE]}
    for row in _rows(_of_roots(shown)) if shown else ():
        rows[row.root_id].append(row)
    _add_mine(rows, mine)
    new = [[_own_row(each)] for each in mine if each.parent_id is None]
    discussions = [*new, *rows.values()] if order == NEWEST else [*rows.values(), *new]
    for discussion in discussions:
        _place(article, discussion)
    for pk, count, cut_at in shown:
        if cut_at:
            # What stands on the page and is counted: not the tombstones, nor what only this reader sees.
            public = sum(row.status == Status.PUBLISHED for row in rows[pk][1:])
            rows[pk][-1].others = _others(article, pk, count - public)
    return _page(
        article,
        ThreadPage(
            number=number,
            rows=[row for discussion in discussions for row in discussion],
            order=order,
            has_next=len(roots) > ROOTS_A_PAGE,
            is_beyond_the_end=number > 1 and not roots,
            has_two_roots=len(roots) > 1,
        ),
    )


def load_discussion(
    article: Article, root: int, number: int = 1, *, mine: Iterable[Comment] = ()
) -> ThreadPage | None:
    """
    Page ``number`` (from 1) of all answers below one root, which stands above them on each page.

    What the first answer stands below is shown again too. None if readers see no such root. Two queries, or three.
    """
    first = (number - 1) * REPLIES_A_PAGE
    of_article = Comment.objects.filter(article=article)
    top = list(_rows(of_article.roots().in_thread().filter(pk=root)))
    if not top:
        return None
    replies = of_article.in_thread().filter(root=root, depth__gt=1).order_by("path")
    replies = list(_rows(replies[first : first + REPLIES_A_PAGE + 1]))
    rows = top + replies[:REPLIES_A_PAGE]
    known = {row.pk: row for row in rows}
    above = {int(step) for step in rows[1].path.split("/")[:-1]} if replies else set()
    missing = (above | {row.parent_id for row in rows[1:]}) - known.keys()
    if missing:
        elsewhere = list(_rows(of_article.in_thread().filter(pk__in=missing)))
        known |= {row.pk: row for row in elsewhere}
        rows += [row for row in elsewhere if row.pk in above]
        rows.sort(key=lambda row: row.path)
    by_root = {root: rows}
    _add_mine(by_root, mine)
    _place(article, rows, known)
    return _page(
        article,
        ThreadPage(
            number=number,
            rows=rows,
            discussion=top[0],
            has_next=len(replies) > REPLIES_A_PAGE,
            is_beyond_the_end=number > 1 and not replies,
        ),
    )


def address_of(comment: Comment) -> str:
    """Where readers find the comment. One query for a root, two for most answers."""
    article = comment.article
    if comment.depth > 1:
        before = Comment.objects.in_thread().filter(root=comment.root_id, path__lt=comment.path).count() - 1
        if before >= REPLIES_SHOWN:
            number = before // REPLIES_A_PAGE + 1
            return f"{page_address(article, number, discussion=comment.root_id)}#{comment.anchor}"
    roots = Comment.objects.filter(article=article).roots().in_thread()
    earlier = Q(path__lt=comment.path.partition("/")[0])
    # The root of an answer may be pinned, too.
    root = comment if comment.depth == 1 else comment.root
    before = roots.filter(earlier & Q(pinned=True) if root.pinned else earlier | Q(pinned=True)).count()
    return f"{page_address(article, before // ROOTS_A_PAGE + 1)}#{comment.anchor}"


def page_address(
    article: Article, number: int = 1, *, order: str = OLDEST, discussion: int | None = None
) -> str:
    query = {}
    if discussion is not None:
        query["fil"] = discussion
    if order != OLDEST:
        query["ordre"] = order
    if number > 1:
        query["page"] = number
    if not query:
        return article.get_absolute_url()
    return f"{reverse('comments:thread', args=[article.live_slug])}?{urlencode(query)}"


def _page(article: Article, page: ThreadPage) -> ThreadPage:
    def address(number: int) -> str:
        root = page.discussion.pk if page.discussion else None
        return page_address(article, number, order=page.order, discussion=root)

    page.address = address(page.number)
    page.previous = f"{address(page.number - 1)}#commentaires" if page.number > 1 else ""
    page.next = f"{address(page.number + 1)}#commentaires" if page.has_next else ""
    return page


def _of_roots(roots: list[tuple[int, int, str | None]]):
    """The roots and their first answers, in the order of ``path``: each comment right after what it stands below."""
    wanted = Q(root__in=[pk for pk, _count, cut in roots if not cut])
    for pk, _count, cut in roots:
        if cut:
            wanted |= Q(root=pk, path__lt=cut)
    return Comment.objects.in_thread().filter(wanted).order_by("path")


def _rows(comments) -> Iterable[Row]:
    for *columns, name, is_staff, frozen, pinned, created, html, replies in comments.values_list(*_COLUMNS):
        yield Row(*columns, escape(name), is_staff, frozen, pinned, created, SafeString(html or ""), replies)


def _own_row(comment: Comment) -> Row:
    return Row(
        comment.pk,
        comment.parent_id,
        comment.root_id,
        comment.depth,
        comment.path,
        comment.status,
        escape(comment.display_name),
        comment.is_staff,
        comment.frozen,
        comment.pinned,
        comment.created,
        SafeString(comment.own_html),
        own_token=comment.own_token,
    )


def _add_mine(rows: dict[int, list[Row]], mine: Iterable[Comment]) -> None:
    for comment in mine:
        discussion = rows.get(comment.root_id, [])
        if any(row.pk == comment.parent_id for row in discussion):
            discussion.append(_own_row(comment))
            discussion.sort(key=lambda row: row.path)


def _place(article: Article, rows: list[Row], known: dict[int, Row] | None = None) -> None:
    """Makes the rows of one discussion ready for the template; ``known`` are those answered from elsewhere too."""
    here = {row.pk: row for row in rows}
    known = here if known is None else {**known, **here}
    updated = article.updated_at if article.updated_at != article.first_published_at else None
    zone = timezone.get_current_timezone()
    words = gettext('Answer<span class="visually-hidden"> to <bdi>%(name)s</bdi></span>')
    address = reverse("comments:new", args=[article.live_slug])
    answer = f'<a href="{address}?reponse=%(pk)d" data-reply rel="nofollow">{words}</a>'
    words = gettext('Report<span class="visually-hidden"> the comment by <bdi>%(name)s</bdi></span>')
    address = reverse("comments:report", args=[0]).replace("0", "%(pk)d")
    report = f'<a class="comment__report" href="{address}" rel="nofollow">{words}</a>'
    above: list[Row] = []
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        # Whatever is missing in between, the page is whole.
        row.depth = min(row.depth, len(above) + 1)
        del above[row.depth - 1 :]
        anchor = f"commentaire-{row.pk}"
        row.is_tombstone = row.status in TOMBSTONES
        row.opening = _opening(row, anchor)
        row.title = _title(row, anchor)
        row.date = _date(row, row.created.astimezone(zone))
        row.is_old = updated is not None and row.created < updated
        if above and row.parent_id != above[-1].pk and row.parent_id in known:
            row.answers = _answers(known[row.parent_id], is_here=row.parent_id in here)
        above.append(row)
        if not (row.own_token or row.is_tombstone or row.frozen or above[0].frozen):
            row.answer = SafeString(answer % {"pk": row.pk, "name": row.name})
        if not (row.own_token or row.is_tombstone):
            row.report = SafeString(report % {"pk": row.pk, "name": row.name})
        row.is_last = after is None
        row.after = _after(row.depth, None if after is None else min(after.depth, row.depth + 1))


def _opening(row: Row, anchor: str) -> SafeString:
    kind = " comment--own" if row.own_token else " comment--staff" if row.is_staff else ""
    return SafeString(f'<article class="comment{kind}" id="{anchor}" aria-labelledby="{anchor}-titre">')


def _title(row: Row, anchor: str) -> SafeString:
    """The heading, under the thread's own h2."""
    level = row.depth + 2
    if row.is_tombstone:
        kind, words = ' class="comment__tombstone"', _what_became_of_it(row.status)
    else:
        kind, words = "", f"<bdi>{row.name}</bdi>"
    return SafeString(f'<h{level}{kind} id="{anchor}-titre">{words}</h{level}>')


def _what_became_of_it(status: str) -> str:
    if status == Status.REMOVED:
        return gettext("This comment was removed by the moderators.")
    if status == Status.WITHDRAWN:
        return gettext("This comment was withdrawn by its author.")
    return gettext("This comment was erased.")


def _date(row: Row, local: datetime) -> SafeString:
    """The date; for what others see too, a link to the place."""
    moment, day = local.isoformat(timespec="minutes"), _day(local.toordinal())
    if row.own_token:
        return SafeString(f'<time class="comment__date" datetime="{moment}">{day}</time>')
    address = f"/commentaires/{row.pk}/"
    return SafeString(f'<a class="comment__date" href="{address}"><time datetime="{moment}">{day}</time></a>')


def _after(depth: int, following: int | None) -> SafeString:
    if following is None:
        return SafeString("</article></li></ol>" * (depth - 1))
    if following > depth:
        return SafeString('<ol class="replies">')
    return SafeString("</article></li>" + "</ol></article></li>" * (depth - following))


def _answers(parent: Row, *, is_here: bool) -> SafeString:
    """A link to what is answered, where that is not the comment around it."""
    address = f"#commentaire-{parent.pk}" if is_here else reverse("comments:permalink", args=[parent.pk])
    if parent.status in TOMBSTONES:
        words = escape(gettext("in answer to a comment that is no longer there"))
    else:
        words = gettext("in answer to <bdi>%(name)s</bdi>") % {"name": parent.name}
    return SafeString(f'<a class="comment__answers" href="{address}">{words}</a>')


def _others(article: Article, root: int, count: int) -> tuple[str, str]:
    words = ngettext("See the %(count)d other answer", "See the %(count)d other answers", count)
    # The first page shows again what stands here, so that nobody has to find where it went on.
    return page_address(article, discussion=root), words % {"count": count}


def _written_before(article: Article) -> str:
    day = _day(timezone.localdate(article.updated_at).toordinal())
    return gettext("Written before the update of %(day)s") % {"day": day}


@lru_cache(maxsize=1000)
def _day(ordinal: int) -> str:
    """A date in words. Django's date formatting is the dearest part of a long thread, and dates repeat."""
    return date_format(date.fromordinal(ordinal), "DATE_FORMAT")
