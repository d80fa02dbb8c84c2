"""An import that runs while people save. The same tests run on PostgreSQL and SQLite."""

import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import ProtectedError

from ehr.models import Insurance
from kareo.records.acting import acting
from pm.models import InsuranceCompany, InsurancePlan
from sync.importing.batches import BATCH, import_rows
from sync.importing.payer_list import PayerRow
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.translation import Changes, differences, given_by
from tests.conftest import AtOnce
from tests.editing import edit_until_done
from tests.factories import AETNA_ADDRESS, CompanyFactory, InsuranceFactory, PlanFactory
from tests.releases.test_upgrade import url
from tests.screens import why

pytestmark = pytest.mark.django_db(transaction=True)

PLANS = 12


def row(line: int, **values: Any) -> PayerRow:
    blank = {"company": "Aetna", "plan": "HMO", "street_2": "", "phone": "", "payer_id": ""}
    values = blank | AETNA_ADDRESS | values
    address = {name: values.pop(name) for name in InsurancePlan.address_fields}
    return PayerRow(line=line, address=address, **values)


def import_in_batches(rows: list[PayerRow], batch_size: int = 5) -> int:
    with acting("import_insurances"):
        return sum(done.plans_added for done in import_rows(rows, "payers.csv", batch_size))


def pairs_that_differ() -> list[tuple[InsuranceLink, Changes]]:
    links = InsuranceLink.objects.select_related("plan__company", "insurance")
    return [
        (link, changes)
        for link in links
        if (changes := differences(link.insurance, given_by(link.plan)))
    ]


def lines_in_log() -> Counter[int]:
    notes = [why(event) for event in SyncEvent.objects.filter(source_model="pm.InsurancePlan")]
    of_import = [note for note in notes if "payers.csv" in note]
    return Counter(int(number) for note in of_import for number in re.findall(r"\d+", note))


def changes_in_log(model: str, field: str) -> list[tuple[str, str]]:
    """Return of each change of that field what it started from, and what the one before left."""
    changes: list[tuple[str, str]] = []
    left: dict[int, str] = {}
    for event in SyncEvent.objects.filter(source_model=model).order_by("pk"):
        if field in event.source_changes:
            before, after = event.source_changes[field]
            changes.append((before, left.get(event.source_id, before)))
            left[event.source_id] = after
    return changes


def test_an_import_of_plans_that_others_edit_on_both_sides_loses_nothing(at_once: AtOnce) -> None:
    company = CompanyFactory(name="Aetna", **AETNA_ADDRESS)
    plans = [
        PlanFactory(company=company, name=f"Plan {number}", **AETNA_ADDRESS)
        for number in range(PLANS)
    ]
    links = dict(InsuranceLink.objects.values_list("plan", "insurance"))
    SyncEvent.objects.all().delete()
    rows = [
        row(2 + number, plan=f"plan {number % PLANS}", phone="800-555-0100")
        for number in range(5 * PLANS)
    ]
    numbers = itertools.count()

    def edit_plans() -> None:
        for plan in plans:
            edit_until_done(InsurancePlan, plan.pk, fax=f"714-555-{next(numbers):04}")

    def edit_insurances() -> None:
        for plan in reversed(plans):
            edit_until_done(Insurance, links[plan.pk], notes=f"Note {next(numbers)}")

    def edit_company() -> None:
        for _ in range(PLANS):
            edit_until_done(InsuranceCompany, company.pk, notes=f"Note {next(numbers)}")

    def change_all() -> None:
        for _ in range(3):
            InsurancePlan.objects.order_by("-pk").change(contact_name=f"Name {next(numbers)}")

    added, *_ = at_once(
        lambda: import_in_batches(rows),
        *[edit_plans, edit_insurances] * 2,
        edit_company,
        change_all,
    )

    assert added == 0
    assert InsuranceLink.objects.count() == InsurancePlan.objects.count() == PLANS
    assert pairs_that_differ() == []
    assert InsurancePlan.objects.filter(phone="800-555-0100").count() == PLANS
    assert lines_in_log() == dict.fromkeys(range(2, 2 + 5 * PLANS), 1)
    # No edit was overwritten unseen: each started from what the one before it left.
    for field, model, edits in (
        ("fax", "pm.InsurancePlan", 2),
        ("phone", "pm.InsurancePlan", 1),
        ("contact_name", "pm.InsurancePlan", 3),
        ("notes", "ehr.Insurance", 2),
    ):
        changes = changes_in_log(model, field)
        assert len(changes) == edits * PLANS
        assert all(before == left for before, left in changes)


