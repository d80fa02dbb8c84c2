"""Why a record is here: said in one sentence on its page, to whom it may be said."""

import csv
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.html import strip_tags

from kareo.records.acting import acting
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from sync.propagation import Choice, merge, merging
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    insurance_of,
    plan_of,
)
from tests.screens import change_url
from tests.sync.screens.test_lists import limited

pytestmark = pytest.mark.django_db


def why(client: Client, record: Any) -> str:
    page = client.get(change_url(record)).text
    said = page.partition('<p class="why-here">')[2].partition("</p>")[0]
    return " ".join(unescape(strip_tags(said)).split()).removeprefix("Why is it here? ")


def test_what_was_typed_names_who_typed_it(admin_client: Client) -> None:
    with acting("billing"):
        records = [CompanyFactory(), PlanFactory(), EHRPatientFactory()]
    for record in records:
        assert why(admin_client, record).startswith("Added by billing on ")
    event = SyncEvent.objects.about(records[0]).latest("-pk")
    assert f'href="{change_url(event)}"' in admin_client.get(change_url(records[0])).text


def test_what_a_rule_made_names_the_rule_and_what_it_was_made_from(admin_client: Client) -> None:
    with acting("clinical"):
        insurance = InsuranceFactory(**AETNA_ADDRESS)
        plan = plan_of(insurance)

    assert why(admin_client, insurance).startswith("Added by clinical on ")
    for record in (plan, plan.company):
        said = why(admin_client, record)
        assert said.startswith(f"Made from EHR insurance {insurance.name} by clinical on ")
        assert said.endswith(": Insurance added in the EHR, no match.")


def test_what_was_imported_names_the_file_and_the_line(
    admin_client: Client, tmp_path: Path
) -> None:
    file = tmp_path / "payers.csv"
    rows = [["company", "plan", *AETNA_ADDRESS], ["Aetna", "HMO", *AETNA_ADDRESS.values()]]
    with file.open("w", newline="") as out:
        csv.writer(out).writerows(rows)
    call_command("import_insurances", str(file), verbosity=0)

    for record in (InsuranceCompany.objects.get(), InsurancePlan.objects.get()):
        said = why(admin_client, record)
        assert said.startswith("Imported from payers.csv, line 2, by import_insurances on ")


def test_what_was_merged_names_the_other_on_both_pages(admin_client: Client) -> None:
    keep, *others = CompanyFactory.create_batch(5)
    for other in others:
        choice = Choice(InsuranceCompany, keep.pk, (other.pk,))
        merge(choice, merging(choice).decision.fingerprint)

    assert why(admin_client, others[0]).endswith(f"Merged into {keep}.")
    named = ", ".join(map(str, others[:3]))
    assert why(admin_client, keep).endswith(f"Merged into it: {named} and others.")


def test_what_the_log_doesnt_have_goes_by_the_record(admin_client: Client) -> None:
    with acting("loader"):
        [company] = InsuranceCompany.objects.bulk_create([InsuranceCompany(name="Aetna")])
    company.phone = "800-555-0100"
    company.save()

    assert why(admin_client, company).startswith("Added by loader on ")


def test_what_may_not_be_seen_isnt_named(client: Client) -> None:
    plan = PlanFactory()
    insurance = insurance_of(plan)

    said = why(limited(client, "ehr.view_insurance"), insurance)

    assert said.startswith("Made from PM by somebody on ")
    assert str(plan.company) not in said.replace(str(insurance), "")


def test_an_added_page_says_nothing(admin_client: Client) -> None:
    assert "why-here" not in admin_client.get("/admin/pm/insurancecompany/add/").text
