"""After a save the page says what it did on the other side, from stored events."""

import html
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.records.asking.answers import record_key
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from sync.propagation import repair
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PolicyFactory,
    orphan_plan,
)
from tests.screens import change_url, errors_of, messages_of, page_values, submit

pytestmark = pytest.mark.django_db

ADDRESS = {"street_1": "111 Academy Drive", "city": "Irvine", "state": "CA", "zip_code": "92617"}


def after(client: Client, response: Any) -> list[Message]:
    """Return the messages of the page that a save leads to, Django's own left out."""
    assert response.status_code == 302, response.context["errors"]
    page = client.get(response.url)
    return [message for message in page.context["messages"] if message.extra_tags]


def test_plan_added(admin_client: Client) -> None:
    company = CompanyFactory(name="Aetna")
    url = reverse("admin:pm_insuranceplan_add")

    response = submit(admin_client, url, company=company.pk, name="Aetna HMO", **ADDRESS)

    [message] = after(admin_client, response)
    insurance = Insurance.objects.get()
    assert insurance.name == "Aetna – Aetna HMO – 111 Academy Drive, 92617"
    assert f'<a href="{change_url(insurance)}">{insurance.name}</a> was created.' in str(message)
    assert message.extra_tags == "pm-plan-added"
    assert message.level == constants.SUCCESS


def test_plan_edited_names_the_fields_that_were_written(admin_client: Client) -> None:
    plan = PlanFactory()

    [message] = after(admin_client, submit(admin_client, change_url(plan), name="New name"))

    assert "was updated: plan name." in str(message)


def test_plan_saved_unchanged(admin_client: Client) -> None:
    response = submit(admin_client, change_url(PlanFactory()))

    assert messages_of(admin_client.get(response.url)) == ["Nothing was changed in this plan."]


def test_plan_saved_unchanged_still_brings_its_name_up_to_date(admin_client: Client) -> None:
    plan = PlanFactory()
    plan.company.name = "Renamed"
    plan.company.save()

    [message] = after(admin_client, submit(admin_client, change_url(plan)))

    assert "was updated: company name." in str(message)


def test_company_renamed_warns_that_nothing_crossed_and_counts_stale_names(
    admin_client: Client,
) -> None:
    plan = PlanFactory()

    response = submit(admin_client, change_url(plan.company), name="Renamed")

    [message] = after(admin_client, response)
    assert "PM only: Nothing changed in the EHR. 1 EHR name still shows" in str(message)
    assert f'<a href="{change_url(plan.company)}">Open the company</a>' in str(message)
    assert message.level == constants.WARNING


def test_insurance_added_under_another_name_at_the_address(admin_client: Client) -> None:
    company = CompanyFactory(name="VSP", **ADDRESS)
    url = reverse("admin:ehr_insurance_add")
    typed = {"company_name": "Cigna Vision", "plan_name": "Eyes", **ADDRESS}

    [message] = after(admin_client, submit(admin_client, url, **typed))

    assert "You typed Cigna Vision; PM lists VSP at this address." in str(message)
    assert message.level == constants.WARNING
    assert InsurancePlan.objects.get().company == company
    assert Insurance.objects.get().company_name == "VSP"


def test_insurance_added_at_a_new_address_tells_of_company_and_plan(admin_client: Client) -> None:
    url = reverse("admin:ehr_insurance_add")
    typed = {"company_name": "Humana", "plan_name": "Gold", **ADDRESS}

    [message] = after(admin_client, submit(admin_client, url, **typed))

    company, plan = InsuranceCompany.objects.get(), InsurancePlan.objects.get()
    assert str(message) == (
        f'PM insurance company <a href="{change_url(company)}">Humana</a> and PM insurance plan'
        f' <a href="{change_url(plan)}">{plan}</a> were created. No PM company had this address.'
        f' <a href="{change_url(company)}">Enter the company\'s payer ID</a>'
    )


