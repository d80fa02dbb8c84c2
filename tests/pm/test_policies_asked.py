"""What is asked once of a patient's policies: a plan held twice, or inactive."""

import datetime
import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pm.models import InsurancePlan, InsurancePolicy, Patient
from tests.factories import PlanFactory, PMPatientFactory, PolicyFactory
from tests.pm.test_patient_page import PERSON, added_rows
from tests.screens import change_url, errors_of, submit

pytestmark = pytest.mark.django_db

ADD = reverse("admin:pm_patient_add")


def asked_of(response: Any) -> list[str]:
    """Return what the rows of a page ask; [] where it was saved."""
    if response.status_code == 302:
        return []
    [inline] = response.context["inline_admin_formsets"]
    texts = [text for form in inline.formset.forms for text in form.non_field_errors()]
    return [*map(html.unescape, texts)]


@pytest.fixture
def plan() -> InsurancePlan:
    return PlanFactory()


def two(plan: InsurancePlan, **second: Any) -> list[dict[str, Any]]:
    return [{"rank": "primary", "plan": plan.pk}, {"rank": "secondary", "plan": plan.pk, **second}]


class TestAPlanHeldTwice:
    def test_by_two_new_policies(self, admin_client: Client, plan: InsurancePlan) -> None:
        page = admin_client.get(ADD)

        page = submit(admin_client, ADD, page, **PERSON, **added_rows(page, *two(plan)))

        [question] = asked_of(page)
        said = f'<a href="{change_url(plan)}">{plan}</a> is on this page as primary too, and both'
        assert said in question
        assert not Patient.objects.exists()
        assert asked_of(submit(admin_client, ADD, page)) == []
        assert InsurancePolicy.objects.filter(plan=plan).count() == 2

    def test_by_a_new_policy_beside_a_stored_one(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        patient = PolicyFactory(plan=plan).patient
        page = admin_client.get(change_url(patient))
        rows = added_rows(page, two(plan)[1], first=1)

        [question] = asked_of(page := submit(admin_client, change_url(patient), page, **rows))

        assert "is this patient's primary already" in question
        assert asked_of(submit(admin_client, change_url(patient), page)) == []

    def test_by_a_new_policy_beside_one_that_is_changed_to_it(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        patient = PolicyFactory().patient
        page = admin_client.get(change_url(patient))
        rows = added_rows(page, two(plan)[1], first=1) | {"policies-0-plan": plan.pk}

        [question] = asked_of(submit(admin_client, change_url(patient), page, **rows))

        assert "is on this page as primary too" in question

    def test_by_one_added_by_somebody_else_meanwhile(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        patient = PolicyFactory().patient
        page = admin_client.get(change_url(patient))
        PolicyFactory(patient=patient, plan=plan, rank="tertiary")
        rows = added_rows(page, two(plan)[1], first=1)

        [question] = asked_of(submit(admin_client, change_url(patient), page, **rows))

        assert "is this patient's tertiary already" in question

    @pytest.mark.parametrize(
        "second",
        [
            {"effective_on": "01/01/2027"},  # a renewed policy
            {"is_active": ""},
        ],
    )
    def test_not_where_one_has_ended_or_is_inactive(
        self, admin_client: Client, plan: InsurancePlan, second: dict[str, str]
    ) -> None:
        ended = PolicyFactory(plan=plan, ends_on=datetime.date(2026, 12, 31))
        page = admin_client.get(change_url(ended.patient))
        rows = added_rows(page, two(plan, **second)[1], first=1)
        rows = {name: value for name, value in rows.items() if value != ""}

        assert asked_of(submit(admin_client, change_url(ended.patient), page, **rows)) == []

    def test_on_a_single_day(self, admin_client: Client, plan: InsurancePlan) -> None:
        ends = PolicyFactory(plan=plan, ends_on=datetime.date(2026, 12, 31))
        page = admin_client.get(change_url(ends.patient))
        rows = added_rows(page, two(plan, effective_on="12/31/2026")[1], first=1)

        assert len(asked_of(submit(admin_client, change_url(ends.patient), page, **rows))) == 1

    @pytest.mark.parametrize("ending", [{"DELETE": "on"}, {"is_active": None}])
    def test_not_where_the_other_goes_in_the_same_save(
        self, admin_client: Client, plan: InsurancePlan, ending: dict[str, str | None]
    ) -> None:
        patient = PolicyFactory(plan=plan).patient
        page = admin_client.get(change_url(patient))
        rows = added_rows(page, two(plan)[1], first=1)
        rows |= {f"policies-0-{name}": value for name, value in ending.items()}

        assert asked_of(submit(admin_client, change_url(patient), page, **rows)) == []

    def test_never_of_what_the_patient_has_had_all_along(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        patient = PMPatientFactory()
        for rank in ("primary", "secondary"):
            PolicyFactory(patient=patient, plan=plan, rank=rank)
        swapped = {"policies-0-rank": "secondary", "policies-1-rank": "primary"}

        typed = {"policies-0-copay": "5", **swapped}
        assert asked_of(submit(admin_client, change_url(patient), **typed)) == []

    def test_the_same_rank_twice_is_refused_at_once(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        page = admin_client.get(ADD)
        rows = added_rows(page, *two(plan, rank="primary"))

        response = submit(admin_client, ADD, page, **PERSON, **rows)

        assert asked_of(response) == []
        assert "already has an active policy of this rank" in response.text


class TestAnInactivePlan:
    def test_that_was_chosen_while_it_was_active(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        page = admin_client.get(ADD)
        InsurancePlan.objects.filter(pk=plan.pk).change(is_active=False)
        InsurancePlan.objects.filter(pk=plan.pk).update(updated_by="frontdesk")

        page = submit(admin_client, ADD, page, **PERSON, **{"policies-0-plan": plan.pk})

        [question] = asked_of(page)
        named = f'<a href="{change_url(plan)}">{plan}</a>'
        assert question.startswith(f"{named} is inactive (last changed by frontdesk at ")
        assert question.endswith("Choose another, or save again to use it all the same.")
        assert asked_of(submit(admin_client, ADD, page)) == []
        assert InsurancePolicy.objects.get().plan == plan

    def test_and_another_one_that_is_chosen_instead_is_no_question(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        gone = PlanFactory(is_active=False)
        page = submit(admin_client, ADD, **PERSON, **{"policies-0-plan": gone.pk})

        assert asked_of(submit(admin_client, ADD, page, **{"policies-0-plan": plan.pk})) == []
        assert InsurancePolicy.objects.get().plan == plan

    def test_that_the_policy_has_had_all_along_is_no_question(self, admin_client: Client) -> None:
        policy = PolicyFactory(plan=PlanFactory(is_active=False))

        typed = {"policies-0-group_number": "G"}
        assert asked_of(submit(admin_client, change_url(policy.patient), **typed)) == []

    def test_long_ago_is_said_by_its_day(self, admin_client: Client, plan: InsurancePlan) -> None:
        long_ago = datetime.datetime(2026, 1, 5, 15, tzinfo=datetime.UTC)
        InsurancePlan.objects.filter(pk=plan.pk).update(
            is_active=False, updated_at=long_ago, updated_by=""
        )

        [question] = asked_of(submit(admin_client, ADD, **PERSON, **{"policies-0-plan": plan.pk}))

        assert "is inactive (last changed by someone on 01/05/2026). " in question

    def test_two_questions_of_one_row_are_answered_by_one_save(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        InsurancePlan.objects.filter(pk=plan.pk).change(is_active=False)
        page = admin_client.get(ADD)

        page = submit(admin_client, ADD, page, **PERSON, **added_rows(page, *two(plan)))

        assert len(asked_of(page)) == 3  # of each row, and of the second that it is one too many
        assert asked_of(submit(admin_client, ADD, page)) == []


def test_a_question_of_a_row_and_one_of_the_person_are_answered_by_one_save(
    admin_client: Client, plan: InsurancePlan
) -> None:
    PMPatientFactory()
    page = admin_client.get(ADD)

    page = submit(admin_client, ADD, page, **PERSON, **added_rows(page, *two(plan)))

    assert len(asked_of(page)) == 1
    [question] = errors_of(page)["__all__"]
    assert "has the same name and birth date" in question
    assert question in str(page.context["errors"])
    assert asked_of(submit(admin_client, ADD, page)) == []
    assert Patient.objects.count() == 2
