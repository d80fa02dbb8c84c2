"""The filters of a log: by whom, and when."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import localize

from kareo.pages.forms.inputs import TypedDate


class WhoFilter(admin.SimpleListFilter):
    """What one user did, of a log with an index by `actor`; offers those who are in it."""

    title = "user"
    parameter_name = "actor"
    programs: ClassVar[tuple[str, ...]] = ()  # that are offered as well

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        done = model_admin.model._default_manager.filter(actor=OuterRef("username"))
        users = get_user_model().objects.filter(Exists(done)).order_by("username")
        names = users.values_list("username", flat=True)
        return [(name, name) for name in (*names, *self.programs)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(actor=self.value()) if self.value() else queryset


@dataclass(frozen=True, slots=True)
class Day:
    """What was typed as a day: `shown` again as it is read, or as typed with the `error`."""

    day: datetime.date | None
    shown: str
    error: str = ""

    @classmethod
    def read(cls, typed: str) -> "Day":
        try:
            day = TypedDate(required=False).clean(typed)
        except ValidationError as wrong:
            return cls(None, typed, f"{wrong.messages[0]} Until then it narrows nothing.")
        return cls(day, localize(day) if day else "")


class WhenFilter(admin.DateFieldListFilter):
    """A day, a week, a month, a year, or from one day to another.

    It is all that has a key from that of its first event on, so an index by key serves here, too.
    Keys are given in the order of time, save by people who write at the same moment.
    """

    template = "admin/when_filter.html"

    def __init__(self, field: Any, *args: Any, **kwargs: Any) -> None:
        # They begin as the others do, so that the link of another choice leaves them out.
        self.from_name, self.to_name = f"{field.name}__from", f"{field.name}__to"
        super().__init__(field, *args, **kwargs)
        this_month = self._month_of(timezone.localtime())
        before = self._month_of(this_month - datetime.timedelta(days=1))
        last_month: Any = {self.lookup_kwarg_since: before, self.lookup_kwarg_until: this_month}
        at = next(i for i, (title, _) in enumerate(self.links) if title == "This year")
        self.links = (*self.links[:at], ("Last month", last_month), *self.links[at:])
        used: dict[str, Any] = self.used_parameters
        self.first, self.last = (
            Day.read(used.pop(name, [""])[-1]) for name in (self.from_name, self.to_name)
        )
        first, last = self.first.day, self.last.day
        self.is_swapped = bool(first and last and first > last)
        if self.is_swapped:
            self.first, self.last = self.last, self.first

    @property
    def boxes(self) -> list[tuple[str, str, Day]]:
        return [("From", self.from_name, self.first), ("To", self.to_name, self.last)]

    @staticmethod
    def _month_of(day: datetime.datetime) -> datetime.datetime:
        midnight = day.replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return timezone.make_aware(midnight)

    def expected_parameters(self) -> list[str | None]:
        return [*super().expected_parameters(), self.from_name, self.to_name]

    def choices(self, changelist: Any) -> Iterator[Any]:
        # As the links of the choices are compared with: an empty box chooses nothing.
        self.date_params = {name: value for name, value in self.date_params.items() if value}
        self.kept = [
            (name, value)
            for name, value in changelist.params.items()
            if not name.startswith(self.field_generic)
        ]
        return super().choices(changelist)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        found: Any = super().queryset(request, queryset)
        everything = queryset.model._default_manager
        since, until = map(self._moment, (self.lookup_kwarg_since, self.lookup_kwarg_until))
        if self.first.day:
            since = self._midnight(self.first.day)
        if self.last.day and self.last.day < timezone.localdate():
            until = self._midnight(self.last.day + datetime.timedelta(days=1))
        if until and until > timezone.now():
            found = queryset  # all that there is from `since` on
        elif until:
            earlier = everything.filter(created_at__lt=until)
            last = earlier.order_by("-created_at", "-pk").values_list("pk", flat=True).first()
            found = found.filter(created_at__lt=until, pk__lte=last or 0)
        if since:
            later = everything.filter(created_at__gte=since)
            first = later.order_by("created_at", "pk").values_list("pk", flat=True).first()
            found = found.filter(pk__gte=first) if first else found.none()
        return found

    @staticmethod
    def _midnight(day: datetime.date) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))

    def _moment(self, name: str) -> datetime.datetime | None:
        moment = parse_datetime(self.date_params.get(name, ""))
        return None if moment is None or timezone.is_naive(moment) else moment
