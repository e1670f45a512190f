"""The moderators' queue: its tabs with their numbers, what is known of each author, and how far a list goes."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.functional import Promise, cached_property, lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.admin.cover import Covers
from comments.models import Comment, Notice, Status, Trace

# Nobody leafs through more; a filter or a search finds the others.
MOST = 10_000
# And of what a search finds.
MOST_FOUND = 1_000
ALL = "all"


@dataclass(frozen=True)
class Tab:
    label: Promise
    comments: Callable[[QuerySet[Comment]], QuerySet[Comment]]
    order: tuple[str, ...] = ("-created", "-pk")
    # The setting without which there is nothing in it.
    option: str = ""

    @property
    def is_used(self) -> bool:
        return not self.option or getattr(settings, self.option)


def _of(*states: str) -> Callable[[QuerySet[Comment]], QuerySet[Comment]]:
    # As the indexes have it: SQLite does not see that they hold the list «status IN (…)».
    wanted = reduce(or_, (Q(status=state) for state in states))
    return lambda comments: comments.filter(wanted)


def _reported(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    undecided = Notice.objects.undecided().order_by("created")
    first = undecided.filter(comment=OuterRef("pk")).values("created")[:1]
    reported = comments.published().filter(pk__in=undecided.order_by().values("comment"))
    return reported.annotate(reported_at=Subquery(first))


# The first is what the list shows unasked. What has a deadline stands in its order.
TABS: dict[str, Tab] = {
    "waiting": Tab(
        _("to be read"), lambda comments: comments.waiting(), ("urgency", "-risk", "created", "pk")
    ),
    "reported": Tab(_("reported"), _reported, ("urgency", "reported_at", "pk")),
    Status.CHANGES_REQUESTED: Tab(_("changes awaited"), _of(Status.CHANGES_REQUESTED)),
    "contested": Tab(_("contested"), lambda comments: comments.contested(), ("contested_at", "pk")),
    "to_confirm": Tab(
        _("to be confirmed"), lambda comments: comments.to_confirm(), ("pk",), option="SECOND_PAIR_OF_EYES"
    ),
    Status.PUBLISHED: Tab(_("published"), lambda comments: comments.published(), ("-published_at", "-pk")),
    "refused": Tab(_("refused"), _of(Status.REJECTED, Status.REMOVED)),
    Status.SPAM: Tab(_("spam"), _of(Status.SPAM)),
    "gone": Tab(_("withdrawn or erased"), _of(Status.WITHDRAWN, Status.ERASED)),
    ALL: Tab(_("all"), lambda comments: comments, ("-pk",)),
}
FIRST = next(iter(TABS))


def counts() -> dict[str, int]:
    """How many comments each tab has, MOST + 1 at most; one query, which reads no more rows of each."""
    counted = [name for name, tab in TABS.items() if tab.is_used and name not in {"gone", ALL}]
    parts, parameters = [], []
    for name in counted:
        rows = TABS[name].comments(Comment.objects.order_by()).values("pk")[: MOST + 1]
        sql, its_parameters = rows.query.sql_with_params()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS {connection.ops.quote_name(f'tab_{name}')})")
        parameters += its_parameters
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)
        row = cursor.fetchone()
    return dict(zip(counted, row, strict=True))


def number_in_words(number: int) -> str:
    return str(number) if number <= MOST else gettext("more than %(n)d") % {"n": MOST}


class TabFilter(admin.SimpleListFilter):
    """The tabs stand above the list, with their numbers; beside it they would stand twice."""

    title = _("state")
    parameter_name = "state"
    template = "admin/comments/comment/_no_filter.html"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [(name, tab.label) for name, tab in TABS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        value = self.value() or FIRST
        if value not in TABS:
            # A state by itself, as links from elsewhere name it; anything else shows nothing instead of failing.
            return queryset.filter(status=value)
        return TABS[value].comments(queryset)


class ArticleFilter(admin.SimpleListFilter):
    """The article that was chosen by its name in the list; a list of all of them would be too long to read."""

    title = _("article")
    parameter_name = "article"

    # Those on the page, once they are known (Queue): they name their article without another query.
    on_page: Sequence[Comment] = ()

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        chosen = request.GET.get("article", "")
        return [(chosen, lazy(self._title, str)(chosen))] if chosen else []

    def _title(self, chosen: str) -> str:
        if self.on_page:
            return self.on_page[0].article.title
        number = int(chosen[:18]) if chosen.isdecimal() else 0
        # One that is not there is a choice, too: it shows nothing.
        return Article.objects.filter(pk=number).values_list("title", flat=True).first() or "–"

    def has_output(self) -> bool:
        return bool(self.lookup_choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        if self.value() is None:
            return queryset
        return queryset.filter(article=self.value()[:18]) if self.value().isdecimal() else queryset.none()


class BoundedPaginator(Paginator):
    """
    Leafs no further than MOST, so that a list of a million opens as fast as one of a hundred.

    ``known`` is how many there are, where they have been counted; else they are read for it.
    """

    def __init__(self, *args, known: int | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    @cached_property
    def count(self) -> int:
        return len(self._numbers) if self.known is None else min(self.known, MOST)

    def numbers(self, start: int, stop: int) -> list[int]:
        """Which comments stand there, in their order."""
        if self.known is None:
            return self._numbers[start:stop]
        return list(self.object_list.values_list("pk", flat=True)[start : min(stop, MOST)])

    @cached_property
    def _numbers(self) -> list[int]:
        return list(self.object_list.values_list("pk", flat=True)[:MOST])


class Queue(ChangeList):
    """The page's comments, with what is known of their authors and which texts are covered."""

    def get_results(self, request: HttpRequest) -> None:
        """
        First which comments stand on the page, then all about these.

        In one query with the articles databases begin, now and then, with the articles, and sort all comments.
        """
        super().get_results(request)
        is_all = self.show_all and self.can_show_all
        start = 0 if is_all else (self.page_num - 1) * self.list_per_page
        numbers = self.paginator.numbers(start, start + (self.result_count if is_all else self.list_per_page))
        unread = Exists(Comment.objects.unread().filter(pk=OuterRef("pk")))
        all_about = self.root_queryset.select_related(*self.list_select_related).annotate(was_unread=unread)
        there = all_about.in_bulk(numbers)
        comments = [there[number] for number in numbers if number in there]
        told = histories(comments)
        parents = [comment.parent.public_revision for comment in comments if comment.parent]
        covers = Covers(request.user, [*parents, *(text for comment in comments for text in comment.texts)])
        for comment in comments:
            comment.history = told[comment.pk]
            comment.covers = covers
        for each in self.filter_specs:
            if isinstance(each, ArticleFilter):
                each.on_page = comments
        self.result_list = comments


