"""Months of moderation, made at random through the model's verbs while the clock goes on."""

import contextlib
import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

from comments.models import (
    Category,
    Comment,
    Complaint,
    ConsentText,
    Decision,
    Notice,
    NotReplyable,
    NotReportable,
    StaleDecision,
    Status,
    TooManyTexts,
)
from comments.models.decision import MARKS, ON_A_PROPOSAL
from comments.signals.marking import NotInText
from ldnportal.staff.models import User
from tests.factories import make_article, make_moderator

BEGINNING = datetime(2026, 1, 20, 22, tzinfo=UTC)
NOW = timezone.now
STEPS = [timedelta(seconds=37), timedelta(minutes=11), timedelta(hours=3), timedelta(hours=30)]
# Of Comment, with what each writes into the log.
VERBS = {
    "publish": Decision.Action.PUBLISH,
    "ask_changes": Decision.Action.ASK_CHANGES,
    "reject": Decision.Action.REJECT,
    "mark_spam": Decision.Action.SPAM,
    "unmark_spam": Decision.Action.NOT_SPAM,
    "remove": Decision.Action.REMOVE,
    "restore": Decision.Action.RESTORE,
}
# What readers have a private page of.
READERS = Comment.objects.filter(is_staff=False)


class Clock:
    """Stands where it was put; what is written then bears that date, by the fields' defaults too."""

    def __init__(self, monkeypatch, moment: datetime) -> None:
        self.moment = moment
        monkeypatch.setattr(timezone, "now", self)
        for model in apps.get_app_config("comments").get_models():
            for field in model._meta.fields:
                if field.default is NOW:
                    # A default holds the function itself, not its name.
                    monkeypatch.setitem(field.__dict__, "_get_default", self)

    def __call__(self) -> datetime:
        return self.moment

    def go_on(self, step: timedelta) -> None:
        self.moment += step


