"""Who may do what with which article. Every page of the editors' desk asks here."""

from typing import Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from articles.models import Article
from articles.models.version import texts_of
from ldnportal.staff.models import User

Purpose = Literal["view", "change", "publish", "review"]


def may(user: User, article: Article | None, *, to: Purpose) -> bool:
    """
    Whether ``user`` may do that with ``article``; None asks for any article at all.

    Who may not change the articles of others may change his own: those that he answers for, is the deputy
    for, or that are shared with him.
    """
    if not (user.is_active and user.is_staff):
        return False
    match to:
        case "view":
            return user.has_perm("articles.view_article") or user.has_perm("articles.change_article")
        case "change":
            if not user.has_perm("articles.change_article"):
                return False
            return article is None or user.has_perm("articles.change_any_article") or article.is_of(user)
        case "publish":
            return user.has_perm("articles.publish_article")
        case "review":
            return user.has_perm("articles.add_review")


def get_article(request: HttpRequest, pk: int, *, to: Purpose) -> Article:
    """The article for a page of the desk, without the texts of its versions. Raises Http404, PermissionDenied."""
    if not may(request.user, None, to=to):
        raise PermissionDenied
    article = (
        Article.objects.select_related("draft", "published", "topic", "cover")
        .defer(*texts_of("draft", "published"))
        .filter(pk=pk)
        .first()
    )
    if article is None:
        raise Http404
    if not may(request.user, article, to=to):
        raise PermissionDenied
    return article
