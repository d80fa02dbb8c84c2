"""`report_drift` finds what raw SQL broke, and `repair_drift` mends what the rules say."""

import io
import json
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.records import Refused
from pm.models import InsuranceCompany, InsurancePlan, OtherName
from sync.drift import checking
from sync.drift.checking import KINDS
from sync.models import DriftReport, InsuranceLink, SyncEvent
from sync.pairs.state import PairState, pair_of
from sync.propagation import repair
from tests.conftest import Statements
from tests.editing import edit
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    anew,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)

pytestmark = pytest.mark.django_db


def run(command: str, *arguments: str, status: int = 0) -> str:
    out = io.StringIO()
    call = partial(call_command, command, *arguments, stdout=out, stderr=io.StringIO())
    if not status:
        call()
        return out.getvalue()
    with pytest.raises(CommandError) as ended:
        call()
    assert ended.value.returncode == status
    return out.getvalue()


def drift(status: int = 1) -> dict[str, int]:
    """Return {kind: how many} of what drifts."""
    return counts(json.loads(run("report_drift", "--format", "json", status=status))["found"])


def repaired(*arguments: str, status: int = 0) -> Any:
    return json.loads(run("repair_drift", "--format", "json", *arguments, status=status))


def counts(found: dict[str, Any]) -> dict[str, int]:
    assert [*found] == [*KINDS]
    return {kind: told["count"] for kind, told in found.items() if told["count"]}


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def stored() -> list[Any]:
    models = (InsuranceCompany, InsurancePlan, Insurance, InsuranceLink, OtherName, SyncEvent)
    return [list(model.objects.order_by("pk").values()) for model in models]


def practice() -> InsurancePlan:
    """Return one of two plans that agree with the EHR, with a patient on either side."""
    company = CompanyFactory(name="Aetna", other_names="Aetna Health\nUSHC", payer_id="60054")
    plan = PlanFactory(company=company, name="Aetna HMO", phone="800-555-0100", zip_code="92617")
    PlanFactory()
    PolicyFactory(plan=plan)
    EHRPatientFactory(primary_insurance=insurance_of(plan))
    return plan


# What is broken, by a statement; what is found of it, and how many entries mending it makes.
BROKEN: dict[str, tuple[str, dict[str, int], int]] = {
    "stale name": (
        "UPDATE pm_insurancecompany SET name = 'Aetna Inc' WHERE name = 'Aetna'",
        {"derived": 1, "flags": 1, "stale-names": 1},
        1,
    ),
    "an EHR name": (
        "UPDATE ehr_insurance SET company_name = 'Old' WHERE plan_name = 'Aetna HMO'",
        {"derived": 1, "flags": 1, "stale-names": 1},
        1,
    ),
    "a pair": (
        "UPDATE ehr_insurance SET fax = '800-555-0199' WHERE plan_name = 'Aetna HMO'",
        {"flags": 1, "differs": 1},
        1,
    ),
    "a plan that was put to rest": (
        "UPDATE pm_insuranceplan SET is_active = {false} WHERE name = 'Aetna HMO'",
        {"flags": 1, "differs": 1},
        1,
    ),
    "both": (
        "UPDATE ehr_insurance SET company_name = 'Old', fax = '800-555-0199'"
        " WHERE plan_name = 'Aetna HMO'",
        {"derived": 1, "flags": 1, "stale-names": 1, "differs": 1},
        1,
    ),
    "another spelling": (
        "UPDATE pm_insuranceplan SET phone = '(800) 555 0100', zip_code = '92617 '"
        " WHERE name = 'Aetna HMO'",
        {"derived": 1, "flags": 1, "differs": 1},
        0,
    ),
    "flags": (
        "UPDATE sync_insurancelink SET stale_name = {true}, differs = {true}",
        {"flags": 2},
        0,
    ),
    "an address key's version": (
        "UPDATE pm_insuranceplan SET address_key_version = 0, address_key = 'old'"
        " WHERE name = 'Aetna HMO'",
        {"old-keys": 1},
        0,
    ),
    "a name key's version": ("UPDATE ehr_insurance SET name_key_version = 0", {"old-keys": 2}, 0),
    "a key": ("UPDATE pm_insurancecompany SET near_key = 'other'", {"derived": 2}, 0),
    "a name in the drop-down": (
        "UPDATE ehr_insurance SET name = 'other' WHERE plan_name = 'Aetna HMO'",
        {"derived": 1},
        0,
    ),
    "a plan's searched text": (
        "UPDATE pm_insuranceplan SET search_text = '' WHERE name = 'Aetna HMO'",
        {"derived": 1},
        0,
    ),
    "patients' searched texts in PM": ("UPDATE pm_patient SET search_text = ''", {"derived": 1}, 0),
    "patients' searched texts": ("UPDATE ehr_patient SET search_text = ''", {"derived": 1}, 0),
    "a payer ID": (
        "UPDATE pm_insurancecompany SET payer_id = ' ab12' WHERE name = 'Aetna'",
        {"derived": 1},
        0,
    ),
    "other names": (
        "UPDATE pm_insurancecompany SET other_names = 'UHC' WHERE name = 'Aetna'",
        {"derived": 1},
        0,
    ),
    "the index of other names": ("DELETE FROM pm_othername WHERE name = 'USHC'", {"derived": 1}, 0),
}


