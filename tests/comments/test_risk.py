"""What this site's own decisions teach about texts: the arithmetic, the counts, the signal."""

import random
from math import isclose, log, sqrt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from comments import own_data, risk
from comments.models import CheckSetting, Comment, Revision, RiskCount, RiskTotal, Status
from comments.models.risk import learned_about, relearn
from comments.risk import PUBLISHED, REFUSED, Learned, Memory, Seen
from comments.signals import recording
from comments.signals.text import Text
from tests.at_once import at_once
from tests.comments.mailing import make_reachable
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db

REJECTED_TEXT, PUBLISHED_TEXT = "Venez gagner au casino", "Merci beaucoup, article utile"


# The arithmetic.


def pieces(text: str) -> list[str]:
    return sorted(risk.ngrams(Text(text)))


def test_a_text_is_cut_into_pieces_of_its_words_without_digits():
    assert pieces("ÇA, ça 4,5") == [" ca", " ca ", "ca "]
    assert pieces("oui") == [" ou", " oui", " oui ", "oui", "oui ", "ui "]
    assert pieces("06 12 34 56 78 — 4,5 !") == []


@given(st.text(max_size=200))
def test_no_piece_is_long_or_holds_a_digit(text):
    assert [each for each in pieces(text) if len(each) > 5 or any(c.isdigit() for c in each)] == []


def memory_of(*texts: tuple[str, str]) -> Memory:
    memory = Memory()
    for text, kind in texts:
        memory.count(risk.ngrams(Text(text)), kind)
    return memory


def about(text: str, memory: Memory) -> Learned:
    return memory.about(risk.ngrams(Text(text)))


def test_the_weight_of_a_piece_and_the_estimate_of_a_text_are_those_computed_by_hand():
    # Six pieces each: 1/6 + 2/12 against 0 + 2/12.
    memory = memory_of(("oui", REFUSED), ("non", PUBLISHED))
    learned = about("oui", memory)
    assert isclose(learned.weight(" ou"), log(2))
    # Six such pieces, each letter counted twelve times: the odds are the square root of two.
    assert isclose(learned.estimate(Text("oui")), sqrt(2) / (1 + sqrt(2)))


def test_what_nobody_has_seen_says_nothing_whatever_the_sizes():
    memory = memory_of(("oui", REFUSED), ("non", PUBLISHED), ("non, cela ne va pas", PUBLISHED))
    learned = about("xyz", memory)
    assert learned.weight("xyz") == 0
    assert isclose(learned.estimate(Text("xyz")), 1 / 3)


def test_what_says_nothing_but_digits_is_enough_for_nothing():
    memory = memory_of(("06 12", REFUSED), ("non", PUBLISHED))
    assert memory.about(frozenset()).is_enough(1) is False


def test_the_strongest_words_are_named_and_neighbours_are_one_place():
    memory = memory_of(("gagner au casino", REFUSED), ("merci", PUBLISHED))
    text = Text("Gagner au CASINO, merci ! Puis le casino.")
    places = about(text.written, memory).strongest(text)
    assert [text.written[start:end] for start, end in places] == ["Gagner au CASINO", "casino"]


def test_the_area_under_the_curve_counts_equal_estimates_half():
    assert risk.auc([0.9, 0.5], [0.5, 0.1]) == 0.875
    assert risk.auc([0.5], [0.5, 0.5]) == 0.5
    assert (risk.auc([], [0.5]), risk.auc([0.5], [])) == (None, None)


estimates = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=12)


@given(estimates, estimates)
def test_the_area_by_ranks_is_that_by_all_pairs(refused, published):
    pairs = [(mine > other) + (mine == other) / 2 for mine in refused for other in published]
    assert risk.auc(refused, published) == sum(pairs) / len(pairs)


def test_figures_that_do_not_exist_are_none():
    nothing_flagged = risk.figures([risk.Predicted("2026-01", 0.2, False)], threshold=0.5)
    assert (nothing_flagged.precision, nothing_flagged.recall, nothing_flagged.auc) == (None, None, None)


# The counts.


def counted() -> dict:
    """All that was learned, as it stands in the database."""
    return {
        "pieces": {row.piece: (row.refused, row.published) for row in RiskCount.objects.all()},
        "total": list(RiskTotal.objects.values()),
        "texts": dict(Revision.objects.exclude(learned_as="").values_list("pk", "learned_as")),
    }


