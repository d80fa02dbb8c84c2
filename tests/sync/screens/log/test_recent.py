"""What a user did last stands on the first page in a line for each action."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.html import strip_tags

from kareo.records.acting import acting
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from sync.screens.log.recent import MOST, READ, recent_actions
from sync.screens.log.sentences import done, effect_in_short
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
)

pytestmark = pytest.mark.django_db


def said(user: Any) -> list[str]:
    return [f"{strip_tags(done(event))}{others}" for event, others, _ in recent_actions(user)]


def crossed(user: Any) -> list[str]:
    return [
        "; ".join(strip_tags(effect_in_short(event)) for event in effects)
        for _, _, effects in recent_actions(user)
    ]


def test_what_became_of_the_other_list_is_told_of_all_that_was_made_there(admin_user: User) -> None:
    with acting(admin_user.username):
        PlanFactory()  # with its company
    with acting(admin_user.username):
        InsuranceFactory()
    with acting(admin_user.username):
        CompanyFactory()

    assert crossed(admin_user) == [
        "PM only",
        "PM company created; PM plan created",
        "EHR insurance created",
    ]


def test_a_company_deactivated_with_its_plans_is_one_line(admin_user: User) -> None:
    plan = PlanFactory(company__name="Humana")
    PlanFactory(company=plan.company)
    with acting(admin_user.username):
        CompanyFactory(name="Aetna")
    with acting(admin_user.username):
        company = InsuranceCompany.objects.get(name="Humana")
        company.is_active, company.plans_too = False, True
        company.save()

    assert said(admin_user) == ["Deactivated company Humana", "Added company Aetna"]


def test_others_of_one_action_are_counted(admin_user: User) -> None:
    plans = [PlanFactory() for _ in range(3)]
    with acting(admin_user.username):
        InsurancePlan.objects.order_by("pk").change(is_active=False)

    assert said(admin_user) == [f"Deactivated plan {plans[0]} and 2 more"]


def test_a_patient_is_added_before_what_insures_them(admin_user: User) -> None:
    insurance, other = InsuranceFactory(), InsuranceFactory()
    with acting(admin_user.username):
        insured = EHRPatientFactory(primary_insurance=insurance)
    with acting(admin_user.username):
        twice = EHRPatientFactory(primary_insurance=insurance, secondary_insurance=other)
    with acting(admin_user.username):
        policy = PolicyFactory(patient=PMPatientFactory(), plan=insurance.link.plan)
    with acting(admin_user.username):
        matched = InsuranceFactory()

    insurance_added, in_pm, *in_ehr = said(admin_user)
    assert insurance_added == f"Added EHR insurance {matched}"
    assert in_pm == f"Added PM patient {policy.patient} and 1 policy"
    assert in_ehr == [
        f"Added EHR patient {twice}, entered primary insurance and secondary insurance",
        f"Added EHR patient {insured}, entered primary insurance",
    ]


def test_very_many_leave_what_they_are_of(admin_user: User) -> None:
    PlanFactory.create_batch(READ + 1)
    with acting(admin_user.username):
        InsurancePlan.objects.order_by("pk").change(is_active=False)

    [line] = said(admin_user)
    assert line.endswith(" and more")


def test_as_many_actions_as_there_is_room(admin_user: User, admin_client: Client) -> None:
    for number in range(MOST + 2):
        with acting(admin_user.username):
            CompanyFactory(name=f"Payer {number}")

    assert len(said(admin_user)) == MOST
    assert admin_client.get("/admin/").text.count("Added company") == MOST
    assert SyncEvent.objects.count() == MOST + 2


def test_a_namesake_is_told_apart_once_and_not_called_renamed(admin_user: User) -> None:
    company, _other = CompanyFactory(name="Humana"), CompanyFactory(name="Humana")
    with acting(admin_user.username):
        company.payer_id = "H1"
        company.save()

    [line] = said(admin_user)
    assert line.startswith("Entered payer ID for company Humana (")
    assert "now" not in line
