"""A decision holds all that will happen as data: for the log, for programs, and for undoing it."""

import datetime
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder

from ehr.models import Insurance
from kareo.records import Refused
from kareo.records.asking.answers import Answers, record_key
from kareo.records.models import reference
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from sync.models import InsuranceLink, SyncEvent
from sync.propagation import link_orphans, repair
from sync.rules import Cause, decide, dry_run
from sync.screens.wording import reasons
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    RecordFactory,
    anew,
    insurance_of,
    orphan_insurance,
    orphan_plan,
    plan_of,
)

pytestmark = pytest.mark.django_db


def newest(count: int = 1) -> list[SyncEvent]:
    return list(reversed(SyncEvent.objects.all()[:count]))


def link_data(link: InsuranceLink) -> dict[str, int]:
    return {"id": link.pk, "plan": link.plan_id, "insurance": link.insurance_id}


class TestForPrograms:
    def test_a_decision_tells_all_that_it_will_do(self) -> None:
        company = CompanyFactory(name="Aetna", **AETNA_ADDRESS)
        typed = InsuranceFactory.build(company_name="Cigna", plan_name="HMO", **AETNA_ADDRESS)

        told = dry_run([typed]).as_dict()

        assert told["cause"] == "saved"
        [outcome] = told["outcomes"]
        assert outcome == {
            "rule": "ehr-insurance-added-matched",
            "outcome": "created",
            "source": {
                "model": "ehr.Insurance",
                "id": None,
                "text": "Aetna – HMO – 111 Academy Drive, 92617",
            },
            "target": {
                "model": "pm.InsurancePlan",
                "id": None,
                "text": "Aetna – HMO (111 Academy Drive, 92617)",
            },
            "source_changes": {"company_name": ["Cigna", "Aetna"]},
            "changes": {},
            "reason": {
                "code": "matched",
                "company": {"id": company.pk, "text": "Aetna"},
                "same": ["street", "zip"],
                "typed": "Cigna",
                "same_name": False,
            },
        }
        json.dumps(told, cls=DjangoJSONEncoder)

    def test_where_nothing_is_concerned_there_is_no_target(self) -> None:
        [outcome] = dry_run([CompanyFactory.build()]).as_dict()["outcomes"]

        assert outcome["target"] is None
        nothing = {"cause": "repaired", "outcomes": [], "questions": []}
        assert decide([], Cause.REPAIRED).as_dict() == nothing

    def test_what_is_to_be_asked_is_named(self) -> None:
        plan = PlanFactory(name="HMO", **AETNA_ADDRESS)
        typed = PlanFactory.build(company=plan.company, name="H.M.O.", **AETNA_ADDRESS)

        assert dry_run([typed]).as_dict()["questions"] == [record_key(plan)]

    def test_it_is_the_same_before_it_is_carried_out_and_after(self) -> None:
        """A decision tells what will be, whether or not its records have become that."""
        plan = anew(PlanFactory(company__name="Aetna", name="HMO"))
        plan.before, plan.name = anew(plan), "PPO"
        typed = InsuranceFactory.build(company_name="Cigna", **AETNA_ADDRESS)
        CompanyFactory(name="VSP", **AETNA_ADDRESS)
        typed.derive()

        decided = decide([plan, typed])
        told = decided.as_dict()
        [edited, added] = told["outcomes"]

        assert edited["target"]["text"].startswith("Aetna – PPO – ")
        assert added["source"]["text"].startswith("VSP – ")
        assert decided.fingerprint == dry_run([plan, typed]).fingerprint == decided.fingerprint


