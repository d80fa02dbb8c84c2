"""Questions about PM's records, in billing's words."""

import datetime
import json
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Self

from django.db import connections, models, transaction
from django.db.models import Exists, OuterRef, Q

from kareo.records import RecordQuerySet, Refused, saved, saving
from kareo.records.fields import ONE_OF_JSON
from kareo.records.rows.making import made_of_row
from kareo.records.rows.reading import read
from pm.constraints import ONE_POLICY_PER_RANK

if TYPE_CHECKING:
    from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy, OtherName  # noqa: F401  # in strings


def _one_of(keys: Collection[int], vendor: str) -> tuple[str, Any]:
    """Return what a key is compared with to be one of these, and its parameter."""
    if vendor == "postgresql":
        return "= ANY(%s::bigint[])", [*keys]
    return ONE_OF_JSON, json.dumps([*keys])


class InsuranceCompanyQuerySet(RecordQuerySet["InsuranceCompany"]):
    def in_buildings(self, near_keys: Collection[str]) -> list["InsuranceCompany"]:
        """Return the companies in buildings with these near keys, the oldest first.

        That is the one with the lowest key: the clocks of two hosts may disagree. An empty near key
        matches nothing.
        """
        return read(self.model, "near_key", [key for key in near_keys if key], self.db)

    def names(self, keys: Collection[int], *, hold: bool = False) -> dict[int, str]:
        """Return {key: name} of the companies with these keys, nothing else of them read.

        `hold` keeps them from being renamed until the transaction ends, which others may do too.
        """
        return {key: name for key, name, _into in self._name_rows(keys, hold)}

    def names_to_use(self, keys: Collection[int]) -> dict[int, str]:
        """Return {key: name}, held, for plans that come under these companies.

        Raises Refused where one of them was merged into another.
        """
        rows = self._name_rows(keys, hold=True)
        for key, name, into in rows:
            if into:
                kept = self.kept_of([self.get(pk=key)]).get(key)
                to = f" into {kept}. Choose that one" if kept else ". Choose another company"
                raise Refused(f"Nothing was saved: {name} was merged{to}.")
        return {key: name for key, name, _into in rows}

    def _name_rows(self, keys: Collection[int], hold: bool) -> list[tuple[int, str, int | None]]:
        if not keys:
            return []
        connection = connections[self.db]
        one_of, wanted = _one_of(keys, connection.vendor)
        sql = (
            f'SELECT "id", "name", "merged_into_id" FROM "pm_insurancecompany" WHERE "id" {one_of}'  # noqa: S608 (no input)
        )
        if hold and connection.vendor == "postgresql":  # SQLite has one writer at a time
            sql += ' ORDER BY "id" FOR SHARE'  # not Django's
        with connection.cursor() as cursor:
            cursor.execute(sql, [wanted])
            return list(cursor.fetchall())

    def kept_of(
        self, companies: Iterable["InsuranceCompany"], *, hold: bool = False
    ) -> dict[int, "InsuranceCompany"]:
        """Return {key: the active company that it was merged into}, of those that were.

        Through chains. `hold` keeps those that are returned as they are until the transaction ends.
        """
        into = {company.pk: company.merged_into_id for company in companies}
        known: dict[int, InsuranceCompany] = {}
        while wanted := {key for key in into.values() if key} - known.keys():
            if hold:
                self.names(wanted, hold=True)
            found = self.in_bulk(wanted)
            known |= found
            into |= {key: company.merged_into_id for key, company in found.items()}
        kept = {}
        for key in into:
            last = key
            for _each in known:  # no more than that, whatever raw SQL may have made of them
                last = into.get(last) or last
            if last != key and known[last].is_active:
                kept[key] = known[last]
        return kept

    def told_by(
        self, fields: Sequence[str], keys: Collection[int]
    ) -> dict[int, tuple["InsuranceCompany", bool]]:
        """Return {key: (company, whether another one has its name)}, only these `fields` read.

        By a statement that Django needn't put together for each page of the log.
        """
        connection, names = connections[self.db], ("id", *fields)
        one_of, wanted = _one_of(keys, connection.vendor)
        columns = ", ".join(f'one."{name}"' for name in names)
        sql = (
            f'SELECT {columns}, EXISTS(SELECT 1 FROM "pm_insurancecompany" other'  # noqa: S608 (no input)
            ' WHERE other."name_key" = one."name_key" AND other."id" <> one."id")'
            f' FROM "pm_insurancecompany" one WHERE one."id" {one_of}'
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [wanted])
            return {
                row[0]: (made_of_row(self.model, names, row[:-1], self.db), bool(row[-1]))
                for row in cursor.fetchall()
            }

    def named(self, name_keys: Collection[str]) -> Self:
        """Return the companies whose names have these keys, as the import recognizes them."""
        return self.filter(name_key__one_of=name_keys)

    def offered(self) -> Self:
        """Return those that are active, or have active plans."""
        from pm.models import InsurancePlan  # which refers to what stands here

        plans = InsurancePlan.objects.active().filter(company=OuterRef("pk"))
        return self.filter(Q(is_active=True) | Exists(plans))

    def active_plans(self, company: "InsuranceCompany") -> int:
        """Return how many active plans a stored company has."""
        sql = 'SELECT COUNT(*) FROM "pm_insuranceplan" WHERE "company_id" = %s AND "is_active"'
        with connections[self.db].cursor() as cursor:
            cursor.execute(sql, [company.pk])
            count: int = cursor.fetchone()[0]
            return count

    def has_namesake(self, company: "InsuranceCompany") -> bool:
        """Return whether another company has the name of this one, which may be new."""
        sql = 'SELECT 1 FROM "pm_insurancecompany" WHERE "name_key" = %s AND "id" <> %s LIMIT 1'
        with connections[self.db].cursor() as cursor:
            cursor.execute(sql, [company.name_key, company.pk or 0])
            return cursor.fetchone() is not None

    def bulk_create(
        self, objs: Iterable[Any], *args: Any, **kwargs: Any
    ) -> list["InsuranceCompany"]:
        with transaction.atomic(self.db, savepoint=False):
            companies = super().bulk_create(objs, *args, **kwargs)
            self._other_names.follow(companies)
        return companies

    def write(self, records: Sequence[Any], fields: Collection[str]) -> None:
        """Do as for any record; where `fields` have the name, keep the former ones, too.

        `plans_too` may be among them: it tells those who follow, and isn't stored.
        """
        fields = [name for name in fields if name != "plans_too"]
        if "name" in fields:
            fields = [*fields, "other_names"]
            for company in records:
                company.keep_former_name()
        self.write_back(records, fields)

    def write_back(self, records: Sequence[Any], fields: Collection[str]) -> None:
        with transaction.atomic(self.db, savepoint=False):
            super().write(records, fields)
            if "other_names" in fields:
                self._other_names.follow(records)

    def rederive(self, pks: Iterable[Any], fields: Collection[str]) -> int:
        pks = list(pks)
        with transaction.atomic(self.db):
            changed = super().rederive(pks, fields)
            if "name_key" in fields:
                self._other_names.index(list(self.model.objects.using(self.db).filter(pk__in=pks)))
        return changed

    @property
    def _other_names(self) -> "OtherNameQuerySet":
        from pm.models import OtherName  # which is made of what stands here

        return OtherName.objects.using(self.db)


