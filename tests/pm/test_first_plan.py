"""A company and its first plan, added on one page."""

import re
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from tests.factories import AETNA_ADDRESS, CompanyFactory, insurance_of, orphan_insurance
from tests.screens import change_url, errors_of, messages_of, page_url, page_values, submit

pytestmark = pytest.mark.django_db

ADD = reverse("admin:pm_insurancecompany_add")
COMPANY = {"name": "Aetna", **AETNA_ADDRESS}
CLAIMS = {"street_1": "PO Box 40417", "city": "El Paso", "state": "TX", "zip_code": "79998-0417"}
NO_ADDRESS = dict.fromkeys(("street_1", "street_2", "city", "state", "zip_code"), "")


def first_plan(**values: Any) -> dict[str, str]:
    return {f"plans-0-{name}": value for name, value in values.items()}


def plan_errors(response: Any) -> dict[str, list[str]]:
    [inline] = response.context["inline_admin_formsets"]
    return dict(inline.formset.forms[0].errors)


def plan_shown(response: Any, name: str) -> str:
    [inline] = response.context["inline_admin_formsets"]
    return inline.formset.forms[0][name].value() or ""


def nothing_saved() -> bool:
    models = (InsuranceCompany, InsurancePlan, Insurance, SyncEvent)
    return not any(model.objects.exists() for model in models)


