"""Months of moderation, made at random through the model's verbs while the clock goes on."""

import contextlib
import random
import uuid
from datetime import UTC, datetime, timedelta

from django.apps import apps
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
    """``acts`` things that readers and moderators do, most of them possible, the same for the same ``seed``."""

    def __init__(self, seed: int, clock: Clock) -> None:
        self.random = random.Random(seed)
        self.clock = clock
        self.article = make_article()
        self.moderators = [make_moderator("ben"), make_moderator("bea")]

    def go_on(self, acts: int) -> None:
        doing = [self.send] * 5 + [self.decide] * 10
        doing += [self.change, self.report, self.report, self.contest, self.contest, self.settle]
        doing += [self.withdraw, self.answer, self.erase]
        for _act in range(acts):
            step = self.random.choice(STEPS)
            self.clock.go_on(step + timedelta(microseconds=self.random.randrange(10**6)))
            with contextlib.suppress(StaleDecision, NotReplyable, NotReportable, TooManyTexts):
                self.random.choice(doing)()

    def _any(self) -> Comment | None:
        there = list(Comment.objects.order_by("pk"))
        return self.random.choice(there) if there else None

    def send(self) -> None:
        Comment.objects.post(
            article=self.article,
            name="Ada",
            text="Merci.",
            consent_text=ConsentText.current(),
            idempotency_key=uuid.UUID(int=self.random.getrandbits(128)),
            trace=str(self.random.random()),
        )

    def decide(self) -> None:
        waiting = list(Comment.objects.waiting().order_by("pk"))
        comment = self.random.choice(waiting) if waiting and self.random.random() < 0.7 else self._any()
        possible = [verb for verb, action in VERBS.items() if comment and comment.can(action)]
        if not possible:
            return
        verb = self.random.choice(possible)
        said = {
            "source": self.random.choice(Decision.Source.values),
            "automated_detection": self.random.random() < 0.3,
        }
        if verb in {"ask_changes", "reject", "remove"}:
            said |= {
                "reason": "Voilà.",
                "ground": self.random.choice(["rules", "law"]),
                "clause": "Article premier",
                "category": self.random.choice(["", *Category.values[:4]]),
            }
        decide = getattr(comment, verb)
        decision = decide(
            by=self.random.choice(self.moderators), revision=comment.revision_in_question, **said
        )
        if self.random.random() < 0.7:
            Notice.objects.filter(comment=comment, decision=None).update(decision=decision)

    def change(self) -> None:
        comment = self._any()
        if comment and comment.may_edit:
            comment.edit("Autrement.")

    def report(self) -> None:
        published = list(Comment.objects.published().order_by("pk"))
        if published:
            Notice.objects.file(
                comment=self.random.choice(published),
                idempotency_key=uuid.UUID(int=self.random.getrandbits(128)),
                trace=str(self.random.random()),
                kind=self.random.choice(Notice.Kind.values),
                explanation="Voyez.",
            )

    def contest(self) -> None:
        comment = self._any()
        contestable = comment.contestable() if comment else []
        if contestable:
            comment.contest(contestable[0], "Non.")

    def settle(self) -> None:
        complaint = Complaint.objects.filter(outcome="").order_by("pk").first()
        if complaint:
            complaint.outcome = self.random.choice(["upheld", "dismissed"])
            complaint.decided_by, complaint.decided_at = self.moderators[0], self.clock.moment
            complaint.save()

    def withdraw(self) -> None:
        comment = self._any()
        if comment and not comment.is_staff:
            comment.withdraw()

    def answer(self) -> None:
        published = Comment.objects.published().order_by("pk").first()
        if published:
            answer = Comment.objects.answer(parent=published, text="Voici.", by=self.moderators[1])
            if self.random.random() < 0.3:
                answer.remove(by=self.moderators[0], revision=answer.latest_revision, reason="Faux.")

    def erase(self) -> None:
        comment = Comment.objects.filter(status=Status.WITHDRAWN).order_by("pk").first()
        if comment:
            comment.erase()
