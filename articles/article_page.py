"""What the article's page shows: of the published text for readers, of any other version in the back office."""

from typing import Any

from django.utils.timezone import localdate

from articles import rendering
from articles.models import Article, Version

Context = dict[str, Any]


def for_readers(article: Article) -> Context:
    """The page that readers see now. Two queries: publications, reviews."""
    version = article.published
    publications = list(article.publications.done())
    review = article.reviews.that_readers_see().select_related("person").first()
    return {
        **_content(article, version),
        "review": review,
        "changed_since_review": review is not None and not review.holds,
        # A minor change is none that readers have to know of; the first publication changed nothing.
        "changes": [each for each in publications[:-1] if each.is_major],
        "has_updates": localdate(article.updated_at) != localdate(article.first_published_at),
    }


def for_editors(article: Article, version: Version) -> Context:
    """The page as ``version`` would be, or was, without what only the published one has: reviews, comments."""
    return {**_content(article, version), "not_public": version}


def _content(article: Article, version: Version) -> Context:
    data = version.data
    return {
        "article": article,
        "content": data["article"],
        "topic": version.topic,
        "body": version.html,
        "authors": [data["people"][person] for person in data["article"]["authors"]],
        "contents": rendering.contents(data),
    }