class TestSaved:
    def test_both_are_and_the_ehr_gets_the_insurance(self, admin_client: Client) -> None:
        response = submit(admin_client, ADD, **COMPANY, **first_plan(name="Aetna HMO", **CLAIMS))

        assert response.status_code == 302
        plan = InsurancePlan.objects.get()
        assert plan.company == InsuranceCompany.objects.get()
        assert (plan.company.name, plan.company.street_1) == ("Aetna", "111 Academy Drive")
        assert (plan.name, plan.street_1, plan.zip_code) == (
            "Aetna HMO",
            "PO Box 40417",
            "79998-0417",
        )
        assert plan.is_active
        assert (plan.origin, plan.created_by) == ("PM", "admin")
        assert insurance_of(plan).name == "Aetna – Aetna HMO – PO Box 40417, 79998-0417"

    def test_as_one_action_with_an_event_each_and_one_message_of_both(
        self, admin_client: Client
    ) -> None:
        response = submit(admin_client, ADD, **COMPANY, **first_plan(name="HMO", **CLAIMS))

        events = SyncEvent.objects.order_by("pk")
        assert [(event.rule, event.outcome) for event in events] == [
            ("pm-company-added", "not_propagated"),
            ("pm-plan-added", "created"),
        ]
        assert events.values("batch").distinct().count() == 1
        shown = list(admin_client.get(response.url).context["messages"])  # and none of Django's
        assert [message.extra_tags for message in shown] == ["pm-plan-added pm-company-added"]
        plan = InsurancePlan.objects.get()
        insurance = insurance_of(plan)
        another = f"{page_url('insuranceplan')}?company={plan.company_id}"
        assert str(shown[0]) == (
            f'Company <a href="{change_url(plan.company)}">Aetna</a> and its plan'
            f' <a href="{change_url(plan)}">HMO (PO Box 40417,'
            " 79998-0417)</a> were saved; the company itself stays in PM. EHR insurance"
            f' <a href="{change_url(insurance)}">{insurance}</a> was created.'
            f' <a href="{another}">Add another plan</a>'
        )

    def test_told_apart_from_another_company_of_its_name(self, admin_client: Client) -> None:
        CompanyFactory(name="Aetna")

        response = submit(admin_client, ADD, **COMPANY, **first_plan(name="HMO", **CLAIMS))

        [said] = messages_of(admin_client.get(response.url))
        assert ">Aetna (111 Academy Drive, Irvine, CA 92617)</a> and its plan <a" in said

    def test_at_the_companys_address_with_one_key(self, admin_client: Client) -> None:
        submit(admin_client, ADD, **COMPANY, **first_plan(name="HMO", same_address="on"))

        plan = InsurancePlan.objects.get()
        assert {name: getattr(plan, name) for name in AETNA_ADDRESS} == AETNA_ADDRESS
        assert plan.address_key == plan.company.address_key

    def test_the_same_address_may_be_typed_as_well(self, admin_client: Client) -> None:
        plan = first_plan(name="HMO", same_address="on", **AETNA_ADDRESS)

        assert submit(admin_client, ADD, **COMPANY, **plan).status_code == 302

    def test_at_the_companys_phone_unless_it_has_its_own(self, admin_client: Client) -> None:
        plan = first_plan(name="HMO", same_address="on")
        submit(admin_client, ADD, **COMPANY, phone="800-555-0100", **plan)
        own = {**COMPANY, "name": "Cigna", "phone": "800-555-0100"}
        submit(admin_client, ADD, **own, **plan, **first_plan(phone="800-555-0199"))

        phones = {plan.company.name: plan.phone for plan in InsurancePlan.objects.all()}
        assert phones == {"Aetna": "800-555-0100", "Cigna": "800-555-0199"}
        assert insurance_of(InsurancePlan.objects.get(name="HMO", company__name="Aetna")).phone

    def test_a_company_with_a_phone_alone(self, admin_client: Client) -> None:
        response = submit(admin_client, ADD, **COMPANY, phone="800-555-0100")

        assert response.status_code == 302
        assert not InsurancePlan.objects.exists()

    def test_a_company_alone(self, admin_client: Client) -> None:
        response = submit(admin_client, ADD, **COMPANY)

        assert response.status_code == 302
        assert InsuranceCompany.objects.exists()
        assert not InsurancePlan.objects.exists()

    def test_a_company_alone_where_no_plan_was_sent_at_all(self, admin_client: Client) -> None:
        """As a script or a page from before there was a first plan sends it."""
        data = {**COMPANY, "program": "commercial", "is_active": "on"}

        assert admin_client.post(ADD, data).status_code == 302

        assert InsuranceCompany.objects.get().name == "Aetna"
        assert not InsurancePlan.objects.exists()

    def test_a_double_click_adds_both_once(self, admin_client: Client) -> None:
        page = admin_client.get(ADD)
        typed = {**COMPANY, **first_plan(name="HMO", same_address="on")}
        answers = [submit(admin_client, ADD, page, **typed).url for _ in range(2)]

        assert answers[0] == answers[1]
        assert InsuranceCompany.objects.count() == 1
        assert InsurancePlan.objects.count() == Insurance.objects.count() == 1

    def test_gone_back_to_and_filled_in_anew_adds_others_once_it_is_saved_again(
        self, admin_client: Client
    ) -> None:
        page = admin_client.get(ADD)
        for name in ("Aetna", "Cigna"):
            typed = {**COMPANY, **first_plan(name="HMO", same_address="on"), "name": name}
            response = submit(admin_client, ADD, page, **typed)
        submit(admin_client, ADD, response)

        plans = InsurancePlan.objects.values_list("company__name", "name")
        assert set(plans) == {("Aetna", "HMO"), ("Cigna", "HMO")}

    def test_a_company_that_exists_is_asked_about_once_and_the_plan_is_kept(
        self, admin_client: Client
    ) -> None:
        CompanyFactory(**COMPANY)
        typed = {**COMPANY, **first_plan(name="HMO", same_address="on")}

        page = submit(admin_client, ADD, **typed)

        [said] = errors_of(page)["__all__"]
        assert "already exists" in said
        assert "Add the plan to that one under “What Save will do”, or save again" in said
        assert plan_shown(page, "name") == "HMO"
        assert submit(admin_client, ADD, page).status_code == 302
        assert InsurancePlan.objects.get().street_1 == AETNA_ADDRESS["street_1"]