def first_numbers(comments: QuerySet[Comment], order: Iterable[str]) -> QuerySet:
    """The first MOST of a tab in its order: as far as a search reads texts."""
    return comments.order_by(*order).values("pk")[:MOST]


# What is known of the authors.


def histories(comments: Iterable[Comment]) -> dict[int, str]:
    """What else each author has here, in words, by the comment's number; two queries however many there are."""
    comments = list(comments)
    by_contributor: dict[int, Counter[str]] = {}
    known = {comment.contributor_id for comment in comments} - {None}
    for contributor, status, number in (
        Comment.objects.filter(contributor__in=known)
        .order_by()
        .values_list("contributor", "status")
        .annotate(Count("pk"))
        if known
        else ()
    ):
        by_contributor.setdefault(contributor, Counter())[status] = number
    by_comment, by_digest = _traced(comments)
    told = {}
    for comment in comments:
        if comment.contributor_id:
            others = by_contributor[comment.contributor_id] - Counter([comment.status])
            told[comment.pk] = gettext("author with a confirmed address: %(what)s") % {
                "what": _in_words(others)
            }
        elif comment.pk in by_comment:
            others = Counter(
                status for pk, status in by_digest[by_comment[comment.pk]].items() if pk != comment.pk
            )
            told[comment.pk] = gettext("same connection, last 24 hours: %(what)s") % {
                "what": _in_words(others)
            }
        else:
            told[comment.pk] = gettext("nothing is known of its author")
    return told


def _traced(comments: list[Comment]) -> tuple[dict[int, str], dict[str, dict[int, str]]]:
    """The connection's digest by comment, and what came from each; one query."""
    unknown = [comment.pk for comment in comments if not comment.contributor_id]
    digests = Trace.objects.filter(comment__in=unknown).values("digest")
    by_comment: dict[int, str] = {}
    by_digest: dict[str, dict[int, str]] = {}
    for digest, pk, status in (
        Trace.objects.filter(digest__in=digests, comment__isnull=False).values_list(
            "digest", "comment", "comment__status"
        )
        if unknown
        else ()
    ):
        by_digest.setdefault(digest, {})[pk] = status
        by_comment[pk] = digest
    return by_comment, by_digest


def _in_words(others: Counter[str]) -> str:
    total = others.total()
    if not total:
        return gettext("no other comment")
    each = ", ".join(f"{others[status]} {label}" for status, label in Status.choices if others[status])
    others_in_words = ngettext("%(n)d other comment", "%(n)d other comments", total) % {"n": total}
    return gettext("%(others)s (%(each)s)") % {"others": others_in_words, "each": each}
