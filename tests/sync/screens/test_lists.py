"""What sync adds to the lists: the findings, and what brings chosen pairs up to date."""

import re
from collections.abc import Callable
from typing import Any, Never

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.records import StaleRecord
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.drift import counts, findings
from sync.drift.findings import FINDINGS, Finding
from sync.drift.look_alikes import LOOK_ALIKES
from sync.models import InsuranceLink, SyncEvent
from sync.roles import may_see
from sync.screens import lists
from sync.screens.urls import finding_url
from tests.conftest import Statements
from tests.factories import (
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)
from tests.screens import messages_of

pytestmark = pytest.mark.django_db

LISTS: dict[type[Record], str] = {
    model: reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for model in (InsuranceCompany, InsurancePlan, Insurance)
}
PLANS, INSURANCES = LISTS[InsurancePlan], LISTS[Insurance]
BRING = "bring_ehr_up_to_date"


def shown(page: Any) -> list[Any]:
    return list(page.context["cl"].result_list)


def choices(page: Any) -> list[str]:
    return re.findall(r'href="\?drift=([\w-]+)"', page.text)


def limited(client: Client, *codes: str) -> Client:
    user = get_user_model().objects.create_user("staff", is_staff=True)
    for app, codename in (code.split(".") for code in codes):
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    client.force_login(user)
    return client


def stale_plan() -> InsurancePlan:
    plan = PlanFactory()
    plan.company.name = "Renamed"
    plan.company.save()
    return plan


def choose(client: Client, url: str, *records: Record, action: str = BRING) -> Any:
    return client.post(
        url, {"action": action, "_selected_action": [r.pk for r in records]}, follow=True
    )


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.model_name)
def test_each_list_offers_the_findings_about_its_records(
    admin_client: Client, model: type[Record]
) -> None:
    page = admin_client.get(LISTS[model])

    assert choices(page) == [finding.id for finding in FINDINGS if finding.model is model]


def test_other_lists_offer_none(admin_client: Client) -> None:
    assert choices(admin_client.get(reverse("admin:ehr_patient_changelist"))) == []


LISTED = [each for each in FINDINGS if each.model and each.id not in LOOK_ALIKES]


@pytest.mark.parametrize("finding", LISTED, ids=lambda each: each.id)
def test_the_url_of_a_finding_is_a_list_narrowed_to_it(
    admin_client: Client, finding: Finding
) -> None:
    PlanFactory()
    InsuranceFactory()

    page = admin_client.get(finding_url(finding))

    assert page.status_code == 200
    assert page.context["cl"].get_filters_params() == {"drift": [finding.id]}


def test_a_list_shows_those_that_are_asked_for(admin_client: Client) -> None:
    PlanFactory()
    stale, orphan = stale_plan(), orphan_plan()

    assert shown(admin_client.get(PLANS, {"drift": "stale-names"})) == [stale]
    assert shown(admin_client.get(PLANS, {"drift": "orphan-plans"})) == [orphan]
    assert len(shown(admin_client.get(PLANS))) == 3


def test_the_list_says_what_to_do_with_what_it_shows(admin_client: Client) -> None:
    orphan_plan()
    said = 'data-drift="orphan-plans"'

    page = admin_client.get(PLANS, {"drift": "orphan-plans"})

    assert said in page.text
    assert "Open each one to link it or to add it to the EHR" in page.text
    assert "None left." not in page.text
    assert "None left." in admin_client.get(PLANS, {"drift": "stale-names"}).text
    assert said not in admin_client.get(PLANS).text


def test_the_list_says_whom_to_ask_to_whoever_may_not_do_it(client: Client) -> None:
    stale_plan()
    orphan_plan()
    user = get_user_model().objects.create_user("kim", is_staff=True)
    user.groups.add(Group.objects.get(name="Clinical staff"))
    client.force_login(user)

    page = client.get(f"{PLANS}?drift=stale-names").text
    assert "an old company name. Open a plan, then its insurance, and choose" in page
    assert "Ask billing.</span>" in client.get(f"{PLANS}?drift=orphan-plans").text
    user.groups.set(Group.objects.filter(name="Auditor"))
    page = client.get(f"{PLANS}?drift=stale-names").text
    assert "an old company name. Ask billing.</span>" in page
    user.groups.set(Group.objects.filter(name="Billing"))
    assert "or save each one.</span>" in client.get(f"{PLANS}?drift=stale-names").text


