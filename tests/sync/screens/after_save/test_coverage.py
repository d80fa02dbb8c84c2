"""After a patient's primary or secondary was saved: does the other list agree, and if not, who?"""

import datetime
import html
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from pm.models import InsurancePlan
from pm.models import Patient as PMPatient
from tests.factories import (
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)
from tests.screens import change_url, messages_of, submit
from tests.sync.screens.after_save.telling import GOOD, WARNING, as_role, href_in, policy_of, told

pytestmark = pytest.mark.django_db

WORKLIST, ADD = reverse("sync:coverage_worklist"), reverse("admin:pm_patient_add")
PERSON = {
    "chart_number": "K2",
    "last_name": "Roe",
    "first_name": "Kim",
    "date_of_birth": "01/02/1961",
    "is_active": "on",
}
TOMORROW = localdate() + datetime.timedelta(days=1)
DAY = f"{TOMORROW:%m/%d/%Y}"
NO_POLICY = {"policies-TOTAL_FORMS": "0", "policies-INITIAL_FORMS": "0"}
ONE_POLICY = NO_POLICY | {"policies-TOTAL_FORMS": "1"}
NUMBER = {"policies-0-group_number": "G"}  # an edit of the first policy


@pytest.fixture
def insurance() -> Insurance:
    return insurance_of(PlanFactory())


def user_who(may_send: bool) -> Client:
    """Return one who changes patients with their policies, and plans only where `may_send`."""
    client = as_role("Front desk")
    if not may_send:
        group = Group.objects.get(name="Front desk")
        group.permissions.remove(Permission.objects.get(codename="change_insuranceplan"))
    return client


