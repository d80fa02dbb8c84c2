"""Companies, plans and insurances are merged in both lists, as it was shown, or not at all."""

import datetime
from importlib import import_module
from typing import Any

import pytest

from ehr.models import Insurance
from kareo.records import Refused
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.flags import wrong_pairs
from sync.propagation import Choice, NotAsShown, merge, merging
from sync.rules.decision import UNCHANGED, UPDATED
from tests.conftest import AtOnce, Statements
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

pytestmark = pytest.mark.django_db

PLACE = {"street_1": "5 Elm Street", "city": "Irvine", "state": "CA", "zip_code": "92617"}


def chosen(keep: Any, *others: Any, **values: Any) -> Choice:
    return Choice(type(keep), keep.pk, tuple(other.pk for other in others), **values)


def merged(keep: Any, *others: Any, **values: Any) -> list[SyncEvent]:
    """Merge as it is shown."""
    choice = chosen(keep, *others, **values)
    return merge(choice, merging(choice).decision.fingerprint)


@pytest.fixture
def aetna() -> InsuranceCompany:
    return CompanyFactory(name="Aetna", payer_id="60054", **AETNA_ADDRESS)


@pytest.fixture
def aetna_inc() -> InsuranceCompany:
    return CompanyFactory(name="Aetna Health", phone="800-555-0100", **PLACE)


