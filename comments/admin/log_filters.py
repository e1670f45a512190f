"""What the log of decisions can be narrowed to, besides what its own columns offer."""

from collections.abc import Iterator
from datetime import date, datetime, time

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from comments.admin.queue import ArticleFilter
from comments.models import Decision
from ldnportal.staff.models import User

# Beyond these, a moment of one time zone may have no date in another.
FIRST_YEAR, LAST_YEAR = 1900, 9998
MAX_DIGITS = 18


class PeriodFilter(admin.ListFilter):
    """Two dates of the site's calendar, both included; each may be left out."""

    title = _("period")
    template = "admin/comments/decision/period.html"
    since_name, until_name = "since", "until"

    def __init__(self, request: HttpRequest, params: dict, model, model_admin) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.expected_parameters():
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def expected_parameters(self) -> list[str]:
        return [self.since_name, self.until_name]

    def has_output(self) -> bool:
        return True

    @property
    def since(self) -> str:
        return self.used_parameters.get(self.since_name, "")

    @property
    def until(self) -> str:
        return self.used_parameters.get(self.until_name, "")

    def choices(self, changelist) -> Iterator[dict]:
        """No links: the other parameters, for the form to keep."""
        for name, values in changelist.filter_params.items():
            if name not in self.expected_parameters():
                for value in values:
                    yield {"name": name, "value": value}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Decision]) -> QuerySet[Decision]:
        """Whatever is no date shows nothing instead of failing."""
        if self.since:
            since = _day(self.since)
            if since is None:
                return queryset.none()
            queryset = queryset.filter(created__gte=make_aware(datetime.combine(since, time.min)))
        if self.until:
            until = _day(self.until)
            if until is None:
                return queryset.none()
            queryset = queryset.filter(created__lte=make_aware(datetime.combine(until, time.max)))
        return queryset


def row_number(text: str) -> int | None:
    """The number of a row, if it is one that databases can hold."""
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else None


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


class ActorFilter(admin.SimpleListFilter):
    """Who has decided anything at all."""

    title = _("person")
    parameter_name = "actor"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        users = User.objects.filter(Exists(Decision.objects.filter(actor=OuterRef("pk"))))
        names = [(user.pk, user.public_name) for user in users]
        return sorted(names, key=lambda choice: choice[1].casefold())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Decision]) -> QuerySet[Decision]:
        if self.value() is None:
            return queryset
        number = row_number(self.value())
        return queryset.none() if number is None else queryset.filter(actor=number)


class LogArticleFilter(ArticleFilter):
    def queryset(self, request: HttpRequest, queryset: QuerySet[Decision]) -> QuerySet[Decision]:
        if self.value() is None:
            return queryset
        number = row_number(self.value())
        return queryset.none() if number is None else queryset.filter(comment__article=number)
