"""The conversation under an article, beyond its first page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles.models import Article
from comments import thread
from comments.models import Comment

# Where «the newest comments» leads: counting pages on each reading of the thread would cost more than this visit.
LAST = "derniere"


@require_safe
@cache_control(private=True, no_cache=True)
def thread_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The second and further pages; the first is the article's own."""
    article = article_at(slug)
    if article is None:
        raise Http404
    if not article.is_readable:
        return where_it_leads(request, article)
    if article.live_slug != slug:
        return redirect(thread.page_address(article, request.GET.get("page", "1")), permanent=True)
    number = request.GET.get("page", "1")
    if number == LAST:
        return redirect(f"{thread.page_address(article, thread.last_page(article))}#commentaires")
    if not number.isdecimal():
        raise Http404
    number = int(number[:9])
    if number <= 1:
        return redirect(f"{article.get_absolute_url()}#commentaires")
    context = thread.for_reader(request, article, number=number)
    if context["page"].is_beyond_the_end:
        raise Http404
    return render(request, "comments/thread_page.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
def permalink(request: HttpRequest, pk: int) -> HttpResponse:
    public = Comment.objects.in_thread().filter(article__published__isnull=False)
    comment = get_object_or_404(public.select_related("article"), pk=pk)
    if not comment.article.is_readable:
        return where_it_leads(request, comment.article)
    return redirect(thread.address_of(comment))


def article_at(slug: str) -> Article | None:
    """The article that readers find under ``slug``, today's address or an old one."""
    return Article.objects.for_listing().at(slug)


def where_it_leads(request: HttpRequest, article: Article) -> HttpResponse:
    """In place of the conversation under an article that readers can no longer open."""
    target = article.leads_to
    return redirect(target) if target else render(request, "articles/gone.html", status=410)