@pytest.mark.parametrize("is_slow", [False, True])
def test_a_list_of_very_many_is_cut_where_all_take_too_long_to_find(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, is_slow: bool
) -> None:
    for module in (findings, counts, lists):
        monkeypatch.setattr(module, "MOST_COUNTED", 2)
    monkeypatch.setattr(counts, "SLOW", -1 if is_slow else 600)
    for _ in range(5):
        orphan_plan()

    page = admin_client.get(PLANS, {"drift": "orphan-plans"})

    assert len(shown(page)) == (2 if is_slow else 5)
    assert ("There are more than 2; 2 are shown." in page.text) == is_slow


def test_the_findings_go_together_with_a_search_and_other_filters(admin_client: Client) -> None:
    orphan_plan(name="First")
    second = orphan_plan(name="Second")

    page = admin_client.get(
        PLANS, {"drift": "orphan-plans", "q": "second", "is_active__exact": "1"}
    )

    assert shown(page) == [second]


def test_look_alikes_stand_beside_each_other(admin_client: Client) -> None:
    place = {"street_1": "1 Example St"}
    names = ["Zeta", "Aetna Inc.", "zeta", "AETNA INC"]
    companies = {name: CompanyFactory(name=name, **place) for name in names}

    page = admin_client.get(LISTS[InsuranceCompany], {"drift": "look-alike-companies"})

    order = [companies[name] for name in ("Aetna Inc.", "AETNA INC", "Zeta", "zeta")]
    assert shown(page) == order
    by_name = {"drift": "look-alike-companies", "o": "-1"}
    assert [c.name for c in shown(admin_client.get(LISTS[InsuranceCompany], by_name))] == sorted(
        names, reverse=True
    )


def test_look_alike_plans_stand_beside_each_other(admin_client: Client) -> None:
    one, other = CompanyFactory(name="Aetna"), CompanyFactory(name="Cigna")
    place = {"street_1": "1 Example St"}
    plans = [
        PlanFactory(company=company, name=name, **place)
        for company in (one, other)
        for name in ("Gold HMO", "GOLD (HMO)")
    ]

    assert shown(admin_client.get(PLANS, {"drift": "look-alike-plans"})) == plans


@pytest.mark.parametrize("asked", ["abc", "orphan-insurances", "coverage", "'", "9" * 5000])
def test_a_finding_that_the_list_does_not_have_shows_it_all(
    admin_client: Client, asked: str
) -> None:
    PlanFactory()

    page = admin_client.get(PLANS, {"drift": asked}, follow=True)

    assert page.status_code == 200
    assert len(shown(page)) == 1


def test_a_finding_about_both_lists_is_offered_to_who_may_see_both(client: Client) -> None:
    PlanFactory()
    orphan_plan()
    limited(client, "pm.view_insuranceplan", "pm.view_insurancecompany")

    assert choices(client.get(PLANS)) == ["look-alike-plans"]
    assert len(shown(client.get(PLANS, {"drift": "orphan-plans"}, follow=True))) == 2


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.id)
def test_a_finding_is_shown_to_who_may_see_all_that_it_is_about(finding: Finding) -> None:
    codes = [f"view_{label.lower().split('.')[1]}" for label in finding.sees]
    apps = {label.split(".")[0] for label in finding.sees}
    permissions = Permission.objects.filter(codename__in=codes, content_type__app_label__in=apps)
    users = get_user_model().objects
    allowed, partly = users.create_user("allowed"), users.create_user("partly")
    allowed.user_permissions.set(permissions)
    partly.user_permissions.set(permissions.exclude(codename=codes[0]))

    assert may_see(allowed, *finding.sees)
    assert not may_see(partly, *finding.sees)
    if finding.model:
        assert finding in lists.findings_on(finding.model, allowed)
        assert finding not in lists.findings_on(finding.model, partly)


def test_a_filtered_list_asks_the_same_number_of_queries_however_long(
    admin_client: Client, statements: Statements
) -> None:
    url = f"{PLANS}?drift=stale-names"
    stale_plan()
    with statements() as few:
        admin_client.get(url)
    for _ in range(4):
        stale_plan()
    with statements() as many:
        assert len(shown(admin_client.get(url))) == 5

    # session, user, what was kept, the finding, count, page
    assert len(many) == len(few) == 6


def test_no_counts_of_filters_are_offered_which_would_read_a_whole_list(
    admin_client: Client,
) -> None:
    orphan_plan()

    page = admin_client.get(PLANS, {"_facets": "True"})

    assert "Plans missing in the EHR" in page.text
    assert "Plans missing in the EHR (1)" not in page.text
    assert "Show counts" not in page.text