def test_a_tertiary_policy_says_that_it_stays_in_pm(admin_client: Client) -> None:
    policy = PolicyFactory(rank="tertiary")

    response = submit(admin_client, change_url(policy.patient), **{"policies-0-group_number": "G"})

    texts = messages_of(admin_client.get(response.url))
    assert any("A tertiary policy stays in PM" in text for text in texts)


def test_patient_saved_unchanged_says_nothing(admin_client: Client) -> None:
    patient = EHRPatientFactory(secondary_insurance=InsuranceFactory())

    assert after(admin_client, submit(admin_client, change_url(patient))) == []


def test_a_change_that_no_rule_speaks_of_is_logged_without_a_message(admin_client: Client) -> None:
    patient = EHRPatientFactory()

    assert after(admin_client, submit(admin_client, change_url(patient), last_name="Roe")) == []
    event = SyncEvent.objects.about(patient).latest("pk")
    assert event.source_changes == {"last_name": ["Doe", "Roe"]}


def test_a_refused_save_claims_nothing(admin_client: Client) -> None:
    response = submit(admin_client, change_url(PlanFactory()), zip_code="1")

    assert messages_of(response) == []
    assert messages_of(admin_client.get(reverse("admin:index"))) == []


def test_a_popup_leaves_no_message_for_a_later_page(admin_client: Client) -> None:
    url = reverse("admin:pm_insurancecompany_add")

    submit(admin_client, url, name="From a pop-up", _popup="1")

    assert InsuranceCompany.objects.exists()
    assert messages_of(admin_client.get(reverse("admin:index"))) == []


def test_many_events_are_summed_up_with_a_link_to_the_log(admin_client: Client) -> None:
    plans = [PlanFactory() for _ in range(6)]
    url = reverse("admin:pm_insuranceplan_changelist")
    chosen = [plan.pk for plan in plans]

    response = admin_client.post(url, {"action": "deactivate", "_selected_action": chosen})

    [message] = after(admin_client, response)
    batch = SyncEvent.objects.latest("pk").batch
    assert str(message).startswith("Plan edited in PM: 6 updated.")
    log = f"/admin/sync/syncevent/?batch={batch}&amp;rule=pm-plan-edited"
    assert log in str(message)
    listed = admin_client.get(log.replace("&amp;", "&")).context["cl"]
    assert listed.result_count == 6


def test_many_companies_that_keep_their_names_are_no_warning(admin_client: Client) -> None:
    companies = [CompanyFactory() for _ in range(6)]
    url = reverse("admin:pm_insurancecompany_changelist")
    chosen = [company.pk for company in companies]

    response = admin_client.post(url, {"action": "deactivate", "_selected_action": chosen})

    [message] = after(admin_client, response)
    assert str(message).startswith("Company edited in PM: 6 not propagated.")
    assert message.level == constants.SUCCESS


def test_a_company_and_plan_that_one_may_not_see_are_not_named(client: Client) -> None:
    as_user(client, "view_insurance", "add_insurance")
    url = reverse("admin:ehr_insurance_add")
    typed = {"company_name": "Humana", "plan_name": "Gold", **ADDRESS}

    [message] = after(client, submit(client, url, **typed))

    assert html.unescape(str(message)) == (
        "Your role doesn't show you what it did in PM. Ask billing to enter the company's payer ID."
    )


def test_names_in_messages_are_text(admin_client: Client) -> None:
    company = CompanyFactory(name="<i>Aetna</i>")
    url = reverse("admin:pm_insuranceplan_add")

    response = submit(admin_client, url, company=company.pk, name="HMO", **ADDRESS)
    page = admin_client.get(response.url).text

    assert "<i>" not in page
    assert "&lt;i&gt;Aetna&lt;/i&gt;" in page


def test_deactivating_says_who_still_has_it(admin_client: Client) -> None:
    policy = PolicyFactory()
    EHRPatientFactory(primary_insurance=policy.plan.link.insurance)

    response = submit(admin_client, change_url(policy.plan), is_active=None)

    [message] = after(admin_client, response)
    assert "1 EHR patient and 1 PM policy still have it." in str(message)


