"""What was done, and what that did to the other list, in a line."""

from copy import copy
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags

from pm.models import InsuranceCompany
from sync.models import SyncEvent
from sync.propagation import dismiss, link_orphans, repair
from sync.screens.log.sentences import done, done_in_text, effect_in_short, moment, numbers
from sync.screens.wording.namesakes import tell_apart
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    orphan_insurance,
    orphan_plan,
)

pytestmark = pytest.mark.django_db


def last() -> tuple[str, str]:
    """Return what the newest entry says: what was done, and the effect."""
    event = SyncEvent.objects.latest("pk")
    return strip_tags(done(event)), strip_tags(effect_in_short(event))


def test_the_history_of_a_patient_who_was_added_says_nothing_of_the_other_list(
    admin_client: Client,
) -> None:
    patient = EHRPatientFactory()

    page = admin_client.get(reverse("admin:ehr_patient_history", args=[patient.pk])).text

    assert "<td>–</td>" in page
    assert "Added.<" not in page


def test_what_is_told_later_is_told_in_the_past(admin_client: Client) -> None:
    InsuranceFactory(company_name="Aetna")
    company = InsuranceCompany.objects.get()

    page = admin_client.get(reverse("admin:pm_insurancecompany_history", args=[company.pk])).text

    assert "No PM company had this address." in page


def save(record: Any, **values: Any) -> tuple[str, str]:
    for name, value in values.items():
        setattr(record, name, value)
    record.save()
    return last()


def test_of_companies() -> None:
    company = CompanyFactory(name="Kaiser Permanente", phone="")
    assert last() == ("Added company Kaiser Permanente", "PM only")
    assert save(company, phone="800-555-0100") == (
        "Entered phone for company Kaiser Permanente",
        "PM only",
    )
    assert save(company, phone="", fax="800-555-0101")[0] == (
        "Changed fax and phone of company Kaiser Permanente"
    )
    assert save(company, is_active=False)[0] == "Deactivated company Kaiser Permanente"
    assert save(company, is_active=True)[0] == "Activated company Kaiser Permanente"
    assert save(company)[0] == "Saved company Kaiser Permanente unchanged"
    moved = {"street_1": "9 Elm St", "city": "Reno", "state": "NV", "zip_code": "89501"}
    assert save(company, **moved)[0] == "Changed 4 fields of company Kaiser Permanente"
    PlanFactory(company=company)
    assert save(company, name="Kaiser", phone="800-555-0102") == (
        "Renamed company Kaiser (was Kaiser Permanente), changed phone",
        "PM only: 1 EHR name went stale",
    )


def test_of_a_company_that_is_deactivated_with_its_plans() -> None:
    company = PlanFactory().company
    company.is_active, company.plans_too = False, True
    company.save()
    event = SyncEvent.objects.filter(rule="pm-company-edited").latest("pk")

    assert effect_in_short(event) == "1 plan deactivated with it"


def test_of_a_company_whose_plans_are_deactivated_after_it() -> None:
    company = PlanFactory(company__name="Humana", company__is_active=False).company
    company.plans_too = True
    company.save()
    event = SyncEvent.objects.filter(rule="pm-company-edited").latest("pk")

    assert done_in_text(event) == "Deactivated the plans of company Humana"


def test_of_pairs() -> None:
    plan = PlanFactory(name="HMO", phone="")
    assert last() == (f"Added plan {plan}", "EHR insurance created")
    assert save(plan, phone="800-555-0100") == (
        f"Entered phone for plan {plan}",
        "EHR insurance updated: phone",
    )
    assert save(plan) == (f"Saved plan {plan} unchanged", "EHR insurance needed no change")
    assert save(plan, is_active=False, fax="800-555-0101") == (
        f"Deactivated plan {plan}, changed fax",
        "EHR insurance updated: fax, inactive",
    )
    insurance = plan.link.insurance
    insurance.refresh_from_db()
    assert save(insurance, is_active=True) == (
        f"Activated EHR insurance {insurance}",
        "PM plan updated: active",
    )
    insurance.delete()
    assert last() == (f"Deleted EHR insurance {insurance}", "EHR only")
    added = InsuranceFactory()
    assert last() == (f"Added EHR insurance {added}", "PM plan created")


def test_of_a_plan_that_goes_to_another_company() -> None:
    plan = PlanFactory(name="HMO", company__name="Humana")
    aetna, cigna = CompanyFactory(name="Aetna"), CompanyFactory(name="Cigna")

    assert save(plan, company=aetna) == (
        "Moved plan HMO from Humana to Aetna",
        "EHR insurance updated: company name",
    )
    assert save(plan, company=cigna, phone="800-555-0100")[0] == (
        "Moved plan HMO from Aetna to Cigna, changed phone"
    )
    assert save(plan, company=aetna, name="PPO")[0] == (
        f"Renamed plan {plan} (was HMO), moved from Cigna to Aetna"
    )
    assert save(plan, company=cigna, is_active=False)[0] == (
        f"Deactivated plan {plan}, moved from Aetna to Cigna"
    )
    assert save(plan, company=CompanyFactory(name="Cigna"))[0] == (
        "Moved plan PPO to another Cigna"
    )


