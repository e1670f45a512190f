"""The app's face to templates."""

from typing import Any

from django import template

from articles.models import Article
from comments import thread

register = template.Library()


@register.inclusion_tag("comments/_thread.html", takes_context=True)
def comment_thread(context: dict[str, Any], article: Article) -> dict[str, Any]:
    """The first page of the article's conversation, with the way to write."""
    return thread.for_reader(context["request"], article)
