"""The conversation under an article, beyond its first page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles.models import Article
from comments import own, thread
from comments.models import Comment


@require_safe
@cache_control(private=True, no_cache=True)
def thread_page(request: HttpRequest, slug: str) -> HttpResponse:
    """
    The second and further pages; the first is the article's own.

    ``ordre=recents`` puts the newest roots first; ``fil=<root>`` shows all answers below one of them.
    """
    article = article_at(slug)
    if article is None:
        raise Http404
    if not article.is_readable:
        return where_it_leads(request, article)
    if article.live_slug != slug:
        query = request.GET.urlencode()
        address = reverse("comments:thread", args=[article.live_slug])
        return redirect(f"{address}?{query}" if query else address, permanent=True)
    number = max(1, _number(request.GET.get("page", "1"), digits=9))
    order = thread.NEWEST if request.GET.get("ordre") == thread.NEWEST else thread.OLDEST
    mine = own.waiting(request, article)
    if "fil" in request.GET:
        page = thread.load_discussion(article, _number(request.GET["fil"], digits=18), number, mine=mine)
    elif number == 1 and order == thread.OLDEST:
        return redirect(f"{article.get_absolute_url()}#commentaires")
    else:
        page = thread.load(article, number, order=order, mine=mine)
    if page is None or page.is_beyond_the_end:
        raise Http404
    context = thread.for_reader(request, article, page)
    if page.discussion:
        # Through the permalink: only there is it worth counting on which page the root stands.
        context["discussion_address"] = reverse("comments:permalink", args=[page.discussion.pk])
    return render(request, "comments/thread_page.html", context)


def _number(value: str, *, digits: int) -> int:
    """A number in an address, cut to what a database can reckon with; 0 for nothing at all."""
    if value and not value.isdecimal():
        raise Http404
    return int(value[:digits] or "0")


@require_safe
@cache_control(private=True, no_cache=True)
def permalink(request: HttpRequest, pk: int) -> HttpResponse:
    public = Comment.objects.in_thread().filter(article__published__isnull=False)
    comment = get_object_or_404(public.select_related("article", "root"), pk=pk)
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