class TestRefused:
    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"zip_code": "1"}, "zip_code"),
            ({"name": ""}, "name"),
            ({"name": "<b>HMO</b>"}, "name"),
            ({"street_1": ""}, "street_1"),
            ({"state": "XX"}, "state"),
            ({"name": "x" * 10_000}, "name"),
            ({"city": "<b>"}, "city"),
        ],
    )
    def test_a_wrong_plan_keeps_all_that_was_typed_and_saves_nothing(
        self, admin_client: Client, wrong: dict[str, str], field: str
    ) -> None:
        typed = {"name": "HMO", **CLAIMS, **wrong}

        response = submit(admin_client, ADD, **COMPANY, phone="800-555-0100", **first_plan(**typed))

        assert response.status_code == 200
        assert field in plan_errors(response)
        assert nothing_saved()
        form = response.context["adminform"].form
        assert {name: form[name].value() for name in COMPANY} == COMPANY
        assert form["phone"].value() == "800-555-0100"
        assert {name: plan_shown(response, name) for name in typed} == typed
        assert "<b>HMO</b>" not in response.text

    def test_a_wrong_company_keeps_the_plan_and_saves_nothing(self, admin_client: Client) -> None:
        typed = {"name": "HMO", **CLAIMS}

        response = submit(admin_client, ADD, **{**COMPANY, "name": ""}, **first_plan(**typed))

        assert "name" in errors_of(response)
        assert {name: plan_shown(response, name) for name in typed} == typed
        assert nothing_saved()

    def test_the_same_address_of_a_company_without_one(self, admin_client: Client) -> None:
        plan = first_plan(name="HMO", same_address="on")

        response = submit(admin_client, ADD, name="Aetna", **plan)

        assert plan_errors(response) == {
            "same_address": ["The company has no address: type it, or clear this box."]
        }
        assert nothing_saved()

    def test_the_same_address_of_a_company_without_one_may_then_be_typed(
        self, admin_client: Client
    ) -> None:
        page = submit(admin_client, ADD, name="Aetna", **first_plan(name="HMO", same_address="on"))

        assert submit(admin_client, ADD, page, **first_plan(**CLAIMS)).status_code == 302
        assert InsurancePlan.objects.get().street_1 == CLAIMS["street_1"]
        assert InsuranceCompany.objects.get().street_1 == ""

    def test_the_same_address_of_a_company_with_half_of_one(self, admin_client: Client) -> None:
        half = {**COMPANY, "city": "", "state": ""}
        plan = first_plan(name="HMO", same_address="on")

        page = submit(admin_client, ADD, **half, **plan)

        [(field, [error])] = plan_errors(page).items()
        assert field == "same_address"
        assert "is incomplete or wrong: City, State. Correct it there" in error
        assert nothing_saved()
        assert submit(admin_client, ADD, page, city="Irvine", state="CA").status_code == 302

    def test_the_same_address_and_another_one_typed(self, admin_client: Client) -> None:
        plan = first_plan(name="HMO", same_address="on", **CLAIMS)

        response = submit(admin_client, ADD, **COMPANY, **plan)

        assert plan_errors(response) == {
            "same_address": ["You also typed an address. Clear it or uncheck this box."]
        }
        assert plan_shown(response, "street_1") == CLAIMS["street_1"]
        assert nothing_saved()

    def test_the_companys_address_corrected_then_is_the_plans_too(
        self, admin_client: Client
    ) -> None:
        """What the page filled in for the plan was not typed there."""
        plan = first_plan(name="HMO", same_address="on")
        page = submit(admin_client, ADD, **{**COMPANY, "zip_code": "9261"}, **plan)
        assert "zip_code" in errors_of(page)
        assert set(plan_errors(page)) == {"same_address"}

        response = submit(admin_client, ADD, page, zip_code="92617", street_1="7 Example Road")

        assert response.status_code == 302
        assert InsurancePlan.objects.get().street_1 == "7 Example Road"

    def test_the_companys_phone_that_is_wrong_is_said_once_and_corrected_once(
        self, admin_client: Client
    ) -> None:
        plan = first_plan(name="HMO", same_address="on")
        page = submit(admin_client, ADD, **COMPANY, phone="12", **plan)

        assert "phone" in errors_of(page)
        assert plan_errors(page) == {}
        assert plan_shown(page, "phone") == ""
        assert submit(admin_client, ADD, page, phone="800-555-0100").status_code == 302
        assert InsurancePlan.objects.get().phone == "800-555-0100"

    def test_a_save_that_fails_keeps_both(
        self, admin_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        typed = {**COMPANY, **first_plan(name="HMO", same_address="on")}
        monkeypatch.setattr("sync.propagation.writing._log", lambda events: 1 / 0)

        response = submit(admin_client, ADD, **typed)

        assert "Nothing was saved" in errors_of(response)["__all__"][0]
        assert plan_shown(response, "name") == "HMO"
        assert nothing_saved()
        monkeypatch.undo()
        assert submit(admin_client, ADD, response).status_code == 302
        assert InsurancePlan.objects.get().street_1 == AETNA_ADDRESS["street_1"]

    @pytest.mark.parametrize(("total", "plans"), [("x", 0), ("1\x00", 0), ("99999999", 1)])
    def test_a_count_of_plans_that_no_page_sends(
        self, admin_client: Client, total: str, plans: int
    ) -> None:
        response = submit(admin_client, ADD, **COMPANY, **{"plans-TOTAL_FORMS": total})

        assert response.status_code == 200
        [inline] = response.context["inline_admin_formsets"]
        assert len(inline.formset.forms) == plans
        assert nothing_saved()

    def test_more_than_one_plan_at_once(self, admin_client: Client) -> None:
        plans = {f"plans-{n}-{k}": v for n in (0, 1) for k, v in {"name": "HMO", **CLAIMS}.items()}

        response = submit(admin_client, ADD, **COMPANY, **plans, **{"plans-TOTAL_FORMS": "2"})

        assert response.status_code == 200
        assert nothing_saved()


class TestThePage:
    def test_asks_for_seven_fields(self, admin_client: Client) -> None:
        page = admin_client.get(ADD)
        [inline] = page.context["inline_admin_formsets"]
        forms = [page.context["adminform"].form, *inline.formset.forms]

        required = [name for form in forms for name, field in form.fields.items() if field.required]

        assert len(required) == 7
        assert "plans-0-same_address" in page.text

    @pytest.mark.parametrize(("query", "in_vain"), [({}, True), ({"_popup": "1"}, False)])
    def test_has_a_first_button_that_enter_presses_in_vain_unless_it_adds_a_company_only(
        self, admin_client: Client, query: dict[str, str], in_vain: bool
    ) -> None:
        form = admin_client.get(ADD, query).text.partition('id="insurancecompany_form"')[2]

        first, *others = re.findall(r'<button[^>]*>|<input type="submit"[^>]*>', form)
        assert ("disabled" in first) is in_vain
        assert "Save" in (others[0] if in_vain else first)

    def test_offers_one_plan_and_no_more(self, admin_client: Client) -> None:
        [inline] = admin_client.get(ADD).context["inline_admin_formsets"]

        assert len(inline.formset.forms) == 1
        assert page_values(admin_client.get(ADD))["plans-MAX_NUM_FORMS"] == 1

    def test_of_a_pop_up_adds_a_company_only(self, admin_client: Client) -> None:
        page = admin_client.get(ADD, {"_popup": "1"})
        assert page.context["inline_admin_formsets"] == []

        response = submit(
            admin_client, ADD, page, _popup="1", **COMPANY, **first_plan(name="HMO", **CLAIMS)
        )

        assert response.status_code == 200
        assert InsuranceCompany.objects.exists()
        assert not InsurancePlan.objects.exists()

    def test_of_a_stored_company_offers_none(self, admin_client: Client) -> None:
        url = reverse("admin:pm_insurancecompany_change", args=[CompanyFactory().pk])

        assert admin_client.get(url).context["inline_admin_formsets"] == []

    def test_offers_no_plan_to_whoever_may_not_add_one(
        self, client: Client, django_user_model: type[User]
    ) -> None:
        user = django_user_model.objects.create_user("kim", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename="add_insurancecompany"))
        client.force_login(user)

        assert client.get(ADD).context["inline_admin_formsets"] == []


