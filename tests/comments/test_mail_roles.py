"""
The table of who gets which mail: event × role. Whoever does not stand beside an event gets none.

The kind of a mail names the function that writes it (comments.mails.WRITERS).
"""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core import mail as post

from comments import digests
from comments.mails import WRITERS
from comments.models import Comment, Complaint, Notice, Status
from ldnportal.mail.models import Outbox
from tests.comments.mailing import deliver, end_waiting, give_address, make_reachable
from tests.factories import make_comment, make_moderator, make_notice

pytestmark = pytest.mark.django_db

# Ada wrote the comment, Max what it answers; Léa and Lou reported it; Ben and Bea moderate; Otto only reads and writes
# under the same article.
ROLES = {
    "ada@example.org": "author",
    "max@example.org": "answered",
    "lea@example.org": "notifier",
    "lou@example.org": "other notifier",
    "ben@example.org": "moderator",
    "bea@example.org": "moderator",
    "otto@example.org": "reader",
}
REASON = "Parce que."


class Stage:
    """All have an address, and everybody who can wants to be told at once of answers to him."""

    def __init__(self, status: str = Status.PENDING) -> None:
        self.ben, self.bea = (make_moderator(who, email=f"{who}@example.org") for who in ("ben", "bea"))
        answered = make_reachable("max@example.org", follow="each")
        make_reachable("otto@example.org", follow="each", article=answered.article)
        self.comment = make_reachable(parent=answered, follow="each", status=status)

    def report(self, who: str = "lea", kind: str = Notice.Kind.ILLEGAL) -> Notice:
        said = {"name": who, "email": f"{who}@example.org"} if kind == Notice.Kind.ILLEGAL else {}
        return make_notice(self.fresh(), kind=kind, **said)

    def fresh(self) -> Comment:
        return Comment.objects.get(pk=self.comment.pk)

    def decide(self, verb: str, **said) -> None:
        comment = self.fresh()
        getattr(comment, verb)(by=self.ben, revision=comment.revision_in_question, **said)

    def contest(self) -> None:
        comment = self.fresh()
        comment.contest(comment.contestable()[0], "C’est une erreur.")

    def answer_notice(self, verb: str) -> None:
        notice = Notice.objects.first()
        getattr(notice, verb)(by=self.ben, revision=notice.comment.public_revision, reason=REASON)

    def contest_notice(self) -> None:
        notice = Notice.objects.first()
        notice.contest(notice.contestable, "C’est de la publicité.")

    def uphold(self) -> None:
        complaint = Complaint.objects.get()
        complaint.uphold(by=self.bea, revision=complaint.revision_in_question, words=REASON)

    def dismiss(self) -> None:
        Complaint.objects.get().dismiss(by=self.bea, words=REASON)

    def does(self, *acts: str) -> None:
        for act in acts:
            ACTS[act](self)


ACTS: dict[str, Callable[[Stage], None]] = {
    "publish": lambda stage: stage.decide("publish"),
    "ask for changes": lambda stage: stage.decide("ask_changes", reason=REASON),
    "reject": lambda stage: stage.decide("reject", reason=REASON),
    "spam": lambda stage: stage.decide("mark_spam"),
    "not spam": lambda stage: stage.decide("unmark_spam"),
    "remove": lambda stage: stage.decide("remove", reason=REASON),
    "restore": lambda stage: stage.decide("restore"),
    "take words out": lambda stage: stage.decide(
        "redact", reason=REASON, words=[stage.fresh().latest_revision.text[:3]]
    ),
    "answer as the editorial team": lambda stage: Comment.objects.answer(
        parent=stage.fresh(), text="Bonjour.", by=stage.ben
    ),
    "give another address": lambda stage: give_address(stage.fresh(), "ada@example.org"),
    "edit": lambda stage: stage.fresh().edit("Autre texte."),
    "withdraw": lambda stage: stage.fresh().withdraw(),
    "undo the withdrawal": lambda stage: stage.fresh().unwithdraw(),
    "erase": lambda stage: stage.fresh().erase(),
    "expire": lambda stage: stage.fresh().expire(),
    "contest": Stage.contest,
    "report a broken rule": lambda stage: stage.report(kind=Notice.Kind.RULES),
    "report": Stage.report,
    "report too": lambda stage: stage.report("lou"),
    "remove what was reported": lambda stage: stage.answer_notice("remove_comment"),
    "keep what was reported": lambda stage: stage.answer_notice("keep_comment"),
    "contest that it stays": Stage.contest_notice,
    "uphold": Stage.uphold,
    "dismiss": Stage.dismiss,
    "the daily mails": lambda stage: digests.queue_for_moderators() and digests.queue_answers(),
}
P, PUBLISHED, SPAM = Status.PENDING, Status.PUBLISHED, Status.SPAM

