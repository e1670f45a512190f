"""
What this site's own decisions teach about texts, in numbers. comments.risk says what they mean.

What is kept: of each piece of a word (three to five letters, no digits) in how many refused and in how many published
texts it stands; not in which. It is kept as it is, not hashed: a text that is counted stands in full beside it
(Revision), and a text that is erased takes its counts along, so nothing can be read here that was erased. Rare
pieces could hold a part of a name, overlapping ones a whole one: hence nothing of an erased text may stay, hashed or
not (a keyed hash of five letters is found by trying all). So what is learned is forgotten as its texts are, by
COMMENT_RETENTION.
"""

import json
from collections.abc import Iterator

from django.db import connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from comments import risk
from comments.models.decision import Decision
from comments.models.revision import Revision
from comments.risk import PUBLISHED, REFUSED, TAUGHT_BY, Learned, Memory, Seen
from comments.signals.text import Text

BATCH = 500


class RiskTotal(models.Model):
    """
    One row: how many texts of each kind were learned, and how many pieces stand in them.

    Whoever changes counts updates it first: its lock makes the others wait, so that no two wait for each other.
    """

    version = models.PositiveSmallIntegerField(default=risk.VERSION)
    refused = models.PositiveIntegerField(default=0)
    published = models.PositiveIntegerField(default=0)
    refused_size = models.PositiveBigIntegerField(default=0)
    published_size = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("learned risk: total")
        verbose_name_plural = _("learned risk: totals")
        constraints = [models.CheckConstraint(name="risk_total_only_one", condition=Q(pk=1))]

    def __str__(self) -> str:
        return f"{self.refused} / {self.published}"

    def learned(self) -> Learned:
        """Without the counts of any piece."""
        return Learned(Seen(self.refused, self.published), Seen(self.refused_size, self.published_size))


class RiskCount(models.Model):
    """In how many texts of each kind a piece stands. Rows that count nothing are not kept."""

    piece = models.CharField(max_length=max(risk.SIZES), primary_key=True)
    refused = models.PositiveIntegerField(default=0)
    published = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("learned risk: count")
        verbose_name_plural = _("learned risk: counts")

    def __str__(self) -> str:
        return self.piece


def learned_about(text: str) -> Learned | None:
    """What the estimate of this text needs; None while too little was decided, or after a change of version."""
    total = RiskTotal.objects.filter(version=risk.VERSION).first()
    if total is None or not total.learned().is_enough():
        return None
    rows = RiskCount.objects.filter(pk__in=risk.ngrams(Text(text)))
    counts = {
        piece: Seen(refused, published)
        for piece, refused, published in rows.values_list("piece", "refused", "published")
    }
    return Learned(total.learned().texts, total.learned().size, counts)


def learn_from(decision: Decision) -> None:
    """
    Counts the text that was decided on, or moves it to the other class, or takes it back.

    In the decision's own transaction, with its comment locked, and while the texts are still there: erasing takes them
    back first.
    """
    if decision.action == Decision.Action.ERASE:
        for revision in Revision.objects.filter(comment=decision.comment_id).exclude(learned_as=""):
            _learn(revision, "", likely=revision.learned_as)
        return
    if decision.action == Decision.Action.UNDO:
        _forget(decision)
        return
    # What the editorial team writes teaches nothing about readers.
    by_moderator = decision.role == Decision.Role.MODERATOR and not decision.comment.is_staff
    if by_moderator and decision.action in TAUGHT_BY:
        kind = TAUGHT_BY[decision.action]
        is_first = decision.came_from == "pending" or decision.is_about_new_text
        _learn(decision.revision, kind, likely="" if is_first else _OTHER[kind])


def _forget(undo: Decision) -> None:
    """As it was before the decision that was undone."""
    undone = undo.supersedes
    if undone.action in TAUGHT_BY:
        earlier = teaching().filter(revision=undone.revision_id, pk__lt=undone.pk).last()
        _learn(undone.revision, TAUGHT_BY[earlier.action] if earlier else "", likely=TAUGHT_BY[undone.action])


# What a text that is decided about again was most often before: of a reversal, the other class.
_OTHER = {REFUSED: PUBLISHED, PUBLISHED: REFUSED, "": REFUSED}