class TestOtherThanThePageShowed:
    """The page sends along what its preview said; the save compares."""

    SAYS = "This is not what the page showed"
    TYPED = {"company_name": "Aetna", "plan_name": "HMO", **ADDRESS}
    ADD = reverse("admin:ehr_insurance_add")

    def previewed(self, client: Client, page: Any, url: str, **typed: Any) -> dict[str, Any]:
        """Return what a browser would send of the page after its preview was shown."""
        data = {**page_values(page), **typed}
        answer = client.post(url, data)
        [told] = re.findall(r'data-fingerprint="(\w+)"', answer.text)
        return {**data, "_previewed": told}

    @pytest.fixture
    def insurance(self, admin_client: Client) -> dict[str, Any]:
        page = admin_client.get(self.ADD)
        return self.previewed(
            admin_client, page, reverse("sync:preview", args=["insurance"]), **self.TYPED
        )

    def warned(self, client: Client, response: Any) -> bool:
        assert response.status_code == 302
        found = messages_of(client.get(response.url))
        assert found
        return any(self.SAYS in text for text in found)

    def test_is_said_where_a_company_came_to_be_there(
        self, admin_client: Client, insurance: dict[str, Any]
    ) -> None:
        CompanyFactory(name="VSP", **ADDRESS)

        assert self.warned(admin_client, admin_client.post(self.ADD, insurance))

    def test_is_refused_where_the_chosen_orphan_got_another_counterpart(
        self, admin_client: Client
    ) -> None:
        orphan = orphan_plan(name="HMO", company__name="Aetna", **ADDRESS)
        page, url = admin_client.get(self.ADD), reverse("sync:preview", args=["insurance"])
        choice = f"pm.InsurancePlan:{orphan.pk}"
        data = self.previewed(admin_client, page, url, **self.TYPED, choice=choice)
        repair(InsurancePlan, [orphan.pk])
        confirmed = {"confirmed": f"ehr.Insurance:{orphan.link.insurance.pk}"}

        error = errors_of(admin_client.post(self.ADD, data | confirmed))["__all__"][0]
        assert "what you chose in the other list is gone, was linked meanwhile" in error
        assert Insurance.objects.count() == 1

    def test_is_refused_where_the_chosen_company_can_not_be_had(self, admin_client: Client) -> None:
        for _ in range(2):
            chosen = CompanyFactory(name="Twin Payer", **ADDRESS)
        page, url = admin_client.get(self.ADD), reverse("sync:preview", args=["insurance"])
        choice = f"pm.InsuranceCompany:{chosen.pk}"
        data = self.previewed(admin_client, page, url, **self.TYPED, choice=choice)
        InsuranceCompany.objects.filter(pk=chosen.pk).change(is_active=False)

        error = errors_of(admin_client.post(self.ADD, data))["__all__"][0]
        assert "what you chose in the other list is gone" in error
        assert not InsurancePlan.objects.exists()

    def test_is_said_where_it_went_to_another_company_of_the_same_name(
        self, admin_client: Client
    ) -> None:
        preset, _other = (CompanyFactory(name="Twin Payer", **ADDRESS) for _ in range(2))
        page, url = admin_client.get(self.ADD), reverse("sync:preview", args=["insurance"])
        data = self.previewed(admin_client, page, url, **self.TYPED)
        InsuranceCompany.objects.filter(pk=preset.pk).change(is_active=False)

        assert self.warned(admin_client, admin_client.post(self.ADD, data))

    def test_is_said_where_something_else_is_taken_over(self, admin_client: Client) -> None:
        orphan = orphan_plan(name="HMO", company__name="Aetna", phone="714-555-0111", **ADDRESS)
        page, url = admin_client.get(self.ADD), reverse("sync:preview", args=["insurance"])
        choice = f"pm.InsurancePlan:{orphan.pk}"
        data = self.previewed(admin_client, page, url, **self.TYPED, choice=choice)
        orphan.phone = "714-555-0199"
        orphan.save()

        assert self.warned(admin_client, admin_client.post(self.ADD, data))

    def test_is_said_where_the_other_side_was_changed(self, admin_client: Client) -> None:
        plan = PlanFactory()
        page = admin_client.get(change_url(plan))
        url = reverse("sync:preview", args=["insuranceplan", plan.pk])
        data = self.previewed(admin_client, page, url, phone="800-555-0100")
        Insurance.objects.update(fax="800-555-0199")

        assert self.warned(admin_client, admin_client.post(change_url(plan), data))

    def test_is_not_said_where_it_came_true(
        self, admin_client: Client, insurance: dict[str, Any]
    ) -> None:
        assert not self.warned(admin_client, admin_client.post(self.ADD, insurance))

    def test_is_not_said_where_what_changed_does_not_matter(
        self, admin_client: Client, insurance: dict[str, Any]
    ) -> None:
        CompanyFactory(name="VSP")
        PlanFactory()

        assert not self.warned(admin_client, admin_client.post(self.ADD, insurance))

    @pytest.mark.parametrize("previewed", [None, ""])
    def test_is_not_said_where_no_preview_was_shown(
        self, admin_client: Client, insurance: dict[str, Any], previewed: str | None
    ) -> None:
        """Or where something was typed since: the page takes it back then."""
        CompanyFactory(name="VSP", **ADDRESS)
        data = {**insurance, "_previewed": previewed}
        data = {name: value for name, value in data.items() if value is not None}

        assert not self.warned(admin_client, admin_client.post(self.ADD, data))

    def test_is_not_said_of_a_save_that_was_refused(
        self, admin_client: Client, insurance: dict[str, Any]
    ) -> None:
        CompanyFactory(name="VSP", **ADDRESS)

        response = admin_client.post(self.ADD, {**insurance, "phone": "1"})

        assert messages_of(response) == []

    def test_is_not_said_of_the_second_of_a_double_click(
        self, admin_client: Client, insurance: dict[str, Any]
    ) -> None:
        admin_client.post(self.ADD, insurance)
        CompanyFactory(name="VSP", **ADDRESS)

        assert not self.warned(admin_client, admin_client.post(self.ADD, insurance))

    @pytest.mark.parametrize("previewed", ["x", "<b>" * 4000, "a\x00b", "٣"])
    def test_what_no_preview_says_harms_nothing(
        self, admin_client: Client, insurance: dict[str, Any], previewed: str
    ) -> None:
        response = admin_client.post(self.ADD, {**insurance, "_previewed": previewed}, follow=True)

        assert "<b>" not in " ".join(messages_of(response))
        assert Insurance.objects.count() == 1


