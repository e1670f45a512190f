"""Two at once, on the real database: what must happen once happens once."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from comments.models import Comment, Complaint, Decision, OwnerToken, StaleDecision, Status
from tests.at_once import at_once
from tests.comments.posting import address, filled
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db(transaction=True)


def test_forty_sendings_of_one_form_leave_one_comment():
    article, key = make_article(), uuid.uuid4()

    def send():
        return make_comment(article=article, status=Status.PENDING, idempotency_key=key, trace="same").pk

    results = at_once(*[send] * 40)
    comment = Comment.objects.get()
    assert results == [comment.pk] * 40
    assert (Decision.objects.count(), comment.revisions.count()) == (1, 1)


def test_two_moderators_at_the_same_instant_leave_one_decision_and_one_told_so():
    ben, bea = make_moderator("ben"), make_moderator("bea")
    comment = make_comment(status=Status.PENDING)
    revision = comment.latest_revision

    def publish():
        return Comment.objects.get(pk=comment.pk).publish(by=ben, revision=revision)

    def reject():
        return Comment.objects.get(pk=comment.pk).reject(by=bea, revision=revision, reason="Hors sujet.")

    results = at_once(publish, reject)
    decided = [result for result in results if isinstance(result, Decision)]
    told = [result for result in results if isinstance(result, StaleDecision)]
    comment.refresh_from_db()
    assert (len(decided), len(told)) == (1, 1)
    assert told[0].latest == decided[0]
    assert comment.status == decided[0].status
    assert comment.decisions.exclude(action="post").count() == 1


def test_comments_published_at_once_are_all_counted():
    ben = make_moderator()
    article = make_article()
    comments = [make_comment(article=article, status=Status.PENDING) for _number in range(8)]

    def publish(comment):
        return lambda: Comment.objects.get(pk=comment.pk).publish(by=ben, revision=comment.latest_revision)

    results = at_once(*[publish(comment) for comment in comments])
    article.refresh_from_db()
    assert [type(result) for result in results] == [Decision] * 8
    assert article.comment_count == 8


def test_two_answers_sent_while_the_parent_is_removed_never_stand_without_it():
    ben = make_moderator()
    parent = make_comment()

    def remove():
        return Comment.objects.get(pk=parent.pk).remove(
            by=ben, revision=parent.latest_revision, reason="Erreur."
        )

    def reply():
        return make_comment(parent=parent, status=Status.PENDING)

    at_once(remove, reply, reply)
    removed_at = parent.decisions.get(action="remove").pk
    late = Decision.objects.filter(action="post", comment__parent=parent, pk__gt=removed_at)
    assert list(late) == []


def test_forty_posts_of_one_form_at_once_all_lead_to_one_private_page():
    article = make_article()
    sent = filled()

    def send():
        response = Client().post(address(article), sent)
        return response.status_code, response.headers.get("Location")

    results = at_once(*[send] * 40)
    comment = Comment.objects.get()
    page = reverse("comments:status", args=[OwnerToken.token_for(comment.idempotency_key)])
    assert results == [(303, page)] * 40


def test_an_author_who_edits_while_a_moderator_publishes_never_publishes_unread_words():
    ben = make_moderator()
    comment = make_comment(status=Status.PENDING, text="Texte lu.")
    seen = comment.latest_revision

    def publish():
        return Comment.objects.get(pk=comment.pk).publish(by=ben, revision=seen)

    def edit():
        return Comment.objects.get(pk=comment.pk).edit("Texte que personne n’a lu.")

    published, edited = at_once(publish, edit)
    assert isinstance(edited, Decision)
    comment.refresh_from_db()
    if isinstance(published, Decision):
        assert (comment.public_revision, comment.proposed_revision) == (seen, edited.revision)
    else:
        assert (type(published), comment.status, comment.public_revision) == (
            StaleDecision,
            Status.PENDING,
            None,
        )


def test_ten_complaints_about_one_decision_at_once_are_one():
    comment = make_comment(status=Status.REJECTED)
    (decision,) = comment.contestable()

    def contest():
        return Comment.objects.get(pk=comment.pk).contest(decision, "C’est une erreur.")

    results = at_once(*[contest] * 10)
    assert sorted({type(result) for result in results}, key=str) == [Complaint, StaleDecision]
    assert Complaint.objects.count() == 1
