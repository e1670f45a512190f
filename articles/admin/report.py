"""
One page over all articles: what the checks found in drafts and in what readers see, and links that fail.

It reads what is stored: the findings of each version since it was saved, the links since ``check_links`` last ran.
"""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import access
from articles.admin.places import place_url
from articles.checks import ADVICE, BLOCKS
from articles.checks.completeness import ANSWERABLE
from articles.checks.names import NAMES
from articles.links import Checker
from articles.models import Article, FaqEntry, Link, LinkUse, Section, Source, Version

FINDINGS_A_PAGE = 50
LINKS_A_PAGE = 25
# Of one link: more are counted.
USES_SHOWN = 5

DRAFT, LIVE = "draft", "live"
READABLE = {Article.Availability.LIVE, Article.Availability.WITHDRAWN}


@dataclass
class Entry:
    """One stored finding of one article; ``states`` says whether its draft, what readers see or both have it."""

    article_pk: int
    title: str
    states: set[str]
    version_pk: int
    code: str
    level: str
    place: str
    message: str
    url: str = ""

    @property
    def name(self) -> str:
        return NAMES.get(self.code, self.code)

    @property
    def blocks(self) -> bool:
        return self.level == BLOCKS

    @property
    def is_in_draft(self) -> bool:
        return DRAFT in self.states

    @property
    def is_live(self) -> bool:
        return LIVE in self.states


