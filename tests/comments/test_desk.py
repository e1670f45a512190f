"""What the desk adds to deciding: words taken out, decisions undone, pins, frozen discussions, claims, the queue."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from comments import own, thread
from comments.admin import comment as comment_admin
from comments.admin import queue
from comments.models import (
    Claim,
    Comment,
    Decision,
    Notice,
    OwnerToken,
    Restriction,
    StaleDecision,
    Status,
    Urgency,
)
from comments.models.person import TRACE_LIFETIME, Trace
from comments.signals.marking import NotInText
from ldnportal.mail.models import Outbox
from tests.comments.mailing import deliver, make_reachable, subject
from tests.comments.posting import filled, refusals, text_in
from tests.factories import make_article, make_comment, make_moderator, make_notice

pytestmark = pytest.mark.django_db

LIST = "/admin/comments/comment/"
WORDS = "Appelez Zoé au 06 12 34 56 78, dit Zoé."


@pytest.fixture
def ben(client):
    ben = make_moderator("ben", first_name="Ben")
    client.force_login(ben)
    return ben


def state(comment: Comment) -> tuple:
    comment.refresh_from_db()
    public = comment.public_revision.text if comment.public_revision else None
    return comment.status, public, comment.published_at is not None


def decide(comment: Comment, verb: str, ben, **said) -> Decision:
    why = {} if verb in {"publish", "mark_spam"} else {"reason": "Parce que."}
    return getattr(comment, verb)(by=ben, revision=comment.revision_in_question, **why, **said)


# Words out of a text.


def redact(comment: Comment, ben, *words: str) -> Decision:
    return comment.redact(
        by=ben, revision=comment.revision_in_question, words=words, reason="Des données personnelles."
    )


def test_words_are_taken_out_wherever_they_stand_and_nothing_else_changes(ben):
    comment = make_comment(text=WORDS)
    redact(comment, ben, "Zoé", "06 12 34 56 78")
    mark = "[donnée personnelle retirée]"
    assert state(comment) == (
        Status.PUBLISHED,
        f"Appelez {mark} au {mark}, dit {mark}.",
        True,
    )
    assert [each.text for each in comment.revisions.all()][0] == WORDS
    assert comment.latest_revision.redacted_spans == [[8, 11], [15, 29], [35, 38]]


def test_of_a_waiting_text_the_shortened_one_is_decided_on(ben):
    comment = make_comment(text=WORDS, status=Status.PENDING)
    before = comment.latest_revision
    redact(comment, ben, "Zoé")
    with pytest.raises(StaleDecision):
        comment.publish(by=ben, revision=before)
    decide(comment, "publish", ben)
    assert "Zoé" not in state(comment)[1]


def test_of_a_new_text_of_a_published_comment_the_public_one_stays(ben):
    comment = make_comment(text="Ancien.")
    comment.edit(WORDS)
    redact(comment, ben, "Zoé")
    assert (state(comment)[1], comment.proposed_revision.text.count("Zoé")) == ("Ancien.", 0)
    decide(comment, "publish", ben)
    assert state(comment)[1].count("retirée") == 2


@pytest.mark.parametrize("words", [[], ["Max"], ["Zoé", "zoé"]])
def test_words_that_are_not_there_are_named_and_nothing_changes(ben, words):
    comment = make_comment(text=WORDS)
    with pytest.raises(NotInText) as refused:
        redact(comment, ben, *words)
    assert (refused.value.words, comment.revisions.count()) == ([each for each in words if each != "Zoé"], 1)


def test_the_author_is_told_and_may_contest_it(ben):
    comment = make_reachable(text=WORDS)
    decision = redact(comment, ben, "Zoé")
    (mail,) = deliver()
    assert subject(mail) == "LDN Portail : des mots ont été retirés de votre commentaire"
    assert comment.contestable() == [decision]


def test_the_form_starts_from_what_the_check_noticed_and_says_what_is_not_there(client, ben):
    comment = make_comment(text=WORDS, status=Status.PENDING)
    page = client.get(f"{LIST}{comment.pk}/change/")
    assert page.context["redaction_form"]["words"].value() == "06 12 34 56 78"
    data = {
        "redact-revision": comment.latest_revision.pk,
        "redact-words": "Max\n\nZoé",
        "redact-reason": "Non.",
    }
    wrong = client.post(f"{LIST}{comment.pk}/redact/", data)
    assert (wrong.status_code, "Max" in str(wrong.context["redaction_form"].errors["words"])) == (
        422,
        True,
    )
    right = client.post(f"{LIST}{comment.pk}/redact/", {**data, "redact-words": "Zoé\n06 12 34 56 78"})
    assert (right.status_code, comment.latest_revision.text.count("retirée")) == (302, 3)


# Undoing.


@pytest.mark.parametrize(
    ("before", "verb"),
    [
        (Status.PENDING, "publish"),
        (Status.PENDING, "ask_changes"),
        (Status.PENDING, "reject"),
        (Status.PENDING, "mark_spam"),
        (Status.PUBLISHED, "remove"),
    ],
)
def test_a_decision_is_undone_to_where_the_comment_was_and_nobody_hears_of_it(ben, before, verb):
    comment = make_reachable(status=before)
    was = state(comment)
    decision = decide(comment, verb, ben)
    undone = comment.undo(decision, by=ben)
    assert (state(comment), undone.supersedes) == (was, decision)
    assert (deliver(), comment.contestable(), comment.standing_decision is decision) == ([], [], False)
    comment.article.refresh_from_db()
    assert comment.article.comment_count == Comment.objects.published().count()


@pytest.mark.parametrize("verb", ["publish", "reject", "ask_changes"])
def test_what_was_decided_about_a_new_text_is_undone_too(ben, verb):
    comment = make_comment(text="Ancien.")
    comment.edit("Nouveau.")
    comment.undo(decide(comment, verb, ben), by=ben)
    assert (state(comment), comment.proposed_revision.text) == (
        (Status.PUBLISHED, "Ancien.", True),
        "Nouveau.",
    )


def test_who_reported_what_was_removed_and_put_back_hears_nothing_and_waits_again(ben):
    comment = make_comment()
    notice = make_notice(comment, email="lea@example.org")
    deliver()
    comment.undo(decide(comment, "remove", ben), by=ben)
    notice.refresh_from_db()
    assert (notice.is_open, [subject(mail) for mail in deliver()]) == (True, [])


def test_a_contested_redaction_is_taken_back(ben):
    comment = make_comment(text=WORDS)
    redact(comment, ben, "Zoé")
    complaint = comment.contest(comment.contestable()[0], "Zoé, c’est mon chat.")
    zoe = make_moderator("zoe")
    complaint.uphold(by=zoe, revision=complaint.revision_in_question, words="En effet.")
    complaint.refresh_from_db()
    assert (state(comment)[1], complaint.outcome) == (WORDS, "upheld")


def test_after_ten_minutes_a_decision_stands(ben, set_clock):
    comment = make_comment(status=Status.PENDING)
    decision = decide(comment, "publish", ben)
    set_clock(timezone.now() + timedelta(minutes=10))
    with pytest.raises(StaleDecision):
        comment.undo(decision, by=ben)
    assert state(comment)[0] == Status.PUBLISHED


def test_once_the_mail_has_left_a_decision_stands(ben):
    comment = make_reachable(status=Status.PENDING)
    decision = decide(comment, "publish", ben)
    deliver()
    with pytest.raises(StaleDecision, match="informé"):
        comment.undo(decision, by=ben)
    assert state(comment)[0] == Status.PUBLISHED


def test_mail_about_a_decision_and_about_an_answer_waits_until_nothing_can_be_undone(ben):
    parent = make_reachable(follow="each")
    comment = make_comment(parent=parent, status=Status.PENDING)
    decision = decide(comment, "publish", ben)
    assert [
        mail.next_try >= decision.created + timedelta(minutes=10)
        for mail in Outbox.objects.filter(key__startswith="answer:")
    ] == [True]
    comment.undo(decision, by=ben)
    decide(comment, "publish", ben)
    assert [subject(mail) for mail in deliver()] == ["LDN Portail : une réponse à votre commentaire"]


def test_only_the_latest_decision_is_undone(ben):
    comment = make_comment(status=Status.PENDING)
    first = decide(comment, "publish", ben)
    decide(comment, "remove", ben)
    with pytest.raises(StaleDecision):
        comment.undo(first, by=ben)
    assert state(comment)[0] == Status.REMOVED


def test_a_press_of_the_button_undoes_and_a_second_one_is_told(client, ben):
    comment = make_comment(status=Status.PENDING)
    decision = decide(comment, "publish", ben)
    assert (
        f'name="decision" value="{decision.pk}"' in client.get(f"{LIST}{comment.pk}/change/").content.decode()
    )
    answers = [
        client.post(f"{LIST}{comment.pk}/undo/", {"decision": decision.pk}).status_code for _twice in range(2)
    ]
    assert (answers, state(comment)[0]) == ([302, 409], Status.PENDING)


# What a decision is taken in place of.


@pytest.mark.parametrize("verb", ["publish", "reject"])
def test_a_colleague_s_request_for_changes_is_superseded_deliberately(ben, verb):
    comment = make_comment(status=Status.PENDING)
    asked = decide(comment, "ask_changes", make_moderator("zoe"))
    with pytest.raises(StaleDecision):
        decide(comment, verb, ben)
    decision = decide(comment, verb, ben, supersedes=asked)
    assert (decision.supersedes, decision.came_from) == (asked, Status.CHANGES_REQUESTED)


# Pins and frozen discussions.


def on_page(article, number: int = 1) -> list[int]:
    return [row.pk for row in thread.load(article, number).rows if row.depth == 1]


def test_a_pinned_comment_stands_on_top_and_its_permalink_leads_there(client, ben):
    article = make_article()
    roots = [make_comment(article=article) for _number in range(22)]
    roots[-1].pin(by=ben)
    assert on_page(article) == [each.pk for each in [roots[-1], *roots[:19]]]
    assert on_page(article, 2) == [each.pk for each in roots[19:21]]
    found = [client.get(each.get_absolute_url()).url for each in (roots[-1], roots[18], roots[19])]
    assert ["page=2" in each for each in found] == [False, False, True]
    assert "Épinglé par la rédaction" in client.get(article.get_absolute_url()).content.decode()


def test_the_newest_first_are_that_and_nothing_else(ben):
    article = make_article()
    roots = [make_comment(article=article) for _number in range(3)]
    roots[0].pin(by=ben)
    page = thread.load(article, order=thread.NEWEST)
    assert [row.pk for row in page.rows] == [each.pk for each in reversed(roots)]


def test_a_pin_ends_with_the_publication(ben):
    comment = make_comment()
    comment.pin(by=ben)
    comment.withdraw()
    comment.unwithdraw()
    assert Comment.objects.get(pk=comment.pk).pinned is False


def test_an_answer_or_what_waits_cannot_be_pinned(ben):
    parent = make_comment()
    for comment in (make_comment(parent=parent), make_comment(status=Status.PENDING)):
        with pytest.raises(StaleDecision):
            comment.pin(by=ben)
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.filter(pk=comment.pk).update(pinned=True)
    assert Decision.objects.filter(action="pin").count() == 0


@pytest.mark.parametrize(
    ("verb", "back", "name"), [("pin", "unpin", "pinned"), ("freeze", "unfreeze", "frozen")]
)
def test_a_mark_is_set_and_taken_away_once_and_the_log_says_so(client, ben, verb, back, name):
    comment = make_comment()
    for each in (verb, back):
        data = {"verb": each, "revision": comment.latest_revision.pk, "reason": "", "clause": ""}
        assert client.post(f"{LIST}{comment.pk}/decide/", data).status_code == 302
        assert client.post(f"{LIST}{comment.pk}/decide/", data).status_code == 409
        comment.refresh_from_db()
        assert getattr(comment, name) is (each == verb)
    assert list(comment.decisions.values_list("action", flat=True))[-2:] == [verb, back]


def test_a_mark_leaves_a_text_that_waits_and_a_request_as_they_are(ben):
    comment = make_comment()
    comment.edit("Nouveau.")
    comment.freeze(by=ben)
    comment.refresh_from_db()
    assert (comment.proposed_revision.text, comment.may_edit) == ("Nouveau.", True)
    decide(comment, "ask_changes", ben)
    comment.unfreeze(by=ben)
    assert comment.asked_to_change.action == "ask_changes"


# Claims.


def test_who_opens_a_comment_that_somebody_else_has_open_is_told(client, ben):
    comment = make_comment(status=Status.PENDING)
    Claim.objects.take(comment, by=make_moderator("zoe", first_name="Zoé"))
    html = client.get(f"{LIST}{comment.pk}/change/").content.decode()
    assert ("Zoé a ouvert ce commentaire" in html, Claim.objects.get().user.username) == (True, "zoe")
    assert "ouvert par Zoé" in client.get(LIST).content.decode()


def test_a_claim_ends_after_ten_minutes_without_a_look(client, ben, set_clock):
    comment = make_comment(status=Status.PENDING)
    Claim.objects.take(comment, by=make_moderator("zoe"))
    set_clock(timezone.now() + timedelta(minutes=10))
    assert Claim.objects.take(comment, by=ben).user == ben


def test_a_claim_ends_with_the_decision(client, ben):
    comment = make_comment(status=Status.PENDING)
    client.get(f"{LIST}{comment.pk}/change/")
    data = {"verb": "publish", "revision": comment.latest_revision.pk, "reason": "", "clause": ""}
    client.post(f"{LIST}{comment.pk}/decide/", data)
    assert Claim.objects.count() == 0


# The queue.


def test_what_waits_is_in_the_order_of_distress_law_risk_and_age():
    article = make_article()
    old = make_comment(article=article, status=Status.PENDING, text="Une question.")
    new = make_comment(article=article, status=Status.PENDING, text="Une autre question.")
    risky = make_comment(
        article=article, status=Status.PENDING, text="Arrêtez votre traitement tout de suite."
    )
    reported = make_comment(article=article, text="Publié et signalé.")
    reported.edit("Un nouveau texte.")
    Notice.objects.file(
        comment=reported,
        idempotency_key=uuid.uuid4(),
        trace="t",
        kind="illegal",
        explanation="Il vend.",
        name="Léa",
    )
    distress = make_comment(article=article, status=Status.PENDING, text="Je veux mourir.")
    assert list(Comment.objects.waiting().in_queue_order()) == [distress, reported, risky, old, new]
    assert [each.urgency for each in Comment.objects.waiting().in_queue_order()][:3] == [
        Urgency.DISTRESS,
        Urgency.LEGAL,
        Urgency.ORDINARY,
    ]


def test_each_tab_has_its_comments_and_their_number(client, ben):
    made = {status: make_comment(status=status) for status in Status.values}
    reported = make_comment()
    make_notice(reported)
    made[Status.REJECTED].contest(made[Status.REJECTED].contestable()[0], "Si.")
    expected = {
        "waiting": [made["pending"]],
        "reported": [reported],
        "changes_requested": [made["changes_requested"]],
        "contested": [made["rejected"]],
        "published": [reported, made["published"]],
        "refused": [made["removed"], made["rejected"]],
        "spam": [made["spam"]],
    }
    numbers = queue.counts()
    for name, comments in expected.items():
        found = list(client.get(LIST, {"state": name}).context["cl"].result_list)
        assert (name, sorted(each.pk for each in found), numbers[name]) == (
            name,
            sorted(each.pk for each in comments),
            len(comments),
        )


def test_numbers_beyond_what_anybody_leafs_through_are_not_counted(monkeypatch):
    monkeypatch.setattr(queue, "MOST", 2)
    article = make_article()
    for _number in range(3):
        make_comment(article=article)
    assert queue.number_in_words(queue.counts()["published"]) == "plus de 2"
    pages = [queue.BoundedPaginator(Comment.objects.order_by("pk"), 50, known=known) for known in (None, 3)]
    assert [(each.count, len(each.numbers(0, 50))) for each in pages] == [(2, 2), (2, 2)]


def test_an_item_says_what_else_its_author_has_here(client, ben):
    known = make_reachable(status=Status.PENDING)
    other = make_comment()
    Comment.objects.filter(pk=other.pk).update(contributor=known.contributor)
    traced = [make_comment(status=Status.PENDING) for _number in range(2)]
    Trace.objects.filter(comment__in=traced).update(digest="x" * 64)
    unknown = make_comment(status=Status.PENDING)
    Trace.objects.filter(comment=unknown).delete()
    told = queue.histories([known, traced[0], unknown])
    assert [told[each.pk].replace("\xa0", " ") for each in (known, traced[0], unknown)] == [
        "auteur dont l’adresse est confirmée : 1 autre commentaire (1 publié)",
        "même connexion, dernières 24 heures : 1 autre commentaire (1 en attente)",
        "rien n’est connu de son auteur",
    ]


def test_an_item_shows_what_changed_since_the_text_before(client, ben):
    comment = make_comment(status=Status.PENDING, text="Je prends trois gélules.")
    comment.edit("Je prends deux gélules.")
    html = client.get(LIST).content.decode()
    assert "<del>trois</del><ins>deux</ins>" in html


def test_a_search_reads_as_far_as_one_leafs_in_the_tab_s_order(monkeypatch, client, ben):
    monkeypatch.setattr(queue, "MOST", 1)
    article = make_article()
    old, new = (make_comment(article=article, status=Status.PENDING, text="Du pavot.") for _number in "12")
    assert found_in(client, "waiting", q="pavot") == [old]
    spam = [make_comment(article=article, status=Status.SPAM, text="Du pavot.") for _number in "12"]
    assert found_in(client, "spam", q="pavot") == [spam[1]]


def test_a_search_finds_each_comment_once_and_no_more_than_so_many(monkeypatch, client, ben):
    comment = make_comment(status=Status.PENDING, text="Du pavot.")
    comment.edit("Du pavot, encore.")
    assert found_in(client, "waiting", q="pavot") == [comment]
    other = make_comment(status=Status.PENDING, text="Du pavot.")
    monkeypatch.setattr(comment_admin, "MOST_FOUND", 1)
    assert len(found_in(client, "waiting", q="pavot")) == 1
    assert sorted(each.pk for each in found_in(client, "waiting")) == [comment.pk, other.pk]


def test_what_has_a_deadline_stands_in_its_order(client, ben):
    first, second = make_comment(), make_comment()
    for comment in (second, first):
        make_notice(comment)
    assert found_in(client, "reported") == [second, first]
    rejected = [make_comment(status=Status.REJECTED) for _number in "12"]
    for comment in reversed(rejected):
        comment.contest(comment.contestable()[0], "Si.")
    assert found_in(client, "contested") == rejected[::-1]


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_with_every_filter_and_a_search_takes_at_most_twelve_queries(
    client, ben, django_assert_num_queries, n
):
    article = make_article()
    known = make_reachable(article=article, status=Status.PENDING)
    for _number in range(n):
        make_comment(article=article, parent=make_comment(article=article), status=Status.PENDING)
        other = make_comment(article=article, status=Status.PENDING)
        Comment.objects.filter(pk=other.pk).update(contributor=known.contributor)
    with django_assert_num_queries(12):
        client.get(LIST, {"state": "waiting", "article": article.pk, "q": "a"})


def found_in(client, tab: str, **asked) -> list[Comment]:
    return client.get(LIST, {"state": tab, **asked}).context["cl"].result_list


# People and articles that are to be quiet for a while.


def form_of(article) -> str:
    return f"{article.get_absolute_url()}commentaires/nouveau/"


def test_a_restricted_connection_is_told_until_when_and_why_and_loses_no_text(client, ben):
    article = make_article()
    reader = Client()
    reader.post(form_of(article), filled())
    comment = Comment.objects.get()
    data = {"restrict-days": "7", "restrict-reason": "Des injures répétées."}
    assert client.post(f"{LIST}{comment.pk}/restrict/", data).status_code == 302
    refused = reader.post(form_of(article), filled(body="Encore moi."))
    (why,) = refusals(refused)
    assert (refused.status_code, "Des injures répétées." in why, text_in(refused)) == (
        403,
        True,
        "Encore moi.",
    )
    # A trace lives for a day: nothing is known of it afterwards.
    assert Restriction.objects.get().until == comment.traces.get().created + TRACE_LIFETIME
    client.post(f"{LIST}{comment.pk}/restrict/", {"lift": "1"})
    assert reader.post(form_of(article), filled(body="Encore moi.")).status_code == 303


@pytest.mark.parametrize("known_by", ["address", "link"])
def test_a_restricted_author_is_known_by_his_address_or_his_private_link(ben, known_by):
    comment = make_reachable()
    Restriction.objects.impose(comment, by=ben, days=7, reason="Des injures.")
    reader = Client(REMOTE_ADDR="10.1.2.3")
    fields = {"email": "ADA@example.org"} if known_by == "address" else {}
    if known_by == "link":
        reader.cookies[own.COOKIE] = OwnerToken.token_for(comment.idempotency_key)
    assert reader.post(form_of(comment.article), filled(**fields)).status_code == 403
    other = Client(REMOTE_ADDR="10.1.2.4")
    assert other.post(form_of(comment.article), filled()).status_code == 303


def test_a_restriction_ends(ben, set_clock):
    comment = make_reachable()
    Restriction.objects.impose(comment, by=ben, days=7, reason="Des injures.")
    set_clock(timezone.now() + timedelta(days=7))
    assert Restriction.objects.on_author_of(comment) is None


def test_of_whom_nothing_is_known_nobody_can_be_restricted(client, ben):
    comment = make_comment()
    comment.traces.all().delete()
    response = client.post(f"{LIST}{comment.pk}/restrict/", {"restrict-days": "7", "restrict-reason": "Non."})
    assert (response.status_code, Restriction.objects.count()) == (409, 0)


def test_the_moderators_pause_an_article_s_comments_at_once_and_its_editors_see_it(client, ben):
    comment = make_comment()
    article = comment.article
    client.post(f"{LIST}{comment.pk}/pause/", {"paused": "1"})
    article.refresh_from_db()
    assert (article.comments_closed_by, article.has_unpublished_changes()) == ("moderators", False)
    assert "ont suspendu les commentaires" in Client().get(article.get_absolute_url()).content.decode()
    assert Client().post(form_of(article), filled()).status_code == 409
    assert LogEntry.objects.get().change_message == "Commentaires suspendus par la modération."
    client.post(f"{LIST}{comment.pk}/pause/", {"paused": "0"})
    assert Client().post(form_of(article), filled()).status_code == 303


def test_beside_words_of_distress_stands_what_to_do(client, ben):
    distress, other = (
        make_comment(status=Status.PENDING, text=text) for text in ("Je veux mourir.", "Une question.")
    )
    shown = [
        'id="procedure"' in client.get(f"{LIST}{each.pk}/change/").content.decode()
        for each in (distress, other)
    ]
    assert shown == [True, False]
