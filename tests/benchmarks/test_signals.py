"""What the checks on comments are worth (precision, recall) and what they cost (milliseconds)."""

import statistics
import time
from operator import itemgetter

import pytest

from comments.signals import CHECKS, Context, look, look_for
from tests.comments.hostile import PIECES, repeated
from tests.comments.labelled import PARTS, labelled, measured

pytestmark = pytest.mark.benchmark

ROUNDS = 5
TITLES = {
    "a: the rules were mended on it": "a",
    "b: mended after a first measure": "b",
    "c: mended on after d had been measured": "c",
    "d: written before the rules were read, mended after a first measure": "d",
    "e: never mended on": "e",
    "all": PARTS,
}
# Twice the text may take twice the time and a little more; its square would be four times.
MOST_GROWTH = 3


def test_precision_and_recall_of_each_check():
    for title, parts in TITLES.items():
        rows = labelled(*parts)
        print(f"\npart {title} ({len(rows)} comments)")
        print(f"{'check':18}{'n':>6}{'others':>8}{'precision':>11}{'recall':>8}")
        for name, measure in measured(rows).items():
            print(f"{name:18}{measure.n:6}{measure.others:8}{measure.precision:11.2f}{measure.recall:8.2f}")


def test_what_a_comment_costs():
    texts = [row.text for row in labelled(*PARTS)]
    long = " ".join(texts)[:5000]
    print(f"\n{'check':18}{'common text (ms)':>18}{'5,000 characters (ms)':>24}")
    for name in CHECKS:
        common = statistics.median(milliseconds(name, text) for text in texts)
        print(f"{name:18}{common:18.3f}{milliseconds(name, long):24.1f}")
    started = time.perf_counter()
    look(long, context=Context())
    print(f"{'all of them':18}{'':18}{(time.perf_counter() - started) * 1000:24.1f}")


def test_a_hostile_text_of_twice_the_length_does_not_take_four_times_as_long():
    measures = []
    for piece in PIECES:
        half, whole = (processor_time(repeated(piece, length)) for length in (2500, 5000))
        measures.append((whole * 1000, whole / half, piece))
    print(f"\n{'piece':28}{'5,000 characters (ms)':>24}{'against 2,500':>16}")
    for took, growth, piece in sorted(measures, reverse=True)[:5] + sorted(measures, key=itemgetter(1))[-3:]:
        print(f"{piece!r:28}{took:24.1f}{growth:16.2f}")
    assert [(piece, growth) for _took, growth, piece in measures if growth > MOST_GROWTH] == []


def processor_time(text: str) -> float:
    """The least of several rounds, so that what else the machine does counts little."""
    took = []
    for _round in range(ROUNDS):
        started = time.process_time()
        look(text, context=Context())
        took.append(time.process_time() - started)
    return min(took)


def milliseconds(name: str, text: str) -> float:
    took = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        look_for(name, text, context=Context())
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)