def test_of_a_plan_that_moves_its_own_name_whatever_is_in_parentheses() -> None:
    plan = PlanFactory(name="Gold (PPO)", street_1="9 C St (rear)", company__name="Twin")

    assert save(plan, company=CompanyFactory(name="Twin"))[0] == (
        "Moved plan Gold (PPO) to another Twin"
    )
    event = SyncEvent.objects.latest("pk")
    event.reason = {}  # as it was kept at first
    assert strip_tags(done(event)) == f"Moved plan {plan} to another Twin"


def test_a_record_that_is_gone_has_no_link() -> None:
    insurance = InsuranceFactory()
    insurance.delete()

    assert "<a" not in done(SyncEvent.objects.latest("pk"))


def test_of_orphans() -> None:
    plan = orphan_plan(name="HMO")
    assert save(plan, name="PPO") == (
        f"Renamed plan {plan} (was HMO)",
        "Nothing changed in the EHR",
    )
    repair(type(plan), [plan.pk])
    assert last() == (f"Sent plan {plan} to the EHR", "EHR insurance created")
    lone, insurance = orphan_plan(), orphan_insurance()
    link_orphans(lone, insurance.pk)
    assert last()[0] == f"Linked plan {lone} with its insurance"
    alone = orphan_plan()
    alone.delete()
    assert last() == (f"Deleted plan {alone}", "–")


def test_of_patients_and_policies() -> None:
    patient = PMPatientFactory()
    assert last() == (f"Added PM patient {patient}", "–")
    policy = PolicyFactory(patient=patient, rank="secondary")
    assert last() == (f"Added policy {policy}", "PM only")
    policy.delete()
    assert last()[0] == f"Deleted policy {policy}"
    in_ehr = EHRPatientFactory()
    insurance = InsuranceFactory()
    assert save(in_ehr, secondary_insurance=insurance) == (
        f"Entered secondary insurance for EHR patient {in_ehr}",
        "EHR only",
    )


def test_of_companies_that_are_not_the_same() -> None:
    one, other = CompanyFactory(name="One"), CompanyFactory(name="Other")
    dismiss(InsuranceCompany.objects.get(pk=one.pk), other.pk)

    assert last() == ("Told apart company One and Other", "–")


def test_the_year_is_told_of_others_than_this_one() -> None:
    CompanyFactory()
    event = SyncEvent.objects.latest("pk")
    event.created_at = timezone.now().replace(month=7, day=4, hour=18, minute=5)
    assert moment(event) == "Jul 4, 2:05 PM"
    event.created_at = event.created_at.replace(year=2019)
    assert moment(event) == "Jul 4, 2019, 2:05 PM"


@pytest.mark.parametrize("hour", [0, 1, 11, 12, 13, 23])
def test_moments_are_written_as_all_days_and_times(hour: int) -> None:
    CompanyFactory()
    event = SyncEvent.objects.latest("pk")
    local = timezone.localtime().replace(month=1, day=5, hour=hour, minute=7, second=9)
    event.created_at = local
    in_full = date_format(local, "DATETIME_FORMAT")

    assert moment(event) == in_full.replace(f", {local.year}", "")
    assert numbers(event).startswith(f"{in_full[:-3]}:09{in_full[-3:]}, entry {event.pk}, batch ")


def test_a_line_says_on_hover_what_it_shows() -> None:
    plan = PlanFactory(name="A & <B>", company__name="One")
    save(plan, company=CompanyFactory(name="Other"))
    for event in SyncEvent.objects.all():
        assert done_in_text(event) == unescape(strip_tags(done(event)))


def test_nothing_is_told_of_a_list_that_is_hidden() -> None:
    PlanFactory(name="Hidden")
    event = SyncEvent.objects.latest("pk")
    in_pm, in_ehr = User.objects.create_user("biller"), User.objects.create_user("nurse")
    in_pm.user_permissions.add(Permission.objects.get(codename="view_insuranceplan"))
    in_ehr.user_permissions.add(Permission.objects.get(codename="view_insurance"))

    [shown] = tell_apart(in_pm, [copy(event)])
    assert "Hidden" in done(shown)
    assert effect_in_short(shown) == ""
    [shown] = tell_apart(in_ehr, [copy(event)])
    assert done(shown) == "PM insurance plan"
    assert strip_tags(effect_in_short(shown)) == "EHR insurance created"
