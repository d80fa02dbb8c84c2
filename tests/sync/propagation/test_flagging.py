"""The links know which pairs disagree, by the same writes that make them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.records import Refused
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.drift.findings import FINDINGS
from sync.models import FoundBefore, InsuranceLink, SyncEvent
from sync.pairs.flags import differing_pairs, stale_names, wrong_flags
from sync.propagation import link_orphans, repair
from tests.conftest import AtOnce
from tests.editing import edit, edit_until_done
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    anew,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)

pytestmark = pytest.mark.django_db


def stale_plans() -> set[int]:
    assert not wrong_flags().exists()
    return set(stale_names().values_list("plan", flat=True))


def test_a_rename_flags_the_pairs_whose_name_it_makes_stale() -> None:
    company = CompanyFactory(name="Aetna")
    plans = PlanFactory.create_batch(3, company=company)
    PlanFactory()

    edit(company, name="Aetna Inc")

    assert stale_plans() == {plan.pk for plan in plans}


def test_a_rename_back_takes_the_flags_back() -> None:
    company = CompanyFactory(name="Aetna")
    PlanFactory.create_batch(2, company=company)
    edit(company, name="Aetna Inc")
    cured = PlanFactory(company=company)

    edit(company, name="Aetna")

    assert stale_plans() == {cured.pk}


def test_a_rename_of_several_companies_flags_the_pairs_of_each() -> None:
    plans = PlanFactory.create_batch(2)

    InsuranceCompany.objects.all().change(name="Aetna")

    assert stale_plans() == {plan.pk for plan in plans}


def test_saving_the_plan_cures_its_name_and_another_plans_name_stays_stale() -> None:
    company = CompanyFactory()
    plan, other = PlanFactory.create_batch(2, company=company)
    edit(company, name="Aetna Inc")

    anew(plan).save()

    assert stale_plans() == {other.pk}


def test_moving_a_plan_to_another_company_cures_its_name() -> None:
    plan = PlanFactory()
    edit(plan.company, name="Aetna Inc")

    edit(anew(plan), company=CompanyFactory())

    assert stale_plans() == set()


def test_an_ehr_edit_leaves_the_name_stale_and_makes_the_rest_agree() -> None:
    plan = PlanFactory()
    edit(plan.company, name="Aetna Inc")
    InsuranceLink.objects.update(differs=True)
    InsurancePlan.objects.update(phone="800-555-0199")

    edit(insurance_of(plan), fax="800-555-0100")

    assert stale_plans() == {plan.pk}
    assert not differing_pairs().exists()


def test_a_set_of_edits_takes_the_flags_of_all_back() -> None:
    plans = PlanFactory.create_batch(3)
    InsuranceCompany.objects.all().change(name="Aetna")
    InsuranceLink.objects.update(differs=True)

    InsurancePlan.objects.filter(pk__in=[plan.pk for plan in plans]).change(phone="800-555-0100")

    assert stale_plans() == set()
    assert not differing_pairs().exists()


def test_a_repair_takes_the_flags_back() -> None:
    plan = PlanFactory()
    edit(plan.company, name="Aetna Inc")

    repair(InsurancePlan, [plan.pk])

    assert stale_plans() == set()


def test_whatever_makes_a_link_makes_it_agree() -> None:
    CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    InsuranceFactory(company_name="Aetna Vision", **AETNA_ADDRESS)
    link_orphans(orphan_plan(phone="800-555-0100"), orphan_insurance().pk)
    link_orphans(orphan_insurance(), orphan_plan().pk)
    repair(Insurance, [orphan_insurance().pk])

    assert InsuranceLink.objects.count() == 4
    assert stale_plans() == set()


def test_a_flag_is_no_edit_and_no_event() -> None:
    plan = PlanFactory()
    records: list[Record] = [anew(plan), insurance_of(plan)]
    SyncEvent.objects.all().delete()

    edit(plan.company, name="Aetna Inc")

    for record in records:
        stored = anew(record)
        assert (stored.version, stored.updated_at) == (record.version, record.updated_at)
    assert SyncEvent.objects.get().source_model == "pm.InsuranceCompany"


def test_a_rename_that_is_refused_flags_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = PlanFactory()

    def fail(events: Any) -> None:
        raise OSError

    monkeypatch.setattr("sync.propagation.writing._log", fail)
    with pytest.raises(Refused):
        edit(plan.company, name="Aetna Inc")

    assert stale_plans() == set()


def test_the_first_page_shows_a_rename_at_once(admin_client: Client) -> None:
    plan = PlanFactory()
    edit(plan.company, name="Aetna Inc")

    page = admin_client.get(reverse("admin:pm_insuranceplan_changelist"), {"drift": "stale-names"})

    assert list(page.context["cl"].result_list) == [plan]


class TestWhatWasWrittenBehindTheRules:
    @pytest.fixture
    def plans(self) -> list[InsurancePlan]:
        plans = PlanFactory.create_batch(3)
        Insurance.objects.filter(link__plan=plans[0]).update(company_name="Old")
        Insurance.objects.filter(link__plan=plans[1]).update(phone="800-555-0100")
        InsuranceLink.objects.filter(plan=plans[2]).update(stale_name=True)
        return plans

    def recheck(self, capsys: pytest.CaptureFixture[str], **options: Any) -> dict[str, Any]:
        call_command("recheck_pairs", format="json", **options)
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    def test_is_counted(
        self, plans: list[InsurancePlan], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.recheck(capsys, dry_run=True) == {"dry_run": True, "noted": 3}
        assert wrong_flags().count() == 3

    @pytest.mark.parametrize("batch", [1, 1000])
    def test_is_noted(
        self,
        plans: list[InsurancePlan],
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        batch: int,
    ) -> None:
        monkeypatch.setattr("sync.propagation.flagging.BATCH", batch)

        assert self.recheck(capsys) == {"dry_run": False, "noted": 3}
        assert stale_plans() == {plans[0].pk}
        assert differing_pairs().get().plan == plans[1]
        assert self.recheck(capsys) == {"dry_run": False, "noted": 0}

    def test_what_the_first_page_keeps_is_searched_anew(
        self, plans: list[InsurancePlan], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.drift.counts.SLOW", 0)

        call_command("recheck_pairs", verbosity=0)

        kept = dict(FoundBefore.objects.values_list("finding", "keys"))
        assert len(kept) == len(FINDINGS)
        assert (kept["stale-names"], kept["differs"]) == ([plans[0].pk], [plans[1].pk])

    def test_is_told_in_words(
        self, plans: list[InsurancePlan], capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("recheck_pairs")

        told = "Pairs that were not noted as they are: 3 noted anew\n"
        assert capsys.readouterr().out == told


def many_times(times: int, do: Callable[[int], Any]) -> Callable[[], None]:
    def all_of_them() -> None:
        for number in range(times):
            do(number)

    return all_of_them


@pytest.mark.django_db(transaction=True)
def test_renames_racing_with_whatever_writes_pairs_end_without_a_deadlock_and_right(
    at_once: AtOnce,
) -> None:
    company, other = CompanyFactory(name="Aetna", **AETNA_ADDRESS), CompanyFactory()
    plans = PlanFactory.create_batch(5, company=company)
    moving = PlanFactory(company=other)
    insurances = [insurance_of(plan) for plan in plans]
    keys = [plan.pk for plan in plans]

    def add(number: int) -> None:
        PlanFactory(company=company, name=f"New {number}")
        InsuranceFactory(company_name="Aetna", plan_name=f"Newer {number}", **AETNA_ADDRESS)

    def rename(number: int) -> None:
        edit_until_done(InsuranceCompany, company.pk, name=f"Aetna {number}")

    def edit_plan(number: int) -> None:
        edit_until_done(InsurancePlan, keys[-number], phone=f"714-555-{number:04}")

    def edit_insurance(number: int) -> None:
        edit_until_done(Insurance, insurances[number].pk, plan_name=f"Name {number}")

    def move(number: int) -> None:
        edit_until_done(InsurancePlan, moving.pk, company=(company, other)[number % 2])

    def change(number: int) -> None:
        InsurancePlan.objects.filter(company=company).change(fax=f"714-556-{number:04}")

    at_once(
        *[many_times(12, rename)] * 2,
        many_times(5, edit_plan),
        many_times(5, edit_insurance),
        many_times(5, add),
        many_times(6, move),
        many_times(4, lambda _: repair(InsurancePlan, keys)),
        many_times(4, change),
    )

    assert InsurancePlan.objects.filter(company=company).count() == 15
    assert not wrong_flags().exists()
