"""The preview: what the comment will look like, before anything is kept."""

import pytest

from comments.models import Comment, Trace
from tests.comments.posting import TEXT, address, filled, text_in, ticket_in
from tests.factories import make_article, make_comment

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def article():
    return make_article()


def previewed(client, url, **kwargs):
    return client.post(url, filled(apercu="Aperçu", consent=None, **kwargs))


def test_a_preview_shows_the_comment_as_it_will_be_and_keeps_nothing(client, article):
    text = "Un <b>test</b>\n\nhttps://example.org/ & fin"
    response = previewed(client, address(article), body=text)
    sent = client.post(address(article), filled(body=text))
    comment = Comment.objects.get()
    assert (response.status_code, response.context["preview"]) == (200, comment.latest_revision.html)
    assert (
        text_in(response),
        "rien n’a encore été envoyé" in response.content.decode(),
        sent.status_code,
    ) == (
        text,
        True,
        303,
    )
    assert Trace.objects.count() == 1


def test_a_preview_does_not_ask_for_consent_and_its_form_can_be_sent(client, article):
    response = previewed(client, address(article))
    assert response.context["form"].errors == {}
    assert client.post(address(article), filled(ticket=ticket_in(response))).status_code == 303


def test_a_preview_of_nothing_says_what_is_missing(client, article):
    response = previewed(client, address(article), body=" ")
    assert (response.status_code, response.context["preview"]) == (422, "")
    assert list(response.context["form"].errors) == ["body"]


def test_an_answer_is_previewed_under_what_it_answers(client, article):
    parent = make_comment(article=article, name="Zoé")
    response = previewed(client, address(article, parent))
    assert (
        "Répondre à <bdi>Zoé</bdi>" in response.content.decode(),
        TEXT in response.context["preview"],
    ) == (
        True,
        True,
    )


def test_the_articles_note_stands_above_the_form(client, article):
    article.comment_note = "Dites-nous : qu’est-ce qui vous a aidé ? <b>"
    article.save()
    html = client.get(address(article)).content.decode()
    assert html.index("qu’est-ce qui vous a aidé") < html.index('id="formulaire-commentaire"')
    assert "&lt;b&gt;" in html