class TestAnotherPlan:
    """Save and add another plan goes on with a plan of the company, on its page."""

    PLAN_ADD = reverse("admin:pm_insuranceplan_add")

    def words(self, client: Client, url: str) -> str:
        [button] = re.findall(r'value="([^"]*)" name="_addanother"', client.get(url).text)
        return str(button)

    @pytest.mark.parametrize("plan", [{}, first_plan(name="Aetna HMO", **CLAIMS)])
    def test_is_of_the_company_that_was_added(
        self, admin_client: Client, plan: dict[str, str]
    ) -> None:
        response = submit(admin_client, ADD, **COMPANY, **plan, _addanother="1")

        company = InsuranceCompany.objects.get()
        assert response.url == f"{self.PLAN_ADD}?company={company.pk}"
        saved, *_ = messages_of(admin_client.get(response.url))
        assert "another" not in saved, "nothing of another company"
        assert f"?company={company.pk}" not in "".join([saved, *_]), "no link to this very page"
        assert self.words(admin_client, ADD) == "Save and add another plan"

    def test_is_of_a_stored_company_too(self, admin_client: Client) -> None:
        company = CompanyFactory()

        response = submit(admin_client, change_url(company), _addanother="1")

        assert response.url == f"{self.PLAN_ADD}?company={company.pk}"
        saved, *_ = messages_of(admin_client.get(response.url))
        assert saved == "Nothing was changed in this company."
        assert self.words(admin_client, change_url(company)) == "Save and add a plan"

    def test_is_none_of_an_inactive_company(self, admin_client: Client) -> None:
        company = CompanyFactory(is_active=False)

        response = submit(admin_client, change_url(company), _addanother="1")

        assert response.url == ADD
        assert self.words(admin_client, change_url(company)) == "Save and add another"

    def test_is_none_for_whoever_may_not_add_one(
        self, client: Client, django_user_model: type[User]
    ) -> None:
        user = django_user_model.objects.create_user("kim", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename="add_insurancecompany"))
        client.force_login(user)

        assert self.words(client, ADD) == "Save and add another"
        assert submit(client, ADD, **COMPANY, _addanother="1").url == ADD

    def test_is_not_begun_by_a_refused_save(self, admin_client: Client) -> None:
        response = submit(admin_client, ADD, **{**COMPANY, "name": ""}, _addanother="1")

        assert response.status_code == 200
        assert nothing_saved()


@pytest.mark.parametrize(("odd", "twin", "odd_plan", "orphan"), [*product([False, True], repeat=4)])
def test_whatever_asks_on_the_page_one_more_save_answers_it(
    admin_client: Client, odd: bool, twin: bool, odd_plan: bool, orphan: bool
) -> None:
    company, plan = {**COMPANY}, {"name": "HMO", **CLAIMS}
    if odd:
        company["state"] = "NY"
    if odd_plan:
        plan["street_1"] = f"{'1' * 56} Elm Street"  # longer than a claim carries
    if twin:
        CompanyFactory(**company)
    if orphan:
        orphan_insurance(company_name="Aetna", plan_name="HMO", **{n: plan[n] for n in CLAIMS})

    page = submit(admin_client, ADD, **company, **first_plan(**plan))

    if odd or twin or odd_plan or orphan:
        assert page.status_code == 200
        page = submit(admin_client, ADD, page)
    assert page.status_code == 302
