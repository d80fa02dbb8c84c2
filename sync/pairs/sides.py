"""The two lists as two sides of one table: what differs where a plan and an insurance are alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from ehr.models import Insurance
from kareo.records import PostalAddress, RecordQuerySet
from kareo.records.rows.making import make
from pm.models import InsurancePlan
from sync.models import InsuranceLink


@dataclass(frozen=True, slots=True)
class Held:
    """What a save holds locked for its record: the link, None for an orphan, counterpart read."""

    link: InsuranceLink | None


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two lists."""

    app: str  # the label of its Django app
    name: str  # as a mark: "EHR"
    place: str  # in a sentence: "the EHR"
    model: type[InsurancePlan] | type[Insurance]
    noun: str  # what its half of a pair is called; the link's field for it, too
    fields: tuple[str, ...]  # that cross over, in one order on both sides
    text_needs: tuple[str, ...] = ()  # the relations that its records' texts are made of

    @property
    def other(self) -> "Side":
        return EHR if self is PM else PM

    def orphans(self) -> RecordQuerySet[Any]:
        """Return its records that have no counterpart, inactive ones included."""
        rows: RecordQuerySet[Any] = self.model._default_manager.filter(link=None)
        return rows.select_related(*self.text_needs) if self.text_needs else rows

    def links_of(self, keys: Iterable[int]) -> dict[int, InsuranceLink]:
        """Return {key: link} of those of its records that have one, the counterpart read along."""
        if not (wanted := list(keys)):
            return {}
        links = InsuranceLink.objects.filter(**{f"{self.noun}__id__one_of": wanted})
        return {self.key_in(link): link for link in links.select_related(*self.read_along())}

    def read_along(self) -> list[str]:
        """Return the relations of a link by which the counterparts of its records are read."""
        there = self.other
        return [there.noun, *(f"{there.noun}__{need}" for need in there.text_needs)]

    def keys_linked(self, keys: Iterable[int]) -> list[int]:
        """Return those of `keys` whose records have a counterpart."""
        links = InsuranceLink.objects.filter(**{f"{self.noun}__id__one_of": list(keys)})
        return list(links.values_list(self.noun, flat=True))

    def key_in(self, link: InsuranceLink) -> int:
        """Return the key of its record in `link`."""
        key: int = getattr(link, f"{self.noun}_id")
        return key

    def record_in(self, link: InsuranceLink) -> Any:
        """Return its record in `link`."""
        return getattr(link, self.noun)

    def link(self, record: Any, counterpart: Any) -> InsuranceLink:
        """Return a link, not stored yet, of a `record` of this side with a `counterpart`."""
        return make(InsuranceLink, **{self.noun: record, self.other.noun: counterpart})


# Contact, notes, program and payer ID stay where they are; the company's name goes from PM to the
# EHR only.
ADDRESS_AND_CONTACT = (*PostalAddress.address_fields, "phone", "fax", "is_active")

PM = Side("pm", "PM", "PM", InsurancePlan, "plan", ("name", *ADDRESS_AND_CONTACT), ("company",))
EHR = Side("ehr", "EHR", "the EHR", Insurance, "insurance", ("plan_name", *ADDRESS_AND_CONTACT))
SIDES = {side.app: side for side in (PM, EHR)}


def side_at(label: str) -> Side:
    """Return the side of the model `label`, such as `pm.InsurancePlan`."""
    return SIDES[label.partition(".")[0]]


def side_of(record: Model | type[Model]) -> Side:
    """Return the side that `record`, or its model, is on."""
    return SIDES[record._meta.app_label]
