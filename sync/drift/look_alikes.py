"""Records that were entered twice: of one name, and at least in one building; or of one number."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Model,
    OuterRef,
    QuerySet,
    TextField,
    Value,
    When,
    Window,
)

from ehr.models import Insurance
from kareo.records.searched import phone_of
from pm.models import InsuranceCompany, InsurancePlan
from sync.drift.dismissed import settled


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """The active records of `model` that share `fields` with another one.

    Those whose `needed` field is empty don't count, such as an address too thin to match on; nor
    companies all of whose look-alikes were dismissed. Those that share them stand side by side.
    `made` holds the expressions of those fields that aren't stored.
    """

    model: type[Model]
    fields: tuple[str, ...]
    needed: str = "near_key"
    made: Mapping[str, Any] = field(default_factory=dict)

    def all(self) -> QuerySet[Any, Any]:
        """Return them, in one look at all: to ask for each whether there is another takes long."""
        shared = Window(Count("pk"), partition_by=[F(name) for name in self.fields])
        rows: QuerySet[Any, Any] = self._unsettled().annotate(alike=shared)
        return rows.filter(alike__gt=1).order_by(*self.fields)

    def among(self, keys: Collection[int]) -> QuerySet[Any, Any]:
        """Return those of them that have these keys."""
        same = {name: OuterRef(name) for name in self.fields}
        unsettled = self._unsettled()
        another = unsettled.filter(**same).exclude(pk=OuterRef("pk"))
        return unsettled.filter(Exists(another), pk__in=keys).order_by(*self.fields)

    def like(self, keys: Collection[int]) -> set[int]:
        """Return the keys of all that share the fields with one of these, and of some others."""
        shared = list(self._rows().filter(pk__in=keys).values_list(*self.fields))
        columns = zip(self.fields, zip(*shared, strict=True), strict=False)
        wanted = {f"{name}__in": set(values) for name, values in columns}
        return set(self._rows().filter(**wanted).values_list("pk", flat=True)) if shared else set()

    def groups(self, keys: Collection[int]) -> list[list[int]]:
        """Return the keys of those of these that are such, a list for all that are alike."""
        rows = self.among(keys).order_by(*self.fields, "pk").values_list("pk", *self.fields)
        groups = [[key for key, *_ in rows] for _, rows in groupby(rows, lambda row: row[1:])]
        return [group for group in groups if len(group) > 1]

    def others(self, keys: Collection[int]) -> dict[int, set[int]]:
        """Return {key: keys of the others that share its fields} of these."""
        groups = defaultdict(set)
        rows = self._rows().filter(pk__in=self.like(keys))
        for key, *values in rows.values_list("pk", *self.fields):
            groups[tuple(values)].add(key)
        return {key: group - {key} for group in groups.values() for key in group & {*keys}}

    def _unsettled(self) -> QuerySet[Any]:
        # Without them, those that are left still have another one that wasn't dismissed.
        done = settled(self.others) if self.model is InsuranceCompany else set()
        return self._rows().exclude(pk__in=done) if done else self._rows()

    def _rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.annotate(**self.made)
        return rows.filter(is_active=True).exclude(**{self.needed: ""})


# The building, or without an address the phone number.
WHEREABOUTS = Case(
    When(near_key="", phone="", then=Value("")),
    When(near_key="", then=phone_of("search_text")),
    default=F("near_key"),
    output_field=TextField(),
)
# Not one of the same name in another town: payers have many claims addresses.
COMPANIES = LookAlikes(
    InsuranceCompany, ("name_key", "whereabouts"), "whereabouts", {"whereabouts": WHEREABOUTS}
)
OF_ONE_PAYER_ID = LookAlikes(InsuranceCompany, ("payer_id",), "payer_id")
# The same plan of one company, twice.
PLANS = LookAlikes(InsurancePlan, ("company_id", "name_key", "near_key"))
# The same entry of the drop-down, twice.
INSURANCES = LookAlikes(Insurance, ("name_key", "near_key"))
# By the finding's id.
LOOK_ALIKES = {
    "look-alike-companies": COMPANIES,
    "same-payer-id": OF_ONE_PAYER_ID,
    "look-alike-plans": PLANS,
    "look-alike-insurances": INSURANCES,
}
