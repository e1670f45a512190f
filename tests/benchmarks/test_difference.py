"""How long it takes to compare two texts in which everything changed."""

import json
import random
import time

import pytest

from articles.difference import compare
from tests.factories import DEMO_FILE

pytestmark = pytest.mark.benchmark

WORDS = ["mot", "dose", "effet", "étude", "sommeil", "douleur"]


def text_of(sections: int, *, changed: bool) -> dict:
    """Sections of 3 kB; every fifth word is another one if ``changed``."""
    article = json.loads(DEMO_FILE.read_text(encoding="utf-8"))["article"]
    written = []
    for number in range(sections):
        chance = random.Random(number)
        paragraphs = [
            [f"{chance.choice(WORDS)}{chance.randrange(400)}" for _word in range(60)]
            for _paragraph in range(7)
        ]
        if changed:
            paragraphs = [
                [word if place % 5 else f"{word}bis" for place, word in enumerate(words)]
                for words in paragraphs
            ]
        body = "".join(f"<p>{' '.join(words)}</p>" for words in paragraphs)
        written.append({**article["sections"][0], "key": f"k{number}", "body": body})
    return {"article": {**article, "sections": written}, "people": {}, "images": {}}


def test_a_text_with_everything_changed():
    took = {}
    for sections in (3, 30):
        old, new = (text_of(sections, changed=changed) for changed in (False, True))
        start = time.perf_counter()
        assert compare(old, new).count == sections * 7
        took[sections] = time.perf_counter() - start
    print(
        f"\ncomparer 3 sections : {took[3] * 1000:.0f} ms, 30 sections : {took[30] * 1000:.0f} ms, "
        f"rapport {took[30] / took[3]:.1f}"
    )
