"""The moves of a comment: which are possible, what each leaves behind."""

import pytest

from comments.models import Comment, Decision, NotReplyable, Revision, StaleDecision, Status
from ldnportal.pages.models import Stamp
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db

MOVES = {
    "publish": {Status.PENDING: Status.PUBLISHED, Status.CHANGES_REQUESTED: Status.PUBLISHED},
    "ask_changes": {Status.PENDING: Status.CHANGES_REQUESTED},
    "reject": {Status.PENDING: Status.REJECTED, Status.CHANGES_REQUESTED: Status.REJECTED},
    "mark_spam": {Status.PENDING: Status.SPAM},
    "unmark_spam": {Status.SPAM: Status.PENDING},
    "remove": {Status.PUBLISHED: Status.REMOVED},
    "restore": dict.fromkeys((Status.CHANGES_REQUESTED, Status.REJECTED, Status.REMOVED), Status.PUBLISHED),
}
NEEDS_REASON = {"ask_changes", "reject", "remove"}


def decide(comment: Comment, verb: str, by) -> Decision:
    extra = {"reason": "Parce que."} if verb in NEEDS_REASON else {}
    if comment.status == Status.CHANGES_REQUESTED and verb in {"publish", "reject"}:
        extra["supersedes"] = comment.latest_decision
    return getattr(comment, verb)(by=by, revision=comment.latest_revision, **extra)


@pytest.mark.parametrize("verb", MOVES)
@pytest.mark.parametrize("status", Status.values)
def test_a_moderator_moves_a_comment_only_along_the_plan(verb, status):
    ben = make_moderator()
    comment = make_comment(status=status)
    before = comment.decisions.count()
    if status in MOVES[verb]:
        decide(comment, verb, ben)
        comment.refresh_from_db()
        assert (comment.status, comment.decisions.count()) == (MOVES[verb][status], before + 1)
    else:
        with pytest.raises(StaleDecision):
            decide(comment, verb, ben)
        comment.refresh_from_db()
        assert (comment.status, comment.decisions.count()) == (status, before)


@pytest.mark.parametrize("status", sorted(set(Status.values) - {Status.WITHDRAWN, Status.ERASED}))
def test_its_author_withdraws_a_comment_from_every_state(status):
    comment = make_comment(status=status)
    comment.withdraw()
    assert Comment.objects.get(pk=comment.pk).status == Status.WITHDRAWN


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.ERASED])
def test_what_is_withdrawn_or_erased_is_not_withdrawn_again(status):
    comment = make_comment(status=status)
    with pytest.raises(StaleDecision):
        comment.withdraw()


def test_a_decision_says_who_what_and_why():
    ben = make_moderator()
    comment = make_comment(status=Status.PENDING)
    comment.reject(by=ben, revision=comment.latest_revision, reason="Une dose est conseillée.", clause="4")
    decision = comment.latest_decision
    assert (
        decision.action,
        decision.came_from,
        decision.status,
        decision.role,
        decision.actor,
        decision.reason,
        decision.ground,
        decision.clause,
        decision.revision,
    ) == (
        "reject",
        "pending",
        "rejected",
        "moderator",
        ben,
        "Une dose est conseillée.",
        "rules",
        "4",
        comment.latest_revision,
    )


def test_a_comment_is_decided_only_once():
    ben, bea = make_moderator("ben"), make_moderator("bea", first_name="Béa")
    comment = make_comment(status=Status.PENDING)
    slower = Comment.objects.get(pk=comment.pk)
    comment.publish(by=bea, revision=comment.latest_revision)
    with pytest.raises(StaleDecision) as refusal:
        slower.reject(by=ben, revision=slower.latest_revision, reason="Trop tard.")
    assert refusal.value.latest == comment.latest_decision
    assert list(comment.decisions.values_list("action", flat=True)) == ["post", "publish"]


def test_a_decision_on_an_older_text_is_refused():
    ben = make_moderator()
    comment = make_comment(status=Status.PENDING)
    seen = comment.latest_revision
    comment.ask_changes(by=ben, revision=seen, reason="Sans le nom du médecin, s’il vous plaît.")
    comment.resubmit("Le texte corrigé.")
    with pytest.raises(StaleDecision):
        comment.publish(by=ben, revision=seen)
    comment.refresh_from_db()
    assert (comment.status, comment.public_revision) == (Status.PENDING, None)


def test_readers_are_shown_the_revision_that_was_published():
    ben = make_moderator()
    comment = make_comment(status=Status.PENDING, text="Premier texte.")
    comment.ask_changes(by=ben, revision=comment.latest_revision, reason="À préciser.")
    comment.resubmit("Second texte.")
    comment.publish(by=ben, revision=comment.latest_revision)
    assert Comment.objects.get(pk=comment.pk).public_revision.text == "Second texte."


@pytest.mark.parametrize("status", sorted(set(Status.values) - {Status.CHANGES_REQUESTED}))
def test_a_new_text_is_taken_only_when_it_was_asked_for(status):
    comment = make_comment(status=status)
    revisions = comment.revisions.count()
    with pytest.raises(StaleDecision):
        comment.resubmit("Un autre texte.")
    assert comment.revisions.count() == revisions


