"""The filters of the sync log."""

import datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, now

from kareo.pages.pickers import is_key
from sync.models import SyncEvent
from sync.rules import RULES


class RuleFilter(admin.SimpleListFilter):
    title = "rule"
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((rule.id, rule.title) for rule in RULES), ("none", "No rule")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        return queryset.filter(rule="" if value == "none" else value)


class ActorFilter(admin.SimpleListFilter):
    title = "user"
    parameter_name = "actor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = get_user_model().objects.order_by("username").values_list("username", flat=True)
        return [*((name, name) for name in names), ("import_insurances", "import_insurances")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(actor=self.value()) if self.value() else queryset


class AboutFilter(admin.SimpleListFilter):
    """One record's history, as `pm.InsurancePlan:5`; shown only where it is asked for."""

    title = "record"
    parameter_name = "about"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        record = request.GET.get(self.parameter_name)
        return [(record, "this record")] if record else []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        label, _, key = (self.value() or "").partition(":")
        if not label:
            return queryset
        return queryset.concerning(label, int(key)) if is_key(key) else queryset.none()


class WhenFilter(admin.DateFieldListFilter):
    """A day, a week, a month or a year: all that has a key from that of its first event on.

    So an index by key serves here, too. Keys are given in the order of time, save by people who
    write at the same moment.
    """

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        found: Any = super().queryset(request, queryset)
        since, until = map(self._moment, (self.lookup_kwarg_since, self.lookup_kwarg_until))
        if since is None:
            return found
        later = SyncEvent.objects.filter(created_at__gte=since)
        first = later.order_by("created_at", "pk").values_list("pk", flat=True).first()
        if first is None:
            return found.none()
        reaches_now = until is not None and until > now()
        return (queryset if reaches_now else found).filter(pk__gte=first)

    def _moment(self, name: str) -> datetime.datetime | None:
        moment = parse_datetime(self.date_params.get(name, ""))
        return None if moment is None or is_naive(moment) else moment
