"""Companies, plans, insurances and their links, some of which disagree or stand alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ehr.models import Insurance
from kareo.records import Origin
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from tests.benchmarks.data.log import events_of_pair
from tests.benchmarks.data.made_up import Maker, company_name
from tests.benchmarks.data.sizes import Size, stamped

AT_ONCE = 20_000  # pairs in memory
PROGRAMS = tuple(InsuranceCompany.Program)
ORIGINS = (Origin.IMPORT, Origin.IMPORT, Origin.IMPORT, Origin.PM, Origin.EHR)
STAMPS = ("origin", "created_at", "created_by", "updated_at", "updated_by")
COPIED = (*InsurancePlan.address_fields, "phone", "fax", "is_active", *STAMPS)


@dataclass(slots=True)
class Pairs:
    """Some of each, in the order in which they can be written."""

    plans: list[InsurancePlan] = field(default_factory=list)
    insurances: list[Insurance] = field(default_factory=list)
    links: list[InsuranceLink] = field(default_factory=list)
    events: list[SyncEvent] = field(default_factory=list)


def companies(maker: Maker, size: Size) -> Iterator[InsuranceCompany]:
    """Yield all companies. Of the last, some wait for a payer ID or an address or are alike.

    Only those that are to share a payer ID do.
    """
    place = maker.place()
    first_odd = size.companies - 3 * size.wrong
    for number in range(size.companies):
        kind, turn = divmod(number - first_odd, size.wrong) if size.wrong else (-2, 0)
        company = InsuranceCompany(
            pk=number + 1,
            name=company_name(number),
            program=maker.one_of(PROGRAMS),
            payer_id=f"{number + 10_000}",
            phone=maker.phone(),
            **stamped(number, size.companies, Origin.IMPORT),
        )
        company.is_active = kind >= -1 or maker.random() > 0.1
        if kind == 0:  # as an EHR add makes it
            company.origin, company.payer_id = Origin.EHR, ""
        if kind == -1 and turn % 2:
            company.payer_id = f"{number - 1 + 10_000}"
        if kind == 2 and turn % 2:
            company.name = company_name(number - 1).upper()
            company.assign(place._asdict())  # of the one before
        elif kind != 1:
            place = maker.place()
            company.assign(place._asdict())
        company.derive()
        yield company


def batches_of_pairs(
    maker: Maker, size: Size, owners: Sequence[InsuranceCompany]
) -> Iterator[Pairs]:
    """Yield the orphans of both sides, then all pairs with their events."""
    orphans = Pairs()
    for number in range(size.wrong):
        owner = owners[number * 3 % len(owners)]
        orphans.plans.append(_plan(maker, size, number + 1, owner, is_active=True))
        alone = _plan(maker, size, number + 1, owner, is_active=True)
        orphans.insurances.append(_insurance(size.pairs + number + 1, alone, owner.name))
    yield orphans
    for start in range(0, size.pairs, AT_ONCE):
        pairs = Pairs()
        for number in range(start, min(start + AT_ONCE, size.pairs)):
            _add_pair(pairs, maker, size, number, owners)
        yield pairs


def _add_pair(
    pairs: Pairs, maker: Maker, size: Size, number: int, owners: Sequence[InsuranceCompany]
) -> None:
    to_go = size.pairs - number
    is_twin = to_go <= size.wrong and number % 2 == 1
    owner = owners[(number - is_twin) % len(owners)]
    plan = _plan(maker, size, size.wrong + number + 1, owner, is_active=True)
    if is_twin:
        first = pairs.plans[-1]
        plan.assign({name: getattr(first, name) for name in ("name", *plan.address_fields)})
        plan.derive()
    plan.is_active = to_go <= size.wrong or maker.random() > 0.1
    # The first companies were renamed since.
    is_stale = (owner.pk - 1) * size.pairs < size.wrong * len(owners)
    shown = f"{owner.name} (formerly)" if is_stale else owner.name
    insurance = _insurance(number + 1, plan, shown)
    if differs := size.wrong < to_go <= 2 * size.wrong:
        insurance.phone = maker.phone()
        insurance.derive()
    pairs.plans.append(plan)
    pairs.insurances.append(insurance)
    pairs.links.append(_link(number + 1, plan, insurance, stale_name=is_stale, differs=differs))
    pairs.events += events_of_pair(maker, size, number, owner.name, plan, insurance)


def _plan(
    maker: Maker, size: Size, pk: int, owner: InsuranceCompany, *, is_active: bool
) -> InsurancePlan:
    plan = InsurancePlan(
        pk=pk,
        company_id=owner.pk,
        name=maker.plan_name(),
        phone=maker.phone() if maker.random() < 0.8 else "",
        fax=maker.phone() if maker.random() < 0.3 else "",
        **maker.place()._asdict(),
        **stamped(pk, size.plans, maker.one_of(ORIGINS), is_active=is_active),
    )
    plan.derive()
    return plan


def _insurance(pk: int, plan: InsurancePlan, shown: str) -> Insurance:
    """Return the insurance of `plan` under the company name `shown`."""
    values: dict[str, Any] = {name: getattr(plan, name) for name in COPIED}
    insurance = Insurance(pk=pk, company_name=shown, plan_name=plan.name, **values)
    insurance.derive()
    return insurance


def _link(pk: int, plan: InsurancePlan, insurance: Insurance, **flags: bool) -> InsuranceLink:
    """Return their link, with those of the `flags` that links have."""
    stored = {each.name for each in InsuranceLink._meta.concrete_fields}
    flags = {name: value for name, value in flags.items() if name in stored}
    return InsuranceLink(pk=pk, plan_id=plan.pk, insurance_id=insurance.pk, **flags)