def _learn(revision: Revision, kind: str, *, likely: str) -> None:
    before = _remember(revision, kind, likely)
    if before is None:
        return
    pieces = sorted(risk.ngrams(Text(revision.text)))
    change = {each: (each == kind) - (each == before) for each in (REFUSED, PUBLISHED)}
    sizes = {f"{each}_size": number * len(pieces) for each, number in change.items()}
    total = RiskTotal.objects.filter(pk=1)
    if not total.update(**_changed(change | sizes)):
        RiskTotal.objects.get_or_create(pk=1)
        total.update(**_changed(change | sizes))
    if not before:
        _add(pieces, change)
        return
    counts = RiskCount.objects.filter(pk__in=pieces)
    counts.update(**_changed(change))
    if not kind:
        counts.filter(refused=0, published=0).delete()


def _remember(revision: Revision, kind: str, likely: str) -> str | None:
    """
    Notes beside the text how it is counted; says how it was, None if it is so already.

    Each attempt is one update that names what it expects, ``likely`` first: a row read earlier may have been overtaken.
    """
    for before in sorted({"", REFUSED, PUBLISHED} - {kind}, key=lambda each: each != likely):
        if Revision.objects.filter(pk=revision.pk, learned_as=before).update(learned_as=kind):
            revision.learned_as = kind
            return before
    return None


def _changed(change: dict[str, int]) -> dict[str, object]:
    # Never below nothing: a count that is wrong (see relearn) must not hold up a decision.
    return {
        name: Greatest(F(name) + number, 0) if number < 0 else F(name) + number
        for name, number in change.items()
        if number
    }


# Whatever the length of a text, one statement, which Django's bulk_create cannot add up in.
_PIECES = {
    "sqlite": "json_each(%s)",
    "postgresql": "json_array_elements_text(CAST(%s AS json)) AS each(value)",
}
_ADD = """
    INSERT INTO {table} AS known (piece, refused, published)
    SELECT value, %s, %s FROM {pieces} WHERE true
    ON CONFLICT (piece) DO UPDATE SET
        refused = known.refused + excluded.refused,
        published = known.published + excluded.published
"""


def _add(pieces: list[str], change: dict[str, int]) -> None:
    table = connection.ops.quote_name(RiskCount._meta.db_table)
    statement = _ADD.format(table=table, pieces=_PIECES[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(statement, [change[REFUSED], change[PUBLISHED], json.dumps(pieces)])


@transaction.atomic
def relearn() -> Learned:
    """
    Counts everything anew, from the log and the texts that are there. About a second for a thousand texts.

    Decisions wait meanwhile.
    """
    RiskTotal.objects.get_or_create(pk=1)
    RiskTotal.objects.select_for_update().get(pk=1)
    RiskCount.objects.all().delete()
    Revision.objects.exclude(learned_as="").update(learned_as="")
    memory = Memory()
    for kind, keys in _standing().items():
        for part in _parts(keys):
            there = Revision.objects.filter(pk__in=part).exclude(text="")
            for text in there.values_list("text", flat=True):
                memory.count(risk.ngrams(Text(text)), kind)
            there.update(learned_as=kind)
    refused, published = memory.counts[REFUSED], memory.counts[PUBLISHED]
    RiskCount.objects.bulk_create(
        (
            RiskCount(piece=piece, refused=refused[piece], published=published[piece])
            for piece in sorted({*refused, *published})
        ),
        batch_size=BATCH,
    )
    RiskTotal.objects.filter(pk=1).update(
        version=risk.VERSION,
        refused=memory.texts.refused,
        published=memory.texts.published,
        refused_size=memory.size.refused,
        published_size=memory.size.published,
    )
    return memory.about(frozenset())


def teaching() -> models.QuerySet[Decision]:
    """The decisions that teach, in the order in which they were taken."""
    by_moderators = (
        Decision.objects.by_moderators().standing().filter(action__in=TAUGHT_BY, comment__is_staff=False)
    )
    return by_moderators.order_by("pk")


def _standing() -> dict[str, list[int]]:
    """By class, the texts about which it was decided last."""
    last = {
        revision: TAUGHT_BY[action]
        for revision, action in teaching().values_list("revision", "action").iterator(BATCH)
    }
    return {kind: sorted(pk for pk in last if last[pk] == kind) for kind in (REFUSED, PUBLISHED)}


def _parts(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
