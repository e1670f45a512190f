"""The app's face to templates."""

from typing import Any

from django import template

from articles.models import Article
from comments import own, thread

register = template.Library()


@register.inclusion_tag("comments/_thread.html", takes_context=True)
def comment_thread(context: dict[str, Any], article: Article) -> dict[str, Any]:
    """The first page of the article's conversation, with the way to write."""
    return thread_context(context["request"], article, number=1)


def thread_context(request, article: Article, *, number: int) -> dict[str, Any]:
    mine = list(own.waiting(request, article).select_related("owner_token"))
    return {
        "article": article,
        "page": thread.load(article, number, own=mine),
        "links": {comment.pk: own.token_of(request, comment) for comment in mine},
    }


@register.filter
def token_for(links: dict[int, str], comment) -> str:
    return links.get(comment.pk, "")
