"""Calendar months and years, by the site's own clock."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

_FORM = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2]))?", re.ASCII)


@dataclass(frozen=True, order=True)
class Period:
    """A year, or one of its months; what begins at ``end`` is outside."""

    year: int
    month: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Period":
        """From «2026» or «2026-11»; raises ValueError."""
        match = _FORM.fullmatch(text)
        if match is None or match["year"] == "0000" or match["year"] == "9999":
            raise ValueError(text)
        return cls(int(match["year"]), int(match["month"]) if match["month"] else None)

    @classmethod
    def of(cls, moment: datetime) -> "Period":
        """The month that a moment lies in."""
        day = timezone.localdate(moment)
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}" if self.month else f"{self.year}"

    @property
    def name(self) -> str:
        """In words: «novembre 2026», «2026»."""
        return date_format(self.start, "F Y" if self.month else "Y")

    @property
    def start(self) -> datetime:
        return timezone.make_aware(datetime(self.year, self.month or 1, 1))

    @property
    def end(self) -> datetime:
        if self.month is None or self.month == 12:
            return timezone.make_aware(datetime(self.year + 1, 1, 1))
        return timezone.make_aware(datetime(self.year, self.month + 1, 1))

    @property
    def is_over(self) -> bool:
        return self.end <= timezone.now()

    @property
    def whole_year(self) -> "Period":
        return Period(self.year)

    @property
    def months(self) -> list["Period"]:
        """Of a year, those that have begun by now."""
        now = timezone.now()
        return [month for n in range(1, 13) if (month := Period(self.year, n)).start <= now]
