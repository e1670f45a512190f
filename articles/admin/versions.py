"""The versions of an article: listed, compared, seen as the page they were, taken back into the draft."""

import re
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import article_page
from articles.access import get_article, may
from articles.admin.activity import log
from articles.admin.desk_page import DeskPages, page_of, to_page
from articles.difference import compare
from articles.models import Article, Image, Person, Publication, Review, Version
from articles.models.version import texts_of

VERSIONS_A_PAGE = 30


class VersionsPage(DeskPages):
    """The part of ArticleAdmin that looks back, and goes back."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            self.desk_url("versions", require_safe(self.versions_view)),
            path(
                "<int:pk>/versions/compare/",
                view(require_safe(self.compare_view)),
                name="articles_article_compare",
            ),
            path("<int:pk>/versions/discard/", view(self.discard_view), name="articles_article_discard"),
            path(
                "<int:pk>/versions/<int:n>/",
                view(require_safe(self.version_view)),
                name="articles_article_version",
            ),
            path(
                "<int:pk>/versions/<int:n>/restore/", view(self.restore_view), name="articles_article_restore"
            ),
            *super().get_urls(),
        ]

    def versions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = get_article(request, pk, to="view")
        versions = article.versions.select_related("author", "restored_from").light()
        versions = versions.defer(*texts_of("restored_from"))
        shown = request.GET.get("show", "")
        match shown:
            case "published":
                versions = versions.filter(pk__in=article.publications.done().order_by().values("version"))
            case "reviewed":
                versions = versions.filter(pk__in=article.reviews.order_by().values("version"))
            case _all:
                shown = ""
        page = page_of(request, versions.prefetch_related(*_history()), VERSIONS_A_PAGE)
        return self.desk_page(
            request,
            article,
            "versions",
            title=_("Versions"),
            page=page,
            rows=[(version, _badges(article, version)) for version in page],
            shown=shown,
            filters=[("", _("All")), ("published", _("Published ones")), ("reviewed", _("Reviewed ones"))],
            may_change=may(request.user, article, to="change"),
            has_changes=_has_changes(article),
        )

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = get_article(request, pk, to="view")
        numbers = [_number(request.GET.get(name, "")) for name in ("from", "to")]
        versions = {
            version.n: version
            for version in article.versions.filter(n__in=numbers)
            .select_related("author")
            .defer("html", "checks")
        }
        old, new = (versions.get(number) for number in numbers)
        last = article.versions.order_by("-n").values_list("n", flat=True).first() or 0
        return self.desk_page(
            request,
            article,
            "compare",
            status=200 if old and new else 404,
            title=_("What differs"),
            old=old,
            new=new,
            asked=[request.GET.get(name, "")[:20] for name in ("from", "to")],
            last=last,
            difference=compare(old.data, new.data) if old and new else None,
            before=_neighbours(new.n - 1, last) if new else None,
            after=_neighbours(new.n, last) if new else None,
        )

    def version_view(self, request: HttpRequest, pk: int, n: int) -> HttpResponse:
        """The page as this version's readers saw it, or would have."""
        article = get_article(request, pk, to="view")
        version = self._version(article, n)
        response = render(request, "articles/article_detail.html", article_page.for_editors(article, version))
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def restore_view(self, request: HttpRequest, pk: int, n: int) -> HttpResponse:
        article = get_article(request, pk, to="change")
        return self._go_back(request, article, self._version(article, n), discard=False)

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = get_article(request, pk, to="change")
        if not _has_changes(article):
            text = _("There are no changes to discard: the draft is what readers see.")
            if not article.is_published:
                text = _("There is nothing to go back to: readers have not seen this article yet.")
            self.message_user(request, text, messages.INFO)
            return to_page(article, "versions")
        return self._go_back(request, article, self._version(article, article.published.n), discard=True)

    def _version(self, article: Article, n: int) -> Version:
        version = article.versions.filter(n=n).select_related("topic").first()
        if version is None:
            raise Http404
        return version

    # Going back

    def _go_back(
        self, request: HttpRequest, article: Article, version: Version, *, discard: bool
    ) -> HttpResponse:
        """Shows what would change in the draft; on POST, changes it."""
        if request.method != "POST":
            return self._go_back_page(request, article, version, discard=discard)
        if article.draft.digest == version.digest:
            # Also what the second click of a double click comes to.
            text = _("The draft says exactly this already: nothing was changed.")
            self.message_user(request, text, messages.INFO)
            return to_page(article, "versions")
        if request.POST.get("draft") != str(article.draft.n):
            # What the page showed is not what would be replaced.
            return self._go_back_page(request, article, version, discard=discard, overtaken=True, status=409)
        if _obstacles(article, version):
            return self._go_back_page(request, article, version, discard=discard, status=409)
        before = article.draft
        if discard:
            draft = article.discard_changes(by=request.user)
            log(request.user, article, "discarded", version=draft.n)
            text = _("The draft is again what readers see, as %(draft)s.")
        else:
            draft = article.restore(version, by=request.user)
            log(request.user, article, "restored", of=version.n, version=draft.n)
            text = _("The draft says again what %(version)s said, as %(draft)s.")
        undo = _("To undo this, restore %(before)s.")
        facts = {"draft": draft, "version": version, "before": before}
        self.message_user(request, f"{text % facts} {undo % facts}", messages.SUCCESS)
        return to_page(article, "versions")

    def _go_back_page(
        self,
        request: HttpRequest,
        article: Article,
        version: Version,
        *,
        discard: bool,
        overtaken: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        title = _("Discard the changes") if discard else _("Restore %(version)s") % {"version": version}
        return self.desk_page(
            request,
            article,
            "restore",
            status=status,
            title=title,
            version=version,
            discard=discard,
            overtaken=overtaken,
            obstacles=_obstacles(article, version),
            difference=compare(article.draft.data, version.data),
        )


def _history() -> list[Prefetch]:
    """What became of the versions on one page of the list: two queries."""
    publications = Publication.objects.filter(
        state__in=[Publication.State.DONE, Publication.State.SCHEDULED]
    ).order_by("at", "pk")
    return [
        Prefetch("publications", publications),
        Prefetch("reviews", Review.objects.select_related("person").order_by("reviewed_on", "pk")),
    ]


@dataclass(frozen=True)
class Badge:
    """``name`` is for the style sheet."""

    name: str
    text: str


def _badges(article: Article, version: Version) -> list[Badge]:
    badges = []
    if version.pk == article.draft_id:
        badges.append(Badge("draft", _("the draft")))
    if version.pk == article.published_id:
        badges.append(Badge("live", _("published now")))
    for publication in version.publications.all():
        moment = date_format(localtime(publication.at), "SHORT_DATETIME_FORMAT")
        if publication.state == Publication.State.SCHEDULED:
            badges.append(Badge("scheduled", _("to be published on %(moment)s") % {"moment": moment}))
        else:
            badges.append(Badge("published", _("published on %(moment)s") % {"moment": moment}))
    for review in version.reviews.all():
        facts = {
            "outcome": review.get_outcome_display(),
            "person": review.person.name,
            "day": date_format(review.reviewed_on, "SHORT_DATE_FORMAT"),
        }
        text = _("review by %(person)s on %(day)s: %(outcome)s") % facts
        badges.append(Badge(review.outcome, text))
    if version.restored_from:
        badges.append(Badge("restored", _("restored from %(version)s") % {"version": version.restored_from}))
    elif version.kind != Version.Kind.SAVED:
        badges.append(Badge(version.kind, version.get_kind_display()))
    return badges


def _has_changes(article: Article) -> bool:
    return article.is_published and article.draft.digest != article.published.digest


def _number(text: str) -> int | None:
    """The number of a version, None for anything else that stood in the address."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _neighbours(n: int, last: int) -> tuple[int, int] | None:
    """A version and the one after it, if there are both."""
    return (n, n + 1) if 0 < n < last else None


def _obstacles(article: Article, version: Version) -> list[str]:
    """Why the draft cannot become this version, with what to do about it."""
    data = version.data
    found = []
    if Article.objects.filter(slug=data["article"]["slug"]).exclude(pk=article.pk).exists():
        text = _("Another article has taken the address «%(slug)s»: give that one another address first.")
        found.append(text % {"slug": data["article"]["slug"]})
    there = set(Person.objects.filter(slug__in=data["people"]).values_list("slug", flat=True))
    for slug, person in data["people"].items():
        if slug not in there:
            text = _(
                "%(name)s is no longer among the people: add somebody with the identifier «%(slug)s» first."
            )
            found.append(text % {"name": person["name"], "slug": slug})
    images = Image.objects.filter(sha256__in=data["images"]).count()
    if images < len(data["images"]):
        found.append(_("An image of this version has been deleted: upload the same file again first."))
    return found
