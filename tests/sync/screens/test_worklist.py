"""The page of the coverage worklist: what it says, who sees it, and that it copies nothing."""

import datetime
import html
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

import ehr.models
import pm.models
from sync.drift import counts, findings
from sync.drift.worklist import SEES
from sync.screens import worklist
from tests.conftest import Statements
from tests.factories import (
    AETNA_ADDRESS,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    insurance_of,
    orphan_insurance,
    orphan_plan,
    plan_of,
)
from tests.screens import change_url, submit
from tests.sync.drift.secondaries import all_that_can_be_wrong, secondary

pytestmark = pytest.mark.django_db

URL = reverse("sync:coverage_worklist")


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no search pass for slow, on a busy machine either, unless a test says so."""
    monkeypatch.setattr(counts, "SLOW", 600)


def href_of(link: str) -> str:
    return html.unescape(link.partition('href="')[2].partition('"')[0])


def charts(page: Any) -> list[str]:
    return [row.entry.patient.chart_number for row in page.context["rows"]]


def log_in(client: Client, role: str) -> None:
    user = get_user_model().objects.create_user("somebody", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)


def test_what_is_wrong_is_said_in_words(admin_client: Client) -> None:
    all_that_can_be_wrong()

    page = admin_client.get(URL)

    said = {
        row.entry.patient.chart_number: words
        for row in page.context["rows"]
        for _difference, words in row.lines
    }
    assert said == {
        "C1": "Differs: company, plan and address",
        "C2": "Only in PM",
        "C3": "No such patient in the EHR",
        "C4": "Only in PM: the patient is inactive in the EHR",
        "C5": "Only in the EHR",
        "C6": "No such patient in PM",
        "C7": "Only in the EHR: the patient is inactive in PM",
    }
    for words in said.values():
        assert f">{words}</td>" in page.text


def test_both_sides_stand_beside_each_other_with_a_link_to_each(admin_client: Client) -> None:
    policy = secondary("C1")
    patient = EHRPatientFactory(chart_number="C1", secondary_insurance=InsuranceFactory())

    page = html.unescape(admin_client.get(URL).text)

    assert "Nothing is copied: enter it by hand." in page
    assert str(policy.plan) in page
    assert str(patient.secondary_insurance) in page
    for app, key in (("pm", policy.patient.pk), ("ehr", patient.pk)):
        back = urlencode({"back": URL})
        assert f'href="{reverse(f"admin:{app}_patient_change", args=[key])}?{back}"' in page


def test_both_ranks_of_a_patient_stand_together_with_what_differs(admin_client: Client) -> None:
    policy = secondary("C1")
    company = policy.plan.company
    PolicyFactory(patient=policy.patient, plan=PlanFactory(company=company, **AETNA_ADDRESS))
    other = PlanFactory(company=company, **AETNA_ADDRESS)
    EHRPatientFactory(chart_number="C1", primary_insurance=insurance_of(other))

    page = admin_client.get(URL)

    [row] = page.context["rows"]
    said = [(difference.rank.label, words) for difference, words in row.lines]
    assert said == [("Primary", "Differs: plan"), ("Secondary", "Only in PM")]
    assert page.text.count("Open in PM<") == 1
    assert 'rowspan="2"' in page.text


def test_two_insurances_that_read_the_same_differ_all_the_same(admin_client: Client) -> None:
    policy = secondary("C1")
    copy = PlanFactory(
        company=policy.plan.company,
        name=policy.plan.name,
        **{name: getattr(policy.plan, name) for name in policy.plan.address_fields},
    )
    EHRPatientFactory(chart_number="C1", secondary_insurance=insurance_of(copy))

    assert "Differs: two entries that read the same" in admin_client.get(URL).text


@pytest.mark.parametrize("app", ["pm", "ehr"])
def test_a_save_leads_back_to_it_and_so_does_one_that_goes_on(
    admin_client: Client, app: str
) -> None:
    secondary("C1")
    EHRPatientFactory(chart_number="C1", secondary_insurance=InsuranceFactory())
    [row] = admin_client.get(URL, {"q": "C1"}).context["rows"]
    ways = dict(zip(("pm", "ehr"), row.ways, strict=True))
    url = href_of(ways[app])

    onward = submit(admin_client, url, _continue="1")
    back = submit(admin_client, onward.url)

    assert onward.url == url
    assert back.url == f"{URL}?q=C1"


@pytest.mark.parametrize(("here", "there"), [("pm", "ehr"), ("ehr", "pm")])
def test_the_link_from_one_page_of_a_patient_to_the_other_keeps_the_way_back(
    admin_client: Client, here: str, there: str
) -> None:
    secondary("C1")
    EHRPatientFactory(chart_number="C1", secondary_insurance=InsuranceFactory())
    [row] = admin_client.get(URL, {"q": "C1"}).context["rows"]
    ways = dict(zip(("pm", "ehr"), row.ways, strict=True))

    page = admin_client.get(href_of(ways[here]))
    link = page.text.partition('class="rule-lines"')[2].partition("</div>")[0]

    assert href_of(link) == href_of(ways[there])
    assert submit(admin_client, href_of(link)).url == f"{URL}?q=C1"


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "x", "", "/\\evil"])
def test_no_save_leads_elsewhere(admin_client: Client, back: str) -> None:
    url = change_url(EHRPatientFactory())

    response = submit(admin_client, f"{url}?{urlencode({'back': back})}")

    assert response.url == reverse("admin:ehr_patient_changelist")


def close_of(page: Any) -> str:
    [link] = re.findall(r'<a href="([^"]*)" class="closelink">', page.text)
    return html.unescape(link)


@pytest.mark.parametrize(("role", "app"), [("Clinical staff", "pm"), ("Billing", "ehr")])
def test_close_leads_back_from_a_page_that_is_only_read(
    client: Client, django_user_model: Any, role: str, app: str
) -> None:
    secondary("C1")
    EHRPatientFactory(chart_number="C1", secondary_insurance=InsuranceFactory())
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.groups.add(Group.objects.get(name=role))
    client.force_login(reader)
    [row] = client.get(URL, {"q": "C1"}).context["rows"]
    url = href_of(dict(zip(("pm", "ehr"), row.ways, strict=True))[app])

    assert close_of(client.get(url)) == f"{URL}?q=C1"
    to_list = reverse(f"admin:{app}_patient_changelist")
    page, _, _ = url.partition("?")
    for elsewhere in ("", "//evil.example", "https://evil.example/", "x", "/\\evil"):
        assert close_of(client.get(page, {"back": elsewhere})) == to_list


def test_it_is_still_found_where_it_was(admin_client: Client) -> None:
    assert admin_client.get("/sync/secondary/")["Location"] == URL


def test_a_patient_whom_the_ehr_lacks_is_added_there_filled_in_and_leads_back(
    admin_client: Client,
) -> None:
    policy = secondary("C1 &")
    [row] = (page := admin_client.get(URL)).context["rows"]

    in_pm, in_ehr = row.ways
    assert "Open in PM<" in in_pm
    assert "Add in the EHR<" in in_ehr
    assert in_ehr in page.text
    saved = submit(admin_client, href_of(in_ehr))

    assert saved.url == URL
    added = ehr.models.Patient.objects.get()
    assert (added.chart_number, added.secondary_insurance) == ("C1 &", insurance_of(policy.plan))
    assert added.primary_insurance is None
    assert admin_client.get(URL).context["rows"] == []


def test_an_inactive_insurance_is_not_filled_in_and_the_form_asks_nothing(
    admin_client: Client,
) -> None:
    policy = secondary("C1")
    pm.models.InsurancePlan.objects.filter(pk=policy.plan_id).change(is_active=False)
    [row] = admin_client.get(URL).context["rows"]

    assert submit(admin_client, href_of(row.ways[1])).url == URL
    assert ehr.models.Patient.objects.get().secondary_insurance is None


def test_a_patient_whom_pm_lacks_is_added_there_filled_in(admin_client: Client) -> None:
    insurance = InsuranceFactory()
    there = EHRPatientFactory(chart_number="C1", secondary_insurance=insurance)
    [row] = admin_client.get(URL).context["rows"]

    assert submit(admin_client, href_of(row.ways[0])).url == URL

    policy = pm.models.InsurancePolicy.objects.get()
    assert (policy.rank, policy.plan) == ("secondary", plan_of(insurance))
    added = policy.patient
    for name in ("chart_number", "last_name", "first_name", "date_of_birth"):
        assert getattr(added, name) == getattr(there, name)
    assert admin_client.get(URL).context["rows"] == []


def test_what_pm_lacks_is_filled_in_on_its_page_and_saved_by_save_only(
    admin_client: Client,
) -> None:
    primary, insurance = PolicyFactory(), InsuranceFactory()
    patient = primary.patient
    EHRPatientFactory(
        chart_number=patient.chart_number,
        primary_insurance=insurance_of(primary.plan),
        secondary_insurance=insurance,
    )
    [row] = admin_client.get(URL).context["rows"]
    assert "Enter in PM<" in row.ways[0]
    url = href_of(row.ways[0])

    page = admin_client.get(url)
    assert page.text.count(" autofocus") == 1
    assert patient.policies.count() == 1
    assert submit(admin_client, url, page).url == URL

    assert patient.policies.get(rank="secondary").plan == plan_of(insurance)
    assert admin_client.get(URL).context["rows"] == []


def test_what_the_ehr_lacks_is_filled_in_on_its_page_and_saved_by_save_only(
    admin_client: Client,
) -> None:
    policy, primary = secondary("C1"), InsuranceFactory()
    patient = EHRPatientFactory(chart_number="C1", primary_insurance=primary)
    [row] = admin_client.get(URL).context["rows"]
    assert "Enter in PM<" in row.ways[0]  # the primary
    assert "Enter in the EHR<" in row.ways[1]
    url = href_of(row.ways[1])

    page = admin_client.get(url)
    assert page.text.count("Filled in, and not saved yet") == 1
    assert page.text.count(" autofocus") == 1
    patient.refresh_from_db()
    assert patient.secondary_insurance is None
    assert submit(admin_client, url, page).url == URL

    patient.refresh_from_db()
    assert patient.primary_insurance == primary
    assert patient.secondary_insurance == insurance_of(policy.plan)


def test_what_pm_has_later_is_said_with_the_day_and_not_entered_again(admin_client: Client) -> None:
    later = secondary("C1", effective_on=localdate() + datetime.timedelta(days=1))
    day = f"{later.effective_on:%m/%d/%Y}"
    EHRPatientFactory(chart_number="C1", secondary_insurance=insurance_of(later.plan))

    page = admin_client.get(URL)

    [row] = page.context["rows"]
    [(_difference, words)] = row.lines
    assert words == f"Only in the EHR; PM has it from {day}"
    assert f">none today; from {day}: {later.plan}</td>" in html.unescape(page.text)
    assert "Open in PM<" in row.ways[0]
    assert submit(admin_client, href_of(row.ways[0])).url == URL
    assert later.patient.policies.count() == 1


def test_what_pm_has_later_is_entered_where_it_is_another(admin_client: Client) -> None:
    later = secondary("C1", effective_on=localdate() + datetime.timedelta(days=1))
    insurance = InsuranceFactory()
    EHRPatientFactory(chart_number="C1", secondary_insurance=insurance)
    [row] = admin_client.get(URL).context["rows"]
    assert "Enter in PM<" in row.ways[0]
    url = href_of(row.ways[0])

    assert submit(admin_client, url).url == URL

    added = later.patient.policies.get(plan=plan_of(insurance))
    assert (added.effective_on, added.ends_on) == (None, localdate())
    assert admin_client.get(URL).context["rows"] == []
    assert submit(admin_client, url).url == URL  # in a window opened before
    assert later.patient.policies.count() == 2


@pytest.mark.parametrize("is_another_to_come", [True, False])
def test_after_one_that_is_over_it_is_begun_with_its_first_day(
    admin_client: Client, is_another_to_come: bool
) -> None:
    patient, insurance = PMPatientFactory(), InsuranceFactory()
    today, a_day = localdate(), datetime.timedelta(days=1)
    ended, earlier = today - 9 * a_day, today - 99 * a_day
    # The later one stands first.
    for begins, ends in ((earlier + a_day, ended), (None, earlier)):
        PolicyFactory(patient=patient, rank="secondary", effective_on=begins, ends_on=ends)
    PolicyFactory(patient=patient, rank="tertiary", ends_on=today - a_day)
    if is_another_to_come:
        PolicyFactory(patient=patient, rank="secondary", effective_on=today + a_day)
    EHRPatientFactory(chart_number=patient.chart_number, secondary_insurance=insurance)
    [row] = admin_client.get(URL).context["rows"]
    url = href_of(row.ways[0])
    page = admin_client.get(url)

    assert submit(admin_client, url, page).url == URL

    assert "The day after the last." in page.text
    added = patient.policies.get(plan=plan_of(insurance))
    assert added.effective_on == ended + a_day
    assert added.ends_on == (today if is_another_to_come else None)
    assert admin_client.get(URL).context["rows"] == []


@pytest.mark.parametrize("over", [{"is_active": False}, {"rank": "primary"}])
def test_what_doesnt_hold_the_rank_presets_no_first_day(
    admin_client: Client, over: dict[str, Any]
) -> None:
    patient, insurance = PMPatientFactory(), InsuranceFactory()
    yesterday = localdate() - datetime.timedelta(days=1)
    PolicyFactory(patient=patient, **{"rank": "secondary", "ends_on": yesterday, **over})
    EHRPatientFactory(chart_number=patient.chart_number, secondary_insurance=insurance)
    [row] = admin_client.get(URL).context["rows"]

    assert submit(admin_client, href_of(row.ways[0])).url == URL

    assert patient.policies.get(plan=plan_of(insurance)).effective_on is None


@pytest.mark.parametrize("gone", ["insurance", "patient"])
def test_what_is_inactive_in_the_ehr_is_not_filled_in(admin_client: Client, gone: str) -> None:
    patient = EHRPatientFactory(chart_number="C1")
    policy = secondary("C1")
    record: Any = patient if gone == "patient" else insurance_of(policy.plan)
    type(record).objects.filter(pk=record.pk).change(is_active=False)

    [row] = admin_client.get(URL).context["rows"]

    assert "Open in the EHR<" in row.ways[1]
    assert "_insurance=" not in row.ways[1]


@pytest.mark.parametrize("gone", ["plan", "patient"])
def test_what_is_inactive_in_pm_is_not_filled_in(admin_client: Client, gone: str) -> None:
    patient, insurance = PMPatientFactory(), InsuranceFactory()
    EHRPatientFactory(chart_number=patient.chart_number, primary_insurance=insurance)
    record: Any = patient if gone == "patient" else plan_of(insurance)
    type(record).objects.filter(pk=record.pk).change(is_active=False)

    [row] = admin_client.get(URL).context["rows"]

    assert "Open in PM<" in row.ways[0]
    assert "_plan=" not in row.ways[0]


@pytest.mark.parametrize(
    ("role", "said"), [("Front desk", "Enter in PM<"), ("Clinical staff", "Open in PM<")]
)
def test_only_whoever_may_enter_it_there_finds_it_filled_in(
    client: Client, role: str, said: str
) -> None:
    user = get_user_model().objects.create_user("somebody", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    patient = PMPatientFactory()
    EHRPatientFactory(chart_number=patient.chart_number, primary_insurance=InsuranceFactory())

    [row] = client.get(URL).context["rows"]

    assert said in row.ways[0]


@pytest.mark.parametrize(
    ("role", "said"), [("Billing", "Open in the EHR<"), ("Clinical staff", "Enter in the EHR<")]
)
def test_in_the_ehr_only_whoever_may_enter_it_there_finds_it_filled_in(
    client: Client, role: str, said: str
) -> None:
    user = get_user_model().objects.create_user("somebody", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    secondary("C1")
    EHRPatientFactory(chart_number="C1")

    [row] = client.get(URL).context["rows"]

    assert said in row.ways[1]


@pytest.mark.parametrize(
    ("role", "to_do"),
    [
        ("Front desk", '<a href="{}">open it to send it</a>'),
        ("Clinical staff", "ask billing to send it"),
    ],
)
@pytest.mark.parametrize(
    ("in_ehr", "words"),
    [
        (None, "No such patient in the EHR"),
        ({}, "Only in PM"),
        ({"secondary_insurance": InsuranceFactory}, "Differs: "),
    ],
)
def test_of_a_plan_that_is_missing_in_the_ehr_it_says_who_sends_it(
    client: Client, role: str, to_do: str, in_ehr: dict[str, Any] | None, words: str
) -> None:
    log_in(client, role)
    plan = orphan_plan()
    secondary("C1", plan=plan)
    if in_ehr is not None:
        held = {name: factory() for name, factory in in_ehr.items()}
        EHRPatientFactory(chart_number="C1", **held)

    page = client.get(URL)

    [row] = page.context["rows"]
    [(_difference, said)] = row.lines
    assert said.startswith(words)
    missing = f". This plan is missing in the EHR: {to_do.format(change_url(plan))}"
    assert said.endswith(missing)
    assert f"{missing}</td>" in page.text


def test_of_an_insurance_that_is_missing_in_pm_likewise(client: Client) -> None:
    log_in(client, "Front desk")
    EHRPatientFactory(chart_number="C1", secondary_insurance=orphan_insurance())
    PMPatientFactory(chart_number="C1")

    [row] = client.get(URL).context["rows"]

    [(_difference, said)] = row.lines
    assert said == "Only in the EHR. This insurance is missing in PM: ask clinical to send it"


def test_where_the_patient_is_inactive_there_that_is_what_is_to_be_put_right(
    admin_client: Client,
) -> None:
    secondary("C1", plan=orphan_plan())
    EHRPatientFactory(chart_number="C1", is_active=False)

    [row] = admin_client.get(URL).context["rows"]

    [(_difference, said)] = row.lines
    assert said == "Only in PM: the patient is inactive in the EHR"


@pytest.mark.parametrize("key", ["x", "0", "9" * 30, "99999", ""])
def test_a_policy_with_no_plan_that_there_is_is_not_begun(admin_client: Client, key: str) -> None:
    url = change_url(PolicyFactory().patient)

    page = admin_client.get(f"{url}?secondary_plan={key}")

    assert submit(admin_client, url, page, **{"policies-1-plan": None}).status_code == 302
    assert pm.models.InsurancePolicy.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("Front desk", {"C1": "Ask clinical to add C1", "C2": "Add in PM"}),
        ("Clinical staff", {"C1": "Add in the EHR", "C2": "Ask the front desk to add C2"}),
    ],
)
def test_whoever_may_not_add_there_is_told_whom_to_ask(
    client: Client, role: str, said: dict[str, str]
) -> None:
    user = get_user_model().objects.create_user("somebody", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    secondary("C1")
    EHRPatientFactory(chart_number="C2", secondary_insurance=InsuranceFactory())

    page = client.get(URL)

    cells = {chart: page.text.partition(f">{chart}<")[2].partition("</th>")[0] for chart in said}
    for chart, words in said.items():
        assert words in cells[chart]


IN_PM, IN_EHR = "Ask the front desk to {} in PM", "Ask clinical to {} in the EHR"
EITHER = "Ask the front desk to correct it in PM, or clinical to correct it in the EHR"


@pytest.mark.parametrize(
    ("role", "asks"),
    [
        ("Front desk", {}),
        ("Practice administrator", {}),
        ("Billing", {"C2": IN_EHR.format("enter it"), "C4": IN_EHR.format("activate the patient")}),
        (
            "Clinical staff",
            {
                "C5": IN_PM.format("enter it"),
                "C7": IN_PM.format("activate the patient"),
                "C8": IN_PM.format("check the day"),
            },
        ),
        (
            "Auditor",
            {
                "C1": EITHER,
                "C2": IN_EHR.format("enter it"),
                "C4": IN_EHR.format("activate the patient"),
                "C5": IN_PM.format("enter it"),
                "C7": IN_PM.format("activate the patient"),
                "C8": IN_PM.format("check the day"),
            },
        ),
    ],
)
def test_whoever_cant_put_it_right_is_told_whom_to_ask(
    client: Client, role: str, asks: dict[str, str]
) -> None:
    log_in(client, role)
    all_that_can_be_wrong()
    insurance = InsuranceFactory()
    tomorrow = localdate() + datetime.timedelta(days=1)
    secondary("C8", plan=plan_of(insurance), effective_on=tomorrow)
    EHRPatientFactory(chart_number="C8", secondary_insurance=insurance)

    page = client.get(URL)

    said = {
        row.entry.patient.chart_number: words.partition(". ")[2]
        for row in page.context["rows"]
        for _difference, words in row.lines
    }
    assert {chart: ask for chart, ask in said.items() if ask} == asks
    assert all(f". {ask}</td>" in page.text for ask in asks.values())


def test_its_queries_do_not_grow(admin_client: Client, statements: Statements) -> None:
    def fill(start: int) -> None:
        for number in range(start, start + 4):
            secondary(f"C{number}")
            EHRPatientFactory(chart_number=f"C{number}", secondary_insurance=InsuranceFactory())
            EHRPatientFactory(chart_number=f"X{number}", secondary_insurance=InsuranceFactory())

    fill(0)
    with statements() as few:
        admin_client.get(URL)
    fill(4)
    with statements() as many:
        page = admin_client.get(URL)

    assert "16 patients" in page.text
    # session, user, what was kept, all, policies, PM patients, EHR patients
    assert len(many) == len(few) == 7


def test_of_very_many_the_first_are_shown_and_all_are_searched(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (findings, counts):
        monkeypatch.setattr(module, "MOST_COUNTED", 2)
    for number in range(6):
        secondary(f"C{number}")

    first, found = (admin_client.get(URL, {"q": typed}) for typed in ("", "C5"))

    assert charts(first) == ["C0", "C1"]
    assert "More than 2 patients; these are the first by name." in first.text
    assert charts(found) == ["C5"]
    assert "1 patient<" in found.text


def test_what_was_found_before_says_when(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    secondary("C1")
    admin_client.get(URL)  # the session's own first page
    monkeypatch.setattr(counts, "SLOW", -1)
    monkeypatch.setattr(counts, "MOST_FOLLOWED", -1)
    first = admin_client.get(URL)
    again = admin_client.get(URL)

    assert "looked for again" not in first.text
    assert "1 patient – found at " in again.text


def test_it_has_pages_that_keep_the_search(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "PER_PAGE", 2)
    for number in range(5):
        secondary(f"C{number}")
    secondary("other")

    first, last = (admin_client.get(URL, {"q": "C", "page": page}) for page in (1, 3))

    assert charts(first) == ["C0", "C1"]
    assert 'href="?q=C&amp;page=2"' in first.text
    assert charts(last) == ["C4"]
    assert "Page 3 of 3" in last.text


@pytest.mark.parametrize("page", ["0", "-1", "abc", "9" * 30, "99", ""])
@pytest.mark.parametrize("typed", ["", "'\"", "%", "(" * 300, "\ud7ff <b>", "a " * 3000])
def test_no_url_of_it_fails(admin_client: Client, page: str, typed: str) -> None:
    secondary("C1")

    assert admin_client.get(URL, {"page": page, "q": typed}).status_code == 200


def test_it_is_read_only(admin_client: Client) -> None:
    secondary("C1")

    assert admin_client.post(URL).status_code == 405
    assert 'method="post"' not in admin_client.get(URL).text.partition('id="content-main"')[2]
    assert ehr.models.Patient.objects.count() == 0


def test_an_empty_list_says_so(admin_client: Client) -> None:
    assert "Every patient has the same primary and secondary" in admin_client.get(URL).text
    assert "No patient found" in admin_client.get(URL, {"q": "nobody"}).text


@pytest.mark.parametrize("missing", SEES)
def test_whoever_may_not_see_all_of_it_sees_nothing_of_it(client: Client, missing: str) -> None:
    user = get_user_model().objects.create_user("partly", is_staff=True)
    app, model = missing.lower().split(".")
    seen = Permission.objects.filter(codename__startswith="view_").exclude(
        codename=f"view_{model}", content_type__app_label=app
    )
    user.user_permissions.set(seen)
    client.force_login(user)
    secondary("C1")

    assert client.get(URL).status_code == 403
    assert URL not in client.get(reverse("admin:sync_syncevent_changelist")).text


def test_whoever_is_no_staff_is_asked_to_log_in(client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("patient"))

    answer = client.get(URL)

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize("role", ["Front desk", "Billing", "Clinical staff"])
def test_every_role_finds_it_in_the_sync_area(client: Client, role: str) -> None:
    user = get_user_model().objects.create_user("staff", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)

    here, elsewhere = client.get(URL), client.get(reverse("admin:pm_patient_changelist"))

    assert re.search(r'<body class="[^"]*area-sync', here.text)
    assert f'<a href="{URL}" aria-current="true">' in here.text
    assert f'<a href="{URL}">' in elsewhere.text
    assert "no-cache" in here["Cache-Control"]


def test_whoever_sees_it_without_the_log_finds_it_too(client: Client) -> None:
    user = get_user_model().objects.create_user("staff", is_staff=True)
    for label in SEES:
        app, model = label.lower().split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=f"view_{model}")
        )
    client.force_login(user)

    here, elsewhere = client.get(URL), client.get(reverse("admin:pm_patient_changelist"))

    assert here.status_code == 200
    for page in (here, elsewhere):
        assert page.text.count(f'<a href="{URL}"') == 1
