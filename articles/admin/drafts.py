"""
Saving a draft from a form: a version each time, a preview without any trace, nothing lost to a second editor.

Every form says which version it was made from. If another one is the draft by now, what the form would have saved
is worked out on the rows as they were then, and put together with what the other editor saved (articles.difference).
"""

import re
import secrets

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from articles import article_page, snapshot
from articles.access import get_article, may
from articles.admin.activity import log
from articles.admin.places import place_url
from articles.checks import ADVICE, BLOCKS
from articles.difference import Merge, merge, resolve
from articles.models import Article, Presence, Version
from articles.snapshot import Snapshot


class Silent(list):
    """In the place of the messages: what is rolled back is not told."""

    used = added_new = False

    def add(self, level, message, extra_tags="") -> None:
        pass

    def update(self, response) -> None:
        pass


class DraftPage:
    """The part of ArticleAdmin and ComparisonAdmin that saves."""

    def article_of(self, obj) -> Article:
        """The article whose draft this page changes."""
        raise NotImplementedError

    def adapted(self, request: HttpRequest, article: Article, base: Version) -> tuple[str, object]:
        """
        The number of the page's object and the POST data, with the rows' numbers of today.

        Called when the rows are again what ``base`` says; a row that another editor deleted has a new number then.
        """
        raise NotImplementedError

    # Opening

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context=None
    ) -> HttpResponse:
        if request.method == "POST":
            return self._save(request, object_id, form_url, extra_context)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: HttpRequest, context: dict, *args, **kwargs) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None and self.has_change_permission(request, obj):
            article = self.article_of(obj)
            if request.method != "POST":
                Presence.objects.note(article, request.user)
            context |= {
                "desk_article": article,
                # Of a form with errors: what the browser said.
                "based_on": request.POST.get("_based_on") or (article.draft.n if article.draft else ""),
                "others": [says(each) for each in Presence.objects.others(article, request.user)],
            }
        context["version_note"] = request.POST.get("_note", "")
        context["form_number"] = request.POST.get("_form") or secrets.token_hex(8)
        return super().render_change_form(request, context, *args, **kwargs)

    # Saving

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        note = " ".join(request.POST.get("_note", "").split())[:300]
        request.recorded = self.article_of(form.instance).record(by=request.user, note=note)
        self._tell_of_findings(request, request.recorded)

    def _save(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context
    ) -> HttpResponse:
        ordinary = super().changeform_view
        with transaction.atomic():
            article, base = self._lock(request, object_id)
            if base is not None and base.pk != article.draft_id:
                return self._save_after_another(request, article, base, ordinary)
            if "_preview" in request.POST:
                return self._without_trace(
                    request, lambda: ordinary(request, object_id, form_url, extra_context)
                )[0]
            return ordinary(request, object_id, form_url, extra_context)

    def _lock(self, request: HttpRequest, object_id: str | None) -> tuple[Article | None, Version | None]:
        """The article until the end of the transaction, and the version that the form was made from."""
        number, n = request.POST.get("_article", ""), request.POST.get("_based_on", "")
        if object_id is None or not (re.fullmatch(r"\d{1,18}", number) and re.fullmatch(r"\d{1,9}", n)):
            return None, None
        article = Article.objects.select_for_update().filter(pk=number).first()
        if article is None:
            return None, None
        return article, article.versions.filter(n=n).exclude(kind=Version.Kind.SET_ASIDE).first()

    def _without_trace(self, request: HttpRequest, save) -> tuple[HttpResponse, Version | None]:
        """
        What ``save`` answers and records, rolled back. The answer is the preview if it recorded something.

        Files are not touched: the forms that come here have none. Mail and the like wait for a commit.
        """
        told, request._messages = request._messages, Silent()
        request.recorded = None
        try:
            with transaction.atomic():
                response = save()
                if hasattr(response, "render"):
                    # The errors, while the rows are there that they speak of.
                    response.render()
                version = request.recorded
                if version is not None:
                    response = self._preview(request, version)
                transaction.set_rollback(True)
        finally:
            request._messages = told
        return response, version

    def _preview(self, request: HttpRequest, version: Version) -> HttpResponse:
        article = version.article
        # What was never saved has no page to mend it on but the one that is open.
        is_saved = bool(request.POST.get("_article"))
        findings = [
            (finding, place_url(article, finding["place"], data=version.data) if is_saved else "")
            for finding in version.checks
        ]
        context = {
            **article_page.for_editors(article, version),
            "is_preview": True,
            "findings": [pair for pair in findings if pair[0]["level"] == BLOCKS],
            "advice": [pair for pair in findings if pair[0]["level"] == ADVICE],
        }
        response = render(request, "articles/article_detail.html", context)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _tell_of_findings(self, request: HttpRequest, version: Version) -> None:
        levels = [finding["level"] for finding in version.checks]
        found = [
            ngettext("%(n)d point to mend before publication", "%(n)d points to mend before publication", n)
            % {"n": n}
            for n in [levels.count(BLOCKS)]
            if n
        ] + [
            ngettext("%(n)d piece of advice", "%(n)d pieces of advice", n) % {"n": n}
            for n in [levels.count(ADVICE)]
            if n
        ]
        if found:
            self.message_user(
                request,
                format_html(
                    '{} <a href="{}?article={}&state=draft">{}</a>',
                    _("The checks found: %(found)s.") % {"found": ", ".join(found)},
                    reverse("admin:articles_article_report"),
                    version.article_id,
                    _("See them"),
                ),
                messages.WARNING if BLOCKS in levels else messages.INFO,
            )

    def _save_after_another(
        self, request: HttpRequest, article: Article, base: Version, ordinary
    ) -> HttpResponse:
        if not may(request.user, article, to="change"):
            raise PermissionDenied

        def save() -> HttpResponse:
            snapshot.write(article, base.data)
            object_id, request.POST = self.adapted(request, article, base)
            return ordinary(request, object_id)

        sent = request.POST
        response, version = self._without_trace(request, save)
        request.POST = sent
        if version is None or "_preview" in sent:
            return response
        article.refresh_from_db()
        keep_desk_changes(article, getattr(request, "desk_changes", {}))
        found = merge(base.data, version.data, article.draft.data)
        who = told_of(article, base)
        if found.conflicts:
            aside = article.set_aside(
                version.data, by=request.user, note=_("Saved at the same time: %(who)s") % {"who": who}
            )
            log(request.user, article, "set_aside", version=aside.n)
            return redirect(
                f"{reverse('admin:articles_article_merge', args=[article.pk, aside.n])}?base={base.n}"
            )
        merged = article.merge(
            found.merged, by=request.user, note=_("Put together with: %(who)s") % {"who": who}
        )
        log(request.user, article, "merged", version=merged.n)
        self._tell_of_merge(request, article, base, merged, who)
        return redirect("admin:articles_article_change", article.pk)

    def _tell_of_merge(
        self, request: HttpRequest, article: Article, base: Version, merged: Version, who: str
    ) -> None:
        compare = reverse("admin:articles_article_compare", args=[article.pk])
        self.message_user(
            request,
            format_html(
                '{} <a href="{}?from={}&to={}">{}</a>',
                _(
                    "Meanwhile this article was saved by somebody else: %(who)s. Nothing contradicts what you wrote; "
                    "both are put together in %(version)s."
                )
                % {"who": who, "version": merged},
                compare,
                base.n,
                merged.n,
                _("See what has changed"),
            ),
            messages.WARNING,
        )


