"""The list of articles: in which state each is, who answers for it, when its review is due."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Article

# Not the choices' own words: of a comment, «withdrawn» is said in other words.
TAKEN_AWAY = {
    Article.Availability.WITHDRAWN: _("withdrawn, with a banner"),
    Article.Availability.REDIRECTED: _("redirected"),
    Article.Availability.GONE: _("unpublished"),
}


class _Choice(admin.SimpleListFilter):
    """One of several questions that ArticleQuerySet answers; any other word in the address shows nothing."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if self.value() is None:
            return queryset
        if self.value() not in {str(value) for value, _label in self.lookup_choices}:
            return queryset.none()
        return self.chosen(request, queryset)


class StateFilter(_Choice):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [
            ("draft", _("draft, never published")),
            ("published", _("published")),
            ("changes", _("unpublished changes")),
            ("scheduled", _("publication scheduled")),
            ("failed", _("publication failed")),
            *TAKEN_AWAY.items(),
        ]

    def chosen(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        match self.value():
            case "draft":
                return queryset.filter(published=None)
            case "published":
                return queryset.listed()
            case "changes":
                return queryset.with_unpublished_changes()
            case "scheduled":
                return queryset.scheduled()
            case "failed":
                return queryset.with_failed_publication()
            case availability:
                return queryset.filter(availability=availability)


class MineFilter(_Choice):
    title = _("person in charge")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [
            ("all", _("mine, or shared with me")),
            ("own", _("I answer for it")),
            ("shared", _("shared with me")),
        ]

    def chosen(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        match self.value():
            case "own":
                return queryset.answered_for_by(request.user)
            case "shared":
                return queryset.shared_with(request.user)
        return queryset.of(request.user)


class ReviewFilter(_Choice):
    title = _("medical review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [
            ("overdue", _("overdue")),
            ("30", _("due within 30 days")),
            ("90", _("due within 90 days")),
            ("never", _("never reviewed")),
            ("changed", _("changed since the review")),
            ("wanted", _("changes wanted")),
        ]

    def chosen(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        match self.value():
            case "overdue":
                return queryset.review_overdue()
            case "never":
                return queryset.never_reviewed()
            case "changed":
                return queryset.changed_since_review()
            case "wanted":
                return queryset.with_changes_wanted()
            case days:
                return queryset.review_due_within(int(days))


class WorkFilter(_Choice):
    title = _("task")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [("sources", _("sources to verify")), ("findings", _("findings of the checks"))]

    def chosen(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if self.value() == "sources":
            return queryset.with_sources_to_verify()
        return queryset.with_findings()


class ArticleChangeList(ChangeList):
    def get_queryset(self, request: HttpRequest, *args, **kwargs) -> QuerySet[Article]:
        # Here and not in ModelAdmin.get_queryset(), which also fetches the one article of a form.
        self.root_queryset = (
            self.root_queryset.with_review().with_schedule().select_related("topic", "responsible")
        )
        return super().get_queryset(request, *args, **kwargs)


class ArticleList:
    """The part of ArticleAdmin that lists."""

    list_display = ["title", "topic", "state", "answers_for_it", "review_is_due", "saved"]
    list_filter = [StateFilter, MineFilter, ReviewFilter, WorkFilter, "topic"]
    list_per_page = 50
    search_fields = ["title", "slug", "lede"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[ChangeList]:
        return ArticleChangeList

    @admin.display(description=_("state"))
    def state(self, article: Article) -> SafeString:
        return _lines(states_in_words(article))

    @admin.display(description=_("responsible"), ordering="responsible__last_name", empty_value="–")
    def answers_for_it(self, article: Article) -> str | None:
        return article.responsible and article.responsible.public_name

    @admin.display(description=_("review due"), ordering="review_due", empty_value="–")
    def review_is_due(self, article: Article) -> SafeString | str | None:
        due = article.review_due
        if due is None:
            return gettext("never reviewed") if article.is_live else None
        overdue = article.is_live and due < timezone.localdate()
        return _lines(
            [
                date_format(due, "SHORT_DATE_FORMAT"),
                *([gettext("overdue")] if overdue else []),
                *([] if article.review_holds else [gettext("changed since")]),
            ]
        )

    @admin.display(description=_("draft saved"), ordering="modified")
    def saved(self, article: Article) -> str:
        return date_format(localtime(article.modified), "SHORT_DATETIME_FORMAT")


def _lines(words: list[str]) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((each,) for each in words))


def states_in_words(article: Article) -> list[str]:
    """``article`` comes from ``with_schedule()``."""
    if not article.is_published:
        words = [gettext("draft")]
    elif article.is_live:
        words = [gettext("published")]
    else:
        words = [str(TAKEN_AWAY[article.availability])]
    if article.is_published and article.draft and article.draft.digest != article.published.digest:
        words.append(gettext("unpublished changes"))
    if article.scheduled_at:
        moment = date_format(localtime(article.scheduled_at), "SHORT_DATETIME_FORMAT")
        words.append(gettext("scheduled for %(moment)s") % {"moment": moment})
    elif article.last_publication_failed:
        words.append(gettext("publication failed"))
    return words
