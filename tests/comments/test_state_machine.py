"""
The author, the moderators and the clock act in any order that hypothesis finds; after each act the promises hold.

The acts are the model's verbs, possible or not: an impossible one must refuse and change nothing.
"""

import contextlib
import re
import uuid
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from django.apps import apps
from django.core import mail as post
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from articles.models import Article
from comments import digests, thread
from comments.models import (
    Comment,
    Complaint,
    ConsentText,
    Contributor,
    Decision,
    Follow,
    ModeratorNote,
    NotReplyable,
    OwnerToken,
    Signal,
    StaleDecision,
    Status,
    TooManyTexts,
)
from comments.models.status import TOMBSTONES
from ldnportal.mail.models import Outbox
from tests.comments.mailing import end_waiting
from tests.factories import make_article, make_moderator

pytestmark = pytest.mark.django_db

BEGINNING = datetime(2026, 3, 1, 9, tzinfo=UTC)
MODERATORS = {
    "publish": False,
    "ask_changes": True,
    "reject": True,
    "mark_spam": False,
    "unmark_spam": False,
    "remove": True,
    "restore": False,
}
# Where the verb is not called like what it writes into the log.
ACTIONS = {"mark_spam": "spam", "unmark_spam": "not_spam"}
STEPS_OF_THE_CLOCK = [timedelta(minutes=20), timedelta(hours=2), timedelta(days=8), timedelta(days=200)]
which = st.integers(min_value=0, max_value=11)


