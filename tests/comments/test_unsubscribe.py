"""One click stops the mails, for a mail program and for a person; a look at the page stops nothing."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from comments.mails import ALL, ANSWERS, stop_address
from comments.models import Comment, Contributor, Status
from tests.comments.mailing import ADDRESS, deliver, make_reachable
from tests.factories import make_comment, make_moderator

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def told(comment: Comment) -> tuple[bool, str]:
    """Whether its author can be told of it at all, and of which answers."""
    comment.refresh_from_db()
    return comment.contributor is not None, comment.follow


def path_of(comment: Comment, scope: str) -> str:
    return urlsplit(stop_address(comment.contributor, scope)).path


def header_of(mail) -> str:
    return urlsplit(mail.extra_headers["List-Unsubscribe"].strip("<>")).path


def test_one_click_on_a_mail_about_an_answer_stops_those(client):
    comment = make_reachable(follow="each")
    make_comment(parent=comment)
    (mail,) = deliver()
    # A mail program: no cookie, no token, no referrer.
    assert Client(enforce_csrf_checks=True).post(header_of(mail), ONE_CLICK).status_code == 200
    assert told(comment) == (True, "")
    make_comment(parent=comment)
    assert deliver() == []


def test_one_click_on_a_mail_about_a_decision_stops_all_and_forgets_the_address():
    comment, other = make_reachable(status=Status.PENDING), make_reachable(follow="daily")
    comment.publish(by=make_moderator(), revision=comment.latest_revision)
    (mail,) = deliver()
    assert Client(enforce_csrf_checks=True).post(header_of(mail), ONE_CLICK).status_code == 200
    assert (told(comment), told(other)) == ((False, ""), (False, ""))
    assert (Contributor.objects.count(), bool(comment.owner_token.token)) == (0, False)


@pytest.mark.parametrize("scope", [ALL, ANSWERS])
def test_a_look_at_the_page_stops_nothing(client, scope):
    comment = make_reachable(follow="each")
    path = path_of(comment, scope)
    for method in (client.get, client.head, client.get):
        assert method(path).status_code == 200
    assert told(comment) == (True, "each")
    assert client.get(path).headers["Cache-Control"] == "private, no-store"
    assert ADDRESS not in client.get(path).content.decode()


def test_the_page_of_a_mail_about_answers_offers_both(client):
    comment = make_reachable(follow="each")
    path = path_of(comment, ANSWERS)
    html = client.get(path).content.decode()
    assert ('value="answers"' in html, 'value="all"' in html) == (True, True)
    client.post(path, {"what": "all"})
    assert told(comment) == (False, "")


@pytest.mark.parametrize("scope", [ALL, ANSWERS])
def test_stopping_twice_does_no_harm(client, scope):
    comment = make_reachable(follow="each")
    path = path_of(comment, scope)
    assert [client.post(path, ONE_CLICK).status_code for _twice in range(2)] == [200, 200]
    assert client.get(path).status_code == 200


def test_a_link_that_we_did_not_sign_is_not_found(client):
    comment = make_reachable(follow="each")
    forged = path_of(comment, ALL)[:-3] + "AA/"
    assert [client.get(forged).status_code, client.post(forged, ONE_CLICK).status_code] == [404, 404]
    assert told(comment) == (True, "each")


def test_a_link_in_an_old_mail_works_after_a_change_of_the_key(client, settings):
    comment = make_reachable(follow="each")
    path = path_of(comment, ANSWERS)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "latest-" + "9876543210" * 5, [settings.SECRET_KEY]
    assert client.post(path, ONE_CLICK).status_code == 200
    comment = Comment.objects.get(pk=comment.pk)
    assert comment.follow == ""


def test_the_link_of_one_stops_nobody_else(client):
    comment, other = make_reachable(follow="each"), make_reachable("eve@example.org", follow="each")
    client.post(path_of(comment, ALL), ONE_CLICK)
    assert told(other) == (True, "each")
