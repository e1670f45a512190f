"""What the article's page shows: of the published text for readers, of any other version in the back office."""

from typing import Any

from django.utils.timezone import localdate

from articles import rendering
from articles.models import Article, Publication, Review, Version

Context = dict[str, Any]


def for_readers(article: Article) -> Context:
    """The page that readers see now. Two queries: publications, reviews."""
    version = article.published
    publications = list(article.publications.done())
    review = _review_of(article, publications)
    return {
        **_content(article, version),
        "review": review,
        "changed_since_review": review is not None and _changed_since(review, version, publications),
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


def _review_of(article: Article, publications: list[Publication]) -> Review | None:
    """The latest approval of a text that readers have seen; one of a draft waits until that is published."""
    seen = {publication.version_id for publication in publications}
    reviews = (
        article.reviews.filter(outcome=Review.Outcome.APPROVED)
        .select_related("person", "version")
        .defer("version__data", "version__html", "version__checks")
    )
    return next((review for review in reviews if review.version_id in seen), None)


def _changed_since(review: Review, live: Version, publications: list[Publication]) -> bool:
    """A minor change keeps the review, a major one does not, unless it brought the reviewed text back."""
    if review.version.digest == live.digest:
        return False
    for publication in publications:
        if publication.version_id == review.version_id:
            return False
        if publication.is_major:
            return True
    return False
