"""The list's action that moves plans: it asks where, shows what that does, and does just that."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from sync.screens.merging import moving
from sync.screens.merging.told import HIDDEN
from tests.conftest import Statements
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    insurance_of,
    orphan_plan,
)
from tests.screens import change_url, messages_of
from tests.sync.screens.test_lists import limited

pytestmark = pytest.mark.django_db

PLANS = reverse("admin:pm_insuranceplan_changelist")
CHANGED_SINCE = "Nothing was moved: somebody changed a plan, its insurance or a company after this"


@pytest.fixture
def aetna() -> InsuranceCompany:
    return CompanyFactory(name="Aetna")


@pytest.fixture
def cigna() -> InsuranceCompany:
    return CompanyFactory(name="Cigna")


def press(client: Client, plans: list[InsurancePlan], **sent: Any) -> Any:
    keys = [plan.pk for plan in plans]
    sent = {"action": "move_plans", "_selected_action": keys, "index": 0, **sent}
    return client.post(PLANS, sent, follow=True)


def asked(client: Client, plans: list[InsurancePlan], to: InsuranceCompany, **sent: Any) -> Any:
    return press(client, plans, company=to.pk, **sent)


def moved(client: Client, plans: list[InsurancePlan], to: InsuranceCompany) -> Any:
    seen = asked(client, plans, to).context["shown"].fingerprint
    return asked(client, plans, to, _seen=seen, _move="1")


def lines_of(page: Any) -> list[str]:
    lines = page.context["shown"].lines
    return [" ".join(filter(None, [each.name, each.text, each.note])) for each in lines]


def test_it_asks_first_where_to(admin_client: Client, aetna: InsuranceCompany) -> None:
    page = press(admin_client, [PlanFactory(company=aetna) for _ in range(2)])

    assert "Move 2 plans to another company" in page.text
    assert page.context["shown"] is None
    assert "What Move will do" not in page.text
    page = press(admin_client, [PlanFactory()], company="")
    assert "Choose the company to move to." in page.text


def test_it_shows_what_that_does_and_writes_nothing(
    admin_client: Client, aetna: InsuranceCompany, cigna: InsuranceCompany
) -> None:
    plans = [PlanFactory(company=aetna, name=name) for name in ("HMO", "PPO")]
    orphan, there = orphan_plan(company=aetna), PlanFactory(company=cigna)
    EHRPatientFactory(primary_insurance=insurance_of(plans[0]))
    events = SyncEvent.objects.count()

    page = asked(admin_client, [*plans, orphan, there], cigna)

    assert lines_of(page) == [
        "PM 3 plans move to Cigna.",
        "PM 1 plan is there already.",
        "PM Aetna has no plans left then.",
        "EHR 2 insurances will be shown under the name Cigna. 1 EHR patient has one of them.",
        "EHR Nothing changes for the one that has no insurance here.",
    ]
    rows = page.context["shown"].rows
    assert [row.company for row in rows] == ["Aetna"] * 3
    assert rows[0].shown == str(insurance_of(plans[0])).replace("Aetna", "Cigna")
    assert rows[2].shown == ""
    assert 'value="Move 3 plans"' in page.text
    assert SyncEvent.objects.count() == events
    assert set(Insurance.objects.values_list("company_name", flat=True)) == {"Aetna", "Cigna"}


def test_then_it_does_that_and_says_so(
    admin_client: Client, aetna: InsuranceCompany, cigna: InsuranceCompany
) -> None:
    plans = [PlanFactory(company=aetna), PlanFactory(company=aetna), orphan_plan(company=aetna)]

    response = moved(admin_client, plans, cigna)

    assert response.redirect_chain == [(PLANS, 302)]
    assert {plan.company for plan in InsurancePlan.objects.all()} == {cigna}
    [said] = messages_of(response)
    assert strip_tags(said) == (
        "3 plans moved to Cigna. 2 EHR insurances updated. 1 plan without an insurance: nothing in"
        " the EHR. See the sync log. Aetna has no plans left: open it to deactivate it."
    )
    assert change_url(aetna) in said
    log = admin_client.get(reverse("admin:sync_syncevent_changelist")).text
    assert "Moved plan" in strip_tags(log)
    assert "from Aetna to Cigna" in log


def test_one_plan_alone_is_told_as_after_a_save(
    admin_client: Client, aetna: InsuranceCompany, cigna: InsuranceCompany
) -> None:
    plan = PlanFactory(company=aetna, name="HMO")

    [said] = messages_of(moved(admin_client, [plan], cigna))

    assert strip_tags(said).startswith("Plan HMO moved to Cigna. EHR insurance Cigna – HMO")
    assert "Aetna has no plans left: open it to deactivate it." in strip_tags(said)


def test_where_something_changed_since_nothing_is_done_and_it_is_shown_again(
    admin_client: Client, aetna: InsuranceCompany, cigna: InsuranceCompany
) -> None:
    plans = [PlanFactory(company=aetna, name="HMO"), PlanFactory(company=aetna)]
    seen = asked(admin_client, plans, cigna).context["shown"].fingerprint
    plans[0].name = "EPO"
    plans[0].save()

    page = asked(admin_client, plans, cigna, _seen=seen, _to=cigna.pk, _move="1")

    assert messages_of(page)[0].startswith(CHANGED_SINCE)
    assert "EPO" in page.context["shown"].rows[0].shown
    assert {plan.company for plan in InsurancePlan.objects.all()} == {aetna}
    again = page.context["shown"].fingerprint
    assert asked(admin_client, plans, cigna, _seen=again, _move="1").redirect_chain
    assert {plan.company for plan in InsurancePlan.objects.all()} == {cigna}


def test_another_company_than_was_shown_is_shown_first(
    admin_client: Client, aetna: InsuranceCompany, cigna: InsuranceCompany
) -> None:
    plan, other = PlanFactory(company=aetna), CompanyFactory(name="Humana")
    shown = asked(admin_client, [plan], cigna)
    assert f'name="_to" value="{cigna.pk}"' in shown.text
    seen = {"_seen": shown.context["shown"].fingerprint, "_to": cigna.pk}

    page = asked(admin_client, [plan], other, **seen, _move="1")

    assert messages_of(page)[0].startswith("Nothing was moved yet: you chose another company")
    assert InsurancePlan.objects.get(pk=plan.pk).company == aetna


@pytest.mark.parametrize("to", ["inactive", "deleted", "nonsense"])
def test_a_company_that_can_not_be_had_is_refused_in_words(
    admin_client: Client, aetna: InsuranceCompany, to: str
) -> None:
    plan, gone = PlanFactory(company=aetna), CompanyFactory(is_active=False)
    chosen = {"inactive": gone.pk, "deleted": gone.pk + 1000, "nonsense": "x"}[to]

    page = press(admin_client, [plan], company=chosen, _seen="x", _move="1")

    assert "Choose another one." in page.text
    assert InsurancePlan.objects.get().company == aetna


def test_where_all_are_there_already_nothing_can_be_moved(
    admin_client: Client, cigna: InsuranceCompany
) -> None:
    page = asked(admin_client, [PlanFactory(company=cigna)], cigna)

    assert lines_of(page) == ["PM 1 plan is there already."]
    assert 'name="_move"' not in page.text


def test_plans_that_will_be_there_twice_are_named(
    admin_client: Client, aetna: InsuranceCompany, cigna: InsuranceCompany
) -> None:
    same = {"name": "HMO", "street_1": "PO Box 7", "zip_code": "92617"}
    PlanFactory(company=cigna, **same | {"name": "hmo", "street_1": "P.O. Box 7"})
    goes = [PlanFactory(company=aetna, **same), PlanFactory(company=aetna, name="PPO")]
    PlanFactory(company=aetna)

    page = asked(admin_client, goes, cigna)

    [warned] = [each for each in page.context["shown"].lines if each.warns]
    assert warned.text == "Cigna will have the same plan twice: HMO."
    assert not [line for line in lines_of(page) if "no plans left" in line]


def test_two_of_one_name_are_told_apart(admin_client: Client, aetna: InsuranceCompany) -> None:
    other = CompanyFactory(name="AETNA", payer_id="60054")

    page = asked(admin_client, [PlanFactory(company=aetna)], other)

    assert lines_of(page)[0] == f"PM 1 plan moves to {other.picker_text}."
    assert page.context["shown"].rows[0].company == aetna.picker_text


def test_of_many_a_few_are_listed_and_all_on_request(
    admin_client: Client, aetna: InsuranceCompany, cigna: InsuranceCompany
) -> None:
    plans = [PlanFactory(company=aetna) for _ in range(moving.FEW + 2)]

    page = asked(admin_client, plans, cigna)
    assert len(page.context["shown"].rows) == moving.FEW
    assert "And 2 more." in page.text
    page = asked(admin_client, plans, cigna, _all="1")
    assert len(page.context["shown"].rows) == len(plans)
    assert "more." not in page.text


def test_it_asks_no_more_for_many(
    admin_client: Client, aetna: InsuranceCompany, cigna: InsuranceCompany, statements: Statements
) -> None:
    sizes = []
    for count in (3, 12):
        plans = [PlanFactory(company=aetna) for _ in range(count)]
        with statements() as sent:
            asked(admin_client, plans, cigna)
        sizes.append(len(sent))

    assert sizes[0] == sizes[1]


def test_more_than_a_request_waits_for_are_refused(
    admin_client: Client, cigna: InsuranceCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "MOST", 1)

    page = asked(admin_client, [PlanFactory(), PlanFactory()], cigna)

    assert messages_of(page) == ["Nothing was moved. Narrow the list: 1 at most at once."]


SEES_PM = ("pm.view_insuranceplan", "pm.change_insuranceplan", "pm.view_insurancecompany")


def test_whoever_may_not_see_the_ehr_is_not_shown_it(
    client: Client, aetna: InsuranceCompany, cigna: InsuranceCompany
) -> None:
    plan = PlanFactory(company=aetna)
    page = asked(limited(client, *SEES_PM), [plan], cigna)

    assert lines_of(page) == [
        "PM 1 plan moves to Cigna.",
        "PM Aetna has no plans left then.",
        f"EHR {HIDDEN}",
    ]
    assert page.context["shown"].rows[0].shown == ""
    [said] = messages_of(moved(client, [plan], cigna))
    assert "Cigna –" not in said
    assert Insurance.objects.get().company_name == "Cigna"


def test_whoever_may_not_see_companies_is_told_whom_to_ask(
    client: Client, aetna: InsuranceCompany, cigna: InsuranceCompany
) -> None:
    response = press(limited(client, *SEES_PM[:2]), [PlanFactory(company=aetna)], company=cigna.pk)

    assert messages_of(response) == ["Your role doesn't show you companies. Ask billing."]


def test_whoever_may_not_change_plans_has_no_such_action(
    client: Client, aetna: InsuranceCompany, cigna: InsuranceCompany
) -> None:
    plan = PlanFactory(company=aetna)
    limited(client, "pm.view_insuranceplan", "pm.view_insurancecompany")

    assert "move_plans" not in client.get(PLANS).text
    asked(client, [plan], cigna, _move="1")
    assert InsurancePlan.objects.get().company == aetna
