"""Some decisions come back, blind, to another moderator."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from comments.agreement import Agreement
from comments.models import Comment, ReReview, Status
from comments.models.re_review import is_drawn
from tests.factories import make_article, make_comment, make_editor, make_moderator, make_superuser

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:comments_rereview_changelist")
STATISTICS = reverse("admin:comments_rereview_statistics")


@pytest.fixture
def all_drawn(settings):
    settings.RE_REVIEW_PERCENT = 100


@pytest.fixture
def bea(client):
    """The second moderator. Ben, the first, decides wherever nobody else is named."""
    user = make_moderator("bea")
    client.force_login(user)
    return user


def drawn(comment: Comment) -> list[str]:
    return list(ReReview.objects.filter(decision__comment=comment).values_list("decision__action", flat=True))


def answer(client, item: ReReview, verdict: str):
    return client.post(
        reverse("admin:comments_rereview_verdict", args=[item.pk]), {"verdict": verdict}, follow=True
    )


# The draw.


def test_the_share_that_is_set_is_drawn_and_always_the_same(settings):
    settings.RE_REVIEW_PERCENT = 5
    lots = [is_drawn(number) for number in range(1, 10_001)]
    assert lots == [is_drawn(number) for number in range(1, 10_001)]
    assert 400 < sum(lots) < 600


@pytest.mark.parametrize(("percent", "number"), [(0, 0), (100, 200)])
def test_none_and_all_are_exactly_that(settings, percent, number):
    settings.RE_REVIEW_PERCENT = percent
    assert sum(is_drawn(each) for each in range(200)) == number


def test_another_key_draws_others(settings):
    settings.RE_REVIEW_PERCENT = 50
    before = [is_drawn(number) for number in range(50)]
    settings.SECRET_KEY = "another-key" * 5
    assert [is_drawn(number) for number in range(50)] != before


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.PUBLISHED, ["publish"]),
        (Status.REJECTED, ["reject"]),
        (Status.SPAM, ["spam"]),
        (Status.REMOVED, ["publish", "remove"]),
        (Status.CHANGES_REQUESTED, []),
        (Status.WITHDRAWN, []),
        (Status.PENDING, []),
    ],
)
def test_publications_and_refusals_are_drawn(all_drawn, bea, status, expected):
    assert drawn(make_comment(status=status)) == expected


def test_with_one_moderator_nothing_is_drawn(all_drawn):
    make_editor()
    make_moderator("bob", is_active=False)
    assert drawn(make_comment(by=make_moderator())) == []


def test_a_superuser_is_another_moderator(all_drawn):
    make_superuser()
    assert drawn(make_comment(by=make_moderator())) == ["publish"]


def test_the_editorial_team_s_own_words_are_not_drawn(all_drawn, bea):
    reply = Comment.objects.answer(parent=make_comment(), text="Bonjour.", by=make_moderator())
    reply.remove(by=make_moderator(), revision=reply.revision_in_question, reason="Erreur.")
    assert drawn(reply) == []


def test_a_verdict_has_a_name_and_a_date(all_drawn, bea):
    make_comment()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReReview.objects.update(verdict="publish")


# The queue.


def test_the_text_comes_back_with_the_article_and_what_it_answers(all_drawn, client, bea):
    article = make_article(title="La naltrexone")
    parent = make_comment(article=article, text="Ma question.", name="Zoé")
    make_comment(parent=parent, text="Ma <b>réponse</b>.", status=Status.REJECTED)
    html = client.get(QUEUE).content.decode()
    words = ["La naltrexone", "Ma question.", "Zoé", "Ma &lt;b&gt;réponse&lt;/b&gt;."]
    assert [word for word in words if word not in html] == []


def test_nothing_tells_a_refused_text_from_a_published_one(all_drawn, client, bea):
    article, ben = make_article(), make_moderator(first_name="Benoît", last_name="Secret")
    make_comment(article=article, text="Pareil.", by=ben)
    make_comment(article=article, text="Pareil.", by=ben, status=Status.REJECTED)
    html = client.get(QUEUE).content.decode()
    items = re.findall(r'<div class="module" id="item-.*?</form>', html, re.DOTALL)
    alike = {re.sub(r"item-\d+|/\d+/verdict|value=\"\w{64}\"", "", item) for item in items}
    assert (len(items), len(alike)) == (2, 1)
    hidden = ["Refusé pour ce test.", "Benoît", "Secret", "publié", "/admin/comments/comment/1"]
    assert [word for word in hidden if word in "".join(items)] == []


def test_nobody_sees_his_own_decisions_again(all_drawn, client, bea):
    make_moderator()
    assert drawn(make_comment(by=bea)) == ["publish"]
    assert "Rien n’attend votre second regard." in client.get(QUEUE).content.decode()


@pytest.mark.parametrize("gone", ["erase", "withdraw"])
def test_what_its_author_takes_back_drops_out(all_drawn, client, bea, gone):
    comment = make_comment(text="À moi.")
    assert "À moi." in client.get(QUEUE).content.decode()
    getattr(comment, gone)()
    assert "À moi." not in client.get(QUEUE).content.decode()
    answer(client, ReReview.objects.get(), "publish")
    assert ReReview.objects.get().verdict == ""


@pytest.mark.parametrize("n", [1, 30])
def test_the_queue_costs_the_same_for_any_number(all_drawn, client, bea, django_assert_num_queries, n):
    article = make_article()
    for _each in range(n):
        make_comment(article=article, parent=None)
    # Session, user, his permissions and those of his role; the texts with all that is shown; which are covered.
    with django_assert_num_queries(6):
        assert client.get(QUEUE).content.decode().count('id="item-') == n


# The verdict.


def test_who_agrees_is_told_so_with_a_link_and_nothing_else_changes(all_drawn, client, bea):
    comment = make_comment()
    before = comment.decisions.count()
    page = answer(client, ReReview.objects.get(), "publish").content.decode()
    assert "Vous et la première décision êtes d’accord." in page
    assert reverse("admin:comments_comment_change", args=[comment.pk]) in page
    comment.refresh_from_db()
    item = ReReview.objects.get()
    assert (comment.status, comment.decisions.count(), item.reviewer, item.verdict) == (
        Status.PUBLISHED,
        before,
        bea,
        "publish",
    )


@pytest.mark.parametrize(
    ("status", "verdict", "agrees"),
    [
        (Status.PUBLISHED, "publish", True),
        (Status.PUBLISHED, "refuse", False),
        (Status.SPAM, "refuse", True),
        (Status.REJECTED, "publish", False),
    ],
)
def test_agreeing_is_publishing_both_or_refusing_both(all_drawn, client, bea, status, verdict, agrees):
    make_comment(status=status)
    page = answer(client, ReReview.objects.get(), verdict).content.decode()
    assert (ReReview.objects.get().agrees, "êtes d’accord" in page, "divergent" in page) == (
        agrees,
        agrees,
        not agrees,
    )


def test_the_first_verdict_counts_and_the_second_is_told(all_drawn, client, bea):
    make_comment()
    item = ReReview.objects.get()
    carl = make_moderator("carl")
    assert ReReview.objects.get().give("refuse", by=carl)
    page = answer(client, item, "publish").content.decode()
    item.refresh_from_db()
    assert (item.verdict, item.reviewer, "Rien n’a été enregistré" in page) == ("refuse", carl, True)


def test_nobody_judges_his_own_decision_or_with_another_word(all_drawn, client, bea):
    make_moderator()
    make_comment(by=bea)
    answer(client, ReReview.objects.get(), "publish")
    make_comment()
    answer(client, ReReview.objects.last(), "perhaps")
    assert list(ReReview.objects.values_list("verdict", flat=True)) == ["", ""]


# Agreement.


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        # 35 of 50 the same (0.7); by chance 0.5·0.6 + 0.5·0.4 = 0.5.
        ((20, 5, 10, 15), 0.4),
        # 0.6; by chance 0.6·0.7 + 0.4·0.3 = 0.54.
        ((45, 15, 25, 15), 0.06 / 0.46),
        ((5, 0, 0, 5), 1.0),
        ((0, 5, 5, 0), -1.0),
        ((25, 25, 25, 25), 0.0),
        ((10, 0, 0, 0), None),
        ((0, 0, 0, 0), None),
    ],
)
def test_kappa_is_the_one_computed_by_hand(table, kappa):
    found = Agreement(*table).kappa
    assert found == kappa if kappa is None else abs(found - kappa) < 1e-12


def judged(pairs: list[tuple[str, str]], *, by) -> None:
    """For each pair what was decided and what the second would have done."""
    article = make_article()
    for status, verdict in pairs:
        make_comment(article=article, status=status)
        assert ReReview.objects.get(verdict="").give(verdict, by=by)


def test_the_table_and_kappa_are_shown_from_ten_on(all_drawn, client, bea):
    nine = (
        [(Status.PUBLISHED, "publish")] * 5 + [(Status.REJECTED, "refuse")] * 3 + [(Status.SPAM, "publish")]
    )
    judged(nine, by=bea)
    html = client.get(STATISTICS).content.decode()
    assert "Affiché dès que 10 textes ont été regardés deux fois." in html
    assert ("Kappa" in html, "<caption>Première décision" in html) == (False, False)
    judged([(Status.PUBLISHED, "refuse")], by=bea)
    assert ReReview.objects.agreement() == Agreement(5, 1, 1, 3)
    # 8 of 10 the same; by chance 0.6·0.6 + 0.4·0.4 = 0.52: 0.28/0.48.
    html = client.get(STATISTICS).content.decode()
    assert re.findall(r"Kappa de Cohen\s: (.*?)\.?</p>", html) == ["0,58 (n = 10)"]
    cells = re.findall(r"<td>(\d+)</td>", html)
    assert cells[:4] == ["5", "1", "1", "3"]


# One's own numbers.


def test_each_sees_his_own_numbers_and_nobody_else_s(client, bea):
    article = make_article()
    now = timezone.now()
    for days, times in ((0, 1), (3, 2), (20, 3), (40, 4)):
        for _each in range(times):
            comment = make_comment(article=article, status=Status.PENDING)
            when = now - timedelta(days=days)
            comment.publish(by=bea, revision=comment.latest_revision, created=when)
    make_comment(article=article, status=Status.SPAM)
    html = client.get(STATISTICS).content.decode()
    rows = re.findall(r'<th scope="row">([^<]+)</th><td>(\d+)</td><td>(\d+)</td><td>(\d+)</td>', html)
    assert rows == [("publié", "1", "3", "6")]


def test_who_decided_nothing_is_told_so(client, bea):
    make_comment()
    assert "Aucune ces 30 derniers jours." in client.get(STATISTICS).content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_the_statistics_cost_the_same_for_any_number(all_drawn, client, bea, django_assert_num_queries, n):
    judged([(Status.PUBLISHED, "publish")] * n, by=bea)
    # As above; the table and one's own numbers.
    with django_assert_num_queries(6):
        client.get(STATISTICS)
