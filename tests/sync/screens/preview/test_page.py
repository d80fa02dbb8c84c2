"""The address that previews are asked of: who may ask, and that nothing it is sent does harm."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.rules.decision import fingerprint
from sync.screens.preview.told import Preview
from tests.conftest import Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)
from tests.screens import messages_of, page_url, page_values

pytestmark = pytest.mark.django_db

COUNTED = (InsuranceCompany, InsurancePlan, Insurance, InsuranceLink, SyncEvent)
MODELS = ("insurancecompany", "insuranceplan", "insurance")
COMPANY = {"name": "Aetna", "program": "commercial", **AETNA_ADDRESS}
INSURANCE = {"company_name": "Aetna", "plan_name": "HMO", **AETNA_ADDRESS}
FIRST_PLAN = {"plans-TOTAL_FORMS": "1", "plans-INITIAL_FORMS": "0", "plans-0-name": "HMO"} | {
    f"plans-0-{name}": value for name, value in AETNA_ADDRESS.items()
}


def preview_url(model: str, pk: int | None = None) -> str:
    return reverse("sync:preview", args=[model, *([pk] if pk else [])])


def rows() -> dict[type[Model], list[tuple[Any, ...]]]:
    return {model: list(model.objects.order_by("pk").values_list()) for model in COUNTED}


@pytest.fixture
def staff(client: Client, django_user_model: type[User]) -> Callable[..., Client]:
    """Return a function that logs in somebody with these permissions only."""

    def log_in(*codenames: str) -> Client:
        user = django_user_model.objects.create_user("kim", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def harmless(statements: Statements) -> Callable[..., Any]:
    """Return a function that posts, and holds that nothing was written and nothing failed."""

    def post(
        client: Client, url: str, data: bytes | dict[str, Any], expected: int = 200, **more: Any
    ) -> Any:
        before = rows()
        with statements() as sent:
            response = client.post(url, data, **more)
        assert [sql for sql in sent if not sql.startswith("SELECT")] == []
        assert rows() == before
        assert response.status_code == expected
        return response

    return post


class TestWhoMayAsk:
    @pytest.fixture
    def plan(self) -> InsurancePlan:
        return PlanFactory(name="Only for staff")

    @pytest.mark.parametrize("model", MODELS)
    def test_nobody_who_is_logged_out(
        self, client: Client, harmless: Callable[..., Any], model: str
    ) -> None:
        response = harmless(client, preview_url(model), {}, 403)

        assert "preview" not in response.text

    def test_nobody_without_the_staff_flag(
        self, client: Client, django_user_model: type[User], harmless: Callable[..., Any]
    ) -> None:
        user = django_user_model.objects.create_user("out", is_superuser=True)
        client.force_login(user)

        harmless(client, preview_url("insurance"), INSURANCE, 403)

    @pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
    def test_by_post_only(self, admin_client: Client, method: str, plan: InsurancePlan) -> None:
        answer = getattr(admin_client, method)(preview_url("insuranceplan", plan.pk))

        assert answer.status_code == 405

    def test_not_without_the_pages_token(
        self, admin_user: User, harmless: Callable[..., Any]
    ) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(admin_user)

        harmless(client, preview_url("insurance"), INSURANCE, 403)

    def test_with_the_pages_token_sent_as_the_script_sends_it(
        self, admin_user: User, harmless: Callable[..., Any]
    ) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(admin_user)
        client.get(page_url("insurance"))
        headers = {"X-CSRFToken": client.cookies["csrftoken"].value}

        response = harmless(client, preview_url("insurance"), INSURANCE, headers=headers)

        assert "will be created" in response.text

    @pytest.mark.parametrize(
        ("codename", "adding", "changing"),
        [
            ("add_insuranceplan", 200, 403),
            ("change_insuranceplan", 403, 200),
            ("view_insuranceplan", 403, 403),
            ("delete_insuranceplan", 403, 403),
            ("change_insurance", 403, 403),
        ],
    )
    def test_whoever_may_save_that_page(
        self,
        staff: Callable[..., Client],
        harmless: Callable[..., Any],
        plan: InsurancePlan,
        codename: str,
        adding: int,
        changing: int,
    ) -> None:
        client = staff(codename)

        harmless(client, preview_url("insuranceplan"), {}, adding)
        response = harmless(client, preview_url("insuranceplan", plan.pk), {}, changing)

        assert changing == 200 or "Only for staff" not in response.text

    def test_a_view_only_users_page_asks_for_none(
        self, staff: Callable[..., Client], plan: InsurancePlan
    ) -> None:
        page = staff("view_insuranceplan", "view_insurancecompany").get(
            page_url("insuranceplan", plan.pk)
        )

        assert page.status_code == 200
        assert "data-preview" not in page.text

    @pytest.mark.parametrize(
        ("role", "model", "expected"),
        [
            ("Front desk", "insurancecompany", 200),
            ("Front desk", "insurance", 403),
            ("Billing", "insuranceplan", 200),
            ("Billing", "insurance", 403),
            ("Clinical staff", "insurance", 200),
            ("Clinical staff", "insuranceplan", 403),
        ],
    )
    def test_the_roles(
        self,
        staff: Callable[..., Client],
        harmless: Callable[..., Any],
        role: str,
        model: str,
        expected: int,
    ) -> None:
        client = staff()
        Group.objects.get(name=role).user_set.add(client.session["_auth_user_id"])

        harmless(client, preview_url(model), {}, expected)


class TestRecordThatIsNotThere:
    @pytest.mark.parametrize("model", MODELS)
    def test_is_not_found(
        self, admin_client: Client, harmless: Callable[..., Any], model: str
    ) -> None:
        harmless(admin_client, preview_url(model, 999), {}, 404)

    @pytest.mark.parametrize("key", ["9" * 18, "9" * 19, "9" * 400, "-1", "abc", "1.5", "١"])
    def test_by_any_key(self, admin_client: Client, harmless: Callable[..., Any], key: str) -> None:
        harmless(admin_client, f"{preview_url('insuranceplan')}{key}/", {}, 404)

    @pytest.mark.parametrize("model", ["patient", "insurancepolicy", "user", "insurance%00"])
    def test_nor_is_a_page_without_a_preview(
        self, admin_client: Client, harmless: Callable[..., Any], model: str
    ) -> None:
        url = preview_url("insurance").replace("/insurance/", f"/{model}/")

        harmless(admin_client, url, {}, 404)


class TestBadInput:
    """Of each field by chance: tests/soak/hostile."""

    @pytest.mark.parametrize("model", MODELS)
    def test_no_data_at_all(
        self, admin_client: Client, harmless: Callable[..., Any], model: str
    ) -> None:
        response = harmless(admin_client, preview_url(model), {})

        assert "Still needed:" in response.text
        assert response.context["preview"].fingerprint == ""

    @pytest.mark.parametrize("model", MODELS)
    def test_a_body_that_is_no_form(
        self, admin_client: Client, harmless: Callable[..., Any], model: str
    ) -> None:
        harmless(admin_client, preview_url(model), b"\xff\x00{", content_type="application/json")

    @pytest.mark.parametrize(
        "choice",
        [
            "pm.InsurancePlan:",
            "pm.InsurancePlan:abc",
            "pm.InsurancePlan:-1",
            "pm.InsurancePlan:1:2",
            f"pm.InsurancePlan:{'9' * 18}",
            f"pm.InsurancePlan:{'9' * 5000}",
            "pm.InsurancePlan:١",
            "pm.InsuranceCompany:999999",
            "auth.User:1",
            ":1",
            "<b>",
        ],
    )
    def test_choices_that_no_page_offers(
        self, admin_client: Client, harmless: Callable[..., Any], choice: str
    ) -> None:
        response = harmless(admin_client, preview_url("insurance"), {**INSURANCE, "choice": choice})

        texts = [line.text for line in response.context["preview"].lines]
        assert [text for text in texts if "PM insurance plan" in text and "created" in text]

    @pytest.mark.parametrize(
        "management",
        [
            {},
            {"plans-TOTAL_FORMS": "abc", "plans-INITIAL_FORMS": "x"},
            {"plans-TOTAL_FORMS": "-5", "plans-INITIAL_FORMS": "-5"},
            {"plans-TOTAL_FORMS": "99999999999", "plans-INITIAL_FORMS": "0"},
            {"plans-TOTAL_FORMS": "1"},
            {"plans-TOTAL_FORMS": "", "plans-INITIAL_FORMS": ""},
            {"plans-TOTAL_FORMS": "1\x00", "plans-INITIAL_FORMS": "0"},
        ],
    )
    def test_a_first_plan_whose_count_is_missing_or_wrong(
        self, admin_client: Client, harmless: Callable[..., Any], management: dict[str, str]
    ) -> None:
        plan = {name: value for name, value in FIRST_PLAN.items() if "_FORMS" not in name}

        harmless(admin_client, preview_url("insurancecompany"), COMPANY | plan | management)

    def test_another_companys_plan_sent_as_the_first_one(
        self, admin_client: Client, harmless: Callable[..., Any]
    ) -> None:
        other = PlanFactory(name="Somebody else's", notes="Not for you")
        data = COMPANY | FIRST_PLAN | {"plans-INITIAL_FORMS": "1", "plans-0-id": str(other.pk)}

        response = harmless(admin_client, preview_url("insurancecompany"), data)

        assert "Somebody else" not in response.text
        before = rows()[InsurancePlan]
        admin_client.post(page_url("insurancecompany"), data)
        assert rows()[InsurancePlan] == before

    @pytest.mark.parametrize("seen", ["", "{}", "[" * 100_000, '{"version": "x", "fields": []}'])
    def test_a_change_page_that_does_not_say_what_it_showed(
        self, admin_client: Client, harmless: Callable[..., Any], seen: str
    ) -> None:
        plan = PlanFactory()
        data = page_values(admin_client.get(page_url("insuranceplan", plan.pk)))

        response = harmless(
            admin_client, preview_url("insuranceplan", plan.pk), {**data, "seen": seen}
        )

        assert "Reload it" in response.context["preview"].problems[0]
        assert response.context["preview"].lines == []

    def test_stored_markup_is_shown_as_text(
        self, admin_client: Client, harmless: Callable[..., Any]
    ) -> None:
        """Written past the forms, as an import of another program could."""
        CompanyFactory(name="<i>VSP</i>", **AETNA_ADDRESS)
        CompanyFactory(name="<i>Cigna</i>", **AETNA_ADDRESS)
        InsuranceFactory(company_name="<i>Twin</i>", plan_name="<i>HMO</i>")
        names = {"company_name": "i Twin i", "plan_name": "i HMO i"}
        twin = INSURANCE | names | {"street_1": "7 Elsewhere Road"}

        for data, shown in ((INSURANCE, "VSP"), (twin, "Twin")):
            response = harmless(admin_client, preview_url("insurance"), data)
            assert f"&lt;i&gt;{shown}&lt;/i&gt;" in response.text
            assert "<i>" not in response.text

    def test_a_fixed_company_name_typed_all_the_same(
        self, admin_client: Client, harmless: Callable[..., Any]
    ) -> None:
        insurance = InsuranceFactory(company_name="Aetna")
        data = page_values(admin_client.get(page_url("insurance", insurance.pk)))

        response = harmless(
            admin_client, preview_url("insurance", insurance.pk), {**data, "company_name": "Cigna"}
        )

        [wrong] = response.context["preview"].wrong
        assert "comes from PM" in wrong.text


class TestOthersData:
    def test_a_first_plan_is_not_previewed_for_who_may_not_add_plans(
        self, staff: Callable[..., Client], harmless: Callable[..., Any]
    ) -> None:
        client = staff("add_insurancecompany", "view_insurancecompany")

        response = harmless(client, preview_url("insurancecompany"), COMPANY | FIRST_PLAN)

        assert "HMO" not in response.text
        client.post(page_url("insurancecompany"), COMPANY | FIRST_PLAN)
        assert InsuranceCompany.objects.exists()
        assert not InsurancePlan.objects.exists()

    def test_pms_is_not_shown_to_whoever_sees_the_ehr_only(
        self, staff: Callable[..., Client], harmless: Callable[..., Any]
    ) -> None:
        client = staff("add_insurance", "view_insurance")
        CompanyFactory(name="Hidden company", **AETNA_ADDRESS)
        CompanyFactory(name="Other hidden company", **AETNA_ADDRESS)
        orphan_plan(name="HMO", company__name="Hidden too", **AETNA_ADDRESS)

        for typed in (INSURANCE, {**INSURANCE, "plan_name": ""}):
            response = harmless(client, preview_url("insurance"), typed)
            assert "idden" not in response.text
            assert response.context["preview"].choices == []

        response = harmless(client, preview_url("insurance"), INSURANCE)
        assert response.context["preview"].outdated == []  # it would say whether one matches
        own, other = response.context["preview"].lines
        assert own.text == ("Insurance Aetna – HMO – 111 Academy Drive, 92617 will be created.")
        assert other.text == (
            "Something may change here, in a list that your role doesn't show you."
        )

    def test_the_ehrs_is_not_shown_to_whoever_sees_pm_only(
        self, staff: Callable[..., Client], harmless: Callable[..., Any]
    ) -> None:
        client = staff("add_insuranceplan", "view_insuranceplan", "view_insurancecompany")
        company = CompanyFactory(name="Aetna")
        orphan_insurance(company_name="Aetna", plan_name="HMO Hidden", **AETNA_ADDRESS)
        typed = {"company": company.pk, "name": "HMO hidden", **AETNA_ADDRESS}

        response = harmless(client, preview_url("insuranceplan"), typed)

        assert "HMO Hidden" not in response.text
        assert "EHR" in response.text

    def test_a_company_is_not_shown_to_whoever_may_only_add_plans(
        self, staff: Callable[..., Client], harmless: Callable[..., Any]
    ) -> None:
        client = staff("add_insuranceplan", "view_insurance")
        company = CompanyFactory(
            name="Hidden company", **{**AETNA_ADDRESS, "street_1": "1 Secret St"}
        )
        typed = {"company": company.pk, "name": "HMO", "same_address": "on"}

        response = harmless(client, preview_url("insuranceplan"), typed)

        assert "idden" not in response.text
        assert "Secret" not in response.text
        assert [line.system for line in response.context["preview"].lines] == ["ehr"]

    def test_what_a_save_did_is_not_told_to_whoever_may_not_see_it(
        self, staff: Callable[..., Client]
    ) -> None:
        client = staff("add_insurance", "view_insurance", "change_insurance")
        CompanyFactory(name="Hidden company", **AETNA_ADDRESS)
        typed = {**INSURANCE, "company_name": "Hidden company"}

        told = client.post(page_url("insurance"), typed, follow=True)
        home = client.get(reverse("admin:index"))
        insurance = Insurance.objects.get()
        history = client.get(reverse("admin:ehr_insurance_history", args=[insurance.pk]))

        assert "Your role doesn't show you what it did in PM." in messages_of(told)[-1]
        for page in (told, home, history):
            assert "Matches PM company" not in page.text
            assert "PM insurance plan" not in page.text

    def test_a_history_names_no_record_of_a_list_that_is_hidden(
        self, staff: Callable[..., Client]
    ) -> None:
        InsuranceFactory(company_name="Aetna", plan_name="Hidden", **AETNA_ADDRESS)
        plan = InsurancePlan.objects.get()
        client = staff("view_insuranceplan", "view_insurancecompany")

        page = client.get(reverse("admin:pm_insuranceplan_history", args=[plan.pk]))

        assert "EHR insurance" in page.text
        assert "Aetna – Hidden – 111 Academy Drive, 92617" not in page.text
        assert "was created" in page.text

    def test_look_alikes_are_not_shown_to_whoever_may_only_add(
        self, staff: Callable[..., Client], harmless: Callable[..., Any]
    ) -> None:
        client = staff("add_insurancecompany")
        stored = CompanyFactory(name="Aetna", street_1="1 Secret Street")

        response = harmless(client, preview_url("insurancecompany"), COMPANY)

        assert response.context["preview"].look_alikes == []
        assert page_url("insurancecompany", stored.pk) not in response.text


class TestAskedAgainAndAgain:
    """Every pause while typing asks: what is stored must not make it slow."""

    @pytest.mark.parametrize(
        ("model", "data"), [("insurancecompany", COMPANY | FIRST_PLAN), ("insurance", INSURANCE)]
    )
    def test_asks_as_much_of_the_database_however_much_looks_alike(
        self, admin_client: Client, statements: Statements, model: str, data: dict[str, str]
    ) -> None:
        asked = []
        for count in (2, 7):
            for _ in range(count):
                CompanyFactory(name="Aetna", **AETNA_ADDRESS)
                InsuranceFactory(**INSURANCE)
                orphan_plan(company=CompanyFactory(name="Aetna"), name="HMO", **AETNA_ADDRESS)
                orphan_insurance(**INSURANCE)
            with statements() as sent:
                response = admin_client.post(preview_url(model), data)
            assert response.context["preview"].look_alikes
            assert response.context["preview"].choices
            asked.append(len(sent))

        assert asked[0] == asked[1]

    def test_of_a_plan(self, admin_client: Client, statements: Statements) -> None:
        company = CompanyFactory(name="Aetna")
        typed = {"company": company.pk, "name": "HMO", **AETNA_ADDRESS}
        asked = []
        for count in (2, 7):
            for _ in range(count):
                PlanFactory(company=company, name="HMO", **AETNA_ADDRESS)
                orphan_insurance(**INSURANCE)
            with statements() as sent:
                response = admin_client.post(preview_url("insuranceplan"), typed)
            assert response.context["preview"].look_alikes
            assert response.context["preview"].choices
            asked.append(len(sent))

        assert asked[0] == asked[1]


class TestAgreesWithSave:
    """The same page, previewed and then saved."""

    @pytest.fixture
    def saved(self, admin_client: Client) -> Callable[..., Preview]:
        """Return a function that previews a page, saves it, and compares."""

        def check(model: str, record: Record | None = None, **typed: Any) -> Preview:
            pk = getattr(record, "pk", None)
            page = admin_client.get(page_url(model, pk))
            data = page_values(page) | typed
            data = {name: value for name, value in data.items() if value is not None}
            told: Preview = admin_client.post(preview_url(model, pk), data).context["preview"]
            assert told.can_be_saved
            last = getattr(SyncEvent.objects.first(), "pk", 0)

            response = admin_client.post(page_url(model, pk), data)

            assert response.status_code == 302, response.context["errors"]
            events = list(SyncEvent.objects.filter(pk__gt=last))
            assert events
            assert told.fingerprint == fingerprint(events)
            return told

        return check

    def test_company(self, saved: Callable[..., Preview]) -> None:
        saved("insurancecompany", **COMPANY)

    def test_company_and_first_plan(self, saved: Callable[..., Preview]) -> None:
        told = saved(
            "insurancecompany",
            **COMPANY,
            **{"plans-0-name": "HMO"},
            **{"plans-0-same_address": "on"},
        )

        assert [(line.system, line.outcome) for line in told.lines] == [
            ("pm", "created"),
            ("pm", "created"),
            ("ehr", "created"),
        ]

    def test_company_renamed(self, saved: Callable[..., Preview]) -> None:
        saved("insurancecompany", PlanFactory().company, name="Aetna Health")

    def test_plan(self, saved: Callable[..., Preview]) -> None:
        company = CompanyFactory(name="Aetna")

        told = saved("insuranceplan", company=company.pk, name="Aetna HMO", **AETNA_ADDRESS)

        assert "Aetna – Aetna HMO – 111 Academy Drive, 92617" in told.lines[-1].text

    @pytest.mark.parametrize(
        "typed",
        [{}, {"name": "PPO", "phone": "800-555-0100", "fax": "800-555-0101"}, {"is_active": None}],
    )
    def test_plan_changed(
        self, saved: Callable[..., Preview], typed: dict[str, str | None]
    ) -> None:
        saved("insuranceplan", PlanFactory(), **typed)

    def test_plan_moved(self, saved: Callable[..., Preview]) -> None:
        saved("insuranceplan", PlanFactory(), company=CompanyFactory(name="Cigna").pk)

    def test_orphan_changed(self, saved: Callable[..., Preview]) -> None:
        saved("insuranceplan", orphan_plan(), name="PPO")
        saved("insurance", orphan_insurance(), plan_name="PPO")

    def test_plan_for_a_chosen_orphan(self, saved: Callable[..., Preview]) -> None:
        orphan = orphan_insurance(**{**INSURANCE, "plan_name": "PPO", "phone": "800-555-0100"})
        company = CompanyFactory(name="Aetna")

        saved(
            "insuranceplan",
            company=company.pk,
            name="HMO",
            **AETNA_ADDRESS,
            choice=f"ehr.Insurance:{orphan.pk}",
        )

        assert insurance_of(InsurancePlan.objects.get(company=company)) == orphan

    @pytest.mark.parametrize("names", [(), ("Aetna",), ("VSP",), ("VSP", "Aetna")])
    def test_insurance(self, saved: Callable[..., Preview], names: tuple[str, ...]) -> None:
        for name in names:
            CompanyFactory(name=name, **AETNA_ADDRESS)

        saved("insurance", **INSURANCE)

    def test_insurance_under_a_chosen_company(self, saved: Callable[..., Preview]) -> None:
        CompanyFactory(name="VSP", **AETNA_ADDRESS)
        cigna = CompanyFactory(name="Cigna", **AETNA_ADDRESS)

        told = saved("insurance", **INSURANCE, choice=f"pm.InsuranceCompany:{cigna.pk}")

        assert [choice.checked for choice in told.choices] == [False, True]
        assert InsurancePlan.objects.get().company == cigna

    def test_insurance_changed(self, saved: Callable[..., Preview]) -> None:
        saved("insurance", InsuranceFactory(), plan_name="PPO", phone="800-555-0100", city="Tustin")