def test_two_imports_of_one_list_at_once_add_it_once(at_once: AtOnce) -> None:
    rows = [
        row(number, company=f"Company {number % 4}", plan=f"Plan {number}") for number in range(40)
    ]

    added = at_once(*[lambda: import_in_batches(rows)] * 3)

    assert sum(added) == InsurancePlan.objects.count() == InsuranceLink.objects.count() == 40
    assert InsuranceCompany.objects.count() == 4
    assert lines_in_log() == dict.fromkeys(range(40), 3)


def test_an_import_and_adds_in_the_ehr_of_the_same_companies_make_each_one_once(
    at_once: AtOnce,
) -> None:
    addresses = [{**AETNA_ADDRESS, "street_1": f"{number} Elm St"} for number in range(1, 16)]
    rows = [
        row(number, company=f"Company {number}", **address)
        for number, address in enumerate(addresses)
    ]

    def add_insurances() -> None:
        for number, address in enumerate(addresses):
            InsuranceFactory(company_name=f"Company {number}", plan_name="PPO", **address)

    at_once(lambda: import_in_batches(rows), add_insurances, add_insurances)

    assert InsuranceCompany.objects.count() == 15
    assert InsurancePlan.objects.count() == InsuranceLink.objects.count() == 45
    assert pairs_that_differ() == []


def test_an_import_into_companies_that_others_delete_or_rename_ends_whole(at_once: AtOnce) -> None:
    companies = [CompanyFactory(name=f"Company {number}") for number in range(20)]
    rows = [row(number, company=f"Company {number}") for number in range(20)]

    def delete_companies() -> None:
        for company in reversed(companies[::2]):
            with suppress(ProtectedError):  # the import was faster: it has a plan
                company.delete()

    def rename_companies() -> None:
        for company in reversed(companies[1::2]):
            edit_until_done(InsuranceCompany, company.pk, name=f"{company.name} Life")

    at_once(lambda: import_in_batches(rows), delete_companies, rename_companies)

    assert InsurancePlan.objects.count() == InsuranceLink.objects.count() == 20
    assert Insurance.objects.filter(company_name__startswith="Company").count() == 20


def test_an_import_that_is_killed_leaves_whole_batches_only(tmp_path: Path) -> None:
    payers = tmp_path / "payers.csv"
    lines = (f"Company {n % 9},Plan {n},{n} Elm St,Irvine,CA,92617\n" for n in range(20 * BATCH))
    payers.write_text("company,plan,street_1,city,state,zip_code\n" + "".join(lines))
    command = [sys.executable, "manage.py", "import_insurances", str(payers)]
    environment = {**os.environ, "DATABASE_URL": url(), "DEBUG": "true"}

    with subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR) as running:
        while not InsurancePlan.objects.exists() and running.poll() is None:
            time.sleep(0.05)
        running.kill()

    assert running.returncode == -signal.SIGKILL
    count = settled(InsurancePlan.objects.count)
    assert count
    assert count % BATCH == 0
    assert InsuranceLink.objects.count() == Insurance.objects.count() == count
    assert SyncEvent.objects.filter(rule="pm-plan-added").count() == count
    assert pairs_that_differ() == []


def settled(count: Callable[[], int]) -> int:
    """Return `count` once it stays the same: the server may still end what it was asked for."""
    last = -1
    while (now := count()) != last:
        last = now
        time.sleep(0.3)
    return now