class TestNextStep:
    """One thing to do next: a link for whoever may, and whom to ask for everybody else."""

    def told(self, client: Client, response: Any) -> tuple[int, str]:
        [message] = after(client, response)
        return message.level or 0, html.unescape(str(message))

    def test_of_a_company_without_a_plan(self, admin_client: Client) -> None:
        url = reverse("admin:pm_insurancecompany_add")

        level, text = self.told(admin_client, submit(admin_client, url, name="Aetna"))

        add = f"{reverse('admin:pm_insuranceplan_add')}?company={InsuranceCompany.objects.get().pk}"
        assert level == constants.WARNING
        assert text == (
            "PM only: The EHR gets an insurance when a plan is added to it."
            f' <a href="{add}">Add a plan</a>'
        )

    def test_of_a_company_is_asked_of_billing(self, client: Client) -> None:
        as_user(client, "view_insurancecompany", "add_insurancecompany", "view_insuranceplan")
        url = reverse("admin:pm_insurancecompany_add")

        _, text = self.told(client, submit(client, url, name="Aetna"))

        assert text.endswith("Ask billing to add one.")

    def test_of_a_renamed_company_is_asked_of_billing(self, client: Client) -> None:
        as_user(client, "view_insurancecompany", "change_insurancecompany")
        company = PlanFactory().company

        _, text = self.told(client, submit(client, change_url(company), name="Renamed"))

        assert text.endswith("old company name. Ask billing to bring it up to date.")

    def test_of_a_company_that_keeps_its_name_is_none_and_no_warning(
        self, admin_client: Client
    ) -> None:
        company = PlanFactory().company

        level, text = self.told(admin_client, submit(admin_client, change_url(company), notes="x"))

        assert (level, text) == (constants.SUCCESS, "PM only: Nothing changed in the EHR.")

    def test_of_a_plan_that_was_moved_says_where_and_what_is_left(
        self, admin_client: Client
    ) -> None:
        fresno = CompanyFactory(name="Kaiser", city="Fresno", state="CA")
        oakland = CompanyFactory(name="Kaiser", city="Oakland", state="CA")
        first, last = (PlanFactory(company=fresno) for _ in range(2))

        _, one_stays = self.told(
            admin_client, submit(admin_client, change_url(first), company=oakland.pk)
        )
        _, none_stays = self.told(
            admin_client, submit(admin_client, change_url(last), company=oakland.pk)
        )

        one, other = (f'<a href="{change_url(plan)}">{plan.name}</a>' for plan in (first, last))
        moved = "moved to Kaiser (Oakland, CA)."
        assert one_stays == f"Plan {one} {moved}"
        assert none_stays == (
            f"Plan {other} {moved} Kaiser (Fresno, CA) has no plans left:"
            f' <a href="{change_url(fresno)}">open it to deactivate it</a>.'
        )

    def test_of_a_plan_that_was_moved_names_what_the_ehr_got(self, admin_client: Client) -> None:
        plan, company = PlanFactory(company__name="Cigna"), CompanyFactory(name="Aetna")

        response = submit(admin_client, change_url(plan), company=company.pk)
        [text] = map(html.unescape, messages_of(admin_client.get(response.url)))

        named = f'<a href="{change_url(plan)}">{plan.name}</a>'
        assert text.startswith(f"Plan {named} moved to Aetna. EHR insurance <a ")
        assert "was updated: company name. Cigna has no plans left: <a " in text

    def test_under_another_name_leads_to_the_plan(self, admin_client: Client) -> None:
        CompanyFactory(name="VSP", **ADDRESS)
        url = reverse("admin:ehr_insurance_add")
        typed = {"company_name": "Cigna Vision", "plan_name": "Eyes", **ADDRESS}

        _, text = self.told(admin_client, submit(admin_client, url, **typed))

        plan = change_url(InsurancePlan.objects.get())
        assert text.endswith(f'Wrong company? <a href="{plan}">Move the plan</a>')

    @pytest.mark.parametrize("typed", ["V.S.P.", "Vision Service Plan"])
    def test_under_its_own_or_another_of_its_names_is_none_and_no_warning(
        self, admin_client: Client, typed: str
    ) -> None:
        CompanyFactory(name="VSP", other_names="Vision Service Plan", **ADDRESS)
        url = reverse("admin:ehr_insurance_add")

        level, text = self.told(
            admin_client, submit(admin_client, url, company_name=typed, plan_name="Eyes", **ADDRESS)
        )

        assert level == constants.SUCCESS
        assert "Wrong company" not in text

    def test_under_the_oldest_of_several_says_so_in_short(self, admin_client: Client) -> None:
        united, umr = (CompanyFactory(name=name, **ADDRESS) for name in ("UnitedHealthcare", "UMR"))
        url = reverse("admin:ehr_insurance_add")
        typed = {"company_name": "Someone", "plan_name": "Choice", **ADDRESS}

        asked = submit(admin_client, url, **typed)
        guessed = self.told(admin_client, submit(admin_client, url, asked))
        chosen = self.told(
            admin_client,
            submit(admin_client, url, **typed | {"choice": record_key(umr), "plan_name": "PPO"}),
        )

        first, second = InsurancePlan.objects.order_by("pk")
        created = 'PM insurance plan <a href="{}">{}</a> was created. '
        assert (first.company, second.company) == (united, umr)
        assert guessed == (
            constants.WARNING,
            created.format(change_url(first), first)
            + "Under UnitedHealthcare, the oldest of 2 at this address (also UMR)."
            " The EHR shows UnitedHealthcare, PM's name."
            f' Wrong company? <a href="{change_url(first)}">Move the plan</a>',
        )
        assert chosen == (
            constants.SUCCESS,
            created.format(change_url(second), second)
            + "Under UMR, as you chose. The EHR shows UMR, PM's name.",
        )

    def test_in_the_ehr_is_asked_of_billing(self, client: Client) -> None:
        user = get_user_model().objects.create_user("clinical", is_staff=True)
        user.groups.add(Group.objects.get(name="Clinical staff"))
        client.force_login(user)
        url = reverse("admin:ehr_insurance_add")
        typed = {"company_name": "Cigna Vision", "plan_name": "Eyes", **ADDRESS}

        _, new = self.told(client, submit(client, url, **typed))
        _, other = self.told(
            client, submit(client, url, **typed | {"company_name": "VSP", "plan_name": "PPO"})
        )

        assert new.endswith("address. Ask billing to enter the company's payer ID.")
        assert other.endswith("Wrong company? Ask billing to move it.")

    def test_of_an_orphan_leads_to_its_card(self, admin_client: Client) -> None:
        orphan = orphan_plan()

        level, text = self.told(admin_client, submit(admin_client, change_url(orphan), name="PPO"))

        assert level == constants.WARNING
        assert text.endswith(
            f'<a href="{change_url(orphan)}">Open the plan</a> to link it, or to send it to the'
            " EHR."
        )

    def test_of_a_deleted_plan_is_about_its_insurance(self, admin_client: Client) -> None:
        plan = PlanFactory()
        insurance = plan.link.insurance
        url = reverse("admin:pm_insuranceplan_delete", args=[plan.pk])

        _, text = self.told(admin_client, admin_client.post(url, {"post": "yes"}))

        assert text.endswith(
            f'If nobody needs it, <a href="{change_url(insurance)}">deactivate it</a>.'
        )

    def test_of_a_deleted_plan_is_asked_of_clinical(self, client: Client) -> None:
        as_user(client, "view_insuranceplan", "delete_insuranceplan", "view_insurance")
        plan = PlanFactory()
        insurance = plan.link.insurance
        url = reverse("admin:pm_insuranceplan_delete", args=[plan.pk])

        _, text = self.told(client, client.post(url, {"post": "yes"}))

        named = f'<a href="{change_url(insurance)}">{insurance}</a>'
        assert text.endswith(f"If nobody needs {named}, ask clinical to deactivate it.")

    def test_of_a_deleted_plan_names_no_insurance_to_whoever_may_not_see_it(
        self, client: Client
    ) -> None:
        as_user(client, "view_insuranceplan", "delete_insuranceplan")
        url = reverse("admin:pm_insuranceplan_delete", args=[PlanFactory().pk])

        _, text = self.told(client, client.post(url, {"post": "yes"}))

        assert text.endswith("If nobody needs it, ask clinical to deactivate it.")

    def test_of_a_deleted_orphan_is_none_and_no_warning(self, admin_client: Client) -> None:
        url = reverse("admin:pm_insuranceplan_delete", args=[orphan_plan().pk])

        level, text = self.told(admin_client, admin_client.post(url, {"post": "yes"}))

        assert (level, text) == (constants.SUCCESS, "It had no insurance in the EHR.")


def as_user(client: Client, *codes: str) -> None:
    """Log somebody in who has these permissions only."""
    user = get_user_model().objects.create_user("somebody", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