class Conversation(RuleBasedStateMachine):
    """Under one article. ``words`` are each comment's own, nowhere else in the database."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGINNING
        self.article, self.ben = Article.objects.get(), make_moderator()
        self.words: dict[int, list[str]] = {}
        self.addresses: list[str] = []
        self.mails_read = len(post.outbox)
        # What readers saw of each comment when last looked, and how many decisions there were.
        self.seen: dict[int, tuple[int, int]] = {}

    def word(self, comment: Comment | None = None) -> str:
        word = f"mot{uuid.uuid4().hex}"
        if comment:
            self.words[comment.pk].append(word)
        return word

    def pick(self, number: int) -> Comment:
        """Read anew, as a page would. Most of the time one that is not erased: nothing more happens to those."""
        erased = Comment.objects.filter(status=Status.ERASED).values_list("pk", flat=True)
        some = sorted(self.words if number % 4 == 0 else {*self.words} - {*erased}) or sorted(self.words)
        return Comment.objects.get(pk=some[number % len(some)])

    # The author.

    @precondition(lambda self: len(self.words) < 4)
    @rule(parent=st.none() | which)
    def post(self, parent):
        name, text = self.word(), self.word()
        with contextlib.suppress(NotReplyable):
            comment, _new = Comment.objects.post(
                article=self.article,
                parent=self.pick(parent) if parent is not None and self.words else None,
                name=name,
                text=text,
                consent_text=ConsentText.current(),
                idempotency_key=uuid.uuid4(),
                trace=uuid.uuid4().hex,
            )
            self.words[comment.pk] = [name, text]

    @precondition(lambda self: self.words)
    @rule(number=which)
    def edit(self, number):
        comment = self.pick(number)
        text, allowed = self.word(), comment.may_edit
        try:
            comment.edit(text)
        except TooManyTexts:
            return
        except StaleDecision:
            assert not allowed
        else:
            assert allowed
            self.words[comment.pk].append(text)

    @precondition(lambda self: self.words)
    @rule(number=which, undone_after=st.none() | st.sampled_from([20, 59, 60, 90]))
    def withdraw(self, number, undone_after):
        comment = self.pick(number)
        with refused_unless(comment.can(Decision.Action.WITHDRAW)):
            comment.withdraw()
        if undone_after is not None:
            self.now += timedelta(minutes=undone_after)
            self.undo_the_withdrawal(number)

    @precondition(lambda self: self.words)
    @rule(number=which)
    def undo_the_withdrawal(self, number):
        comment = self.pick(number)
        withdrawal = comment.withdrawal
        in_time = withdrawal is not None and self.now < withdrawal.created + timedelta(hours=1)
        with refused_unless(in_time):
            comment.unwithdraw()
            assert comment.status == withdrawal.came_from

    @precondition(lambda self: self.words)
    @rule(number=which)
    def contest(self, number):
        comment = self.pick(number)
        if comment.status == Status.PENDING:
            self.carry_out(comment, "reject")
        possible = comment.contestable()
        for decision in possible or comment.decisions.all():
            with refused_unless(decision in possible):
                comment.contest(decision, self.word(comment))

    @precondition(lambda self: self.words)
    @rule(number=which)
    def erase(self, number):
        comment = self.pick(number)
        with refused_unless(comment.status != Status.ERASED):
            comment.erase()

    # The moderators: they quote the author, as people do.

    @precondition(lambda self: self.words)
    @rule(number=which, choice=which)
    def decide(self, number, choice):
        comment = self.pick(number)
        possible = [verb for verb in sorted(MODERATORS) if comment.can(ACTIONS.get(verb, verb))]
        if possible:
            self.carry_out(comment, possible[choice % len(possible)])

    @precondition(lambda self: self.words)
    @rule(number=which, verb=st.sampled_from(sorted(MODERATORS)))
    def decide_whatever_the_state(self, number, verb):
        self.carry_out(self.pick(number), verb)

    def carry_out(self, comment, verb):
        before = comment.decisions.count()
        why = {"reason": f"Vous écrivez {self.words[comment.pk][-1]}."} if MODERATORS[verb] else {}
        allowed = comment.can(ACTIONS.get(verb, verb))
        if comment.status == Status.CHANGES_REQUESTED and verb in {"publish", "reject"}:
            why["supersedes"] = comment.latest_decision
        with refused_unless(allowed):
            getattr(comment, verb)(by=self.ben, revision=comment.revision_in_question, **why)
        assert comment.decisions.count() == before + allowed

    @precondition(lambda self: self.words)
    @rule(number=which, verb=st.sampled_from(["publish", "reject"]))
    def decide_on_a_text_that_is_not_the_one_in_question(self, number, verb):
        comment = self.pick(number)
        others = comment.revisions.exclude(pk=comment.revision_in_question.pk)
        if not others:
            return
        why = {"reason": "Parce que."} if MODERATORS[verb] else {}
        with pytest.raises(StaleDecision):
            getattr(comment, verb)(by=self.ben, revision=others[0], **why)

    @precondition(lambda self: self.words)
    @rule(number=which)
    def note_and_notice(self, number):
        """What moderators and checks write down beside."""
        comment = self.pick(number)
        if comment.status == Status.ERASED:
            return
        ModeratorNote.objects.create(
            comment=comment, author=self.ben, text=f"Il dit {self.words[comment.pk][-1]}."
        )
        Signal.objects.get_or_create(
            revision=comment.latest_revision,
            check_name="words",
            defaults={"check_version": 1, "score": 1, "explanation": self.words[comment.pk][-1]},
        )

    @precondition(lambda self: self.words)
    @rule(number=which)
    def answer(self, number):
        with contextlib.suppress(NotReplyable):
            Comment.objects.answer(parent=self.pick(number), text="Bonjour.", by=self.ben)

    # Mail.

    @precondition(lambda self: self.words)
    @rule(number=which, follow=st.sampled_from(Follow.values), confirmed=st.booleans())
    def give_an_address(self, number, follow, confirmed):
        comment = self.pick(number)
        if comment.status == Status.ERASED:
            return
        address = f"{self.word(comment)}@example.org"
        self.addresses.append(address)
        token = OwnerToken.token_for(comment.idempotency_key)
        assert comment.give_address(address, follow=follow, token=token)
        if confirmed:
            comment.unconfirmed_addresses.alive().get().confirm()
            assert self.pick(number).contributor.email == address

    @precondition(lambda self: self.words)
    @rule(number=which, everything=st.booleans())
    def stop_the_mails(self, number, everything):
        contributor = self.pick(number).contributor
        if contributor and everything:
            contributor.stop_all()
        elif contributor:
            contributor.stop_answers()

    @rule()
    def the_mail_leaves(self):
        digests.queue_answers()
        end_waiting()
        while mail := Outbox.objects.claim():
            mail.send()
        assert Outbox.objects.filter(sent=None, given_up=None).count() == 0

    # The clock.

    @rule(step=st.sampled_from(STEPS_OF_THE_CLOCK))
    def time_goes_by(self, step):
        self.now += step

    # What holds whatever they do.

    @invariant()
    def readers_see_the_published_and_nothing_else(self):
        shown = {row.pk: row.text for row in thread.load(self.article, 1).rows if not row.is_tombstone}
        published = Comment.objects.published().select_related("public_revision")
        assert shown == {comment.pk: comment.public_revision.html for comment in published}
        assert "" not in shown.values()

    @invariant()
    def nothing_public_stands_below_what_never_was(self):
        parents = Comment.objects.published().exclude(parent=None).values_list("parent__status", flat=True)
        assert set(parents) <= {Status.PUBLISHED, *TOMBSTONES}

    @invariant()
    def the_count_is_the_number_of_public_comments(self):
        self.article.refresh_from_db(fields=["comment_count"])
        assert self.article.comment_count == Comment.objects.published().count()

    @invariant()
    def the_log_explains_every_text_and_every_state(self):
        comments = Comment.objects.select_related("public_revision", "proposed_revision")
        for comment in comments.prefetch_related("decisions", "revisions"):
            log, texts = list(comment.decisions.all()), list(comment.revisions.all())
            assert [each.came_from for each in log[1:]] == [each.status for each in log[:-1]]
            assert log[-1].status == comment.status
            if comment.is_published:
                self.its_public_text_changed_by_a_decision_about_it_alone(comment, log)
            if comment.proposed_revision:
                assert (comment.status, comment.proposed_revision) == (Status.PUBLISHED, texts[-1])
                assert comment.proposed_revision.n > comment.public_revision.n
                by_moderators = [each.revision_id for each in log if each.role == Decision.Role.MODERATOR]
                assert comment.proposed_revision_id not in by_moderators

    def its_public_text_changed_by_a_decision_about_it_alone(self, comment, log):
        approvals = [
            each.pk
            for each in log
            if each.action in {Decision.Action.PUBLISH, Decision.Action.RESTORE}
            and each.role == Decision.Role.MODERATOR
            and each.revision_id == comment.public_revision_id
        ]
        assert approvals
        text, decided = self.seen.get(comment.pk, (None, 0))
        if text != comment.public_revision_id:
            assert approvals[-1] > decided
        self.seen[comment.pk] = (comment.public_revision_id, log[-1].pk)

    @invariant()
    def a_decision_is_contested_once(self):
        assert Complaint.objects.count() == Complaint.objects.values("decision").distinct().count()

    @invariant()
    def an_address_is_kept_only_for_a_comment_that_needs_it(self):
        assert Contributor.objects.filter(comments=None).count() == 0
        needed = Q(comment__contributor__isnull=False) | Q(comment__unconfirmed_addresses__isnull=False)
        assert OwnerToken.objects.exclude(needed).exclude(token_encrypted=None).count() == 0
        erased = Q(status=Status.ERASED) & (
            Q(contributor__isnull=False) | Q(unconfirmed_addresses__isnull=False)
        )
        assert Comment.objects.filter(erased).count() == 0

    @invariant()
    def no_mail_holds_what_a_reader_wrote_or_goes_to_another(self):
        for mail in post.outbox[self.mails_read :]:
            author = next(pk for pk, words in self.words.items() if mail.to[0].split("@")[0] in words)
            written = f"{mail.subject} {mail.body} {mail.alternatives[0].content}"
            own = Comment.objects.get(pk=author).owner_token.digest
            links = re.findall(r"/commentaires/suivi/([\w-]{22})/", written)
            assert {OwnerToken.digest_of(link) for link in links} <= {own}
            # A moderator quotes in a reason; that is for its author alone.
            others = [word for pk, words in self.words.items() if pk != author for word in words]
            assert [word for word in others if word in written] == []
        self.mails_read = len(post.outbox)

    @invariant()
    def no_address_and_nothing_of_an_erased_comment_can_be_read_anywhere(self):
        erased = Comment.objects.filter(status=Status.ERASED).values_list("pk", flat=True)
        words = [word for pk in erased if pk in self.words for word in self.words[pk]] + self.addresses
        if words:
            texts = everything_in_the_database()
            assert [word for word in words if word in texts] == []


@contextlib.contextmanager
def refused_unless(allowed: bool):
    if allowed:
        yield
    else:
        with pytest.raises(StaleDecision):
            yield


def everything_in_the_database() -> str:
    """Every column of every table that may hold text, tables without a model included."""
    parts = []
    with connection.cursor() as cursor:
        for select in selects_of_texts():
            cursor.execute(select)
            parts += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(parts)


@cache
def selects_of_texts() -> list[str]:
    quoted, selects = connection.ops.quote_name, []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = [
                quoted(column.name)
                for column in connection.introspection.get_table_description(cursor, table)
                if holds_text(table, column.name)
            ]
            if columns:
                selects.append(f"SELECT {', '.join(columns)} FROM {quoted(table)}")
    return selects


NUMBERS_AND_DATES = (
    models.IntegerField,
    models.BooleanField,
    models.DateField,
    models.FloatField,
    models.ForeignKey,
    models.UUIDField,
)
FIELDS = {
    (model._meta.db_table, field.column): field
    for model in apps.get_models(include_auto_created=True)
    for field in model._meta.local_fields
}


def holds_text(table: str, column: str) -> bool:
    """Columns that we know to hold only numbers and dates are left out, for speed; unknown ones are looked at."""
    return not isinstance(FIELDS.get((table, column)), NUMBERS_AND_DATES)


def test_what_was_promised_holds_whatever_author_moderators_and_clock_do(monkeypatch, db):
    make_article()
    make_moderator()
    monkeypatch.setattr(timezone, "now", lambda: running().now)
    machine: list[Conversation] = []

    def running() -> Conversation:
        return machine[-1]

    class InTransaction(Conversation):
        """Each example begins in the empty database."""

        def __init__(self) -> None:
            machine.append(Beginning())
            self.point = connection.savepoint()
            super().__init__()
            machine[-1] = self

        def teardown(self) -> None:
            connection.savepoint_rollback(self.point)

    run_state_machine_as_test(
        InTransaction,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


class Beginning:
    now = BEGINNING


def test_the_search_through_every_text_finds_what_is_there():
    """The promise above would be worth nothing if it looked nowhere."""
    from tests.factories import make_comment

    comment = make_comment(status=Status.REJECTED, name="motnom", text="mottexte")
    comment.contest(comment.contestable()[0], "motplainte")
    ModeratorNote.objects.create(comment=comment, author=make_moderator(), text="motnote")
    words = ["motnom", "mottexte", "motplainte", "motnote", "Refusé pour ce test."]
    texts = everything_in_the_database()
    assert [word for word in words if word not in texts] == []
    comment.erase()
    texts = everything_in_the_database()
    assert [word for word in words if word in texts] == []
