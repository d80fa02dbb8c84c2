"""What a patient's counterpart keeps, as nothing copies it, is said on the page after a save."""

import html
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import constants
from django.test import Client
from django.urls import reverse

from tests.factories import EHRPatientFactory, PMPatientFactory, PolicyFactory
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
    assert said[0] == (constants.WARNING, stays)
    assert len(said) == 1 + len(more)


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
    EHRPatientFactory(chart_number=patient.chart_number, first_name="Renamed")

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
    assert not any("this patient as" in text for _level, text in said)


def test_a_chart_number_that_is_another_persons_there_or_right_already_is_none(
    admin_client: Client,
) -> None:
    patient = PMPatientFactory(chart_number="K1")
    EHRPatientFactory(chart_number="K1", date_of_birth="1950-01-01")

    said = said_after(admin_client, submit(admin_client, change_url(patient), chart_number="K2"))

    assert not any("still has" in text for _level, text in said)


def somebody(client: Client, **rights: list[str]) -> None:
    """Log in somebody with these rights, `app=["action_model", …]`."""
    user = User.objects.create_user("somebody", is_staff=True)
    for app, names in rights.items():
        may = Permission.objects.filter(content_type__app_label=app, codename__in=names)
        user.user_permissions.add(*may)
    client.force_login(user)


def delete(client: Client, *patients: Any) -> Said:
    """Delete one on its page, several on the list."""
    app, keys = patients[0]._meta.app_label, [patient.pk for patient in patients]
    if len(keys) == 1:
        url = reverse(f"admin:{app}_patient_delete", args=keys)
        return said_after(client, client.post(url, {"post": "yes"}))
    sent = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    return said_after(client, client.post(reverse(f"admin:{app}_patient_changelist"), sent))


KINDS = [
    (PMPatientFactory, EHRPatientFactory, "The EHR"),
    (EHRPatientFactory, PMPatientFactory, "PM"),
]


class TestDeleted:
    @pytest.mark.parametrize(("factory", "other", "whose"), KINDS)
    def test_the_other_lists_patient_stays(
        self, admin_client: Client, factory: Any, other: Any, whose: str
    ) -> None:
        patient = factory()
        theirs = other(chart_number=patient.chart_number)

        said = delete(admin_client, patient)

        stays = f'{whose}\'s patient stays: <a href="{change_url(theirs)}">{theirs}</a>.'
        assert said == [(constants.WARNING, stays)]

    def test_nothing_is_said_of_the_ehr_where_it_has_nobody(self, admin_client: Client) -> None:
        patient = PolicyFactory().patient
        PolicyFactory(patient=patient, rank="tertiary")

        assert delete(admin_client, patient) == []

    @pytest.mark.parametrize("policies", [1, 4])
    def test_several_are_told_in_one_line_with_a_count_and_no_policy(
        self, admin_client: Client, policies: int
    ) -> None:
        patients = PMPatientFactory.create_batch(3)
        for patient in patients:
            for year in range(policies):
                begins, ends = f"{2001 + year}-01-01", f"{2001 + year}-12-31"
                PolicyFactory(patient=patient, effective_on=begins, ends_on=ends)
        for patient in patients[:2]:
            EHRPatientFactory(chart_number=patient.chart_number)

        said = delete(admin_client, *patients)

        assert said == [(constants.WARNING, "2 EHR patients stay.")]

    def test_whoever_may_not_change_it_is_told_whom_to_ask(self, client: Client) -> None:
        somebody(client, pm=["view_patient", "delete_patient"], ehr=["view_patient"])
        patients = PMPatientFactory.create_batch(3)
        theirs = [EHRPatientFactory(chart_number=each.chart_number) for each in patients]

        [(_level, of_one)] = delete(client, patients[0])
        [(_level, of_both)] = delete(client, *patients[1:])

        link = f'<a href="{change_url(theirs[0])}">{theirs[0]}</a>'
        ask = "If nobody needs it, ask clinical to deactivate it."
        assert of_one == f"The EHR's patient stays: {link}. {ask}"
        assert of_both == f"2 EHR patients stay. {ask.replace('it', 'them')}"

    def test_of_one_who_is_inactive_there_nothing_is_to_be_asked(self, client: Client) -> None:
        somebody(client, pm=["view_patient", "delete_patient"], ehr=["view_patient"])
        patient = PMPatientFactory()
        EHRPatientFactory(chart_number=patient.chart_number, is_active=False)

        [(_level, text)] = delete(client, patient)

        assert "stays: " in text
        assert "ask" not in text

    def test_whoever_may_not_see_the_other_list_is_told_nothing_of_it(self, client: Client) -> None:
        somebody(client, pm=["view_patient", "delete_patient", "delete_insurancepolicy"])
        patient = PolicyFactory().patient
        EHRPatientFactory(chart_number=patient.chart_number)

        assert delete(client, patient) == []

    def test_a_policy_that_is_removed_on_the_page_is_told_as_before(
        self, admin_client: Client
    ) -> None:
        patient = PolicyFactory().patient
        EHRPatientFactory(chart_number=patient.chart_number)

        said = said_after(
            admin_client, submit(admin_client, change_url(patient), **{"policies-0-DELETE": "on"})
        )

        assert said == [(constants.SUCCESS, "Primary removed. The EHR has none either.")]


