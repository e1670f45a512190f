"""What pages cost does not hang on how much there is: the same queries, each comment found on its page."""

import random
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from comments import thread
from comments.models import Comment, Decision, Status
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


def load(**kwargs) -> Article:
    """The article with the longest thread."""
    call_command("generate_load", stdout=StringIO(), **kwargs)
    return Article.objects.order_by("-comment_count").first()


def queries(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code in {200, 302}
    return len(captured)


def pages_of(article) -> list[str]:
    thread_url = f"{article.get_absolute_url()}commentaires/"
    root = Comment.objects.filter(article=article).roots().published().order_by("-reply_count").first()
    last_reply = Comment.objects.published().filter(root=root).order_by("path").last()
    return [
        "/",
        "/articles/",
        article.get_absolute_url(),
        f"{thread_url}?page=2",
        f"{thread_url}?ordre=recents",
        f"{thread_url}?fil={root.pk}",
        root.get_absolute_url(),
        last_reply.get_absolute_url(),
        f"{thread_url}flux.xml",
        "/flux/commentaires.xml",
        "/flux/articles.xml",
        f"{thread_url}nouveau/?reponse={root.pk}",
    ]


def test_every_page_takes_as_many_queries_in_a_small_site_as_in_a_larger_one(client):
    small = load(articles=2, comments=80, longest=70)
    few = [queries(client, url) for url in pages_of(small)]
    large = load(articles=30, comments=900, longest=600, add=True, seed=2)
    many = [queries(client, url) for url in pages_of(large)]
    # The article, publications, review, roots, their threads.
    assert few[2] == 5
    assert many == few


def test_every_permalink_leads_to_the_page_on_which_the_comment_stands(client):
    article = load(articles=1, comments=700, longest=700)
    everywhere = list(Comment.objects.in_thread().filter(article=article))
    seen: dict[str, set[str]] = {}
    for comment in random.Random(4).sample(everywhere, 500):
        page, anchor = client.get(comment.get_absolute_url()).url.split("#")
        if page not in seen:
            seen[page] = set(re.findall(r'id="(commentaire-\d+)"', client.get(page).content.decode()))
        assert (anchor in seen[page], anchor) == (True, comment.anchor)
    assert len(seen) > 10


def test_the_counts_are_those_of_what_readers_can_see():
    load(articles=3, comments=300, longest=200)
    for article in Article.objects.all():
        assert article.comment_count == Comment.objects.published().filter(article=article).count()
    for root in Comment.objects.filter(depth=1):
        assert root.reply_count == Comment.objects.published().filter(root=root, depth__gt=1).count()


def test_what_was_generated_can_be_moderated_and_answered():
    article = load(articles=1, comments=60)
    assert Comment.objects.count() == 60
    assert (
        Decision.objects.filter(comment__status=Status.PUBLISHED, action="publish").count()
        == article.comment_count
    )
    parent = Comment.objects.published().first()
    reply = make_comment(parent=parent)
    assert Comment.objects.get(pk=reply.pk).path.startswith(parent.path[:12])
    make_article()


def test_the_pages_of_a_thread_together_show_every_comment_once():
    article = load(articles=1, comments=400)
    for order in (thread.OLDEST, thread.NEWEST):
        number, roots = 1, []
        while True:
            page = thread.load(article, number, order=order)
            roots += [row.pk for row in page.rows if row.depth == 1]
            if not page.has_next:
                break
            number += 1
        expected = list(Comment.objects.in_thread().roots().order_by("path").values_list("pk", flat=True))
        assert roots == (expected if order == thread.OLDEST else expected[::-1])


def test_it_refuses_a_database_with_articles():
    article = make_article()
    with pytest.raises(CommandError, match="articles"):
        call_command("generate_load", stdout=StringIO())
    assert list(Article.objects.all()) == [article]