# From which state, what happened before, what happens, and who then gets what.
TABLE: list[tuple[str, list[str], str, dict[str, list[str]]]] = [
    (P, [], "give another address", {"author": ["address_confirm"]}),
    (P, [], "edit", {}),
    (P, [], "publish", {"author": ["comment_published"], "answered": ["comment_answered"]}),
    (P, [], "ask for changes", {"author": ["comment_changes"]}),
    (P, [], "reject", {"author": ["comment_rejected"]}),
    (P, [], "spam", {}),
    (P, [], "withdraw", {}),
    (P, [], "erase", {}),
    (P, ["withdraw"], "undo the withdrawal", {}),
    (P, ["ask for changes"], "expire", {}),
    (P, ["reject"], "restore", {"author": ["comment_restored"], "answered": ["comment_answered"]}),
    (P, ["reject"], "contest", {}),
    (P, ["reject", "contest"], "dismiss", {"author": ["complaint_decided"]}),
    (
        P,
        ["reject", "contest"],
        "uphold",
        {"author": ["comment_restored"], "answered": ["comment_answered"]},
    ),
    (
        P,
        ["ask for changes", "contest"],
        "uphold",
        {"author": ["comment_restored"], "answered": ["comment_answered"]},
    ),
    (P, ["reject", "contest"], "withdraw", {}),
    (P, [], "the daily mails", {"moderator": ["moderation_digest", "moderation_digest"]}),
    (SPAM, [], "not spam", {}),
    (SPAM, ["contest"], "uphold", {"author": ["complaint_decided"]}),
    (SPAM, ["contest"], "not spam", {"author": ["complaint_decided"]}),
    (PUBLISHED, [], "answer as the editorial team", {"author": ["comment_answered"]}),
    (PUBLISHED, [], "edit", {}),
    (PUBLISHED, ["edit"], "publish", {"author": ["comment_published"]}),
    (PUBLISHED, ["edit"], "reject", {"author": ["comment_rejected"]}),
    (
        PUBLISHED,
        ["edit", "reject", "contest"],
        "uphold",
        {"author": ["comment_published", "complaint_decided"]},
    ),
    (PUBLISHED, [], "remove", {"author": ["comment_removed"]}),
    (PUBLISHED, ["remove"], "restore", {"author": ["comment_restored"]}),
    (PUBLISHED, [], "take words out", {"author": ["comment_redacted"]}),
    (PUBLISHED, [], "withdraw", {}),
    # With somebody who reported it.
    (PUBLISHED, [], "report a broken rule", {}),
    (PUBLISHED, [], "report", {"notifier": ["notice_received"]}),
    (
        PUBLISHED,
        ["report"],
        "remove what was reported",
        {"author": ["comment_removed"], "notifier": ["notice_decided"]},
    ),
    (
        PUBLISHED,
        ["report", "report too"],
        "remove",
        {"author": ["comment_removed"], "notifier": ["notice_decided"], "other notifier": ["notice_decided"]},
    ),
    (PUBLISHED, ["report"], "keep what was reported", {"notifier": ["notice_decided"]}),
    (PUBLISHED, ["report a broken rule"], "keep what was reported", {}),
    (PUBLISHED, ["report"], "edit", {}),
    (PUBLISHED, ["report"], "withdraw", {"notifier": ["notice_decided"]}),
    (PUBLISHED, ["report"], "erase", {"notifier": ["notice_decided"]}),
    (PUBLISHED, ["report", "withdraw"], "undo the withdrawal", {}),
    (
        PUBLISHED,
        ["report", "remove what was reported"],
        "restore",
        {"author": ["comment_restored"], "notifier": ["notice_overturned"]},
    ),
    (
        PUBLISHED,
        ["report", "remove what was reported", "contest"],
        "uphold",
        {"author": ["comment_restored"], "notifier": ["notice_overturned"]},
    ),
    (
        PUBLISHED,
        ["report", "remove what was reported", "contest"],
        "dismiss",
        {"author": ["complaint_decided"]},
    ),
    (
        PUBLISHED,
        ["report", "keep what was reported"],
        "remove",
        {"author": ["comment_removed"], "notifier": ["notice_overturned"]},
    ),
    (PUBLISHED, ["report", "keep what was reported"], "contest that it stays", {}),
    (
        PUBLISHED,
        ["report", "keep what was reported", "contest that it stays"],
        "dismiss",
        {"notifier": ["notice_complaint_decided"]},
    ),
    (
        PUBLISHED,
        ["report", "report too", "keep what was reported", "contest that it stays"],
        "uphold",
        {
            "author": ["comment_removed"],
            "notifier": ["notice_complaint_decided"],
            "other notifier": ["notice_overturned"],
        },
    ),
    (
        PUBLISHED,
        ["report", "keep what was reported", "contest that it stays"],
        "remove",
        {"author": ["comment_removed"], "notifier": ["notice_complaint_decided"]},
    ),
    (
        PUBLISHED,
        ["report", "keep what was reported", "contest that it stays"],
        "withdraw",
        {"notifier": ["notice_complaint_decided"]},
    ),
    (
        PUBLISHED,
        ["report", "keep what was reported", "contest that it stays", "withdraw"],
        "undo the withdrawal",
        {},
    ),
]