class TestSavedInTheEHR:
    def test_what_pm_has_is_good(self, admin_client: Client, insurance: Insurance) -> None:
        patient = EHRPatientFactory()
        policy_of(PMPatientFactory(chart_number=patient.chart_number), insurance, rank="secondary")

        said = told(admin_client, patient, secondary_insurance=insurance.pk)

        assert said == [(GOOD, "Secondary saved. PM has the same.")]

    def test_both_ranks_that_pm_has_are_said_at_once(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        patient, other = EHRPatientFactory(), insurance_of(PlanFactory())
        in_pm = PMPatientFactory(chart_number=patient.chart_number)
        policy_of(in_pm, insurance)
        policy_of(in_pm, other, rank="secondary")
        typed = {"primary_insurance": insurance.pk, "secondary_insurance": other.pk}

        assert told(admin_client, patient, **typed) == [
            (GOOD, "Primary and secondary saved. PM has the same.")
        ]

    def test_what_pm_has_otherwise_is_named_with_the_way_there(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        patient, other = EHRPatientFactory(), insurance_of(PlanFactory())
        in_pm = PMPatientFactory(chart_number=patient.chart_number)
        policy_of(in_pm, other, rank="secondary")

        [(level, text)] = told(admin_client, patient, secondary_insurance=insurance.pk)

        assert level == WARNING
        assert text == (
            f"Secondary saved. PM has {other}. Correct it by hand:"
            f' <a href="{change_url(in_pm)}">Open this patient in PM</a>'
        )

    def test_a_plan_without_an_insurance_is_another(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        patient = EHRPatientFactory()
        in_pm = PMPatientFactory(chart_number=patient.chart_number)
        PolicyFactory(patient=in_pm, plan=orphan_plan(name="Gone HMO"), rank="secondary")

        [(level, text)] = told(admin_client, patient, secondary_insurance=insurance.pk)

        assert level == WARNING
        assert "PM has Gone HMO." in text

    def test_what_pm_lacks_is_to_be_entered(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        patient = EHRPatientFactory()
        in_pm = PMPatientFactory(chart_number=patient.chart_number)

        [(level, text)] = told(admin_client, patient, secondary_insurance=insurance.pk)

        assert level == WARNING
        assert "PM has none. Enter it by hand: <a " in text
        assert change_url(in_pm) in text

    def test_what_pm_has_later_is_there_already(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        patient = EHRPatientFactory()
        in_pm = PMPatientFactory(chart_number=patient.chart_number)
        policy_of(in_pm, insurance, effective_on=TOMORROW)

        [(level, text)] = told(admin_client, patient, primary_insurance=insurance.pk)

        assert level == WARNING
        assert text.startswith(
            f'Primary saved. PM has it from {DAY}. Check the date: <a href="{change_url(in_pm)}'
        )
        assert text.endswith(">Open this patient in PM</a>")
        assert submit(admin_client, href_in(text)).status_code == 302
        assert in_pm.policies.count() == 1  # the page began no second one

    def test_whoever_may_not_change_pm_is_told_who_checks_the_date(
        self, insurance: Insurance
    ) -> None:
        patient = EHRPatientFactory()
        in_pm = PMPatientFactory(chart_number=patient.chart_number)
        policy_of(in_pm, insurance, effective_on=TOMORROW)

        assert told(as_role("Clinical staff"), patient, primary_insurance=insurance.pk) == [
            (WARNING, f"Primary saved. PM has it from {DAY}. Ask the front desk to check the date.")
        ]

    def test_what_pm_has_later_after_another_is_said_with_that_one(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        patient, other = EHRPatientFactory(), insurance_of(PlanFactory())
        in_pm = PMPatientFactory(chart_number=patient.chart_number)
        policy_of(in_pm, other, ends_on=localdate())
        policy_of(in_pm, insurance, effective_on=TOMORROW)

        [(_level, text)] = told(admin_client, patient, primary_insurance=insurance.pk)

        assert text.startswith(
            f"Primary saved. PM has {other} today, and this one from {DAY}. Check the date: <a "
        )

    def test_before_another_that_pm_has_later_it_is_begun_with_its_last_day(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        patient, other = EHRPatientFactory(), insurance_of(PlanFactory())
        in_pm = PMPatientFactory(chart_number=patient.chart_number)
        policy_of(in_pm, other, effective_on=TOMORROW + datetime.timedelta(days=9))
        policy_of(in_pm, other, effective_on=TOMORROW, ends_on=TOMORROW)

        [(level, text)] = told(admin_client, patient, primary_insurance=insurance.pk)

        assert level == WARNING
        assert text.startswith(
            f"Primary saved. PM has none today, and {other} from {DAY}. Enter today's by hand: <a "
        )
        page = admin_client.get(href_in(text))
        assert "The day before the next." in page.text
        assert submit(admin_client, href_in(text), page).status_code == 302
        added = in_pm.policies.get(plan=insurance.link.plan)
        assert (added.rank, added.ends_on) == ("primary", localdate())

    def test_whoever_may_not_enter_it_is_told_whom_to_ask(self, insurance: Insurance) -> None:
        patient = EHRPatientFactory()
        PMPatientFactory(chart_number=patient.chart_number)

        [(level, text)] = told(as_role("Clinical staff"), patient, secondary_insurance=insurance.pk)

        assert level == WARNING
        assert text.endswith("PM has none. Ask the front desk to enter it.")  # and no way there

    def test_removed_on_both_sides_is_good(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        patient = EHRPatientFactory(secondary_insurance=insurance)
        PMPatientFactory(chart_number=patient.chart_number)

        assert told(admin_client, patient, secondary_insurance="") == [
            (GOOD, "Secondary removed. PM has none either.")
        ]

    def test_removed_before_pm_has_it_says_from_when_that_is(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        patient = EHRPatientFactory(primary_insurance=insurance)
        in_pm = PMPatientFactory(chart_number=patient.chart_number)
        policy_of(in_pm, insurance, effective_on=TOMORROW)

        assert told(admin_client, patient, primary_insurance="") == [
            (GOOD, f"Primary removed. PM has none today either, and {insurance} from {DAY}.")
        ]

    def test_removed_here_alone_is_not(self, admin_client: Client, insurance: Insurance) -> None:
        patient = EHRPatientFactory(secondary_insurance=insurance)
        in_pm = PMPatientFactory(chart_number=patient.chart_number)
        policy_of(in_pm, insurance, rank="secondary")

        [(level, text)] = told(admin_client, patient, secondary_insurance="")

        assert level == WARNING
        assert text.startswith(f"Secondary removed. PM still has {insurance}.")

    def test_of_a_patient_who_is_inactive_there(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        patient = EHRPatientFactory()
        in_pm = PMPatientFactory(chart_number=patient.chart_number, is_active=False)
        policy_of(in_pm, insurance, rank="secondary")

        [(level, text)] = told(admin_client, patient, secondary_insurance=insurance.pk)

        assert level == WARNING
        assert "The patient is inactive in PM. <a " in text

    def test_whoever_may_not_see_pm_is_told_that_nothing_crosses(
        self, insurance: Insurance
    ) -> None:
        clerk = get_user_model().objects.create_user("clerk", is_staff=True)
        codes = ("view_insurance", "view_patient", "change_patient")
        permissions = Group.objects.get(name="Clinical staff").permissions
        clerk.user_permissions.set(
            permissions.filter(content_type__app_label="ehr", codename__in=codes)
        )
        client = Client()
        client.force_login(clerk)

        other = insurance_of(PlanFactory())
        both = {"primary_insurance": insurance.pk, "secondary_insurance": other.pk}

        [(level, text)] = told(client, EHRPatientFactory(), **both)

        assert level == WARNING
        assert text == (
            "EHR only: The change to the primary insurance was not copied to PM. Make it there too."
            " EHR only: The change to the secondary insurance was not copied to PM. Make it there"
            " by hand."
        )


class TestSavedInPM:
    def test_what_the_ehr_has_is_good(self, admin_client: Client, insurance: Insurance) -> None:
        policy = policy_of(PMPatientFactory(), insurance, rank="secondary")
        number = policy.patient.chart_number
        EHRPatientFactory(chart_number=number, secondary_insurance=insurance)

        assert told(admin_client, policy.patient, **NUMBER) == [
            (GOOD, "Secondary saved. The EHR has the same.")
        ]

    def test_a_rank_that_changed_is_told_of_both(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        policy = policy_of(PMPatientFactory(), insurance)
        number = policy.patient.chart_number
        EHRPatientFactory(chart_number=number, secondary_insurance=insurance)

        said = told(admin_client, policy.patient, **{"policies-0-rank": "secondary"})

        assert said == [
            (GOOD, "Primary removed. The EHR has none either."),
            (GOOD, "Secondary saved. The EHR has the same."),
        ]

    def test_next_years_is_no_alarm_where_todays_is_the_same(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        today = localdate()
        patient = PMPatientFactory()
        policy_of(patient, insurance, ends_on=today)
        later = PolicyFactory(patient=patient, effective_on=today + datetime.timedelta(days=1))
        EHRPatientFactory(chart_number=patient.chart_number, primary_insurance=insurance)
        row = 0 if patient.policies.all()[0] == later else 1

        assert told(admin_client, patient, **{f"policies-{row}-group_number": "G"}) == [
            (GOOD, "Primary saved. It isn't in force today. The EHR has the one of today.")
        ]
        assert told(admin_client, patient, **{f"policies-{row}-is_active": None}) == [
            (GOOD, "Primary removed. It wasn't in force today. The EHR has the one of today.")
        ]

    @pytest.mark.parametrize("may_correct", [True, False])
    def test_of_next_years_it_is_said_what_both_lists_have_today(
        self, admin_client: Client, insurance: Insurance, may_correct: bool
    ) -> None:
        patient, wrong = PMPatientFactory(), insurance_of(PlanFactory())
        policy_of(patient, insurance, ends_on=localdate())
        later = PolicyFactory(patient=patient, effective_on=TOMORROW)
        in_ehr = EHRPatientFactory(chart_number=patient.chart_number, primary_insurance=wrong)
        row = [*patient.policies.all()].index(later)
        client = admin_client if may_correct else as_role("Billing")

        [said] = told(client, patient, **{f"policies-{row}-group_number": "G"})

        to_do = ". Ask clinical to correct that."
        if may_correct:
            to_do = f': <a href="{change_url(in_ehr)}">correct that in the EHR</a>.'
        today = f"Today PM has {insurance}, and the EHR has {wrong}"
        assert said == (WARNING, f"Primary saved. It isn't in force today. {today}{to_do}")

    def test_of_next_years_what_the_ehr_lacks_today_is_begun_there(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        patient = PMPatientFactory()
        policy_of(patient, insurance, ends_on=localdate())
        EHRPatientFactory(chart_number=patient.chart_number)
        later = PolicyFactory(patient=patient, effective_on=TOMORROW)
        row = [*patient.policies.all()].index(later)

        [(_, text)] = told(admin_client, patient, **{f"policies-{row}-group_number": "G"})

        assert f"Today PM has {insurance}, and the EHR has none: <a " in text
        assert text.endswith(">enter it in the EHR</a>.")
        assert f"?primary_insurance={insurance.pk}" in text

    def test_what_the_ehr_has_before_it_is_in_force_is_there_already(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        policy = policy_of(PMPatientFactory(), insurance, effective_on=TOMORROW)
        number = policy.patient.chart_number
        EHRPatientFactory(chart_number=number, primary_insurance=insurance)

        assert told(admin_client, policy.patient, **NUMBER) == [
            (
                WARNING,
                "Primary saved. It isn't in force today. The EHR has it already: check the date.",
            )
        ]

    def test_so_it_is_where_an_earlier_one_of_the_same_was_deactivated(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        yesterday = localdate() - datetime.timedelta(days=1)
        earlier = policy_of(PMPatientFactory(), insurance, ends_on=yesterday)
        patient = earlier.patient
        policy_of(patient, insurance, effective_on=TOMORROW)
        EHRPatientFactory(chart_number=patient.chart_number, primary_insurance=insurance)
        row = [*patient.policies.all()].index(earlier)

        said = told(admin_client, patient, **{f"policies-{row}-is_active": None})

        has = f"PM has {insurance} from {DAY}. The EHR has it already: check the date."
        assert said == [(WARNING, f"Primary removed. {has}")]

    def test_what_the_ehr_still_has_isnt_what_is_to_come(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        removed = policy_of(PMPatientFactory(), insurance, ends_on=localdate())
        patient = removed.patient
        PolicyFactory(patient=patient, effective_on=TOMORROW)
        EHRPatientFactory(chart_number=patient.chart_number, primary_insurance=insurance)
        row = [*patient.policies.all()].index(removed)

        [(_, text)] = told(admin_client, patient, **{f"policies-{row}-is_active": None})

        assert text.startswith(f"Primary removed. The EHR still has {insurance}. Correct it by ")

    def test_one_that_is_over_isnt_there_already(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        ended = datetime.date(2020, 1, 31)
        policy = policy_of(PMPatientFactory(), insurance, ends_on=ended)
        number = policy.patient.chart_number
        EHRPatientFactory(chart_number=number, primary_insurance=insurance)

        [(_, text)] = told(admin_client, policy.patient, **NUMBER)

        assert f"It has ended. Today PM has none, and the EHR has {insurance}: <a " in text

    def test_a_policy_that_was_deactivated_is_removed(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        policy = policy_of(PMPatientFactory(), insurance)
        EHRPatientFactory(chart_number=policy.patient.chart_number)

        assert told(admin_client, policy.patient, **{"policies-0-is_active": None}) == [
            (GOOD, "Primary removed. The EHR has none either.")
        ]

    @pytest.mark.parametrize("is_there", [True, False])
    @pytest.mark.parametrize(
        ("over", "said"),
        [
            ({"is_active": False}, "It is inactive."),
            ({"ends_on": datetime.date(2020, 1, 31)}, "It has ended."),
        ],
    )
    def test_one_that_is_over_is_missing_nowhere(
        self,
        admin_client: Client,
        insurance: Insurance,
        over: dict[str, Any],
        said: str,
        is_there: bool,
    ) -> None:
        policy = policy_of(PMPatientFactory(), insurance, rank="secondary", **over)
        if is_there:
            EHRPatientFactory(chart_number=policy.patient.chart_number)

        assert told(admin_client, policy.patient, **NUMBER) == [
            (GOOD, f"Secondary saved. {said} The EHR has none either.")
        ]
        assert admin_client.get(WORKLIST).context["rows"] == []


class TestMissingThere:
    @pytest.mark.parametrize("may_send", [True, False])
    def test_a_plan_without_an_insurance_is_to_be_sent(
        self, insurance: Insurance, may_send: bool
    ) -> None:
        plan = orphan_plan()
        policy = PolicyFactory(plan=plan, rank="secondary")
        EHRPatientFactory(chart_number=policy.patient.chart_number)
        user = user_who(may_send)

        said = told(user, policy.patient, **NUMBER)

        to_do = "ask billing to send it"
        if may_send:
            to_do = f'<a href="{change_url(plan)}">open it to send it</a>'
        missing = f"This plan is missing in the EHR: {to_do}."
        assert said == [(WARNING, f"Secondary saved. The EHR has none. {missing}")]

    def test_of_who_isnt_there_yet_either(self, admin_client: Client) -> None:
        policy = PolicyFactory(plan=orphan_plan())

        [(_, text)] = told(admin_client, policy.patient, **NUMBER)

        assert f">Add {policy.patient.chart_number}</a>. This plan is missing in the EHR: <" in text

    def test_of_next_years_it_is_said_of_todays(self, admin_client: Client) -> None:
        patient, plan = PMPatientFactory(), orphan_plan()
        PolicyFactory(patient=patient, plan=plan, ends_on=localdate())
        later = PolicyFactory(patient=patient, effective_on=TOMORROW)
        EHRPatientFactory(chart_number=patient.chart_number)
        row = [*patient.policies.all()].index(later)

        [(_, text)] = told(admin_client, patient, **{f"policies-{row}-group_number": "G"})

        assert f"Today PM has {plan.name}, and the EHR has none. This plan is missing in " in text

    def test_of_who_is_added_in_the_ehr_it_is_said_too(self, admin_client: Client) -> None:
        plan = orphan_plan()
        policy = PolicyFactory(plan=plan)
        person = {"last_name": "Doe", "first_name": "Pat", "date_of_birth": "05/17/1980"}
        typed = {**person, "chart_number": policy.patient.chart_number}

        page = submit(admin_client, reverse("admin:ehr_patient_add"), **typed)
        said = " ".join(messages_of(admin_client.get(page.url)))

        assert "Added without a primary, which PM has. This plan is missing in the EHR: <" in said
        assert "Enter it in" not in said

    def test_an_insurance_without_a_plan_likewise(self) -> None:
        insurance, patient = orphan_insurance(), EHRPatientFactory()
        PMPatientFactory(chart_number=patient.chart_number)

        said = told(as_role("Clinical staff"), patient, primary_insurance=insurance.pk)

        missing = f'<a href="{change_url(insurance)}">open it to send it</a>'
        assert said == [
            (WARNING, f"Primary saved. PM has none. This insurance is missing in PM: {missing}.")
        ]


class TestNotThereYet:
    def test_whoever_may_gets_the_form_filled_in(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        policy = policy_of(PMPatientFactory(last_name="Marchetti"), insurance, rank="secondary")
        patient = policy.patient

        [(level, text)] = told(admin_client, patient, **NUMBER)

        assert level == WARNING
        assert text.startswith("Secondary saved. Not in the EHR yet: <a href=")
        assert text.endswith(f">Add {patient.chart_number}</a>.")
        url = href_in(text)
        assert submit(admin_client, url).status_code == 302  # all that it takes is there
        added = EHRPatient.objects.get()
        assert (added.chart_number, added.last_name) == (patient.chart_number, "Marchetti")
        assert added.date_of_birth == patient.date_of_birth
        assert (added.primary_insurance, added.secondary_insurance) == (None, insurance)

    def test_what_is_inactive_is_not_filled_in_and_the_form_asks_nothing(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        policy = policy_of(PMPatientFactory(), insurance)
        policy_of(policy.patient, other := insurance_of(PlanFactory()), rank="secondary")
        InsurancePlan.objects.filter(pk=policy.plan_id).change(is_active=False)
        numbers = {"policies-0-group_number": "G", "policies-1-group_number": "G"}

        [(_level, text)] = told(admin_client, policy.patient, **numbers)

        url = href_in(text)
        assert submit(admin_client, url).status_code == 302
        added = EHRPatient.objects.get()
        assert (added.primary_insurance, added.secondary_insurance) == (None, other)

    def test_others_are_told_whom_to_ask(self, insurance: Insurance) -> None:
        patient = PMPatientFactory(chart_number="K1004")
        policy_of(patient, insurance)
        policy_of(patient, insurance_of(PlanFactory()), rank="secondary")
        numbers = {"policies-0-group_number": "G", "policies-1-group_number": "G"}

        assert told(as_role("Front desk"), patient, **numbers) == [
            (WARNING, "Primary and secondary saved. Not in the EHR yet: ask clinical to add K1004.")
        ]

    def test_in_pm_the_person_is_filled_in(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        patient = EHRPatientFactory()

        [(_, text)] = told(admin_client, patient, secondary_insurance=insurance.pk)

        assert "Not in PM yet: <a href=" in text
        assert f"/pm/patient/add/?chart_number={patient.chart_number}&" in text

    def test_nothing_is_missing_where_nothing_is_left(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        patient = EHRPatientFactory(secondary_insurance=insurance)

        assert told(admin_client, patient, secondary_insurance="") == [
            (GOOD, "Secondary removed. PM has none either.")
        ]


class TestAddedWithoutIt:
    def test_what_the_ehr_has_is_still_to_be_entered(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        EHRPatientFactory(chart_number="K2", secondary_insurance=insurance)

        page = admin_client.post(f"{ADD}?back={WORKLIST}", PERSON | NO_POLICY, follow=True)

        [said] = [m for m in page.context["messages"] if m.level == WARNING]
        text = html.unescape(str(said))
        patient = PMPatient.objects.get()
        here = f"{WORKLIST}?q=K2"
        back = urlencode({"back": here})
        url = f"{change_url(patient)}?secondary_plan={insurance.link.plan_id}&{back}"
        assert text == (
            "Added without a secondary, which the EHR has."
            f' <a href="{url}">Enter it in PM</a>, or see the <a href="{here}">coverage'
            " worklist</a>."
        )
        assert page.request["PATH_INFO"] == WORKLIST
        assert submit(admin_client, url).url == here

    def test_whoever_goes_on_editing_comes_back_later(self, admin_client: Client) -> None:
        page = admin_client.post(f"{ADD}?back={WORKLIST}", PERSON | NO_POLICY | {"_continue": "1"})

        back = urlencode({"back": WORKLIST})
        assert page["Location"] == f"{change_url(PMPatient.objects.get())}?{back}"

    def test_nothing_is_said_of_what_is_there_or_nowhere(
        self, admin_client: Client, insurance: Insurance
    ) -> None:
        EHRPatientFactory(chart_number="K2", primary_insurance=insurance)
        policy = {"policies-0-rank": "primary", "policies-0-plan": insurance.link.plan_id}
        typed = {"policies-0-relationship": "self", "policies-0-is_active": "on"}

        page = admin_client.post(ADD, PERSON | ONE_POLICY | policy | typed, follow=True)

        texts = [str(m) for m in page.context["messages"]]
        assert texts[-1] == "Primary saved. The EHR has the same."
        assert not any("Added without" in text for text in texts)

    def test_in_the_ehr_too(self, admin_client: Client, insurance: Insurance) -> None:
        policy_of(PMPatientFactory(chart_number="K2"), insurance)

        page = admin_client.post(reverse("admin:ehr_patient_add"), PERSON, follow=True)

        [said] = [str(m) for m in page.context["messages"] if m.level == WARNING]
        assert said.startswith("Added without a primary, which PM has.")
        assert "Enter it in the EHR</a>" in said
        assert f"?primary_insurance={insurance.pk}&amp;" in said


def test_policies_that_swapped_ranks_are_told_by_what_stands_there_in_the_end(
    admin_client: Client, insurance: Insurance
) -> None:
    patient, other = PMPatientFactory(), insurance_of(PlanFactory())
    policy_of(patient, insurance)
    policy_of(patient, other, rank="secondary")
    EHRPatientFactory(
        chart_number=patient.chart_number, primary_insurance=other, secondary_insurance=insurance
    )
    swapped = {"policies-0-rank": "secondary", "policies-1-rank": "primary"}

    assert told(admin_client, patient, **swapped) == [
        (GOOD, "Primary and secondary saved. The EHR has the same.")
    ]


@pytest.mark.parametrize("may_correct", [True, False])
def test_of_swapped_ranks_it_is_said_once_that_the_other_list_has_them_otherwise(
    admin_client: Client, insurance: Insurance, may_correct: bool
) -> None:
    patient, other = PMPatientFactory(), insurance_of(PlanFactory())
    policy_of(patient, insurance)
    policy_of(patient, other, rank="secondary")
    in_ehr = EHRPatientFactory(
        chart_number=patient.chart_number, primary_insurance=insurance, secondary_insurance=other
    )
    swapped = {"policies-0-rank": "secondary", "policies-1-rank": "primary"}

    [said] = told(admin_client if may_correct else as_role("Billing"), patient, **swapped)

    to_do = ". Ask clinical to correct them."
    if may_correct:
        to_do = f': <a href="{change_url(in_ehr)}">open this patient in the EHR</a>.'
    has = "The EHR has them the other way round"
    assert said == (WARNING, f"Primary and secondary saved. {has}{to_do}")


def test_ranks_swapped_in_the_ehr_likewise(admin_client: Client, insurance: Insurance) -> None:
    other = insurance_of(PlanFactory())
    patient = EHRPatientFactory(primary_insurance=insurance, secondary_insurance=other)
    in_pm = PMPatientFactory(chart_number=patient.chart_number)
    policy_of(in_pm, insurance)
    policy_of(in_pm, other, rank="secondary")
    swapped = {"primary_insurance": other.pk, "secondary_insurance": insurance.pk}

    [(level, text)] = told(admin_client, patient, **swapped)

    assert level == WARNING
    assert text.startswith("Primary and secondary saved. PM has them the other way round: <a ")


def test_a_patient_whom_the_other_list_lacks_is_to_be_added_also_for_a_policy_to_come(
    admin_client: Client, insurance: Insurance
) -> None:
    patient = PMPatientFactory()
    policy_of(patient, insurance, effective_on=localdate() + datetime.timedelta(days=9))

    [(level, text)] = told(admin_client, patient, **NUMBER)

    assert level == WARNING
    assert "saved. It isn't in force today. Not in the EHR yet: <a " in text


@pytest.mark.parametrize("number", ["W1", ""])
def test_two_of_one_rank_are_told_apart_where_each_has_its_line(
    admin_client: Client, insurance: Insurance, number: str
) -> None:
    patient = PMPatientFactory()
    first = {"effective_on": "2020-01-01", "ends_on": localdate(), "policy_number": "W1"}
    policy_of(patient, insurance, **first)
    policy_of(patient, insurance, effective_on=TOMORROW, policy_number=number)
    EHRPatientFactory(chart_number=patient.chart_number, primary_insurance=insurance)
    yesterday = f"{localdate() - datetime.timedelta(days=1):%m/%d/%Y}"
    rows = {"policies-1-ends_on": yesterday, "policies-0-ends_on": "12/31/2199"}

    said = [text for _level, text in told(admin_client, patient, **rows)]

    assert [text.partition(" saved. ")[0] for text in said] == [
        f"Primary from {DAY} · {number or 'no policy number yet'}",
        f"Primary until {yesterday} · W1",
    ]
