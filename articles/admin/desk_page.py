"""What the pages around an article's form share: who may see them, what stands around them."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from articles.access import may
from articles.models import Article


class DeskPages:
    """
    The part of ArticleAdmin that all these pages rest on.

    Each is a view that takes ``request, pk``, at ``<pk>/<name>/``; its address is named ``articles_article_<name>``.
    """

    def desk_url(self, name: str, view: Callable[..., HttpResponse]) -> URLPattern:
        return path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"articles_article_{name}")

    def desk_page(
        self, request: HttpRequest, article: Article, name: str, *, status: int = 200, **context: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "article": article,
            "here": name,
            "may_publish": may(request.user, article, to="publish"),
            **context,
        }
        return TemplateResponse(request, f"admin/articles/article/{name}.html", context, status=status)


def page_of(request: HttpRequest, rows: QuerySet, a_page: int) -> Page:
    try:
        return Paginator(rows, a_page).page(request.GET.get("page", "1"))
    except InvalidPage as error:
        raise Http404 from error


def to_page(article: Article, name: str, anchor: str = "") -> HttpResponse:
    response = redirect(f"admin:articles_article_{name}", article.pk)
    response.headers["Location"] += anchor
    return response
