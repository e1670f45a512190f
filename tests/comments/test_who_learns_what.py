"""
Whatever happens to a reported comment, in any order: its author learns nothing of who reported it, nor they of him.

Looked through are every page that each can open, the files, and the mails.
"""

import contextlib
import uuid

import pytest
from django.core import mail as post
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comments.models import Comment, Complaint, Notice, NotImpartial, NotReportable, StaleDecision, Status
from tests.comments.mailing import ADDRESS, deliver, make_reachable, private_path
from tests.factories import make_comment, make_moderator, make_notice

pytestmark = pytest.mark.django_db

NOTIFIERS = ("lea", "lou")


class Affair:
    """One comment, who wrote it, who reported it. Each secret is a word that stands nowhere else."""

    def __init__(self, *, reachable: bool) -> None:
        self.ben, self.bea = make_moderator(), make_moderator("bea")
        make = make_reachable if reachable else make_comment
        self.comment = make(status=Status.PUBLISHED)
        self.mails_before = len(post.outbox)
        self.private_page = private_path(self.comment)
        self.of_the_author = [ADDRESS, self.private_page.split("/")[3], "commentaires/courriel/stop"]
        self.of_notifiers = [f"{who}@example.org" for who in NOTIFIERS] + ["Léa Martin", "Lou Petit"]

    def secret(self, whose: list[str]) -> str:
        word = f"mot{uuid.uuid4().hex}"
        whose.append(word)
        return word

    def fresh(self) -> Comment:
        return Comment.objects.get(pk=self.comment.pk)

    def report(self, who: str) -> None:
        notice = make_notice(
            self.fresh(),
            kind=Notice.Kind.ILLEGAL,
            explanation=self.secret(self.of_notifiers),
            law=self.secret(self.of_notifiers),
            name={"lea": "Léa Martin", "lou": "Lou Petit"}[who],
            email=f"{who}@example.org",
        )
        self.of_notifiers += [notice.reference, Notice.token_for(notice.idempotency_key)]

    def keep(self) -> None:
        notice = Notice.objects.open().first() or Notice.objects.first()
        if notice:
            words = self.secret(self.of_notifiers)
            notice.keep_comment(by=self.ben, revision=notice.comment.public_revision, reason=words)

    def remove_reported(self) -> None:
        notice = Notice.objects.open().first() or Notice.objects.first()
        if notice:
            words = self.secret(self.of_the_author)
            notice.remove_comment(by=self.ben, revision=notice.comment.revision_in_question, reason=words)

    def decide(self, verb: str, *, with_reason: bool = True) -> None:
        comment = self.fresh()
        why = {"reason": self.secret(self.of_the_author)} if with_reason else {}
        getattr(comment, verb)(by=self.ben, revision=comment.revision_in_question, **why)

    def contest(self) -> None:
        comment = self.fresh()
        for decision in comment.contestable():
            comment.contest(decision, self.secret(self.of_the_author))

    def contest_notice(self) -> None:
        for notice in Notice.objects.all():
            if notice.contestable:
                notice.contest(notice.contestable, self.secret(self.of_notifiers))

    def answer_complaint(self, verb: str) -> None:
        complaint = Complaint.objects.open().first()
        if complaint is None:
            return
        # What is said when a comment is removed after all is said to its author.
        to_author = complaint.by == Complaint.By.AUTHOR or verb == "uphold"
        words = self.secret(self.of_the_author if to_author else self.of_notifiers)
        if verb == "uphold":
            complaint.uphold(by=self.bea, revision=complaint.revision_in_question, words=words)
        else:
            complaint.dismiss(by=self.bea, words=words)

    # What each can see.

    def seen_by_author(self) -> str:
        pages = ["", "modifier/", "retirer/", "contester/", "donnees/", "donnees.json", "effacer/"]
        seen = [self._page(self.private_page + page) for page in pages]
        return "\n".join(seen + [self._public(), *self._mails_to(ADDRESS)])

    def seen_by_notifiers(self) -> str:
        seen = [self._public()]
        for notice in Notice.objects.all():
            token = Notice.token_for(notice.idempotency_key)
            seen += [
                self._page(reverse(f"comments:{name}", args=[token])) for name in ("notice", "contest_notice")
            ]
        return "\n".join(seen + [mail for who in NOTIFIERS for mail in self._mails_to(f"{who}@example.org")])

    def _page(self, path: str) -> str:
        response = Client().get(path)
        assert response.status_code in {200, 302, 409}
        return response.content.decode()

    def _public(self) -> str:
        paths = (self.comment.article.get_absolute_url(), reverse("comments:all_feed"))
        return "\n".join(self._page(path) for path in paths)

    def _mails_to(self, address: str) -> list[str]:
        return [
            str(mail.message()) + mail.body + mail.alternatives[0].content
            for mail in post.outbox[self.mails_before :]
            if mail.to == [address]
        ]