def numbers(comment: Comment) -> tuple[int, int, str]:
    """Texts learned as refused and as published, and how the comment's own text is counted."""
    total = RiskTotal.objects.get()
    return total.refused, total.published, comment.latest_revision.learned_as


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.PENDING, (0, 0, "")),
        (Status.PUBLISHED, (0, 1, PUBLISHED)),
        (Status.REJECTED, (1, 0, REFUSED)),
        (Status.SPAM, (1, 0, REFUSED)),
        (Status.REMOVED, (1, 0, REFUSED)),
        (Status.CHANGES_REQUESTED, (0, 0, "")),
        (Status.WITHDRAWN, (0, 0, "")),
    ],
)
def test_a_decision_teaches_its_class_once(status, expected):
    assert numbers(make_comment(status=status)) == expected


def test_each_piece_is_counted_once_in_a_text():
    make_comment(text="oui oui oui", status=Status.REJECTED)
    make_comment(text="oui")
    assert set(RiskCount.objects.values_list("refused", "published")) == {(1, 1)}
    assert list(RiskTotal.objects.values_list("refused_size", "published_size")) == [(6, 6)]


def test_restoring_moves_the_text_to_the_other_class():
    comment = make_comment(text="oui", status=Status.REJECTED)
    comment.restore(by=make_moderator(), revision=comment.revision_in_question)
    assert numbers(comment) == (0, 1, PUBLISHED)
    assert set(RiskCount.objects.values_list("refused", "published")) == {(0, 1)}


def test_what_is_no_spam_after_all_is_taken_back_and_leaves_nothing():
    comment = make_comment(text="oui", status=Status.SPAM)
    comment.unmark_spam(by=make_moderator(), revision=comment.revision_in_question)
    assert (numbers(comment), RiskCount.objects.count()) == ((0, 0, ""), 0)


def test_what_was_written_alike_by_others_stays_when_a_comment_is_erased():
    kept, erased = make_comment(text="oui"), make_comment(text="oui non")
    erased.erase()
    assert numbers(kept) == (0, 1, PUBLISHED)
    assert sorted(RiskCount.objects.values_list("piece", flat=True)) == pieces("oui")


def test_a_refused_new_text_of_a_published_comment_teaches_without_touching_the_first():
    comment = make_comment(text="oui")
    comment.edit("non")
    comment.reject(by=make_moderator(), revision=comment.revision_in_question, reason="Hors sujet.")
    assert [each.learned_as for each in comment.revisions.all()] == [PUBLISHED, REFUSED]
    assert counted()["total"][0] == {
        "id": 1,
        "version": risk.VERSION,
        "refused": 1,
        "published": 1,
        "refused_size": 6,
        "published_size": 6,
    }


def test_the_editorial_team_s_own_words_teach_nothing():
    answer = Comment.objects.answer(
        parent=make_comment(status=Status.PUBLISHED), text="Bonjour", by=make_moderator()
    )
    answer.remove(by=make_moderator(), revision=answer.revision_in_question, reason="Erreur.")
    assert numbers(answer) == (0, 1, "")


def test_a_text_that_was_decided_before_anything_was_learned_can_be_reversed():
    comment = make_comment(text="oui")
    RiskCount.objects.all().delete()
    RiskTotal.objects.all().delete()
    Revision.objects.update(learned_as="")
    comment.remove(by=make_moderator(), revision=comment.revision_in_question, reason="Hors sujet.")
    assert numbers(comment) == (1, 0, REFUSED)


def test_counts_that_are_wrong_hold_up_no_decision():
    comment = make_comment(text="oui")
    RiskCount.objects.update(published=0)
    RiskTotal.objects.update(published=0)
    comment.remove(by=make_moderator(), revision=comment.revision_in_question, reason="Hors sujet.")
    assert numbers(comment) == (1, 0, REFUSED)


VERBS = ("publish", "reject", "mark_spam", "remove", "restore", "unmark_spam", "ask_changes")
ACTIONS = {"mark_spam": "spam", "unmark_spam": "not_spam"}
WORDS = [
    "merci",
    "pour",
    "cet",
    "article",
    "casino",
    "gratuit",
    "mon",
    "médecin",
    "dit",
    "que",
    "la",
    "dose",
    "du",
    "soir",
    "aide",
    "enfin",
]


