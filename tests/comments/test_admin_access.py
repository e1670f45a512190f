"""Who may see and decide in the back office, by which requests."""

import pytest
from django.urls import reverse

from comments.models import Comment, Status
from tests.factories import (
    decisions_of,
    make_chief_editor,
    make_comment,
    make_editor,
    make_moderator,
    make_superuser,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LIST = "admin:comments_comment_changelist"
PEOPLE = {
    "anonymous": lambda: None,
    "reader": lambda: make_user("lea"),
    "clerk": lambda: make_user("paul", is_staff=True),
    "editor": make_editor,
    "chief": make_chief_editor,
    "moderator": make_moderator,
    "superuser": make_superuser,
}
MODERATING = {"moderator", "superuser"}
SEEING = {"moderator", "superuser", "chief"}
TO_LOGIN = {"anonymous", "reader"}


@pytest.fixture(params=PEOPLE)
def who(request, client):
    user = PEOPLE[request.param]()
    if user is not None:
        client.force_login(user)
    return request.param


def page(comment: Comment, view: str = "change") -> str:
    return reverse(f"admin:comments_comment_{view}", args=[comment.pk])


def expected(who: str, allowed: set[str], granted: int) -> int:
    if who in TO_LOGIN:
        return 302
    return granted if who in allowed else 403


def payload(comment: Comment) -> dict[str, str]:
    return {
        "verb": "publish",
        "revision": comment.latest_revision.pk,
        "answer-text": "Bonjour.",
        "answer-revision": comment.latest_revision.pk,
        "note-text": "À relire.",
    }


def test_the_queue_and_a_comment_are_shown_to_those_who_may_see_comments(client, who):
    comment = make_comment(status=Status.PENDING)
    wanted = expected(who, SEEING, 200)
    assert (client.get(reverse(LIST)).status_code, client.get(page(comment)).status_code) == (wanted, wanted)


@pytest.mark.parametrize("view", ["decide", "answer", "note"])
def test_only_moderators_act_on_a_comment(client, who, view):
    comment = make_comment(status=Status.PENDING)
    response = client.post(page(comment, view), payload(comment))
    acted = len(decisions_of(comment)) + comment.notes.count() + comment.replies.count() > 1
    assert (response.status_code, acted) == (expected(who, MODERATING, 302), who in MODERATING)


@pytest.mark.parametrize("view", ["decide", "answer", "note"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_address_of_an_act_changes_nothing(client, who, view, method):
    comment = make_comment(status=Status.PENDING)
    response = getattr(client, method)(page(comment, view), payload(comment))
    assert (response.status_code, decisions_of(comment), comment.notes.count()) == (
        expected(who, MODERATING, 302),
        ["post"],
        0,
    )


@pytest.mark.parametrize("view", ["decide", "answer", "note"])
def test_an_act_needs_the_csrf_token(view):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_moderator())
    comment = make_comment(status=Status.PENDING)
    assert (strict.post(page(comment, view), payload(comment)).status_code, decisions_of(comment)) == (
        403,
        ["post"],
    )


def test_the_list_lets_only_moderators_decide(client, who):
    comment = make_comment(status=Status.PENDING)
    client.post(
        reverse(LIST),
        {
            "action": "publish",
            "index": "0",
            "_selected_action": comment.pk,
            f"revision-{comment.pk}": comment.latest_revision.pk,
        },
    )
    wanted = ["post", "publish"] if who in MODERATING else ["post"]
    assert decisions_of(comment) == wanted


def test_nobody_edits_a_comment_through_its_page(client, who):
    comment = make_comment(status=Status.PENDING, text="Mon texte.")
    response = client.post(page(comment), {"display_name": "Autre", "status": "published", "text": "Autre."})
    comment.refresh_from_db()
    assert (response.status_code, comment.status, comment.display_name, comment.latest_revision.text) == (
        expected(who, SEEING, 405),
        Status.PENDING,
        "Ada",
        "Mon texte.",
    )


def test_not_even_a_superuser_deletes_or_adds_a_comment(client):
    client.force_login(make_superuser())
    comment = make_comment(status=Status.PENDING)
    deleting = client.post(page(comment, "delete"), {"post": "yes"})
    by_action = client.post(
        reverse(LIST),
        {"action": "delete_selected", "index": "0", "_selected_action": comment.pk, "post": "yes"},
    )
    adding = client.get(reverse("admin:comments_comment_add"))
    assert (deleting.status_code, by_action.status_code, adding.status_code, Comment.objects.count()) == (
        403,
        302,
        403,
        1,
    )


def test_a_chief_editor_sees_a_comment_without_the_means_to_decide(client):
    client.force_login(make_chief_editor())
    comment = make_comment(status=Status.PENDING, text="Texte en attente.")
    html = client.get(page(comment)).content.decode()
    assert ("Texte en attente." in html, page(comment, "decide") in html, page(comment, "note") in html) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize("model", ["decision", "consenttext"])
def test_the_log_and_the_wordings_cannot_be_rewritten(client, model):
    client.force_login(make_superuser())
    comment = make_comment()
    row = comment.latest_decision if model == "decision" else comment.consent.text
    before = str(row)
    changing = client.post(
        reverse(f"admin:comments_{model}_change", args=[row.pk]), {"reason": "Réécrit.", "text": "Réécrit."}
    )
    deleting = client.post(reverse(f"admin:comments_{model}_delete", args=[row.pk]), {"post": "yes"})
    row.refresh_from_db()
    assert (changing.status_code, deleting.status_code, str(row)) == (403, 403, before)
