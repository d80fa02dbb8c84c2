"""Where an added record goes: what its page presets, what it leaves open, and what Save does.

A page is filled in as a browser with scripts does: each preview brings the choices that Save sends.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.records.asking.answers import record_key
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.rules.decision import fingerprint
from sync.screens.preview.choices import MOST_CHOICES, Choice
from sync.screens.preview.told import Preview
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    anew,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)
from tests.screens import change_url, errors_of, messages_of, page_url, page_values

pytestmark = pytest.mark.django_db

INSURANCE = {"company_name": "Aetna", "plan_name": "HMO", **AETNA_ADDRESS}
FIRST_PLAN = {"plans-0-name": "HMO", "plans-0-same_address": "on"}
NEXT_SUITE = {**AETNA_ADDRESS, "street_2": "Suite 4"}


class Filled:
    """A page that is filled in; it shows the preview of what was typed last."""

    def __init__(self, client: Client, model: str) -> None:
        self.client, self.model = client, model
        self.values = page_values(client.get(page_url(model)))
        self.told: Preview

    def type(self, **typed: Any) -> "Filled":
        """Type, and wait for the preview."""
        self.values |= typed
        response = self.client.post(reverse("sync:preview", args=[self.model]), self._sent())
        self.told = response.context["preview"]
        self.text = response.text
        self._take_choice()
        return self

    def choose(self, text: str) -> "Filled":
        [choice] = [choice for choice in self.told.choices if choice.text.startswith(text)]
        return self.type(**{self.told.choice_field: choice.value})

    @property
    def checked(self) -> list[str]:
        return [choice.text for choice in self.told.choices if choice.checked]

    def save(self, **typed: Any) -> Any:
        """Type on, and save before the preview comes."""
        response = self.client.post(page_url(self.model), self._sent() | typed)
        if response.status_code == 200:  # the page that comes back has its own preview
            self.values = page_values(response)
            self.told = response.context["preview"]
            self._take_choice()
        return response

    def _take_choice(self) -> None:
        self.values.pop(self.told.choice_field, None)
        for choice in self.told.choices:
            if choice.checked:
                self.values[self.told.choice_field] = choice.value

    def _sent(self) -> dict[str, Any]:
        return {name: value for name, value in self.values.items() if value is not None}


def asked(response: Any) -> list[str]:
    """Return what a page asks; [] where it was saved."""
    return [] if response.status_code == 302 else errors_of(response).get("__all__", [])


@pytest.fixture
def fill_in(admin_client: Client) -> Callable[..., Filled]:
    return lambda model="insurance", **typed: Filled(admin_client, model).type(**typed)


@pytest.fixture
def aetna() -> InsuranceCompany:
    return CompanyFactory(name="Aetna", **AETNA_ADDRESS)


@pytest.fixture
def plan(aetna: InsuranceCompany) -> InsurancePlan:
    """A plan without an insurance, the very same as what is typed."""
    return orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)


@pytest.fixture
def insurance() -> Insurance:
    """An insurance without a plan, and without a company of its name."""
    orphan = orphan_insurance(**INSURANCE)
    InsuranceCompany.objects.all().delete()
    return orphan


Fill = Callable[..., Filled]


class TestPreset:
    def test_an_orphan_plan_is_linked_by_a_save_that_asks_nothing(
        self, fill_in: Fill, plan: InsurancePlan
    ) -> None:
        page = fill_in(**INSURANCE)

        assert page.checked == [f"Link it with PM insurance plan {plan} (same name and address)"]
        assert page.told.lines[1].note == "Links the two: neither had a counterpart."
        assert page.told.choose == ""
        assert asked(page.save()) == []
        assert insurance_of(plan) == Insurance.objects.get()
        assert InsurancePlan.objects.count() == 1
        assert page.told.fingerprint == fingerprint(SyncEvent.objects.all()[:1])

    def test_an_orphan_insurance_likewise(self, fill_in: Fill, insurance: Insurance) -> None:
        company = CompanyFactory(name="Aetna")
        page = fill_in("insuranceplan", company=company.pk, name="H.M.O.", **AETNA_ADDRESS)

        assert page.checked[0].startswith("Link it with EHR insurance")
        assert asked(page.save()) == []
        assert insurance_of(InsurancePlan.objects.get()) == insurance
        assert Insurance.objects.count() == 1

    def test_with_a_companys_first_plan_likewise(self, fill_in: Fill, insurance: Insurance) -> None:
        page = fill_in("insurancecompany", name="Aetna", **AETNA_ADDRESS, **FIRST_PLAN)

        assert page.checked[0].startswith("Link it with EHR insurance")
        assert asked(page.save()) == []
        assert insurance_of(InsurancePlan.objects.get()) == insurance

    def test_with_a_companys_first_plan_nothing_is_said_to_be_left_to_do(
        self, fill_in: Fill, insurance: Insurance
    ) -> None:
        page = fill_in("insurancecompany", name="Aetna", **AETNA_ADDRESS, **FIRST_PLAN)

        assert not any("until a plan is added" in line.text for line in page.told.lines)
        [said] = messages_of(page.client.get(page.save().url))
        assert "were saved; the company itself stays in PM. " in said
        assert "The two are now linked. <a " in said
        assert ">Add another plan</a>" in said

    def test_a_new_one_may_be_chosen_and_is_not_asked_about(
        self, fill_in: Fill, plan: InsurancePlan
    ) -> None:
        page = fill_in(**INSURANCE).choose("A new plan under Aetna")

        assert page.checked == ["A new plan under Aetna (111 Academy Drive, Irvine, CA 92617)"]
        assert "created" in page.told.lines[1].outcome
        page.type(phone="800-555-0100")
        assert page.checked == ["A new plan under Aetna (111 Academy Drive, Irvine, CA 92617)"]
        assert asked(page.save()) == []
        assert not InsuranceLink.objects.filter(plan=plan).exists()
        assert InsurancePlan.objects.count() == 2

    def test_a_new_insurance_may_be_chosen_likewise(
        self, fill_in: Fill, aetna: InsuranceCompany, insurance: Insurance
    ) -> None:
        typed = {"company": CompanyFactory(name="Aetna").pk, "name": "HMO", **AETNA_ADDRESS}
        page = fill_in("insuranceplan", **typed).choose("A new insurance")

        assert asked(page.save()) == []
        assert Insurance.objects.count() == 2

    def test_the_link_may_be_chosen_back(self, fill_in: Fill, plan: InsurancePlan) -> None:
        page = fill_in(**INSURANCE)
        values = [choice.value for choice in page.told.choices]
        page.choose("A new plan").choose("Link it")

        assert [choice.value for choice in page.told.choices] == values
        assert asked(page.save()) == []
        assert insurance_of(plan)

    def test_one_left_does_not_speak_for_another(
        self, fill_in: Fill, aetna: InsuranceCompany, plan: InsurancePlan
    ) -> None:
        ppo = orphan_plan(company=aetna, name="PPO", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE).choose("A new plan under Aetna")

        assert asked(page.save(plan_name="PPO"))[0].count(change_url(ppo)) == 1
        page = fill_in(**INSURANCE).choose("A new plan under Aetna").type(plan_name="PPO")
        assert page.checked == [f"Link it with PM insurance plan {ppo} (same name and address)"]

    @pytest.mark.parametrize(
        "values",
        [{"name": "PPO"}, NEXT_SUITE, {"company__name": "Cigna"}],
        ids=["other name", "near", "other company"],
    )
    def test_one_that_is_merely_alike_is_not_preset(
        self, fill_in: Fill, values: dict[str, Any]
    ) -> None:
        orphan_plan(**{"company__name": "Aetna", "name": "HMO", **AETNA_ADDRESS, **values})
        page = fill_in(**INSURANCE)

        assert page.checked == ["A new company and plan"]
        assert asked(page.save()) == []
        assert InsurancePlan.objects.count() == 2

    def test_as_typed_wins_over_the_name_of_the_company_there(self, fill_in: Fill) -> None:
        """One box serves two payers: the claims address of one's plan is the other's address."""
        CompanyFactory(name="VSP", **AETNA_ADDRESS)
        orphan = orphan_plan(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE)

        assert page.checked == [f"Link it with PM insurance plan {orphan} (same name and address)"]
        assert asked(page.save()) == []
        assert (insurance_of(orphan).company_name, InsurancePlan.objects.count()) == ("Aetna", 1)

    def test_under_the_name_that_pm_gives_it(self, fill_in: Fill) -> None:
        vsp = CompanyFactory(name="VSP", **AETNA_ADDRESS)
        orphan = orphan_plan(company=vsp, name="HMO", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE)

        assert page.checked == [f"Link it with PM insurance plan {orphan} (same name and address)"]
        assert asked(page.save()) == []
        assert insurance_of(orphan).company_name == "VSP"

    def test_of_two_that_are_the_very_same_none(
        self, fill_in: Fill, aetna: InsuranceCompany, plan: InsurancePlan
    ) -> None:
        second = orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE)

        assert page.checked == []
        assert page.told.choose == (
            "Choose whether to link it: PM has this name and address already, without a"
            " counterpart."
        )
        assert page.told.unless == "Without a choice, a second Save adds a new one:"
        assert len(asked(page.save())) == 2
        assert page.checked == []
        assert asked(page.save()) == []
        assert InsurancePlan.objects.count() == 3
        assert not InsuranceLink.objects.filter(plan__in=[plan, second]).exists()

    @pytest.mark.parametrize("text", ["A new plan under Aetna", "Link it with PM"])
    def test_of_two_the_chosen_place_is_not_asked_about(
        self, fill_in: Fill, aetna: InsuranceCompany, text: str
    ) -> None:
        vsp = CompanyFactory(name="Aetna Inc.")
        orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)
        orphan_plan(company=vsp, name="H M O", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE)
        text = next(c.text for c in page.told.choices if c.text.startswith(text))

        assert asked(page.choose(text).save()) == []
        assert InsurancePlan.objects.count() == 2 + text.startswith("A new")

    def test_not_for_whoever_may_not_see_the_other_list(
        self, client: Client, plan: InsurancePlan, django_user_model: type[User]
    ) -> None:
        user = django_user_model.objects.create_user("only-ehr", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(content_type__app_label="ehr"))
        client.force_login(user)
        page = Filled(client, "insurance").type(**INSURANCE)

        assert page.told.choices == []
        assert asked(page.save()) == []
        assert InsurancePlan.objects.count() == 2
        assert page.told.fingerprint == fingerprint(SyncEvent.objects.all()[:1])

    def test_not_outside_of_a_page(self, plan: InsurancePlan) -> None:
        Insurance.objects.create(**INSURANCE)

        assert InsurancePlan.objects.count() == 2


class TestInactive:
    """A link would bring it to life: it is offered, and says so, but is never preset."""

    @pytest.fixture(params=["plan", "its company"])
    def inactive(
        self, request: pytest.FixtureRequest, aetna: InsuranceCompany, plan: InsurancePlan
    ) -> InsurancePlan:
        of_company = request.param == "its company"
        model: Any = InsuranceCompany if of_company else InsurancePlan
        model.objects.filter(pk=(aetna if of_company else plan).pk).change(is_active=False)
        return anew(plan)

    def test_one_is_asked_about_and_a_second_save_adds_a_new_one(
        self, fill_in: Fill, inactive: InsurancePlan
    ) -> None:
        page = fill_in(**INSURANCE)
        why = "its company is inactive" if inactive.is_active else "it is inactive"

        assert page.checked == []
        assert page.told.choices[-1].text.endswith(f"(same name and address, but {why})")
        [question] = asked(page.save())
        assert f"no counterpart, but {why}. Choose under “What Save will do”" in question
        assert asked(page.save()) == []
        assert not InsuranceLink.objects.filter(plan=inactive).exists()
        assert anew(inactive).is_active == inactive.is_active

    def test_one_may_be_chosen(self, fill_in: Fill, inactive: InsurancePlan) -> None:
        page = fill_in(**INSURANCE).choose("Link it")

        assert "inactive" in page.checked[0]
        assert asked(page.save()) == []
        assert insurance_of(inactive)

    def test_an_insurance_likewise(self, fill_in: Fill, insurance: Insurance) -> None:
        Insurance.objects.filter(pk=insurance.pk).change(is_active=False)
        company = CompanyFactory(name="Aetna")
        page = fill_in("insuranceplan", company=company.pk, name="HMO", **AETNA_ADDRESS)

        assert page.checked == []
        assert "no counterpart, but it is inactive." in asked(page.save())[0]

    def test_one_deactivated_meanwhile_is_asked_about(
        self, fill_in: Fill, plan: InsurancePlan
    ) -> None:
        page = fill_in(**INSURANCE)
        InsurancePlan.objects.filter(pk=plan.pk).change(is_active=False)

        assert "but it is inactive." in asked(page.save())[0]
        assert page.checked == []
        assert not InsuranceLink.objects.exists()

    def test_so_is_one_that_was_asked_about_before(
        self, fill_in: Fill, plan: InsurancePlan
    ) -> None:
        page = fill_in()
        page.save(**INSURANCE)
        InsurancePlan.objects.filter(pk=plan.pk).change(is_active=False)

        assert "but it is inactive." in asked(page.save())[0]


class TestWithoutAPreview:
    """Without scripts, or where Save came before the preview, nobody saw what was preset."""

    def test_save_asks_once_and_a_second_save_links(
        self, fill_in: Fill, plan: InsurancePlan
    ) -> None:
        page = fill_in()
        [question] = asked(page.save(**INSURANCE))

        assert f'href="{change_url(plan)}"' in question
        assert question.endswith(
            "has this name and address and no counterpart. Save again to link the two, or choose"
            " otherwise under “What Save will do”."
        )
        assert page.checked[0].startswith("Link it with PM insurance plan")
        assert asked(page.save()) == []
        assert insurance_of(plan)

    def test_the_page_that_asks_lets_choose_a_new_one(
        self, fill_in: Fill, plan: InsurancePlan
    ) -> None:
        page = fill_in()
        page.save(**INSURANCE)

        assert asked(page.choose("A new plan under Aetna").save()) == []
        assert InsurancePlan.objects.count() == 2


class TestPresetOfYesterday:
    """What the page had preset no longer is: what was typed, or the other list, is another."""

    def test_a_name_typed_since_links_nothing_and_is_shown_first(
        self, fill_in: Fill, plan: InsurancePlan
    ) -> None:
        page = fill_in(**INSURANCE)
        [said] = asked(page.save(plan_name="PPO"))

        assert "isn't the same any more, or was linked meanwhile" in said
        assert page.checked == ["A new plan under Aetna (111 Academy Drive, Irvine, CA 92617)"]
        assert "PPO" in page.told.lines[1].text
        assert asked(page.save()) == []
        assert (InsurancePlan.objects.count(), anew(plan).name) == (2, "HMO")

    def test_a_preview_forgets_it(self, fill_in: Fill, plan: InsurancePlan) -> None:
        page = fill_in(**INSURANCE).type(plan_name="PPO")

        assert page.checked == ["A new plan under Aetna (111 Academy Drive, Irvine, CA 92617)"]
        assert asked(page.save()) == []
        assert InsurancePlan.objects.count() == 2

    def test_another_orphan_is_never_linked_in_its_place(
        self, fill_in: Fill, aetna: InsuranceCompany, plan: InsurancePlan
    ) -> None:
        ppo = orphan_plan(company=aetna, name="PPO", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE)

        assert asked(page.save(plan_name="PPO"))
        assert not InsuranceLink.objects.exists()
        assert page.checked == [f"Link it with PM insurance plan {ppo} (same name and address)"]
        assert asked(page.save()) == []
        assert insurance_of(ppo).plan_name == "PPO"

    def test_one_linked_meanwhile_is_left_alone(self, fill_in: Fill, plan: InsurancePlan) -> None:
        page = fill_in(**INSURANCE)
        other = orphan_insurance(company_name="Other", plan_name="Other")
        InsuranceLink.objects.create(plan=plan, insurance=other)

        assert asked(page.save())
        assert insurance_of(plan) == other

    def test_one_deleted_meanwhile_is_told_of(self, fill_in: Fill, plan: InsurancePlan) -> None:
        page = fill_in(**INSURANCE)
        plan.delete()

        assert "was linked meanwhile" in asked(page.save())[0]
        assert page.told.choices == []
        assert asked(page.save()) == []

    def test_a_second_one_that_came_meanwhile_is_asked_about(
        self, fill_in: Fill, aetna: InsuranceCompany, plan: InsurancePlan
    ) -> None:
        page = fill_in(**INSURANCE)
        orphan_plan(company=aetna, name="HMO", **AETNA_ADDRESS)

        assert len(asked(page.save())) == 2
        assert page.checked == []

    @pytest.mark.parametrize("changed", [InsurancePlan, InsuranceCompany])
    def test_one_changed_meanwhile_is_shown_first_as_it_is_now(
        self, fill_in: Fill, plan: InsurancePlan, changed: Any
    ) -> None:
        page = fill_in(**INSURANCE)
        key, name = (plan.pk, "hmo") if changed is InsurancePlan else (plan.company_id, "AETNA")
        changed.objects.filter(pk=key).change(name=name)

        assert "Save again to link the two" in asked(page.save())[0]
        assert not InsuranceLink.objects.exists()
        assert page.checked[0].startswith(f"Link it with PM insurance plan {anew(plan)}")
        assert asked(page.save()) == []
        assert insurance_of(plan)

    @pytest.mark.parametrize("choice", ["same ", "same", "same x", "same pm.InsurancePlan:9999"])
    def test_what_no_page_sends_breaks_nothing(
        self, fill_in: Fill, aetna: InsuranceCompany, choice: str
    ) -> None:
        response = fill_in(**INSURANCE).save(choice=choice)

        assert response.status_code in (200, 302)
        assert InsurancePlan.objects.count() == (response.status_code == 302)


class TestChosenYesterday:
    """What was chosen holds only as long as the page would offer it, and as it was shown."""

    OTHER: ClassVar = {
        **INSURANCE,
        "company_name": "Humana",
        "plan_name": "Gold",
        "street_1": "7 Example Road",
    }

    def assert_refused(self, response: Any, orphan: Any) -> None:
        [said] = asked(response)
        assert "what you chose in the other list is gone" in said
        assert not InsuranceLink.objects.exists()
        assert anew(orphan).version == orphan.version

    def test_another_place_typed_since_links_nothing_and_is_shown_first(
        self, fill_in: Fill, aetna: InsuranceCompany
    ) -> None:
        ppo = orphan_plan(company=aetna, name="PPO", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE).choose("Link it")

        self.assert_refused(page.save(**self.OTHER), ppo)
        assert page.told.choices == []
        assert asked(page.save()) == []
        assert (anew(ppo).name, Insurance.objects.get().plan_name) == ("PPO", "Gold")

    def test_of_a_companys_first_plan_likewise(self, fill_in: Fill, insurance: Insurance) -> None:
        first = {**FIRST_PLAN, "plans-0-name": "PPO"}
        page = fill_in("insurancecompany", name="Aetna", **AETNA_ADDRESS, **first).choose("Link it")

        self.assert_refused(page.save(name="Humana", street_1="7 Example Road"), insurance)
        assert asked(page.save()) == []
        assert not InsuranceLink.objects.filter(insurance=insurance).exists()

    def test_one_changed_meanwhile_is_shown_first_as_it_is_now(
        self, fill_in: Fill, aetna: InsuranceCompany
    ) -> None:
        ppo = orphan_plan(company=aetna, name="PPO", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE).choose("Link it")
        InsurancePlan.objects.filter(pk=ppo.pk).change(name="EPO", phone="800-555-0100")

        self.assert_refused(page.save(), anew(ppo))
        assert page.checked[0].startswith("Link it with PM insurance plan Aetna – EPO")
        assert "name: EPO → HMO" in str(page.told.lines[1].details)
        assert asked(page.save()) == []
        assert insurance_of(ppo).phone == "800-555-0100"

    def test_one_whose_company_was_renamed_meanwhile_is_shown_first(
        self, fill_in: Fill, aetna: InsuranceCompany
    ) -> None:
        ppo = orphan_plan(company=aetna, name="PPO", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE).choose("Link it")
        InsuranceCompany.objects.filter(pk=aetna.pk).change(name="Aetna Better Health")

        self.assert_refused(page.save(), anew(ppo))
        assert page.checked[0].startswith(
            "Link it with PM insurance plan Aetna Better Health – PPO"
        )
        assert asked(page.save()) == []
        assert insurance_of(ppo).company_name == "Aetna Better Health"

    def test_one_that_moved_meanwhile_is_offered_no_more(
        self, fill_in: Fill, aetna: InsuranceCompany
    ) -> None:
        ppo = orphan_plan(company=aetna, name="PPO", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE).choose("Link it")
        InsurancePlan.objects.filter(pk=ppo.pk).change(street_1="7 Example Road")

        self.assert_refused(page.save(), anew(ppo))
        assert page.told.choices == []

    def test_what_a_page_sends_without_a_version_is_taken(
        self, fill_in: Fill, plan: InsurancePlan
    ) -> None:
        assert asked(fill_in(**INSURANCE).save(choice=record_key(plan))) == []
        assert insurance_of(plan)


class TestSeveralCompanies:
    @pytest.fixture
    def two(self) -> list[InsuranceCompany]:
        united = CompanyFactory(name="UnitedHealthcare", payer_id="87726", **AETNA_ADDRESS)
        # Its host's clock was slow: the older one is the one with the lower key.
        slow = united.created_at.replace(year=2001)
        umr = CompanyFactory(name="UMR", other_names="Fiserv", created_at=slow, **AETNA_ADDRESS)
        return [united, umr]

    def test_of_other_names_none_is_preset(
        self, fill_in: Fill, two: list[InsuranceCompany]
    ) -> None:
        page = fill_in(**INSURANCE)

        assert page.checked == []
        assert [choice.value for choice in page.told.choices] == [record_key(c) for c in two]
        assert page.told.choose == (
            "Choose which company it goes under: PM has 2 at this address, and none is called"
            " Aetna."
        )
        assert page.told.unless == "Without a choice, a second Save takes the oldest:"
        assert f'id="preview-choose">{page.told.choose}</p>' in page.text
        assert '<fieldset class="preview-choices" aria-describedby="preview-choose">' in page.text
        assert page.told.unless in page.text
        assert page.told.lines[1].text.startswith("PM insurance plan UnitedHealthcare – HMO")
        assert [(line.note, line.warns) for line in page.told.lines] == [("", False)] * 2
        assert 'name="choice"' in page.text
        assert "checked" not in page.text

    def test_save_asks_once_and_a_second_one_takes_the_oldest(
        self, fill_in: Fill, two: list[InsuranceCompany]
    ) -> None:
        united, umr = two
        page = fill_in(**INSURANCE)
        [question] = asked(refused := page.save())

        link = f'<a href="{change_url(united)}">UnitedHealthcare (payer ID 87726)</a>'
        assert question == (
            "PM has 2 companies at this address, and none has the name that you typed:"
            f' {link}, <a href="{change_url(umr)}">UMR</a>. Choose one under “What Save will'
            f" do”, or save again: the oldest, {link}, takes it."
        )
        assert not Insurance.objects.exists()
        assert page.checked == []
        for page_again in (page, page.type()):
            assert page_again.told.choose.startswith("Choose which company it goes under: PM has 2")
            assert page_again.told.unless == "Without a choice, a second Save takes the oldest:"
            assert page_again.told.in_short == (
                "Not saved: choose a company, or save again for UnitedHealthcare."
            )
        assert len(page.told.choices) == 2
        assert "Please confirm." not in refused.text
        assert asked(page.save()) == []
        assert InsurancePlan.objects.get().company == united
        assert Insurance.objects.count() == 1
        assert page.told.fingerprint == fingerprint(SyncEvent.objects.all()[:1])

    def test_so_without_a_preview(self, fill_in: Fill, two: list[InsuranceCompany]) -> None:
        page = fill_in()

        assert len(asked(page.save(**INSURANCE))) == 1
        assert asked(page.save()) == []
        assert InsurancePlan.objects.get().company == two[0]

    @pytest.mark.parametrize("which", [0, 1])
    def test_the_chosen_one_is_taken_without_a_question(
        self, fill_in: Fill, two: list[InsuranceCompany], which: int
    ) -> None:
        page = fill_in(**INSURANCE).choose(f"A new plan under {two[which]}")

        assert [choice.checked for choice in page.told.choices] == [which == 0, which == 1]
        assert page.told.choose == ""
        line = page.told.lines[1]
        assert (line.note, line.warns) == (f"Under {two[which]}, as you chose.", False)
        assert asked(page.save()) == []
        assert InsurancePlan.objects.get().company == two[which]

    def test_the_question_may_be_answered_by_a_choice(
        self, fill_in: Fill, two: list[InsuranceCompany]
    ) -> None:
        page = fill_in(**INSURANCE)
        page.save()

        assert asked(page.choose("A new plan under UMR").save()) == []
        assert InsurancePlan.objects.get().company == two[1]

    @pytest.mark.parametrize("name", ["U.M.R.", "Fiserv"])
    def test_the_one_whose_name_or_other_name_was_typed_is_preset(
        self, fill_in: Fill, two: list[InsuranceCompany], name: str
    ) -> None:
        page = fill_in(**{**INSURANCE, "company_name": name})

        assert [choice.checked for choice in page.told.choices] == [False, True]
        assert asked(page.save()) == []
        assert InsurancePlan.objects.get().company == two[1]

    def test_another_name_that_two_have_means_neither(
        self, fill_in: Fill, two: list[InsuranceCompany]
    ) -> None:
        CompanyFactory(name="Third", other_names="Fiserv")
        page = fill_in(**{**INSURANCE, "company_name": "Fiserv"})

        assert page.checked == []
        assert len(asked(page.save())) == 1

    def test_the_name_typed_later_presets_its_company(
        self, fill_in: Fill, two: list[InsuranceCompany]
    ) -> None:
        page = fill_in(**INSURANCE).type(company_name="UMR")

        assert page.checked == ["A new plan under UMR (111 Academy Drive, Irvine, CA 92617)"]
        assert page.told.choose == ""

    def test_another_oldest_one_is_asked_about_again(
        self, fill_in: Fill, two: list[InsuranceCompany]
    ) -> None:
        CompanyFactory(name="Optum", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE)
        page.save()
        InsuranceCompany.objects.filter(pk=two[0].pk).change(is_active=False)

        [question] = asked(page.save())

        assert "the oldest, " in question
        assert f'"{change_url(two[1])}">UMR</a>, takes it' in question

    @pytest.mark.parametrize("change", ["one more", "one less", "another name"])
    def test_others_beside_the_oldest_are_asked_about_again(
        self, fill_in: Fill, two: list[InsuranceCompany], change: str
    ) -> None:
        optum = CompanyFactory(name="Optum", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE)
        page.save()
        if change == "one more":
            CompanyFactory(name="Fourth", **AETNA_ADDRESS)
        values = {"is_active": False} if change == "one less" else {"name": "Optum Rx"}
        if change != "one more":
            InsuranceCompany.objects.filter(pk=optum.pk).change(**values)

        [question] = asked(page.save())

        assert f'the oldest, <a href="{change_url(two[0])}">' in question
        assert asked(page.save()) == []

    def test_is_said_before_the_page_can_be_saved(
        self, fill_in: Fill, two: list[InsuranceCompany]
    ) -> None:
        page = fill_in(**AETNA_ADDRESS)

        assert page.told.choose == ("Choose which company it goes under: PM has 2 at this address.")
        assert (page.told.match, page.told.unless, page.checked) == ("", "", [])
        page.choose("A new plan under UMR").type(**INSURANCE)
        assert asked(page.save()) == []
        assert InsurancePlan.objects.get().company == two[1]

    def test_of_which_one_has_the_very_same_orphan_none_is_preset(
        self, fill_in: Fill, two: list[InsuranceCompany]
    ) -> None:
        """Under whose name it would be the same is a guess itself."""
        orphan = orphan_plan(company=two[0], name="HMO", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE)

        assert page.checked == []
        assert len(asked(page.save())) == 2
        assert asked(page.choose("Link it").save()) == []
        assert insurance_of(orphan)

    def test_an_orphan_of_the_typed_name_is_preset_all_the_same(
        self, fill_in: Fill, two: list[InsuranceCompany]
    ) -> None:
        orphan = orphan_plan(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE)

        assert page.checked == [f"Link it with PM insurance plan {orphan} (same name and address)"]
        assert asked(page.save()) == []
        assert insurance_of(orphan)

    def test_an_orphan_that_comes_with_the_chosen_company_is_asked_about(
        self, fill_in: Fill, two: list[InsuranceCompany]
    ) -> None:
        """It was chosen before anybody knew, so nobody left the orphan."""
        orphan = orphan_plan(company=two[1], name="HMO", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE).choose("A new plan under UMR")

        assert len(page.checked) == 1
        [question] = asked(page.save())
        assert "Choose under “What Save will do” whether to link the two" in question
        assert asked(page.choose("Link it").save()) == []
        assert insurance_of(orphan)

    def test_so_is_one_that_comes_with_another_company_than_the_rules_take(
        self, fill_in: Fill, two: list[InsuranceCompany], aetna: InsuranceCompany
    ) -> None:
        orphan_plan(company=two[1], name="HMO", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE).choose("A new plan under UMR").type(phone="800-555-0100")

        assert page.checked == ["A new plan under UMR (111 Academy Drive, Irvine, CA 92617)"]
        assert len(asked(page.save())) == 1
        assert asked(page.save()) == []
        assert InsurancePlan.objects.filter(company=two[1]).count() == 2

    def test_many_are_named_in_part(self, fill_in: Fill) -> None:
        for number in range(MOST_CHOICES + 5):
            CompanyFactory(name=f"Payer {number}", **AETNA_ADDRESS)
        page = fill_in(**INSURANCE)

        assert len(page.told.choices) == MOST_CHOICES
        assert "PM has 25 at this address" in page.told.choose
        assert "These are the 20 oldest; for another one, type its name." in page.told.choose
        assert ">Payer 3</a>, and 21 more. Choose" in asked(page.save())[0]

    def test_namesakes_have_their_numbers(self, fill_in: Fill) -> None:
        first, second = (CompanyFactory(name="UMR", **AETNA_ADDRESS) for _ in range(2))
        page = fill_in(**INSURANCE)

        assert [c.text[-len(f"(no. {first.pk})") :] for c in page.told.choices] == [
            f"(no. {first.pk})",
            f"(no. {second.pk})",
        ]
        assert f"UMR (no. {second.pk})</a>" in asked(page.save())[0]

    def test_shell_takes_the_oldest_and_asks_nothing(self, two: list[InsuranceCompany]) -> None:
        Insurance.objects.create(**INSURANCE)

        assert InsurancePlan.objects.get().company == two[0]

    def test_whoever_may_not_see_pm_is_not_asked(
        self, client: Client, two: list[InsuranceCompany], django_user_model: type[User]
    ) -> None:
        user = django_user_model.objects.create_user("only-ehr", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(content_type__app_label="ehr"))
        client.force_login(user)
        page = Filled(client, "insurance").type(**INSURANCE)

        assert (page.told.choices, page.told.choose) == ([], "")
        assert asked(page.save()) == []
        assert InsurancePlan.objects.get().company == two[0]


def test_a_value_of_a_choice_stands_for_itself_on_the_page(
    fill_in: Fill, plan: InsurancePlan
) -> None:
    page = fill_in(**INSURANCE)
    key = record_key(plan)

    assert page.told.choices == [
        Choice(f"not {key}", page.told.choices[0].text, False),
        Choice(f"same {key}@1.1", page.told.choices[1].text, True),
    ]
    assert f'name="choice" value="same {key}@1.1" checked' in page.text