class TestTheLogHoldsValues:
    def test_a_company_that_a_plan_is_moved_to_is_named_by_key_and_text(self) -> None:
        plan, cigna = PlanFactory(company__name="Aetna"), CompanyFactory(name="Cigna")
        aetna, plan.company = plan.company, cigna
        plan.save()
        InsuranceCompany.objects.filter(pk=cigna.pk).change(name="Cigna Health")

        event = SyncEvent.objects.filter(rule="pm-plan-edited").get()

        assert event.source_changes["company"] == [
            {"id": aetna.pk, "text": "Aetna"},
            {"id": cigna.pk, "text": "Cigna"},
        ]

    def test_why_is_a_code_with_its_values(self) -> None:
        names = [f"Payer {number}" for number in range(6)]
        first, *others = (CompanyFactory(name=name, **AETNA_ADDRESS) for name in names)

        InsuranceFactory(company_name="Cigna", **AETNA_ADDRESS)

        assert newest()[0].reason == {
            "code": "matched",
            "company": reference(first),
            "same": ["street", "zip"],
            "typed": "Cigna",
            "same_name": False,
            "why": "oldest",
            "others": 5,
            "also": [reference(company) for company in others[:3]],
        }

    def test_another_sentence_for_it_is_no_other_effect(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A page that was open while the program was upgraded warns of nothing."""
        plan = PlanFactory()
        EHRPatientFactory(primary_insurance=insurance_of(plan))
        plan = anew(plan)
        plan.before, plan.is_active = anew(plan), False
        decision = decide([plan])
        said = decision.fingerprint
        monkeypatch.setattr(reasons, "SENTENCES", {})

        assert decision.fingerprint == said
        assert decision.outcomes[0].reason == {"code": "deactivated", "patients": 1, "policies": 0}


class TestWhatUndoingNeeds:
    def test_of_an_added_plan_both_records_and_the_link(self) -> None:
        plan = PlanFactory()

        link = InsuranceLink.objects.get()
        assert newest()[0].undo == {
            "link": link_data(link),
            "created": [["ehr.Insurance", link.insurance_id], ["pm.InsurancePlan", plan.pk]],
        }

    def test_of_an_added_insurance_each_record_that_was_made(self) -> None:
        insurance = InsuranceFactory()

        of_company, of_plan = newest(2)
        plan, own = plan_of(insurance), ["ehr.Insurance", insurance.pk]
        assert of_company.undo == {"created": [["pm.InsuranceCompany", plan.company_id], own]}
        assert of_plan.undo == {
            "link": link_data(InsuranceLink.objects.get()),
            "created": [["pm.InsurancePlan", plan.pk]],  # the insurance is in the first's
        }

    def test_of_two_orphans_the_link_alone(self) -> None:
        plan = orphan_plan()
        link_orphans(plan, orphan_insurance().pk)

        assert newest()[0].undo == {"link": link_data(InsuranceLink.objects.get())}

    def test_of_an_edit_nothing_that_the_changes_do_not_say(self) -> None:
        plan = PlanFactory()
        plan.name = "PPO"
        plan.save()
        [event] = repair(InsurancePlan, [plan.pk])

        assert [each.undo for each in newest(2)] == [{}, {}]
        assert event.undo == {}

    @pytest.mark.parametrize("make", [PlanFactory, InsuranceFactory])
    def test_of_a_deleted_half_the_link_and_every_column(
        self, make: type[RecordFactory[Any]]
    ) -> None:
        record = anew(make(notes="Ask for Kim", is_active=False))
        link = link_data(InsuranceLink.objects.get())
        columns = {f.attname for f in record._meta.concrete_fields}
        key = record.pk

        record.delete()

        undo = newest()[0].undo
        assert undo["link"] == link
        assert undo["deleted"].keys() == columns
        assert (undo["deleted"]["id"], undo["deleted"]["notes"]) == (key, "Ask for Kim")

    def test_a_deleted_record_can_be_made_again_of_its_columns(self) -> None:
        policy = PolicyFactory(copay="20.00", effective_on=datetime.date(2026, 1, 1))
        stored = InsurancePolicy.objects.values().get()
        policy.delete()

        deleted = json.loads(json.dumps(newest()[0].undo["deleted"]))
        fields = {field.attname: field for field in InsurancePolicy._meta.concrete_fields}
        values = {name: fields[name].to_python(value) for name, value in deleted.items()}
        InsurancePolicy.objects.model(**values).save_base(raw=True)

        assert InsurancePolicy.objects.values().get() == stored

    def test_what_is_deleted_along_has_an_event_of_its_own_in_the_batch(self) -> None:
        patient = PMPatientFactory()
        keys = [PolicyFactory(patient=patient, rank=rank).pk for rank in ("primary", "secondary")]

        patient.delete()

        *policies, of_patient = newest(3)
        assert [event.undo["deleted"]["id"] for event in policies] == keys
        assert of_patient.undo["deleted"]["chart_number"] == patient.chart_number


class TestAskingAgainUnderTheLock:
    def typed(self, user: User | None, **answers: Any) -> InsurancePlan:
        record = InsurancePlan(company=InsuranceCompany.objects.get(), name="HMO", **AETNA_ADDRESS)
        record.answers = Answers(user, **answers)
        return record

    @pytest.fixture
    def there_already(self) -> InsurancePlan:
        return PlanFactory(name="HMO", **AETNA_ADDRESS)

    def test_what_was_added_meanwhile_is_refused(
        self, there_already: InsurancePlan, admin_user: User
    ) -> None:
        with pytest.raises(Refused, match="something like it is there already"):
            self.typed(admin_user).save()

        assert InsurancePlan.objects.get() == there_already
        assert Insurance.objects.count() == 1

    def test_what_was_confirmed_is_saved(
        self, there_already: InsurancePlan, admin_user: User
    ) -> None:
        self.typed(admin_user, confirmed=frozenset([record_key(there_already)])).save()

        assert InsurancePlan.objects.count() == 2

    def test_nobody_is_asked_where_nobody_typed(self, there_already: InsurancePlan) -> None:
        self.typed(None).save()

        assert InsurancePlan.objects.count() == 2
