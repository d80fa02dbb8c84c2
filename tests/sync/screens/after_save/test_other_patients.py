"""A patient who is deactivated in one list stays active in the other, and the next page says so."""

import html
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import constants
from django.test import Client
from django.urls import reverse

from tests.factories import EHRPatientFactory, PMPatientFactory
from tests.screens import change_url, submit

pytestmark = pytest.mark.django_db

Said = list[tuple[int, str]]
PATIENTS = reverse("admin:pm_patient_changelist")


def said_after(client: Client, response: Any) -> Said:
    """Return what the next page says of the other list: all but that it was saved."""
    assert response.status_code == 302
    page = client.get(response.url)
    _saved, *others = [(m.level, html.unescape(str(m))) for m in page.context["messages"]]
    return others


def deactivate(client: Client, *patients: Any) -> Said:
    keys = [patient.pk for patient in patients]
    sent = {"action": "deactivate", "_selected_action": keys}
    return said_after(client, client.post(PATIENTS, sent))


@pytest.mark.parametrize(
    ("factory", "other", "whose"),
    [
        (PMPatientFactory, EHRPatientFactory, "The EHR's"),
        (EHRPatientFactory, PMPatientFactory, "PM's"),
    ],
)
@pytest.mark.parametrize("more", [{}, {"first_name": "Renamed"}])
def test_the_other_lists_patient_stays_active(
    admin_client: Client, factory: Any, other: Any, whose: str, more: dict[str, str]
) -> None:
    patient = factory()
    theirs = other(chart_number=patient.chart_number)

    said = said_after(
        admin_client, submit(admin_client, change_url(patient), is_active=None, **more)
    )

    stays = f'{whose} <a href="{change_url(theirs)}">patient</a> stays active.'
    assert said == [(constants.WARNING, stays)]


@pytest.mark.parametrize("there", ["nobody", "somebody else", "inactive"])
def test_nothing_is_said_where_nobody_does(admin_client: Client, there: str) -> None:
    patient = PMPatientFactory()
    if there == "inactive":
        EHRPatientFactory(chart_number=patient.chart_number, is_active=False)
    elif there == "somebody else":
        EHRPatientFactory(chart_number="other")

    assert said_after(admin_client, submit(admin_client, change_url(patient), is_active=None)) == []


@pytest.mark.parametrize(
    ("was_active", "typed"), [(True, {"first_name": "Renamed"}), (False, {"is_active": "on"})]
)
def test_nor_of_another_change(
    admin_client: Client, was_active: bool, typed: dict[str, str]
) -> None:
    patient = PMPatientFactory(is_active=was_active)
    EHRPatientFactory(chart_number=patient.chart_number)

    assert said_after(admin_client, submit(admin_client, change_url(patient), **typed)) == []


def test_nor_to_whoever_may_not_see_the_other_list(client: Client) -> None:
    user = User.objects.create_user("somebody", is_staff=True)
    may = Permission.objects.filter(
        content_type__app_label="pm", codename__in=("view_patient", "change_patient")
    )
    user.user_permissions.set(may)
    client.force_login(user)
    patient = PMPatientFactory()
    EHRPatientFactory(chart_number=patient.chart_number)

    assert said_after(client, submit(client, change_url(patient), is_active=None)) == []


def test_of_several_their_number_is_said(admin_client: Client) -> None:
    both = PMPatientFactory.create_batch(2)
    alone = PMPatientFactory()
    for patient in both:
        EHRPatientFactory(chart_number=patient.chart_number)

    said = deactivate(admin_client, *both, alone)

    assert said == [(constants.WARNING, "2 EHR patients stay active.")]


def test_of_several_with_one_it_is_that_one(admin_client: Client) -> None:
    patient, alone = PMPatientFactory.create_batch(2)
    theirs = EHRPatientFactory(chart_number=patient.chart_number)

    [(_level, text)] = deactivate(admin_client, patient, alone)

    assert text == f'The EHR\'s <a href="{change_url(theirs)}">patient</a> stays active.'


@pytest.mark.parametrize(
    ("factory", "other", "has"),
    [
        (PMPatientFactory, EHRPatientFactory, "The EHR still has this patient as K1"),
        (EHRPatientFactory, PMPatientFactory, "PM still has this patient as K1"),
    ],
)
def test_a_corrected_chart_number_is_to_be_changed_in_the_other_list_too(
    admin_client: Client, factory: Any, other: Any, has: str
) -> None:
    patient = factory(chart_number="K1")
    theirs = other(chart_number="K1", date_of_birth=patient.date_of_birth)

    said = said_after(admin_client, submit(admin_client, change_url(patient), chart_number="K2"))

    there = f'<a href="{change_url(theirs)}">change the number there, too</a>'
    assert (constants.WARNING, f"{has}: {there}.") in said
    theirs.chart_number = "K2"
    theirs.save()
    said = said_after(admin_client, submit(admin_client, change_url(patient), first_name="Jo"))
    assert not any("still has" in text for _level, text in said)


def test_a_chart_number_that_is_another_persons_there_or_right_already_is_none(
    admin_client: Client,
) -> None:
    patient = PMPatientFactory(chart_number="K1")
    EHRPatientFactory(chart_number="K1", date_of_birth="1950-01-01")

    said = said_after(admin_client, submit(admin_client, change_url(patient), chart_number="K2"))

    assert not any("still has" in text for _level, text in said)
