"""Find the PM company at the address of an insurance that is added in the EHR."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ehr.models import Insurance
from kareo.records.names import name_key
from pm.models import InsuranceCompany, OtherName


@dataclass(frozen=True, slots=True)
class Match:
    """What stands at an insurance's address in PM.

    `company` is the one that matches, None where none does. `by_rule` is the one that matches
    unless the user chooses another. `others` are the other active companies there, oldest first;
    `inactive` those that don't match because they are inactive; `near` the active ones in the same
    building under another suite, floor or department, which never match by themselves.
    `is_other_name`: what was typed is another name of `company`, and of no other active company.
    """

    insurance: Insurance
    company: InsuranceCompany | None = None
    by_rule: InsuranceCompany | None = None
    others: tuple[InsuranceCompany, ...] = ()
    inactive: tuple[InsuranceCompany, ...] = ()
    near: tuple[InsuranceCompany, ...] = ()
    is_other_name: bool = False

    @property
    def here(self) -> list[InsuranceCompany]:
        """All that could match, the one that does first."""
        return [self.company, *self.others] if self.company else []

    @property
    def is_same_name(self) -> bool:
        """Whether the company has the name that was typed, spelling aside."""
        return self.company is not None and _same_name(self.company, self.insurance)

    @property
    def is_by_choice(self) -> bool:
        """Whether the user chose another company than the rules would have taken."""
        return self.company is not self.by_rule


class CompanyFinder:
    """Finds companies for many insurances with one query, when the first is looked for.

    And with one more, the first time that a company there has what was typed among its other names.
    Only active companies match. An address that has no key matches nothing.
    """

    def __init__(self, insurances: Iterable[Insurance]) -> None:
        self._insurances = insurances

    @cached_property
    def _in_building(self) -> dict[str, list[InsuranceCompany]]:
        found = defaultdict(list)
        keys = {insurance.near_key for insurance in self._insurances}
        # Who has the same address is in the same building. Oldest first.
        for company in InsuranceCompany.objects.in_buildings(keys):
            found[company.near_key].append(company)
        return found

    @cached_property
    def _owners(self) -> dict[str, int]:
        typed = {name_key(insurance.company_name) for insurance in self._insurances}
        return OtherName.objects.owners(typed)

    def add(self, company: InsuranceCompany) -> None:
        """Let later insurances find `company`, which may be about to be made."""
        self._in_building[company.near_key].append(company)

    def find(self, insurance: Insurance, choice: int | None = None) -> Match:
        """Return the company of this name at the address, or of this other name, else the oldest.

        The one with the key `choice`, where that is an active company at the address.
        """
        if not insurance.address_key:
            return Match(insurance)
        around = self._in_building.get(insurance.near_key, [])
        here = [company for company in around if company.address_key == insurance.address_key]
        active = [company for company in here if company.is_active]
        same_name = next((company for company in active if _same_name(company, insurance)), None)
        other_name = None if same_name else self._of_other_name(active, insurance)
        by_rule = same_name or other_name or (active[0] if active else None)
        chosen = (company for company in active if company.pk and company.pk == choice)
        match = next(chosen, by_rule)
        return Match(
            insurance,
            match,
            by_rule,
            tuple(company for company in active if company is not match),
            tuple(company for company in here if not company.is_active),
            tuple(
                company
                for company in around
                if company.is_active and company.address_key != insurance.address_key
            ),
            is_other_name=match is not None and match is other_name,
        )

    def _of_other_name(
        self, companies: Iterable[InsuranceCompany], insurance: Insurance
    ) -> InsuranceCompany | None:
        typed = name_key(insurance.company_name)
        had = (company for company in companies if typed in company.other_names_by_key)
        return next((company for company in had if company.pk == self._owners.get(typed)), None)


def _same_name(company: InsuranceCompany, insurance: Insurance) -> bool:
    return name_key(company.name) == name_key(insurance.company_name)
