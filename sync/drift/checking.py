"""All in which the records aren't as the rules leave them: after raw SQL, an upgrade or a rename.

Everything is read, a batch at a time: `findings` asks for what the stored keys and flags say, and
here these are compared with the records themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records import Record
from kareo.records.querysets import derives_anew
from kareo.records.rows.reading import batches
from pm.models import InsuranceCompany, InsurancePlan, OtherName
from pm.models import Patient as PMPatient
from sync.models import DriftReport, InsuranceLink
from sync.pairs.flags import wrong_pairs
from sync.pairs.sides import EHR, PM

BATCH = 1000  # records that are read, and mended, at once
NAMED = 10  # of each kind, in a report

OLD_KEYS, DERIVED, FLAGS = "old-keys", "derived", "flags"
STALE_NAMES, DIFFERS = "stale-names", "differs"  # as the findings are called
ORPHANS = {"orphan-plans": PM, "orphan-insurances": EHR}
KINDS = (OLD_KEYS, DERIVED, FLAGS, STALE_NAMES, DIFFERS, *ORPHANS)

DERIVING = (InsuranceCompany, InsurancePlan, Insurance, PMPatient, EHRPatient)

Keys = list[int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one model that drift: {kind: their keys}. Of pairs, the plans."""

    model: Any
    found: dict[str, Keys]

    def of(self, *kinds: str) -> Keys:
        """Return the keys of these kinds, each once."""
        return sorted({key for kind in kinds for key in self.found.get(kind, ())})


@dataclass(slots=True)
class Report:
    """How many drift, of each kind, and the first of them as `pm.InsurancePlan:5`."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    first: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    @property
    def drifts(self) -> bool:
        return any(self.counts.values())

    def add(self, batch: Batch) -> None:
        for kind, keys in batch.found.items():
            self.counts[kind] += len(keys)
            first = self.first[kind]
            first += [f"{batch.model._meta.label}:{key}" for key in keys[: NAMED - len(first)]]

    def store(self) -> None:
        """Keep it for the first page, in place of the one before."""
        values = {"created_at": timezone.now(), "counts": self.counts}
        DriftReport.objects.update_or_create(pk=1, defaults=values)


def drifting() -> Iterator[Batch]:
    """Yield what drifts. What was yielded may be mended meanwhile, and cures some that follow."""
    for model in DERIVING:
        yield from _underived(model)
    yield from _wrong_pairs()
    for kind, side in ORPHANS.items():
        for orphans in batches(side.orphans().active(), BATCH):  # the others were put to rest
            yield Batch(side.model, {kind: [orphan.pk for orphan in orphans]})


def stored_fields(model: type[Record]) -> list[str]:
    """Return the fields of `model` that are to be as `derive()` leaves them."""
    return [f.attname for f in model._meta.concrete_fields if not f.primary_key]


def _underived(model: Any) -> Iterator[Batch]:
    """Yield the records that a save would store otherwise, though nothing in them is edited."""
    fields = stored_fields(model)
    for records in batches(model.objects.all(), BATCH):
        old = {record.pk for record in records if getattr(record, "has_old_keys", False)}
        wrong = {record.pk for record in records if derives_anew(record, fields)}
        if model is InsuranceCompany:
            wrong |= _wrongly_indexed(records)
        yield Batch(model, {OLD_KEYS: sorted(old), DERIVED: sorted(wrong - old)})


def _wrongly_indexed(companies: list[InsuranceCompany]) -> set[int]:
    """Return the keys of those whose other names aren't those that are looked for."""
    indexed: dict[int, set[str]] = {company.pk: set() for company in companies}
    rows = OtherName.objects.filter(company__in=companies).values_list("company", "name_key")
    for company, key in rows:
        indexed[company].add(key)
    return {c.pk for c in companies if indexed[c.pk] != c.other_names_by_key.keys()}


def _wrong_pairs() -> Iterator[Batch]:
    # By ranges of keys: the database reads each pair once, however few of them are wrong.
    for links in batches(InsuranceLink.objects.only("pk"), BATCH):
        found: dict[str, Keys] = {FLAGS: [], STALE_NAMES: [], DIFFERS: []}
        wrong = wrong_pairs().filter(pk__gte=links[0].pk, pk__lte=links[-1].pk)
        for link in wrong.order_by("plan_id"):
            said = (link.name_is_stale, link.is_different)
            kinds = {
                FLAGS: said != (link.stale_name, link.differs),
                STALE_NAMES: link.name_is_stale,
                DIFFERS: link.is_different,
            }
            for kind in filter(kinds.get, kinds):
                found[kind].append(link.plan_id)
        yield Batch(InsurancePlan, found)
