"""The public figures are those of the log, whatever happened."""

import csv
import io
import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.db import connection, transaction
from django.template import Context, Template

from articles.models import Page
from comments import transparency
from comments.models import Comment, Complaint, Decision, Notice, Status
from comments.periods import Period
from comments.templatetags.transparency import spent
from comments.transparency import Figures, Outcomes, Times
from tests.comments.histories import BEGINNING, Clock, History
from tests.comments.mailing import give_address, make_reachable
from tests.factories import make_article, make_comment, make_moderator, make_notice

pytestmark = pytest.mark.django_db

PATH = "/transparence/"


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch, BEGINNING)


def published_after(clock: Clock, wait: timedelta, **kwargs) -> Comment:
    comment = make_comment(status=Status.PENDING, **kwargs)
    clock.go_on(wait)
    comment.publish(by=make_moderator(), revision=comment.latest_revision)
    return comment


# The same figures a second time, from all the rows, by counting on one's fingers.


OUTCOMES = ("upheld", "dismissed")
# What no verb of the models writes into the log.
IMPOSSIBLE: set[str] = set()
SEEDS, TURNS, ACTS = range(4), 3, 80


def by_hand(period: Period) -> Figures:
    decisions = list(Decision.objects.order_by("pk").values())
    comments = {row["id"]: row for row in Comment.objects.values()}
    readers = {pk for pk, row in comments.items() if not row["is_staff"]}
    notices = [row for row in Notice.objects.values() if row["comment_id"] in readers]
    of_readers = {row["id"] for row in decisions if row["comment_id"] in readers}
    complaints = [row for row in Complaint.objects.values() if row["decision_id"] in of_readers]

    def inside(moment) -> bool:
        return moment is not None and period.start <= moment < period.end

    log = public_log(decisions, comments)
    now = [each for each in log if inside(each["created"])]
    by_authors = Counter(each["action"] for each in now if each["role"] == "author")
    decided = [each for each in now if each["role"] == "moderator"]
    why = [each for each in decided if each["action"] in {"ask_changes", "reject", "remove", "redact"}]
    by_program = [each for each in now if each["role"] == "system" and each["action"] == "publish"]
    waits = first_waits(log, comments)
    when = {each["id"]: each["created"] for each in decisions if each["role"] == "moderator"}
    answered = [
        (each["created"], when[each["decision_id"]]) for each in notices if each["decision_id"] in when
    ]
    settled = [(each["created"], each["decided_at"]) for each in complaints if each["outcome"] in OUTCOMES]
    return Figures(
        period=period,
        received=by_authors["post"],
        texts=by_authors["edit"] + by_authors["resubmit"],
        withdrawn=by_authors["withdraw"],
        actions=counted(each["action"] for each in decided),
        sources=counted(each["source"] for each in decided),
        restrictions=counted((each["ground"], each["category"]) for each in why),
        detected=sum(each["automated_detection"] for each in decided),
        automated=len(by_program),
        moderators=len({each["actor_id"] for each in decided}),
        reading=times([pair for pair in waits if inside(pair[1])]),
        notices=counted(each["kind"] for each in notices if inside(each["created"])),
        answering=times([pair for pair in answered if inside(pair[1])]),
        complaints=[
            Outcomes(
                by,
                sum(each["by"] == by and inside(each["created"]) for each in complaints),
                *(
                    sum(
                        each["by"] == by and each["outcome"] == outcome and inside(each["decided_at"])
                        for each in complaints
                    )
                    for outcome in OUTCOMES
                ),
            )
            for by in ("author", "notifier")
        ],
        deciding=times([pair for pair in settled if inside(pair[1])]),
    )


def public_log(decisions: list[dict], comments: dict[int, dict]) -> list[dict]:
    """What counts of the log: of readers' comments, neither marks nor what was undone nor that it was."""
    undone = {each["supersedes_id"] for each in decisions if each["action"] == "undo"}
    left_out = {"undo", "pin", "unpin", "freeze", "unfreeze"}
    return [
        each
        for each in decisions
        if each["id"] not in undone
        and each["action"] not in left_out
        and not comments[each["comment_id"]]["is_staff"]
    ]


def first_waits(log: list[dict], comments: dict[int, dict]) -> list[tuple[datetime, datetime]]:
    """When each comment was sent and when a moderator first decided about it; not if a program was first."""
    firsts = {}
    for each in log:
        if each["role"] != "author":
            firsts.setdefault(each["comment_id"], each)
    read = [(pk, first) for pk, first in firsts.items() if first["role"] == "moderator"]
    return [(comments[pk]["created"], first["created"]) for pk, first in read]


