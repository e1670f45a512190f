"""Twenty moderators over the same two hundred comments at once, on the real database."""

import random
import threading
from collections import Counter

import pytest

from articles.models import Article
from comments import letters
from comments.models import CAME_FROM, Comment, Contributor, Decision, StaleDecision, Status
from ldnportal.mail.models import Outbox
from ldnportal.staff.models import User
from tests.at_once import at_once
from tests.factories import make_article, make_comment, make_moderator

DECIDERS = 20
COMMENTS = 200
# Every comment is on this many screens when the deciding begins.
SCREENS = 3
# The second and third are of removals and restorations.
ROUNDS = 3
VERBS = {
    Decision.Action.PUBLISH: "publish",
    Decision.Action.ASK_CHANGES: "ask_changes",
    Decision.Action.REJECT: "reject",
    Decision.Action.SPAM: "mark_spam",
    Decision.Action.NOT_SPAM: "unmark_spam",
    Decision.Action.REMOVE: "remove",
    Decision.Action.RESTORE: "restore",
}
NEED_REASON = {"ask_changes", "reject", "remove"}


def make_two_hundred() -> list[int]:
    """Under two articles: public ones, new ones, and new answers to the public ones. Their author gets mail."""
    for article in (make_article(), make_article()):
        roots = [make_comment(article=article) for _number in range(10)]
        for number in range(COMMENTS // 2 - len(roots)):
            parent = roots[number % len(roots)] if number % 3 else None
            make_comment(article=article, parent=parent, status=Status.PENDING)
    Comment.objects.update(contributor=Contributor.objects.create(email_hmac="x"))
    return list(Comment.objects.order_by("pk").values_list("pk", flat=True))


def possible(comment: Comment) -> list[str]:
    found = [verb for action, verb in VERBS.items() if comment.status in CAME_FROM[action]]
    # As on the desk: what was asked to be changed is published, not restored.
    return [verb for verb in found if verb != "restore" or "publish" not in found]


def decide_all(pks: list[int], moderators: list[User], chance: random.Random) -> list[tuple[int, object]]:
    """
    Each moderator opens his share, chooses for each a verb that its state allows, and only then all begin to decide.

    Returns every attempt as the comment's number and the decision, or the refusal.
    """
    shares = [[] for _moderator in moderators]
    for _screen in range(SCREENS):
        shuffled = chance.sample(pks, len(pks))
        for number, share in enumerate(shares):
            share += shuffled[number :: len(shares)]
    all_have_read = threading.Barrier(len(moderators))

    def act(by: User, share: list[int], chance: random.Random):
        def decide_share():
            seen = [Comment.objects.get(pk=pk) for pk in share]
            plans = [
                (each, chance.choice(possible(each)), each.revision_in_question, _over(each)) for each in seen
            ]
            all_have_read.wait(timeout=60)
            return [(each.pk, decided(each, *plan, by)) for each, *plan in plans]

        return decide_share

    acts = [
        act(by, share, random.Random(chance.random())) for by, share in zip(moderators, shares, strict=True)
    ]
    results = at_once(*acts)
    assert [result for result in results if not isinstance(result, list)] == []
    return [attempt for result in results for attempt in result]


def _over(comment: Comment) -> Decision | None:
    """The request for changes in whose place something else is decided."""
    return comment.latest_decision if comment.status == Status.CHANGES_REQUESTED else None


def decided(
    comment: Comment, verb: str, revision, over: Decision | None, by: User
) -> Decision | StaleDecision:
    why = {"reason": "Parce que."} if verb in NEED_REASON else {}
    if over:
        why["supersedes"] = over
    try:
        return getattr(comment, verb)(by=by, revision=revision, **why)
    except StaleDecision as refusal:
        return refusal


@pytest.mark.django_db(transaction=True)
def test_twenty_deciders_over_two_hundred_comments_leave_one_decision_for_each_and_no_count_wrong():
    everything = make_two_hundred()
    moderators = [make_moderator(f"ben{number}") for number in range(DECIDERS)]
    # What is random is the same in each run; who is quicker is not.
    chance = random.Random(20)
    for _round in range(ROUNDS):
        pks = [comment.pk for comment in Comment.objects.filter(pk__in=everything) if possible(comment)]
        before = set(Decision.objects.values_list("pk", flat=True))
        Outbox.objects.all().delete()

        attempts = decide_all(pks, moderators, chance)

        # One effective decision each, and everybody else is told of it.
        made = {pk: outcome for pk, outcome in attempts if isinstance(outcome, Decision)}
        told = [(pk, outcome) for pk, outcome in attempts if isinstance(outcome, StaleDecision)]
        assert Counter(type(outcome) for _pk, outcome in attempts) == {
            Decision: len(pks),
            StaleDecision: (SCREENS - 1) * len(pks),
        }
        assert sorted(made) == pks
        assert [(pk, refusal.latest) for pk, refusal in told] == [(pk, made[pk]) for pk, _refusal in told]
        # Exactly one row for each change, its mail with it, and nothing lost.
        logged = set(Decision.objects.values_list("pk", flat=True)) - before
        assert logged == {decision.pk for decision in made.values()}
        letters_due = {f"decision:{each.pk}" for each in made.values() if each.action in letters.DECISIONS}
        assert set(Outbox.objects.values_list("key", flat=True)) == letters_due
        now = dict(Comment.objects.filter(pk__in=pks).values_list("pk", "status"))
        assert now == dict(Decision.objects.filter(pk__in=logged).values_list("comment", "status"))
        _every_log_leads_to_where_its_comment_is()
        _every_count_is_a_recount()


def _every_log_leads_to_where_its_comment_is() -> None:
    for comment in Comment.objects.prefetch_related("decisions"):
        log = list(comment.decisions.all())
        assert [each.came_from for each in log] == ["", *[each.status for each in log[:-1]]]
        assert log[-1].status == comment.status


def _every_count_is_a_recount() -> None:
    public = [each for each in Comment.objects.all() if each.status == "published"]
    under = Counter(each.article_id for each in public)
    below = Counter(each.root_id for each in public if each.root_id != each.pk)
    articles = dict(Article.objects.values_list("pk", "comment_count"))
    roots = dict(Comment.objects.filter(parent=None).values_list("pk", "reply_count"))
    assert articles == {pk: under[pk] for pk in articles}
    assert roots == {pk: below[pk] for pk in roots}
