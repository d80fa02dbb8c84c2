"""What is odd in itself is asked about once, and saved when it is meant."""

import pytest
from django.test import Client
from django.urls import reverse

from pm.models import InsurancePlan
from tests.factories import CompanyFactory, PlanFactory
from tests.screens import change_url, errors_of, submit

pytestmark = pytest.mark.django_db

PLAN_ADD = reverse("admin:pm_insuranceplan_add")
ADDRESS = {"street_1": "5 Test Way", "city": "Irvine", "state": "CA", "zip_code": "92617"}


class TestAskedOnce:
    @pytest.mark.parametrize(
        ("state", "zip_code", "says"),
        [
            ("NV", "92617", "ZIP 92617 is in California (CA), and the state here is Nevada (NV)."),
            ("CA", "09499", "ZIP 09499 is in Armed Forces Europe (AE)"),
            ("AE", "96606", "ZIP 96606 is in Armed Forces Pacific (AP)"),
            ("CA", "00501-0001", "ZIP 00501-0001 is in New York (NY)"),
        ],
    )
    def test_a_zip_of_another_state(
        self, admin_client: Client, state: str, zip_code: str, says: str
    ) -> None:
        typed = {**ADDRESS, "state": state, "zip_code": zip_code}

        page = submit(admin_client, PLAN_ADD, company=CompanyFactory().pk, name="HMO", **typed)

        [question] = errors_of(page)["__all__"]
        assert says in question
        assert "save again if both are right" in question
        assert submit(admin_client, PLAN_ADD, page).status_code == 302
        assert InsurancePlan.objects.get().state == state

    def test_a_corrected_state_is_asked_about_no_more_and_another_wrong_one_is(
        self, admin_client: Client
    ) -> None:
        typed = {**ADDRESS, "state": "NV"}
        page = submit(admin_client, PLAN_ADD, company=CompanyFactory().pk, name="HMO", **typed)

        page = submit(admin_client, PLAN_ADD, page, state="TX")

        assert "the state here is Texas" in errors_of(page)["__all__"][0]
        assert submit(admin_client, PLAN_ADD, page, state="CA").status_code == 302

    def test_what_was_stored_so_is_not_asked_about_again(self, admin_client: Client) -> None:
        plan = PlanFactory(state="NV")

        response = submit(admin_client, change_url(plan), phone="800-555-0100")

        assert response.status_code == 302

    def test_it_is_asked_along_with_a_look_alike(self, admin_client: Client) -> None:
        plan = PlanFactory(name="HMO", state="NV")
        same = {name: getattr(plan, name) for name in InsurancePlan.address_fields}

        page = submit(admin_client, PLAN_ADD, company=plan.company_id, name="HMO", **same)

        questions = " ".join(errors_of(page)["__all__"])
        assert "is in California" in questions
        assert "already exists" in questions
        assert submit(admin_client, PLAN_ADD, page).status_code == 302

    def test_the_address_of_a_company_that_a_plan_takes_is_the_companys_affair(
        self, admin_client: Client
    ) -> None:
        company = CompanyFactory(state="NV")

        response = submit(admin_client, PLAN_ADD, company=company.pk, name="HMO", same_address="on")

        assert response.status_code == 302

    def test_a_street_longer_than_a_claim_carries(self, admin_client: Client) -> None:
        street = "111 Academy Drive " + "of the Sacramento Valley" * 2
        typed = {**ADDRESS, "street_1": street}

        page = submit(admin_client, PLAN_ADD, company=CompanyFactory().pk, name="HMO", **typed)

        assert errors_of(page)["__all__"] == [
            f"Street has {len(street)} characters, and a claim carries 55: the rest is cut off"
            " there. Shorten it, or save again to keep it."
        ]
        assert submit(admin_client, PLAN_ADD, page).status_code == 302
        assert InsurancePlan.objects.get().street_1 == street
