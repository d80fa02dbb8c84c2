"""The filters of the sync log."""

import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from kareo.pages.forms.pickers import is_key
from kareo.pages.lists.log_filters import WhoFilter
from sync.models import SyncEvent
from sync.rules import RULES
from sync.rules.table import PM_FIRST


class RuleFilter(admin.SimpleListFilter):
    title = "rule"
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        fire = [(rule.id, rule.title) for rule in RULES if rule is not PM_FIRST]  # which is advice
        return [*fire, ("none", "No rule")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        return queryset.filter(rule="" if value == "none" else value)


class ActorFilter(WhoFilter):
    programs = ("import_insurances",)


class OutcomeFilter(admin.ChoicesFieldListFilter):
    """What became of the other list, in the words of its column."""

    words: ClassVar = {
        SyncEvent.Outcome.UNCHANGED.label: "No change needed",
        SyncEvent.Outcome.NOT_PROPAGATED.label: "Nothing: stays in its list",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "effect on the other list"

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            shown = str(choice["display"])
            yield {**choice, "display": self.words.get(shown, shown)}


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


class BatchFilter(admin.SimpleListFilter):
    """What was done at once, as messages link to it; shown only where it is asked for."""

    title = "what was done at once"
    parameter_name = "batch"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(self.value() or "", "This change")] if self.value() else []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(batch=uuid.UUID(self.value())) if self.value() else queryset