def break_by(statement: str) -> None:
    truths = ("true", "false") if connection.vendor == "postgresql" else ("1", "0")
    sql(statement.format(true=truths[0], false=truths[1]))


@pytest.mark.parametrize(("statement", "found", "entries"), BROKEN.values(), ids=BROKEN)
def test_what_raw_sql_broke_is_found_and_mended_once(
    statement: str, found: dict[str, int], entries: int
) -> None:
    plan = practice()
    assert drift(status=0) == {}
    break_by(statement)
    SyncEvent.objects.all().delete()
    before = stored()

    assert drift() == found
    assert counts(repaired()["found"]) == found
    assert stored() == before  # neither writes

    told = repaired("--apply")

    assert told["applied"] is True
    assert counts(told["left"]) == {}
    assert drift(status=0) == {}
    assert pair_of(anew(plan)).state is PairState.IN_SYNC
    assert [(event.rule, event.actor) for event in SyncEvent.objects.all()] == [
        ("pair-repaired", "repair_drift")
    ] * entries
    after = stored()
    assert counts(repaired("--apply")["found"]) == {}
    assert stored() == after


def test_pm_wins_and_the_log_says_what_changed() -> None:
    plan = practice()
    sql("UPDATE ehr_insurance SET phone = '' WHERE plan_name = 'Aetna HMO'")

    repaired("--apply")

    assert insurance_of(plan).phone == "800-555-0100"
    assert SyncEvent.objects.first().changes == {"phone": ["", "800-555-0100"]}  # type: ignore[union-attr]


def test_a_derived_field_is_no_edit() -> None:
    plan = practice()
    right = stored()
    break_by("UPDATE pm_insuranceplan SET search_text = '', near_key = '', name_key_version = 0")

    repaired("--apply")

    assert stored() == right  # versions and dates among them
    opened = anew(plan)
    assert (opened.version, opened.updated_at) == (plan.version, plan.updated_at)


def test_a_rename_on_a_page_is_drift_that_is_repaired() -> None:
    plan = practice()
    edit(plan.company, name="Aetna Inc")

    assert drift() == {"stale-names": 1}
    repaired("--apply")

    assert insurance_of(plan).company_name == "Aetna Inc"


def test_orphans_are_only_reported() -> None:
    orphans: list[InsurancePlan | Insurance] = [orphan_plan(), orphan_insurance()]
    found = {"orphan-plans": 1, "orphan-insurances": 1}
    before = stored()

    assert drift() == found
    assert counts(repaired("--apply")["left"]) == found

    assert stored() == before
    assert [pair_of(orphan).state for orphan in orphans] == [PairState.ORPHAN] * 2


def test_orphans_are_sent_where_that_is_asked_for_those_at_rest_are_not() -> None:
    plan, insurance = orphan_plan(), orphan_insurance()
    at_rest = orphan_plan(is_active=False)
    before = stored()

    assert counts(repaired("--orphans")["found"]) == {"orphan-plans": 1, "orphan-insurances": 1}
    assert stored() == before
    SyncEvent.objects.all().delete()
    assert counts(repaired("--apply", "--orphans")["left"]) == {}

    sent: list[InsurancePlan | Insurance] = [plan, insurance]
    for orphan in sent:
        assert pair_of(anew(orphan)).state is PairState.IN_SYNC
    assert pair_of(at_rest).state is PairState.ORPHAN
    events = SyncEvent.objects.values_list("rule", "outcome", "actor")
    assert [*events] == [("pair-repaired", "created", "repair_drift")] * 2
    assert counts(repaired("--apply", "--orphans")["found"]) == {}


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_every_record_is_reached_whatever_the_batch(
    batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "BATCH", batch)
    PlanFactory.create_batch(3)
    PMPatientFactory()
    sql("UPDATE ehr_insurance SET company_name = 'Old'")
    orphan_plan()

    found = {"derived": 3, "flags": 3, "stale-names": 3, "orphan-plans": 1}
    assert drift() == found
    assert counts(repaired("--apply", "--orphans")["found"]) == found
    assert drift(status=0) == {}


