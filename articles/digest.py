"""The weekly mail to those who answer for articles: what waits for them, and nothing when nothing does."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import Article
from articles.templatetags.typography import day as in_words
from ldnportal.mail.models import Outbox, Undeliverable
from ldnportal.staff.models import User

KIND = "review_digest"
DUE_WITHIN_DAYS = 30
# In this order in the mail; an article may stand under several.
HEADINGS = {
    "overdue": gettext_lazy("Medical review overdue"),
    "due": gettext_lazy("Medical review due within 30 days"),
    "changed": gettext_lazy("Changed since the medical review"),
    "wanted": gettext_lazy("The reviewer wants changes"),
    "failed": gettext_lazy("Scheduled publication that could not take place"),
}


@dataclass
class Outcome:
    """What ``queue`` did: how many mails, for whom there was one already, and who got none and why."""

    queued: int = 0
    already: int = 0
    unreachable: list[tuple[User, str]] = field(default_factory=list)
    # Articles that nobody is told of.
    orphans: int = 0


@transaction.atomic
def queue(today: date | None = None) -> Outcome:
    """
    Queues this ISO week's mail to each person in charge who has something to do.

    Once a week and person, however often and on however many machines it runs: the outbox's key says so. An
    article goes to its responsible and its deputy; to the chief editors if neither can be reached.
    """
    today = today or timezone.localdate()
    outcome = Outcome()
    chiefs = list(User.objects.with_perm("articles.publish_article", include_superusers=False))
    tasks: dict[int, dict[str, list]] = defaultdict(lambda: defaultdict(list))
    people: dict[int, User] = {}
    for heading, article, day in _waiting(today):
        owners = [user for user in (article.responsible, article.deputy) if user]
        reachable = _reachable(owners, outcome) or _reachable(chiefs, outcome)
        outcome.orphans += not reachable
        for user in reachable:
            people[user.pk] = user
            tasks[user.pk][heading].append([article.pk, day and day.isoformat()])
    year, week, _weekday = today.isocalendar()
    for pk, waiting in tasks.items():
        key = f"{KIND}:{year}-W{week:02d}:user-{pk}"
        if Outbox.objects.queue_if_new(key, KIND, context={"user": pk, "waiting": waiting}):
            outcome.queued += 1
        else:
            outcome.already += 1
    return outcome


def _waiting(today: date) -> Iterable[tuple[str, Article, date | None]]:
    articles = Article.objects.select_related("responsible", "deputy").order_by("title", "pk")
    for article in articles.review_overdue(today).order_by("review_due", "pk"):
        yield "overdue", article, article.review_due
    for article in articles.review_due_within(DUE_WITHIN_DAYS, today).order_by("review_due", "pk"):
        yield "due", article, article.review_due
    for article in articles.changed_since_review():
        yield "changed", article, None
    for article in articles.with_changes_wanted():
        yield "wanted", article, None
    for article in articles.with_failed_publication():
        yield "failed", article, None


def _reachable(users: Iterable[User], outcome: Outcome) -> list[User]:
    reachable = []
    for user in users:
        problem = _why_unreachable(user)
        if problem is None:
            reachable.append(user)
        elif (user, problem) not in outcome.unreachable:
            outcome.unreachable.append((user, problem))
    return reachable


def _why_unreachable(user: User) -> str | None:
    if not (user.is_active and user.is_staff):
        return _("the account is closed")
    if not user.email:
        return _("the account has no e-mail address")
    return None


# The mail


def message(mail: Outbox) -> EmailMessage:
    """The mail of a row of the outbox: to the address that the account has now."""
    user = User.objects.filter(pk=mail.context["user"]).first()
    problem = _("the account is closed") if user is None else _why_unreachable(user)
    if problem:
        raise Undeliverable(problem)
    waiting = mail.context["waiting"]
    pks = {pk for rows in waiting.values() for pk, _day in rows}
    titles = dict(Article.objects.filter(pk__in=pks).values_list("pk", "title"))
    subject = ngettext(
        "%(site)s: %(n)d article waits for you", "%(site)s: %(n)d articles wait for you", len(pks)
    ) % {"site": settings.SITE_NAME, "n": len(pks)}
    return EmailMessage(subject, "\n".join(_lines(user, waiting, titles)), to=[user.email])


def _lines(user: User, waiting: dict[str, list], titles: dict[int, str]) -> Iterable[str]:
    yield _("Hello %(name)s,") % {"name": user.public_name}
    yield ""
    yield _("This is what waits in the articles that you answer for, or that nobody else can be told of.")
    for heading, title in HEADINGS.items():
        rows = [(pk, day) for pk, day in waiting.get(heading, []) if pk in titles]
        if not rows:
            continue
        yield ""
        yield f"{title} ({len(rows)})"
        for pk, day in rows:
            yield ""
            yield f"- {titles[pk]}{_due(day)}"
            yield f"  {settings.SITE_URL}{reverse('admin:articles_article_change', args=[pk])}"
    yield ""
    yield _("All that waits: %(url)s") % {"url": settings.SITE_URL + reverse("admin:index")}
    yield ""
    yield _("This mail comes once a week, as long as something waits. Nothing is done by answering it.")


def _due(day: str | None) -> str:
    return _(", due on %(day)s") % {"day": in_words(parse_date(day))} if day else ""
