"""What rows of a payer list become: companies, plans, insurances and the log."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection

from ehr.models import Insurance
from kareo.records import Origin
from kareo.records.rows.writing import FEW_INSERTED
from pm.models import InsuranceCompany, InsurancePlan
from sync.importing import batches
from sync.importing.batches import ImportStopped, Summary, import_rows
from sync.importing.payer_list import PayerRow
from sync.models import InsuranceLink, SyncEvent
from sync.propagation.writing import apply
from sync.rules.decision import Decision
from tests.conftest import Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    PlanFactory,
    anew,
    insurance_of,
    orphan_plan,
)
from tests.screens import why

pytestmark = pytest.mark.django_db

NO_ADDRESS = dict.fromkeys(("street_1", "street_2", "city", "state", "zip_code"), "")
SECOND_ADDRESS = {"street_1": "2 Elm St", "city": "Boston", "state": "MA", "zip_code": "02110"}


def row(line: int = 2, **values: Any) -> PayerRow:
    blank = {"company": "Aetna", "plan": "HMO", "street_2": "", "phone": "", "payer_id": ""}
    values = blank | AETNA_ADDRESS | values
    address = {name: values.pop(name) for name in InsurancePlan.address_fields}
    return PayerRow(line=line, address=address, **values)


def imported(*rows: PayerRow, batch_size: int = batches.BATCH) -> Summary:
    total = Summary()
    for done in import_rows(rows, "payers.csv", batch_size):
        total.add(done)
    return total


def aetna_plan(**values: Any) -> InsurancePlan:
    company = values.pop("company", None) or CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    return PlanFactory(company=company, **({"name": "HMO"} | AETNA_ADDRESS | values))


def everything() -> list[list[Any]]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (InsuranceCompany, InsurancePlan, Insurance, InsuranceLink)
    ]


def notes() -> list[str]:
    return [why(event) for event in SyncEvent.objects.order_by("pk")]


class TestNewRows:
    def test_a_row_becomes_a_company_a_plan_and_an_insurance(self) -> None:
        done = imported(row(phone="800-555-0100", payer_id="60054"))

        company, plan = InsuranceCompany.objects.get(), InsurancePlan.objects.get()
        assert (company.name, company.address, company.payer_id, company.phone) == (
            "Aetna",
            "111 Academy Drive, Irvine, CA 92617",
            "60054",
            "",
        )
        assert (plan.company, plan.name, plan.phone) == (company, "HMO", "800-555-0100")
        assert plan.address == company.address
        insurance = insurance_of(plan)
        assert insurance.name == "Aetna – HMO – 111 Academy Drive, 92617"
        assert insurance.phone == "800-555-0100"
        assert {company.origin, plan.origin, insurance.origin} == {Origin.IMPORT}
        assert done == Summary(rows=1, companies_added=1, plans_added=1, insurances_created=1)

    def test_each_new_record_has_its_event(self) -> None:
        imported(row())

        events = SyncEvent.objects.values_list("rule", "outcome", "source_model", "target_model")
        assert set(events) == {
            ("pm-company-added", "not_propagated", "pm.InsuranceCompany", ""),
            ("pm-plan-added", "created", "pm.InsurancePlan", "ehr.Insurance"),
        }

    def test_rows_of_one_company_share_it_and_it_takes_the_first_address(self) -> None:
        imported(row(2), row(3, plan="PPO", **SECOND_ADDRESS), row(4, plan="EPO", company="AETNA."))

        company = InsuranceCompany.objects.get()
        assert company.zip_code == "92617"
        assert company.plans.count() == 3
        assert Insurance.objects.filter(company_name="Aetna").count() == 3

    def test_the_same_plan_at_another_address_or_company_is_another_plan(self) -> None:
        done = imported(row(2), row(3, **SECOND_ADDRESS), row(4, company="Cigna"))

        assert done.plans_added == InsurancePlan.objects.count() == 3

    def test_an_address_that_gives_no_key_is_recognized_by_its_spelling(self) -> None:
        rows = [row(2, street_1="-"), row(3, street_1="."), row(4, street_1="-")]

        assert imported(*rows).plans_added == 2
        assert imported(*rows).plans_added == 0


class TestWhatIsThere:
    def test_a_list_imported_twice_adds_and_changes_nothing(self) -> None:
        rows = [row(2), row(3, plan="PPO"), row(4, company="Cigna", phone="800-555-0100")]
        imported(*rows)
        before = everything()

        done = imported(*rows)

        assert everything() == before
        assert done == Summary(rows=3, already_there=3)

    def test_other_spellings_of_company_plan_and_address_are_recognized(self) -> None:
        plan = aetna_plan()

        done = imported(row(company="AETNA,", plan="h.m.o.", street_1="111 ACADEMY DRIVE."))

        assert done == Summary(rows=1, already_there=1)
        assert InsurancePlan.objects.get() == plan

    def test_blanks_are_filled_and_cross_to_the_insurance(self) -> None:
        company = CompanyFactory(name="Aetna", **NO_ADDRESS)
        plan = aetna_plan(company=company)

        done = imported(row(phone="800-555-0100", payer_id="60054"))

        company, plan = anew(company), anew(plan)
        assert (company.payer_id, company.address) == (
            "60054",
            "111 Academy Drive, Irvine, CA 92617",
        )
        assert company.address_key == plan.address_key
        assert plan.phone == insurance_of(plan).phone == "800-555-0100"
        assert (company.version, plan.version) == (2, 2)
        assert done == Summary(rows=1, companies_filled=1, plans_filled=1, insurances_updated=1)

    def test_what_is_filled_in_already_is_never_overwritten(self) -> None:
        company = CompanyFactory(name="Aetna", payer_id="1", **SECOND_ADDRESS)
        aetna_plan(company=company, phone="800-555-0199")
        before = everything()

        done = imported(row(phone="800-555-0100", payer_id="2"))

        assert everything() == before
        assert done == Summary(rows=1, already_there=1)

    def test_a_company_with_part_of_an_address_keeps_that_part_alone(self) -> None:
        company = CompanyFactory(name="Aetna", **{**NO_ADDRESS, "city": "Boston"})

        imported(row())

        assert anew(company).address == "Boston"

    def test_an_address_is_filled_from_the_first_row_that_names_the_company(self) -> None:
        company = CompanyFactory(name="Aetna", **NO_ADDRESS)

        imported(row(2), row(3, plan="PPO", street_2="Suite 5", **SECOND_ADDRESS))

        assert anew(company).address == "111 Academy Drive, Irvine, CA 92617"

    def test_what_is_inactive_is_recognized_and_stays_inactive(self) -> None:
        company = CompanyFactory(name="Aetna", is_active=False, **AETNA_ADDRESS)
        plan = aetna_plan(company=company, is_active=False)

        done = imported(row(phone="800-555-0100"))

        assert done.plans_added == done.companies_added == 0
        assert not anew(company).is_active
        assert not anew(plan).is_active
        assert not insurance_of(plan).is_active

    def test_of_companies_with_one_name_the_oldest_active_one_is_meant(self) -> None:
        CompanyFactory(name="Aetna", is_active=False)
        meant = CompanyFactory(name="AETNA")
        CompanyFactory(name="Aetna", created_at=meant.created_at.replace(year=2001))

        imported(row())

        assert InsurancePlan.objects.get().company == meant

    def test_of_plans_with_one_name_and_address_the_oldest_active_one_is_meant(self) -> None:
        company = CompanyFactory(name="Aetna")
        aetna_plan(company=company, is_active=False)
        meant = aetna_plan(company=company)
        aetna_plan(company=company, created_at=meant.created_at.replace(year=2001))

        imported(row(phone="800-555-0100"))

        assert InsurancePlan.objects.get(phone="800-555-0100") == meant

    @pytest.mark.parametrize(
        "old",
        [
            {"address_key": "old", "address_key_version": 0},
            {"name_key": "old", "name_key_version": 0},
        ],
    )
    def test_a_plan_whose_key_is_of_an_earlier_version_is_recognized(
        self, old: dict[str, Any]
    ) -> None:
        plan = aetna_plan()
        InsurancePlan.objects.update(**old)

        assert imported(row()).plans_added == 0
        assert InsurancePlan.objects.get() == plan

    def test_a_plan_that_needs_nothing_is_logged_but_not_written(self) -> None:
        plan = aetna_plan()
        SyncEvent.objects.all().delete()

        imported(row(17))

        event = SyncEvent.objects.get()
        assert (event.rule, event.outcome) == ("pm-plan-edited", "unchanged")
        assert why(event) == "From payers.csv, line 17."
        assert anew(plan).version == insurance_of(plan).version == 1

    def test_an_insurance_that_drifted_is_brought_up_to_date(self) -> None:
        plan = aetna_plan()
        Insurance.objects.update(plan_name="Old name")

        done = imported(row())

        assert insurance_of(plan).plan_name == "HMO"
        assert done == Summary(rows=1, already_there=1, insurances_updated=1)

    def test_a_plan_whose_insurance_was_deleted_gets_no_new_one(self) -> None:
        plan = orphan_plan(
            company=CompanyFactory(name="Aetna", **AETNA_ADDRESS), name="HMO", **AETNA_ADDRESS
        )

        done = imported(row(17, phone="800-555-0100"))

        assert anew(plan).phone == "800-555-0100"
        assert not Insurance.objects.exists()
        assert done == Summary(rows=1, plans_filled=1, plans_without_insurance=1)
        assert why(SyncEvent.objects.first()).endswith("deleted there. From payers.csv, line 17.")


class TestFolding:
    def test_rows_of_one_plan_are_one_plan_and_the_first_wins(self) -> None:
        done = imported(
            row(2, payer_id="1"),
            row(3, plan="hmo", phone="800-555-0100", payer_id="2"),
            row(4, company="AETNA", phone="800-555-0199"),
        )

        plan = InsurancePlan.objects.get()
        assert (plan.name, plan.phone, plan.company.payer_id) == ("HMO", "800-555-0100", "1")
        assert insurance_of(plan).phone == "800-555-0100"
        assert done.already_there == 2

    def test_rows_of_one_plan_in_several_batches_are_one_plan_too(self) -> None:
        done = imported(row(2), row(3), row(4, phone="800-555-0100"), batch_size=1)

        plan = InsurancePlan.objects.get()
        assert plan.phone == insurance_of(plan).phone == "800-555-0100"
        assert (done.plans_added, done.plans_filled, done.already_there) == (1, 1, 1)

    def test_the_log_names_every_line_of_a_folded_plan(self) -> None:
        imported(row(17), row(18), row(40, phone="800-555-0100"))

        assert notes() == ["From payers.csv, line 17.", "From payers.csv, lines 17, 18 and 40."]

    def test_a_company_is_logged_with_the_lines_that_filled_it(self) -> None:
        CompanyFactory(name="Aetna", **NO_ADDRESS)
        SyncEvent.objects.all().delete()

        imported(row(2), row(3), row(4, payer_id="60054"))

        event = SyncEvent.objects.get(source_model="pm.InsuranceCompany")
        assert why(event) == "From payers.csv, lines 2 and 4."
        assert event.source_changes["payer_id"] == ["", "60054"]
        assert event.source_changes["city"] == ["", "Irvine"]

    @pytest.mark.parametrize("batch_size", [3, 7, 100])
    def test_the_log_accounts_for_every_line_once(self, batch_size: int) -> None:
        aetna_plan(name="Plan 1")
        SyncEvent.objects.all().delete()

        imported(
            *(row(line, plan=f"Plan {line % 5}") for line in range(2, 32)), batch_size=batch_size
        )

        of_plans = SyncEvent.objects.filter(source_model="pm.InsurancePlan")
        lines = Counter(
            int(number) for event in of_plans for number in re.findall(r"\d+", why(event))
        )
        assert lines == dict.fromkeys(range(2, 32), 1)


class TestBatches:
    def test_what_was_written_before_a_failure_stands_and_a_second_run_completes_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = [row(line, plan=f"Plan {line}") for line in range(2, 12)]

        def fail_at_line_6(decision: Decision) -> list[SyncEvent]:
            if any("line 6." in why(outcome) for outcome in decision.outcomes):
                raise DatabaseError("the disk is full")
            return apply(decision)

        monkeypatch.setattr(batches, "apply", fail_at_line_6)
        with pytest.raises(ImportStopped, match=r"lines 6 to 9 of payers.csv .*disk is full"):
            imported(*rows, batch_size=4)
        assert InsurancePlan.objects.count() == InsuranceLink.objects.count() == 4
        monkeypatch.undo()

        done = imported(*rows, batch_size=4)

        assert done.plans_added == 6
        assert done.already_there == 4
        assert InsurancePlan.objects.count() == InsuranceLink.objects.count() == 10
        assert InsuranceCompany.objects.count() == 1

    @pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
    def test_a_batch_that_lost_against_another_writer_is_written_again(
        self, monkeypatch: pytest.MonkeyPatch, sqlstate: str
    ) -> None:
        monkeypatch.setattr(batches, "apply", losing(3, sqlstate))

        done = imported(row(), row(3, plan="PPO"))

        assert done.plans_added == InsurancePlan.objects.count() == Insurance.objects.count() == 2
        assert done.companies_added == InsuranceCompany.objects.count() == 1
        assert SyncEvent.objects.count() == 3

    def test_a_batch_that_loses_every_time_stops_the_import(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batches, "apply", losing(4, "40P01"))

        with pytest.raises(ImportStopped, match="None of them was saved"):
            imported(row())

        assert not InsuranceCompany.objects.exists()

    def test_other_failures_are_not_tried_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batches, "apply", losing(1, "53100"))

        with pytest.raises(ImportStopped):
            imported(row())

    def test_locks_are_taken_before_all_else_and_in_the_order_of_a_save(
        self, statements: Statements
    ) -> None:
        aetna_plan()

        with statements() as lines:
            imported(row())

        lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_no_key_update else ""
        expected = [
            ("pm_othername", ""),
            ("pm_insurancecompany", ""),
            ("pm_insuranceplan", ""),
            ("sync_insurancelink", lock),
            ("pm_insuranceplan", lock),
            ("pm_insurancecompany", lock),
        ]
        if connection.vendor == "postgresql":
            assert lines.pop(0).startswith("SELECT pg_advisory_xact_lock(")
        for line, (table, ending) in zip(lines, expected, strict=False):
            assert f'FROM "{table}"' in line
            assert line.partition(' OF "')[0].endswith(ending)
            assert ending or "UPDATE" not in line

    def test_queries_do_not_grow_with_the_rows(self, statements: Statements) -> None:
        def sent(count: int) -> Counter[str]:
            company = CompanyFactory(name=f"Company {count}")
            plans = [PlanFactory(company=company, phone="") for _ in range(count)]
            rows = [
                row(line, company=company.name, plan=plan.name, phone="800-555-0100", **at(plan))
                for line, plan in enumerate(plans)
            ]
            rows += [row(n, company=f"New {count} {n}", plan=f"Plan {n}") for n in range(count)]
            with statements() as lines:
                imported(*rows)
            return kinds(lines)

        few, many = sent(FEW_INSERTED + 1), sent(20)
        assert few == many
        assert few["UPDATE"] == 2  # plans and insurances
        # companies, plans, insurances, links and events
        assert few["COPY" if connection.vendor == "postgresql" else "INSERT"] == 5

    def test_queries_of_a_list_that_is_there_do_not_grow_with_the_rows(
        self, statements: Statements
    ) -> None:
        def sent(count: int) -> Counter[str]:
            rows = [row(line, plan=f"Plan {count} {line}") for line in range(count)]
            imported(*rows)
            with statements() as lines:
                imported(*rows)
            return kinds(lines)

        assert sent(FEW_INSERTED + 1) == sent(40)


def at(record: InsurancePlan) -> dict[str, str]:
    return {name: getattr(record, name) for name in record.address_fields}


def kinds(statements: list[str]) -> Counter[str]:
    """Count the statements by kind; one for many rows is logged as `40 times: UPDATE`."""
    return Counter(re.sub(r"^\d+ times: ", "", line).split()[0] for line in statements)


def losing(times: int, sqlstate: str) -> Callable[..., list[SyncEvent]]:
    """Return an `apply` that writes, and then loses the first `times` races."""
    lost = iter(range(times))

    class Lost(Exception):
        pass

    def apply_and_lose(decision: Decision) -> list[SyncEvent]:
        events = apply(decision)
        if next(lost, None) is not None:
            cause: Any = Lost()
            cause.sqlstate = sqlstate
            raise OperationalError("deadlock detected") from cause
        return events

    return apply_and_lose


class TestOtherNames:
    """Rows under a name that is no company's current one, but what else one is called."""

    def test_go_to_that_company(self) -> None:
        united = CompanyFactory(name="UnitedHealthcare", other_names="UHC", **NO_ADDRESS)

        done = imported(row(2, company="U.H.C.", payer_id="87726"), row(3, company="UHC"))

        assert (done.companies_added, done.companies_filled, done.plans_added) == (0, 1, 1)
        assert anew(united).payer_id == "87726"
        assert InsurancePlan.objects.get().company == united

    def test_as_those_under_its_name_do(self) -> None:
        united = CompanyFactory(name="UnitedHealthcare", other_names="UHC", **NO_ADDRESS)
        rows = [row(2, company="UHC"), row(3, company="UnitedHealthcare", phone="800-555-0100")]

        done = imported(*rows)
        again = imported(*rows)

        assert (done.plans_added, done.companies_filled, again.already_there) == (1, 1, 2)
        assert (again.plans_added, again.companies_filled) == (0, 0)
        assert InsurancePlan.objects.get().company == united

    @pytest.mark.parametrize("other", [{"name": "UHC"}, {"other_names": "UHC"}])
    def test_of_several_companies_to_none(self, other: dict[str, str]) -> None:
        united = CompanyFactory(name="UnitedHealthcare", other_names="UHC")
        CompanyFactory(**other)

        imported(row(company="UHC"))

        assert InsurancePlan.objects.get().company.name == "UHC"
        assert InsurancePlan.objects.get().company != united

    def test_to_the_active_one_rather_than_an_inactive_one_of_that_name(self) -> None:
        CompanyFactory(name="Health Net", is_active=False)
        wellcare = CompanyFactory(name="Wellcare", other_names="Health Net")

        imported(row(company="Health Net"))

        assert InsurancePlan.objects.get().company == wellcare
