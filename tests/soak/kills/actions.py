"""What each kind of writer does, again and again: one of its actions, taken at random.

An action does what a user or an operator does, and tells of it once it is committed.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import asdict
from random import Random
from typing import Any

from django.core.management import call_command
from django.db import transaction

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records.acting import current_action
from pm.models import InsuranceCompany, InsurancePlan
from pm.models import Patient as PMPatient
from sync.importing.batches import import_rows
from sync.importing.payer_list import COLUMNS, PayerList, PayerRow
from sync.models import InsuranceLink
from sync.propagation import link_orphans, repair
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PolicyFactory,
)

# Called with the records that were saved, as they are in memory, and with whatever else is to be
# said of them.
Tell = Callable[..., None]
Action = Callable[[Random, Tell], None]

EHR_STREETS = 6  # at which insurances are added: so few that they meet
SLICE, SLICES = 20, 4  # rows of one transaction of an import; transactions of a file
FIRST_LINE = 2  # of a file, behind its header
MOST_ADDED = 30  # of the records that an action may take, how many it chooses from


def number(rng: Random) -> str:
    return f"800-555-{rng.randrange(10_000):04}"


def some(rows: Any, rng: Random, most: int = 1) -> list[Any]:
    """Return up to `most` of the oldest records of `rows`: those that others take, too."""
    found = list(rows.order_by("pk")[:MOST_ADDED])
    return rng.sample(found, min(rng.randint(1, most), len(found)))


def typed_plans() -> Any:
    """Return the plans that people change. What was imported is left to the import."""
    return InsurancePlan.objects.exclude(origin="import")


def typed_insurances() -> Any:
    return Insurance.objects.exclude(origin="import")


def typed_companies() -> Any:
    return InsuranceCompany.objects.filter(origin="PM")


def seed() -> None:
    """Make the records that a round begins with."""
    for _ in range(6):
        PlanFactory.create_batch(4, company=CompanyFactory())
    for street in range(3):
        InsuranceFactory.create_batch(2, street_1=f"{street} EHR Street")


# --- plans


def add_plan(rng: Random, tell: Tell) -> None:
    for company in some(typed_companies(), rng):
        tell(PlanFactory(company=company, phone=number(rng)))


def add_company_with_plans(rng: Random, tell: Tell) -> None:
    """Save as the form of a company does, with its first plans."""
    with transaction.atomic():
        company = CompanyFactory(phone=number(rng))
        plans = PlanFactory.create_batch(rng.randint(1, 3), company=company)
    tell(company, *plans)


def edit_plan(rng: Random, tell: Tell) -> None:
    for plan in some(typed_plans(), rng):
        plan.name, plan.phone = f"Plan of {current_action().actor}", number(rng)
        plan.is_active = rng.random() < 0.8
        plan.save()
        tell(plan)


def change_plans(rng: Random, tell: Tell) -> None:
    keys = [plan.pk for plan in some(typed_plans(), rng, most=8)]
    tell(*InsurancePlan.objects.filter(pk__in=keys).change(phone=number(rng)))


def move_plan(rng: Random, tell: Tell) -> None:
    for plan, company in zip(some(typed_plans(), rng), some(typed_companies(), rng), strict=False):
        plan.company = company
        plan.save()
        tell(plan)


def edit_company(rng: Random, tell: Tell) -> None:
    for company in some(typed_companies(), rng):
        company.name = f"Company of {current_action().actor}"
        company.is_active = rng.random() < 0.8
        company.plans_too = rng.random() < 0.3
        company.save()
        tell(company)


def delete_plan(rng: Random, tell: Tell) -> None:
    for plan in some(typed_plans(), rng):
        key = plan.pk
        plan.delete()
        tell(gone=[["pm.InsurancePlan", key]])


def add_policy(rng: Random, tell: Tell) -> None:
    """Save as the form of a patient does, with a policy."""
    for plan in some(typed_plans(), rng):
        with transaction.atomic():
            policy = PolicyFactory(plan=plan, patient__chart_number=current_action().batch.hex[:20])
        tell(policy.patient, policy)


def delete_patient(rng: Random, tell: Tell) -> None:
    """Delete one with the policies, which go along."""
    for patient in some(PMPatient.objects, rng):
        gone = [["pm.InsurancePolicy", policy.pk] for policy in patient.policies.all()]
        gone.append(["pm.Patient", patient.pk])
        patient.delete()
        tell(gone=gone)


# --- EHR


def add_insurance(rng: Random, tell: Tell) -> None:
    street = f"{rng.randrange(EHR_STREETS)} EHR Street"
    tell(InsuranceFactory(street_1=street, phone=number(rng)))


def edit_insurance(rng: Random, tell: Tell) -> None:
    for insurance in some(typed_insurances(), rng):
        insurance.plan_name, insurance.phone = f"Plan of {current_action().actor}", number(rng)
        insurance.save()
        tell(insurance)


def change_insurances(rng: Random, tell: Tell) -> None:
    keys = [insurance.pk for insurance in some(typed_insurances(), rng, most=8)]
    tell(*Insurance.objects.filter(pk__in=keys).change(phone=number(rng)))


def delete_insurance(rng: Random, tell: Tell) -> None:
    for insurance in some(typed_insurances(), rng):
        key = insurance.pk
        insurance.delete()
        tell(gone=[["ehr.Insurance", key]])


def add_patient(rng: Random, tell: Tell) -> None:
    for insurance in some(typed_insurances(), rng):
        chart = current_action().batch.hex[:20]
        tell(EHRPatientFactory(chart_number=chart, primary_insurance=insurance))


def edit_patient(rng: Random, tell: Tell) -> None:
    for patient, insurance in zip(
        some(EHRPatient.objects, rng), some(typed_insurances(), rng), strict=False
    ):
        patient.secondary_insurance = insurance
        # A save of a patient that changes nothing has no event.
        patient.first_name = current_action().actor
        patient.save()
        tell(patient)


# --- imports


def payer_list(name: str) -> list[PayerRow]:
    """Return the rows of a made-up file of this name: the same ones whenever it is read."""
    rng, text = Random(name), io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for line in range(SLICE * SLICES):
        company = f"Payer {rng.randrange(8)} of {name}"
        address = (f"{line} File Street", "", "Irvine", "CA", "92617")
        table.writerow((company, f"Plan {line} of {name}", *address, number(rng), "12345"))
    text.seek(0)
    return [row for row in PayerList(text).rows() if isinstance(row, PayerRow)]


def import_file(rng: Random, tell: Tell) -> None:
    """Import a file as the command does, in slices: some for the second time."""
    writer = current_action().actor.rpartition(" ")[0]
    name = f"{writer}-{rng.randrange(40)}.csv".replace(" ", "-")
    rows = payer_list(name)
    for at, summary in enumerate(import_rows(rows, name, SLICE)):
        lines = [row.line for row in rows[at * SLICE : (at + 1) * SLICE]]
        tell(file=name, lines=lines, summary=asdict(summary))


# --- repairs


@transaction.atomic
def damage_some(rng: Random) -> list[int]:
    """Let some pairs differ, as raw SQL and then `recheck_pairs` leave them; return their plans."""
    rows = InsuranceLink.objects.exclude(plan__origin="import").select_for_update(of=["self"])
    links = some(rows, rng, most=4)
    for insurance in sorted(link.insurance_id for link in links):
        Insurance.objects.filter(pk=insurance).update(fax="800-555-9999")
    for link in links:
        plan = InsurancePlan.objects.get(pk=link.plan_id)
        InsuranceLink.objects.filter(pk=link.pk).update(differs=plan.fax != "800-555-9999")
    return [link.plan_id for link in links]


def repair_pairs(rng: Random, tell: Tell) -> None:
    plans = damage_some(rng)
    repair(InsurancePlan, plans)
    tell()


def repair_all(rng: Random, tell: Tell) -> None:
    damage_some(rng)
    silent: Any = io.StringIO()
    orphans = rng.random() < 0.3
    # What somebody edits meanwhile may be left: that is no failure here.
    call_command("repair_drift", apply=True, orphans=orphans, stdout=silent, stderr=silent)
    tell()


def link_two(rng: Random, tell: Tell) -> None:
    plans = some(InsurancePlan.objects.filter(link=None), rng)
    for plan, insurance in zip(plans, some(Insurance.objects.filter(link=None), rng), strict=False):
        link_orphans(plan, insurance.pk)
        tell()


def rename(rng: Random, tell: Tell) -> None:
    """Make some names stale, for the repairs."""
    for company in some(typed_companies(), rng):
        company.name = f"Company of {current_action().actor}"
        company.save()
        tell(company)


# {kind of writer: {action: how often}}
ACTIONS: dict[str, dict[Action, int]] = {
    "plans": {
        add_plan: 4,
        add_company_with_plans: 1,
        edit_plan: 6,
        change_plans: 2,
        move_plan: 1,
        edit_company: 2,
        delete_plan: 2,
        add_policy: 2,
        delete_patient: 1,
    },
    "ehr": {
        add_insurance: 6,
        edit_insurance: 4,
        change_insurances: 2,
        delete_insurance: 1,
        add_patient: 1,
        edit_patient: 1,
    },
    "imports": {import_file: 1},
    "repairs": {repair_pairs: 8, repair_all: 1, link_two: 2, rename: 2},
}
