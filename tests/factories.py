"""The smallest valid records. Addresses are made up."""

import datetime
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

import factory
from django.db.models import Model

import ehr.models
import pm.models

AETNA_ADDRESS = {
    "street_1": "111 Academy Drive",
    "city": "Irvine",
    "state": "CA",
    "zip_code": "92617",
}

# One count for all kinds: each has a sequence of its own, and a plan and a company of the same
# number would stand at one address by accident.
_HOUSE_NUMBERS = count(1)

M = TypeVar("M", bound=Model)


class RecordFactory(factory.django.DjangoModelFactory[M]):
    """Called, it returns a stored record, not an instance of itself."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:  # factory_boy's metaclass does it, which mypy doesn't ask

        def __new__(cls, **values: Any) -> M: ...  # type: ignore[misc]  # no instance of its own


class AddressFactory(RecordFactory[M]):
    class Meta:
        abstract = True

    street_1 = factory.LazyFunction(lambda: f"{next(_HOUSE_NUMBERS)} Example Street")
    city = "Irvine"
    state = "CA"
    zip_code = "92617"


class CompanyFactory(AddressFactory[pm.models.InsuranceCompany]):
    class Meta:
        model = pm.models.InsuranceCompany

    name = factory.Sequence(lambda n: f"Company {n}")


class PlanFactory(AddressFactory[pm.models.InsurancePlan]):
    """A plan typed in PM: saving it makes its insurance in the EHR."""

    class Meta:
        model = pm.models.InsurancePlan

    company = factory.SubFactory(CompanyFactory)
    name = factory.Sequence(lambda n: f"Plan {n}")


class InsuranceFactory(AddressFactory[ehr.models.Insurance]):
    """An insurance typed in the EHR: saving it makes its plan in PM."""

    class Meta:
        model = ehr.models.Insurance

    company_name = factory.Sequence(lambda n: f"EHR company {n}")
    plan_name = factory.Sequence(lambda n: f"EHR plan {n}")


class PersonFactory(RecordFactory[M]):
    class Meta:
        abstract = True

    chart_number = factory.Sequence(lambda n: f"C{n:05}")
    last_name = "Doe"
    first_name = "Pat"
    date_of_birth = datetime.date(1980, 5, 17)


class PMPatientFactory(PersonFactory[pm.models.Patient]):
    class Meta:
        model = pm.models.Patient


class EHRPatientFactory(PersonFactory[ehr.models.Patient]):
    class Meta:
        model = ehr.models.Patient


class PolicyFactory(RecordFactory[pm.models.InsurancePolicy]):
    class Meta:
        model = pm.models.InsurancePolicy

    patient = factory.SubFactory(PMPatientFactory)
    plan = factory.SubFactory(PlanFactory)
    policy_number = factory.Sequence(lambda n: f"W{n:06}")


def insurance_of(plan: pm.models.InsurancePlan) -> ehr.models.Insurance:
    """Return the insurance linked with `plan`, read anew."""
    return ehr.models.Insurance.objects.get(link__plan=plan.pk)


def plan_of(insurance: ehr.models.Insurance) -> pm.models.InsurancePlan:
    """Return the plan linked with `insurance`, read anew."""
    return pm.models.InsurancePlan.objects.get(link__insurance=insurance.pk)


def anew(record: M) -> M:
    """Return the stored state of `record`, in a copy of its own."""
    return type(record)._default_manager.get(pk=record.pk)


def is_stored(record: Model) -> bool:
    """Return whether `record` has a key."""
    return record.pk is not None


def orphan_plan(**values: Any) -> pm.models.InsurancePlan:
    """Return a plan whose insurance was deleted."""
    plan = PlanFactory(**values)
    insurance_of(plan).delete()
    return anew(plan)


def orphan_insurance(**values: Any) -> ehr.models.Insurance:
    """Return an insurance whose plan was deleted. Its company stays in PM."""
    insurance = InsuranceFactory(**values)
    plan_of(insurance).delete()
    return anew(insurance)
