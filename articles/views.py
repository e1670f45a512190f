"""Pages for readers. None of them reads a session or sets a cookie."""

from pathlib import Path

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.core.paginator import Page as PageOfArticles
from django.db.models import Exists, OuterRef, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles import article_page
from articles.models import Article, Page, Topic

ARTICLES_A_PAGE = 12
ARTICLES_ON_HOME = 6

# Allowed to keep, never to show without asking: a correction must reach every reader at once.
revalidated = cache_control(private=True, no_cache=True)

IMAGE_TYPES = {".avif": "image/avif", ".webp": "image/webp", ".jpg": "image/jpeg", ".png": "image/png"}


@require_safe
@revalidated
def home(request: HttpRequest) -> HttpResponse:
    Article.objects.publish_due()
    articles = Article.objects.listed().for_listing()[:ARTICLES_ON_HOME]
    topics = Topic.objects.filter(Exists(Article.objects.listed().filter(published__topic=OuterRef("pk"))))
    return render(request, "articles/home.html", {"articles": articles, "topics": topics})


@require_safe
@revalidated
def article_list(request: HttpRequest) -> HttpResponse:
    Article.objects.publish_due()
    articles = _page_of(request, Article.objects.listed().for_listing())
    return render(request, "articles/article_list.html", {"page": articles})


@require_safe
@revalidated
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    Article.objects.publish_due()
    topic = get_object_or_404(Topic, slug=slug)
    articles = _page_of(request, Article.objects.listed().filter(published__topic=topic).for_listing())
    return render(request, "articles/topic.html", {"topic": topic, "page": articles})


def _page_of(request: HttpRequest, articles: QuerySet) -> PageOfArticles:
    try:
        return Paginator(articles, ARTICLES_A_PAGE).page(request.GET.get("page", "1"))
    except InvalidPage as error:
        raise Http404 from error


@require_safe
@revalidated
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    article = Article.objects.for_page().at(slug)
    if article is None:
        raise Http404
    target = article.leads_to
    if target is None:
        return render(request, "articles/gone.html", status=410)
    if target != article:
        # Not for ever: the article may be brought back.
        return redirect(target)
    if article.live_slug != slug:
        return redirect(article, permanent=True)
    return render(request, "articles/article_detail.html", article_page.for_readers(article))


@require_safe
@revalidated
def page(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "articles/page.html", {"page": get_object_or_404(Page, slug=slug)})


@require_safe
@cache_control(public=True, max_age=365 * 24 * 3600, immutable=True)
def image(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of ``Image``: its name is made of its content, so it never changes. nginx may serve the folder instead."""
    path = Path(settings.MEDIA_ROOT) / "images" / name
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type=IMAGE_TYPES[path.suffix])
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response