@pytest.mark.parametrize("seed", range(4))
def test_after_any_history_the_counts_are_those_of_a_recount(seed):
    dice, ben, article = random.Random(seed), make_moderator(), make_article()

    def text():
        return " ".join(dice.choices(WORDS, k=dice.randint(1, 8)))

    def act(comment):
        possible = [verb for verb in VERBS if comment.can(ACTIONS.get(verb, verb))]
        chosen = dice.choice([*possible, *possible, "edit", "withdraw", "erase", "unwithdraw", "undo"])
        if chosen in possible:
            why = {"reason": "Parce que."} if chosen in {"reject", "remove", "ask_changes"} else {}
            if comment.status == Status.CHANGES_REQUESTED and chosen in {"publish", "reject"}:
                why["supersedes"] = comment.latest_decision
            getattr(comment, chosen)(by=ben, revision=comment.revision_in_question, **why)
        elif chosen == "undo" and comment.undoable:
            comment.undo(comment.undoable, by=ben)
        elif chosen == "edit" and comment.may_edit:
            comment.edit(text())
        elif chosen == "unwithdraw" and comment.unwithdrawable_until:
            comment.unwithdraw()
        elif chosen in {"withdraw", "erase"} and comment.can(chosen) and dice.random() < 0.4:
            getattr(comment, chosen)()

    keys = [make_comment(article=article, text=text(), status=Status.PENDING).pk for _each in range(8)]
    for _step in range(70):
        act(Comment.objects.get(pk=dice.choice(keys)))
    before = counted()
    relearn()
    assert counted() == before
    assert {*before["texts"].values()} == {REFUSED, PUBLISHED}
    for comment in Comment.objects.exclude(status=Status.ERASED):
        comment.erase()
    assert counted()["pieces"] == {}
    assert RiskTotal.objects.filter(refused=0, published=0, refused_size=0, published_size=0).count() == 1


@pytest.mark.django_db(transaction=True)
def test_decisions_at_once_about_the_same_words_are_all_counted():
    ben = make_moderator()
    comments = [
        make_comment(article=make_article(), status=Status.PENDING, text=" ".join(WORDS[n:] + WORDS[:n]))
        for n in range(8)
    ]
    spam = [make_comment(article=make_article(), status=Status.SPAM, text=" ".join(WORDS)) for _n in range(4)]

    def publish(comment):
        return lambda: Comment.objects.get(pk=comment.pk).publish(by=ben, revision=comment.latest_revision)

    def unmark(comment):
        return lambda: Comment.objects.get(pk=comment.pk).unmark_spam(
            by=ben, revision=comment.latest_revision
        )

    results = at_once(*map(publish, comments), *map(unmark, spam))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert set(RiskCount.objects.values_list("refused", "published")) == {(0, 8)}
    before = counted()
    relearn()
    assert counted() == before


@pytest.mark.parametrize("words", [3, 300])
@pytest.mark.parametrize(
    ("verb", "status", "expected"),
    # With the savepoint that a test needs around it: two of them.
    [("publish", Status.PENDING, 13), ("reject", Status.PENDING, 10), ("remove", Status.PUBLISHED, 16)],
)
def test_a_decision_costs_the_same_for_any_length(settings, words, verb, status, expected):
    settings.RE_REVIEW_PERCENT = 0
    dice, ben = random.Random(words), make_moderator()
    text = " ".join("".join(dice.choices("aeioulmnrst", k=9)) for _word in range(words))
    comment = Comment.objects.get(pk=make_comment(text=text, status=status).pk)
    revision = comment.revision_in_question
    why = {} if verb == "publish" else {"reason": "Hors sujet."}
    with CaptureQueriesContext(connection) as queries:
        getattr(comment, verb)(by=ben, revision=revision, **why)
    assert len(queries) == expected


@pytest.mark.parametrize(("verb", "expected"), [("publish", 16), ("reject", 12)])
def test_a_decision_of_which_people_are_told_takes_fifteen_queries_at_most(settings, verb, expected):
    """With the savepoint around it, as above: two of them."""
    settings.RE_REVIEW_PERCENT = 0
    ben = make_moderator()
    comment = make_reachable(parent=make_comment(), status=Status.PENDING)
    why = {} if verb == "publish" else {"reason": "Hors sujet."}
    with CaptureQueriesContext(connection) as queries:
        getattr(comment, verb)(by=ben, revision=comment.revision_in_question, **why)
    assert len(queries) == expected