def usual_by_hand(now: datetime) -> timedelta | None:
    decisions = list(Decision.objects.order_by("pk").values())
    comments = {row["id"]: row for row in Comment.objects.values()}
    waits = first_waits(public_log(decisions, comments), comments)
    recent = [pair for pair in waits if pair[1] >= now - timedelta(days=30)]
    return times(recent).most if len(recent) >= 20 else None


def counted(things) -> list[tuple]:
    return sorted(Counter(things).items(), key=lambda item: (-item[1], item[0]))


def times(pairs: list[tuple[datetime, datetime]]) -> Times:
    waits = sorted(
        math.ceil((math.floor(end.timestamp()) - math.floor(begin.timestamp())) / 60) for begin, end in pairs
    )
    if not waits:
        return Times()
    n = len(waits)
    median, most = ((n + 1) // 2, -(-4 * n // 5))
    return Times(n, timedelta(minutes=waits[median - 1]), timedelta(minutes=waits[most - 1]))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_figures_of_a_random_history_are_those_counted_by_hand(clock, seed):
    history = History(seed, clock)
    for _turn in range(TURNS):
        history.go_on(ACTS)
        for period in transparency.all_periods():
            assert transparency.figures(period) == by_hand(period)
        assert transparency.usual_time() == usual_by_hand(clock.moment)


def test_all_that_the_log_knows_happens_in_these_histories(clock):
    actions, outcomes = set(), set()
    for seed in SEEDS:
        clock.moment = BEGINNING
        with transaction.atomic():
            History(seed, clock).go_on(TURNS * ACTS)
            actions |= set(Decision.objects.values_list("action", flat=True))
            outcomes |= set(Complaint.objects.values_list("by", "outcome"))
            transaction.set_rollback(True)
    assert actions == set(Decision.Action.values) - IMPOSSIBLE
    assert outcomes == set(product(Complaint.By.values, Complaint.Outcome.values))


def test_what_the_program_published_is_counted_apart_and_waited_for_nobody(client, clock, settings):
    settings.TRUST_AFTER = 1
    make_reachable()
    for _each in range(2):
        comment = make_comment(status=Status.PENDING)
        give_address(comment).confirm()
    clock.go_on(timedelta(days=3))
    comment.remove(by=make_moderator(), revision=comment.public_revision, reason="Non.")
    found = transparency.figures(Period(2026))
    assert found == by_hand(Period(2026))
    assert (found.automated, found.reading.n, dict(found.actions)) == (2, 1, {"publish": 1, "remove": 1})
    assert ("automated_decisions", "", "", 2) in transparency.table(found)
    html = client.get(f"{PATH}2026/").content.decode()
    said = ("le programme a publié 2 commentaires", "Aucune décision n’a été prise par un logiciel")
    assert [each in html for each in said] == [True, False]


def test_a_period_begins_and_ends_at_the_site_s_own_midnight(clock):
    clock.moment = datetime(2026, 1, 31, 22, 59, 59, tzinfo=UTC)
    make_comment(status=Status.PENDING)
    clock.go_on(timedelta(seconds=1))
    make_comment(status=Status.PENDING)
    make_comment(status=Status.PENDING)
    found = [transparency.figures(period).received for period in (Period(2026, 1), Period(2026, 2))]
    assert found == [1, 2]


def test_what_the_editorial_team_writes_is_no_moderation(clock):
    comment = make_comment()
    before = transparency.figures(Period(2026))
    answer = Comment.objects.answer(parent=comment, text="Voici.", by=make_moderator("bea"))
    notice = make_notice(answer)
    kept = notice.keep_comment(by=make_moderator("bea"), revision=answer.latest_revision, reason="Juste.")
    complaint = notice.contest(kept, "Si.")
    complaint.dismiss(by=make_moderator(), words="Non.")
    answer.remove(by=make_moderator("bea"), revision=answer.latest_revision, reason="Faux.")
    assert transparency.figures(Period(2026)) == before


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10, 19])
def test_half_and_four_in_five_are_true_times_of_the_list(clock, n):
    article = make_article()
    for minutes in range(1, n + 1):
        published_after(clock, timedelta(minutes=minutes), article=article)
    found = transparency.figures(Period(2026)).reading
    assert found == Times(n, timedelta(minutes=math.ceil(n / 2)), timedelta(minutes=math.ceil(n * 4 / 5)))


# The page.


def test_the_page_sets_no_cookie_and_may_be_kept(client, clock):
    make_comment()
    for path in (PATH, f"{PATH}2026-01/", f"{PATH}2026.csv"):
        response = client.get(path)
        assert (response.status_code, dict(response.cookies)) == (200, {})
        assert response.headers["Cache-Control"] == "public, max-age=600"


def test_without_a_single_comment_the_page_says_that_there_is_nothing(client, clock):
    html = client.get(PATH).content.decode()
    assert ("Rien n’est arrivé" in html, "<table" in html) == (True, False)


