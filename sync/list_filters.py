"""What sync adds to the lists of PM and the EHR: the drift questions, and what puts pairs right."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model
from django.http import HttpRequest

from ehr.models import Insurance
from kareo.lists import ListFilter, additions_to
from pm.models import InsurancePlan
from sync.apply import repair
from sync.drift import PARAMETER, QUESTIONS, questions_on


class DriftFilter(ListFilter):
    """The records that one of the questions of this list is about."""

    title = "sync"
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(asked.id, asked.title) for asked in questions_on(model_admin.model, request.user)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Raise IncorrectLookupParameters where this list has no such question for this user."""
        if self.value() is None:
            return queryset
        for asked in questions_on(queryset.model, request.user):
            if asked.id == self.value():
                return asked.narrow(queryset)
        raise IncorrectLookupParameters(f"{queryset.model._meta.label} answers no such question")

    @classmethod
    def ordering(cls, request: HttpRequest, model: type[Model]) -> tuple[str, ...]:
        wanted = request.GET.get(PARAMETER)
        orders = (q.together for q in questions_on(model, request.user) if q.id == wanted)
        return next(orders, ())


@admin.action(
    description="Bring the EHR up to date for the selected %(verbose_name_plural)s",
    permissions=["change"],
)
def bring_ehr_up_to_date(model_admin: Any, request: HttpRequest, queryset: Any) -> None:
    """Put the chosen pairs right; PM's values win. An orphan stays as it is, and the page says so.

    The effect is told by the events, as after any save.
    """
    keys = list(queryset.order_by().values_list("pk", flat=True))
    repaired = repair(queryset.model, keys, linked=True)
    if alone := len(keys) - len(repaired):
        messages.warning(request, skipped_in_words(queryset.model, alone))


def skipped_in_words(model: type[Model], count: int) -> str:
    """Say that `count` orphans among the chosen were left alone, and what to do about them."""
    missing, there = ("insurance", "the EHR") if model is InsurancePlan else ("plan", "PM")
    opts = model._meta
    if count == 1:
        alone, which = f"1 {opts.verbose_name} was left alone: it has", "it"
    else:
        alone, which = f"{count} {opts.verbose_name_plural} were left alone: they have", "each one"
    return f"{alone} no {missing} in {there}. Open {which} to add it to {there}, or deactivate it."


def add_to_lists() -> None:
    for model in {asked.model for asked in QUESTIONS if asked.model}:
        additions_to(model).filters.append(DriftFilter)
    for paired in (InsurancePlan, Insurance):
        additions_to(paired).actions.append(bring_ehr_up_to_date)