def test_no_more_statements_for_more_records(
    statements: Statements, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.drift.counts.SLOW", 600)

    def sent(*arguments: str) -> int:
        sql("UPDATE ehr_insurance SET company_name = 'Old', search_text = ''")
        with statements() as said:
            repaired(*arguments)
        return len(said)

    PlanFactory.create_batch(6)
    repaired("--apply")
    few = sent("--apply"), sent()
    PlanFactory.create_batch(12)

    assert (sent("--apply"), sent()) == few


def test_one_that_is_refused_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    plans = PlanFactory.create_batch(3)
    sql("UPDATE ehr_insurance SET fax = '800-555-0199'")

    def refusing(model: Any, keys: Any, **how: Any) -> Any:
        if plans[1].pk in keys:
            raise Refused("It is held.")
        return repair(model, keys, **how)

    monkeypatch.setattr("sync.drift.mending.repair", refusing)
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="Something is left") as left:
        call_command("repair_drift", "--apply", stdout=out, stderr=err)

    assert left.value.returncode == 1
    assert err.getvalue() == f"pm.InsurancePlan:{plans[1].pk}: It is held.\n"
    assert drift() == {"differs": 1}


@pytest.mark.parametrize("command", ["report_drift", "repair_drift"])
@pytest.mark.parametrize("error", [DatabaseError("gone"), KeyboardInterrupt()])
def test_stopped_it_says_so(
    command: str, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopping() -> Any:
        raise error

    monkeypatch.setattr("sync.management.drift.drifting", stopping)

    run(command, status=2)
    assert not DriftReport.objects.exists()


def test_it_names_the_first_and_says_the_rest_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "NAMED", 2)
    plans = PlanFactory.create_batch(3)
    orphan_plan()
    sql("UPDATE ehr_insurance SET fax = '800-555-0199'")

    def told(command: str, *arguments: str, status: int = 0) -> list[str]:
        lines = run(command, *arguments, status=status).splitlines()
        return [" ".join(line.split()) for line in lines]

    report = told("report_drift", status=1)
    at = report.index("Plans that differ from the EHR: 3")
    named = [f"pm.InsurancePlan:{plan.pk}" for plan in plans[:2]]
    assert report[at + 1 : at + 4] == [*named, "Plans missing in the EHR: 1"]
    dry, wet = told("repair_drift"), told("repair_drift", "--apply")
    assert "Plans that differ from the EHR: 3 would be put right" in dry
    assert "Plans that differ from the EHR: 3 put right" in wet
    assert "Plans missing in the EHR: 1 only reported" in wet


class TestTheFirstPage:
    URL = reverse("admin:index")

    def line(self, client: Client) -> str:
        text = client.get(self.URL).content.decode()
        _, found, rest = text.partition('<p class="drift-report quiet">')
        return rest.partition("</p>")[0] if found else ""

    def test_says_nothing_until_it_was_asked_for(self, admin_client: Client) -> None:
        assert self.line(admin_client) == ""

    def test_says_what_drifts_and_when_it_was_looked_for(self, admin_client: Client) -> None:
        PlanFactory()
        sql("UPDATE ehr_insurance SET fax = '800-555-0199'")

        drift()
        said = self.line(admin_client)
        assert said.startswith("Last full check, ")
        assert ": Pairs noted wrongly: 1. " in said  # and what the page counts by itself isn't
        repaired()  # which only says what it would do
        assert self.line(admin_client) == said
        repaired("--apply")
        assert self.line(admin_client).endswith(": nothing wrong beside what is counted above.")
        assert DriftReport.objects.count() == 1

    @pytest.mark.parametrize("role", ["Practice administrator", "Billing", "Front desk"])
    def test_says_it_to_whoever_sees_the_whole(self, role: str, client: Client) -> None:
        drift(status=0)
        user = get_user_model().objects.create_user("staff", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)

        assert bool(self.line(client)) is (role == "Practice administrator")
