"""Atom feeds: of the articles, of all comments, of the comments under one article. Only what readers see."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from articles.models import Article
from comments import thread
from comments.models import Comment
from comments.views.conversation import article_at, where_it_leads
from ldnportal.markup.typography import typeset_text

ENTRIES = 30
# Characters that XML cannot hold at all. The other unwanted ones went when the text was taken in.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class SteadyAtom(Atom1Feed):
    """The same feed, byte for byte, until something changes: an empty one is not dated today at each visit."""

    def latest_post_date(self) -> datetime:
        dates = [each[key] for each in self.items for key in ("updateddate", "pubdate") if each[key]]
        return max(dates, default=datetime.fromisoformat("2026-01-01T00:00:00+00:00"))


class SiteFeed(Feed):
    feed_type = SteadyAtom
    language = "fr"

    def item_link(self, item: Article | Comment) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item: Article | Comment) -> str:
        """For ever, whatever becomes of titles and addresses (RFC 4151)."""
        return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{item._meta.model_name}-{item.pk}"


class ArticlesFeed(SiteFeed):
    title = settings.SITE_NAME
    link = f"{settings.SITE_URL}/"

    def subtitle(self) -> str:
        return _("New articles, and those that have changed in an important way")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("comments:articles_feed")

    def items(self) -> QuerySet[Article]:
        Article.objects.publish_due()
        return Article.objects.listed().for_feed()[:ENTRIES]

    def item_title(self, item: Article) -> str:
        return typeset_text(item.published.title)

    def item_description(self, item: Article) -> str:
        # As HTML, in which a lede has nothing to mark up.
        return _escaped(typeset_text(item.published.lede))

    def item_pubdate(self, item: Article) -> datetime:
        return item.first_published_at

    def item_updateddate(self, item: Article) -> datetime:
        """The last major change: a mended comma is no news."""
        return item.updated_at


class CommentsFeed(SiteFeed):
    link = f"{settings.SITE_URL}/articles/"

    def title(self, article: Article | None) -> str:
        return _("Comments on %(site)s") % {"site": settings.SITE_NAME}

    def feed_url(self, article: Article | None) -> str:
        return settings.SITE_URL + reverse("comments:all_feed")

    def comments(self, article: Article | None) -> QuerySet[Comment]:
        readable = [Article.Availability.LIVE, Article.Availability.WITHDRAWN]
        # Not as a condition of the join: before the first comment SQLite would read all articles for it.
        its_article = Article.objects.filter(pk=OuterRef("article"), availability__in=readable)
        return Comment.objects.published().filter(Exists(its_article))

    def items(self, article: Article | None) -> QuerySet[Comment]:
        return (
            self.comments(article)
            .select_related("article__published", "public_revision")
            .only(
                "display_name",
                "published_at",
                "article__live_slug",
                "article__published__title",
                "public_revision__html",
                "public_revision__created",
            )
            .order_by("-published_at", "-pk")[:ENTRIES]
        )

    def item_title(self, item: Comment) -> str:
        names = {"name": item.display_name, "title": typeset_text(item.article.published.title)}
        return _xml(_("%(name)s on “%(title)s”") % names)

    def item_description(self, item: Comment) -> str:
        return _xml(item.public_revision.html)

    def item_author_name(self, item: Comment) -> str:
        return _xml(item.display_name)

    def item_pubdate(self, item: Comment) -> datetime:
        return item.published_at

    def item_updateddate(self, item: Comment) -> datetime:
        return max(item.published_at, item.public_revision.created)


class ArticleCommentsFeed(CommentsFeed):
    def get_object(self, request: HttpRequest, article: Article) -> Article:
        return article

    def title(self, article: Article) -> str:
        return _("Comments on “%(title)s”") % {"title": typeset_text(article.published.title)}

    def link(self, article: Article) -> str:
        return f"{settings.SITE_URL}{thread.page_address(article)}#commentaires"

    def feed_url(self, article: Article) -> str:
        return settings.SITE_URL + reverse("comments:feed", args=[article.live_slug])

    def comments(self, article: Article) -> QuerySet[Comment]:
        return Comment.objects.published().filter(article=article)


# Kept by a feed reader, asked for again each time: what was removed must be gone at the next look. 304 costs little.
kept = cache_control(private=True, no_cache=True)


@require_safe
@kept
@conditional_page
def articles_feed(request: HttpRequest) -> HttpResponse:
    return ArticlesFeed()(request)


@require_safe
@kept
@conditional_page
def all_feed(request: HttpRequest) -> HttpResponse:
    return CommentsFeed()(request)


@require_safe
@kept
@conditional_page
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    article = article_at(slug)
    if article is None:
        raise Http404
    if not article.is_readable:
        return where_it_leads(request, article)
    if article.live_slug != slug:
        return redirect("comments:feed", article.live_slug, permanent=True)
    return ArticleCommentsFeed()(request, article)


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)


def _escaped(text: str) -> str:
    return _xml(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
