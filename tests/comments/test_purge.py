"""`manage.py purge`: what has been kept for its days ends, and nothing before."""

import io
import json
import logging
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.db.models import F
from django.utils import timezone

from comments import retention
from comments.models import (
    Comment,
    Complaint,
    Decision,
    ModeratorNote,
    Notice,
    Restriction,
    Signal,
    Status,
    Trace,
)
from ldnportal.mail.models import Outbox
from ldnportal.pages.logs import JSONFormatter
from tests.comments.mailing import make_reachable
from tests.factories import decisions_of, make_article, make_comment, make_moderator, make_notice
from tests.rewriting import rewritable_log

pytestmark = pytest.mark.django_db

DAYS = {
    "pending": 10,
    "changes_requested": 10,
    "published": 10,
    "rejected": 10,
    "removed": 10,
    "spam": 10,
    "withdrawn": 10,
    "notices": 10,
    "restrictions": 10,
    "mail": 10,
}
DATES = [
    *((model, "created") for model in (Comment, Decision, Notice, Trace)),
    (Outbox, "sent"),
    (Outbox, "given_up"),
]
# What only this comment's author wrote, or somebody wrote about it.
WORDS = ("zinzolin", "Philomène", "abricotine", "bergamasque", "cacatoès", "dromadaire")


@pytest.fixture(autouse=True)
def _ten_days_of_everything(settings):
    settings.COMMENT_RETENTION = dict(DAYS)


def days_pass(days: float) -> None:
    """Everything that has happened so far is so many days older."""
    for model, name in DATES:
        # Past the managers: a decision's own refuses every change.
        rows = models.QuerySet(model).filter(**{f"{name}__isnull": False})
        with rewritable_log():
            rows.update(**{name: F(name) - timedelta(days=days)})


def purge(*arguments: str) -> str:
    out = io.StringIO()
    call_command("purge", *arguments, stdout=out)
    return out.getvalue()


def statuses(*comments: Comment) -> list[str]:
    return [Comment.objects.get(pk=each.pk).status for each in comments]


@pytest.mark.parametrize(
    ("status", "end"),
    [
        (Status.PENDING, Status.ERASED),
        (Status.CHANGES_REQUESTED, Status.WITHDRAWN),
        (Status.PUBLISHED, Status.ERASED),
        (Status.REJECTED, Status.ERASED),
        (Status.REMOVED, Status.ERASED),
        (Status.SPAM, Status.ERASED),
        (Status.WITHDRAWN, Status.ERASED),
        (Status.ERASED, Status.ERASED),
    ],
)
def test_a_comment_ends_when_its_days_in_its_state_are_over_and_not_before(status, end):
    comment = make_comment(status=status)
    days_pass(9.9)
    purge()
    assert statuses(comment) == [status]
    days_pass(0.2)
    purge()
    assert statuses(comment) == [end]


@pytest.mark.parametrize("status", [each for each in Status if each != Status.ERASED])
def test_zero_days_are_for_ever(settings, status):
    settings.COMMENT_RETENTION[status] = 0
    comment = make_comment(status=status)
    days_pass(100_000)
    purge()
    assert statuses(comment) == [status]


def test_the_end_is_one_line_in_the_log_by_the_site():
    comment = make_comment(status=Status.CHANGES_REQUESTED)
    days_pass(11)
    purge()
    purge()
    last = comment.decisions.last()
    assert decisions_of(comment) == ["post", "ask_changes", "expire"]
    assert (last.role, last.actor) == (Decision.Role.SYSTEM, None)
    days_pass(11)
    purge()
    assert decisions_of(comment) == ["post", "ask_changes", "expire", "erase"]


def test_the_days_begin_anew_with_whatever_happens_to_the_comment():
    comment = make_comment(status=Status.CHANGES_REQUESTED)
    days_pass(8)
    comment.resubmit("Voici.")
    days_pass(8)
    purge()
    assert statuses(comment) == [Status.PENDING]


def test_a_comment_whose_author_contests_is_kept_until_that_is_decided():
    comment = make_comment(status=Status.REJECTED)
    complaint = Complaint.objects.create(
        decision=comment.latest_decision, by=Complaint.By.AUTHOR, text="Pourquoi ?"
    )
    days_pass(30)
    purge()
    assert statuses(comment) == [Status.REJECTED]
    Complaint.objects.filter(pk=complaint.pk).update(
        outcome=Complaint.Outcome.DISMISSED, decided_by=make_moderator(), decided_at=timezone.now()
    )
    purge()
    assert statuses(comment) == [Status.ERASED]


def test_what_is_erased_leaves_its_tombstone_above_its_answers_and_the_count_follows():
    parent = make_comment()
    days_pass(8)
    answer = make_comment(parent=parent)
    days_pass(3)
    purge()
    article = parent.article
    article.refresh_from_db()
    assert (statuses(parent, answer), article.comment_count) == ([Status.ERASED, Status.PUBLISHED], 1)


def test_an_author_who_was_quicker_is_not_overtaken():
    comment = make_comment(status=Status.CHANGES_REQUESTED)
    days_pass(11)
    rule = next(rule for rule in retention.RULES if rule.name == Status.CHANGES_REQUESTED)
    keys = list(rule.due().values_list("pk", flat=True))
    # Between the list and the deed the new text comes.
    comment.resubmit("Voici.")
    assert ([rule._end(pk) for pk in keys], statuses(comment)) == ([False], [Status.PENDING])


