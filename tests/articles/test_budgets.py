"""What a page may cost: literal numbers of queries, the same for few rows and for more."""

import pytest
from django.db import connection

from articles.models import Article
from tests.factories import make_article, make_comment, make_demo_article

pytestmark = pytest.mark.django_db

ARTICLE = "/articles/naltrexone-et-anxiete/"


@pytest.mark.parametrize("n", [1, 3])
def test_the_article_page_with_its_thread_takes_five_queries(client, django_assert_num_queries, n):
    article = make_demo_article()
    for _number in range(n):
        make_comment(article=article)
    # The article with its version and topic, the publications, the review, the roots, their threads.
    with django_assert_num_queries(5):
        client.get(ARTICLE)


@pytest.mark.parametrize("n", [1, 3])
def test_answers_on_three_levels_cost_nothing_more(client, django_assert_num_queries, n):
    article = make_demo_article()
    for _number in range(n):
        make_comment(parent=make_comment(parent=make_comment(article=article)))
    with django_assert_num_queries(5):
        client.get(ARTICLE)


def test_an_article_changed_since_its_review_costs_the_same(client, django_assert_num_queries):
    article = make_demo_article()
    article.publish(by=None)
    make_comment(article=article)
    with django_assert_num_queries(5):
        client.get(ARTICLE)


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_takes_three_queries(client, django_assert_num_queries, n):
    for _number in range(n):
        make_comment(article=make_article())
    # What is due, the number of articles or the topics, the articles.
    with django_assert_num_queries(3):
        client.get("/articles/")


@pytest.mark.parametrize("n", [1, 3])
def test_the_home_page_takes_three_queries(client, django_assert_num_queries, n):
    for _number in range(n):
        make_article()
    # What is due, the number of articles or the topics, the articles.
    with django_assert_num_queries(3):
        client.get("/")


@pytest.mark.parametrize("n", [1, 3])
def test_a_further_page_of_the_thread_takes_three_queries(client, django_assert_num_queries, n):
    article = make_demo_article()
    for _number in range(20 + n):
        make_comment(article=article)
    with django_assert_num_queries(3):
        client.get(f"{ARTICLE}commentaires/?page=2")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL sorts a few rows, and ten thousand not")
@pytest.mark.parametrize("is_analyzed", [False, True])
@pytest.mark.parametrize(
    ("order", "index"), [("for_listing", "article_listing"), ("for_feed", "article_updates")]
)
def test_lists_of_articles_are_read_in_the_order_of_their_index(order, index, is_analyzed):
    make_article()
    if is_analyzed:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    plan = getattr(Article.objects.listed(), order)()[:20].explain()
    assert (index in plan, "B-TREE FOR ORDER" in plan) == (True, False)
