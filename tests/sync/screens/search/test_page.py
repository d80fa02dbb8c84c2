"""The search over both lists, and what to try where nothing is found."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from pm.models import InsuranceCompany, InsurancePolicy, Patient
from sync.screens.search import close_names
from sync.screens.search.close_names import close_name
from sync.screens.search.page import MOST_SHOWN
from tests.conftest import Statements
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
)
from tests.screens import change_url

pytestmark = pytest.mark.django_db

SEARCH = reverse("sync:search")
COMPANIES = reverse("admin:pm_insurancecompany_changelist")


def said(page: str, mark: str = "data-nothing-found") -> str:
    return " ".join(
        strip_tags(page.partition(mark)[2].partition(">")[2].partition("</p>")[0]).split()
    )


def test_finds_on_every_list_and_says_what_tells_records_apart(admin_client: Client) -> None:
    company = CompanyFactory(name="Needle", payer_id="N1", **AETNA_ADDRESS)
    plan = PlanFactory(company=company, name="HMO")
    patient = PMPatientFactory(last_name="Needle", date_of_birth=date(1961, 7, 4))
    in_ehr = EHRPatientFactory(last_name="Needle", is_active=False)
    CompanyFactory(name="Hay")

    page = admin_client.get(SEARCH, {"q": "needle"}).text

    titles = re.findall(r'<h2 id="found-\d">([^<]*)</h2>', page)
    assert titles == [
        "PM insurance companies",
        "PM insurance plans",
        "EHR insurances",
        "PM patients",
        "EHR patients",
    ]
    for record in (company, plan, plan.link.insurance, patient, in_ehr):
        assert f'href="{change_url(record)}"' in page
    text = " ".join(strip_tags(page).split())
    assert "Needle · 111 Academy Drive, Irvine, CA 92617 · payer ID N1" in text
    assert f"{plan} · payer ID N1" in text
    assert "born 07/04/1961" in text
    assert "inactive" in text
    assert "Hay" not in text


def test_of_many_it_shows_some_and_leads_to_the_list(admin_client: Client) -> None:
    for _ in range(MOST_SHOWN + 1):
        CompanyFactory(name="Needle")

    page = admin_client.get(SEARCH, {"q": "needle"}).text

    assert page.count(">Needle</a>") == MOST_SHOWN
    assert f'href="{COMPANIES}?q=needle"' in page


def test_shows_only_lists_that_the_user_may_see(client: Client) -> None:
    assert client.get(SEARCH)["Location"].startswith(reverse("admin:login"))
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_insurance"))
    client.force_login(user)
    PlanFactory(company__name="Needle")

    page = client.get(SEARCH, {"q": "needle"})
    assert [found.app for found in page.context["found"]] == ["ehr"]
    assert "Did you mean Needle?" in said(client.get(SEARCH, {"q": "needel"}).text)
    CompanyFactory(name="Zebra")
    assert "Zebra" not in said(client.get(SEARCH, {"q": "zebrra"}).text)


def test_empty_it_says_what_to_type(admin_client: Client) -> None:
    page = admin_client.get(SEARCH, {"q": " "})

    assert page.status_code == 200
    assert "Type what to look for: a name, a ZIP" in said(page.text)
    assert "data-nothing-found" not in admin_client.get(SEARCH).text
    assert re.search(r'<input type="search"[^>]* autofocus>\s*<button[^>]*>Search<', page.text)
    assert "autofocus" not in admin_client.get(SEARCH, {"q": "needle"}).text


def test_its_queries_do_not_grow(admin_client: Client, statements: Statements) -> None:
    counts = []
    for _ in range(2):
        PlanFactory(company__name="Needle")
        with statements() as asked:
            admin_client.get(SEARCH, {"q": "needle"})
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_list_says_what_may_have_been_meant(admin_client: Client) -> None:
    CompanyFactory(name="Aetna")

    page = admin_client.get(COMPANIES, {"q": "atena", "is_active__exact": "1"}).text

    assert said(page).endswith("Nothing found for “atena”. Did you mean Aetna? Search both lists")
    assert 'href="?is_active__exact=1&amp;q=Aetna"' in page or "q=Aetna&amp;is_active" in page
    assert f'href="{SEARCH}?q=atena"' in page
    assert "data-nothing-found" not in admin_client.get(COMPANIES, {"q": "aetna"}).text
    assert "data-nothing-found" not in admin_client.get(COMPANIES).text


def test_a_list_says_what_to_try(admin_client: Client) -> None:
    page = admin_client.get(COMPANIES, {"q": "nowhere"}).text
    assert "try fewer words, a ZIP, a PO box or a phone number" in said(page)

    page = admin_client.get(COMPANIES, {"q": "nowhere", "is_active__exact": "1"}).text
    assert "Search without the filters." in said(page)
    assert 'href="?q=nowhere"' in page
    # A list that is none of PM's or the EHR's:
    users = admin_client.get(reverse("admin:auth_user_changelist"), {"q": "nowhere"}).text
    assert "data-nothing-found" not in users


def test_patients_are_said_to_be_found_by_their_insurance(admin_client: Client) -> None:
    policy = PolicyFactory(
        plan=PlanFactory(company__name="Needle", name="HMO"), patient__last_name="Abara"
    )
    PMPatientFactory(last_name="Hay")
    patients = reverse("admin:pm_patient_changelist")

    for where in ({}, {"searched": "elsewhere"}):
        page = admin_client.get(patients, {"q": "needle hmo", **where}).text
        assert said(page, "data-found-by").endswith(
            "No patient's name or number has “needle hmo”. These were found by their insurance."
        )
        assert change_url(policy.patient) in page
    page = admin_client.get(patients, {"q": "needle hmo", "searched": "insurance"}).text
    assert "These were found by “needle hmo” in the name" in said(page, "data-found-by")
    assert "data-found-by" not in admin_client.get(patients, {"q": "hay"}).text
    both = admin_client.get(SEARCH, {"q": "needle hmo"})
    titles = [found.title for found in both.context["found"]]
    assert titles == ["PM insurance plans", "EHR insurances", "PM patients, by their insurance"]


def test_the_log_leaves_out_patients_who_only_have_what_is_searched_for(
    admin_client: Client,
) -> None:
    policy = PolicyFactory(plan=PlanFactory(company__name="Needle", name="HMO"))
    log = reverse("admin:sync_syncevent_changelist")

    found = admin_client.get(log, {"q": "needle hmo"}).context["cl"].result_list

    assert {event.source_model for event in found} == {"pm.InsurancePlan"}
    by_name = admin_client.get(log, {"q": policy.patient.chart_number}).context["cl"].result_list
    assert "pm.Patient" in {event.target_model for event in by_name}


def test_an_insurance_may_have_been_meant_where_patients_are_searched(admin_client: Client) -> None:
    PolicyFactory(plan=PlanFactory(company__name="Aetna"))
    patients = reverse("admin:pm_patient_changelist")

    assert "Did you mean Aetna?" in said(admin_client.get(patients, {"q": "atena"}).text)
    InsurancePolicy.objects.all().delete()
    assert "Did you mean" not in said(admin_client.get(patients, {"q": "atena"}).text)
    assert "or an insurance" in said(admin_client.get(patients, {"q": "atena"}).text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("atena", "Aetna"),
        ("Atena HMO", "Aetna HMO"),
        ("blue sheild", "Blue Shield"),
        ("united helthcare", "UnitedHealthcare"),
        ("uhx", ""),
        ("zzz", ""),
        ("92671", ""),
        ("aetna", ""),
        ("x" * 61, ""),
    ],
)
def test_the_closest_name_is_meant(typed: str, meant: str) -> None:
    CompanyFactory(name="Aetna")
    CompanyFactory(name="Blue Shield of California")
    CompanyFactory(name="UnitedHealthcare", other_names="UHC")

    assert close_name(typed, [InsuranceCompany], lambda _guess: True) == meant


def test_a_close_name_that_finds_nothing_is_not_meant() -> None:
    CompanyFactory(name="Aetna")

    assert close_name("atena", [InsuranceCompany], lambda _guess: False) == ""


def test_of_very_many_names_the_newest_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_names, "MOST_READ", 1)
    PMPatientFactory(last_name="Lindqvist")
    PMPatientFactory(last_name="Marchetti")

    assert close_name("marcheti", [Patient], lambda _guess: True) == "Marchetti"
    assert close_name("lindqist", [Patient], lambda _guess: True) == ""
