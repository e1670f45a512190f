"""What waits for the editors, on the admin's first page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.access import may
from articles.models import Article, Link, Publication
from ldnportal.staff.models import User

ITEMS_SHOWN = 5
SOON_DAYS, LATER_DAYS = 30, 90

register = template.Library()


@dataclass
class Entry:
    """A number of things that wait, and the list of them; ``empty`` says that there are none."""

    number: int
    label: str
    url: str
    empty: str
    is_urgent: bool = False


@dataclass
class Item:
    """One of the most urgent things, with its day or its minute."""

    title: str
    url: str
    when: date | datetime
    remark: str
    is_urgent: bool = False

    @property
    def has_time(self) -> bool:
        return isinstance(self.when, datetime)


@dataclass
class Panel:
    name: str
    title: str
    entries: list[Entry]
    items: list[Item] = field(default_factory=list)
    items_title: str = ""


@register.inclusion_tag("admin/_desk_panels.html", takes_context=True)
def editors_desk(context: dict[str, Any]) -> dict[str, Any]:
    """Empty for whoever sees no articles."""
    user: User | AnonymousUser = context["request"].user
    if not may(user, None, to="view"):
        return {"panels": []}
    # What is due has no reader to wait for, once somebody asks how things stand.
    Article.objects.publish_due()
    return {"panels": [_reviews(user), _publications(), _quality()]}


def _list(**query: str) -> str:
    return reverse("admin:articles_article_changelist", query=query)


def _reviews(user: User) -> Panel:
    articles = Article.objects.order_by()
    overdue = articles.review_overdue().count()
    soon = articles.review_due_within(SOON_DAYS).count()
    later = articles.review_due_within(LATER_DAYS).count()
    changed = articles.changed_since_review().count()
    never = articles.never_reviewed().count()
    wanted = articles.with_changes_wanted().count()
    return Panel(
        "reviews",
        _("Medical reviews"),
        [
            Entry(
                overdue,
                ngettext("review overdue", "reviews overdue", overdue),
                _list(review="overdue"),
                _("No review is overdue."),
                is_urgent=True,
            ),
            Entry(
                changed,
                ngettext("article changed since its review", "articles changed since their review", changed),
                _list(review="changed"),
                _("No article has changed since its review."),
                is_urgent=True,
            ),
            Entry(
                wanted,
                ngettext(
                    "article in which a reviewer wants changes",
                    "articles in which a reviewer wants changes",
                    wanted,
                ),
                _list(review="wanted"),
                _("No reviewer waits for changes."),
                is_urgent=True,
            ),
            Entry(
                soon,
                ngettext("review due within 30 days", "reviews due within 30 days", soon),
                _list(review=str(SOON_DAYS)),
                _("No review is due within 30 days."),
            ),
            Entry(
                later,
                ngettext("review due within 90 days", "reviews due within 90 days", later),
                _list(review=str(LATER_DAYS)),
                _("No review is due within 90 days."),
            ),
            Entry(
                never,
                ngettext("published article never reviewed", "published articles never reviewed", never),
                _list(review="never"),
                _("Every published article has been reviewed."),
            ),
        ],
        list(_most_urgent_reviews(user)),
        _("The most urgent"),
    )


def _most_urgent_reviews(user: User) -> Iterator[Item]:
    page = "review" if may(user, None, to="review") else "change"
    today = timezone.localdate()
    until = today + timedelta(days=LATER_DAYS)
    due = Article.objects.listed().with_review().filter(review_due__lte=until).only("title")
    for article in due.order_by("review_due", "pk")[:ITEMS_SHOWN]:
        late = article.review_due < today
        yield Item(
            article.title,
            reverse(f"admin:articles_article_{page}", args=[article.pk]),
            article.review_due,
            _("overdue since") if late else _("due on"),
            is_urgent=late,
        )


def _publications() -> Panel:
    failed = Publication.objects.failed().order_by().count()
    scheduled = Publication.objects.scheduled().order_by().count()
    unpublished = Article.objects.with_unpublished_changes().order_by().count()
    return Panel(
        "publications",
        _("Publications"),
        [
            Entry(
                failed,
                ngettext(
                    "scheduled publication that could not take place",
                    "scheduled publications that could not take place",
                    failed,
                ),
                _list(state="failed"),
                _("No scheduled publication has failed."),
                is_urgent=True,
            ),
            Entry(
                scheduled,
                ngettext("publication scheduled", "publications scheduled", scheduled),
                _list(state="scheduled"),
                _("Nothing is scheduled."),
            ),
            Entry(
                unpublished,
                ngettext(
                    "article with unpublished changes", "articles with unpublished changes", unpublished
                ),
                _list(state="changes"),
                _("No published article has unpublished changes."),
            ),
        ],
        list(_next_publications()),
        _("Coming up"),
    )


def _next_publications() -> Iterator[Item]:
    """Those that failed come first: their texts should be there already."""
    failed = Publication.objects.failed().values("pk")
    waiting = Publication.objects.scheduled() | Publication.objects.filter(pk__in=failed)
    for publication in waiting.select_related("article").order_by("state", "at", "pk")[:ITEMS_SHOWN]:
        has_failed = publication.state == Publication.State.FAILED
        yield Item(
            publication.article.title,
            reverse("admin:articles_article_change", args=[publication.article_id]),
            publication.at,
            _("failed, was to appear on") if has_failed else _("to appear on"),
            is_urgent=has_failed,
        )


def _quality() -> Panel:
    report = reverse("admin:articles_article_report")
    sources = Article.objects.with_sources_to_verify().order_by().count()
    links = Link.objects.failing().count()
    findings = Article.objects.with_findings().order_by().count()
    return Panel(
        "quality",
        _("Sources, links, accessibility"),
        [
            Entry(
                links,
                ngettext("link that leads nowhere", "links that lead nowhere", links),
                f"{report}?links=failing#links",
                _("No link is known to lead nowhere."),
                is_urgent=True,
            ),
            Entry(
                sources,
                ngettext("article with sources to verify", "articles with sources to verify", sources),
                _list(work="sources"),
                _("Every source has been verified."),
            ),
            Entry(
                findings,
                ngettext(
                    "draft in which the checks found something",
                    "drafts in which the checks found something",
                    findings,
                ),
                f"{report}?state=draft#findings",
                _("The checks found nothing in the drafts."),
            ),
        ],
    )
