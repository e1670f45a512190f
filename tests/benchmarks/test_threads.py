"""
What readers' pages cost in a small and in a large database, and what drawing a hundred comments costs.

The large one has 100,000 comments under 1,000 articles, 5,000 of them under one, so that the measure ends in minutes;
with BENCH_LARGE=1 it has a million under 10,000 (twenty minutes). The same seed gives the same first comments, so
both sites show the same page.
"""

import logging
import os
import time
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from articles.models import Article
from comments import thread
from comments.models import Comment
from tests.factories import make_article, make_comment, make_moderator

# Committed, so that PostgreSQL can tidy up after so many new rows, as it does by itself on a site.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.benchmark]

PASSES, ROUNDS = 3, 10
QUEUE = "/admin/comments/comment/"
SMALL = {"articles": 50, "comments": 1_200, "longest": 1_000}
TIMES = 10 if os.environ.get("BENCH_LARGE") == "1" else 1
LARGE = {"articles": 1_000 * TIMES, "comments": 100_000 * TIMES, "longest": 5_000}


@pytest.fixture(autouse=True)
def _no_line_for_each_request():
    logging.disable(logging.INFO)
    yield
    logging.disable(logging.NOTSET)


def milliseconds(action: Callable[[], object]) -> float:
    # SQLite works in this process: its time is what it takes, whatever else the machine does.
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    action()
    took = []
    for _round in range(ROUNDS):
        start = clock()
        action()
        took.append((clock() - start) * 1000)
    # The fastest: others can only add to it.
    return min(took)


def pages_of(article: Article) -> dict[str, str]:
    thread_url = f"{article.get_absolute_url()}commentaires/"
    public = Comment.objects.published().filter(article=article)
    roots = public.roots().order_by("path")
    pages = (Comment.objects.in_thread().roots().filter(article=article).count() - 1) // 20 + 1
    longest = roots.order_by("-reply_count", "path")[0]
    return {
        "article et 1re page du fil": article.get_absolute_url(),
        "2e page": f"{thread_url}?page=2",
        "dernière page": f"{thread_url}?page={pages}",
        "les plus récents d’abord": f"{thread_url}?ordre=recents",
        "une discussion": f"{thread_url}?fil={longest.pk}",
        "lien permanent, premier": roots[0].get_absolute_url(),
        "lien permanent, dernier": public.order_by("-path")[0].get_absolute_url(),
        "flux de l’article": f"{thread_url}flux.xml",
        "flux de tous": "/flux/commentaires.xml",
        "flux des articles": "/flux/articles.xml",
        "formulaire de réponse": f"{thread_url}nouveau/?reponse={roots[0].pk}",
        "liste des articles": "/articles/",
        "accueil": "/",
    }


def desk_of() -> dict[str, str]:
    tabs = ["waiting", "reported", "contested", "published", "refused", "spam", "all"]
    queue = {f"file, {tab}": f"{QUEUE}?state={tab}" for tab in tabs}
    waiting = Comment.objects.waiting().in_queue_order()[0]
    return {
        **queue,
        "file, recherche": f"{QUEUE}?q=patience",
        "file, d’un article": f"{QUEUE}?state=all&article={waiting.article_id}",
        "page d’un commentaire": f"{QUEUE}{waiting.pk}/change/",
        "tableau de bord": "/admin/",
    }


def measured(client, moderator) -> dict[str, float]:
    article = Article.objects.order_by("-comment_count")[0]
    pages = [(client, pages_of(article)), (moderator, desk_of())]
    # One pass after the other: what disturbs the machine for a second is not one page's fault.
    passes = [
        {
            name: milliseconds(lambda who=who, url=url: who.get(url))
            for who, urls in pages
            for name, url in urls.items()
        }
        for _pass in range(PASSES)
    ]
    return {name: min(each[name] for each in passes) for name in passes[0]}


def test_pages_in_a_small_and_in_a_large_site(client):
    moderator = Client()
    moderator.force_login(make_moderator())
    call_command("generate_load", stdout=StringIO(), **SMALL)
    small = measured(client, moderator)
    call_command("generate_load", stdout=StringIO(), add=True, **LARGE)
    large = measured(client, moderator)
    print(f"\n{Comment.objects.waiting().count()} comments wait in the large site")
    title = f"{LARGE['comments']:,}".replace(",", " ")
    print(f"\n{connection.vendor:30}{'1 200':>12}{title:>12}{'rapport':>9}")
    for name, value in small.items():
        print(f"{name:30}{value:9.1f} ms{large[name]:9.1f} ms{large[name] / value:9.2f}")


def test_a_hundred_comments_are_drawn():
    article = make_article()
    for _root in range(20):
        second = make_comment(parent=make_comment(article=article))
        make_comment(parent=make_comment(parent=second))
        make_comment(parent=second)
    article.refresh_from_db()
    request = RequestFactory().get("/")
    context = thread.for_reader(request, article)
    assert len(context["page"].rows) == 100
    reading = milliseconds(lambda: thread.for_reader(request, article))
    drawing = milliseconds(lambda: render_to_string("comments/_thread.html", context))
    print(f"\nfil de 100 commentaires : lire {reading:.1f} ms, dessiner {drawing:.1f} ms")
