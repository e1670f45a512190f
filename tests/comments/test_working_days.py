"""The working-day clock: French public holidays, and what is due or overdue when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments import working_days
from comments.working_days import due_on, easter, holidays, overdue_before

# Among them the earliest and the latest that there can be.
EASTERS = [
    date(1818, 3, 22),
    date(1943, 4, 25),
    date(1954, 4, 18),
    date(1961, 4, 2),
    date(2000, 4, 23),
    date(2008, 3, 23),
    date(2024, 3, 31),
    date(2025, 4, 20),
    date(2026, 4, 5),
    date(2027, 3, 28),
    date(2038, 4, 25),
]


@pytest.mark.parametrize("day", EASTERS)
def test_easter_is_when_the_almanacs_say(day):
    assert easter(day.year) == day


def test_the_holidays_of_a_year_are_the_eleven_of_the_law():
    assert sorted(holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        # A Thursday, a Friday, a Saturday.
        (datetime(2026, 11, 26, 9, tzinfo=UTC), 2, date(2026, 11, 30)),
        (datetime(2026, 11, 27, 9, tzinfo=UTC), 2, date(2026, 12, 1)),
        (datetime(2026, 11, 28, 9, tzinfo=UTC), 2, date(2026, 12, 1)),
        # Over Easter, and over Christmas and New Year.
        (datetime(2026, 4, 3, 9, tzinfo=UTC), 2, date(2026, 4, 8)),
        (datetime(2026, 12, 23, 9, tzinfo=UTC), 10, date(2027, 1, 8)),
        # In Paris it is the next day already.
        (datetime(2026, 11, 26, 23, 30, tzinfo=UTC), 1, date(2026, 11, 30)),
        (datetime(2026, 11, 26, 9, tzinfo=UTC), 0, date(2026, 11, 26)),
    ],
)
def test_a_thing_is_due_on_its_last_working_day(received, days, due):
    assert due_on(received, days) == due


@given(
    received=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    days=st.integers(min_value=0, max_value=12),
    later=st.integers(min_value=0, max_value=40),
)
def test_what_is_overdue_is_what_was_due_before_today(received, days, later):
    today = received.astimezone(working_days.timezone.get_current_timezone()).date() + timedelta(days=later)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(working_days.timezone, "localdate", lambda: today)
        assert (received < overdue_before(days)) == (due_on(received, days) < today)
