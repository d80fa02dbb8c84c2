"""What a preview says of a page as it is filled in."""

import html
from collections.abc import Callable
from typing import Any, Never

import pytest
from django.test import Client
from django.urls import reverse

from kareo.records import Refused
from kareo.records.asking.answers import record_key
from kareo.records.models import Record
from pm.models import InsuranceCompany
from sync.models import SyncEvent
from sync.screens.preview.choices import MOST_CHOICES
from sync.screens.preview.told import Preview
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)
from tests.screens import page_url, page_values, submit

Ask = Callable[..., tuple[Preview, str]]

pytestmark = pytest.mark.django_db

NEXT_SUITE = {**AETNA_ADDRESS, "street_2": "Suite 4"}
ELSEWHERE = {**AETNA_ADDRESS, "street_1": "7 Example Road"}
INSURANCE = {"company_name": "Aetna", "plan_name": "HMO", **AETNA_ADDRESS}


@pytest.fixture
def asked(admin_client: Client) -> Ask:
    """Return a function that fills in a page and returns its preview, and the preview's text."""

    def ask(model: str, record: Record | None = None, **typed: Any) -> tuple[Preview, str]:
        pk = getattr(record, "pk", None)
        data = page_values(admin_client.get(page_url(model, pk))) | typed
        data = {name: value for name, value in data.items() if value is not None}
        url = reverse("sync:preview", args=[model, *([pk] if pk else [])])
        response = admin_client.post(url, data)
        assert response.status_code == 200
        return response.context["preview"], response.text

    return ask


def said(told: Preview) -> list[tuple[str, str, str]]:
    return [(line.system, line.outcome, str(line.text)) for line in told.lines]


