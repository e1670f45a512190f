"""What the learned risk costs (milliseconds): to estimate a text, and to learn one, with few and many pieces known."""

import random
import statistics
import time

import pytest

from comments import risk
from comments.models import Comment, RiskCount, RiskTotal, Status
from comments.models.risk import learned_about, relearn
from comments.replay import replay
from comments.signals.text import Text
from tests.comments.labelled import labelled
from tests.factories import make_article, make_comment, make_moderator

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db]

ROUNDS = 30
# About as many as 10,000 and as a million French words have; measured on nothing, chosen to be far apart.
SMALL, LARGE = 5_000, 300_000


def common_texts() -> list[str]:
    """Of the length that comments have: between 200 and 400 characters."""
    texts = [row.text for row in labelled("a", "b", "c")]
    dice = random.Random(1)
    return [" ".join(dice.sample(texts, 6))[:300] for _number in range(ROUNDS)]


def fill(number: int) -> None:
    """So many pieces beside those of the texts."""
    letters, dice, made = "abcdefghijklmnopqrstuvwxyz", random.Random(2), set()
    while len(made) < number:
        made.add("".join(dice.choices(letters, k=5)))
    there = set(RiskCount.objects.values_list("piece", flat=True))
    rows = (RiskCount(piece=piece, refused=1, published=2) for piece in sorted(made - there))
    RiskCount.objects.bulk_create(rows, batch_size=5000)
    RiskTotal.objects.update(refused=5000, published=20000, refused_size=2_000_000, published_size=8_000_000)


def median(act, of) -> float:
    took = []
    for each in of:
        started = time.perf_counter()
        act(each)
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def test_what_an_estimate_and_a_lesson_cost():
    ben, article = make_moderator(), make_article()
    texts = common_texts()
    pieces = statistics.median(len(risk.ngrams(Text(text))) for text in texts)
    print(
        f"\n{ROUNDS} texts of {statistics.median(map(len, texts)):.0f} characters, {pieces:.0f} pieces each"
    )
    times = {}
    for number in (SMALL, LARGE):
        fill(number)
        comments = [make_comment(article=article, text=text, status=Status.PENDING) for text in texts]

        def publish(comment):
            comment.publish(by=ben, revision=comment.latest_revision)

        def remove(comment):
            comment.remove(by=ben, revision=comment.latest_revision, reason="Hors sujet.")

        times[number] = {
            "read counts": median(learned_about, texts),
            "estimate": median(lambda text: learned_about(text).estimate(Text(text)), texts),
            "publish": median(publish, comments),
            "remove": median(remove, comments),
            "erase": median(Comment.erase, comments),
        }
    print(f"{'median, ms':14}{SMALL:>12,}{LARGE:>12,}{'ratio':>8}")
    for name, small in times[SMALL].items():
        large = times[LARGE][name]
        print(f"{name:14}{small:12.2f}{large:12.2f}{large / small:8.2f}")


def test_what_the_lesson_adds_to_a_decision(monkeypatch):
    ben, article, texts = make_moderator(), make_article(), common_texts()

    def all_published() -> float:
        comments = [make_comment(article=article, text=text, status=Status.PENDING) for text in texts]
        return median(lambda each: each.publish(by=ben, revision=each.latest_revision), comments)

    with_lesson = all_published()
    monkeypatch.setattr("comments.models.comment.learn_from", lambda decision: None)
    without = all_published()
    print(f"\npublish: {without:.1f} ms, with the lesson {with_lesson:.1f} ms")


def test_what_replaying_and_relearning_cost():
    ben, article = make_moderator(), make_article()
    number = 300
    texts = common_texts()
    for at in range(number):
        make_comment(article=article, text=texts[at % ROUNDS], by=ben)
    for name, act in (("replay", replay), ("relearn", relearn)):
        started = time.perf_counter()
        act()
        print(f"\n{name}: {(time.perf_counter() - started) * 1000 / number:.2f} ms a text")