def columns_that_hold(words: tuple[str, ...]) -> list[str]:
    """Every column of every table of this project in which one of the words stands, as text or inside JSON."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField):
                for value in model._base_manager.values_list(field.attname, flat=True):
                    text = (
                        bytes(value).decode(errors="replace")
                        if isinstance(value, bytes | memoryview)
                        else value
                    )
                    if any(word in str(text) for word in words):
                        found.append(f"{model._meta.label}.{field.name}")
    return sorted(set(found))


def test_erased_means_erased_in_every_text_column_of_the_database():
    comment = make_comment(
        name="Philomène", text="Le zinzolin me va.", status=Status.CHANGES_REQUESTED, trace="a"
    )
    comment.resubmit("L’abricotine aussi.")
    comment.publish(by=make_moderator(), revision=comment.latest_revision)
    Signal.objects.create(
        revision=comment.latest_revision,
        check_name="essai",
        check_version=1,
        score=1,
        explanation="dit bergamasque",
    )
    ModeratorNote.objects.create(comment=comment, author=make_moderator(), text="Encore un cacatoès.")
    make_notice(comment, explanation="Il écrit dromadaire.", name="Philomène", law="dromadaire")
    assert len(columns_that_hold(WORDS)) == 9
    days_pass(11)
    purge()
    assert (statuses(comment), columns_that_hold(WORDS)) == ([Status.ERASED], [])
    assert (comment.traces.count(), Notice.objects.count()) == (0, 1)


def test_the_search_of_the_database_sees_a_word_wherever_it_stands():
    comment = make_comment(text="zinzolin")
    columns = ["comments.Revision.html", "comments.Revision.searched", "comments.Revision.text"]
    assert columns_that_hold(("zinzolin",)) == columns
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM comments_revision WHERE text LIKE %s", ["%zinzolin%"])
        assert cursor.fetchone() == (1,)
    assert comment.latest_revision.text == "zinzolin"


def test_a_report_that_is_over_loses_its_text_and_an_open_one_waits(settings):
    settings.COMMENT_RETENTION |= {"published": 0, "removed": 0}
    open_one, decided, gone = (make_notice(make_comment()) for _number in range(3))
    Notice.objects.filter(pk=decided.pk).update(decision=decided.comment.latest_decision)
    gone.comment.withdraw()
    settings.COMMENT_RETENTION["withdrawn"] = 0
    days_pass(9)
    purge()
    assert Notice.objects.filter(blanked=None).count() == 3
    days_pass(2)
    purge()
    assert list(Notice.objects.filter(blanked=None)) == [open_one]
    assert set(Notice.objects.exclude(blanked=None).values_list("explanation", "name", "law")) == {
        ("", "", "")
    }


def test_expired_traces_go():
    make_comment(trace="a")
    days_pass(0.9)
    purge()
    assert Trace.objects.count() == 1
    days_pass(0.2)
    purge()
    assert Trace.objects.count() == 0


def test_mail_that_was_sent_or_given_up_goes_and_mail_that_waits_stays():
    now = timezone.now()
    for key, fields in {"sent": {"sent": now}, "given up": {"given_up": now}, "waiting": {}}.items():
        Outbox.objects.create(key=key, kind="review_digest", recipient=b"", **fields)
    days_pass(11)
    purge()
    assert list(Outbox.objects.values_list("key", flat=True)) == ["waiting"]


def everything() -> list:
    return [
        list(model._base_manager.order_by("pk").values())
        for model in (Comment, Decision, Notice, Trace, Outbox)
    ]


def test_the_trial_says_what_would_end_and_changes_nothing():
    for status in (Status.SPAM, Status.SPAM, Status.REJECTED):
        make_comment(status=status)
    days_pass(11)
    before = everything()
    said = purge("--dry-run")
    assert everything() == before
    counts = retention.purge(dry_run=True)
    assert counts == {
        **{str(rule.name): 0 for rule in retention.RULES},
        "spam": 2,
        "rejected": 1,
        "traces": 3,
    }
    lines = said.splitlines()
    assert len(lines) == len(retention.RULES) + 1
    assert sum(": 2 →" in line for line in lines) == 1
    # Those traces go with their comments.
    assert retention.purge() == {**counts, "traces": 0}


@pytest.mark.parametrize("arguments", [[], ["--dry-run"]])
def test_the_log_has_the_numbers_and_nothing_that_anybody_wrote(caplog, arguments):
    make_comment(name="Philomène", text="zinzolin", status=Status.SPAM)
    days_pass(11)
    with caplog.at_level(logging.INFO, logger="comments.retention"):
        said = purge(*arguments)
    (record,) = (each for each in caplog.records if each.name == "comments.retention")
    entry = json.loads(JSONFormatter().format(record))
    assert (entry["event"], entry["dry_run"], entry["counts"]["spam"]) == ("purge", bool(arguments), 1)
    assert [word in text for word in ("Philomène", "zinzolin") for text in (str(entry), said)] == [False] * 4


def test_a_run_in_small_batches_ends_all(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    article = make_article()
    comments = [make_comment(article=article, status=Status.SPAM) for _number in range(5)]
    days_pass(11)
    assert retention.purge()["spam"] == 5
    assert set(statuses(*comments)) == {Status.ERASED}


def test_a_restriction_that_is_over_goes_after_its_days():
    comment = make_reachable()
    Restriction.objects.impose(comment, by=make_moderator(), days=7, reason="Des injures.")
    left = []
    for days in (9, 1):
        # First it ends; then its days go by.
        Restriction.objects.update(
            until=min(timezone.now(), Restriction.objects.get().until) - timedelta(days=days)
        )
        purge()
        left.append(Restriction.objects.count())
    assert left == [1, 0]