class FilterForm(forms.Form):
    """What is asked for in the address; an unknown value asks for everything."""

    code = forms.ChoiceField(label=gettext_lazy("Kind of finding"), required=False)
    level = forms.ChoiceField(
        label=gettext_lazy("Weight"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            (BLOCKS, gettext_lazy("hinders publication")),
            (ADVICE, gettext_lazy("advice")),
        ],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Text"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            (DRAFT, gettext_lazy("drafts")),
            (LIVE, gettext_lazy("what readers see")),
        ],
    )
    article = forms.ChoiceField(label=gettext_lazy("Article"), required=False)

    def __init__(self, data, *, entries: list[Entry]) -> None:
        super().__init__(data)
        everything = [("", _("all"))]
        codes = sorted({entry.code for entry in entries} | {data.get("code", "")} & set(NAMES))
        self.fields["code"].choices = everything + [(code, NAMES.get(code, code)) for code in codes]
        titles = dict(sorted({(str(entry.article_pk), entry.title) for entry in entries}))
        self.fields["article"].choices = everything + sorted(titles.items(), key=lambda each: each[1])

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class IgnoreForm(forms.Form):
    because = forms.CharField(
        label=gettext_lazy("Why this link can be let be"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why: others will want to know.")},
    )


_HEEDED = Q(ignored_because="")
# What each list of links is called, and which links are on it.
LINK_KINDS = {
    "failing": (gettext_lazy("failing"), _HEEDED & Q(status__in=Link.FAILING)),
    "moved": (gettext_lazy("moved for good"), _HEEDED & Q(status=Link.Status.MOVED)),
    "unclear": (gettext_lazy("do not answer to programs"), _HEEDED & Q(status=Link.Status.UNCLEAR)),
    "ignored": (gettext_lazy("let be"), ~_HEEDED),
}


class ReportPage:
    """The part of ArticleAdmin that shows the report."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("report/", wrap(self.report_view), name="articles_article_report"),
            path("report/links/<int:pk>/", wrap(self.report_link_view), name="articles_article_report_link"),
            *super().get_urls(),
        ]

    def report_view(self, request: HttpRequest) -> HttpResponse:
        _require(request, to="view")
        return self._report(request)

    def report_link_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST looks at one link again (``act=look``), lets it be (``ignore``) or heeds it again (``heed``)."""
        _require(request, to="change")
        link = Link.objects.filter(pk=pk).first()
        if link is None:
            raise Http404
        back = f"{reverse('admin:articles_article_report')}?{urlencode({'links': _kind(request)})}#links"
        if request.method != "POST":
            return redirect(back)
        match request.POST.get("act"):
            case "look":
                Checker().check(link)
                level = messages.WARNING if link.is_failing else messages.SUCCESS
                self.message_user(request, f"{link.url} : {_result(link)}", level)
            case "heed":
                link.heed()
                self.message_user(request, _("%(url)s is looked at again.") % {"url": link.url})
            case "ignore":
                form = IgnoreForm(request.POST)
                if not form.is_valid():
                    return self._report(request, refused=(link.pk, form), status=422)
                link.ignore(by=request.user, because=form.cleaned_data["because"])
                self.message_user(request, _("%(url)s is let be.") % {"url": link.url})
        return redirect(back)

    def _report(
        self, request: HttpRequest, *, refused: tuple[int, IgnoreForm] | None = None, status: int = 200
    ) -> HttpResponse:
        entries = _entries()
        form = FilterForm(request.GET, entries=entries)
        chosen = form.chosen()
        shown = [entry for entry in entries if _fits(entry, chosen)]
        findings = Paginator(shown, FINDINGS_A_PAGE).get_page(request.GET.get("page"))
        _lead(findings)
        kind = _kind(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Report on all articles"),
            "opts": self.opts,
            "media": self.media,
            "form": form,
            "chosen": chosen,
            "findings": findings,
            "findings_query": urlencode(chosen),
            "counts": _counts([entry for entry in entries if _fits(entry, {**chosen, "code": ""})], chosen),
            "links": self._links_of_kind(request, kind, refused),
            "links_query": urlencode({"links": kind}),
            "kind": kind,
            "kinds": _kinds(kind),
            "may_change": access.may(request.user, None, to="change"),
        }
        return TemplateResponse(request, "admin/articles/article/report.html", context, status=status)

    def _links_of_kind(self, request: HttpRequest, kind: str, refused: tuple[int, IgnoreForm] | None) -> Page:
        links = (
            Link.objects.used().filter(LINK_KINDS[kind][1]).worst_first().annotate(use_count=Count("uses"))
        )
        uses = LinkUse.objects.select_related("article").only(
            "link", "place", "where", "text", "live", "in_draft", "article__title"
        )
        page = Paginator(links.select_related("ignored_by"), LINKS_A_PAGE).get_page(
            request.GET.get("links_page")
        )
        page.object_list = list(page.object_list.prefetch_related(Prefetch("uses", uses)))
        for link in page.object_list:
            there = list(link.uses.all())
            link.places = [
                (use, place_url(use.article, use.place if use.in_draft else "/article"))
                for use in there[:USES_SHOWN]
            ]
            link.more = max(0, link.use_count - USES_SHOWN)
            link.result = _result(link)
            link.form = refused[1] if refused and refused[0] == link.pk else IgnoreForm()
            link.form.auto_id = f"id_link-{link.pk}-%s"
        return page


def _require(request: HttpRequest, *, to: access.Purpose) -> None:
    if not access.may(request.user, None, to=to):
        raise PermissionDenied


def _entries() -> list[Entry]:
    """All stored findings: first what hinders publication, readers' texts before drafts, article by article."""
    rows = Article.objects.order_by("title", "pk").values_list(
        *("pk", "title", "omissions", "availability"),
        *("draft_id", "draft__checks", "published_id", "published__checks"),
    )
    found: list[Entry] = []
    for pk, title, omissions, availability, draft_pk, draft, live_pk, live in rows:
        entries: dict[tuple[str, str, int], Entry] = {}
        texts = [(DRAFT, draft_pk, draft)]
        if availability in READABLE:
            texts.append((LIVE, live_pk, live))
        for state, version_pk, stored in texts:
            times: Counter[tuple[str, str]] = Counter()
            for each in stored or []:
                # Why a section is missing can be stated without saving another version.
                if omissions and each["code"] in ANSWERABLE:
                    continue
                said = each["code"], each["message"]
                times[said] += 1
                entry = Entry(
                    pk,
                    title,
                    set(),
                    version_pk,
                    each["code"],
                    each.get("level", BLOCKS),
                    each["place"],
                    said[1],
                )
                # What draft and published text have in common is mended once.
                entries.setdefault((*said, times[said]), entry).states.add(state)
        found += entries.values()
    return sorted(found, key=lambda entry: (not entry.blocks, not entry.is_live))


def _fits(entry: Entry, chosen: dict[str, str]) -> bool:
    values = {"code": entry.code, "level": entry.level, "article": str(entry.article_pk)}
    if chosen.get("state") and chosen["state"] not in entry.states:
        return False
    return all(not chosen.get(name) or chosen[name] == value for name, value in values.items())


def _counts(entries: list[Entry], chosen: dict[str, str]) -> list[dict]:
    """How many of each kind the other filters leave, with the address that shows only these."""
    counted = Counter((entry.code, entry.name, entry.blocks) for entry in entries)
    return [
        {
            "name": name,
            "blocks": blocks,
            "count": count,
            "query": urlencode({**chosen, "code": code}),
            "chosen": chosen.get("code") == code,
        }
        for (code, name, blocks), count in sorted(
            counted.items(), key=lambda each: (not each[0][2], -each[1], str(each[0][1]))
        )
    ]


def _lead(findings: Page) -> None:
    """Gives each finding of the page the address of its field, in the same few queries for one as for fifty."""
    findings.object_list = list(findings.object_list)

    def keys(model) -> QuerySet:
        return model.objects.only("key", "position", "article")

    articles = (
        Article.objects.filter(pk__in={entry.article_pk for entry in findings})
        .only("pk")
        .prefetch_related(
            Prefetch("sections", keys(Section)),
            Prefetch("faq", keys(FaqEntry)),
            Prefetch("sources", keys(Source)),
            "comparisons__treatments",
            "comparisons__criteria",
        )
        .in_bulk()
    )
    # The draft's places are those of its rows; a text that only readers see is told by its keys.
    live = {entry.version_pk for entry in findings if not entry.is_in_draft}
    texts = dict(Version.objects.filter(pk__in=live).values_list("pk", "data"))
    for entry in findings:
        entry.url = place_url(articles[entry.article_pk], entry.place, data=texts.get(entry.version_pk))


def _kind(request: HttpRequest) -> str:
    asked = request.POST.get("links") or request.GET.get("links")
    return asked if asked in LINK_KINDS else "failing"


def _kinds(chosen: str) -> list[dict]:
    counts = Link.objects.used().aggregate(
        **{kind: Count("pk", condition) for kind, (_name, condition) in LINK_KINDS.items()}
    )
    return [
        {
            "name": name,
            "count": counts[kind],
            "query": urlencode({"links": kind}),
            "chosen": kind == chosen,
        }
        for kind, (name, _condition) in LINK_KINDS.items()
    ]


def _result(link: Link) -> str:
    if link.error:
        return link.error
    if link.moved_to:
        return _("It has moved for good to %(url)s.") % {"url": link.moved_to}
    if link.checked_at is None:
        return _("Nobody has looked yet.")
    day = date_format(link.checked_at, "SHORT_DATE_FORMAT")
    return _("It answered on %(day)s.") % {"day": day}
