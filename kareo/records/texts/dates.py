"""Dates as people in the US write them: read in all their ways."""

import datetime
import re
from collections.abc import Iterator

FIRST = datetime.date(1900, 1, 1)  # no patient was born before

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<month>[0-9]{{1,2}})([/. -])(?P<day>[0-9]{{1,2}})\2{_YEAR}",
        rf"(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}}){_YEAR}",
        r"(?P<year>[0-9]{4})([/. -])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
        rf"(?P<month>[a-z]{{3,9}})[. /-]*(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?[, /-]+{_YEAR}",
        rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?[. /-]*(?P<month>[a-z]{{3,9}})[., /-]*{_YEAR}",
    )
]


def dates_in(text: str) -> Iterator[datetime.date]:
    """Yield each date that `text` may be, as the US writes it; of '61 in either century.

    >>> [*dates_in("7/4/1961")] == [*dates_in("Jul 4 1961")] == [datetime.date(1961, 7, 4)]
    True
    """
    for pattern in _DATES:
        if found := pattern.fullmatch(text):
            year = found["year"]
            for century in ("",) if len(year) == 4 else ("19", "20"):
                if day := _date(century + year, found["month"], found["day"]):
                    yield day


def is_no_day(text: str) -> bool:
    """Return whether `text` names a month, and a day that it doesn't have.

    >>> is_no_day("2/30/1980"), is_no_day("2/28/1980"), is_no_day("13/45/1980")
    (True, False, False)
    """
    found = [match for pattern in _DATES if (match := pattern.fullmatch(text))]
    named = any(1 <= _month(match["month"]) <= len(_MONTHS) for match in found)
    return named and not any(dates_in(text))


def _date(year: str, month: str, day: str) -> datetime.date | None:
    try:
        return datetime.date(int(year), _month(month), int(day))
    except ValueError:
        return None


def _month(month: str) -> int:
    if not month.isalpha():
        return int(month)
    named = (number for number, name in enumerate(_MONTHS, 1) if name.startswith(month.lower()))
    return next(named, 0)


def read_date(text: str, latest: datetime.date) -> datetime.date | None:
    """Return the date that was typed; of '86 the last that isn't after `latest`."""
    days = [day for day in dates_in(text.strip()) if day >= FIRST]
    return max((day for day in days if day <= latest), default=next(iter(days), None))
