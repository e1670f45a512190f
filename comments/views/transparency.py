"""What the moderators did, in figures: for everybody."""

import csv

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles.models import Page
from comments import transparency
from comments.periods import Period

# The figures of a period that goes on may be a little old.
MINUTE = 60
kept_a_while = cache_control(public=True, max_age=10 * MINUTE)


@require_safe
@kept_a_while
def figures(request: HttpRequest, period: str = "") -> HttpResponse:
    """Of this year unless a period is named. What an administrator wrote as the page «transparence» stands above."""
    periods = transparency.all_periods()
    chosen = _among(periods, period) if period else periods[0]
    years = [each for each in periods if each.month is None]
    months = [each for each in periods if each.month and each.year == chosen.year]
    context = {
        "page": Page.objects.filter(slug="transparence").first(),
        "figures": transparency.figures(chosen),
        "period": chosen,
        "years": years,
        "months": months[::-1],
    }
    return render(request, "comments/transparency.html", context)


@require_safe
@kept_a_while
def figures_file(request: HttpRequest, period: str) -> HttpResponse:
    chosen = _among(transparency.all_periods(), period)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="transparence-{chosen}.csv"'
    writer = csv.writer(response)
    writer.writerow(["period", "figure", "kind", "category", "value"])
    writer.writerows([chosen, *line] for line in transparency.table(transparency.figures(chosen)))
    return response


def _among(periods: list[Period], text: str) -> Period:
    """What lies before the first comment or in the future is no page."""
    try:
        chosen = Period.parse(text)
    except ValueError as error:
        raise Http404 from error
    if chosen not in periods:
        raise Http404
    return chosen