class TestCompanies:
    def test_plans_move_and_their_insurances_take_the_name_kept(
        self, aetna: InsuranceCompany, aetna_inc: InsuranceCompany
    ) -> None:
        plan = PlanFactory(company=aetna_inc, name="HMO")
        stays = PlanFactory(company=aetna, name="PPO")

        events = merged(aetna, aetna_inc)

        assert anew(plan).company == aetna
        assert insurance_of(plan).company_name == "Aetna"
        assert anew(stays).version == stays.version
        assert [(e.rule, e.outcome, e.source_model) for e in events] == [
            ("companies-merged", UPDATED, "pm.InsuranceCompany"),
            ("plans-moved", UPDATED, "pm.InsurancePlan"),
        ]
        assert len({event.batch for event in events}) == 1
        assert SyncEvent.objects.filter(batch=events[0].batch).count() == 2

    def test_the_other_becomes_inactive_points_to_the_one_kept_and_lends_it_its_names_and_values(
        self, aetna: InsuranceCompany, aetna_inc: InsuranceCompany
    ) -> None:
        aetna_inc.other_names = "Aetna Life"
        aetna_inc.save()

        [event] = merged(aetna, aetna_inc)

        kept, gone = anew(aetna), anew(aetna_inc)
        assert (gone.is_active, gone.merged_into) == (False, kept)
        assert (kept.name, kept.payer_id, kept.phone) == ("Aetna", "60054", "800-555-0100")
        assert kept.other_names.splitlines() == ["Aetna Health", "Aetna Life"]
        assert (gone.name, gone.phone) == ("Aetna Health", "800-555-0100")
        assert (event.source_id, event.target_id) == (gone.pk, kept.pk)
        assert event.source_changes == {
            "is_active": [True, False],
            "merged_into": [None, {"id": kept.pk, "text": "Aetna"}],
        }
        assert event.changes == {
            "other_names": ["", "Aetna Health\nAetna Life"],
            "phone": ["", "800-555-0100"],
        }

    def test_what_is_taken_from_the_other_is_written_and_a_new_name_goes_to_all_insurances(
        self, aetna: InsuranceCompany, aetna_inc: InsuranceCompany
    ) -> None:
        own = PlanFactory(company=aetna, name="PPO")
        moves = PlanFactory(company=aetna_inc, name="HMO")

        events = merged(aetna, aetna_inc, take={"name": aetna_inc.pk, "address": aetna_inc.pk})

        kept = anew(aetna)
        assert (kept.name, kept.street_1) == ("Aetna Health", "5 Elm Street")
        assert kept.other_names == "Aetna"
        assert insurance_of(own).company_name == "Aetna Health"
        assert insurance_of(moves).company_name == "Aetna Health"
        assert {(e.rule, e.source_id) for e in events if e.source_model == "pm.InsurancePlan"} == {
            ("companies-merged", own.pk),
            ("plans-moved", moves.pk),
        }
        assert not wrong_pairs().exists()

    def test_plans_that_become_the_same_are_merged_with_their_policies_and_patients(
        self, aetna: InsuranceCompany, aetna_inc: InsuranceCompany
    ) -> None:
        kept = PlanFactory(company=aetna, name="HMO", **PLACE)
        gone = PlanFactory(company=aetna_inc, name="hmo", phone="800-555-0199", **PLACE)
        policy = PolicyFactory(plan=gone, rank="primary")
        patient = EHRPatientFactory(secondary_insurance=insurance_of(gone))

        shown = merging(chosen(aetna, aetna_inc))
        assert [[plan.pk for plan in same] for same in shown.twins] == [[kept.pk, gone.pk]]
        merged(aetna, aetna_inc)

        assert anew(policy).plan == kept
        assert anew(patient).secondary_insurance == insurance_of(kept)
        assert anew(kept).phone == insurance_of(kept).phone == "800-555-0199"
        for half, stays in ((gone, kept), (insurance_of(gone), insurance_of(kept))):
            assert anew(half).merged_into == stays
            assert not anew(half).is_active
        assert InsuranceLink.objects.count() == 2
        assert anew(gone).company == aetna_inc
        assert not wrong_pairs().exists()

    def test_the_same_plan_twice_under_the_one_kept_is_merged_as_well_and_no_name_is_stale(
        self, aetna: InsuranceCompany, aetna_inc: InsuranceCompany
    ) -> None:
        plans = [
            PlanFactory(company=company, name="HMO", **PLACE)
            for company in (aetna, aetna, aetna_inc)
        ]

        merged(aetna, aetna_inc, take={"name": aetna_inc.pk})

        assert [anew(plan).merged_into for plan in plans] == [None, plans[0], plans[0]]
        assert {insurance_of(plan).company_name for plan in plans} == {"Aetna Health"}
        assert not wrong_pairs().exists()

    def test_one_that_is_inactive_already_is_no_twin(
        self, aetna: InsuranceCompany, aetna_inc: InsuranceCompany
    ) -> None:
        for company in (aetna, aetna_inc):
            plan = PlanFactory(company=company, name="HMO", **PLACE)
        InsurancePlan.objects.filter(pk=plan.pk).change(is_active=False)

        merged(aetna, aetna_inc)

        assert (anew(plan).company, anew(plan).merged_into) == (aetna, None)

    def test_where_a_plan_was_just_added_nothing_is_done(
        self, aetna: InsuranceCompany, aetna_inc: InsuranceCompany, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        choice = chosen(aetna, aetna_inc)
        shown = merging(choice).decision.fingerprint
        module = import_module("sync.propagation.merging")  # which has a function of its name
        monkeypatch.setattr(module, "_keys_of_plans", lambda choice: {1})

        with pytest.raises(NotAsShown):
            merge(choice, shown)
        assert anew(aetna_inc).is_active

    def test_a_stale_name_of_one_that_is_merged_is_cured(self, aetna: InsuranceCompany) -> None:
        plans = PlanFactory.create_batch(2, company=aetna)
        InsuranceCompany.objects.filter(pk=aetna.pk).change(name="Aetna Health")

        merged(*plans)

        assert insurance_of(plans[1]).company_name == "Aetna Health"
        assert InsuranceLink.objects.get(plan=plans[1]).stale_name is False

    def test_plans_that_are_kept_apart_only_move(
        self, aetna: InsuranceCompany, aetna_inc: InsuranceCompany
    ) -> None:
        PlanFactory(company=aetna, name="HMO", **PLACE)
        other = PlanFactory(company=aetna_inc, name="HMO", **PLACE)

        merged(aetna, aetna_inc, apart=[other.pk])

        assert (anew(other).company, anew(other).is_active) == (aetna, True)
        assert insurance_of(other).company_name == "Aetna"

    def test_an_ehr_add_at_the_others_address_goes_to_the_one_kept_through_chains(
        self, aetna: InsuranceCompany, aetna_inc: InsuranceCompany
    ) -> None:
        first = CompanyFactory(name="Aetna Life", street_1="7 Oak Road")
        merged(aetna_inc, first)
        merged(aetna, aetna_inc)

        plan = plan_of(InsuranceFactory(company_name="Aetna Life", street_1="7 Oak Road"))

        assert plan.company == aetna
        event = SyncEvent.objects.get(rule="ehr-insurance-added-matched")
        assert event.reason["merged"] == {"id": first.pk, "text": "Aetna Life"}
        assert event.reason["same_name"]
        assert InsuranceCompany.objects.count() == 3

    def test_making_it_active_again_ends_the_pointer(
        self, aetna: InsuranceCompany, aetna_inc: InsuranceCompany
    ) -> None:
        merged(aetna, aetna_inc)
        again = anew(aetna_inc)
        again.is_active = True
        again.save()

        assert anew(aetna_inc).merged_into is None
        event = SyncEvent.objects.latest("pk")
        assert event.source_changes["merged_into"] == [{"id": aetna.pk, "text": "Aetna"}, None]
        assert plan_of(InsuranceFactory(**PLACE)).company == aetna_inc

    @pytest.mark.parametrize("refused", ["itself", "inactive", "merged", "gone", "alone", "many"])
    def test_what_cant_be_merged_is_refused_in_words(
        self, aetna: InsuranceCompany, aetna_inc: InsuranceCompany, refused: str
    ) -> None:
        others: tuple[int, ...] = (aetna_inc.pk,)
        keep, why = aetna.pk, "choose at least two"
        if refused == "itself":
            others, why = (aetna.pk,), "one and the same"
        elif refused == "inactive":
            InsuranceCompany.objects.filter(pk=keep).change(is_active=False)
            why = "is inactive"
        elif refused == "merged":
            merged(CompanyFactory(name="Third"), aetna_inc)
            why = "Aetna Health was merged already, into Third"
        elif refused == "gone":
            others, why = (10**6,), "there is none with the key 1000000"
        elif refused == "alone":
            others = ()
        else:
            others, why = tuple(range(10**6, 10**6 + 10_000)), "10 at once at most"
        before = SyncEvent.objects.count()

        with pytest.raises(Refused, match=why):
            merge(Choice(InsuranceCompany, keep, others), "")
        assert SyncEvent.objects.count() == before

    def test_it_isnt_done_where_it_isnt_what_was_shown(
        self, aetna: InsuranceCompany, aetna_inc: InsuranceCompany
    ) -> None:
        choice = chosen(aetna, aetna_inc)
        shown = merging(choice).decision.fingerprint
        plan = PlanFactory(company=aetna_inc)

        with pytest.raises(NotAsShown, match="Nothing was merged"):
            merge(choice, shown)
        assert anew(aetna_inc).is_active
        assert anew(plan).company == aetna_inc

    def test_what_is_shown_writes_nothing(
        self, aetna: InsuranceCompany, aetna_inc: InsuranceCompany, statements: Statements
    ) -> None:
        PlanFactory(company=aetna_inc)
        with statements() as sent:
            assert merging(chosen(aetna, aetna_inc)).decision.events
        assert not [sql for sql in sent if not sql.startswith("SELECT")]


class TestPlans:
    @pytest.fixture
    def kept(self, aetna: InsuranceCompany) -> InsurancePlan:
        return PlanFactory(company=aetna, name="HMO")

    @pytest.fixture
    def gone(self, aetna: InsuranceCompany) -> InsurancePlan:
        return PlanFactory(company=aetna, name="HMO plan")

    @pytest.mark.parametrize("from_ehr", [False, True])
    def test_policies_and_patients_move_each_with_its_event(
        self, kept: InsurancePlan, gone: InsurancePlan, from_ehr: bool
    ) -> None:
        ended = PolicyFactory(plan=gone, ends_on=datetime.date(2020, 1, 1))
        removed = PolicyFactory(plan=gone, is_active=False)
        patient = EHRPatientFactory(primary_insurance=insurance_of(gone))
        halves = (insurance_of(kept), insurance_of(gone)) if from_ehr else (kept, gone)

        events = merged(*halves)

        assert {anew(policy).plan for policy in (ended, removed)} == {kept}
        assert anew(patient).primary_insurance == insurance_of(kept)
        assert {(e.rule, e.outcome, e.source_model, e.source_id) for e in events} == {
            ("plans-merged", UNCHANGED, "pm.InsurancePlan", gone.pk),
            ("plans-merged", UNCHANGED, "ehr.Insurance", insurance_of(gone).pk),
            ("plans-merged", UPDATED, "pm.InsurancePolicy", ended.pk),
            ("plans-merged", UPDATED, "pm.InsurancePolicy", removed.pk),
            ("plans-merged", UPDATED, "ehr.Patient", patient.pk),
        }
        assert anew(gone).merged_into == kept
        assert insurance_of(gone).merged_into == insurance_of(kept)

    def test_activating_one_half_again_ends_both_pointers(
        self, kept: InsurancePlan, gone: InsurancePlan
    ) -> None:
        merged(kept, gone)
        insurance = insurance_of(gone)
        insurance.is_active = True
        insurance.save()

        assert (anew(gone).is_active, anew(gone).merged_into) == (True, None)
        assert insurance_of(gone).merged_into is None
        event = SyncEvent.objects.latest("pk")
        assert {"is_active", "merged_into"} == event.changes.keys() == event.source_changes.keys()

    @pytest.mark.parametrize(
        ("rank", "values", "stays"),
        [
            ("secondary", {}, True),  # both hold today
            ("secondary", {"ends_on": datetime.date(2020, 1, 1)}, False),
            ("primary", {"ends_on": datetime.date(2020, 1, 1)}, True),
            ("primary", {"is_active": False}, False),
        ],
    )
    def test_a_patient_who_would_have_one_plan_twice_is_left_out_where_that_is_chosen(
        self,
        kept: InsurancePlan,
        gone: InsurancePlan,
        rank: str,
        values: dict[str, Any],
        stays: bool,
    ) -> None:
        patient = PMPatientFactory()
        start = datetime.date(2021, 1, 1)
        PolicyFactory(patient=patient, plan=kept, rank="primary", effective_on=start)
        policy = PolicyFactory(patient=patient, plan=gone, rank=rank, **values)
        others = PolicyFactory(plan=gone)

        assert merging(chosen(kept, gone)).stay == ([policy] if stays else [])
        if stays:
            with pytest.raises(Refused, match="would have one plan twice"):
                merged(kept, gone)
            assert anew(others).plan == gone
        merged(kept, gone, leave=True)

        assert anew(policy).plan == (gone if stays else kept)
        assert anew(others).plan == kept

    def test_so_is_an_ehr_patient_of_whom_both_would_be_the_same(
        self, kept: InsurancePlan, gone: InsurancePlan
    ) -> None:
        both = {"primary_insurance": insurance_of(gone), "secondary_insurance": insurance_of(kept)}
        patient = EHRPatientFactory(**both)

        assert merging(chosen(kept, gone)).stay == [patient]
        merged(kept, gone, leave=True)

        assert anew(patient).primary_insurance == insurance_of(gone)

    def test_plans_of_two_companies_are_refused(self, kept: InsurancePlan) -> None:
        with pytest.raises(Refused, match="of different companies"):
            merged(kept, PlanFactory())

    def test_the_one_kept_must_have_both_halves_where_another_has(
        self, kept: InsurancePlan, aetna: InsuranceCompany
    ) -> None:
        orphan, insurance = orphan_plan(company=aetna), orphan_insurance()
        with pytest.raises(Refused, match="has no insurance in the EHR"):
            merged(orphan, kept)
        with pytest.raises(Refused, match="has no plan in PM"):
            merged(insurance, insurance_of(kept))

        policy, patient = PolicyFactory(plan=orphan), EHRPatientFactory(primary_insurance=insurance)
        merged(kept, orphan)
        merged(insurance_of(kept), insurance)

        assert anew(policy).plan == kept
        assert anew(patient).primary_insurance == insurance_of(kept)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_that_merge_each_others_company_merge_one_of_them(self, at_once: AtOnce) -> None:
        companies = CompanyFactory.create_batch(2)
        for company in companies:
            PlanFactory.create_batch(3, company=company)
        choices = [chosen(*companies), chosen(*reversed(companies))]
        shown = [merging(choice).decision.fingerprint for choice in choices]

        def run(at: int) -> str:
            try:
                merge(choices[at], shown[at])
            except Refused as refused:
                return str(refused)
            return ""

        done = at_once(lambda: run(0), lambda: run(1))

        assert sum(not each for each in done) == 1
        [kept] = InsuranceCompany.objects.active()
        assert InsurancePlan.objects.filter(company=kept).count() == 6
        assert set(Insurance.objects.values_list("company_name", flat=True)) == {kept.name}

    def test_a_plan_that_is_added_to_the_one_merged_isnt_left_behind(self, at_once: AtOnce) -> None:
        keep, other = CompanyFactory.create_batch(2)
        choice = chosen(keep, other)
        shown = merging(choice).decision.fingerprint

        def add() -> str:
            try:
                PlanFactory(company=anew(other))
            except Refused as refused:
                return str(refused)
            return "added"

        def run() -> str:
            try:
                merge(choice, shown)
            except Refused as refused:
                return str(refused)
            return "merged"

        done = at_once(add, run)

        left = InsurancePlan.objects.filter(company=other).exists()
        assert left is not (anew(other).merged_into == keep), done


def test_records_that_others_were_merged_into_cant_be_deleted(
    aetna: InsuranceCompany, aetna_inc: InsuranceCompany
) -> None:
    merged(aetna, aetna_inc)
    with pytest.raises(Exception, match="protected"):
        anew(aetna).delete()
    anew(aetna_inc).delete()
    anew(aetna).delete()
    assert not InsuranceCompany.objects.exists()
