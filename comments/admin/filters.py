from collections.abc import Iterator

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.models import Comment, Notice, Status

ALL = "all"
CONTESTED = "contested"


class StateFilter(admin.SimpleListFilter):
    """Shows what waits unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [*Status.choices, (CONTESTED, _("contested by their authors")), (ALL, _("all"))]

    def choices(self, changelist) -> Iterator[dict]:
        for value, label in self.lookup_choices:
            yield {
                "selected": (self.value() or Status.PENDING) == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        value = self.value() or Status.PENDING
        if value == Status.PENDING:
            return queryset.waiting()
        if value == CONTESTED:
            return queryset.contested()
        return queryset if value == ALL else queryset.filter(status=value)


class ArticleFilter(admin.SimpleListFilter):
    """The articles that have comments at all."""

    title = _("article")
    parameter_name = "article"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        commented = Exists(Comment.objects.filter(article=OuterRef("pk")))
        return list(Article.objects.filter(commented).order_by("title").values_list("pk", "title"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        # Only what lookups() offers: anything else in the address shows nothing instead of failing.
        if self.value() is None:
            return queryset
        return queryset.filter(article=self.value()) if self.value().isdecimal() else queryset.none()


class ReportedFilter(admin.SimpleListFilter):
    """Public comments that somebody has reported and nobody has decided about since."""

    title = _("reported")
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [("open", _("reported, to be decided"))]

    def choices(self, changelist) -> Iterator[dict]:
        first, *others = super().choices(changelist)
        yield first
        for choice in others:
            # What waits, which the list shows unasked, is never public.
            query = changelist.get_query_string(
                {self.parameter_name: "open", StateFilter.parameter_name: ALL}
            )
            yield {**choice, "query_string": query}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        if self.value() != "open":
            return queryset
        return queryset.filter(Exists(Notice.objects.open().filter(comment=OuterRef("pk"))))


class OpenNoticeFilter(admin.SimpleListFilter):
    """Shows what waits unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [("open", _("waits for a decision")), (ALL, _("all"))]

    def choices(self, changelist) -> Iterator[dict]:
        for value, label in self.lookup_choices:
            yield {
                "selected": (self.value() or "open") == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        return queryset if self.value() == ALL else queryset.open()
