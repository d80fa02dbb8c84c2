"""The first page: what waits for somebody, and the commonest ways in."""

import html
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from kareo import middleware
from sync.drift import counts, findings
from sync.screens import home
from tests.conftest import Statements
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    orphan_plan,
)
from tests.screens import submit

pytestmark = pytest.mark.django_db

URL = reverse("admin:index")


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no count pass for slow, on a busy machine either, unless a test says so."""
    monkeypatch.setattr(counts, "SLOW", 600)


def tiles(page: Any) -> dict[str, tuple[str, str]]:
    """Return {finding id: (open, others or done, its text)} of the counts on the page, in order."""
    found = re.findall(r'<li class="drift-(\w+)" data-drift="([^"]+)">(.*?)</li>', page.text, re.S)
    return {
        finding: (state, " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()))
        for state, finding, text in found
    }


def main_content(page: Any) -> str:
    text: str = page.text
    return text.partition('id="content-main"')[2]


def with_permissions(client: Client, *codes: str) -> Client:
    user = get_user_model().objects.create_user("staff", is_staff=True)
    pairs = [code.split(".") for code in codes]
    for app, codename in pairs:
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    client.force_login(user)
    return client


@pytest.mark.parametrize("has_role", [False, True], ids=["no role", "one without rights"])
def test_who_may_see_nothing_reads_why(client: Client, has_role: bool) -> None:
    user = get_user_model().objects.create_user("staff", is_staff=True)
    if has_role:
        user.groups.add(Group.objects.create(name="Visitors"))
    client.force_login(user)

    page = client.get(URL).text
    said = "You have no role here yet, or one without rights. Ask your practice administrator."
    assert said in page
    assert 'role="search"' not in page
    user.groups.set([Group.objects.get(name="Auditor")])
    page = client.get(URL).text
    assert said not in page
    assert 'role="search"' in page


def test_counts_say_what_they_mean_and_link_to_their_lists(admin_client: Client) -> None:
    orphan_plan()

    page = admin_client.get(URL)

    state, text = tiles(page)["orphan-plans"]
    assert state == "open"
    assert text.startswith("⚠ 1 Plans missing in the EHR Orphans:")
    plans = reverse("admin:pm_insuranceplan_changelist")
    assert f'href="{plans}?drift=orphan-plans"' in page.text
    assert f'href="{reverse("sync:coverage_worklist")}"' in page.text


def test_counts_of_nothing_are_one_line_that_opens(admin_client: Client) -> None:
    page = admin_client.get(URL)
    shown = tiles(page)

    assert set(shown) == {finding.id for finding in findings.FINDINGS}
    assert {state for state, _text in shown.values()} == {"done"}
    assert f"{len(shown)} checks found nothing" in page.text
    assert "Nothing waits for you." in page.text
    orphan_plan()
    CompanyFactory(street_1="")
    page = admin_client.get(URL)
    clean = page.text.partition("<details>")[2].partition("</details>")[0]
    assert f"{len(shown) - 2} checks found nothing" in clean
    assert "orphan-plans" not in clean


def test_what_others_see_to_stands_below_ones_own_work(client: Client) -> None:
    orphan_plan()
    company = PlanFactory().company
    company.name = "Renamed"
    company.save()
    EHRPatientFactory(secondary_insurance=InsuranceFactory())

    def states(role: str) -> dict[str, str]:
        user = get_user_model().objects.create_user(role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        shown = {name: state for name, (state, _text) in tiles(client.get(URL)).items()}
        assert list(shown.values()) == sorted(shown.values(), key=["open", "others", "done"].index)
        return shown

    for role, plans, insurances in (
        ("Billing", "open", "done"),
        ("Front desk", "open", "done"),
        ("Clinical staff", "others", "done"),
    ):
        shown = states(role)
        assert shown["orphan-plans"] == plans
        assert shown["orphan-insurances"] == insurances
        assert shown["coverage"] == shown["stale-names"] == "open"


def test_what_waits_for_somebody_stands_first(admin_client: Client) -> None:
    EHRPatientFactory(secondary_insurance=InsuranceFactory())

    states = [state for state, _text in tiles(admin_client.get(URL)).values()]

    assert states == sorted(states, key=["open", "done"].index)
    assert "open" in states


def test_very_many_are_shown_as_more(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (findings, home):
        monkeypatch.setattr(module, "MOST_COUNTED", 2)
    CompanyFactory.create_batch(3, street_1="")

    assert tiles(admin_client.get(URL))["no-address"][1].startswith("⚠ 2+ ")


def test_counts_are_shown_to_who_may_see_what_they_are_about(client: Client) -> None:
    page = with_permissions(client, "pm.view_insurancecompany").get(URL)

    assert set(tiles(page)) == {
        "look-alike-companies",
        "same-payer-id",
        "shared-names",
        "to-complete",
        "no-address",
    }


def test_whoever_may_see_nothing_gets_no_heading_either(client: Client) -> None:
    page = with_permissions(client).get(URL)

    assert page.status_code == 200
    assert tiles(page) == {}
    assert "drift-title" not in page.text


def test_its_queries_do_not_grow(admin_client: Client, statements: Statements) -> None:
    def fill() -> None:
        for _ in range(3):
            EHRPatientFactory(secondary_insurance=InsuranceFactory())
            orphan_plan()

    with statements() as none:
        admin_client.get(URL)
    fill()
    with statements() as few:
        admin_client.get(URL)
    fill()
    with statements() as many:
        admin_client.get(URL)

    # session, user, what you did last, which was the very last, and what drifted; one for each
    # finding, and which companies were dismissed as look-alikes, once for two of them
    about = connection.vendor == "postgresql"  # about how many plans there are
    assert len(none) == len(few) == len(many) == 5 + len(findings.FINDINGS) + 1 + about


def test_a_count_that_may_have_changed_says_when_it_was_made(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "SLOW", -1)
    monkeypatch.setattr(counts, "MOST_FOLLOWED", -1)  # so that the log says too much to follow
    CompanyFactory(street_1="")
    first = tiles(admin_client.get(URL))["no-address"][1]
    CompanyFactory(street_1="")
    again = tiles(admin_client.get(URL))["no-address"][1]

    assert first.startswith("⚠ 1 ")
    assert "Counted at" not in first
    assert again.startswith("⚠ 1 ")
    assert "Counted at" in again


def test_what_takes_long_is_counted_after_the_answer(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "SLOW", -1)
    monkeypatch.setattr(counts, "rows_about", lambda _rows: counts.LONG + 1)
    left: list[Any] = []
    monkeypatch.setattr(middleware, "do_afterwards", left.append)
    CompanyFactory(street_1="")

    state, text = tiles(admin_client.get(URL))["no-address"]
    assert state == "open"
    assert text.endswith("Load this page again in a few seconds.")
    assert len(left) == len(findings.FINDINGS)

    for do in left:
        do()
    assert tiles(admin_client.get(URL))["no-address"][1].startswith("⚠ 1 ")


def test_a_count_that_fails_after_the_answer_is_logged(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(counts, "rows_about", lambda _rows: counts.LONG + 1)
    monkeypatch.setattr(counts, "_searched", fail)

    assert admin_client.get(URL).status_code == 200
    assert caplog.messages == ["Something that was left for after the answer failed"] * len(
        findings.FINDINGS
    )


def test_ones_own_save_shows_at_once(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "SLOW", -1)
    company = CompanyFactory(street_1="")
    assert tiles(admin_client.get(URL))["no-address"][0] == "open"

    submit(
        admin_client,
        reverse("admin:pm_insurancecompany_change", args=[company.pk]),
        street_1="1 Elm St",
    )

    state, text = tiles(admin_client.get(URL))["no-address"]
    assert state == "done"
    assert "Counted at" not in text


def test_the_content_begins_in_the_search_and_goes_on_to_additions(admin_client: Client) -> None:
    PlanFactory()

    content = admin_client.get(URL).text.partition('id="content-start"')[2]
    box, _search, *links = re.findall(r"<(?:a|button|input|select|summary)\b[^>]*>", content)

    assert 'type="search"' in box
    assert "autofocus" in box
    assert 'accesskey="n"' in links[0]
    ways = ["pm_insurancecompany_add", "pm_insuranceplan_add", "pm_patient_add"]
    for link, way in zip(links, ways, strict=False):
        assert f'href="{reverse(f"admin:{way}")}"' in link


@pytest.mark.parametrize(
    ("code", "model"),
    [
        ("pm.add_insurancecompany", "insurancecompany"),
        ("pm.add_insuranceplan", "insuranceplan"),
        ("pm.add_patient", "patient"),
    ],
)
def test_a_way_in_is_offered_to_who_may_take_it(client: Client, code: str, model: str) -> None:
    content = main_content(with_permissions(client, code).get(URL))
    steps = content.partition('class="first-steps"')[2].partition("</div>")[0]

    assert re.findall(r'href="([^"]+)"', steps) == [reverse(f"admin:pm_{model}_add")]
    assert ("accesskey" in steps) == (model == "insurancecompany")


def as_clinical_staff(client: Client) -> Client:
    user = get_user_model().objects.create_user("staff", is_staff=True)
    user.groups.add(Group.objects.get(name="Clinical staff"))
    client.force_login(user)
    return client


def test_clinical_staff_is_offered_nothing_to_add_in_pm(client: Client) -> None:
    content = main_content(as_clinical_staff(client).get(URL))

    assert reverse("admin:pm_insurancecompany_add") not in content
    assert "accesskey" not in content


def test_clinical_staff_is_offered_what_they_add_in_the_ehr(client: Client) -> None:
    content = main_content(as_clinical_staff(client).get(URL))
    steps = content.partition('class="first-steps"')[2].partition("</div>")[0]

    ways = [reverse(f"admin:ehr_{model}_add") for model in ("insurance", "patient")]
    assert re.findall(r'href="([^"]+)"', steps) == ways


def test_whoever_adds_plans_is_not_offered_to_add_insurances(admin_client: Client) -> None:
    """To avoid duplicates, as the advice is."""
    assert reverse("admin:ehr_insurance_add") not in main_content(admin_client.get(URL))


def test_the_bar_has_every_list_and_the_search_is_over_both(admin_client: Client) -> None:
    page = admin_client.get(URL).text
    bar = page.partition('class="areas"')[2].partition("</nav>")[0]

    for name in ("pm_insurancecompany", "pm_patient", "ehr_insurance", "sync_syncevent"):
        assert f'href="{reverse(f"admin:{name}_changelist")}"' in bar
    assert reverse("sync:coverage_worklist") in bar
    assert f'action="{reverse("sync:search")}"' in page


def test_a_number_stands_behind_what_waits_for_others(client: Client) -> None:
    orphan_plan()
    user = get_user_model().objects.create_user("nurse", is_staff=True)
    user.groups.add(Group.objects.get(name="Clinical staff"))
    client.force_login(user)

    _state, text = tiles(client.get(URL))["orphan-plans"]
    assert text.replace(" :", ":") == "Plans missing in the EHR: 1"


def test_users_and_sign_in_attempts_stand_last(admin_client: Client) -> None:
    content = main_content(admin_client.get(URL))
    last = content.partition('class="occasional"')[2].partition("</nav>")[0]

    pages = ["Roles", "Users", "Sign-in attempts", "Access log entries"]
    assert re.findall(r"<a [^>]*>([^<]*)</a>", last) == pages
    assert content.index("drift-title") < content.index("occasional")


def test_where_there_are_no_such_pages_there_is_no_place_for_them(client: Client) -> None:
    content = main_content(with_permissions(client, "pm.view_insuranceplan").get(URL))

    assert "occasional" not in content