def told() -> dict[str, list[str]]:
    """The kinds of the mails that leave now, by the role of who gets them."""
    found: dict[str, list[str]] = {}
    end_waiting()
    while mail := Outbox.objects.claim():
        before = len(post.outbox)
        mail.send()
        for message in post.outbox[before:]:
            (to,) = message.to
            found.setdefault(ROLES[to], []).append(mail.kind)
    return {role: sorted(kinds) for role, kinds in found.items()}


@pytest.mark.parametrize(
    ("status", "before", "event", "expected"),
    TABLE,
    ids=[" · ".join([row[0], *row[1], row[2]]) for row in TABLE],
)
def test_an_event_is_told_to_these_and_nobody_else(status, before, event, expected):
    stage = Stage(status)
    stage.does(*before)
    deliver()
    stage.does(event)
    assert told() == expected


def test_every_act_and_every_kind_of_mail_about_comments_stands_in_the_table():
    kinds = {kind for row in TABLE for kinds in row[3].values() for kind in kinds}
    # Those two belong to no event of a comment: see test_letters and test_unsubscribe.
    assert {*WRITERS} - kinds == {"answers_digest", "lost_links"}
    assert {*WRITERS} == {kind for kind in settings.MAIL_KINDS if kind != "review_digest"}
    assert {*ACTS} - {act for row in TABLE for act in (*row[1], row[2])} == set()


def test_what_is_not_so_any_more_when_the_mail_leaves_is_not_told():
    stage = Stage(PUBLISHED)
    stage.does("report", "keep what was reported", "contest that it stays")
    deliver()
    stage.does("withdraw", "undo the withdrawal")
    assert told() == {}
    stage.does("dismiss")
    assert told() == {"notifier": ["notice_complaint_decided"]}


def test_a_comment_withdrawn_twice_is_told_of_twice():
    stage = Stage(PUBLISHED)
    stage.does("report", "withdraw")
    deliver()
    stage.does("undo the withdrawal", "withdraw")
    assert told() == {"notifier": ["notice_decided"]}


def test_without_an_address_nobody_is_written_to():
    comment = make_comment()
    notice = make_notice(comment, kind=Notice.Kind.ILLEGAL, child_abuse=True)
    ben, bea = make_moderator(), make_moderator("bea")
    notice.keep_comment(by=ben, revision=comment.public_revision, reason=REASON)
    complaint = notice.contest(notice.decision, "Relisez.")
    complaint.uphold(by=bea, revision=comment.public_revision, words=REASON)
    assert Outbox.objects.count() == 0
