"""
When a thing is due that is promised in working days: Monday to Friday but for the public holidays of France.

The day on which it came does not count; it is due by the end of the last one.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

_DAY = timedelta(days=1)
# Code du travail, art. L3133-1, as (month, day); the others hang on Easter.
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
# Easter Monday, Ascension, Whit Monday.
_AFTER_EASTER = (1, 39, 50)


def easter(year: int) -> date:
    """
    Easter Sunday of the Gregorian calendar.

    The algorithm of an anonymous correspondent of Nature (20 April 1876), as in J. Meeus, Astronomical Algorithms,
    2nd ed. (1998), ch. 8.
    """
    golden = year % 19
    century, in_century = divmod(year, 100)
    leap_centuries, century_left = divmod(century, 4)
    lunar = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - lunar + 15) % 30
    leap_years, year_left = divmod(in_century, 4)
    weekday = (32 + 2 * century_left + 2 * leap_years - epact - year_left) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int) -> set[date]:
    movable = {easter(year) + days * _DAY for days in _AFTER_EASTER}
    return movable | {date(year, month, day) for month, day in _FIXED}


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays(day.year)


def due_on(received: datetime, days: int) -> date:
    """The last day on which what came then is in time."""
    return _count(timezone.localtime(received).date(), days, _DAY)


def overdue_before(days: int) -> datetime:
    """What came before this moment and has ``days`` working days is overdue today."""
    day = _count(timezone.localdate(), days, -_DAY)
    return timezone.make_aware(datetime.combine(day, time.min))


def _count(day: date, days: int, step: timedelta) -> date:
    while days:
        day += step
        days -= is_working_day(day)
    return day
