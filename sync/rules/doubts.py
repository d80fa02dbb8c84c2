"""What makes it doubtful that an added record is meant: something like it is there already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ehr.models import Insurance
from kareo.records import Record
from kareo.records.registry import record_key
from pm.models import InsuranceCompany, InsurancePlan
from sync.matching.look_alikes import (
    Likeness,
    LookAlike,
    Shared,
    counterparts,
    look_alikes,
    same,
    same_orphans,
    shared_by,
)
from sync.pairs.sides import PM
from sync.roles import may_see_other_list


@dataclass(frozen=True, slots=True)
class Doubt:
    """A record that whoever adds one is asked about once.

    It has the same name and address; or, of two companies without an address, the name and what is
    `shared`. It is of the same kind; or, `is_orphan`, it is a record of the other side without a
    counterpart, with which the added one may be linked.
    """

    record: Any
    is_orphan: bool = False
    shared: Mapping[Shared, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return record_key(self.record)


def doubts_about(record: Any, made: Sequence[Record], is_linked: bool) -> list[Doubt]:
    """Return the doubts about `record`, which is added and has `made` these on the other side.

    None about the other list where the user may not see it, or where the record `is_linked` with
    one of its orphans anyway.
    """
    if isinstance(record, InsuranceCompany):
        companies = [other for other in same(record) if not _is_same_page(other, record)]
        without = not record.address_key
        return [
            Doubt(other, shared=shared_by(record, other) if without else {}) for other in companies
        ]
    if not isinstance(record, InsurancePlan | Insurance):
        return []
    alike = {other.pk: other for other in same(record)}
    if isinstance(record, Insurance):  # also those whose plan is the same as the plan it makes
        plans = [twin.pk for plan in made if isinstance(plan, InsurancePlan) for twin in same(plan)]
        for link in PM.links_of(plans).values():
            alike.setdefault(link.insurance_id, link.insurance)
    found = [Doubt(other) for other in alike.values() if not _is_same_page(other, record)]
    user = record.typed_by
    if is_linked or record.before is not None:
        return found
    if user is None or may_see_other_list(user, record._meta.label):
        found += [Doubt(orphan, is_orphan=True) for orphan in same_orphans(record)]
    return found


def alike_already(record: Record, made: Sequence[Record]) -> list[LookAlike]:
    """Return the stored records of its own kind that `record` looks like, the likest first.

    Of an insurance also those whose plan looks like the plan that is `made` for it.
    """
    found = {alike.record.pk: alike for alike in look_alikes(record)}
    for plan in made:
        if isinstance(record, Insurance) and isinstance(plan, InsurancePlan):
            for alike in look_alikes(plan):
                link = getattr(alike.record, "link", None)  # an orphan has none
                if link and alike.rank <= Likeness.NEAR_BY:
                    found.setdefault(link.insurance.pk, LookAlike(link.insurance, alike.rank))
    return sorted(found.values(), key=lambda alike: alike.rank)


def orphans_for(record: Any) -> list[LookAlike]:
    """Return the orphans at its place that `record`, when it is added, may be linked with."""
    if record.before is not None or isinstance(record, InsuranceCompany):
        return []
    return counterparts(record, at_place=True)


def _is_same_page(stored: Record, record: Record) -> bool:
    """Whether the two are one, sent twice by a double click."""
    return stored.added_on_page is not None and stored.added_on_page == record.added_on_page
