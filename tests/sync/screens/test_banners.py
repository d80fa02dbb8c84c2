"""Each page says which rules can fire on it, before anything is saved."""

import html
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from sync.rules import RULES_BY_ID
from sync.screens.banners import Banner
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    RecordFactory,
    orphan_insurance,
    orphan_plan,
)

pytestmark = pytest.mark.django_db

COMPANY, PLAN, INSURANCE = "pm_insurancecompany", "pm_insuranceplan", "ehr_insurance"


def rules_on(page: Any) -> list[str]:
    return re.findall(r'data-rule="([^"]+)"', page.text)


@pytest.fixture
def keys() -> dict[str, int]:
    plan = PlanFactory()
    return {COMPANY: plan.company.pk, PLAN: plan.pk, INSURANCE: plan.link.insurance.pk}


@pytest.mark.parametrize(
    ("model", "page", "expected"),
    [
        (COMPANY, "add", ["pm-company-added"]),
        (COMPANY, "add?_popup=1", ["pm-company-added"]),
        (COMPANY, "change", ["pm-company-edited"]),
        (COMPANY, "change?_popup=1", ["pm-company-edited"]),
        (COMPANY, "changelist", ["pm-company-added", "pm-company-edited"]),
        (COMPANY, "delete", ["pm-company-edited"]),
        (PLAN, "add", ["pm-plan-added"]),
        (PLAN, "change", ["pm-plan-edited"]),
        (PLAN, "changelist", ["pm-plan-added", "pm-plan-edited"]),
        (PLAN, "delete", ["pm-plan-deleted"]),
        (
            INSURANCE,
            "add",
            ["pm-first", "ehr-insurance-added-matched", "ehr-insurance-added-unmatched"],
        ),
        (INSURANCE, "change", ["pm-first", "ehr-insurance-edited"]),
        (INSURANCE, "changelist", ["pm-first"]),
        (INSURANCE, "delete", ["ehr-insurance-deleted"]),
        ("pm_patient", "add", ["pm-secondary-changed", "pm-primary-changed"]),
        ("ehr_patient", "add", ["ehr-secondary-changed", "ehr-primary-changed"]),
        ("pm_patient", "changelist", []),
        ("auth_user", "changelist", []),
        ("sync_syncevent", "changelist", []),
    ],
)
def test_page_shows_the_rules_that_can_fire_there(
    admin_client: Client, keys: dict[str, int], model: str, page: str, expected: list[str]
) -> None:
    name, _, query = page.partition("?")
    args = [keys[model]] if name in {"change", "delete"} else []

    shown = admin_client.get(f"{reverse(f'admin:{model}_{name}', args=args)}?{query}")

    assert rules_on(shown) == expected
    for rule in (RULES_BY_ID[rule_id] for rule_id in expected):
        says = rule.banner
        if name == "delete":
            says = rule.when_deleting or rule.banner
        elif name == "changelist":
            says = rule.on_lists or rule.banner
        elif rule.beside:
            says = "Neither primary nor secondary is copied to"
        until = says.replace("each plan is saved", "you bring them up to date")  # who may do it
        assert until.split(".")[0] in html.unescape(shown.text)


def test_confirming_the_deletion_of_a_set_shows_the_rule(
    admin_client: Client, keys: dict[str, int]
) -> None:
    url = reverse("admin:pm_insuranceplan_changelist")

    page = admin_client.post(url, {"action": "delete_selected", "_selected_action": keys[PLAN]})

    assert rules_on(page) == ["pm-plan-deleted"]


