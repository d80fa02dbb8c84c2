"""The counterpart on plan and insurance pages, and the button that puts the pair right."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from ehr.models import Insurance
from kareo.saving import Refused
from pm.models import InsurancePlan
from sync import views
from sync.models import InsuranceLink, SyncEvent
from sync.pairs import PairState, pair_of
from tests.factories import InsuranceFactory, PlanFactory
from tests.screens import messages_of

pytestmark = pytest.mark.django_db


def change_url(record):
    return reverse(f"admin:{record._meta.label_lower.replace('.', '_')}_change", args=[record.pk])


def repair_url(record):
    return reverse("sync:repair", args=[record._meta.model_name, record.pk])


def differing(page):
    """Return (field, PM, EHR) of the rows that the card marks."""
    marked = re.findall(
        r'<tr class="differs"><th[^>]*>(.+?) <span.+?<td>(.+?)</td><td>(.+?)</td>', page
    )
    assert len(marked) == page.count("≠ differs")
    return marked


@pytest.fixture
def stale_plan():
    plan = PlanFactory(company__name="Aetna")
    plan.company.name = "Aetna Health"
    plan.company.save()
    return plan


def test_in_sync(admin_client):
    plan = PlanFactory()

    for record, other in ((plan, plan.link.insurance), (plan.link.insurance, plan)):
        page = admin_client.get(change_url(record)).text
        assert 'data-state="in_sync"' in page
        assert change_url(other) in page
        assert repair_url(record) not in page


def test_stale_name_shows_the_difference_and_is_put_right(admin_client, stale_plan):
    for record in (stale_plan, stale_plan.link.insurance):
        page = admin_client.get(change_url(record)).text
        assert 'data-state="stale_name"' in page
        assert "1 field differs" in page
        assert differing(page) == [("Company name", "Aetna Health", "Aetna")]

    response = admin_client.post(repair_url(stale_plan), follow=True)

    assert Insurance.objects.get().company_name == "Aetna Health"
    assert SyncEvent.objects.first().rule == "pair-repaired"
    assert SyncEvent.objects.first().actor == "admin"
    assert "was updated: company name" in messages_of(response)[0]
    assert 'data-state="in_sync"' in response.text


def test_stale_name_is_put_right_from_the_insurance_too(admin_client, stale_plan):
    admin_client.post(repair_url(stale_plan.link.insurance))

    assert Insurance.objects.get().company_name == "Aetna Health"


def test_what_was_written_past_the_rules_differs(admin_client):
    plan = PlanFactory(phone="800-555-0100")
    Insurance.objects.update(phone="800-555-0199", company_name="Else")

    assert pair_of(plan).state is PairState.DIFFERS
    page = admin_client.get(change_url(plan)).text
    assert "2 fields differ" in page
    assert ("Phone", "800-555-0100", "800-555-0199") in differing(page)


def test_orphan_insurance_is_sent_as_if_it_were_added(admin_client):
    insurance = InsuranceFactory()
    InsurancePlan.objects.all().delete()
    page = admin_client.get(change_url(insurance)).text
    assert 'data-state="orphan"' in page
    assert "Send it to PM as if added" in page

    admin_client.post(repair_url(insurance))

    assert InsuranceLink.objects.get().insurance == insurance


def test_orphan_plan_is_sent_as_if_it_were_added(admin_client):
    plan = PlanFactory()
    Insurance.objects.all().delete()
    assert "Send it to the EHR as if added" in admin_client.get(change_url(plan)).text

    admin_client.post(repair_url(plan))

    assert InsuranceLink.objects.get().plan == plan


def test_repair_is_refused_in_words(admin_client, stale_plan, monkeypatch):
    def refuse(model, pks):
        raise Refused("Not now. Try again.")

    monkeypatch.setattr(views, "repair", refuse)

    assert messages_of(admin_client.post(repair_url(stale_plan), follow=True)) == [
        "Not now. Try again."
    ]


def test_repair_needs_the_permission_to_save(client, django_user_model, stale_plan):
    user = django_user_model.objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)

    assert repair_url(stale_plan) not in client.get(change_url(stale_plan)).text
    assert client.post(repair_url(stale_plan)).status_code == 403
    assert Insurance.objects.get().company_name == "Aetna"


def test_repair_needs_a_login_a_post_and_a_record(client, admin_client, stale_plan):
    assert admin_client.get(repair_url(stale_plan)).status_code == 405
    assert admin_client.post(reverse("sync:repair", args=["insurance", 999])).status_code == 404
    client.logout()
    assert "login" in client.post(repair_url(stale_plan)).url
