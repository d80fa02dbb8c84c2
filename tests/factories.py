"""The smallest valid records. Addresses are made up."""

import datetime

import factory

import ehr.models
import pm.models


class AddressFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    street_1 = factory.Sequence(lambda n: f"{n + 1} Example Street")
    city = "Irvine"
    state = "CA"
    zip_code = "92617"


class CompanyFactory(AddressFactory):
    class Meta:
        model = pm.models.InsuranceCompany

    name = factory.Sequence(lambda n: f"Company {n}")


class PlanFactory(AddressFactory):
    class Meta:
        model = pm.models.InsurancePlan

    company = factory.SubFactory(CompanyFactory)
    name = factory.Sequence(lambda n: f"Plan {n}")


class InsuranceFactory(AddressFactory):
    """An insurance typed in the EHR: saving it makes its plan in PM."""

    class Meta:
        model = ehr.models.Insurance

    company_name = factory.Sequence(lambda n: f"EHR company {n}")
    plan_name = factory.Sequence(lambda n: f"EHR plan {n}")


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    chart_number = factory.Sequence(lambda n: f"C{n:05}")
    last_name = "Doe"
    first_name = "Pat"
    date_of_birth = datetime.date(1980, 5, 17)


class PMPatientFactory(PersonFactory):
    class Meta:
        model = pm.models.Patient


class EHRPatientFactory(PersonFactory):
    class Meta:
        model = ehr.models.Patient


class PolicyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = pm.models.InsurancePolicy

    patient = factory.SubFactory(PMPatientFactory)
    plan = factory.SubFactory(PlanFactory)
    policy_number = factory.Sequence(lambda n: f"W{n:06}")