def keep_desk_changes(article: Article, changes: dict) -> None:
    """What was changed on the form but belongs to no version: written as it is, since nothing hangs on it."""
    plain = {name: value for name, value in changes.items() if name != "editors"}
    if plain:
        Article.objects.filter(pk=article.pk).update(**plain)
    if "editors" in changes:
        article.editors.set(changes["editors"])


def told_of(article: Article, base: Version) -> str:
    """«Béa (version 5, 10:42), …»: who made what followed ``base``."""
    later = (
        article.versions.filter(n__gt=base.n, n__lte=article.draft.n)
        .exclude(kind=Version.Kind.SET_ASIDE)
        .select_related("author")
        .light()
        .order_by("n")
    )
    return ", ".join(
        f"{version.author.public_name if version.author else '–'} ({version}, "
        f"{date_format(localtime(version.created), 'SHORT_DATETIME_FORMAT')})"
        for version in later
    )


def renumbered(data, prefix: str, rows: models.QuerySet, keys: list[str], field: str = "key"):
    """
    ``data`` with the numbers that the rows of a formset have today.

    The first forms stand for the rows as they were, in the order of ``keys``.
    """
    numbers = dict(rows.values_list(field, "pk"))
    for place, key in enumerate(keys):
        name = f"{prefix}-{place}-id"
        if name in data and key in numbers:
            data[name] = str(numbers[key])


