"""Records that were entered twice: of one name, and at least in one building."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Model, OuterRef, QuerySet, Window

from pm.models import InsuranceCompany, InsurancePlan


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """The active records of `model` that share `fields` with another one.

    An address too thin to match on doesn't count. Those that share them stand side by side.
    """

    model: type[Model]
    fields: tuple[str, ...]

    def all(self) -> QuerySet[Any, Any]:
        """Return them, in one look at all: to ask for each whether there is another takes long."""
        shared = Window(Count("pk"), partition_by=[F(field) for field in self.fields])
        rows: QuerySet[Any, Any] = self._rows().annotate(alike=shared)
        return rows.filter(alike__gt=1).order_by(*self.fields)

    def among(self, keys: Collection[int]) -> QuerySet[Any, Any]:
        """Return those of them that have these keys."""
        same = {field: OuterRef(field) for field in self.fields}
        another = self._rows().filter(**same).exclude(pk=OuterRef("pk"))
        rows = self._rows().filter(Exists(another), pk__in=keys)
        return rows.order_by(*self.fields)

    def like(self, keys: Collection[int]) -> set[int]:
        """Return the keys of all that share the fields with one of these, and of some others."""
        shared = list(self._rows().filter(pk__in=keys).values_list(*self.fields))
        columns = zip(self.fields, zip(*shared, strict=True), strict=False)
        wanted = {f"{field}__in": set(values) for field, values in columns}
        return set(self._rows().filter(**wanted).values_list("pk", flat=True)) if shared else set()

    def _rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.filter(is_active=True)
        return rows.exclude(near_key="")


# Not one of the same name in another town: payers have many claims addresses.
COMPANIES = LookAlikes(InsuranceCompany, ("name_key", "near_key"))
# The same plan of one company, twice.
PLANS = LookAlikes(InsurancePlan, ("company_id", "name_key", "near_key"))
