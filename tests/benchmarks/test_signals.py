"""What the checks on comments are worth (precision, recall) and what they cost (milliseconds)."""

import statistics
import time

import pytest

from comments.signals import CHECKS, Context, look, look_for
from tests.comments.labelled import labelled, measured

pytestmark = pytest.mark.benchmark

ROUNDS = 5
PARTS = {
    "a: the rules were mended on it": "a",
    "b: mended after a first measure": "b",
    "c: never mended on": "c",
    "all": "abc",
}


def test_precision_and_recall_of_each_check():
    for title, parts in PARTS.items():
        rows = labelled(*parts)
        print(f"\npart {title} ({len(rows)} comments)")
        print(f"{'check':18}{'n':>6}{'others':>8}{'precision':>11}{'recall':>8}")
        for name, measure in measured(rows).items():
            print(f"{name:18}{measure.n:6}{measure.others:8}{measure.precision:11.2f}{measure.recall:8.2f}")


def test_what_a_comment_costs():
    texts = [row.text for row in labelled("a", "b", "c")]
    long = " ".join(texts)[:5000]
    print(f"\n{'check':18}{'common text (ms)':>18}{'5,000 characters (ms)':>24}")
    for name in CHECKS:
        common = statistics.median(milliseconds(name, text) for text in texts)
        print(f"{name:18}{common:18.3f}{milliseconds(name, long):24.1f}")
    started = time.perf_counter()
    look(long, context=Context())
    print(f"{'all of them':18}{'':18}{(time.perf_counter() - started) * 1000:24.1f}")


def milliseconds(name: str, text: str) -> float:
    took = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        look_for(name, text, context=Context())
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)
