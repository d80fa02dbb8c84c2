"""The log names to its reader only the records that he may see, and finds no others."""

import html

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from sync.models import SyncEvent
from sync.roles import ROLES
from tests.editing import edit
from tests.factories import (
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
)
from tests.screens import change_url

pytestmark = pytest.mark.django_db

LOG = reverse("admin:sync_syncevent_changelist")
NAMES = {
    "pm.view_insurancecompany": "Wildcatco",
    "pm.view_insuranceplan": "Wildplan",
    "pm.view_patient": "Wildman",
    "ehr.view_insurance": "Tameplan",
    "ehr.view_patient": "Tameman",
}
POLICY = "W-WILD"


@pytest.fixture(autouse=True)
def logged() -> None:
    """Log what has each name, in texts, in changes and in the history of others."""
    plan = PlanFactory(name="Wildplan", company__name="Wildcatco")
    edit(plan.company, phone="800-555-0100")
    PMPatientFactory(last_name="Wildman")
    patient = PMPatientFactory(last_name="Wildman")
    PolicyFactory(patient=patient, plan=plan, policy_number=POLICY)
    patient.delete()
    insurance = InsuranceFactory(plan_name="Tameplan", company_name="Tame")
    person = EHRPatientFactory(last_name="Tameman")
    edit(person, primary_insurance=insurance)
    edit(person, primary_insurance=InsuranceFactory(plan_name="Tameplan", company_name="Tame"))


def reader(*codes: str) -> Client:
    user = User.objects.create_user("reader", is_staff=True)
    for code in ("sync.view_syncevent", *codes):
        app, codename = code.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    client = Client()
    client.force_login(user)
    return client


def read(client: Client) -> str:
    """Return all that the log's list and its entries' pages say."""
    urls = [LOG, *(change_url(event) for event in SyncEvent.objects.all())]
    return html.unescape("".join(client.get(url).text for url in urls))


@pytest.mark.parametrize("role", ROLES)
def test_the_roles_see_all_names(role: str) -> None:
    client = reader()
    User.objects.get().groups.add(Group.objects.get(name=role))

    text = read(client)

    assert [name for name in (*NAMES.values(), POLICY) if name not in text] == []


@pytest.mark.parametrize("code", ["pm.view_patient", "ehr.view_patient", ""])
def test_of_patients_only_those_that_one_may_see(code: str) -> None:
    text = read(reader(*filter(None, [code])))

    assert [name for name in NAMES.values() if name in text] == [
        name for right, name in NAMES.items() if right == code
    ]
    assert POLICY not in text
    assert ("PM patient" in text) or code == "pm.view_patient"


def test_a_policy_is_named_where_its_patient_may_be(client: Client) -> None:
    for codes, is_named in (
        (["pm.view_insurancepolicy"], False),
        (["pm.view_insurancepolicy", "pm.view_patient"], True),
    ):
        User.objects.filter(username="reader").delete()
        assert (POLICY in read(reader(*codes))) is is_named


@pytest.mark.parametrize(("code", "name"), NAMES.items())
def test_a_search_finds_only_what_one_may_see(code: str, name: str) -> None:
    def found(*codes: str) -> int:
        User.objects.filter(username="reader").delete()
        return len(reader(*codes).get(LOG, {"q": name}).context["cl"].result_list)

    assert found() == 0
    assert found(code) > 0


def test_a_history_names_no_other_list(client: Client) -> None:
    plan = PlanFactory(name="Otherplan", company__name="Othercompany")
    edit(plan, phone="800-555-0199")
    insurance = plan.link.insurance
    page = reverse("admin:ehr_insurance_history", args=[insurance.pk])

    text = reader("ehr.view_insurance").get(page).text

    assert "PM insurance plan" in text
    assert change_url(plan) not in text
    assert "800-555-0199" not in text.partition("change-history")[2].partition("EHR insurance")[0]
