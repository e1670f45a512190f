"""The author's private page."""

import pytest
from django.test import Client
from django.urls import reverse

from comments.models import Comment, OwnerToken, Status
from tests.comments.posting import address, filled
from tests.factories import make_article, make_comment

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PRIVATE = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


def page_of(comment: Comment, name: str = "status") -> str:
    return reverse(f"comments:{name}", args=[OwnerToken.token_for(comment.idempotency_key)])


def headers_of(response) -> dict[str, str]:
    return {name: response.headers.get(name) for name in PRIVATE}


@pytest.mark.parametrize("status", Status.values)
def test_the_page_says_where_the_comment_stands_in_every_state(client, status):
    comment = make_comment(status=status, text="Mon texte à moi")
    response = client.get(page_of(comment))
    html = response.content.decode()
    assert (response.status_code, headers_of(response)) == (200, PRIVATE)
    assert ("Mon texte à moi" in html) == (status != Status.ERASED)
    assert ('/retirer/"' in html) == (status not in {Status.WITHDRAWN, Status.ERASED})
    assert (f"#commentaire-{comment.pk}" in html) == (status == Status.PUBLISHED)
    assert "3114" in html


def test_the_page_gives_the_reason_and_not_the_moderators_name(client):
    comment = make_comment(status=Status.REJECTED)
    html = client.get(page_of(comment)).content.decode()
    assert ("Refusé pour ce test." in html, "ben" in html) == (True, False)


def test_the_page_names_the_published_title_and_not_the_draft(client):
    article = make_article(title="Titre public")
    comment = make_comment(article=article)
    article.title = "Titre de brouillon secret"
    article.save()
    html = client.get(page_of(comment)).content.decode()
    assert ("Titre public" in html, "secret" in html) == (True, False)


def test_the_page_holds_its_own_address_to_copy(client):
    path = page_of(make_comment())
    assert f'readonly value="http://testserver{path}"' in client.get(path).content.decode()


@pytest.mark.parametrize("name", ["status", "withdraw"])
def test_an_unknown_token_is_not_found_and_as_private(client, name):
    response = client.get(reverse(f"comments:{name}", args=["A" * 22]))
    assert (response.status_code, headers_of(response)) == (404, PRIVATE)


def test_the_author_withdraws_after_being_asked_and_twice_does_no_harm(client):
    comment = make_comment()
    assert client.get(page_of(comment, "withdraw")).status_code == 200
    comment.refresh_from_db()
    assert comment.status == Status.PUBLISHED
    for _twice in range(2):
        response = client.post(page_of(comment, "withdraw"))
        assert (response.status_code, response.url, headers_of(response)) == (302, page_of(comment), PRIVATE)
    comment.refresh_from_db()
    assert comment.status == Status.WITHDRAWN


@pytest.mark.parametrize("name", ["withdraw", "forget"])
def test_the_private_address_alone_is_enough_to_act(name):
    # Under no-referrer browsers send «Origin: null», and whoever blocks cookies has no token.
    client = Client(enforce_csrf_checks=True)
    assert client.post(page_of(make_comment(), name), headers={"origin": "null"}).status_code == 302


def test_another_site_cannot_withdraw_even_with_the_address():
    comment = make_comment()
    response = Client().post(page_of(comment, "withdraw"), headers={"sec-fetch-site": "cross-site"})
    comment.refresh_from_db()
    assert (response.status_code, comment.status) == (403, Status.PUBLISHED)


def test_forgetting_leaves_no_cookie_on_the_device(client):
    article = make_article()
    page = client.post(address(article), filled(remember="on")).url
    assert "oublier" in client.get(page).content.decode()
    response = client.post(page + "oublier/")
    assert {name: cookie.value for name, cookie in response.cookies.items()} == {
        "commentaires": "",
    }
    assert response.url == f"{article.get_absolute_url()}#commentaires"
    html = client.get(page).content.decode()
    assert ("oublier" in html, "retirer" in html) == (False, True)


def test_forgetting_needs_a_post(client):
    assert client.get(page_of(make_comment(), "forget")).status_code == 405


def test_the_page_names_the_draft_that_became_the_comment(client):
    parent = make_comment()
    reply = make_comment(parent=parent, status=Status.PENDING)
    assert f'data-key="{address(parent.article, parent)}"' in client.get(page_of(reply)).content.decode()
