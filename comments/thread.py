"""One page of a thread as nested plain objects, in two queries whatever its size."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Article
from comments import own
from comments.models import Comment
from comments.models.comment import ROOTS_A_PAGE


@dataclass
class Place:
    """
    A comment in its place.

    ``answers`` is whom it answers when that is not the comment around it. ``own_token`` is set on what only this
    reader sees: it opens the comment's private page.
    """

    comment: Comment
    replies: list["Place"] = field(default_factory=list)
    answers: Comment | None = None
    own_token: str = ""
    is_frozen: bool = False

    # Strings throughout: the template would localise a number, a hundred times a page.

    @property
    def heading(self) -> str:
        """Under the thread's own h2."""
        return f"h{self.comment.depth + 2}"

    @property
    def query(self) -> str:
        """What the form's address says to answer this comment."""
        return f"?reponse={self.comment.pk}"

    @property
    def text(self) -> str:
        return self.comment.own_html if self.own_token else self.comment.public_revision.html

    @property
    def sent(self) -> str:
        return _day(timezone.localdate(self.comment.created).toordinal())

    @property
    def sent_exactly(self) -> str:
        return timezone.localtime(self.comment.created).isoformat(timespec="minutes")


@dataclass
class ThreadPage:
    number: int
    roots: list[Place]
    has_next: bool
    # Own waiting comments stand on every page and must not make pages of their own.
    is_beyond_the_end: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_next or self.has_previous


def for_reader(request: HttpRequest, article: Article, *, number: int) -> dict[str, Any]:
    """What ``comments/_thread.html`` shows to the reader who asks."""
    return {
        "article": article,
        "page": load(article, number, mine=own.waiting(request, article)),
        "form_address": reverse("comments:new", args=[article.live_slug]),
        "takes_comments": article.accepts_comments,
    }


def load(article: Article, number: int = 1, *, mine: Iterable[Comment] = ()) -> ThreadPage:
    """
    Page ``number`` (from 1) of the article's thread: roots oldest first, each with its answers.

    ``mine`` are comments that only this reader sees (see comments.own): answers stand where they will stand once
    published, new roots at the end of every page.
    """
    first = (number - 1) * ROOTS_A_PAGE
    # One more than is shown tells whether there is a next page, without counting.
    roots = list(
        Comment.objects.filter(article=article)
        .roots()
        .in_thread()
        .order_by("path")
        .values_list("pk", flat=True)[first : first + ROOTS_A_PAGE + 1]
    )
    public = Comment.objects.filter(root__in=roots[:ROOTS_A_PAGE]).in_thread().for_display()
    comments = list(public) if roots else []
    shown = {comment.pk for comment in comments}
    comments += [each for each in mine if each.parent_id in shown]
    # In the order of ``path`` every comment comes right after what it stands below.
    comments.sort(key=lambda comment: comment.path)
    comments += [each for each in mine if each.parent_id is None]
    return ThreadPage(
        number=number,
        roots=_nested(comments),
        has_next=len(roots) > ROOTS_A_PAGE,
        is_beyond_the_end=number > 1 and not roots,
    )


def address_of(comment: Comment) -> str:
    """Where readers find the comment."""
    return f"{page_address(comment.article, comment.page())}#{comment.anchor}"


def page_address(article: Article, number: int | str) -> str:
    if number == 1:
        return article.get_absolute_url()
    return f"{reverse('comments:thread', args=[article.live_slug])}?page={number}"


def last_page(article: Article) -> int:
    roots = Comment.objects.filter(article=article).roots().in_thread().count()
    return max(1, -(-roots // ROOTS_A_PAGE))


def _nested(comments: list[Comment]) -> list[Place]:
    roots: list[Place] = []
    by_id = {comment.pk: comment for comment in comments}
    above: list[Place] = []
    for comment in comments:
        place = Place(comment, own_token=getattr(comment, "own_token", ""))
        del above[comment.depth - 1 :]
        if comment.depth == 1:
            roots.append(place)
        else:
            above[-1].replies.append(place)
            if comment.parent_id != above[-1].comment.pk:
                place.answers = by_id.get(comment.parent_id)
        above.append(place)
        # Not Comment.is_frozen, which would fetch the root of each.
        place.is_frozen = comment.frozen or above[0].comment.frozen
    return roots


@lru_cache(maxsize=1000)
def _day(ordinal: int) -> str:
    """A date in words. Django's date formatting is the dearest part of a long thread, and dates repeat."""
    return date_format(date.fromordinal(ordinal), "DATE_FORMAT")
