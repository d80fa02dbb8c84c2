"""`pair-repaired`, and orphans: records whose counterpart was deleted."""

import pytest

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink
from sync.pairs.flags import stale_names
from sync.propagation import repair
from tests.editing import edit
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    anew,
    insurance_of,
    orphan_insurance,
    orphan_plan,
    plan_of,
)
from tests.screens import why

pytestmark = pytest.mark.django_db


def test_editing_an_orphan_plan_crosses_nothing_and_says_so() -> None:
    plan = orphan_plan()

    event = edit(plan, name="Aetna PPO")

    assert not Insurance.objects.exists()
    assert (event.rule, event.outcome) == ("pm-plan-edited", "not_propagated")
    assert why(event) == ("This plan has no insurance in the EHR: it was deleted there.")
    assert list(event.source_changes) == ["name"]


def test_editing_an_orphan_insurance_crosses_nothing_and_says_so() -> None:
    insurance = orphan_insurance()
    companies = InsuranceCompany.objects.count()

    event = edit(insurance, plan_name="Aetna PPO")

    assert not InsurancePlan.objects.exists()
    assert InsuranceCompany.objects.count() == companies
    assert (event.rule, event.outcome) == ("ehr-insurance-edited", "not_propagated")
    assert why(event) == ("This insurance has no plan in PM: it was deleted there.")


def test_an_orphan_insurances_company_name_can_be_edited() -> None:
    insurance = orphan_insurance()
    insurance.company_name = "Cigna"

    insurance.full_clean()
    insurance.save()

    assert anew(insurance).name.startswith("Cigna – ")


def test_repairing_an_orphan_plan_sends_it_as_if_it_were_added() -> None:
    plan = orphan_plan(company__name="Aetna", name="HMO", **AETNA_ADDRESS)

    [event] = repair(InsurancePlan, [plan.pk])

    insurance = insurance_of(plan)
    assert insurance.name == "Aetna – HMO – 111 Academy Drive, 92617"
    assert (event.rule, event.outcome) == ("pair-repaired", "created")
    assert event.target_id == insurance.pk
    assert anew(plan).version == plan.version


def test_repairing_an_orphan_insurance_finds_the_company_at_its_address() -> None:
    insurance = orphan_insurance(**AETNA_ADDRESS)
    InsuranceCompany.objects.all().delete()
    company = CompanyFactory(name="Aetna", **AETNA_ADDRESS)

    [event] = repair(Insurance, [insurance.pk])

    assert plan_of(insurance).company == company
    assert anew(insurance).company_name == "Aetna"
    assert (event.rule, event.outcome) == ("pair-repaired", "created")


def test_repairing_an_orphan_insurance_at_a_new_address_makes_company_and_plan() -> None:
    insurance = orphan_insurance(company_name="Aetna")
    InsuranceCompany.objects.all().delete()

    events = repair(Insurance, [insurance.pk])

    assert plan_of(insurance).company.name == "Aetna"
    assert [(event.rule, event.outcome) for event in events] == [("pair-repaired", "created")] * 2


@pytest.mark.parametrize("side", [InsurancePlan, Insurance])
def test_repairing_a_drifted_pair_from_either_side_gives_the_insurance_the_plans_values(
    side: type[InsurancePlan | Insurance],
) -> None:
    plan = PlanFactory(phone="800-555-0100")
    insurance = insurance_of(plan)
    Insurance.objects.update(phone="999-555-0000", plan_name="Typo")

    [event] = repair(side, [plan.pk if side is InsurancePlan else insurance.pk])

    insurance = insurance_of(plan)
    assert (insurance.phone, insurance.plan_name) == ("800-555-0100", plan.name)
    assert (event.rule, event.outcome) == ("pair-repaired", "updated")
    assert (event.source_model, event.target_model) == ("pm.InsurancePlan", "ehr.Insurance")
    assert set(event.changes) == {"phone", "plan_name"}
    assert anew(plan).version == 1


def test_repairing_cures_a_stale_name() -> None:
    plan = PlanFactory()
    edit(plan.company, name="Aetna Inc")

    repair(InsurancePlan, [plan.pk])

    assert insurance_of(plan).company_name == "Aetna Inc"
    assert not stale_names().exists()


def test_repairing_a_pair_in_sync_changes_nothing() -> None:
    plan = PlanFactory()

    [event] = repair(InsurancePlan, [plan.pk])

    assert (event.outcome, event.changes) == ("unchanged", {})
    assert insurance_of(plan).version == 1


def test_pairs_and_orphans_are_repaired_together_in_one_batch() -> None:
    orphan, insurance = orphan_insurance(), InsuranceFactory()
    Insurance.objects.filter(pk=insurance.pk).update(phone="999-555-0000")

    events = repair(Insurance, [orphan.pk, insurance.pk])

    assert {event.outcome for event in events} == {"created", "updated"}
    assert len({event.batch for event in events}) == 1
    assert InsuranceLink.objects.count() == 2
    assert anew(insurance).phone == ""


def test_of_orphans_repaired_together_the_log_names_a_company_that_was_made_for_one_of_them() -> (
    None
):
    place = {**AETNA_ADDRESS, "company_name": "Aetna"}
    orphans = [orphan_insurance(**place), orphan_insurance(**place)]
    orphans.append(orphan_insurance(**place, street_2="Suite 200"))
    InsuranceCompany.objects.all().delete()

    _company, _plan, there, _other_company, near = repair(Insurance, [o.pk for o in orphans])

    aetna = plan_of(orphans[0]).company
    assert there.reason["company"] == {"id": aetna.pk, "text": "Aetna"}
    assert [each["id"] for each in near.reason["near"]] == [aetna.pk]


@pytest.mark.parametrize("model", [InsurancePlan, Insurance])
def test_repairing_nothing_does_nothing(model: type[InsurancePlan | Insurance]) -> None:
    assert repair(model, []) == []
    assert repair(model, [404]) == []