@pytest.mark.parametrize("verb", sorted(NEEDS_REASON))
def test_a_decision_against_the_author_needs_a_reason(verb):
    from django.db import IntegrityError, transaction

    comment = make_comment(status=Status.PUBLISHED if verb == "remove" else Status.PENDING)
    before = comment.status
    with pytest.raises(IntegrityError), transaction.atomic():
        getattr(comment, verb)(by=make_moderator(), revision=comment.latest_revision, reason="")
    assert Comment.objects.get(pk=comment.pk).status == before


def test_the_count_is_what_readers_can_see():
    article = make_article()
    counts = []
    for status in Status.values:
        make_comment(article=article, status=status)
        article.refresh_from_db()
        counts.append(article.comment_count)
    assert counts == [0, 0, 1, 1, 1, 1, 1, 1]


def test_the_count_follows_removal_restoration_and_withdrawal():
    ben = make_moderator()
    comment = make_comment()
    counts = []
    for act in (
        lambda: comment.remove(by=ben, revision=comment.latest_revision, reason="Erreur."),
        lambda: comment.restore(by=ben, revision=comment.latest_revision),
        comment.withdraw,
    ):
        act()
        comment.article.refresh_from_db()
        counts.append(comment.article.comment_count)
    assert counts == [0, 1, 0]


def test_every_change_that_readers_see_moves_the_page_stamp():
    ben = make_moderator()
    comment = make_comment(status=Status.PENDING)
    stamps = [Stamp.current()]
    for act in (
        lambda: comment.publish(by=ben, revision=comment.latest_revision),
        lambda: comment.remove(by=ben, revision=comment.latest_revision, reason="Erreur."),
        comment.erase,
    ):
        act()
        stamps.append(Stamp.current())
    assert [later - earlier for earlier, later in zip(stamps, stamps[1:], strict=False)] == [1, 1, 1]


def test_erasing_blanks_text_name_revisions_and_traces():
    comment = make_comment(name="Ada", text="Mon traitement.")
    comment.erase()
    comment.refresh_from_db()
    assert (
        comment.display_name,
        list(Revision.objects.filter(comment=comment).values_list("text", "html")),
        comment.traces.count(),
        comment.status,
    ) == ("", [("", "")], 0, Status.ERASED)


def test_a_decision_is_neither_changed_nor_deleted():
    comment = make_comment()
    decision = comment.latest_decision
    decision.reason = "Réécrit."
    for act in (
        decision.save,
        decision.delete,
        Decision.objects.all().delete,
        lambda: Decision.objects.update(reason="Réécrit."),
    ):
        with pytest.raises(TypeError):
            act()
    assert list(comment.decisions.values_list("action", "reason")) == [("post", ""), ("publish", "")]


@pytest.mark.parametrize("status", sorted(set(Status.values) - {Status.PUBLISHED}))
def test_one_may_not_answer_what_is_not_public(status):
    parent = make_comment(status=status)
    with pytest.raises(NotReplyable):
        make_comment(parent=parent)
    assert Comment.objects.count() == 1


def test_one_may_not_answer_a_comment_of_another_article():
    parent = make_comment()
    with pytest.raises(NotReplyable):
        make_comment(article=make_article(), parent=parent)
    assert Comment.objects.count() == 1


def test_answers_beyond_the_third_level_join_it_and_keep_their_true_parent():
    chain = [make_comment()]
    for _level in range(4):
        chain.append(make_comment(parent=chain[-1]))
    assert [comment.depth for comment in chain] == [1, 2, 3, 3, 3]
    assert [comment.parent for comment in chain] == [None, *chain[:-1]]
    in_order = Comment.objects.in_thread().for_display()
    assert list(in_order) == chain


def test_the_editorial_team_s_answer_is_public_at_once_and_marked():
    ben = make_moderator()
    comment = make_comment()
    answer = Comment.objects.answer(parent=comment, text="Bonjour Ada.", by=ben)
    comment.article.refresh_from_db()
    assert (answer.status, answer.is_staff, answer.parent, comment.article.comment_count) == (
        Status.PUBLISHED,
        True,
        comment,
        2,
    )


@pytest.mark.parametrize("status", Status.values)
def test_the_predicate_and_the_queryset_agree(status):
    comment = make_comment(status=status)
    assert Comment.objects.published().filter(pk=comment.pk).exists() == comment.is_published


@pytest.mark.parametrize("status", [Status.REMOVED, Status.WITHDRAWN, Status.ERASED])
def test_a_tombstone_stands_only_above_a_public_answer(status):
    ben = make_moderator()
    article = make_article()
    lonely = make_comment(article=article)
    answered = make_comment(article=article)
    reply = make_comment(parent=answered)
    for comment in (lonely, answered):
        match status:
            case Status.REMOVED:
                comment.remove(by=ben, revision=comment.latest_revision, reason="Erreur.")
            case Status.WITHDRAWN:
                comment.withdraw()
            case Status.ERASED:
                comment.erase()
    assert list(Comment.objects.in_thread().for_display()) == [answered, reply]


def test_the_queue_has_the_longest_waiting_on_top():
    article = make_article()
    make_comment(article=article)
    first = make_comment(article=article, status=Status.PENDING)
    second = make_comment(article=article, status=Status.PENDING)
    assert list(Comment.objects.waiting().in_queue_order()) == [first, second]
