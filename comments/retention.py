"""
How long what readers gave us is kept, and its end.

`manage.py purge` carries out what the privacy page says: both read the rules here, which read
``settings.COMMENT_RETENTION`` (days, 0 for ever).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.models import (
    Comment,
    Complaint,
    Decision,
    Notice,
    Restriction,
    StaleDecision,
    Status,
    Trace,
    UnconfirmedAddress,
)
from comments.models.person import TRACE_LIFETIME
from comments.models.reachable import CONFIRMED_WITHIN
from ldnportal.mail.models import Outbox

BATCH = 500


class Rule:
    """
    One line of the table: what is kept, how long, and what happens then.

    ``name`` is its key in the settings and in the log. ``due()`` are the rows whose time is over, ``carry_out()``
    says how many it ended.
    """

    name: str
    what: Promise
    then: Promise

    @property
    def days(self) -> int:
        """0 for ever."""
        return settings.COMMENT_RETENTION[self.name]

    @property
    def until(self) -> datetime:
        """What is older has had its days."""
        return timezone.now() - timedelta(days=self.days)

    def due(self) -> QuerySet:
        raise NotImplementedError

    def carry_out(self) -> int:
        raise NotImplementedError


@dataclass
class State(Rule):
    """Comments in one state. Each is ended by the model's verb and leaves a line in its log."""

    name: str
    what: Promise
    then: Promise = _("erased: text, pseudonym, all versions")
    verb: str = "erase"

    def due(self) -> QuerySet[Comment]:
        if not self.days:
            return Comment.objects.none()
        since = self.until
        later = Decision.objects.filter(comment=OuterRef("pk"), created__gt=since)
        contested = Complaint.objects.filter(decision__comment=OuterRef("pk"), outcome=Complaint.Outcome.OPEN)
        return Comment.objects.filter(
            ~Exists(later), ~Exists(contested), status=self.name, created__lte=since
        ).order_by("pk")

    def carry_out(self) -> int:
        return sum(self._end(pk) for pk in _keys(self.due()))

    @transaction.atomic
    def _end(self, pk: int) -> bool:
        # The lock that every verb takes first: what has happened to the comment meanwhile is seen here.
        article = Article.objects.filter(comments=pk).values_list("pk", flat=True)[0]
        Article.objects.select_for_update().get(pk=article)
        comment = self.due().filter(pk=pk).first()
        if comment is None:
            return False
        try:
            if self.verb == "expire":
                comment.expire()
            else:
                comment.erase(role=Decision.Role.SYSTEM)
        except StaleDecision:
            return False
        return True


class Notices(Rule):
    name = "notices"
    what = _("A report that has been decided about, or whose comment is gone")
    then = _("text, name and e-mail erased; that there was a report stays")

    def due(self) -> QuerySet[Notice]:
        if not self.days:
            return Notice.objects.none()
        unanswered = Q(decision__isnull=True, created__lte=self.until) & ~Q(comment__status=Status.PUBLISHED)
        # It may be contested for months after it was answered, however late that was.
        answered = Q(decision__created__lte=self.until) & ~Exists(
            Complaint.objects.open().filter(notice=OuterRef("pk"))
        )
        kept = Q(blanked__isnull=True) | Q(email_encrypted__isnull=False)
        return Notice.objects.filter(kept, unanswered | answered)

    def carry_out(self) -> int:
        return Notice.objects.filter(pk__in=list(self.due().values_list("pk", flat=True))).blank()


class Restrictions(Rule):
    name = "restrictions"
    what = _("A restriction of the moderators that is over")
    then = _("deleted for good")

    def due(self) -> QuerySet[Restriction]:
        return Restriction.objects.filter(until__lte=self.until) if self.days else Restriction.objects.none()

    def carry_out(self) -> int:
        # What a colleague said to them goes too, and is not counted.
        _all, by_model = self.due().delete()
        return by_model.get(Restriction._meta.label, 0)


class Mail(Rule):
    name = "mail"
    what = _("The note that an e-mail was sent or could not be sent")
    then = _("deleted for good")

    def due(self) -> QuerySet[Outbox]:
        if not self.days:
            return Outbox.objects.none()
        return Outbox.objects.filter(Q(sent__lte=self.until) | Q(given_up__lte=self.until))

    def carry_out(self) -> int:
        return self.due().delete()[0]


class Traces(Rule):
    """Not in the settings: the limit that it serves needs minutes."""

    name = "traces"
    what = _("The coded trace of a connection")
    then = _("deleted for good")
    days = TRACE_LIFETIME.days

    def due(self) -> QuerySet[Trace]:
        return Trace.objects.expired()

    def carry_out(self) -> int:
        return self.due().delete()[0]


class Addresses(Rule):
    """Not in the settings: the mail that asks says how long."""

    name = "addresses"
    what = _("An e-mail address that nobody has confirmed")
    then = _("deleted for good")
    days = CONFIRMED_WITHIN.days

    def due(self) -> QuerySet[UnconfirmedAddress]:
        return UnconfirmedAddress.objects.expired()

    def carry_out(self) -> int:
        return self.due().forget()


RULES: list[Rule] = [
    State(Status.PENDING, _("A comment that nobody has decided about")),
    State(
        Status.CHANGES_REQUESTED,
        _("A comment whose author was asked for a change, without answer"),
        _("withdrawn, then as below"),
        verb="expire",
    ),
    State(Status.WITHDRAWN, _("A withdrawn comment")),
    State(Status.REJECTED, _("A rejected comment")),
    State(Status.REMOVED, _("A comment removed after its publication")),
    State(Status.SPAM, _("What was taken for advertising")),
    State(Status.PUBLISHED, _("A published comment")),
    Notices(),
    Restrictions(),
    Addresses(),
    Traces(),
    Mail(),
]


def purge(*, dry_run: bool = False) -> dict[str, int]:
    """Ends what has had its days, or only counts it. By the name of the rule."""
    return {str(rule.name): rule.due().count() if dry_run else rule.carry_out() for rule in RULES}


def _keys(rows: QuerySet) -> Iterator[int]:
    """By and by, so that a first run over a large database holds no long transaction and no long list."""
    last = 0
    while keys := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        yield from keys
        last = keys[-1]
