"""
What the moderators did in a period, counted from the log (as DSA art. 15 asks of larger sites).

Of readers' comments only, and of what is reported and contested of these: what the editorial team writes is not
moderated. What an author's withdrawal ended nobody decided. The databases count; the number of queries is always the
same, and the rows read are kinds of entries and different times, not entries.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import BigIntegerField, Count, Exists, F, Func, OuterRef, Q, QuerySet
from django.utils import timezone

from comments.models import Comment, Complaint, Decision, Notice
from comments.models.decision import AGAINST_AUTHOR
from comments.periods import Period

MEDIAN, MOST = 50, 80
# «Usually read within» says nothing from a handful of comments.
ENOUGH = 20
USUAL_DAYS = timedelta(days=30)
MINUTE = timedelta(minutes=1)


class _Seconds(Func):
    """A moment in whole seconds, the same on both databases."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler, connection, **context):
        # Without its fraction, which SQLite would round.
        return self.as_sql(
            compiler,
            connection,
            template="CAST(strftime('%%%%s', substr(%(expressions)s, 1, 19)) AS INTEGER)",
            **context,
        )

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(
            compiler, connection, template="FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::bigint", **context
        )


@dataclass(frozen=True)
class Times:
    """How long ``n`` things took: half of them at most ``median``, four in five at most ``most``; None without any."""

    n: int = 0
    median: timedelta | None = None
    most: timedelta | None = None


@dataclass(frozen=True)
class Outcomes:
    """What became of complaints of one kind that were decided in the period."""

    by: str
    received: int
    upheld: int
    dismissed: int


@dataclass(frozen=True)
class Figures:
    """
    All that the page and the file say of a period.

    ``texts`` are new texts of comments that were there already; ``automated`` is how many comments of trusted authors the
    program published unread, the one thing that it decides. ``actions``, ``sources`` and ``restrictions`` (by
    ground and category; without spam, for which no ground is given) count decisions, the most frequent first, and
    leave out what never happened; ``notices`` likewise.
    """

    period: Period
    received: int
    texts: int
    withdrawn: int
    actions: list[tuple[str, int]]
    sources: list[tuple[str, int]]
    restrictions: list[tuple[tuple[str, str], int]]
    detected: int
    automated: int
    moderators: int
    reading: Times
    notices: list[tuple[str, int]]
    answering: Times
    complaints: list[Outcomes]
    deciding: Times

    @property
    def decisions(self) -> int:
        return sum(n for _action, n in self.actions)

    @property
    def reported(self) -> int:
        return sum(n for _kind, n in self.notices)

    @property
    def contested(self) -> int:
        return sum(each.received for each in self.complaints)

    @property
    def is_empty(self) -> bool:
        settled = self.answering.n + sum(each.upheld + each.dismissed for each in self.complaints)
        return not (
            self.received
            + self.texts
            + self.withdrawn
            + self.decisions
            + self.automated
            + self.reported
            + self.contested
            + settled
        )


def figures(period: Period) -> Figures:
    counted = _log(period)
    decided = [(row, row["n"]) for row in counted if row["role"] == Decision.Role.MODERATOR]
    written = Counter()
    for row in counted:
        if row["role"] == Decision.Role.AUTHOR:
            written[row["action"]] += row["n"]
    notices = Notice.objects.filter(comment__is_staff=False)
    kinds = notices.filter(_within("created", period)).values_list("kind").annotate(n=Count("pk"))
    complaints = Complaint.objects.filter(decision__comment__is_staff=False)
    return Figures(
        period=period,
        received=written[Decision.Action.POST],
        texts=written[Decision.Action.EDIT] + written[Decision.Action.RESUBMIT],
        withdrawn=written[Decision.Action.WITHDRAW],
        actions=_sums(decided, lambda row: row["action"]),
        sources=_sums(decided, lambda row: row["source"]),
        restrictions=_sums(
            ((row, n) for row, n in decided if row["action"] in _REASONED),
            lambda row: (row["ground"], row["category"]),
        ),
        detected=sum(n for row, n in decided if row["automated_detection"]),
        automated=sum(
            row["n"]
            for row in counted
            if (row["role"], row["action"]) == (Decision.Role.SYSTEM, Decision.Action.PUBLISH)
        ),
        moderators=len({row["actor"] for row, _n in decided}),
        reading=_times(_first_decisions(_within("created", period)), "comment__created", "created"),
        notices=sorted(kinds.order_by(), key=_most_frequent),
        answering=_times(
            notices.filter(_within("decision__created", period), decision__role=Decision.Role.MODERATOR),
            "created",
            "decision__created",
        ),
        complaints=_outcomes(complaints, period),
        deciding=_times(
            complaints.filter(_within("decided_at", period), outcome__in=_DECIDED), "created", "decided_at"
        ),
    )


# Of spam nobody is given a ground.
_REASONED = set(AGAINST_AUTHOR) - {Decision.Action.SPAM}
_DECIDED = (Complaint.Outcome.UPHELD, Complaint.Outcome.DISMISSED)


def _within(field: str, period: Period) -> Q:
    return Q(**{f"{field}__gte": period.start, f"{field}__lt": period.end})


def _log(period: Period) -> list[dict]:
    """The log of the period in as many rows as there are kinds of entries and moderators."""
    readers = Decision.objects.about_the_public().filter(_within("created", period), comment__is_staff=False)
    kinds = readers.values("role", "actor", "action", "ground", "category", "source", "automated_detection")
    return list(kinds.annotate(n=Count("pk")).order_by())


