"""Find the PM company at the address of an insurance that is added in the EHR."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from ehr.models import Insurance
from kareo.records.texts.names import name_key
from pm.models import InsuranceCompany, OtherName


@dataclass(frozen=True, slots=True)
class Match:
    """What stands at an insurance's address in PM.

    `typed` is the company name that was typed, which the insurance may have given up since.
    `company` is the one that matches, None where none does. `by_rule` is the one that matches
    unless the user chooses another: it is alone there, or has that name. Where there are several of
    other names it is None, and the oldest matches; a form asks once before it goes by that.
    `others` are the other active companies there, oldest first; `inactive` those that don't match
    because they are inactive; `merged` those for which `company` stands, whatever its own address,
    since they were merged into it; `near` the active ones in the same building under another
    suite, floor or department, which never match by themselves. `is_other_name`: what was typed is
    another name of `company`, and of no other active company. `is_chosen`: the user chose it.
    """

    insurance: Insurance
    typed: str
    company: InsuranceCompany | None = None
    by_rule: InsuranceCompany | None = None
    others: tuple[InsuranceCompany, ...] = ()
    inactive: tuple[InsuranceCompany, ...] = ()
    merged: tuple[InsuranceCompany, ...] = ()
    near: tuple[InsuranceCompany, ...] = ()
    is_other_name: bool = False
    is_chosen: bool = False

    @property
    def here(self) -> list[InsuranceCompany]:
        """All that could match, the one that does first."""
        return [self.company, *self.others] if self.company else []

    @property
    def is_same_name(self) -> bool:
        """Whether the company has the name that was typed, spelling aside."""
        return any(_is_named(each, self.typed) for each in (self.company, *self.merged) if each)

    @property
    def shares_name(self) -> bool:
        """Whether others there have the name that was typed as well."""
        return self.is_same_name and any(_is_named(other, self.typed) for other in self.others)

    @property
    def put_away(self) -> list[InsuranceCompany]:
        """The inactive ones with the name that was typed, where no active one stands there."""
        return [c for c in self.inactive if not self.company and _is_named(c, self.typed)]

    @property
    def is_by_choice(self) -> bool:
        """Whether the user chose another company than the rules would have taken for sure."""
        return self.is_chosen and self.company is not self.by_rule

    @property
    def is_guess(self) -> bool:
        """Whether it is only the oldest of several, which neither name nor user chose."""
        return self.company is not None and self.by_rule is None and not self.is_chosen


class CompanyFinder:
    """Finds companies for many insurances with one query, when the first is looked for.

    And with one more, the first time that a company there has what was typed among its other names,
    or was merged into another one, which stands for it. Only active companies match. An address
    that has no key matches nothing. `hold` keeps those who stand for others as they are.
    """

    def __init__(self, insurances: Iterable[Insurance], *, hold: bool = False) -> None:
        self._insurances = insurances
        self._hold = hold

    @cached_property
    def _in_building(self) -> dict[str, list[InsuranceCompany]]:
        found = defaultdict(list)
        keys = {insurance.near_key for insurance in self._insurances}
        # Who has the same address is in the same building. Oldest first.
        for company in InsuranceCompany.objects.in_buildings(keys):
            found[company.near_key].append(company)
        return found

    @cached_property
    def _kept(self) -> dict[int, InsuranceCompany]:
        there = chain.from_iterable(self._in_building.values())
        return InsuranceCompany.objects.kept_of(there, hold=self._hold)

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
        typed = insurance.company_name
        if not insurance.address_key:
            return Match(insurance, typed)
        around = self._in_building.get(insurance.near_key, [])
        here = [company for company in around if company.address_key == insurance.address_key]
        merged = self._merged(here)
        active = [company for company in here if company.is_active]
        active = _oldest_first([*active, *(self._kept[each[0].pk] for each in merged.values())])
        same_name = _of_name(active, typed) or next(
            (one for one in active if _of_name(merged.get(one.pk, []), typed)), None
        )
        other_name = None if same_name else self._of_other_name(active, typed)
        by_rule = same_name or other_name or (active[0] if len(active) == 1 else None)
        chosen = next((company for company in active if company.pk and company.pk == choice), None)
        match = chosen or by_rule or next(iter(active), None)
        return Match(
            insurance,
            typed,
            match,
            by_rule,
            tuple(company for company in active if company is not match),
            tuple(c for c in here if not c.is_active and c.pk not in self._kept),
            tuple(merged.get(match.pk, ())) if match else (),
            tuple(
                company
                for company in around
                if company.is_active and company.address_key != insurance.address_key
            ),
            is_other_name=match is not None and match is other_name,
            is_chosen=chosen is not None,
        )

    def _merged(self, companies: Iterable[InsuranceCompany]) -> dict[int, list[InsuranceCompany]]:
        """Return {key of an active company: those of these inactive `companies` it stands for}."""
        merged = defaultdict(list)
        for company in companies:
            if not company.is_active and company.pk in self._kept:
                merged[self._kept[company.pk].pk].append(company)
        return merged

    def _of_other_name(
        self, companies: Iterable[InsuranceCompany], typed: str
    ) -> InsuranceCompany | None:
        key = name_key(typed)
        had = (company for company in companies if key in company.other_names_by_key)
        return next((company for company in had if company.pk == self._owners.get(key)), None)


def _oldest_first(companies: Iterable[InsuranceCompany]) -> list[InsuranceCompany]:
    """Return each of these once: one that stands here stands for another here as well."""
    last = float("inf")  # of those that are about to be made
    once = {company.pk or id(company): company for company in companies}
    return sorted(once.values(), key=lambda company: company.pk or last)


def _of_name(companies: Iterable[InsuranceCompany], typed: str) -> InsuranceCompany | None:
    return next((company for company in companies if _is_named(company, typed)), None)


def _is_named(company: InsuranceCompany, typed: str) -> bool:
    return name_key(company.name) == name_key(typed)