ACTS = {
    "lea reports": lambda affair: affair.report("lea"),
    "lou reports": lambda affair: affair.report("lou"),
    "kept": Affair.keep,
    "removed as reported": Affair.remove_reported,
    "removed": lambda affair: affair.decide("remove"),
    "restored": lambda affair: affair.decide("restore"),
    "edited": lambda affair: affair.fresh().edit(f"Texte {uuid.uuid4().hex}"),
    "new text published": lambda affair: affair.decide("publish", with_reason=False),
    "new text rejected": lambda affair: affair.decide("reject"),
    "contested by the author": Affair.contest,
    "contested by the notifiers": Affair.contest_notice,
    "upheld": lambda affair: affair.answer_complaint("uphold"),
    "dismissed": lambda affair: affair.answer_complaint("dismiss"),
    "withdrawn": lambda affair: affair.fresh().withdraw(),
    "withdrawal undone": lambda affair: affair.fresh().unwithdraw(),
    "erased": lambda affair: affair.fresh().erase(),
    "mail leaves": lambda affair: deliver(),
}
REFUSALS = (StaleDecision, NotImpartial, NotReportable)


def check(acts: list[str], *, reachable: bool = True) -> Affair:
    """Carries out what can be, then looks through what each can see."""
    affair = Affair(reachable=reachable)
    for act in acts:
        with contextlib.suppress(*REFUSALS), transaction.atomic():
            ACTS[act](affair)
    the_books_are_right(affair.fresh())
    deliver()
    by_author, by_notifiers = affair.seen_by_author(), affair.seen_by_notifiers()
    assert [word for word in affair.of_notifiers if word in by_author] == []
    assert [word for word in affair.of_the_author if word in by_notifiers] == []
    return affair


def the_books_are_right(comment: Comment) -> None:
    """Every change is one decision, and nothing waits for an answer that cannot come."""
    log = list(comment.decisions.all())
    assert [each.came_from for each in log[1:]] == [each.status for each in log[:-1]]
    assert log[-1].status == comment.status
    unanswered = Notice.objects.filter(decision=None)
    assert list(unanswered) == (list(Notice.objects.open()) if comment.is_published else [])
    contested = {complaint.decision for complaint in Complaint.objects.open()}
    if comment.status in {Status.WITHDRAWN, Status.ERASED}:
        assert contested == set()
    # What a decision has taken the place of is not contested any more.
    assert [each for each in contested if each.superseded_by.exists()] == []
    comment.article.refresh_from_db()
    assert comment.article.comment_count == Comment.objects.published().count()


LONG_WAYS = [
    ["lea reports", "lou reports", "kept", "contested by the notifiers", "dismissed", "upheld"],
    ["lea reports", "removed as reported", "contested by the author", "upheld", "contested by the notifiers"],
    ["lea reports", "removed", "contested by the author", "dismissed", "restored", "lou reports", "kept"],
    ["lea reports", "kept", "contested by the notifiers", "withdrawn", "withdrawal undone", "erased"],
    ["edited", "lea reports", "new text rejected", "contested by the author", "kept", "upheld"],
]


@pytest.mark.parametrize("acts", LONG_WAYS, ids=[", ".join(acts) for acts in LONG_WAYS])
def test_on_the_long_ways_neither_side_learns_of_the_other(acts):
    check(acts)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.sampled_from(sorted(ACTS)), min_size=3, max_size=14), reachable=st.booleans())
def test_in_whatever_order_things_happen_neither_side_learns_of_the_other(acts, reachable):
    with transaction.atomic():
        check(["lea reports", *acts], reachable=reachable)
        transaction.set_rollback(True)


def test_the_words_that_are_looked_for_do_reach_the_one_they_are_meant_for():
    """Else the tests above could not fail."""
    affair = check(["lea reports", "kept", "contested by the notifiers", "dismissed", "removed"])
    by_author, by_notifiers = affair.seen_by_author(), affair.seen_by_notifiers()
    own = [word in by_author for word in affair.of_the_author]
    theirs = [
        word in by_notifiers for word in affair.of_notifiers if "lou@" not in word and "Lou" not in word
    ]
    assert (all(own), all(theirs)) == (True, True)