# The signal.


@pytest.fixture
def enough():
    """One text of each kind is known, and taken for fifty."""
    make_comment(text=REJECTED_TEXT, status=Status.REJECTED)
    make_comment(text=PUBLISHED_TEXT)
    RiskTotal.objects.update(refused=50, published=50)


def plain(text: str) -> str:
    """Without no-break spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def noticed(comment: Comment):
    return comment.latest_revision.signals.filter(check_name="learned_risk").first()


def test_a_text_like_the_refused_ones_says_why_it_waits(enough):
    signal = noticed(make_comment(text="Bonjour, gagner au CASINO", status=Status.PENDING))
    percent = round(100 * signal.score)
    assert plain(signal.explanation) == (
        f"estimation, qui ne décide rien : ressemble à {percent} % aux 50 textes refusés ici plutôt qu’aux 50 "
        "publiés ; surtout : «gagner au CASINO»"
    )
    assert (signal.matched, 50 < percent < 100) == (["gagner au CASINO"], True)


def test_a_text_like_the_published_ones_waits_without_a_word(enough):
    assert noticed(make_comment(text="Merci beaucoup", status=Status.PENDING)) is None


@pytest.mark.parametrize("missing", ["refused", "published"])
def test_nothing_is_said_before_fifty_decisions_of_each_kind(enough, missing):
    RiskTotal.objects.update(**{missing: 49})
    assert noticed(make_comment(text=REJECTED_TEXT, status=Status.PENDING)) is None


def test_nothing_is_said_from_counts_of_another_version(enough):
    RiskTotal.objects.update(version=risk.VERSION + 1)
    assert learned_about(REJECTED_TEXT) is None


def test_it_is_switched_off_and_has_a_threshold_like_the_others(enough):
    setting = CheckSetting.objects.filter(name="learned_risk")
    setting.update(enabled=False)
    assert noticed(make_comment(text=REJECTED_TEXT, status=Status.PENDING)) is None
    setting.update(enabled=True, threshold=100)
    assert noticed(make_comment(text=REJECTED_TEXT, status=Status.PENDING)) is None


def test_switched_off_it_asks_the_database_nothing(enough, django_assert_num_queries):
    CheckSetting.objects.filter(name="learned_risk").update(enabled=False)
    revision = (
        make_comment(text=REJECTED_TEXT, status=Status.PENDING).revisions.select_related("comment").get()
    )
    revision.signals.all().delete()
    # The savepoint and its end; settings, queue (nothing in it), the trace and its like; what was noticed.
    with django_assert_num_queries(9):
        recording.record(revision)


def test_an_explanation_is_a_whole_sentence_whatever_the_length_of_the_words(enough):
    long = " puis ".join(["Gagneraucasinogagneraucasinogagner"] * 9)
    explanation = plain(noticed(make_comment(text=long, status=Status.PENDING)).explanation)
    assert (len(explanation) < 300, explanation.endswith("…»")) == (True, True)


def test_its_author_finds_the_same_words_in_his_data(enough):
    comment = make_comment(text="Gagner au casino", status=Status.PENDING)
    assert noticed(comment).explanation in own_data.about(comment)["texts"][0]["noticed"]


@pytest.mark.parametrize("n", [1, 3])
def test_an_estimate_costs_two_queries_whatever_was_learned(enough, n, django_assert_num_queries):
    for number in range(n):
        make_comment(text=f"{WORDS[number]} {WORDS[-number]}")
    with django_assert_num_queries(2):
        learned_about(" ".join(WORDS))


def test_it_decides_nothing(enough):
    comment = make_comment(text=REJECTED_TEXT, status=Status.PENDING)
    assert (comment.status, comment.decisions.count()) == (Status.PENDING, 1)


def test_the_counts_are_in_no_page_of_the_admin():
    from django.contrib import admin

    assert [model for model in (RiskCount, RiskTotal) if admin.site.is_registered(model)] == []


def test_a_seen_number_of_both_kinds_is_their_sum():
    assert Seen(2, 3).both == 5


def test_recording_reads_no_more_of_a_text_than_the_checks_do(enough, monkeypatch):
    read = []
    monkeypatch.setattr(recording, "learned_about", lambda text: read.append(len(text)))
    make_comment(text="a" * 5000, status=Status.PENDING)
    assert read == [5000]
