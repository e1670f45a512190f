"""The Atom feeds, read as a feed reader does: parsed as XML, asked for again with what was kept."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.test import Client

from comments import feeds
from comments.models import Comment, Status
from tests.factories import make_article, make_comment, make_moderator

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}
ARTICLES, ALL = "/flux/articles.xml", "/flux/commentaires.xml"


def of(article) -> str:
    return f"/articles/{article.live_slug}/commentaires/flux.xml"


def feed(client, url):
    response = client.get(url)
    assert (response.status_code, response.headers["Content-Type"]) == (
        200,
        "application/atom+xml; charset=utf-8",
    )
    return ElementTree.fromstring(response.content)


def texts(root, path: str) -> list[str]:
    return [each.text for each in root.findall(path, ATOM)]


def titles(root) -> list[str]:
    return texts(root, "a:entry/a:title")


def test_the_feed_of_articles_has_what_is_offered_to_readers(client):
    make_article(publish=False, title="Brouillon")
    make_article(title="Retiré").withdraw(by=None, reason="Faux.")
    article = make_article(title="Publié")
    article.title = "Titre du brouillon"
    article.save()
    root = feed(client, ARTICLES)
    assert titles(root) == ["Publié"]
    assert texts(root, "a:entry/a:summary") == [article.published.lede]
    link = root.find("a:entry/a:link", ATOM).get("href")
    assert link == f"http://localhost{article.get_absolute_url()}"


def test_only_a_major_change_makes_an_article_newer(client, set_clock):
    article = make_article()
    [first] = texts(feed(client, ARTICLES), "a:entry/a:updated")
    set_clock(datetime(2027, 3, 2, 12, tzinfo=UTC))
    article.publish(by=None, change="minor")
    assert texts(feed(client, ARTICLES), "a:entry/a:updated") == [first]
    article.publish(by=None)
    assert texts(feed(client, ARTICLES), "a:entry/a:updated") == ["2027-03-02T12:00:00+00:00"]


@pytest.mark.parametrize("status", Status.values)
def test_a_feed_has_only_published_comments(client, status):
    comment = make_comment(status=status, name="Zoé", text="Une phrase reconnaissable.")
    for url in (ALL, of(comment.article)):
        root = feed(client, url)
        there = status == Status.PUBLISHED
        assert titles(root) == (["Zoé sur «\u00a0Article 1\u00a0»"] if there else [])
        assert ("reconnaissable" in client.get(url).content.decode()) == there


def test_an_entry_names_its_author_its_place_and_keeps_its_identity(client):
    comment = make_comment(name="Zoé", text="Un <b>texte</b> & des signes.")
    [entry] = feed(client, of(comment.article)).findall("a:entry", ATOM)
    assert [entry.find(f"a:{name}", ATOM).text for name in ("author/a:name", "summary", "id")] == [
        "Zoé",
        "<p>Un &lt;b&gt;texte&lt;/b&gt; &amp; des signes.</p>",
        f"tag:localhost,2026:comment-{comment.pk}",
    ]
    assert entry.find("a:link", ATOM).get("href") == f"http://localhost/commentaires/{comment.pk}/"
    assert entry.find("a:summary", ATOM).get("type") == "html"


def test_an_articles_feed_has_its_comments_newest_first(client):
    article = make_article()
    first, second = make_comment(article=article, name="Un"), make_comment(article=article, name="Deux")
    make_comment(name="Ailleurs")
    assert [title.split()[0] for title in titles(feed(client, of(article)))] == ["Deux", "Un"]
    assert [title.split()[0] for title in titles(feed(client, ALL))] == ["Ailleurs", "Deux", "Un"]
    assert second.published_at > first.published_at


def test_a_feed_is_bounded(client):
    article = make_article()
    for _each in range(feeds.ENTRIES + 1):
        make_comment(article=article)
    assert len(titles(feed(client, of(article)))) == feeds.ENTRIES


def test_comments_under_an_article_that_is_gone_are_in_no_feed(client):
    comment = make_comment()
    url = of(comment.article)
    comment.article.unpublish(by=None, reason="Faux.")
    assert (client.get(url).status_code, titles(feed(client, ALL))) == (410, [])


@pytest.mark.parametrize("n", [0, 2])
def test_what_has_not_changed_is_not_sent_again(client, n):
    article = make_article()
    for _each in range(n):
        comment = make_comment(article=article)
    for url in (ARTICLES, ALL, of(article)):
        response = client.get(url)
        etag = response.headers["ETag"]
        assert (response.headers["Cache-Control"], dict(response.cookies)) == ("private, no-cache", {})
        again = client.get(url, headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")
    if n:
        comment.withdraw()
        assert client.get(of(article), headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize("url", [ARTICLES, ALL])
def test_a_feed_is_only_read(client, url):
    assert client.post(url).status_code == 405


def test_an_old_address_leads_to_the_feed(client):
    article = make_article()
    old = of(article)
    article.slug = "nouvelle-adresse"
    article.save()
    article.publish(by=None)
    response = client.get(old)
    assert (response.status_code, response.url) == (301, "/articles/nouvelle-adresse/commentaires/flux.xml")
    assert client.get("/articles/jamais/commentaires/flux.xml").status_code == 404


def test_characters_that_xml_cannot_hold_are_left_out(client):
    comment = make_comment(name="Zoé", text="Avant\ufffeaprès")
    Comment.objects.filter(pk=comment.pk).update(display_name="Zo\x0bé\uffff")
    assert titles(feed(client, ALL)) == ["Zoé sur «\u00a0Article 1\u00a0»"]


def test_pages_name_their_feeds(client):
    article = make_article()
    for url, expected in [("/", [ARTICLES]), (article.get_absolute_url(), [ARTICLES, of(article)])]:
        html = client.get(url).content.decode()
        assert (
            re.findall(r'<link rel="alternate" type="application/atom\+xml"[^>]* href="([^"]+)">', html)
            == expected
        )


@pytest.mark.parametrize("n", [1, 3])
def test_a_feed_takes_the_same_queries_for_few_and_for_more(client, django_assert_num_queries, n):
    make_moderator()
    article = make_article()
    for _each in range(n):
        make_comment(article=article)
        make_article()
    for url, queries in [(ARTICLES, 2), (ALL, 1), (of(article), 2)]:
        with django_assert_num_queries(queries):
            Client().get(url)