def test_what_a_save_would_refuse_is_said(asked: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(records: list[InsuranceCompany]) -> Never:
        raise Refused("Not like this. Do that instead.")

    monkeypatch.setattr("sync.screens.preview.making.dry_run", refuse)

    told, text = asked("insurancecompany", name="Aetna")

    assert told.problems == ["Not like this. Do that instead."]
    assert (told.lines, told.fingerprint) == ([], "")
    assert "Not like this." in text


class TestCompany:
    def test_that_is_new_is_shown_beside_others_at_its_address(self, asked: Ask) -> None:
        other = CompanyFactory(name="UMR", **AETNA_ADDRESS)

        told, text = asked("insurancecompany", name="Aetna", **AETNA_ADDRESS)

        assert [(alike.record, alike.why) for alike in told.look_alikes] == [
            (other, "same address, other name")
        ]
        assert "UMR (111 Academy Drive, Irvine, CA 92617) –" in text
        assert "Use this one instead" in text

    def test_that_is_there_is_shown_beside_those_of_its_name_only(self, asked: Ask) -> None:
        CompanyFactory(name="UMR", **AETNA_ADDRESS)
        twin = CompanyFactory(name="AETNA", **AETNA_ADDRESS)

        told, text = asked("insurancecompany", CompanyFactory(), name="Aetna", **AETNA_ADDRESS)

        assert [alike.record for alike in told.look_alikes] == [twin]
        assert "Open it" in text
        assert "Use this one instead" not in text

    def test_what_its_page_shows_above_is_not_shown_again(self, asked: Ask) -> None:
        company = CompanyFactory(name="Aetna", **AETNA_ADDRESS)
        twin = CompanyFactory(name="AETNA", **AETNA_ADDRESS)
        inactive = CompanyFactory(name="Aetna", is_active=False, **AETNA_ADDRESS)

        told, _ = asked("insurancecompany", company)
        in_pop_up, _ = asked("insurancecompany", company, _popup="1")  # shows nothing above

        assert [alike.record for alike in told.look_alikes] == [inactive]
        assert {alike.record for alike in in_pop_up.look_alikes} == {twin, inactive}

    def test_that_is_new_stays_in_pm(self, asked: Ask) -> None:
        told, text = asked("insurancecompany", name="Aetna")

        assert said(told) == [
            ("pm", "created", "Insurance company Aetna will be created."),
            ("ehr", "not_propagated", "Nothing goes to the EHR until a plan is added."),
        ]
        assert [line.warns for line in told.lines] == [False, True]
        assert 'data-system="ehr" data-outcome="not_propagated"' in text

    @pytest.mark.parametrize(
        ("typed", "lacks"),
        [({"street_1": "5 Main St"}, "ZIP"), ({"zip_code": "92617"}, "street or PO box")],
    )
    def test_that_cannot_be_matched_says_what_it_lacks(
        self, asked: Ask, typed: dict[str, str], lacks: str
    ) -> None:
        told, _ = asked("insurancecompany", name="Aetna", **typed)

        line = told.lines[0]
        assert line.note == f"Without a {lacks}, EHR insurances can't be matched to it."
        assert line.warns

    def test_that_is_renamed_leaves_names_stale_and_says_how_many(self, asked: Ask) -> None:
        plan = PlanFactory(company__name="Aetna")

        told, _ = asked("insurancecompany", plan.company, name="Aetna Health")

        own, other = told.lines
        assert own.text == "Insurance company Aetna Health will be updated."
        assert own.details == ["Name: Aetna → Aetna Health", "Other names: empty → Aetna"]
        plan.company.other_names = "AHP\nAetna HP"
        plan.company.save()
        told, _ = asked("insurancecompany", plan.company, name="Aetna Health")
        assert told.lines[0].details[1] == "Other names: AHP, Aetna HP → AHP, Aetna HP, Aetna"
        assert other.outcome == "not_propagated"
        assert other.note == "After Save, 1 EHR name still shows an old company name."
        assert other.warns
        assert told.in_short == "Will update 1 in PM, nothing in the EHR. 1 warning."

    def test_that_is_not_changed_stays_as_it_is(self, asked: Ask) -> None:
        told, _ = asked("insurancecompany", CompanyFactory(name="Aetna"))

        assert told.lines[0].text == "Stays as it is."
        assert not told.lines[0].details
        assert told.lines[1].text == "Nothing changes in the EHR."
        assert not told.lines[1].warns
        assert told.in_short == "Will change nothing."

    def test_and_first_plan(self, asked: Ask) -> None:
        plan = {"plans-0-name": "HMO", "plans-0-same_address": "on"}

        told, _ = asked("insurancecompany", name="Aetna", **AETNA_ADDRESS, **plan)

        # Nothing of adding a plan, which is what this page does.
        assert [line.system for line in told.lines] == ["pm", "pm", "ehr"]
        assert told.lines[2].text == (
            "EHR insurance Aetna – HMO – 111 Academy Drive, 92617 will be created."
        )
        assert told.in_short == "Will create 2 in PM and 1 in the EHR."

    def test_with_a_half_typed_first_plan_names_what_is_needed(self, asked: Ask) -> None:
        told, text = asked("insurancecompany", name="Aetna", **{"plans-0-name": "HMO"})

        assert told.lines == []
        needed = [f"the plan's {part}" for part in ("street", "city", "state", "ZIP")]
        assert told.missing == needed
        assert told.in_short == f"Still needed: {', '.join(needed)}."
        assert told.in_short in html.unescape(text)

    def test_with_a_first_plan_for_an_orphan_offers_the_link(self, asked: Ask) -> None:
        orphan = orphan_insurance(company_name="Aetna", plan_name="HMO", **AETNA_ADDRESS)
        InsuranceCompany.objects.all().delete()
        plan = {"plans-0-name": "HMO", "plans-0-same_address": "on"}
        typed = {"name": "Aetna", **AETNA_ADDRESS, **plan}

        told, text = asked("insurancecompany", **typed)

        key = f"ehr.Insurance:{orphan.pk}"
        values = [f"not {key}", f"same {key}@1"]
        assert [choice.value for choice in told.choices] == values
        assert [choice.checked for choice in told.choices] == [False, True]
        assert f'name="plans-0-choice" value="same {key}@1" checked' in text
        told, _ = asked("insurancecompany", **typed, **{"plans-0-choice": values[0]})
        assert [choice.checked for choice in told.choices] == [True, False]


class TestPlan:
    def test_that_is_new_makes_an_insurance_under_its_name_as_it_will_read(
        self, asked: Ask
    ) -> None:
        company = CompanyFactory(name="Aetna")

        told, _ = asked("insuranceplan", company=company.pk, name="Aetna HMO", **AETNA_ADDRESS)

        assert said(told) == [
            (
                "pm",
                "created",
                "Insurance plan Aetna – Aetna HMO (111 Academy Drive, 92617) will be created.",
            ),
            (
                "ehr",
                "created",
                "EHR insurance Aetna – Aetna HMO – 111 Academy Drive, 92617 will be created.",
            ),
        ]
        assert (told.choices, told.look_alikes) == ([], [])

    def test_that_is_changed_says_what_changes_there(self, asked: Ask) -> None:
        plan = PlanFactory(company__name="Aetna", name="HMO")

        told, text = asked("insuranceplan", plan, name="PPO", notes="Ask for Kim")

        own, other = told.lines
        assert own.details == ["Plan name: HMO → PPO", "Notes: empty → Ask for Kim"]
        assert (other.outcome, other.details) == ("updated", ["Plan name: HMO → PPO"])
        assert page_url("insurance", insurance_of(plan).pk) in text

    def test_that_moves_to_a_namesake_says_to_which(self, asked: Ask) -> None:
        plan = PlanFactory(company__name="Aetna", company__city="Irvine")
        other = CompanyFactory(name="Aetna", city="Fresno")

        told, _ = asked("insuranceplan", plan, company=other.pk)

        assert told.lines[0].details == ["Company: Aetna (Irvine, CA) → Aetna (Fresno, CA)"]

    def test_that_crosses_nothing_says_so(self, asked: Ask) -> None:
        told, _ = asked("insuranceplan", PlanFactory(), notes="Ask for Kim")

        assert told.lines[1].outcome == "unchanged"
        assert told.lines[1].text == "Needs no change."

    def test_whose_name_is_stale_is_cured(self, asked: Ask) -> None:
        plan = PlanFactory(company__name="Aetna")
        plan.company.name = "Aetna Health"
        plan.company.save()

        told, _ = asked("insuranceplan", plan)

        assert told.lines[1].details == ["Company name: Aetna → Aetna Health"]

    def test_that_is_deactivated_says_who_has_it(self, asked: Ask) -> None:
        plan = PlanFactory()
        EHRPatientFactory(primary_insurance=insurance_of(plan))

        told, _ = asked("insuranceplan", plan, is_active=None)

        assert ". 1 EHR patient still has it." in told.lines[1].note

    def test_that_is_an_orphan_crosses_nothing(self, asked: Ask) -> None:
        told, _ = asked("insuranceplan", orphan_plan(), name="PPO")

        assert told.lines[1].text == (
            "Saving changes nothing in the EHR: this plan has no insurance there."
        )
        assert told.lines[1].note == ""

    def test_that_is_there_is_named_with_a_link_to_use_it(self, asked: Ask) -> None:
        plan = PlanFactory(name="HMO", **AETNA_ADDRESS)

        told, text = asked("insuranceplan", company=plan.company_id, name="hmo", **AETNA_ADDRESS)

        [alike] = told.look_alikes
        assert (alike.record, alike.why) == (plan, "same name and address")
        assert f'<a href="{page_url("insuranceplan", plan.pk)}"' in text
        assert "Use this one instead" in text

    def test_that_is_there_is_named_before_its_address_is_typed(self, asked: Ask) -> None:
        plan = PlanFactory(name="HMO")

        told, _ = asked("insuranceplan", company=plan.company_id, name="HMO")

        assert told.missing == ["Street", "City", "State", "ZIP"]
        assert [alike.record for alike in told.look_alikes] == [plan]

    def test_of_no_company_yet(self, asked: Ask) -> None:
        told, _ = asked("insuranceplan", name="HMO", **AETNA_ADDRESS)

        assert (told.missing, told.lines, told.problems) == (["Company"], [], [])


class TestInsurance:
    def test_where_no_company_is_makes_company_and_plan(self, asked: Ask) -> None:
        told, text = asked("insurance", **INSURANCE)

        assert said(told) == [
            ("ehr", "created", "Insurance Aetna – HMO – 111 Academy Drive, 92617 will be created."),
            ("pm", "created", "PM insurance company Aetna will be created."),
            (
                "pm",
                "created",
                "PM insurance plan Aetna – HMO (111 Academy Drive, 92617) will be created.",
            ),
        ]
        assert text.count("No PM company has this address.") == 1  # company and plan for one reason

    def test_at_a_companys_address_explains_the_match(self, asked: Ask) -> None:
        CompanyFactory(name="Aetna", **AETNA_ADDRESS)

        told, _ = asked("insurance", **INSURANCE)

        assert told.lines[1].note == "Matches PM company Aetna: same street and ZIP."
        assert told.choices == []

    def test_at_another_companys_address_warns_and_shows_the_name_as_it_will_read(
        self, asked: Ask
    ) -> None:
        CompanyFactory(name="VSP", **AETNA_ADDRESS)

        told, _ = asked("insurance", **INSURANCE)

        assert "VSP – HMO – 111 Academy Drive, 92617 will be created" in told.lines[0].text
        assert "You typed Aetna; PM lists VSP at this address." in told.lines[1].note
        assert told.lines[1].warns

    def test_address_is_matched_as_soon_as_it_is_typed(self, asked: Ask) -> None:
        CompanyFactory(name="VSP", **AETNA_ADDRESS)

        told, text = asked("insurance", **AETNA_ADDRESS)

        assert told.missing == ["Company name", "Plan name"]
        assert told.match == "Matches PM company VSP: same street and ZIP."
        assert told.match in text
        assert told.fingerprint == ""

    def test_next_door_names_the_near_one(self, asked: Ask) -> None:
        CompanyFactory(name="Aetna", **NEXT_SUITE)

        told, _ = asked("insurance", **INSURANCE)

        assert "No PM company has this address. Same building, other suite or floor: Aetna" in (
            told.lines[1].note
        )

    def test_of_two_of_the_typed_name_the_oldest_is_a_warning(self, asked: Ask) -> None:
        for payer_id in ("DEMO14", "99999"):
            CompanyFactory(name="Aetna", payer_id=payer_id, **AETNA_ADDRESS)

        told, _ = asked("insurance", **INSURANCE)

        [line] = [line for line in told.lines if line.system == "pm"]
        assert "this is the oldest with that name. Also there: Aetna (payer ID 99999)" in line.note
        assert line.warns

    def test_at_an_inactive_companys_address_says_why_a_new_one_is_made(self, asked: Ask) -> None:
        CompanyFactory(name="Aetna", is_active=False, **AETNA_ADDRESS)

        told, _ = asked("insurance", **INSURANCE)

        assert "inactive companies don't match" in told.lines[1].note

    def test_tells_a_company_apart_from_another_one_of_its_name(self, asked: Ask) -> None:
        kaiser = CompanyFactory(name="Kaiser", payer_id="94135", **AETNA_ADDRESS)

        new, _ = asked("insurancecompany", name="Kaiser", payer_id="1")
        alone, _ = asked("insurancecompany", kaiser, notes="x")
        CompanyFactory(name="KAISER")
        edited, _ = asked("insurancecompany", kaiser, notes="x")

        assert new.lines[0].text == "Insurance company Kaiser (payer ID 1) will be created."
        assert alone.lines[0].text == "Insurance company Kaiser will be updated."
        assert edited.lines[0].text == (
            "Insurance company Kaiser (111 Academy Drive, Irvine, CA 92617, payer ID 94135) will"
            " be updated."
        )

    def test_that_gets_the_name_of_pm_says_which(self, asked: Ask) -> None:
        vsp = CompanyFactory(name="VSP", other_names="Eye Co", **AETNA_ADDRESS)
        typed = {**INSURANCE, "choice": record_key(vsp)}

        other, _ = asked("insurance", **typed)
        also_called, _ = asked("insurance", **typed | {"company_name": "Eye Co"})
        same, _ = asked("insurance", **typed | {"company_name": "V.S.P."})

        assert other.lines[0].note == "The EHR will show VSP, PM's name."
        assert (also_called.lines[0].note, same.lines[0].note) == ("", "")
        assert also_called.lines[1].note == "Under VSP, also called Eye Co."

    def test_where_several_stand_lets_choose(self, asked: Ask) -> None:
        for name in ("VSP", "Cigna"):
            CompanyFactory(name=name, **AETNA_ADDRESS)

        told, text = asked("insurance", **INSURANCE)

        assert [choice.text for choice in told.choices] == [
            "A new plan under VSP (111 Academy Drive, Irvine, CA 92617)",
            "A new plan under Cigna (111 Academy Drive, Irvine, CA 92617)",
        ]
        assert told.choose in text
        assert told.in_short == "Choose which company it goes under."

    def test_where_several_stand_the_one_of_its_name_is_preset(self, asked: Ask) -> None:
        vsp, _aetna = (CompanyFactory(name=name, **AETNA_ADDRESS) for name in ("VSP", "AETNA"))

        told, _ = asked("insurance", **INSURANCE)

        assert [(choice.value, choice.checked) for choice in told.choices] == [
            (f"pm.InsuranceCompany:{vsp.pk}", False),
            ("", True),  # as long as nobody types the name of another
        ]
        assert (
            "There are 2 companies at this address; this is the one with the same name. Also there:"
            " VSP." in told.lines[1].note
        )

    def test_where_very_many_stand_offers_the_oldest_few_and_names_fewer(self, asked: Ask) -> None:
        for number in range(MOST_CHOICES + 5):
            CompanyFactory(name=f"Payer {number}", **AETNA_ADDRESS)

        told, _ = asked("insurance", **INSURANCE)
        assert len(told.choices) == MOST_CHOICES

        told, _ = asked("insurance", **{**INSURANCE, "company_name": "Payer 0"})
        assert told.lines[1].note.endswith("Also there: Payer 1, Payer 2, Payer 3, and 21 more.")

    def test_names_the_companies_of_its_name_before_pm_gets_another(self, asked: Ask) -> None:
        elsewhere = CompanyFactory(name="AETNA", street_1="7 Example Road")
        CompanyFactory(name="Cigna")

        told, text = asked("insurance", **INSURANCE)

        assert [(a.record, a.why) for a in told.companies] == [
            (elsewhere, "same name, other address")
        ]
        assert "PM insurance company AETNA (7 Example Road, Irvine, CA 92617)" in text
        assert f'<a href="{page_url("insurancecompany", elsewhere.pk)}">Open it' in text

    def test_names_no_companies_where_pm_gets_none(self, asked: Ask) -> None:
        CompanyFactory(name="Aetna", street_1="7 Example Road")
        CompanyFactory(name="Aetna", **AETNA_ADDRESS)

        assert asked("insurance", **INSURANCE)[0].companies == []

    def test_says_nothing_of_an_address_that_was_not_begun(self, asked: Ask) -> None:
        assert asked("insurance", company_name="Aetna")[0].match == ""
        assert "incomplete" in asked("insurance", street_1="Elm")[0].match

    def test_the_choice_stays_in_its_place_when_it_is_made(self, asked: Ask) -> None:
        CompanyFactory(name="VSP", **AETNA_ADDRESS)
        cigna = CompanyFactory(name="Cigna", **AETNA_ADDRESS)

        told, _ = asked("insurance", **INSURANCE, choice=f"pm.InsuranceCompany:{cigna.pk}")

        assert [choice.checked for choice in told.choices] == [False, True]
        assert (told.lines[1].note, told.lines[1].warns) == ("Under Cigna, as you chose.", False)
        assert "Cigna – HMO" in told.lines[0].text

    def test_the_choice_wins_over_the_one_of_its_name(self, asked: Ask) -> None:
        vsp, _ = (CompanyFactory(name=name, **AETNA_ADDRESS) for name in ("VSP", "AETNA"))

        told, _ = asked("insurance", **INSURANCE, choice=f"pm.InsuranceCompany:{vsp.pk}")

        assert [choice.checked for choice in told.choices] == [True, False]
        assert "VSP – HMO" in told.lines[0].text

    def test_for_an_orphan_offers_the_link_and_says_what_it_does(self, asked: Ask) -> None:
        orphan = orphan_plan(
            company__name="Aetna", name="HMO", phone="800-555-0100", **AETNA_ADDRESS
        )

        told, text = asked("insurance", **INSURANCE)
        assert [choice.checked for choice in told.choices] == [False, True]
        assert f"Link it with PM insurance plan {orphan} (same name and address)" in text
        assert said(told)[1][:2] == ("pm", "unchanged")
        assert told.lines[1].note == "Links the two: neither had a counterpart."

    def test_the_choices_stay_the_same_whichever_is_made(self, asked: Ask) -> None:
        """Linked with another company's plan it takes that name, and still may go elsewhere."""
        vsp = orphan_plan(company__name="VSP", name="Vision", **AETNA_ADDRESS)
        aetna = orphan_plan(company__name="Aetna", name="HMO", **NEXT_SUITE)
        before, _ = asked("insurance", **INSURANCE)
        values = [choice.value for choice in before.choices]
        assert values == ["", f"pm.InsurancePlan:{aetna.pk}@1.1", f"pm.InsurancePlan:{vsp.pk}@1.1"]

        for value in values:
            told, _ = asked("insurance", **INSURANCE, choice=value)

            assert [choice.value for choice in told.choices] == values
            assert [choice.value for choice in told.choices if choice.checked] == [value]

    @pytest.mark.parametrize("values", [{"is_active": False}, ELSEWHERE])
    def test_a_company_that_is_not_offered_cannot_be_chosen(
        self, asked: Ask, values: dict[str, Any]
    ) -> None:
        company = CompanyFactory(name="VSP", **{**AETNA_ADDRESS, **values})

        told, _ = asked("insurance", **INSURANCE, choice=f"pm.InsuranceCompany:{company.pk}")

        assert told.lines[1].text == "PM insurance company Aetna will be created."

    def test_that_is_there_is_named(self, asked: Ask) -> None:
        insurance = InsuranceFactory(**INSURANCE)

        told, _ = asked("insurance", **INSURANCE)

        assert [alike.record for alike in told.look_alikes] == [insurance]

    def test_that_is_changed_updates_its_plan_and_offers_no_choice(self, asked: Ask) -> None:
        insurance = InsuranceFactory(plan_name="HMO")
        for name in ("VSP", "Cigna"):
            CompanyFactory(name=name, **AETNA_ADDRESS)

        told, _ = asked("insurance", insurance, plan_name="PPO", **AETNA_ADDRESS)

        assert "Plan name: HMO → PPO" in told.lines[1].details
        assert (told.choices, told.match, told.look_alikes) == ([], "", [])

    def test_that_is_an_orphan_crosses_nothing(self, asked: Ask) -> None:
        told, _ = asked("insurance", orphan_insurance(), plan_name="PPO")

        assert told.lines[1].text == (
            "Saving changes nothing in PM: this insurance has no plan there."
        )


class TestPage:
    def test_an_outdated_one_says_so_and_nothing_of_what_save_would_do(
        self, admin_client: Client
    ) -> None:
        plan = PlanFactory()
        data = page_values(admin_client.get(page_url("insuranceplan", plan.pk)))
        plan.phone = "800-555-0100"
        plan.save()

        response = admin_client.post(
            reverse("sync:preview", args=["insuranceplan", plan.pk]), {**data, "name": "PPO"}
        )

        told = response.context["preview"]
        assert "after you opened it. Save shows you theirs next to yours first." in told.problems[0]
        assert told.in_short == "Save first shows you what was saved meanwhile."
        assert (told.lines, told.fingerprint) == ([], "")

    def test_a_wrong_field_is_named(self, asked: Ask) -> None:
        told, text = asked("insurance", **INSURANCE, phone="1")

        assert [(wrong.label, wrong.text) for wrong in told.wrong] == [
            ("Phone", "A phone or fax number has at least seven digits.")
        ]
        assert 'data-wrong="id_phone"' in text
        assert told.in_short == "1 field to correct: Phone."
        assert told.problems == []

    def test_a_question_is_not_asked_before_save_which_says_that_it_will(self, asked: Ask) -> None:
        there = InsuranceFactory(**INSURANCE)

        told, _ = asked("insurance", **INSURANCE)
        once_more, _ = asked("insurance", **INSURANCE, confirmed=record_key(there))

        assert told.problems == []
        assert told.fingerprint
        assert told.in_short == "Will create 1 in the EHR and 1 in PM. Save asks first."
        assert once_more.in_short == (
            "Not saved yet: save again to create 1 in the EHR and 1 in PM."
        )

    def test_an_inactive_one_that_looks_like_it_is_opened_not_used(self, asked: Ask) -> None:
        CompanyFactory(name="Aetna", is_active=False, **AETNA_ADDRESS)

        _told, text = asked("insurancecompany", name="Aetna", **AETNA_ADDRESS)

        assert "Open it<" in text
        assert "data-use" not in text

    def test_a_plan_that_is_there_twice_says_what_to_do(self, asked: Ask) -> None:
        plan = PlanFactory(name="HMO", **AETNA_ADDRESS)
        twin = PlanFactory(company=plan.company, name="HMO", **AETNA_ADDRESS)

        _told, text = asked("insuranceplan", plan)
        twin.is_active = False
        twin.save()
        alone, _ = asked("insuranceplan", plan)

        assert "Merge the two: the patients of one move to the other, in PM and in the EHR." in text
        assert alone.alike_advice == ""

    def test_a_long_name_is_asked_about_first(self, asked: Ask) -> None:
        told, _ = asked("insurancecompany", CompanyFactory(name="Aetna"), name="A" * 61)

        assert told.in_short.endswith(" Save asks first.")

    def test_that_comes_back_unsaved_has_it_without_a_script(self, admin_client: Client) -> None:
        CompanyFactory(name="VSP", **AETNA_ADDRESS)
        events = SyncEvent.objects.count()

        page = submit(admin_client, page_url("insurance"), **{**INSURANCE, "plan_name": ""})

        assert "Matches PM company VSP: same street and ZIP." in page.text
        assert f'data-preview="{reverse("sync:preview", args=["insurance"])}"' in page.text
        assert SyncEvent.objects.count() == events

    def test_that_is_asked_about_has_it_with_the_choice(self, admin_client: Client) -> None:
        plan = PlanFactory(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
        typed = {"company": plan.company_id, "name": "HMO", **AETNA_ADDRESS}

        page = submit(admin_client, page_url("insuranceplan"), **typed)

        assert "EHR insurance Aetna – HMO – 111 Academy Drive, 92617 will be created." in page.text
        assert "Use this one instead" in page.text

    def test_that_is_new_has_a_place_for_it_and_nothing_to_say(self, admin_client: Client) -> None:
        page = admin_client.get(page_url("insurance"))

        assert f'data-preview="{reverse("sync:preview", args=["insurance"])}"' in page.text
        assert "Still needed" not in page.text


class TestOutdated:
    """What stands on the page and doesn't hold for what is typed."""

    ADD = {"ehr-insurance-added-matched", "ehr-insurance-added-unmatched"}

    def test_a_plan_that_changes_nothing_updates_nothing(self, asked: Ask) -> None:
        plan = PlanFactory()

        same, text = asked("insuranceplan", plan)
        changed, _ = asked("insuranceplan", plan, name="PPO")

        assert "pm-plan-edited" in same.outdated
        assert f'data-outdated="{" ".join(same.outdated)}"' in text
        assert "pm-plan-edited" not in changed.outdated

    def test_an_insurance_goes_one_way(self, asked: Ask) -> None:
        unmatched, _ = asked("insurance", **INSURANCE)
        company = CompanyFactory(name="Aetna", **AETNA_ADDRESS)
        matched, _ = asked("insurance", **INSURANCE)
        half_typed, _ = asked("insurance", **{**INSURANCE, "plan_name": ""})
        orphan = orphan_plan(company=company, name="HMO", **AETNA_ADDRESS)
        linked, _ = asked("insurance", **INSURANCE, choice=f"pm.InsurancePlan:{orphan.pk}")

        assert self.ADD.intersection(unmatched.outdated) == {"ehr-insurance-added-matched"}
        for told in (matched, half_typed):
            assert self.ADD.intersection(told.outdated) == {"ehr-insurance-added-unmatched"}
        assert self.ADD.issubset(linked.outdated)

    @pytest.mark.parametrize("typed", [{}, {"zip_code": "92617"}, {**INSURANCE, "phone": "1"}])
    def test_nothing_is_known_of_what_is_not_typed(self, asked: Ask, typed: dict[str, str]) -> None:
        told, _ = asked("insurance", **typed)

        assert bool(told.outdated) == ("street_1" in typed)

    def test_nothing_is_said_twice_of_a_company(self, asked: Ask) -> None:
        company, _ = asked("insurancecompany", name="Aetna")
        edited, _ = asked("insurancecompany", PlanFactory().company, name="Renamed")

        assert "pm-company-added" in company.outdated
        assert company.lines[-1].text == "Nothing goes to the EHR until a plan is added."
        assert "pm-company-edited" in edited.outdated
        assert "an old company name" in edited.lines[-1].note

    def test_what_is_always_true_stays(self, asked: Ask) -> None:
        with_plan = {"plans-0-name": "HMO", "plans-0-same_address": "on"}
        both, _ = asked("insurancecompany", name="Aetna", **AETNA_ADDRESS, **with_plan)
        insurance, _ = asked("insurance", **INSURANCE)

        assert "pm-company-added" not in both.outdated
        assert "pm-first" not in insurance.outdated

    def test_how_many_names_are_stale_gives_way_to_how_many_will_be(self, asked: Ask) -> None:
        plan = PlanFactory(company__name="Aetna")
        plan.company.name = "Aetna Health"
        plan.company.save()

        same, _ = asked("insurancecompany", plan.company)
        renamed, _ = asked("insurancecompany", plan.company, name="Aetna US")

        assert "stale_name" not in same.outdated
        assert "stale_name" in renamed.outdated
