"""Questions about PM's records, in billing's words."""

import datetime
import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Self

from django.db import connections
from django.db.models import Q

from kareo.records import RecordQuerySet
from kareo.records.fields import ONE_OF_JSON
from kareo.records.rows.reading import read

if TYPE_CHECKING:
    from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy  # noqa: F401  # in strings


class InsuranceCompanyQuerySet(RecordQuerySet["InsuranceCompany"]):
    def in_buildings(self, near_keys: Collection[str]) -> list["InsuranceCompany"]:
        """Return the companies in buildings with these near keys, the oldest first.

        An empty key matches nothing.
        """
        keys = [key for key in near_keys if key]
        return read(self.model, "near_key", keys, self.db, order=("created_at", "id"))

    def names(self, keys: Collection[int], *, hold: bool = False) -> dict[int, str]:
        """Return {key: name} of the companies with these keys, nothing else of them read.

        `hold` keeps them from being renamed until the transaction ends, which others may do too.
        """
        if not keys:
            return {}
        connection, wanted = connections[self.db], [*keys]
        sql = 'SELECT "id", "name" FROM "pm_insurancecompany" WHERE "id" '
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                held = ' ORDER BY "id" FOR SHARE' * hold  # not Django's
                cursor.execute(f"{sql}= ANY(%s::bigint[]){held}", [wanted])
            else:  # SQLite has one writer at a time
                cursor.execute(f"{sql}{ONE_OF_JSON}", [json.dumps(wanted)])
            return dict(cursor.fetchall())

    def named(self, name_keys: Collection[str]) -> Self:
        """Return the companies whose names have these keys, as the import recognizes them."""
        return self.filter(name_key__one_of=name_keys)


class InsurancePlanQuerySet(RecordQuerySet["InsurancePlan"]):
    def of_companies_at(
        self, companies: Collection[int], names: Collection[str], places: Collection[str]
    ) -> Self:
        """Return the plans of these companies with names and addresses of these keys.

        Includes plans with keys of an older version: derive their keys anew, then compare.
        """
        same = Q(name_key__one_of=names, address_key__one_of=places)
        old = ~Q(**self.model.key_versions)
        return self.filter(same | old, company__id__one_of=companies)


class InsurancePolicyQuerySet(RecordQuerySet["InsurancePolicy"]):
    def in_force_on(self, day: datetime.date) -> Self:
        """Return the active policies that cover `day`; a missing date leaves that end open."""
        started = Q(effective_on__isnull=True) | Q(effective_on__lte=day)
        goes_on = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
        return self.active().filter(started & goes_on)

    def overlapping(self, policy: "InsurancePolicy") -> Self:
        """Return the other active policies of the patient that hold `policy`'s rank on its days."""
        days = Q()
        if policy.effective_on:
            days &= Q(ends_on__isnull=True) | Q(ends_on__gte=policy.effective_on)
        if policy.ends_on:
            days &= Q(effective_on__isnull=True) | Q(effective_on__lte=policy.ends_on)
        others = self.active().exclude(pk=policy.pk)
        return others.filter(days, patient_id=policy.patient_id, rank=policy.rank)