class MergePage:
    """The part of ArticleAdmin that lets an editor choose between two texts that were saved at once."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/merge/<int:n>/", view(self.merge_view), name="articles_article_merge"),
            path(
                "<int:pk>/presence/", view(require_POST(self.presence_view)), name="articles_article_presence"
            ),
            *super().get_urls(),
        ]

    def merge_view(self, request: HttpRequest, pk: int, n: int) -> HttpResponse:
        with transaction.atomic():
            article = get_article(request, pk, to="change")
            Article.objects.select_for_update().get(pk=pk)
            article.refresh_from_db(fields=["draft"])
            aside = article.versions.filter(n=n, kind=Version.Kind.SET_ASIDE).first()
            base = self._base_of(request, article, aside)
            if aside is None or base is None:
                self.message_user(
                    request, _("This text was not set aside: there is nothing to choose."), messages.ERROR
                )
                return redirect("admin:articles_article_change", pk)
            found = merge(base.data, aside.data, article.draft.data)
            if request.method == "POST":
                return self._merge(request, article, base, aside, found)
            return self._merge_page(request, article, base, aside, found)

    def _base_of(self, request: HttpRequest, article: Article, aside: Version | None) -> Version | None:
        n = request.GET.get("base", "")
        if aside is None or not re.fullmatch(r"\d{1,9}", n):
            return None
        versions = article.versions.exclude(kind=Version.Kind.SET_ASIDE)
        return versions.filter(n=n, n__lt=aside.n).first()

    def _merge(
        self, request: HttpRequest, article: Article, base: Version, aside: Version, found: Merge
    ) -> HttpResponse:
        if request.POST.get("theirs") != str(article.draft.n):
            # A third one saved; what is chosen on the page may be something else by now.
            self.message_user(
                request, _("The draft was saved once more meanwhile: please choose again."), messages.WARNING
            )
            return self._merge_page(request, article, base, aside, found, status=409)
        choices = {conflict.path: request.POST.get(conflict.name, "") for conflict in found.conflicts}
        if not set(choices.values()) <= {"mine", "theirs"}:
            self.message_user(request, _("Choose one of the two texts in every place."), messages.ERROR)
            return self._merge_page(request, article, base, aside, found, status=422)
        data: Snapshot = resolve(found, choices)
        merged = article.merge(data, by=request.user, note=_("Chosen from two texts saved at once"))
        log(request.user, article, "merged", version=merged.n)
        self.message_user(
            request, _("Put together as you chose: %(version)s.") % {"version": merged}, messages.SUCCESS
        )
        return redirect("admin:articles_article_change", article.pk)

    def _merge_page(
        self,
        request: HttpRequest,
        article: Article,
        base: Version,
        aside: Version,
        found: Merge,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Two texts saved at the same time"),
            "opts": self.opts,
            "article": article,
            "aside": aside,
            "base": base,
            "who": told_of(article, base),
            "conflicts": [(conflict, request.POST.get(conflict.name, "")) for conflict in found.conflicts],
        }
        return render(request, "admin/articles/article/merge.html", context, status=status)

    def presence_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The open form says every minute that it is there, and hears who else is."""
        article = get_article(request, pk, to="change")
        if "leave" in request.POST:
            article.presences.filter(user=request.user).delete()
            return JsonResponse({"others": []})
        Presence.objects.note(article, request.user)
        others = [says(presence) for presence in Presence.objects.others(article, request.user)]
        return JsonResponse({"others": others, "draft": article.draft.n if article.draft else None})


def says(presence: Presence) -> str:
    since = date_format(localtime(presence.since), "TIME_FORMAT")
    return _("%(name)s has been changing this article since %(time)s.") % {
        "name": presence.user.public_name,
        "time": since,
    }
