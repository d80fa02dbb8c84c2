"""The page that merges: what it shows, what it takes, and what it refuses."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from sync.screens.merging.told import HIDDEN
from sync.screens.urls import merge_url
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    EHRPatientFactory,
    PlanFactory,
    PolicyFactory,
    anew,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)
from tests.screens import change_url, messages_of
from tests.sync.screens.test_lists import LISTS, choose, limited

pytestmark = pytest.mark.django_db

CHANGE = ("pm.change_insurancecompany", "pm.change_insuranceplan")


@pytest.fixture
def aetna() -> InsuranceCompany:
    return CompanyFactory(name="Aetna", payer_id="60054", phone="800-555-0100")


@pytest.fixture
def other() -> InsuranceCompany:
    return CompanyFactory(name="Aetna Health", phone="800-555-0111", fax="800-555-0112")


def url_of(*records: Any) -> str:
    return merge_url(type(records[0]), [record.pk for record in records])


def opened(client: Client, *records: Any) -> Any:
    return client.get(url_of(*records))


def pressed(client: Client, *records: Any, **sent: Any) -> Any:
    """Press Merge on the page as it was opened, with what was chosen on it."""
    page = opened(client, *records)
    same = [each.key for each in page.context.get("same", ())]
    sent = {"same": same, "together": same, "_merge": "1", **sent}
    return client.post(
        url_of(*records), {"_seen": page.context.get("fingerprint", ""), **sent}, follow=True
    )


def lines_of(page: Any) -> list[str]:
    return [
        " ".join(filter(None, [each.name, each.text, *each.details, each.note]))
        for each in page.context["lines"]
    ]


def test_it_shows_what_differs_and_what_merging_does(
    admin_client: Client, aetna: InsuranceCompany, other: InsuranceCompany
) -> None:
    plan = PlanFactory(company=other)
    EHRPatientFactory(primary_insurance=insurance_of(plan))
    PlanFactory.create_batch(2, company=aetna)

    page = opened(admin_client, other, aetna)

    assert [(each["name"], each["is_kept"]) for each in page.context["records"]] == [
        ("Aetna Health", False),
        ("Aetna", True),  # it has a payer ID
    ]
    shown = {row.label: [(c.text, c.is_taken) for c in row.cells] for row in page.context["rows"]}
    assert shown["Phone"] == [("800-555-0111", False), ("800-555-0100", True)]
    assert shown["Fax"] == [("800-555-0112", True), ("", False)]
    assert shown["Plans"] == [("1", False), ("2", False)]
    assert "Program" not in shown
    assert lines_of(page) == [
        "PM Aetna Health becomes inactive and points to Aetna.",
        "PM Aetna takes over: Other names: empty → Aetna Health Fax: empty → 800-555-0112",
        "PM 1 plan moves to Aetna.",
        "EHR 1 insurance will be shown under the name Aetna. 1 EHR patient has one of them.",
    ]
    assert f'href="{change_url(plan)}"' in page.text  # every record, on request
    assert 'value="Merge 2 companies"' in page.text


def test_it_does_what_was_shown_and_says_so_on_the_page_of_the_one_kept(
    admin_client: Client, aetna: InsuranceCompany, other: InsuranceCompany
) -> None:
    kept = PlanFactory(company=aetna, name="HMO", **AETNA_ADDRESS)
    gone = PlanFactory(company=other, name="HMO", **AETNA_ADDRESS)
    PlanFactory(company=other)
    PolicyFactory(plan=gone)
    EHRPatientFactory(primary_insurance=insurance_of(gone))

    page = pressed(admin_client, aetna, other)

    assert page.redirect_chain[-1][0] == change_url(aetna)
    [said] = messages_of(page)
    assert strip_tags(said) == (
        "Aetna Health was merged into Aetna. Aetna Health – HMO (111 Academy Drive, 92617) was"
        " merged into Aetna – HMO (111 Academy Drive, 92617). 1 plan, 1 policy and 1 EHR patient"
        " moved. 1 EHR insurance updated. See the sync log."
    )
    assert anew(gone).merged_into == kept
    assert SyncEvent.objects.filter(rule="plans-merged", actor="admin").count() == 4
    batch = str(SyncEvent.objects.latest("pk").batch)
    log = admin_client.get(reverse("admin:sync_syncevent_changelist"), {"batch": batch})
    told = unescape(strip_tags(log.text))
    assert "Merged company Aetna Health into Aetna" in told
    assert "Changed plan of" in told
    for event in SyncEvent.objects.filter(batch=batch):
        assert admin_client.get(change_url(event)).status_code == 200
    history = admin_client.get(reverse("admin:pm_insurancecompany_history", args=[other.pk]))
    told = " ".join(unescape(strip_tags(history.text)).split())
    changes = told.partition("Kept: Aetna with changes: ")[2].partition(".")[0]
    assert set(changes.split(", ")) == {"other names", "fax"}  # which PostgreSQL has in its order


def test_another_choice_than_was_shown_is_shown_first(
    admin_client: Client, aetna: InsuranceCompany, other: InsuranceCompany
) -> None:
    page = pressed(admin_client, aetna, other, keep=other.pk)

    assert "Nothing was merged yet: what you chose" in messages_of(page)[0]
    assert [each["is_kept"] for each in page.context["records"]] == [False, True]
    shown = {row.label: [c.is_taken for c in row.cells] for row in page.context["rows"]}
    assert shown["Phone"] == [False, True]  # as nobody chose it, that of the one kept
    assert anew(other).is_active
    sent = {"keep": other.pk, "take-phone": aetna.pk, "preset-phone": other.pk}
    seen = admin_client.post(url_of(aetna, other), {**sent, "_show": "1"}).context["fingerprint"]
    pressed(admin_client, aetna, other, **sent, _seen=seen)
    assert (anew(other).phone, anew(aetna).merged_into) == ("800-555-0100", other)


def test_what_others_saved_meanwhile_is_shown_first(
    admin_client: Client, aetna: InsuranceCompany, other: InsuranceCompany
) -> None:
    seen = opened(admin_client, aetna, other).context["fingerprint"]
    PlanFactory(company=other)

    page = admin_client.post(url_of(aetna, other), {"_seen": seen, "_merge": "1"})

    assert "Nothing was merged yet: somebody saved something meanwhile." in messages_of(page)[0]
    assert "PM 1 plan moves to Aetna." in lines_of(page)


def test_the_same_plans_may_be_kept_apart(
    admin_client: Client, aetna: InsuranceCompany, other: InsuranceCompany
) -> None:
    for company in (aetna, other):
        PlanFactory(company=company, name="HMO", **AETNA_ADDRESS)
    same = [each.key for each in opened(admin_client, aetna, other).context["same"]]

    page = admin_client.post(url_of(aetna, other), {"same": same, "_show": "1"})

    assert [each.is_together for each in page.context["same"]] == [False]
    assert "PM 1 plan moves to Aetna." in lines_of(page)


def test_patients_who_would_have_a_plan_twice_are_listed_and_left_where_that_is_ticked(
    admin_client: Client, aetna: InsuranceCompany
) -> None:
    plans = PlanFactory.create_batch(2, company=aetna)
    policy = PolicyFactory(plan=plans[0])
    twice = PolicyFactory(plan=plans[1], patient=policy.patient, rank="secondary")

    page = pressed(admin_client, *plans)

    assert "would have one plan twice" in messages_of(page)[0]
    assert f"{policy.patient}: {twice.in_short}" in page.text
    assert "PM 1 patient would have one plan twice. Nothing is guessed: see below." in lines_of(
        page
    )
    pressed(admin_client, *plans, leave="1")
    assert anew(plans[1]).merged_into == plans[0]
    assert anew(twice).plan == plans[1]


def test_one_asks_with_which_to_merge_it(admin_client: Client, aetna: InsuranceCompany) -> None:
    page = opened(admin_client, aetna)

    assert "Same as another company" in page.text
    assert "Aetna is the same as another PM insurance company?" in page.text
    assert "_merge" not in page.text
    assert f'href="{url_of(aetna)}"' in admin_client.get(change_url(aetna)).text


@pytest.mark.parametrize(
    ("keys", "said"), [("", "Nothing to merge"), ("?key=x&key=99999", "Nothing to merge")]
)
def test_an_address_that_names_nothing_leads_home(
    admin_client: Client, keys: str, said: str
) -> None:
    page = admin_client.get(f"{reverse('sync:merge', args=['insuranceplan'])}{keys}", follow=True)
    assert messages_of(page)[0].startswith(said)


def test_one_that_was_merged_already_is_refused_in_words(
    admin_client: Client, aetna: InsuranceCompany, other: InsuranceCompany
) -> None:
    pressed(admin_client, aetna, other)

    page = opened(admin_client, CompanyFactory(), other)

    assert "Nothing was merged: Aetna Health was merged already, into Aetna." in page.text
    assert "_merge" not in page.text


def test_it_is_reached_from_the_lists(
    admin_client: Client, aetna: InsuranceCompany, other: InsuranceCompany
) -> None:
    for records in ((aetna, other), PlanFactory.create_batch(2)):
        ticked: Any = records
        page = choose(admin_client, LISTS[type(ticked[0])], *ticked, action="merge_selected")
        assert page.redirect_chain == [(url_of(*ticked), 302)]
    page = choose(admin_client, LISTS[InsuranceCompany], aetna, action="merge_selected")
    assert "tick 2 to 10 insurance companies" in messages_of(page)[0]


class TestRights:
    def test_who_may_not_change_them_doesnt_see_it(
        self, client: Client, aetna: InsuranceCompany, other: InsuranceCompany
    ) -> None:
        assert opened(limited(client, "pm.view_insurancecompany"), aetna, other).status_code == 403

    def test_what_would_move_and_the_user_may_not_change_is_named_and_nothing_is_done(
        self, client: Client, aetna: InsuranceCompany
    ) -> None:
        kept, gone = PlanFactory.create_batch(2, company=aetna)
        patient = EHRPatientFactory(primary_insurance=insurance_of(gone))
        see = ("ehr.view_insurance", "ehr.view_patient", "pm.change_insurancepolicy")

        page = pressed(limited(client, *CHANGE, *see), kept, gone)

        assert (
            "Your role can't do this: 1 EHR patient would move, which it doesn't let you change."
            " Ask your practice administrator." in unescape(page.text)
        )
        assert anew(gone).is_active
        assert anew(patient).primary_insurance == insurance_of(gone)

    def test_the_other_list_is_hidden_from_who_may_not_see_it(
        self, client: Client, aetna: InsuranceCompany, other: InsuranceCompany
    ) -> None:
        insurance = insurance_of(PlanFactory(company=other))

        page = pressed(limited(client, *CHANGE), aetna, other)

        assert anew(insurance).company_name == "Aetna"
        assert "EHR" not in messages_of(page)[0]
        page = opened(client, CompanyFactory(), aetna)
        assert f"EHR {HIDDEN}" in lines_of(page)


def test_insurances_are_merged_from_their_own_list_orphans_too(admin_client: Client) -> None:
    plan: InsurancePlan = PlanFactory()
    kept, orphan = insurance_of(plan), orphan_insurance()
    patient = EHRPatientFactory(secondary_insurance=orphan)

    page = pressed(admin_client, orphan, kept)

    assert page.redirect_chain[-1][0] == change_url(kept)
    assert anew(patient).secondary_insurance == kept
    page = opened(admin_client, plan, orphan_plan(company=plan.company))
    assert "EHR Nothing changes." in lines_of(page)