class OtherNameQuerySet(models.QuerySet["OtherName"]):
    def owners(self, name_keys: Collection[str]) -> dict[str, int]:
        """Return {key of a name: key of the active company that is meant by it}.

        A name that is the current one of an active company, or that several have, means none.
        """
        companies: Any = self.model._meta.get_field("company").related_model
        current = companies.objects.using(self.db).active().filter(name_key=OuterRef("name_key"))
        had = self.filter(name_key__one_of=name_keys, company__is_active=True)
        owners: dict[str, list[int]] = {}
        for key, company in had.exclude(Exists(current)).values_list("name_key", "company_id"):
            owners.setdefault(key, []).append(company)
        return {key: found[0] for key, found in owners.items() if len(found) == 1}

    def follow(self, companies: Iterable["InsuranceCompany"]) -> None:
        """Index those of `companies`, just written, whose other names aren't those `before`."""
        new, changed = [], []
        for company in companies:
            before = company.before.other_names_by_key if company.before else {}
            now = company.other_names_by_key
            if before.items() - now.items():  # gone, or spelled otherwise
                changed.append(company)
            else:
                new += self._names_of(company, now.keys() - before.keys())
        self.bulk_create(new, ignore_conflicts=True)
        if changed:
            self.index(changed)

    def index(self, companies: Sequence["InsuranceCompany"]) -> None:
        """Store the other names of these companies, in place of what was stored of them.

        In the transaction that has written or locked them.
        """
        self.filter(company__id__one_of=[company.pk for company in companies]).delete()
        names = [self._names_of(company, company.other_names_by_key) for company in companies]
        self.bulk_create(chain.from_iterable(names), ignore_conflicts=True)

    def _names_of(self, company: "InsuranceCompany", keys: Iterable[str]) -> list["OtherName"]:
        names = company.other_names_by_key
        return [self.model(company=company, name=names[key], name_key=key) for key in keys]


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
        return self.not_over_on(day).filter(started)

    def not_over_on(self, day: datetime.date) -> Self:
        """Return the active policies that cover `day`, or are to come."""
        return self.active().filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def save_together(self, policies: Sequence[Any]) -> None:
        """Save these stored policies of one patient as one change: they may trade their ranks.

        As `save()` does each, but refuse only what stands in the end. Raises Refused.
        """
        if not policies:
            return
        model = self.model
        with transaction.atomic(using=self.db):
            saving.send(sender=model, records=policies, using=self.db)
            stored = {each.pk: each for each in self.lock_and_read(each.pk for each in policies)}
            for policy in policies:
                policy.before = stored.get(policy.pk)
            with ONE_POLICY_PER_RANK.waiting(self.db):
                self.write(policies, [field.name for field in model.entered_fields()])
                model.refuse(policies)
            saved.send(sender=model, records=policies, using=self.db)

    def overlapping(self, policy: "InsurancePolicy") -> Self:
        """Return the other active policies of the patient that hold `policy`'s rank on its days."""
        days = Q()
        if policy.effective_on:
            days &= Q(ends_on__isnull=True) | Q(ends_on__gte=policy.effective_on)
        if policy.ends_on:
            days &= Q(effective_on__isnull=True) | Q(effective_on__lte=policy.ends_on)
        others = self.active().exclude(pk=policy.pk)
        return others.filter(days, patient_id=policy.patient_id, rank=policy.rank)