def test_what_an_administrator_wrote_stands_above_the_tables(client, clock):
    make_comment()
    Page.objects.create(slug="transparence", title="Nos chiffres", body="<p>Écrit par l’éditeur.</p>")
    html = client.get(PATH).content.decode()
    assert "<h1>Nos chiffres</h1>" in html
    assert 0 < html.index("Écrit par l’éditeur.") < html.index("<table")
    assert Page.objects.get().get_absolute_url() == PATH


def test_the_page_shows_the_decisions_in_words_and_leads_to_each_period(client, clock):
    comment = make_comment(status=Status.PENDING)
    clock.go_on(timedelta(hours=5))
    comment.reject(
        by=make_moderator(),
        revision=comment.latest_revision,
        reason="Non.",
        category="STATEMENT_CATEGORY_SELF_HARM",
    )
    clock.moment = datetime(2026, 3, 2, tzinfo=UTC)
    html = client.get(f"{PATH}2026-01/").content.decode()
    for words in ("Refusé", "Atteinte à soi-même", "5\u00a0heures", "1 modérateur a décidé."):
        assert words in html.replace("5 heures", "5\u00a0heures")
    for each in ("2026", "2026-01", "2026-02", "2026-03"):
        assert f'href="{PATH}{each}/"' in html


@pytest.mark.parametrize(
    "period", ["2025", "2025-12", "2026-03", "2027", "0000", "9999", "2026-00", "2026-13", "99999"]
)
def test_what_lies_before_the_first_comment_or_in_the_future_is_no_page(client, clock, period):
    make_comment()
    codes = [client.get(f"{PATH}{period}{end}").status_code for end in ("/", ".csv")]
    assert codes == [404, 404]


def test_the_file_has_the_figures_of_the_page(client, clock):
    history = History(1, clock)
    history.go_on(60)
    response = client.get(f"{PATH}2026-01.csv")
    head, *lines = csv.reader(io.StringIO(response.content.decode()))
    assert head == ["period", "figure", "kind", "category", "value"]
    expected = transparency.table(by_hand(Period(2026, 1)))
    assert lines == [["2026-01", *map(str, line)] for line in expected]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone is misled by its statistics")
def test_what_was_undone_is_looked_for_in_its_own_index_although_next_to_nothing_was(clock):
    make_comment()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = Decision.objects.about_the_public().order_by().explain()
    assert ("decision_superseding" in plan, "SCAN U1" in plan) == (True, False)


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_costs_the_same_for_any_history(client, clock, django_assert_num_queries, n):
    article = make_article()
    for _number in range(n):
        comment = make_comment(article=article)
        make_notice(comment)
        comment.remove(by=make_moderator(), revision=comment.latest_revision, reason="Non.")
        comment.contest(comment.latest_decision, "Si.")
    with django_assert_num_queries(8):
        client.get(PATH)


# «Usually read within».


def test_below_twenty_first_decisions_in_thirty_days_nothing_is_promised(clock):
    article = make_article()
    for _number in range(19):
        published_after(clock, timedelta(minutes=5), article=article)
    few = transparency.usual_time()
    published_after(clock, timedelta(minutes=5), article=article)
    enough = transparency.usual_time()
    clock.go_on(timedelta(days=31))
    assert (few, enough, transparency.usual_time()) == (None, timedelta(minutes=5), None)


def test_the_tag_says_the_usual_time_in_one_query_or_nothing(clock, django_assert_num_queries):
    template = Template("{% load transparency %}{% usual_time %}")
    nothing = template.render(Context()).strip()
    article = make_article()
    for _number in range(20):
        published_after(clock, timedelta(hours=3, minutes=10), article=article)
    with django_assert_num_queries(1):
        html = template.render(Context()).strip()
    said = '<p class="comment-form__usual">Lu en général sous 4 heures.</p>'
    assert (nothing, html.replace("\u00a0", " ")) == ("", said)


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(seconds=10), (1, "hours")),
        (timedelta(hours=1), (1, "hours")),
        (timedelta(hours=1, seconds=1), (2, "hours")),
        (timedelta(hours=4, minutes=1), (6, "hours")),
        (timedelta(hours=13), (24, "hours")),
        (timedelta(hours=24, seconds=1), (2, "days")),
        (timedelta(days=9), (9, "days")),
    ],
)
def test_a_usual_time_is_rounded_up_to_what_one_says(time, said):
    assert transparency.rounded_up(time) == said


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (None, "–"),
        (timedelta(seconds=3), "1 minute"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=47), "47 heures"),
        (timedelta(days=2), "2 jours"),
    ],
)
def test_a_measured_time_is_said_in_its_own_unit(time, words):
    assert spent(time).replace("\u00a0", " ") == words
