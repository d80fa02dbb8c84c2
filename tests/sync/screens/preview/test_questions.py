"""What is there already is asked about once, when it is about to be added again."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.records.asking.answers import Answers
from pm.models import InsuranceCompany, InsurancePlan
from sync.matching.look_alikes import LookAlike
from sync.rules import dry_run
from sync.rules.decision import CREATED
from sync.rules.doubts import alike_already, orphans_for
from sync.screens.preview.questions import questions_about
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    anew,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)
from tests.screens import change_url, errors_of, messages_of, page_values, submit

pytestmark = pytest.mark.django_db

COMPANY_ADD = reverse("admin:pm_insurancecompany_add")
PLAN_ADD = reverse("admin:pm_insuranceplan_add")
INSURANCE_ADD = reverse("admin:ehr_insurance_add")
INSURANCE = {"company_name": "Aetna", "plan_name": "HMO", **AETNA_ADDRESS}
NEXT_SUITE = {**AETNA_ADDRESS, "street_2": "Suite 4"}
ELSEWHERE = {**AETNA_ADDRESS, "street_1": "7 Example Road"}


def asked_of(response: Any) -> list[str]:
    """Return what a page asks; [] where it was saved."""
    return [] if response.status_code == 302 else errors_of(response).get("__all__", [])


@pytest.fixture
def aetna() -> InsuranceCompany:
    return CompanyFactory(name="Aetna", **AETNA_ADDRESS)


@pytest.fixture
def plan(aetna: InsuranceCompany) -> InsurancePlan:
    return PlanFactory(company=aetna, name="HMO", **AETNA_ADDRESS)


class TestAskingOnThePage:
    def test_a_plan_that_is_there_already(self, admin_client: Client, plan: InsurancePlan) -> None:
        typed = {"company": plan.company_id, "name": "H.M.O.", **AETNA_ADDRESS}

        [question] = asked_of(page := submit(admin_client, PLAN_ADD, **typed))

        assert "already exists with this name and address" in question
        assert f'href="{change_url(plan)}"' in question
        assert InsurancePlan.objects.count() == 1
        assert page.context["adminform"].form["name"].value() == "H.M.O."

    def test_the_second_save_goes_through(self, admin_client: Client, plan: InsurancePlan) -> None:
        typed = {"company": plan.company_id, "name": "HMO", **AETNA_ADDRESS}
        page = submit(admin_client, PLAN_ADD, **typed)

        assert asked_of(submit(admin_client, PLAN_ADD, page)) == []
        assert InsurancePlan.objects.count() == Insurance.objects.count() == 2

    def test_a_double_click_on_the_second_save_adds_one(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        typed = {"company": plan.company_id, "name": "HMO", **AETNA_ADDRESS}
        page = submit(admin_client, PLAN_ADD, **typed)

        first, second = (
            messages_of(admin_client.post(PLAN_ADD, page_values(page), follow=True))
            for _ in range(2)
        )

        assert first == second != []
        assert InsurancePlan.objects.count() == 2

    def test_a_company(self, admin_client: Client, aetna: InsuranceCompany) -> None:
        typed = {"name": "AETNA", **AETNA_ADDRESS}

        [question] = asked_of(page := submit(admin_client, COMPANY_ADD, **typed))

        assert f'href="{change_url(aetna)}"' in question
        assert asked_of(submit(admin_client, COMPANY_ADD, page)) == []
        assert InsuranceCompany.objects.count() == 2

    @pytest.mark.parametrize(
        ("numbers", "shared"),
        [
            ({"payer_id": "60054"}, "same payer ID 60054"),
            ({"phone": "800-555-0101"}, "same phone 800-555-0101"),
        ],
    )
    def test_a_company_without_address_by_its_number(
        self, admin_client: Client, numbers: dict[str, str], shared: str
    ) -> None:
        there = CompanyFactory(name="Aetna", **dict.fromkeys(AETNA_ADDRESS, ""), **numbers)

        [question] = asked_of(page := submit(admin_client, COMPANY_ADD, name="AETNA", **numbers))

        assert f'href="{change_url(there)}"' in question
        assert f"with this name and without an address, too ({shared}). Use that one" in question
        assert asked_of(submit(admin_client, COMPANY_ADD, page)) == []
        assert InsuranceCompany.objects.count() == 2

    def test_an_insurance(self, admin_client: Client, plan: InsurancePlan) -> None:
        [question] = asked_of(page := submit(admin_client, INSURANCE_ADD, **INSURANCE))

        assert f'href="{change_url(insurance_of(plan))}"' in question
        assert asked_of(submit(admin_client, INSURANCE_ADD, page)) == []
        assert Insurance.objects.count() == 2

    def test_an_insurance_by_the_plan_it_would_make(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        """Typed under another company name, it goes under the company at its address."""
        Insurance.objects.update(company_name="Old name", plan_name="Old", name_key="old")
        typed = {**INSURANCE, "company_name": "Aetna of California"}

        [question] = asked_of(submit(admin_client, INSURANCE_ADD, **typed))

        assert f'href="{change_url(insurance_of(plan))}"' in question

    def test_other_data_is_asked_about_again(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        ppo = PlanFactory(company=plan.company, name="PPO", **AETNA_ADDRESS)
        typed = {"company": plan.company_id, "name": "HMO", **AETNA_ADDRESS}
        page = submit(admin_client, PLAN_ADD, **typed)

        [question] = asked_of(again := submit(admin_client, PLAN_ADD, page, name="PPO"))

        assert f'href="{change_url(ppo)}"' in question
        assert InsurancePlan.objects.count() == 2
        [question] = asked_of(submit(admin_client, PLAN_ADD, again, name="HMO"))
        assert f'href="{change_url(plan)}"' in question

    def test_what_came_to_be_there_meanwhile_is_asked_about(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        typed = {"company": plan.company_id, "name": "HMO", **AETNA_ADDRESS}
        page = submit(admin_client, PLAN_ADD, **typed)
        second = PlanFactory(company=plan.company, name="HMO", **AETNA_ADDRESS)

        [question] = asked_of(page := submit(admin_client, PLAN_ADD, page))

        assert f'href="{change_url(second)}"' in question
        assert asked_of(submit(admin_client, PLAN_ADD, page)) == []

    def test_one_deactivated_meanwhile_is_asked_about_again(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        typed = {"company": plan.company_id, "name": "HMO", **AETNA_ADDRESS}
        page = submit(admin_client, PLAN_ADD, **typed)
        InsurancePlan.objects.filter(pk=plan.pk).change(is_active=False)

        [question] = asked_of(page := submit(admin_client, PLAN_ADD, page))

        assert "but inactive. Open it and activate it" in question
        assert asked_of(submit(admin_client, PLAN_ADD, page)) == []

    def test_an_inactive_one_beside_an_active_one_is_not_to_be_activated(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        typed = {"company": plan.company_id, "name": "HMO", **AETNA_ADDRESS}
        PlanFactory(company=plan.company, name="HMO", is_active=False, **AETNA_ADDRESS)

        said = " ".join(asked_of(page := submit(admin_client, PLAN_ADD, **typed)))

        assert "Use that one, or save again" in said
        assert "but inactive, or save again" in said
        assert asked_of(submit(admin_client, PLAN_ADD, page)) == []

    @pytest.mark.parametrize(
        ("role", "to_do"),
        [
            ("Clinical staff", "Ask billing to activate it, or save again to add another."),
            ("Practice administrator", "Open it and activate it, or save again to add another."),
        ],
    )
    def test_a_second_company_beside_an_inactive_one_is_asked_about_in_the_ehr_too(
        self, client: Client, django_user_model: Any, role: str, to_do: str
    ) -> None:
        user = django_user_model.objects.create_user("someone", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        put_away = CompanyFactory(name="Oscar", is_active=False, **AETNA_ADDRESS)
        typed = {"company_name": "Oscar", "plan_name": "Silver", **AETNA_ADDRESS}

        [question] = asked_of(page := submit(client, INSURANCE_ADD, **typed))

        assert f'href="{change_url(put_away)}"' in question
        assert question.endswith(
            f"already exists with this name and address, but inactive. {to_do}"
        )
        assert InsuranceCompany.objects.count() == 1
        page = submit(client, INSURANCE_ADD, page)
        assert asked_of(page) == []
        assert InsuranceCompany.objects.count() == 2

    def test_nobody_is_to_activate_one_whose_name_is_in_use_elsewhere(
        self, admin_client: Client
    ) -> None:
        CompanyFactory(name="Oscar", is_active=False, **AETNA_ADDRESS)
        CompanyFactory(name="Oscar")
        typed = {"company_name": "Oscar", "plan_name": "Silver", **AETNA_ADDRESS}

        [question] = asked_of(submit(admin_client, INSURANCE_ADD, **typed))

        assert "but inactive, or save again to add another." in question

    def test_a_page_that_is_wrong_is_not_asked_about(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        typed = {"company": plan.company_id, "name": "HMO", **AETNA_ADDRESS, "phone": "1"}

        response = submit(admin_client, PLAN_ADD, **typed)

        assert asked_of(response) == []
        assert "phone" in errors_of(response)

    @pytest.mark.parametrize(
        "typed", [{"name": "PPO"}, {"street_2": "Suite 4"}, {"street_1": "7 Example Road"}]
    )
    def test_another_plan_is_not_asked_about(
        self, admin_client: Client, plan: InsurancePlan, typed: dict[str, Any]
    ) -> None:
        typed = {"company": plan.company_id, "name": "HMO", **AETNA_ADDRESS, **typed}

        assert asked_of(submit(admin_client, PLAN_ADD, **typed)) == []

    def test_the_same_plan_of_another_company_is_not_asked_about(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        typed = {"company": CompanyFactory().pk, "name": "HMO", **AETNA_ADDRESS}

        assert asked_of(submit(admin_client, PLAN_ADD, **typed)) == []

    def test_change_pages_are_not_asked(self, admin_client: Client, plan: InsurancePlan) -> None:
        twin = PlanFactory(company=plan.company, name="HMO", **AETNA_ADDRESS)
        company = CompanyFactory(name="Aetna", **AETNA_ADDRESS)

        for record in (twin, insurance_of(twin), company):
            assert asked_of(submit(admin_client, change_url(record), phone="800-555-0100")) == []

    def test_markup_in_a_name_is_asked_about_as_text(self, admin_client: Client) -> None:
        CompanyFactory(name="<i>Aetna</i>", **AETNA_ADDRESS)

        response = submit(admin_client, COMPANY_ADD, name="i Aetna i", **AETNA_ADDRESS)

        assert "&lt;i&gt;Aetna&lt;/i&gt;" in response.text
        assert "<i>Aetna" not in response.text

    @pytest.mark.parametrize(
        "confirmed", ["", "yes", "pm.InsurancePlan:", "<b>", "x" * 10_000, "ehr.Insurance:1"]
    )
    def test_what_was_not_asked_is_not_confirmed(
        self, admin_client: Client, plan: InsurancePlan, confirmed: str
    ) -> None:
        typed = {"company": plan.company_id, "name": "HMO", **AETNA_ADDRESS}

        assert asked_of(submit(admin_client, PLAN_ADD, **typed, confirmed=confirmed))
        assert InsurancePlan.objects.count() == 1


class TestAskingForTheCounterpart:
    def test_an_orphan_insurance_when_its_plan_is_added(
        self, admin_client: Client, aetna: InsuranceCompany
    ) -> None:
        orphan = orphan_insurance(**INSURANCE)
        typed = {"company": aetna.pk, "name": "HMO", **AETNA_ADDRESS}

        [question] = asked_of(page := submit(admin_client, PLAN_ADD, **typed))

        assert f'href="{change_url(orphan)}"' in question
        assert "no counterpart" in question
        assert not InsurancePlan.objects.exists()
        assert asked_of(submit(admin_client, PLAN_ADD, page)) == []
        assert insurance_of(InsurancePlan.objects.get()) != orphan

    def test_an_orphan_plan_when_its_insurance_is_added(
        self, admin_client: Client, aetna: InsuranceCompany
    ) -> None:
        orphan = orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)

        [question] = asked_of(submit(admin_client, INSURANCE_ADD, **INSURANCE))

        assert f'href="{change_url(orphan)}"' in question
        assert not Insurance.objects.exists()

    def test_not_where_it_was_chosen(self, admin_client: Client, aetna: InsuranceCompany) -> None:
        orphan = orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)
        choice = f"pm.InsurancePlan:{orphan.pk}"

        assert asked_of(submit(admin_client, INSURANCE_ADD, **INSURANCE, choice=choice)) == []
        assert insurance_of(orphan) == Insurance.objects.get()

    def test_asked_once_the_page_that_follows_offers_the_choice(
        self, admin_client: Client, aetna: InsuranceCompany
    ) -> None:
        orphan = orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)

        page = submit(admin_client, INSURANCE_ADD, **INSURANCE)

        assert f'name="choice" value="same pm.InsurancePlan:{orphan.pk}@' in page.text
        submit(admin_client, INSURANCE_ADD, page, choice=f"pm.InsurancePlan:{orphan.pk}")
        assert insurance_of(orphan) == Insurance.objects.get()

    @pytest.mark.parametrize(
        "values", [NEXT_SUITE, ELSEWHERE, {"name": "PPO"}], ids=["near", "elsewhere", "other name"]
    )
    def test_not_one_that_is_only_similar(
        self, admin_client: Client, aetna: InsuranceCompany, values: dict[str, str]
    ) -> None:
        orphan_plan(company=aetna, **{"name": "HMO", **AETNA_ADDRESS, **values})

        assert asked_of(submit(admin_client, INSURANCE_ADD, **INSURANCE)) == []


class TestAlikeAlready:
    def alike(self, record: Insurance) -> list[LookAlike]:
        """Return what is like `record` already, by what a save would make for it."""
        outcomes = dry_run([record]).outcomes
        return alike_already(record, [o.target for o in outcomes if o.target and o.kind == CREATED])

    def test_are_of_the_same_kind_and_the_likest_first(self) -> None:
        other = InsuranceFactory(**INSURANCE | ELSEWHERE)
        near = InsuranceFactory(**INSURANCE | NEXT_SUITE)
        same = InsuranceFactory(**INSURANCE)

        found = self.alike(Insurance(**INSURANCE))

        assert [alike.record for alike in found] == [same, near, other]

    def test_by_way_of_the_plan_are_named_once(self, plan: InsurancePlan) -> None:
        [found] = self.alike(Insurance(**INSURANCE))

        assert found.record == insurance_of(plan)

    def test_by_way_of_the_plan_only_at_its_place(self, aetna: InsuranceCompany) -> None:
        plan = PlanFactory(company=aetna, name="HMO", **ELSEWHERE)
        Insurance.objects.update(name_key="else")

        assert self.alike(Insurance(**INSURANCE)) == []
        assert plan.link

    def test_an_orphan_plan_has_no_insurance_to_use_instead(self, aetna: InsuranceCompany) -> None:
        orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)

        assert self.alike(Insurance(**INSURANCE)) == []

    def test_a_stored_record_is_not_like_itself(self, plan: InsurancePlan) -> None:
        stored = anew(insurance_of(plan))
        stored.before = anew(stored)

        assert self.alike(stored) == []


class TestChoosing:
    def test_what_was_chosen_counts_no_more_once_it_is_no_longer_offered(
        self, admin_client: Client, aetna: InsuranceCompany
    ) -> None:
        orphan = orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)
        chosen = {"choice": f"pm.InsurancePlan:{orphan.pk}"}
        refused = submit(admin_client, INSURANCE_ADD, **INSURANCE, **chosen, phone="1")
        # Only what is offered sends it, and nothing is offered at another address.
        assert re.findall(r'<input type="(\w+)" name="choice"', refused.text) == ["radio", "radio"]

        other: dict[str, Any] = {
            **ELSEWHERE,
            "company_name": "Humana",
            "plan_name": "Gold",
            "phone": "",
        }
        other["choice"] = None
        assert submit(admin_client, INSURANCE_ADD, refused, **other).status_code == 302

        assert not hasattr(anew(orphan), "link")
        assert anew(orphan).name == "HMO"
        assert Insurance.objects.get(company_name="Humana").plan_name == "Gold"


class TestThePageThatAsks:
    def test_asks_to_confirm(self, admin_client: Client, plan: InsurancePlan) -> None:
        page = submit(admin_client, INSURANCE_ADD, **INSURANCE)

        assert "<strong>Please confirm.</strong>" in page.text

    def test_asks_to_confirm_a_first_plan_too(self, admin_client: Client) -> None:
        orphan_insurance(**INSURANCE)
        InsuranceCompany.objects.all().delete()
        plan = {"plans-0-name": "HMO", "plans-0-same_address": "on"}

        page = submit(admin_client, COMPANY_ADD, name="Aetna", **AETNA_ADDRESS, **plan)

        assert "<strong>Please confirm.</strong>" in page.text
        assert not InsurancePlan.objects.exists()

    def test_says_what_is_wrong_where_something_is(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        page = submit(admin_client, INSURANCE_ADD, **{**INSURANCE, "phone": "1"})

        assert "Please confirm" not in page.text


class TestThePreviewOfAPageThatAsked:
    """It says which of the questions still stand."""

    def still(self, client: Client, page: Any, **typed: Any) -> list[str] | None:
        model = page.context["opts"].model_name
        response = submit(client, reverse("sync:preview", args=[model]), page, **typed)
        questions: list[str] | None = response.context["preview"].questions
        return questions

    def test_of_what_is_there_already(self, admin_client: Client, plan: InsurancePlan) -> None:
        asked = submit(admin_client, INSURANCE_ADD, **INSURANCE)

        assert self.still(admin_client, asked) == asked_of(asked)
        assert self.still(admin_client, asked, plan_name="Gold") == []

    def test_of_what_is_odd(self, admin_client: Client) -> None:
        asked = submit(admin_client, COMPANY_ADD, name="Aetna", **AETNA_ADDRESS | {"state": "NV"})

        [question] = asked_of(asked)
        assert self.still(admin_client, asked) == [question]
        assert self.still(admin_client, asked, state="CA") == []

    def test_not_where_a_field_is_wrong_or_nothing_was_asked(
        self, admin_client: Client, plan: InsurancePlan
    ) -> None:
        asked = submit(admin_client, INSURANCE_ADD, **INSURANCE)

        assert self.still(admin_client, asked, phone="1") is None
        fresh = admin_client.get(INSURANCE_ADD)
        assert self.still(admin_client, fresh, **INSURANCE) is None


class TestOrphansFor:
    def test_a_record_that_is_there_there_are_none(self, aetna: InsuranceCompany) -> None:
        orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)
        stored = orphan_insurance(**INSURANCE)
        stored.before = anew(stored)

        assert orphans_for(stored) == []

    def test_a_company_there_are_none(self) -> None:
        orphan_insurance(**INSURANCE)

        assert orphans_for(InsuranceCompany(name="Aetna", **AETNA_ADDRESS)) == []

    def test_not_those_of_the_same_name_only(self, aetna: InsuranceCompany) -> None:
        here = orphan_plan(company=aetna, name="PPO", **AETNA_ADDRESS)
        orphan_plan(company=aetna, name="HMO", **ELSEWHERE)
        near = orphan_plan(company=aetna, name="HMO", **NEXT_SUITE)
        typed = Insurance(**INSURANCE)
        dry_run([typed])

        assert [alike.record for alike in orphans_for(typed)] == [near, here]

    def test_those_here_are_not_crowded_out_by_those_of_the_name(
        self, aetna: InsuranceCompany
    ) -> None:
        for number in range(6):
            orphan_plan(
                company=aetna, name="HMO", **{**ELSEWHERE, "street_1": f"{number + 7} Example Road"}
            )
        here = orphan_plan(company=aetna, name="PPO", **AETNA_ADDRESS)
        typed = Insurance(**INSURANCE)
        dry_run([typed])

        assert [alike.record for alike in orphans_for(typed)] == [here]


class TestQuestions:
    def test_of_an_inactive_twin_say_to_activate_it(self, plan: InsurancePlan) -> None:
        plan.is_active = False
        plan.save()

        [question] = questions_about(Insurance(**INSURANCE))

        assert "but inactive. Open it and activate it, or save again" in question.text

    def test_of_an_active_twin_say_to_use_it(self, plan: InsurancePlan) -> None:
        [question] = questions_about(Insurance(**INSURANCE))

        assert "with this name and address. Use that one, or save again" in question.text

    def test_say_nothing_of_a_list_that_the_user_may_not_see(
        self, aetna: InsuranceCompany, django_user_model: type[User]
    ) -> None:
        orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)
        user = django_user_model.objects.create_user("only-ehr", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(content_type__app_label="ehr"))
        typed = Insurance(**INSURANCE)

        assert len(questions_about(typed)) == 1
        typed.answers = Answers(user)
        assert questions_about(typed) == []

    def test_on_the_page_are_put_to_its_user(
        self, client: Client, aetna: InsuranceCompany, django_user_model: type[User]
    ) -> None:
        orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)
        user = django_user_model.objects.create_user("only-ehr", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(content_type__app_label="ehr"))
        client.force_login(user)

        assert asked_of(submit(client, INSURANCE_ADD, **INSURANCE)) == []

    def test_of_a_first_plan_are_put_to_its_user_too(
        self, client: Client, django_user_model: type[User]
    ) -> None:
        orphan_insurance(**INSURANCE)
        InsuranceCompany.objects.all().delete()
        user = django_user_model.objects.create_user("only-pm", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(content_type__app_label="pm"))
        client.force_login(user)
        plan = {"plans-0-name": "HMO", "plans-0-same_address": "on"}

        page = submit(client, COMPANY_ADD, name="Aetna", **AETNA_ADDRESS, **plan)

        assert page.status_code == 302
        assert InsurancePlan.objects.get().name == "HMO"

    def test_leave_the_record_as_it_was_typed(self, plan: InsurancePlan) -> None:
        typed = Insurance(**{**INSURANCE, "company_name": "AETNA"})

        assert questions_about(typed)

        assert (typed.company_name, typed.name, typed.address_key) == ("AETNA", "", "")

    def test_none_outside_of_a_page(self, plan: InsurancePlan) -> None:
        """A save from the shell or an import is not asked."""
        PlanFactory(company=plan.company, name="HMO", **AETNA_ADDRESS)

        assert InsurancePlan.objects.count() == 2


class TestUnderTheNameThatPMGives:
    """Where the match corrects the company's name, page and lock ask about the same records."""

    @pytest.fixture(params=["orphan", "stale name", "orphan plan of another company"])
    def company_name(self, request: pytest.FixtureRequest) -> str:
        """Return what is typed from the card, under which something was there before."""
        company = CompanyFactory(name="Aetna Inc", **AETNA_ADDRESS)
        if request.param == "orphan plan of another company":
            orphan_plan(company=CompanyFactory(name="VSP"), name="HMO", **AETNA_ADDRESS)
            return "VSP"
        insurance = InsuranceFactory(**{**INSURANCE, "company_name": "Aetna Inc"})
        company.name = "Aetna"
        company.save()
        if request.param == "orphan":
            InsurancePlan.objects.get(link__insurance=insurance).delete()
        else:
            InsurancePlan.objects.filter(link__insurance=insurance).update(
                name="PPO", name_key="ppo"
            )
        return "Aetna Inc"

    def test_a_second_save_goes_through(self, admin_client: Client, company_name: str) -> None:
        typed = {**INSURANCE, "company_name": company_name}
        page = submit(admin_client, INSURANCE_ADD, **typed)
        if page.status_code == 200:
            page = submit(admin_client, INSURANCE_ADD, page)

        assert page.status_code == 302
