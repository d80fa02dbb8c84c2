"""The sync log: read-only for everyone, filtered, searched, and each record's history."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kareo.records.acting import acting
from sync.models import SyncEvent
from tests.factories import CompanyFactory, EHRPatientFactory, PlanFactory, PolicyFactory

pytestmark = pytest.mark.django_db

LOG = reverse("admin:sync_syncevent_changelist")


def listed(client: Client, **filters: Any) -> list[SyncEvent]:
    page = client.get(LOG, filters)
    assert page.status_code == 200
    return list(page.context["cl"].result_list)


def test_nobody_can_add_change_or_delete(admin_client: Client) -> None:
    PlanFactory()
    event = SyncEvent.objects.latest("pk")

    assert admin_client.get(reverse("admin:sync_syncevent_add")).status_code == 403
    for page in ("change", "delete"):
        url = reverse(f"admin:sync_syncevent_{page}", args=[event.pk])
        assert admin_client.post(url, {"reason": "forged", "post": "yes"}).status_code == 403
    assert SyncEvent.objects.get(pk=event.pk).reason == event.reason
    assert "_selected_action" not in admin_client.get(LOG).text


def test_shows_newest_first_with_links_to_both_records(admin_client: Client) -> None:
    plan = PlanFactory()

    newest, oldest = listed(admin_client)
    page = admin_client.get(LOG).text

    assert (newest.rule, oldest.rule) == ("pm-plan-added", "pm-company-added")
    titles = re.findall(r'class="field-rule_title">([^<]+)<', page)
    assert titles == ["Plan added in PM", "Company added in PM"]
    assert reverse("admin:pm_insuranceplan_change", args=[plan.pk]) in page
    assert reverse("admin:ehr_insurance_change", args=[plan.link.insurance.pk]) in page


def test_filters_by_rule_outcome_day_and_user(admin_client: Client) -> None:
    with acting("front"):
        PlanFactory()
    with acting("biller"):
        company = CompanyFactory()
    old = SyncEvent.objects.get(source_id=company.pk, actor="biller")
    SyncEvent.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - datetime.timedelta(days=40)
    )
    today = timezone.localtime()

    assert [e.rule for e in listed(admin_client, rule="pm-plan-added")] == ["pm-plan-added"]
    assert [e.rule for e in listed(admin_client, outcome__exact="created")] == ["pm-plan-added"]
    assert listed(admin_client, actor="biller") == [old]
    assert old not in listed(
        admin_client,
        created_at__year=today.year,
        created_at__month=today.month,
        created_at__day=today.day,
    )


def test_filters_what_no_rule_speaks_of(admin_client: Client) -> None:
    PolicyFactory(rank="tertiary")

    assert {event.rule for event in listed(admin_client, rule="none")} == {""}


def test_is_searched_by_either_record(admin_client: Client) -> None:
    PlanFactory(name="Needle", company__name="Haystack")
    PlanFactory()

    assert {e.rule for e in listed(admin_client, q="Needle")} == {"pm-plan-added"}
    assert len(listed(admin_client, q="Haystack")) == 2


def test_one_entry_shows_what_changed_on_both_sides(admin_client: Client) -> None:
    plan = PlanFactory(name="Before")
    plan.name = "After"
    plan.save()
    event = SyncEvent.objects.latest("pk")

    page = admin_client.get(reverse("admin:sync_syncevent_change", args=[event.pk])).text

    assert page.count("Plan name: Before → After") == 2


def test_one_entry_has_a_dash_for_no_rule_and_no_reason(admin_client: Client) -> None:
    EHRPatientFactory()
    PlanFactory()

    for name, event in (
        ("rule_title", SyncEvent.objects.get(rule="")),
        ("reason_shown", SyncEvent.objects.get(rule="pm-plan-added")),
    ):
        page = admin_client.get(reverse("admin:sync_syncevent_change", args=[event.pk])).text
        field = page.split(f"field-{name}")[1]
        assert re.findall(r'<div class="readonly">([^<]*)</div>', field)[0] == "–"


def test_history_of_a_record_is_what_it_caused_and_what_wrote_it(admin_client: Client) -> None:
    with acting("clerk"):
        plan = PlanFactory()
    insurance = plan.link.insurance
    insurance.phone = "800-555-0100"
    with acting("nurse"):
        insurance.save()
    PlanFactory()

    page = admin_client.get(reverse("admin:pm_insuranceplan_history", args=[plan.pk]))

    events = list(SyncEvent.objects.about(plan))
    assert [event.rule for event in events] == ["ehr-insurance-edited", "pm-plan-added"]
    assert "nurse" in page.text
    assert "clerk" in page.text
    assert "Phone: empty → 800-555-0100" in page.text


def test_history_of_a_patient_has_the_policies_too_the_deleted_ones_as_well(
    admin_client: Client,
) -> None:
    policy = PolicyFactory(rank="secondary", policy_number="W77")
    patient = policy.patient
    policy.delete()

    page = admin_client.get(reverse("admin:pm_patient_history", args=[patient.pk]))

    assert page.text.count("Secondary changed in PM") == 2
    assert "Policy number: W77 → empty" in page.text


def test_history_leads_to_the_whole_of_it_in_the_log_under_any_name(admin_client: Client) -> None:
    company = CompanyFactory(name="Old name")
    company.name = "New name"
    company.save()
    CompanyFactory()
    page = admin_client.get(reverse("admin:pm_insurancecompany_history", args=[company.pk]))
    link = f"?about=pm.InsuranceCompany%3A{company.pk}"

    assert link in page.text
    assert len(listed(admin_client, about=f"pm.InsuranceCompany:{company.pk}")) == 2
    assert listed(admin_client, about="pm.InsuranceCompany:x") == []


def test_history_of_a_record_without_any_says_so(admin_client: Client) -> None:
    company = CompanyFactory()
    SyncEvent.objects.all().delete()

    page = admin_client.get(reverse("admin:pm_insurancecompany_history", args=[company.pk]))

    assert "No changes yet." in page.text


def test_home_shows_what_the_user_did_last(admin_client: Client) -> None:
    with acting("admin"):
        CompanyFactory(name="Mine")
    with acting("other"):
        CompanyFactory(name="Theirs")

    page = admin_client.get(reverse("admin:index")).text

    assert "Mine" in page
    assert "Theirs" not in page