class History:
    """
    ``acts`` things that readers, moderators and the site do, most of them possible, the same for the same ``seed``.

    All that the models offer happens in it sooner or later.
    """

    def __init__(self, seed: int, clock: Clock) -> None:
        self.random = random.Random(seed)
        self.clock = clock
        self.article = make_article()
        self.moderators = [make_moderator("ben"), make_moderator("bea")]

    def go_on(self, acts: int) -> None:
        doing = [self.send] * 6 + [self.decide] * 9 + [self.undo] * 3 + [self.redact] * 2 + [self.mark] * 3
        doing += [self.change] * 2 + [self.withdraw] * 3 + [self.report] * 4 + [self.judge] * 2
        doing += [self.contest] * 3 + [self.complain] * 3 + [self.settle]
        doing += [self.answer, self.expire, self.erase]
        for _act in range(acts):
            self._wait(self.random.choice(STEPS))
            with contextlib.suppress(StaleDecision, NotReplyable, NotReportable, NotInText, TooManyTexts):
                self.random.choice(doing)()

    def _wait(self, step: timedelta) -> None:
        self.clock.go_on(step + timedelta(microseconds=self.random.randrange(10**6)))

    def _one_of(self, rows: QuerySet) -> Any:
        there = list(rows.order_by("pk"))
        return self.random.choice(there) if there else None

    def _perhaps(self, probability: float) -> bool:
        return self.random.random() < probability

    def _moderator(self) -> User:
        return self.random.choice(self.moderators)

    def _why(self) -> dict[str, str]:
        return {
            "reason": "Voilà.",
            "ground": self.random.choice(["rules", "law"]),
            "clause": "Article premier",
            "category": self.random.choice(["", *Category.values[:4]]),
        }

    # What readers do.

    def send(self) -> None:
        Comment.objects.post(
            article=self.article,
            parent=self._one_of(Comment.objects.published()) if self._perhaps(0.3) else None,
            name="Ada",
            text="Merci, Zoé.",
            consent_text=ConsentText.current(),
            idempotency_key=uuid.UUID(int=self.random.getrandbits(128)),
            trace=str(self.random.random()),
        )

    def change(self) -> None:
        asked = READERS.filter(status=Status.CHANGES_REQUESTED)
        comment = self._one_of(asked if self._perhaps(0.5) else READERS)
        if comment and comment.may_edit:
            comment.edit("Autrement, Zoé.")

    def withdraw(self) -> None:
        comment = self._one_of(READERS)
        if comment:
            comment.withdraw()
            if self._perhaps(0.5):
                self._wait(timedelta(minutes=11))
                comment.unwithdraw()

    def erase(self) -> None:
        comment = self._one_of(READERS)
        if comment:
            comment.erase(role=self.random.choice([Decision.Role.AUTHOR, Decision.Role.SYSTEM]))

    def contest(self) -> None:
        comment = self._one_of(READERS)
        contestable = comment.contestable() if comment else []
        if contestable:
            comment.contest(contestable[0], "Non.")

    def report(self) -> None:
        comment = self._one_of(Comment.objects.published())
        if comment:
            Notice.objects.file(
                comment=comment,
                idempotency_key=uuid.UUID(int=self.random.getrandbits(128)),
                trace=str(self.random.random()),
                kind=self.random.choice(Notice.Kind.values),
                explanation="Voyez.",
            )

    def complain(self) -> None:
        """Whoever reported what is still there."""
        notice = self._one_of(Notice.objects.filter(decision__action=Decision.Action.KEEP))
        if notice and notice.contestable:
            notice.contest(notice.contestable, "Si.")

    # What moderators do.

    def decide(self) -> Decision | None:
        waiting = Comment.objects.waiting() if self._perhaps(0.7) else Comment.objects.all()
        comment = self._one_of(waiting)
        possible = [verb for verb, action in VERBS.items() if comment and comment.can(action)]
        if not possible:
            return None
        verb = self.random.choice(possible)
        said = {
            "source": self.random.choice(Decision.Source.values),
            "automated_detection": self._perhaps(0.3),
        }
        if verb in {"ask_changes", "reject", "remove"}:
            said |= self._why()
        if comment.status == Status.CHANGES_REQUESTED and VERBS[verb] in ON_A_PROPOSAL:
            said["supersedes"] = comment.latest_decision
        decide = getattr(comment, verb)
        return decide(by=self._moderator(), revision=comment.revision_in_question, **said)

    def undo(self) -> None:
        """Decides and thinks better of it."""
        decision = self.decide()
        if decision:
            self._wait(timedelta(minutes=4))
            decision.comment.undo(decision, by=self._moderator())

    def redact(self) -> None:
        comment = self._one_of(READERS)
        if comment:
            revision = comment.revision_in_question
            comment.redact(by=self._moderator(), revision=revision, words=["Zoé"], **self._why())

    def mark(self) -> None:
        published = Comment.objects.published()
        marked = published.filter(Q(pinned=True) | Q(frozen=True))
        comment = self._one_of(marked if self._perhaps(0.5) else published)
        possible = [action for action in MARKS if comment and comment.can(action)]
        if possible:
            getattr(comment, self.random.choice(possible))(by=self._moderator())

    def judge(self) -> None:
        """Answers a report."""
        notice = self._one_of(Notice.objects.open())
        if notice:
            kept = self._perhaps(0.7)
            decide = notice.keep_comment if kept else notice.remove_comment
            comment = notice.comment
            revision = comment.public_revision if kept else comment.revision_in_question
            decide(by=self._moderator(), revision=revision, **self._why())

    def settle(self) -> None:
        """Answers a complaint."""
        complaint = self._one_of(Complaint.objects.open())
        if complaint:
            by = next(each for each in self.moderators if complaint.may_be_decided_by(each))
            if self._perhaps(0.5):
                complaint.uphold(by=by, revision=complaint.revision_in_question, words="Oui.")
            else:
                complaint.dismiss(by=by, words="Non.")

    def answer(self) -> None:
        parent = self._one_of(Comment.objects.published())
        if parent:
            answer = Comment.objects.answer(parent=parent, text="Voici.", by=self._moderator())
            if self._perhaps(0.3):
                answer.remove(by=self._moderator(), revision=answer.latest_revision, reason="Faux.")

    # What the site does.

    def expire(self) -> None:
        comment = self._one_of(Comment.objects.filter(status=Status.CHANGES_REQUESTED))
        if comment:
            comment.expire()
