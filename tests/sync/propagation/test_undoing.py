"""What was done at once is taken back, in both lists, as it was shown, or not at all."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Max

from ehr.models import Insurance
from kareo.records import Refused
from kareo.records.acting import acting
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from sync.models import DismissedLookAlike, InsuranceLink, SyncEvent
from sync.pairs.flags import wrong_flags
from sync.propagation import (
    Choice,
    NotAsShown,
    dismiss,
    link_orphans,
    merge,
    merging,
    move,
    moving,
    repair,
    undo,
    undoing,
)
from sync.rules.reasons import Code
from tests.conftest import Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    anew,
    insurance_of,
    orphan_insurance,
    orphan_plan,
    plan_of,
)
from tests.state import state

pytestmark = pytest.mark.django_db


def undone(batch: uuid.UUID, **values: Any) -> list[SyncEvent]:
    """Take a batch back as it is shown."""
    return undo(batch, undoing(batch).decision.fingerprint, **values)


def done(action: Callable[[], Any]) -> uuid.UUID:
    """Do something as one action, and return its batch."""
    with acting("somebody"):
        last = SyncEvent.objects.aggregate(last=Max("pk"))["last"] or 0
        action()
    batches = set(SyncEvent.objects.filter(pk__gt=last).values_list("batch", flat=True))
    assert len(batches) == 1
    return batches.pop()


def edit(record: Any, **values: Any) -> Callable[[], Any]:
    return lambda: type(record).objects.filter(pk=record.pk).change(**values)


def codes(batch: uuid.UUID) -> dict[tuple[str, int], str]:
    return {each.ref: each.reason["code"] for each in undoing(batch).refused}


def renaming() -> Callable[[], Any]:
    company = CompanyFactory(name="Aetna", other_names="Aetna Life")
    PlanFactory(company=company)
    return edit(company, name="Aetna Life")


def editing_a_plan() -> Callable[[], Any]:
    return edit(PlanFactory(), name="PPO", phone="800-555-0100", is_active=False, zip_code="02108")


def adding_a_plan() -> Callable[[], Any]:
    company = CompanyFactory()
    return lambda: PlanFactory(company=company)


def adding_in_the_ehr() -> Callable[[], Any]:
    return lambda: InsuranceFactory(**AETNA_ADDRESS)


def adding_in_the_ehr_matched() -> Callable[[], Any]:
    CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    return lambda: InsuranceFactory(company_name="Etna", **AETNA_ADDRESS)


def deleting_a_plan() -> Callable[[], Any]:
    return PlanFactory().delete


def deleting_an_insurance() -> Callable[[], Any]:
    return insurance_of(PlanFactory()).delete


def deleting_a_company() -> Callable[[], Any]:
    return CompanyFactory(other_names="One\nTwo").delete


def deleting_a_patient_with_policies() -> Callable[[], Any]:
    policy = PolicyFactory(
        effective_on=datetime.date(2026, 1, 1), copay="12.5", relationship="self"
    )
    PolicyFactory(patient=policy.patient, rank="secondary")
    return policy.patient.delete


def editing_patients() -> Callable[[], Any]:
    insurance, patient = insurance_of(PlanFactory()), EHRPatientFactory()
    values = {"secondary_insurance": insurance, "date_of_birth": datetime.date(1990, 2, 3)}
    return edit(patient, **values, chart_number="Z1")


def trading_ranks() -> Callable[[], Any]:
    first = PolicyFactory(rank="primary")
    second = PolicyFactory(patient=first.patient, rank="secondary")

    def trade() -> None:
        first.rank, second.rank = "secondary", "primary"
        InsurancePolicy.objects.save_together([first, second])

    return trade


def merging_companies() -> Callable[[], Any]:
    keep, other = CompanyFactory(phone="800-555-0100"), CompanyFactory(fax="800-555-0101")
    for company in (keep, other):
        plan = PlanFactory(company=company, name="HMO", **AETNA_ADDRESS)
        PlanFactory(company=company)
        PolicyFactory(plan=plan)
        EHRPatientFactory(primary_insurance=insurance_of(plan))
    choice = Choice(InsuranceCompany, keep.pk, (other.pk,), {"name": other.pk})
    return lambda: merge(choice, merging(choice).decision.fingerprint)


def moving_plans() -> Callable[[], Any]:
    plans, to = PlanFactory.create_batch(2), CompanyFactory()
    keys = [plan.pk for plan in plans]
    stored = InsurancePlan.objects.filter(pk__in=keys).select_related("company")
    return lambda: move(keys, to.pk, moving(list(stored), to).fingerprint)


def linking_orphans() -> Callable[[], Any]:
    plan, insurance = orphan_plan(), orphan_insurance(phone="800-555-0100")
    return lambda: link_orphans(plan, insurance.pk)


def linking_the_same() -> Callable[[], Any]:
    plan = PlanFactory()
    values = {n: getattr(plan, n) for n in InsurancePlan.address_fields}
    insurance_of(plan).delete()
    Insurance.objects.bulk_create(
        [Insurance(company_name=plan.company.name, plan_name=plan.name, **values)]
    )
    return lambda: link_orphans(anew(plan), Insurance.objects.get().pk)


def repairing() -> Callable[[], Any]:
    plan = PlanFactory()
    InsuranceCompany.objects.filter(pk=plan.company_id).change(name="New name")
    return lambda: repair(InsurancePlan, [plan.pk])


def sending_an_orphan() -> Callable[[], Any]:
    plan = orphan_plan()
    return lambda: repair(InsurancePlan, [plan.pk])


def deactivating_with_plans() -> Callable[[], Any]:
    plan = PlanFactory()
    return edit(plan.company, is_active=False, plans_too=True)


ACTIONS = [
    renaming,
    editing_a_plan,
    adding_a_plan,
    adding_in_the_ehr,
    adding_in_the_ehr_matched,
    deleting_a_plan,
    deleting_an_insurance,
    deleting_a_company,
    deleting_a_patient_with_policies,
    editing_patients,
    trading_ranks,
    merging_companies,
    moving_plans,
    linking_orphans,
    linking_the_same,
    repairing,
    sending_an_orphan,
    deactivating_with_plans,
]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.__name__)
def test_undoing_leads_back_and_undoing_that_leads_there_again(
    action: Callable[[], Callable[[], Any]],
) -> None:
    do = action()
    before = state()
    batch = done(do)
    after = state()

    events = undone(batch)

    assert state() == before
    assert {event.rule for event in events} == {"batch-undone"}
    assert not wrong_flags().exists()
    undone(events[0].batch)
    assert state() == after
    assert not wrong_flags().exists()


def test_what_is_shown_writes_nothing(statements: Statements) -> None:
    batch = done(merging_companies())
    with statements() as sent:
        assert undoing(batch).decision.events
    assert not [sql for sql in sent if not sql.startswith("SELECT")]


def test_a_set_is_undone_in_a_few_statements(statements: Statements) -> None:
    company = CompanyFactory()

    def count(plans: int) -> int:
        batch = done(lambda: [PlanFactory(company=company) for _ in range(plans)])
        shown = undoing(batch).decision.fingerprint
        with statements() as sent:
            undo(batch, shown)
        return len(sent)

    assert count(20) <= count(4) + 4


class TestRefused:
    def test_where_somebody_changed_the_same_field_since(self) -> None:
        plan = PlanFactory()
        batch = done(edit(plan, phone="800-555-0100", fax="800-555-0101"))
        insurance = insurance_of(plan)
        done(edit(plan, fax="800-555-0102"))
        before = state()

        assert codes(batch) == {
            ("pm.InsurancePlan", plan.pk): Code.CHANGED_SINCE,
            ("ehr.Insurance", insurance.pk): Code.CHANGED_SINCE,
        }
        with pytest.raises(Refused, match="some of it can't be"):
            undone(batch)
        with pytest.raises(Refused, match="nothing of it is left"):
            undone(batch, rest=True)
        assert state() == before

    def test_not_where_another_field_was(self) -> None:
        plan = PlanFactory()
        batch = done(edit(plan, phone="800-555-0100"))
        done(edit(plan, name="PPO"))

        undone(batch)

        assert (anew(plan).phone, anew(plan).name) == ("", "PPO")

    def test_what_was_added_and_is_used_stays_with_its_counterpart(self) -> None:
        company = CompanyFactory()
        plans: list[InsurancePlan] = []
        batch = done(lambda: plans.extend(PlanFactory.create_batch(2, company=company)))
        patient = EHRPatientFactory(primary_insurance=insurance_of(plans[0]))
        insurance = insurance_of(plans[0])

        [refused] = undoing(batch).refused
        assert refused.ref == ("ehr.Insurance", insurance.pk)
        assert refused.reason == {"code": "used", "by_model": "ehr.Patient", "by_id": patient.pk}
        undone(batch, rest=True)

        assert insurance_of(plans[0]) == insurance
        assert [*InsurancePlan.objects.all()] == [plans[0]]

    def test_a_company_that_was_made_stays_while_a_plan_is_under_it(self) -> None:
        batch = done(lambda: InsuranceFactory(**AETNA_ADDRESS))
        PlanFactory(company=InsuranceCompany.objects.get())

        assert set(codes(batch).values()) == {Code.USED}
        with pytest.raises(Refused, match="nothing of it is left"):
            undone(batch, rest=True)
        assert InsurancePlan.objects.count() == 2

    def test_what_was_added_and_changed_since_stays(self) -> None:
        company = CompanyFactory()
        batch = done(lambda: PlanFactory(company=company))
        plan = InsurancePlan.objects.get()
        done(edit(plan, notes="Call first."))

        assert codes(batch) == {("pm.InsurancePlan", plan.pk): Code.CHANGED_SINCE}

        edit(plan, notes="")()
        undone(batch)
        assert not Insurance.objects.exists()

    def test_what_was_changed_and_deleted_since(self) -> None:
        company = CompanyFactory()
        batch = done(edit(company, name="Other"))
        anew(company).delete()

        assert codes(batch) == {("pm.InsuranceCompany", company.pk): Code.GONE_SINCE}

    def test_what_was_added_and_deleted_since_is_gone_already(self) -> None:
        batch = done(lambda: CompanyFactory())
        InsuranceCompany.objects.all().delete()
        with pytest.raises(Refused, match="nothing of it is left"):
            undone(batch)

    def test_of_what_was_added_the_half_that_is_left_goes(self) -> None:
        company = CompanyFactory()
        batch = done(lambda: PlanFactory(company=company))
        InsurancePlan.objects.all().delete()

        undone(batch)

        assert not Insurance.objects.exists()

    def test_what_would_come_back_without_what_it_needs(self) -> None:
        plan = PlanFactory()
        company = plan.company
        batch = done(plan.delete)
        insurance = Insurance.objects.get()
        company = anew(company)
        company.delete()

        refused = undoing(batch).refused
        assert [each.reason for each in refused] == [
            {"code": "needs", "model": "pm.InsuranceCompany"}
        ]
        insurance.delete()

    def test_what_was_merged_isnt_moved_back_to_one_that_is_gone(self) -> None:
        first, second = PlanFactory.create_batch(2)
        batch = done(edit(first, company=second.company))
        InsuranceCompany.objects.filter(plans=None).delete()

        assert Code.NEEDS in codes(batch).values()

    def test_a_link_that_ended_where_the_other_half_has_another_by_now(self) -> None:
        plan = PlanFactory()
        insurance = insurance_of(plan)
        batch = done(plan.delete)
        repair(Insurance, [insurance.pk])

        assert codes(batch)[("pm.InsurancePlan", SyncEvent.objects.get(batch=batch).source_id)] == (
            Code.LINKED_SINCE
        )

    def test_a_link_that_ended_where_the_other_half_is_gone(self) -> None:
        plan = PlanFactory()
        batch = done(plan.delete)
        Insurance.objects.all().delete()

        assert [each.reason["code"] for each in undoing(batch).refused] == [Code.NEEDS]

    def test_a_chart_number_that_somebody_else_has_by_now(self) -> None:
        patient = PMPatientFactory(chart_number="A1")
        batch = done(patient.delete)
        PMPatientFactory(chart_number="A1")

        [refused] = undoing(batch).refused
        assert refused.reason == {"code": "taken", "field": "chart_number"}

    def test_a_rank_that_another_policy_has_by_now(self) -> None:
        policy = PolicyFactory()
        batch = done(policy.delete)
        PolicyFactory(patient=policy.patient)

        assert [each.reason["code"] for each in undoing(batch).refused] == [Code.TAKEN]

    def test_ranks_that_would_be_the_same_two_times(self) -> None:
        policy = PolicyFactory(rank="primary")
        other = PolicyFactory(patient=policy.patient, rank="secondary")

        def trade() -> None:
            edit(policy, rank="tertiary")()
            edit(other, rank="primary", ends_on=datetime.date(2020, 1, 1))()
            edit(other, rank="secondary")()

        batch = done(trade)
        undone(batch)
        assert (anew(policy).rank, anew(other).ends_on) == ("primary", None)

    def test_what_was_undone_already(self) -> None:
        batch = done(editing_a_plan())
        with acting("boss"):
            undone(batch)

        with pytest.raises(Refused, match="undone already by boss"):
            undone(batch)

    def test_what_the_log_doesnt_have(self) -> None:
        with pytest.raises(Refused, match="the log has nothing of it"):
            undoing(uuid.uuid4())

    def test_where_it_isnt_what_was_shown(self) -> None:
        plan = PlanFactory()
        batch = done(edit(plan, phone="800-555-0100"))
        shown = undoing(batch).decision.fingerprint
        PolicyFactory(plan=plan)
        edit(plan, phone="")()

        with pytest.raises(NotAsShown, match="Nothing was undone"):
            undo(batch, shown)

    def test_a_dismissal_has_nothing_to_go_back(self) -> None:
        first, second = CompanyFactory.create_batch(2)
        batch = done(lambda: dismiss(first, second.pk))

        with pytest.raises(Refused, match="nothing of it is left"):
            undone(batch)
        assert DismissedLookAlike.objects.exists()


def test_the_log_says_what_was_undone() -> None:
    plan = PlanFactory()
    batch = done(edit(plan, name="PPO"))

    with acting("boss"):
        events = undone(batch)

    assert [(e.source_model, e.actor, e.reason["code"]) for e in events] == [
        ("pm.InsurancePlan", "boss", "undone"),
        ("ehr.Insurance", "boss", "undone"),
    ]
    assert (events[0].reason["batch"], events[0].reason["actor"]) == (str(batch), "somebody")
    assert events[0].source_changes == {"name": ["PPO", plan.name]}


def test_a_link_comes_back_under_its_key() -> None:
    plan = PlanFactory()
    link = InsuranceLink.objects.get()
    batch = done(plan.delete)
    undone(batch)
    assert InsuranceLink.objects.get() == link
    assert plan_of(link.insurance)
