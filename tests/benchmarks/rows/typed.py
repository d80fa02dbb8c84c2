"""What staff type: records that are ready to be saved, and stored ones with a change."""

from itertools import count
from typing import Any

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from tests.benchmarks.data.made_up import Maker
from tests.benchmarks.data.sizes import Size

IN_TURN = 40  # stored records that are used in turn


class Typed:
    """Makes what is typed into the lists of one size; the same from one `seed`."""

    def __init__(self, size: Size, seed: str = "") -> None:
        self._maker = Maker(f"typed {seed}")
        self._numbers = count(1)
        # Pairs whose sides agree: neither at the beginning of the companies nor at the end.
        renamed = size.wrong * size.companies // size.pairs
        self._first_pair = size.pairs // 5 + renamed + 1
        self._wrong = size.wrong
        stored = InsuranceCompany.objects.active().exclude(address_key="")
        self._companies = list(stored.filter(pk__gt=renamed).order_by("pk")[:IN_TURN])

    @property
    def company(self) -> InsuranceCompany:
        """A stored company that is alone at its address."""
        return self._companies[next(self._numbers) % len(self._companies)]

    def plan(self) -> InsurancePlan:
        number = next(self._numbers)
        return InsurancePlan(company=self.company, name=f"Typed {number}", **self.address(number))

    def insurance(self) -> Insurance:
        """Return an insurance at an address where PM has no company."""
        number = next(self._numbers)
        names = {"company_name": f"Typed company {number}", "plan_name": f"Typed {number}"}
        return Insurance(**names, **self.address(number))

    def insurance_of(self, company: InsuranceCompany) -> Insurance:
        address = {name: getattr(company, name) for name in company.address_fields}
        names = {"company_name": company.name, "plan_name": f"Typed {next(self._numbers)}"}
        return Insurance(**names, **address)

    def address(self, number: int) -> dict[str, Any]:
        street = f"{number} Typed {self._maker.word('streets')} {self._maker.word('suffixes')}"
        return {"street_1": street, "city": "Irvine", "state": "CA", "zip_code": "92617"}

    def stored_pair(self) -> tuple[InsurancePlan, Insurance]:
        """Return a plan and its insurance, which agree, as they are stored."""
        key = self._first_pair + next(self._numbers) % IN_TURN
        plan = InsurancePlan.objects.select_related("company").get(pk=self._wrong + key)
        return plan, Insurance.objects.get(pk=key)

    def phone(self) -> str:
        return self._maker.phone()
