"""The demo practice: an example of every state, loaded once, and never outside debug."""

import socket
from collections.abc import Iterator
from typing import Any, Never

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError
from django.test import TestCase
from pytest_django import Settings

import ehr.models
import pm.models
from ehr.models import Insurance
from kareo.records.texts.names import name_key
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from sync import demo
from sync.demo import loading
from sync.management.commands import demo as command
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.flags import stale_names
from sync.pairs.sides import EHR, PM
from sync.rules import RULES_BY_ID
from tests.factories import CompanyFactory
from tests.screens import why

ALL = (*loading.RECORDS, InsurancePolicy, InsuranceLink, SyncEvent, User)


def counts() -> dict[str, int]:
    return {model._meta.label: model.objects.count() for model in ALL}


class EveryState(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        assert demo.load()

    def insurance(self, plan_name: str) -> Insurance:
        return Insurance.objects.get(plan_name=plan_name)

    def plan(self, name: str) -> InsurancePlan:
        return InsurancePlan.objects.get(name=name)

    def secondaries(self, last_name: str) -> tuple[list[str], list[str]]:
        """The plans that are a patient's secondary, in PM and in the EHR."""
        policies = InsurancePolicy.objects.filter(patient__last_name=last_name, rank="secondary")
        patient = ehr.models.Patient.objects.get(last_name=last_name)
        in_ehr = patient.secondary_insurance
        return (
            [policy.plan.name for policy in policies],
            [in_ehr.link.plan.name] if in_ehr else [],
        )

    def test_the_help_articles_example_reads_as_there(self) -> None:
        insurance = self.insurance("Aetna HMO")
        assert insurance.name == "Aetna – Aetna HMO – 111 Academy Drive, 92617"
        assert insurance.link.plan.company.address == "111 Academy Drive, Irvine, CA 92617"

    def test_every_record_could_have_been_typed(self) -> None:
        for model in (*loading.RECORDS, InsurancePolicy):
            derived = [field.name for field in model._meta.fields if not field.editable]
            for record in model.objects.all():
                with self.subTest(record=str(record)):
                    record.full_clean(exclude=derived)

    def test_the_log_has_each_rule_that_a_save_can_fire(self) -> None:
        fired = set(SyncEvent.objects.exclude(rule="").values_list("rule", flat=True))
        of_sets = {
            "pair-repaired",
            "plans-moved",
            "companies-merged",
            "plans-merged",
            "batch-undone",
        }
        assert fired == RULES_BY_ID.keys() - {"pm-first", *of_sets}

    def test_the_log_has_every_outcome_but_unchanged(self) -> None:
        outcomes = set(SyncEvent.objects.values_list("outcome", flat=True))
        assert outcomes == set(SyncEvent.Outcome.values) - {"unchanged"}

    def test_the_log_says_who_did_it(self) -> None:
        actors = set(SyncEvent.objects.values_list("actor", flat=True))
        assert actors == {"billing", "clinical", "frontdesk"}

    def test_stale_names_are_left_by_a_renamed_company_and_cured_by_saving_a_plan(self) -> None:
        company = InsuranceCompany.objects.get(name="Wellcare by Health Net")
        shown = {plan.link.insurance.company_name for plan in company.plans.all()}
        assert shown == {"Health Net", "Wellcare by Health Net"}
        assert {link.plan.company for link in stale_names()} == {company}

    def test_one_orphan_on_each_side(self) -> None:
        assert [plan.name for plan in PM.orphans()] == ["Delta Dental PPO"]
        assert [i.plan_name for i in EHR.orphans()] == ["Cigna Connect HMO"]

    def test_all_other_pairs_agree(self) -> None:
        stale = stale_names().values("pk")
        for link in InsuranceLink.objects.exclude(pk__in=stale):
            assert link.insurance.company_name == link.plan.company.name
            assert link.insurance.plan_name == link.plan.name
            assert link.insurance.address_key == link.plan.address_key
            assert link.insurance.phone == link.plan.phone
            assert link.insurance.is_active == link.plan.is_active

    def test_another_name_at_one_address_took_the_name_that_pm_has_there(self) -> None:
        insurance = self.insurance("Cigna Vision Exam")
        assert insurance.company_name == "VSP"
        event = SyncEvent.objects.about(insurance).get(rule="ehr-insurance-added-matched")
        assert "You typed Cigna Vision" in why(event)

    def test_the_choice_among_companies_at_one_address_is_told(self) -> None:
        insurance = self.insurance("UnitedHealthcare Dual Complete")
        key = insurance.near_key
        assert len(InsuranceCompany.objects.in_buildings([key])) == 2
        event = SyncEvent.objects.about(insurance).get()
        assert "Also there: UMR" in why(event)

    def test_a_near_by_suite_is_no_match(self) -> None:
        here = self.plan("Kaiser Senior Advantage").company
        there = self.plan("Kaiser Traditional HMO").company
        assert here != there
        assert here.near_key == there.near_key
        assert here.address_key != there.address_key

    def test_an_inactive_company_is_no_match(self) -> None:
        new, old = (self.plan(f"Coventry {name}").company for name in ("Advantra", "National PPO"))
        assert (new.is_active, old.is_active) == (True, False)
        assert new.address_key == old.address_key

    def test_a_plan_typed_twice_looks_alike(self) -> None:
        first, second = InsurancePlan.objects.filter(name__istartswith="humana gold").order_by("pk")
        assert name_key(first.name) == name_key(second.name)
        assert (first.company, first.address_key) == (second.company, second.address_key)

    def test_what_billing_has_not_completed(self) -> None:
        incomplete = InsuranceCompany.objects.filter(origin="EHR", payer_id="")
        names = {"Sutter Health Plus", "Kaiser Permanente", "Coventry Health Care"}
        assert {company.name for company in incomplete} == names
        assert not InsuranceCompany.objects.filter(origin="PM", payer_id="").exists()

    def test_one_company_has_no_address(self) -> None:
        companies = InsuranceCompany.objects.filter(address_key="")
        assert [company.name for company in companies] == ["Medi-Cal"]

    def test_an_inactive_plan_is_inactive_in_the_ehr_too_and_still_used(self) -> None:
        plan = InsurancePlan.objects.get(is_active=False)
        assert not plan.link.insurance.is_active
        assert plan.policies.count() == 1
        assert ehr.models.Patient.objects.using_insurance(plan.link.insurance).count() == 1

    def test_secondary_insurance_that_differs_or_stands_on_one_side(self) -> None:
        assert self.secondaries("Okafor") == (["Blue Shield Full PPO"], ["Aetna Open Choice PPO"])
        assert self.secondaries("Lindqvist") == (["TRICARE Prime"], [])
        assert self.secondaries("Marchetti") == ([], ["Cigna Vision Exam"])
        assert self.secondaries("Tanaka") == (["UMR Select PPO"], ["UMR Select PPO"])

    def test_a_tertiary_policy_stands_in_pm(self) -> None:
        assert InsurancePolicy.objects.get(rank="tertiary").patient.last_name == "Tanaka"

    def test_next_years_policy_is_entered_already(self) -> None:
        policies = InsurancePolicy.objects.filter(patient__last_name="Abara")
        later, now = policies.order_by("-effective_on")
        assert later.rank == now.rank
        assert now.ends_on is not None
        assert later.effective_on is not None
        assert later.effective_on > now.ends_on

    def test_one_patient_on_each_side_is_not_on_the_other(self) -> None:
        in_pm = set(pm.models.Patient.objects.values_list("last_name", flat=True))
        in_ehr = set(ehr.models.Patient.objects.values_list("last_name", flat=True))
        assert (in_pm - in_ehr, in_ehr - in_pm) == ({"Whitfield"}, {"Novak"})


@pytest.fixture
def debug(settings: Settings) -> None:
    settings.DEBUG = True


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the command would serve: [address, options], instead of serving."""
    calls = []

    def call(name: str, *args: Any, **options: Any) -> None:
        if name == "runserver":
            calls.append((*args, options))
        else:
            call_command(name, *args, **options)

    monkeypatch.setattr(command, "call_command", call)
    return calls


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that someone else listens on."""
    with socket.socket() as server:
        server.bind((command.HOST, 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.django_db
@pytest.mark.usefixtures("debug")
class TestCommand:
    def test_without_debug_it_refuses_and_makes_no_user(self, settings: Settings) -> None:
        settings.DEBUG = False
        with pytest.raises(CommandError, match="only in debug"):
            call_command("demo", "--no-serve")
        assert not User.objects.exists()
        assert not InsuranceCompany.objects.exists()

    def test_it_loads_and_prints_users_that_can_log_in(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("demo", "--no-serve")
        printed = capsys.readouterr().out
        assert "Loaded the demo practice" in printed
        for user in demo.USERS:
            assert f"{user.username} " in printed
            assert f"{user.password} " in printed
            stored = User.objects.get(username=user.username)
            assert stored.check_password(user.password)
            assert stored.is_staff
            assert stored.is_superuser is (user.username == "admin")
            assert [group.name for group in stored.groups.all()] == [user.role][: bool(user.role)]

    def test_run_again_it_keeps_what_was_entered(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("demo", "--no-serve")
        plan = InsurancePlan.objects.get(name="Aetna HMO")
        plan.phone = "800-555-0199"
        plan.save()
        User.objects.get(username="billing").groups.clear()
        before = counts()
        call_command("demo", "--no-serve")
        assert "already holds records" in capsys.readouterr().out
        assert counts() == before
        plan.refresh_from_db()
        assert plan.phone == "800-555-0199"
        assert not User.objects.get(username="billing").groups.exists()

    def test_one_record_that_is_there_is_enough_to_load_nothing(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        CompanyFactory()
        call_command("demo", "--no-serve")
        assert "already holds records" in capsys.readouterr().out
        assert InsuranceCompany.objects.count() == 1

    def test_a_changed_password_is_kept_and_not_printed(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        User.objects.create_superuser("admin", password="my own")
        call_command("demo", "--no-serve")
        printed = capsys.readouterr().out
        assert "demo-admin" not in printed
        assert "(changed)" in printed
        assert User.objects.get(username="admin").check_password("my own")

    def test_cut_short_it_leaves_nothing_and_then_loads_all(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail() -> Never:
            raise DatabaseError("gone")

        with monkeypatch.context() as patch:
            patch.setattr(loading, "change_some", fail)
            with pytest.raises(DatabaseError):
                call_command("demo", "--no-serve")
        assert not any(counts().values())
        call_command("demo", "--no-serve")
        assert all(counts().values())

    def test_a_database_that_does_not_answer_is_told_in_words(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: Any, **options: Any) -> Never:
            raise OperationalError("connection refused")

        monkeypatch.setattr(command, "call_command", fail)
        with pytest.raises(CommandError, match=r"connection refused\nCheck DATABASE_URL"):
            call_command("demo", "--no-serve")

    def test_it_serves_this_machine_only_without_reloader(
        self,
        served: list[tuple[Any, ...]],
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(command, "is_free", lambda port: True)
        call_command("demo")
        assert served == [("127.0.0.1:8000", {"use_reloader": False})]
        assert "http://127.0.0.1:8000/" in capsys.readouterr().out

    def test_by_itself_it_takes_the_next_free_port(
        self, served: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(command, "is_free", lambda port: port == 8003)
        call_command("demo")
        assert [address for address, _ in served] == ["127.0.0.1:8003"]

    def test_where_no_port_is_free_it_says_how_to_name_one(
        self, served: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(command, "is_free", lambda port: False)
        with pytest.raises(CommandError, match="--port 9000"):
            call_command("demo")

    def test_a_taken_port_is_refused_before_anything_is_loaded(
        self, served: list[tuple[Any, ...]], taken: int
    ) -> None:
        with pytest.raises(CommandError, match=rf'make demo ARGS="--port {taken + 1}"'):
            call_command("demo", "--port", str(taken))
        assert not User.objects.exists()

    def test_what_is_not_a_port_is_refused(self, served: list[tuple[Any, ...]]) -> None:
        with pytest.raises(CommandError, match="70000 isn't a port"):
            call_command("demo", "--port", "70000")
