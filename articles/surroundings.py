"""What the checks of a text must know besides it: read from the database, where ``articles.checks`` reads nothing."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.urls import Resolver404, resolve

from articles import checks
from articles.checks import completeness, links
from articles.snapshot import Snapshot


def of(article: Any, data: Snapshot) -> checks.Surroundings:
    """
    For a text of this article, in one query, and one more for each kind of page that it links to.

    The review is the one that readers are told of.
    """
    targets = {target.partition("#")[0] for _text, target in links.internal_links(data, settings.SITE_URL)}
    reviews = (
        article.reviews.that_readers_see()
        .select_related("person")
        .only("person__slug", "reviewed_on", "due_on")[:1]
    )
    return checks.Surroundings(
        home=settings.SITE_URL,
        pages=_pages(targets - {""}),
        reviews=tuple(
            checks.ReviewFact(review.person.slug, review.reviewed_on, review.due_on) for review in reviews
        ),
        stated_reasons=dict.fromkeys(completeness.ANSWERABLE, article.omissions),
    )


def _pages(paths: Iterable[str]) -> dict[str, frozenset[str] | None]:
    """Those of the addresses that lead to a page, each with its anchors where these are known."""
    found: dict[str, frozenset[str] | None] = {}
    by_slug: dict[str, dict[str, str]] = {"articles:detail": {}, "articles:topic": {}, "articles:page": {}}
    for path in paths:
        try:
            match = resolve(urlsplit(path).path)
        except Resolver404:
            continue
        if match.view_name in by_slug:
            by_slug[match.view_name][match.kwargs["slug"]] = path
        else:
            found[path] = None
    articles, topics, pages = by_slug.values()
    if articles:
        found |= _article_pages(articles)
    for model, wanted in (("Topic", topics), ("Page", pages)):
        if wanted:
            there = _model(model).objects.filter(slug__in=wanted).values_list("slug", flat=True)
            found |= {wanted[slug]: None for slug in there}
    return found


def _article_pages(wanted: dict[str, str]) -> dict[str, frozenset[str] | None]:
    """By their addresses of today and of before; one that is unpublished leads nowhere."""
    there = _model("Article").objects.filter(published__isnull=False).exclude(availability="gone")
    found: dict[str, frozenset[str] | None] = {}
    for name in ("live_slug", "old_slugs__slug"):
        named = there.filter(**{f"{name}__in": wanted})
        for slug, availability, data in named.values_list(name, "availability", "published__data"):
            # Whoever follows a redirect arrives in another text.
            anchors = None if availability == "redirected" else links.anchors(data)
            found.setdefault(wanted[slug], anchors)
    return found


def _model(name: str):
    # articles.models.article calls this module: the models are looked up when they are there.
    return apps.get_model("articles", name)