def test_company_banners_say_pm_only_in_words_and_with_an_icon(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:pm_insurancecompany_add"))

    assert "<strong>PM only.</strong>" in page.text
    assert "⊘" in page.text


@pytest.mark.parametrize(
    ("model", "page"),
    [
        *((model, page) for model in (COMPANY, PLAN, INSURANCE) for page in ("add", "change")),
        *((model, "changelist") for model in (COMPANY, PLAN, INSURANCE)),
        (COMPANY, "delete"),
        ("pm_patient", "add"),
        ("ehr_patient", "add"),
    ],
)
def test_banners_are_quiet_where_nothing_is_about_to_stay_behind(
    admin_client: Client, keys: dict[str, int], model: str, page: str
) -> None:
    args = [keys[model]] if page in {"change", "delete"} else []

    shown = admin_client.get(reverse(f"admin:{model}_{page}", args=args))

    assert rules_on(shown)
    assert "rule-warning" not in shown.text


@pytest.mark.parametrize("model", [PLAN, INSURANCE])
def test_banner_warns_where_a_deletion_leaves_the_counterpart_behind(
    admin_client: Client, keys: dict[str, int], model: str
) -> None:
    page = admin_client.get(reverse(f"admin:{model}_delete", args=[keys[model]]))

    assert "rule-warning" in page.text
    assert "⚠" in page.text


def test_banner_is_quiet_where_nothing_can_be_deleted(admin_client: Client) -> None:
    plan = PolicyFactory().plan

    page = admin_client.get(reverse("admin:pm_insuranceplan_delete", args=[plan.pk]))

    assert rules_on(page) == ["pm-plan-deleted"]
    assert "rule-warning" not in page.text


@pytest.mark.parametrize("model", [COMPANY, PLAN, INSURANCE])
@pytest.mark.parametrize("page", ["add", "change"])
def test_banners_of_a_form_stand_in_its_preview(
    admin_client: Client, keys: dict[str, int], model: str, page: str
) -> None:
    args = [keys[model]] if page == "change" else []

    shown = admin_client.get(reverse(f"admin:{model}_{page}", args=args)).text

    panel = shown.partition("data-preview=")[2].partition("</section>")[0]
    assert panel.count("data-rule") == shown.count("data-rule") > 0
    assert "hidden" not in panel.partition(">")[0]  # it is there without a script, too


def test_how_many_names_are_stale_is_said_once(admin_client: Client) -> None:
    company = CompanyFactory(name="First")
    for name in ("Second", "Third", "Fourth", "Fifth"):
        PlanFactory(company=company)
        company.name = name
        company.save()

    page = admin_client.get(reverse("admin:pm_insurancecompany_change", args=[company.pk])).text

    assert page.count("4 stale names") == 1
    assert re.sub(r"\s+", " ", page).count("(1), ") == 2  # each name's own
    assert "and 1 other." in page
    assert "Bring them up to date" in page
    assert (
        "After a rename, EHR names keep the old company name until you bring them up to date."
        in page
    )


def test_neighbors_of_one_label_stand_under_it_once(admin_client: Client) -> None:
    for name in ("pm_insurancecompany_changelist", "pm_patient_add", "ehr_patient_add"):
        page = admin_client.get(reverse(f"admin:{name}"))

        assert len(rules_on(page)) == 2
        assert len(re.findall("<strong>(PM|EHR) only.</strong>", page.text)) == 1
        assert page.text.count("⊘") == 1


def test_a_warning_is_not_grouped_with_what_is_calm() -> None:
    rule, other = RULES_BY_ID["pm-company-added"], RULES_BY_ID["pm-company-edited"]
    banners = [Banner(rule, "One."), Banner(other, "Two.", warns=True)]

    shown = render_to_string("sync/banners.html", {"banners": banners})

    assert shown.count("<strong>PM only.</strong>") == 2
    assert shown.count("rule-warning") == 1


@pytest.mark.parametrize(
    ("role", "app", "says"),
    [
        ("Front desk", "pm", "by hand. <a href="),
        ("Clinical staff", "ehr", "copied to PM: ask the front desk to enter it there.</span>"),
        ("Billing", "pm", "copied to the EHR: ask clinical to enter it there.</span>"),
    ],
)
def test_patient_banners_lead_there_or_say_whom_to_ask(
    client: Client, role: str, app: str, says: str
) -> None:
    user = get_user_model().objects.create_user("somebody", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    patients = {
        "pm": PMPatientFactory(chart_number="K1"),
        "ehr": EHRPatientFactory(chart_number="K1"),
    }

    page = client.get(reverse(f"admin:{app}_patient_change", args=[patients[app].pk])).text

    lines = page.partition('class="rule-lines"')[2].partition("</div>")[0]
    assert says in lines
    assert lines.count("Open this patient in the EHR</a>") == (role == "Front desk")
    assert lines.count("copied") == 1
    assert ("by hand" in lines) is (role == "Front desk")


def test_company_banner_leads_to_plans_for_those_who_may_see_them(
    client: Client, keys: dict[str, int]
) -> None:
    user = get_user_model().objects.create_user("clerk", is_staff=True)
    company = Permission.objects.filter(codename__endswith="_insurancecompany")
    user.user_permissions.set(company)
    client.force_login(user)
    url = reverse("admin:pm_insurancecompany_change", args=[keys[COMPANY]])

    assert rules_on(client.get(url)) == ["pm-company-edited"]
    assert "Show its plans" not in client.get(url).text
    user.user_permissions.add(Permission.objects.get(codename="view_insuranceplan"))
    assert "Show its plans" in client.get(url).text


def test_a_page_without_save_button_says_nothing_of_saving(
    client: Client, keys: dict[str, int]
) -> None:
    user = get_user_model().objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)

    for model, key in keys.items():
        assert rules_on(client.get(reverse(f"admin:{model}_change", args=[key]))) == []


@pytest.mark.parametrize(
    ("role", "app", "says", "there"),
    [
        (
            "Clinical staff",
            "pm",
            "copied to the EHR. Ask the front desk to change this patient.",
            "the EHR",
        ),
        ("Billing", "ehr", "copied to PM. Ask clinical to change this patient.", "PM"),
    ],
)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_patient_who_is_only_read_leads_to_the_other_page_and_says_whom_to_ask(
    client: Client, role: str, app: str, says: str, there: str, is_there: bool
) -> None:
    user = get_user_model().objects.create_user("somebody", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    factories: dict[str, Any] = {"pm": PMPatientFactory, "ehr": EHRPatientFactory}
    patient = factories.pop(app)(chart_number="K1")
    [(other_app, other)] = factories.items()
    url = f"{reverse(f'admin:{other_app}_patient_changelist')}?q=K1"
    link = f'<a href="{url}">Look for this patient in {there}</a>'
    if is_there:
        url = reverse(f"admin:{other_app}_patient_change", args=[other(chart_number="K1").pk])
        link = f'<a href="{url}">Open this patient in {there}</a>'

    page = client.get(reverse(f"admin:{app}_patient_change", args=[patient.pk]))

    assert f"Neither primary nor secondary is {says} {link}" in page.text
    assert len(rules_on(page)) == 1


def test_nor_does_it_lead_to_who_may_not_be_seen(client: Client) -> None:
    user = get_user_model().objects.create_user("viewer", is_staff=True)
    may = Permission.objects.filter(content_type__app_label="pm", codename__startswith="view_")
    user.user_permissions.set(may)
    client.force_login(user)
    patient = PMPatientFactory(chart_number="K1")
    EHRPatientFactory(chart_number="K1")

    page = client.get(reverse("admin:pm_patient_change", args=[patient.pk]))

    assert "Ask the front desk to change this patient." in page.text
    assert "this patient in the EHR" not in page.text


def test_banner_of_an_orphan_says_that_saving_changes_nothing_there(admin_client: Client) -> None:
    for orphan, rule in (
        (orphan_plan(), "pm-plan-edited"),
        (orphan_insurance(), "ehr-insurance-edited"),
    ):
        url = f"admin:{orphan._meta.label_lower.replace('.', '_')}_change"

        page = admin_client.get(reverse(url, args=[orphan.pk]))

        assert rule in rules_on(page)
        assert RULES_BY_ID[rule].orphaned in page.text
        assert RULES_BY_ID[rule].banner not in html.unescape(page.text)


def test_company_banner_without_stale_names_counts_nothing(
    admin_client: Client, keys: dict[str, int]
) -> None:
    page = admin_client.get(reverse("admin:pm_insurancecompany_change", args=[keys[COMPANY]]))

    assert "EHR names keep the old company name until you bring them up to date." in page.text


@pytest.mark.parametrize("path", ["changelist", "change"])
def test_until_when_names_are_stale_depends_on_who_may_bring_them_up_to_date(
    client: Client, admin_client: Client, keys: dict[str, int], path: str
) -> None:
    user = get_user_model().objects.create_user("kim", is_staff=True)
    codenames = ("change_insurancecompany", "view_insuranceplan")
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    args = [keys[COMPANY]] if path == "change" else []
    url = reverse(f"admin:pm_insurancecompany_{path}", args=args)

    assert "company name until each plan is saved." in client.get(url).text
    assert "company name until you bring them up to date." in admin_client.get(url).text


def test_insurance_pages_lead_to_pm(admin_client: Client, keys: dict[str, int]) -> None:
    add = admin_client.get(reverse("admin:ehr_insurance_add")).text
    change = admin_client.get(reverse("admin:ehr_insurance_change", args=[keys[INSURANCE]])).text

    assert f'href="{reverse("admin:pm_insuranceplan_add")}">Add a plan in PM' in add
    plan_url = reverse("admin:pm_insuranceplan_change", args=[keys[PLAN]])
    assert f'href="{plan_url}">Edit its plan in PM' in change


def test_insurance_pages_offer_pm_only_to_those_who_may_write_there(
    client: Client, keys: dict[str, int]
) -> None:
    user = get_user_model().objects.create_user("nurse", is_staff=True)
    user.user_permissions.set(Permission.objects.exclude(codename__endswith="_insuranceplan"))
    client.force_login(user)

    for page in (
        client.get(reverse("admin:ehr_insurance_add")),
        client.get(reverse("admin:ehr_insurance_change", args=[keys[INSURANCE]])),
    ):
        assert "pm-first" in rules_on(page)
        assert "in PM</a>" not in page.text
        assert "that avoids duplicates. Ask billing." in page.text


@pytest.mark.parametrize(
    ("factory", "heading"),
    [(PMPatientFactory, "Insurance policies"), (EHRPatientFactory, "Primary insurance:")],
)
def test_patient_banners_stand_beside_the_fields_they_speak_of(
    admin_client: Client, factory: type[RecordFactory[Any]], heading: str
) -> None:
    patient = factory()
    url = f"admin:{patient._meta.app_label}_patient_change"

    page = admin_client.get(reverse(url, args=[patient.pk])).text

    assert page.index("Date of birth") < page.index("data-rule") < page.index(heading)
