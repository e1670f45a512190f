"""Figures in words."""

from datetime import timedelta
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments import transparency
from comments.models import Category, Complaint, Decision, Notice

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

register = template.Library()


@register.inclusion_tag("comments/_usual_time.html")
def usual_time() -> dict[str, Any]:
    """«Usually read within …», as measured; nothing while there is too little to measure. One query."""
    time = transparency.usual_time()
    return {} if time is None else {"within": _in_words(*transparency.rounded_up(time))}


def _in_words(number: int, unit: str) -> str:
    if unit == "hours":
        return ngettext("%(n)d hour", "%(n)d hours", number) % {"n": number}
    return ngettext("%(n)d day", "%(n)d days", number) % {"n": number}


@register.filter
def spent(time: timedelta | None) -> str:
    """About how long; «–» for nothing measured."""
    if time is None:
        return "–"
    if time < 2 * HOUR:
        minutes = max(1, round(time / MINUTE))
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if time < 2 * DAY:
        return _in_words(round(time / HOUR), "hours")
    return _in_words(round(time / DAY), "days")


@register.filter
def action_label(action: str) -> str:
    return str(Decision.Action(action).label)


@register.filter
def source_label(source: str) -> str:
    return str(Decision.Source(source).label)


@register.filter
def ground_label(ground: str) -> str:
    return str(Decision.Ground(ground).label) if ground else _("not said")


@register.filter
def category_label(category: str) -> str:
    return str(Category(category).label) if category in Category.values else _("not said")


@register.filter
def notice_label(kind: str) -> str:
    return str(Notice.Kind(kind).label)


@register.filter
def complainant_label(by: str) -> str:
    return str(Complaint.By(by).label)
