"""What the learned risk would have said to each text on the day, and what moderators decided. Reads, writes nothing."""

from dataclasses import dataclass

from django.utils import timezone

from comments import risk
from comments.models.risk import teaching
from comments.risk import REFUSED, Memory, Predicted
from comments.signals.text import Text


@dataclass(frozen=True)
class Replay:
    """``texts`` is what is learned at the end; ``erased`` how many texts were decided about and are gone."""

    predicted: list[Predicted]
    texts: risk.Seen
    erased: int


def replay(*, needed: int = risk.TEXTS_NEEDED) -> Replay:
    """
    All decisions again in their order: each text is estimated before anything is learned from it.

    As on the site, nothing is estimated before ``needed`` texts of each kind were learned. What holds is what holds
    today: a refusal that was taken back was a mistake of ours.
    """
    memory, estimates, kinds, erased = Memory(), {}, {}, set()
    history = teaching().values_list("revision", "action", "created", "revision__text")
    for revision, action, created, written in history.iterator(500):
        if not written:
            erased.add(revision)
            continue
        text = Text(written)
        pieces = risk.ngrams(text)
        if revision not in kinds:
            learned = memory.about(pieces)
            if learned.is_enough(needed):
                estimates[revision] = f"{timezone.localtime(created):%Y-%m}", learned.estimate(text)
        memory.count(pieces, kinds.get(revision, ""), -1)
        kinds[revision] = risk.TAUGHT_BY[action]
        memory.count(pieces, kinds[revision])
    predicted = [
        Predicted(month, estimate, kinds[revision] == REFUSED)
        for revision, (month, estimate) in estimates.items()
        if kinds[revision]
    ]
    return Replay(predicted, memory.texts, len(erased))