class TestRenamed:
    @pytest.mark.parametrize(("factory", "other", "whose"), KINDS)
    @pytest.mark.parametrize(
        ("typed", "has", "to_do"),
        [
            ({"first_name": "Sofia"}, "Reyes, Sofía", "it"),
            ({"last_name": "Ray"}, "Reyes, Sofía", "it"),
            ({"date_of_birth": "05/18/1980"}, "the birth date 05/17/1980", "it"),
            (
                {"last_name": "Ray", "date_of_birth": "05/18/1980"},
                "Reyes, Sofía and the birth date 05/17/1980",
                "both",
            ),
        ],
    )
    def test_the_other_list_keeps_what_was_changed(
        self,
        admin_client: Client,
        factory: Any,
        other: Any,
        whose: str,
        typed: dict[str, str],
        has: str,
        to_do: str,
    ) -> None:
        called = {"chart_number": "K1", "last_name": "Reyes", "first_name": "Sofía"}
        patient, theirs = factory(**called), other(**called)

        said = said_after(admin_client, submit(admin_client, change_url(patient), **typed))

        there = f'<a href="{change_url(theirs)}">change {to_do} there, too</a>'
        assert said == [(constants.WARNING, f"{whose} still has {has}: {there}.")]

    def test_what_was_otherwise_there_before_is_said_as_well(self, admin_client: Client) -> None:
        patient = PMPatientFactory(first_name="Pat")
        EHRPatientFactory(chart_number=patient.chart_number, first_name="Patrick")

        [(_level, text)] = said_after(
            admin_client, submit(admin_client, change_url(patient), first_name="Patricia")
        )

        assert text.startswith("The EHR has Doe, Patrick: ")

    def test_nothing_is_said_of_what_is_the_same_there(self, admin_client: Client) -> None:
        patient = PMPatientFactory()
        theirs = {"first_name": "Jo", "date_of_birth": "1950-01-01"}  # which isn't what is changed
        EHRPatientFactory(chart_number=patient.chart_number, **theirs)

        assert (
            said_after(admin_client, submit(admin_client, change_url(patient), first_name="Jo"))
            == []
        )

    def test_nor_after_a_save_that_changed_something_else(self, admin_client: Client) -> None:
        patient = EHRPatientFactory(is_active=False)
        PMPatientFactory(chart_number=patient.chart_number, first_name="Jo")

        assert (
            said_after(admin_client, submit(admin_client, change_url(patient), is_active="on"))
            == []
        )

    def test_whoever_may_not_change_it_there_is_told_whom_to_ask(self, client: Client) -> None:
        somebody(client, pm=["view_patient", "change_patient"], ehr=["view_patient"])
        patient = PMPatientFactory()
        EHRPatientFactory(chart_number=patient.chart_number)

        said = said_after(client, submit(client, change_url(patient), first_name="Jo"))

        asks = "The EHR still has Doe, Pat: ask clinical to change it there."
        assert said == [(constants.WARNING, asks)]

    def test_nor_is_anything_said_to_whoever_may_not_see_it(self, client: Client) -> None:
        somebody(client, pm=["view_patient", "change_patient"])
        patient = PMPatientFactory()
        EHRPatientFactory(chart_number=patient.chart_number)

        assert said_after(client, submit(client, change_url(patient), first_name="Jo")) == []
