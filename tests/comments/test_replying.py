"""Answering a comment."""

import pytest

from comments.models import Comment, Status
from tests.comments.posting import TEXT, address, filled, refusals, text_in
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

NOT_PUBLIC = sorted(set(Status.values) - {Status.PUBLISHED})


def test_the_form_of_an_answer_quotes_what_it_answers_and_leads_back_to_it(client):
    parent = make_comment(name="Scott Walker", text="Une question.")
    html = client.get(address(parent.article, parent)).content.decode()
    assert "Répondre à <bdi>Scott Walker</bdi></h2>" in html
    assert (
        f'<blockquote class="quoted" cite="/commentaires/{parent.pk}/" dir="auto"><p>Une question.</p>'
        in html
    )
    assert (
        f'href="{parent.article.get_absolute_url()}#commentaire-{parent.pk}">Annuler la réponse</a>' in html
    )
    assert f'action="{address(parent.article, parent)}"' in html


def test_an_answer_is_posted_under_its_parent(client):
    parent = make_comment()
    assert client.post(address(parent.article, parent), filled()).status_code == 303
    assert Comment.objects.latest("pk").parent == parent


def test_an_error_in_an_answer_keeps_its_parent(client):
    parent = make_comment()
    response = client.post(address(parent.article, parent), filled(name=""))
    assert (response.status_code, response.context["parent"]) == (422, parent)
    assert f'action="{address(parent.article, parent)}"' in response.content.decode()


@pytest.mark.parametrize("status", NOT_PUBLIC)
def test_what_is_not_public_cannot_be_answered_and_shows_nothing_of_itself(client, status):
    parent = make_comment(status=status, text="Texte caché", name="Nom caché")
    page = client.get(address(parent.article, parent))
    assert (page.status_code, page.context["parent"], "caché" in page.content.decode()) == (200, None, False)
    response = client.post(address(parent.article, parent), filled())
    assert (response.status_code, text_in(response), len(refusals(response))) == (409, TEXT, 1)
    assert f'action="{address(parent.article)}"' in response.content.decode()
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("frozen", ["itself", "root"])
def test_a_frozen_thread_takes_no_answer(client, frozen):
    root = make_comment()
    parent = make_comment(parent=root)
    Comment.objects.filter(pk=root.pk if frozen == "root" else parent.pk).update(frozen=True)
    assert client.post(address(root.article, parent), filled()).status_code == 409
    html = client.get(root.article.get_absolute_url()).content.decode()
    assert f"?reponse={parent.pk}" not in html
    assert (f"?reponse={root.pk}" in html) == (frozen == "itself")


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e3", "9" * 40, "٣"])
def test_nonsense_in_place_of_a_parent_is_no_error(client, number):
    article = make_article()
    response = client.get(f"{address(article)}?reponse={number}")
    assert (response.status_code, response.context["parent"]) == (200, None)


def test_a_comment_of_another_article_cannot_be_answered_here(client):
    parent, article = make_comment(), make_article()
    assert client.get(address(article, parent)).context["parent"] is None
    assert client.post(address(article, parent), filled()).status_code == 409


def test_the_way_back_leads_to_the_right_page(client):
    article = make_article()
    for _each in range(21):
        last = make_comment(article=article)
    html = client.get(address(article, last)).content.decode()
    assert f'href="/articles/{article.live_slug}/commentaires/?page=2#commentaire-{last.pk}"' in html
