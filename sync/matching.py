"""Find the PM company at the address of an insurance that is added in the EHR."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ehr.models import Insurance
from kareo.names import name_key
from pm.models import InsuranceCompany


@dataclass(frozen=True, slots=True)
class Match:
    """The company found, if any, and why, in words for the user."""

    company: InsuranceCompany | None
    note: str


class CompanyFinder:
    """Finds companies for many insurances with one query.

    Only active companies match. An address that has no key matches nothing.
    """

    def __init__(self, insurances: Iterable[Insurance]) -> None:
        keys = {insurance.address_key for insurance in insurances}
        self._at_key: dict[str, list[InsuranceCompany]] = defaultdict(list)
        # Oldest first.
        for company in InsuranceCompany.objects.at_address(*keys).order_by("created_at", "pk"):
            self._at_key[company.address_key].append(company)

    def add(self, company: InsuranceCompany) -> None:
        """Let later insurances find `company`, which is about to be made."""
        self._at_key[company.address_key].append(company)

    def find(self, insurance: Insurance) -> Match:
        """Return the company of this name at the address, else the oldest there."""
        here = self._at_key.get(insurance.address_key, []) if insurance.address_key else []
        active = [company for company in here if company.is_active]
        if not active:
            return Match(None, _why_nothing(insurance, here))
        typed = name_key(insurance.company_name)
        same_name = [company for company in active if name_key(company.name) == typed]
        chosen = (same_name or active)[0]
        sentences = [f"Matches PM company {chosen.name}: same address."]
        if not same_name:
            sentences.append(
                f"You typed {insurance.company_name}; PM lists {chosen.name} at this address. If"
                " that is the wrong company, move the plan to the right one in PM."
            )
        elif chosen.name != insurance.company_name:
            sentences.append(f"It takes the name as PM writes it: {chosen.name}.")
        others = [company.name for company in active if company is not chosen]
        if others:
            why = "it has the same name" if same_name else "it is the oldest"
            sentences.append(
                f"Chosen among {len(active)} companies at this address, because {why}. Also there:"
                f" {', '.join(others)}."
            )
        return Match(chosen, " ".join(sentences))


def _why_nothing(insurance: Insurance, inactive: list[InsuranceCompany]) -> str:
    if not insurance.address_key:
        return "The address is too short to match on."
    if inactive:
        return (
            f"PM company {inactive[0].name} has this address but is inactive, and inactive"
            " companies don't match."
        )
    return "No PM company has this address."