def _sums(rows: Iterable[tuple[dict, int]], key: Callable) -> list[tuple]:
    sums = Counter()
    for row, n in rows:
        sums[key(row)] += n
    return sorted(sums.items(), key=_most_frequent)


def _most_frequent(item: tuple) -> tuple:
    what, n = item
    return -n, what


def _first_decisions(when: Q) -> QuerySet[Decision]:
    """
    Of each comment the first that a moderator took, if it lies in the time that ``when`` says.

    What the site published unread waited for nobody: a later decision about it says nothing of how long reading takes.
    """
    earlier = (
        Decision.objects.exclude(role=Decision.Role.AUTHOR)
        .about_the_public()
        .filter(comment=OuterRef("comment"), pk__lt=OuterRef("pk"))
    )
    return (
        Decision.objects.by_moderators()
        .about_the_public()
        .filter(when, ~Exists(earlier), comment__is_staff=False)
    )


def _times(rows: QuerySet, begun: str, ended: str) -> Times:
    """
    In whole minutes, rounded up, by nearest rank: the first time, in order, that has the share of all up to it.

    One query, which brings as many rows as there are different times.
    """
    minutes = (_Seconds(F(ended)) - _Seconds(F(begun)) + 59) / 60
    steps = list(rows.values(minutes=minutes).annotate(n=Count("pk")).order_by("minutes"))
    total = sum(step["n"] for step in steps)
    found, reached = {}, 0
    for step in steps:
        reached += step["n"]
        for share in (MEDIAN, MOST):
            if share not in found and 100 * reached >= share * total:
                found[share] = timedelta(minutes=step["minutes"])
    return Times(total, found.get(MEDIAN), found.get(MOST))


def _outcomes(complaints: QuerySet[Complaint], period: Period) -> list[Outcomes]:
    """By who contested; both are there, even with nothing."""
    rows = complaints.filter(_within("created", period) | _within("decided_at", period)).values("by")
    rows = rows.annotate(
        received=Count("pk", filter=_within("created", period)),
        upheld=Count("pk", filter=_within("decided_at", period) & Q(outcome=Complaint.Outcome.UPHELD)),
        dismissed=Count("pk", filter=_within("decided_at", period) & Q(outcome=Complaint.Outcome.DISMISSED)),
    )
    found = {row["by"]: row for row in rows.order_by()}
    nothing = {"received": 0, "upheld": 0, "dismissed": 0}
    return [Outcomes(**{"by": by, **nothing, **found.get(by, {})}) for by in Complaint.By.values]


def first_month() -> Period:
    """The month of the first comment; without any, this one."""
    first = Comment.objects.order_by("pk").values_list("created", flat=True).first()
    return Period.of(first or timezone.now())


def all_periods() -> list[Period]:
    """All with something to count, the newest first: each year, then its months."""
    first, now = first_month(), Period.of(timezone.now())
    found = []
    for year in range(now.year, first.year - 1, -1):
        found.append(Period(year))
        months = [month for month in Period(year).months if month >= first]
        found += reversed(months)
    return found


def usual_time() -> timedelta | None:
    """Within which four in five comments of the last 30 days had their first decision; None from fewer than ENOUGH."""
    since = timezone.now() - USUAL_DAYS
    times = _times(_first_decisions(Q(created__gte=since)), "comment__created", "created")
    return times.most if times.n >= ENOUGH else None


def rounded_up(time: timedelta) -> tuple[int, str]:
    """A time that nobody is promised to the minute: (number, «hours» or «days»), never less than it is."""
    hours = -(-time // timedelta(hours=1))
    for limit in (1, 2, 3, 4, 6, 8, 12, 24):
        if hours <= limit:
            return limit, "hours"
    return -(-time // timedelta(days=1)), "days"


def table(found: Figures) -> list[tuple[str, str, str, int]]:
    """The figures as lines: (what, of which kind, of which category, how many or how many minutes)."""
    lines = [
        ("comments_received", "", "", found.received),
        ("new_texts_received", "", "", found.texts),
        ("withdrawn_by_author", "", "", found.withdrawn),
        ("decisions", "", "", found.decisions),
        *(("decisions_by_action", action, "", n) for action, n in found.actions),
        *(("decisions_by_source", source, "", n) for source, n in found.sources),
        *(("restrictions", ground, category, n) for (ground, category), n in found.restrictions),
        ("automated_detection", "", "", found.detected),
        ("automated_decisions", "", "", found.automated),
        ("moderators", "", "", found.moderators),
        *(("notices_received", kind, "", n) for kind, n in found.notices),
    ]
    for each in found.complaints:
        lines += [
            ("complaints_received", each.by, "", each.received),
            ("complaints_upheld", each.by, "", each.upheld),
            ("complaints_dismissed", each.by, "", each.dismissed),
        ]
    for name, times in (
        ("first_decisions", found.reading),
        ("notices_decided", found.answering),
        ("complaints_decided", found.deciding),
    ):
        lines.append((name, "", "", times.n))
        if times.n:
            lines.append((name, "median_minutes", "", times.median // MINUTE))
            lines.append((name, "percentile_80_minutes", "", times.most // MINUTE))
    return lines
