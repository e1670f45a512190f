"""Pages for readers. None of them reads a session or sets a cookie."""

from pathlib import Path

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.core.paginator import Page as PageOfArticles
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles import rendering
from articles.models import Article, Page, Topic, Version

ARTICLES_A_PAGE = 12
ARTICLES_ON_HOME = 6

# Allowed to keep, never to show without asking: a correction must reach every reader at once.
revalidated = cache_control(private=True, no_cache=True)

IMAGE_TYPES = {".avif": "image/avif", ".webp": "image/webp", ".jpg": "image/jpeg", ".png": "image/png"}


@require_safe
@revalidated
def home(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.published().for_listing()[:ARTICLES_ON_HOME]
    topics = Topic.objects.filter(pk__in=Article.objects.published().values("published__topic"))
    return render(request, "articles/home.html", {"articles": articles, "topics": topics})


@require_safe
@revalidated
def article_list(request: HttpRequest) -> HttpResponse:
    articles = _page_of(request, Article.objects.published().for_listing())
    return render(request, "articles/article_list.html", {"page": articles})


@require_safe
@revalidated
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    topic = get_object_or_404(Topic, slug=slug)
    articles = _page_of(request, Article.objects.published().filter(published__topic=topic).for_listing())
    return render(request, "articles/topic.html", {"topic": topic, "page": articles})


def _page_of(request: HttpRequest, articles: QuerySet) -> PageOfArticles:
    try:
        return Paginator(articles, ARTICLES_A_PAGE).page(request.GET.get("page", "1"))
    except InvalidPage as error:
        raise Http404 from error


@require_safe
@revalidated
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    article = Article.objects.published().for_page().filter(live_slug=slug).first()
    if article is None:
        return redirect(get_object_or_404(Article.objects.known_as(slug)), permanent=True)
    data = article.published.data
    review = article.current_review
    context = {
        "article": article,
        "content": data["article"],
        "authors": [data["people"][person] for person in data["article"]["authors"]],
        "review": review,
        # A minor change keeps the review, a major one does not.
        "changed_since_review": review is not None and _changed_since(article, review.version),
        "contents": rendering.contents(data),
        "has_updates": localdate(article.updated_at) != localdate(article.first_published_at),
    }
    return render(request, "articles/article_detail.html", context)


def _changed_since(article: Article, version: Version) -> bool:
    if version.pk == article.published_id:
        return False
    later = article.versions.filter(n__gt=version.n, n__lte=article.published.n)
    return later.filter(change=Version.Change.MAJOR).exists()


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