@pytest.mark.parametrize("side", [InsurancePlan, Insurance], ids=lambda m: m._meta.model_name)
def test_chosen_pairs_are_brought_up_to_date(admin_client: Client, side: type[Record]) -> None:
    plans = [stale_plan(), PlanFactory()]
    left = stale_plan()
    chosen = plans if side is InsurancePlan else [insurance_of(plan) for plan in plans]

    page = choose(admin_client, LISTS[side], *chosen)

    assert insurance_of(plans[0]).company_name == "Renamed"
    assert insurance_of(left).company_name != "Renamed"
    assert any("was updated: company name" in text for text in messages_of(page))
    assert not any("skipped" in text for text in messages_of(page))


def test_the_events_of_a_bulk_repair_are_one_action_of_one_user(admin_client: Client) -> None:
    choose(admin_client, PLANS, stale_plan(), stale_plan())

    events = SyncEvent.objects.filter(rule="pair-repaired")
    assert set(events.values_list("outcome", "actor")) == {("updated", "admin")}
    assert len(set(events.values_list("batch", flat=True))) == 1


@pytest.mark.parametrize(
    ("make", "url", "missing"),
    [
        (orphan_plan, PLANS, "no insurance in the EHR"),
        (orphan_insurance, INSURANCES, "no plan in PM"),
    ],
)
@pytest.mark.parametrize("count", [1, 2])
def test_an_orphan_is_skipped_and_the_page_says_what_to_do(
    admin_client: Client, make: Callable[..., Record], url: str, missing: str, count: int
) -> None:
    plan = stale_plan()
    other = plan if make is orphan_plan else insurance_of(plan)
    links = InsuranceLink.objects.count()
    orphans = [make() for _ in range(count)]
    events = SyncEvent.objects.count()

    page = choose(admin_client, url, other, *orphans)

    assert insurance_of(plan).company_name == "Renamed"
    assert InsuranceLink.objects.count() == links
    assert SyncEvent.objects.count() == events + 1
    [text] = [text for text in messages_of(page) if "skipped" in text]
    assert text.startswith(f"{count} insurance")
    assert missing in text
    assert "Open " in text


def test_orphans_alone_change_nothing(admin_client: Client) -> None:
    page = choose(admin_client, PLANS, orphan_plan())

    assert InsuranceLink.objects.count() == 0
    assert len(messages_of(page)) == 1


def test_a_refusal_is_said_in_words_and_changes_nothing(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Never:
        raise StaleRecord("Someone was faster. Try again.")

    monkeypatch.setattr(lists, "repair", refuse)
    plan = stale_plan()

    page = choose(admin_client, PLANS, plan)

    assert messages_of(page) == ["Someone was faster. Try again."]
    assert insurance_of(plan).company_name != "Renamed"


@pytest.mark.parametrize(
    ("codes", "url", "offered"),
    [
        (("pm.view_insuranceplan",), PLANS, False),
        (("pm.view_insuranceplan", "pm.change_insuranceplan"), PLANS, True),
        (("ehr.view_insurance",), INSURANCES, False),
        (("ehr.view_insurance", "ehr.change_insurance"), INSURANCES, True),
    ],
)
def test_it_takes_the_permission_to_change(
    client: Client, codes: tuple[str, ...], url: str, offered: bool
) -> None:
    plan = stale_plan()
    limited(client, *codes)
    record = plan if url is PLANS else insurance_of(plan)

    assert (BRING in client.get(url).text) is offered
    choose(client, url, record)
    assert (insurance_of(plan).company_name == "Renamed") is offered


def test_companies_and_patients_have_no_such_action(admin_client: Client) -> None:
    CompanyFactory()
    for model in ("pm_insurancecompany", "pm_patient", "ehr_patient"):
        assert BRING not in admin_client.get(reverse(f"admin:{model}_changelist")).text


@pytest.mark.parametrize("key", ["abc", "9" * 30, "-1"])
def test_a_chosen_row_that_is_no_key_is_passed_over(admin_client: Client, key: str) -> None:
    plan = stale_plan()
    sent = {"action": BRING, "_selected_action": [key, plan.pk]}

    assert admin_client.post(PLANS, sent, follow=True).status_code == 200
    assert insurance_of(plan).company_name == "Renamed"


def test_a_set_asks_the_same_number_of_queries_however_many(
    admin_client: Client, statements: Statements
) -> None:
    def bring(count: int) -> int:
        plans = [stale_plan() for _ in range(count)]
        with statements() as sent:
            choose(admin_client, PLANS, *plans, orphan_plan())
        return len([line for line in sent if "UPDATE" not in line])

    assert bring(6) == bring(12)


def test_a_list_that_a_finding_leaves_empty_can_be_searched(admin_client: Client) -> None:
    PlanFactory(name="Gold")

    page = admin_client.get(PLANS, {"drift": "orphan-plans", "q": "gold"})

    assert page.status_code == 200
    assert list(page.context["cl"].result_list) == []
