"""The command that merges companies: as the page, for operators."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from pm.models import InsuranceCompany
from sync.models import SyncEvent
from tests.factories import AETNA_ADDRESS, CompanyFactory, PlanFactory, PolicyFactory, anew

pytestmark = pytest.mark.django_db


@pytest.fixture
def companies() -> list[InsuranceCompany]:
    """Return two, with a plan that both have, and one of the second's own."""
    pair = [CompanyFactory(name=name, phone=f"800-555-010{at}") for at, name in enumerate("AB")]
    for company in pair:
        PlanFactory(company=company, name="HMO", **AETNA_ADDRESS)
    PlanFactory(company=pair[1], name="PPO")
    return pair


def run(companies: list[InsuranceCompany], **options: Any) -> str:
    out = io.StringIO()
    keep, *others = (company.pk for company in companies)
    call_command("merge_companies", keep, *others, stdout=out, **options)
    return out.getvalue()


def test_it_merges_and_says_what_it_did(companies: list[InsuranceCompany]) -> None:
    keep, other = companies
    said = run(companies)

    assert said.splitlines()[:4] == [
        "companies-merged: 1 pm.InsuranceCompany",
        "plans-merged: 1 pm.InsurancePlan",
        "plans-moved: 1 pm.InsurancePlan",
        "plans-merged: 1 ehr.Insurance",
    ]
    event = SyncEvent.objects.latest("pk")
    assert said.splitlines()[-1] == f"Done, as batch {event.batch}."
    assert event.actor == "merge_companies"
    assert anew(other).merged_into == keep
    assert (anew(keep).name, anew(keep).phone) == ("A", "800-555-0100")


def test_a_dry_run_says_the_same_and_changes_nothing(companies: list[InsuranceCompany]) -> None:
    before = SyncEvent.objects.count()

    said = run(companies, dry_run=True)
    told = json.loads(run(companies, dry_run=True, format="json"))

    assert said.endswith("Nothing was changed: this was a dry run.\n")
    assert "plans-moved: 1 pm.InsurancePlan" in said
    assert (told["batch"], len(told["outcomes"])) == (None, 4)
    assert SyncEvent.objects.count() == before
    assert anew(companies[1]).is_active


def test_it_takes_fields_of_the_other_and_leaves_plans_apart(
    companies: list[InsuranceCompany],
) -> None:
    told = json.loads(run(companies, take=["phone", "name"], plans_apart=True, format="json"))

    kept = anew(companies[0])
    assert (kept.name, kept.phone) == ("B", "800-555-0101")
    assert kept.plans.active().count() == 3
    assert {each["rule"] for each in told["outcomes"]} == {"companies-merged", "plans-moved"}
    assert SyncEvent.objects.filter(batch=told["batch"]).count() == len(told["outcomes"])


def test_it_stops_where_a_patient_would_have_a_plan_twice_unless_told_to_leave_them(
    companies: list[InsuranceCompany],
) -> None:
    first, second = (company.plans.get(name="HMO") for company in companies)
    policy = PolicyFactory(plan=first)
    other = PolicyFactory(plan=second, patient=policy.patient, rank="secondary")

    with pytest.raises(CommandError, match="would have one plan twice"):
        run(companies)
    assert anew(companies[1]).is_active
    assert f"stays: pm.InsurancePolicy {other.pk}, " in run(companies, leave=True)
    assert anew(other).plan == second


def test_what_cant_be_merged_is_refused(companies: list[InsuranceCompany]) -> None:
    with pytest.raises(CommandError, match="one and the same"):
        run([companies[0], companies[0]])
