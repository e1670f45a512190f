"""One page of a thread as nested plain objects, in two queries whatever its size."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from articles.models import Article
from comments.models import MAX_DEPTH, Comment
from comments.models.comment import ROOTS_A_PAGE


@dataclass
class Node:
    """A comment in its place. ``answers`` is whom it answers when that is not the comment around it."""

    comment: Comment
    replies: list["Node"] = field(default_factory=list)
    answers: Comment | None = None
    own: bool = False

    @property
    def heading_level(self) -> int:
        """Under the thread's own h2."""
        return self.comment.depth + 2

    @property
    def html(self) -> str:
        if self.own:
            return list(self.comment.revisions.all())[-1].html
        return self.comment.public_revision.html if self.comment.is_published else ""


@dataclass
class ThreadPage:
    roots: list[Node]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_next or self.has_previous


def load(article: Article, number: int = 1, *, own: Iterable[Comment] = ()) -> ThreadPage:
    """
    Page ``number`` (from 1) of the article's thread: roots oldest first, each with its answers.

    ``own`` are comments that only this reader may see: they stand where they will stand once published, new roots
    at the end of every page.
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
    has_next = len(roots) > ROOTS_A_PAGE
    comments = list(Comment.objects.filter(root__in=roots[:ROOTS_A_PAGE]).in_thread().for_display())
    mine = {comment.pk for comment in own}
    shown = {comment.pk for comment in comments}
    placed = [*comments, *(each for each in own if each.parent_id is None or each.parent_id in shown)]
    return ThreadPage(_nested(sorted(placed, key=lambda comment: comment.path), mine), number, has_next)


def _nested(comments: list[Comment], mine: set[int]) -> list[Node]:
    """In the order of ``path`` every comment comes right after what it stands below."""
    roots: list[Node] = []
    by_id: dict[int, Comment] = {}
    above: list[Node] = []
    for comment in comments:
        node = Node(comment, own=comment.pk in mine)
        by_id[comment.pk] = comment
        del above[comment.depth - 1 :]
        if above and comment.depth > 1:
            above[-1].replies.append(node)
        else:
            roots.append(node)
        if comment.depth == MAX_DEPTH and above and comment.parent_id != above[-1].comment.pk:
            node.answers = by_id.get(comment.parent_id)
        above.append(node)
    return roots
