"""Find the PM company at the address of an insurance that is added in the EHR."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ehr.models import Insurance
from kareo.addresses import parse
from kareo.names import name_key
from kareo.records import PostalAddress
from pm.models import InsuranceCompany

# More companies at one place than these are counted, not named.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Match:
    """What stands at an insurance's address in PM: the company chosen, if any, and the rest.

    `others` are the other active companies there, oldest first; `inactive` those that don't match
    because they are inactive; `near` the active ones in the same building under another suite,
    floor or department, which never match by themselves. `preset` is the one that matches unless
    the user picks another.
    """

    insurance: Insurance
    company: InsuranceCompany | None = None
    others: tuple[InsuranceCompany, ...] = ()
    inactive: tuple[InsuranceCompany, ...] = ()
    near: tuple[InsuranceCompany, ...] = ()
    preset: InsuranceCompany | None = None

    @property
    def here(self) -> list[InsuranceCompany]:
        """All that match, the one chosen first."""
        return [self.company, *self.others] if self.company else []

    @property
    def is_same_name(self) -> bool:
        """Whether the company chosen has the name that was typed."""
        typed = name_key(self.insurance.company_name)
        return self.company is not None and name_key(self.company.name) == typed

    @property
    def note(self) -> str:
        """Which company and why, or why none, in words for the user."""
        return " ".join(self._found(self.company) if self.company else self._nothing_found())

    def _found(self, company: InsuranceCompany) -> Iterable[str]:
        typed = self.insurance.company_name
        yield f"Matches PM company {company.name}: same {_basis(self.insurance)}."
        if typed and not self.is_same_name:
            yield (
                f"You typed {typed}; PM lists {company.name} at this address. If that is the wrong"
                " company, move the plan to the right one in PM."
            )
        elif typed and company.name != typed:
            yield f"It takes the name as PM writes it: {company.name}."
        if self.others:
            if self.company is not self.preset:
                why = "picked by hand"
            else:
                why = f"because it {'has the same name' if self.is_same_name else 'is the oldest'}"
            yield (
                f"Chosen among {len(self.here)} companies at this address, {why}."
                f" Also there: {_named([other.name for other in self.others], ', ')}."
            )

    def _nothing_found(self) -> Iterable[str]:
        if not self.insurance.address_key:
            yield "The address is too short to match on."
        elif self.inactive:
            yield (
                f"PM company {self.inactive[0].name} has this address but is inactive, and"
                " inactive companies don't match."
            )
        else:
            yield "No PM company has this address."
        if self.near:
            named = _named([f"{near.name}, {near.street}" for near in self.near], "; ")
            place = "building" if "street" in _basis(self.insurance) else "PO box"
            yield f"Same {place}, other suite or floor: {named}."


class CompanyFinder:
    """Finds companies for many insurances with one query.

    Only active companies match. An address that has no key matches nothing.
    """

    def __init__(self, insurances: Iterable[Insurance]) -> None:
        keys = {insurance.near_key for insurance in insurances}
        self._in_building: dict[str, list[InsuranceCompany]] = defaultdict(list)
        # Who has the same address is in the same building. Oldest first.
        for company in InsuranceCompany.objects.in_building(*keys).order_by("created_at", "pk"):
            self.add(company)

    def add(self, company: InsuranceCompany) -> None:
        """Let later insurances find `company`, which may be about to be made."""
        self._in_building[company.near_key].append(company)

    def find(self, insurance: Insurance, picked: int | None = None) -> Match:
        """Return the company of this name at the address, else the oldest there.

        The one with the key `picked`, where that is an active company at the address.
        """
        if not insurance.address_key:
            return Match(insurance)
        around = self._in_building.get(insurance.near_key, [])
        here = [company for company in around if company.address_key == insurance.address_key]
        active = [company for company in here if company.is_active]
        typed = name_key(insurance.company_name)
        same_name = [company for company in active if name_key(company.name) == typed]
        by_hand = [company for company in active if company.pk and company.pk == picked]
        preset = next(iter(same_name or active), None)
        chosen = next(iter(by_hand), preset)
        return Match(
            insurance,
            chosen,
            tuple(company for company in active if company is not chosen),
            tuple(company for company in here if not company.is_active),
            tuple(
                company
                for company in around
                if company.is_active and company.address_key != insurance.address_key
            ),
            preset,
        )


def _named(names: Sequence[str], separator: str) -> str:
    """Name the first few, and count the rest."""
    more = len(names) - MOST_NAMED
    rest = [f"and {more} more"] if more > 0 else []
    return separator.join([*names[:MOST_NAMED], *rest])


def _basis(record: PostalAddress) -> str:
    """Say what makes two addresses the same place: `PO box and ZIP`."""
    return parse(*(getattr(record, name) for name in record.address_fields)).basis
