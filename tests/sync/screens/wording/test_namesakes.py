"""What the log says of a company tells it apart from others of its name."""

import html
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from kareo.records.acting import acting
from pm.models import InsuranceCompany
from sync.models import SyncEvent
from sync.screens.wording.namesakes import tell_apart
from tests.conftest import Statements
from tests.factories import CompanyFactory, InsuranceFactory, PlanFactory, PolicyFactory, anew
from tests.screens import change_url, messages_of, submit

pytestmark = pytest.mark.django_db

LOG = reverse("admin:sync_syncevent_changelist")
OAKLAND = {"street_1": "1 Kaiser Plaza", "city": "Oakland", "state": "CA", "zip_code": "94612"}
PORTLAND = {"street_1": "PO Box 3", "city": "Portland", "state": "OR", "zip_code": "97201"}
IN_OAKLAND = "Kaiser Permanente (1 Kaiser Plaza, Oakland, CA 94612)"


@pytest.fixture
def oakland() -> InsuranceCompany:
    """Return one of two companies of one name."""
    CompanyFactory(name="KAISER Permanente", **PORTLAND)
    with acting("admin"):
        return CompanyFactory(name="Kaiser Permanente", **OAKLAND)


def move(plan: Any, company: InsuranceCompany) -> SyncEvent:
    plan.company = company
    plan.save()
    return SyncEvent.objects.latest("pk")


def texts(user: User, *events: SyncEvent) -> list[str]:
    return [event.source_text for event in tell_apart(user, events)]


def test_in_the_log_on_its_entry_in_its_history_and_on_the_first_page(
    admin_client: Client, oakland: InsuranceCompany
) -> None:
    event = SyncEvent.objects.latest("pk")

    for url in (
        LOG,
        reverse("admin:sync_syncevent_change", args=[event.pk]),
        reverse("admin:pm_insurancecompany_history", args=[oakland.pk]),
        reverse("admin:index"),
    ):
        assert f"Added company {IN_OAKLAND}" in strip_tags(admin_client.get(url).text)


def test_in_what_was_made_for_an_insurance(admin_client: Client, oakland: InsuranceCompany) -> None:
    InsuranceFactory(company_name="Kaiser Permanente", street_1="9 Elm Street")
    event = SyncEvent.objects.get(target_model="pm.InsuranceCompany")

    page = admin_client.get(reverse("admin:sync_syncevent_change", args=[event.pk]))

    assert "Kaiser Permanente (9 Elm Street, Irvine, CA 92617)" in page.text


def test_in_the_message_after_its_save(admin_client: Client, oakland: InsuranceCompany) -> None:
    saved = admin_client.get(submit(admin_client, change_url(oakland), notes="x").url)
    added = submit(admin_client, reverse("admin:pm_insurancecompany_add"), name="Kaiser Permanente")

    assert IN_OAKLAND in messages_of(saved)[0]
    assert anew(oakland).name == "Kaiser Permanente"
    assert "Kaiser Permanente</a> saved." in messages_of(admin_client.get(added.url))[0]


def test_not_in_the_message_where_nobody_else_has_its_name(admin_client: Client) -> None:
    company = CompanyFactory(name="Aetna", **OAKLAND, payer_id="60054")
    CompanyFactory(name="Aetna Health", **OAKLAND)

    saved = submit(admin_client, change_url(company), notes="x")
    assert "Aetna</a> saved." in messages_of(admin_client.get(saved.url))[0]
    added = submit(admin_client, reverse("admin:pm_insurancecompany_add"), name="UMR", **OAKLAND)
    assert "UMR</a> saved." in messages_of(admin_client.get(added.url))[0]


def test_not_where_nobody_else_has_its_name(admin_user: User) -> None:
    CompanyFactory(name="Aetna", payer_id="60054")

    assert texts(admin_user, SyncEvent.objects.latest("pk")) == ["Aetna"]


def test_where_it_is_called_otherwise_by_now(admin_user: User) -> None:
    company = CompanyFactory(name="Aetna", **OAKLAND, payer_id="60054")
    added = SyncEvent.objects.latest("pk")
    company.name, company.payer_id, company.street_1 = "Aetna Health", "01112", "1 New Street"
    company.save()

    assert texts(admin_user, SyncEvent.objects.latest("pk"), added) == [
        "Aetna Health",
        "Aetna (now Aetna Health)",
    ]
    company.delete()
    assert texts(admin_user, anew(added)) == ["Aetna (deleted as Aetna Health)"]


def test_a_move_between_namesakes_of_which_one_is_called_otherwise_by_now(
    admin_user: User, oakland: InsuranceCompany
) -> None:
    plan = PlanFactory(company__name="Kaiser Permanente", company__city="Fresno")
    was = plan.company
    event = move(plan, oakland)
    was = anew(was)
    was.name, was.city = "Kaiser North", "Chico"
    was.save()

    [shown] = tell_apart(admin_user, [event])

    now = "Kaiser Permanente (now Kaiser North)"
    told = [each["told"] for each in shown.source_changes["company"]]
    assert told == [now, "Kaiser Permanente (Oakland, CA)"]


def test_where_it_was_deleted_by_what_it_was(admin_user: User, oakland: InsuranceCompany) -> None:
    added = SyncEvent.objects.latest("pk")
    oakland.delete()

    assert texts(admin_user, SyncEvent.objects.latest("pk"), added) == [IN_OAKLAND, IN_OAKLAND]


def test_not_for_whoever_may_not_see_companies(oakland: InsuranceCompany) -> None:
    reader = User.objects.create_user("reader")
    reader.user_permissions.add(Permission.objects.get(codename="view_syncevent"))

    assert texts(reader, SyncEvent.objects.latest("pk")) == ["PM insurance company"]


def test_a_move_between_namesakes_has_numbers_for_whoever_may_not_see_companies(
    client: Client, oakland: InsuranceCompany
) -> None:
    plan = PlanFactory(company__name="Kaiser Permanente")
    was = plan.company
    event = move(plan, oakland)
    reader = User.objects.create_user("reader", is_staff=True)
    seen = ["view_syncevent", "view_insuranceplan"]
    reader.user_permissions.set(Permission.objects.filter(codename__in=seen))
    client.force_login(reader)

    entry = client.get(reverse("admin:sync_syncevent_change", args=[event.pk])).text
    history = client.get(reverse("admin:pm_insuranceplan_history", args=[plan.pk])).text

    kind = "PM insurance company"
    numbers = f"{kind} (no. {was.pk}) → {kind} (no. {oakland.pk})"
    assert f"Company: {numbers}" in html.unescape(entry)
    assert f"Company: {numbers}" in html.unescape(history)
    assert "Oakland" not in entry + history


def test_a_plan_that_moves_to_a_namesake_says_in_short_from_which_to_which(
    admin_client: Client, oakland: InsuranceCompany
) -> None:
    plan = PlanFactory(company__name="Kaiser Permanente", company__city="Fresno")
    event = move(plan, oakland)

    entry = admin_client.get(reverse("admin:sync_syncevent_change", args=[event.pk])).text
    log = strip_tags(admin_client.get(LOG).text)

    moved = "Kaiser Permanente (Fresno, CA){} Kaiser Permanente (Oakland, CA)"
    assert f"Moved plan {plan.name} from {moved.format(' to')}" in log
    assert f"Company: {moved.format(' →')}" in html.unescape(entry)


def test_a_plan_that_moves_to_a_company_of_another_name_says_which_of_that_name(
    admin_user: User, oakland: InsuranceCompany
) -> None:
    event = move(PlanFactory(company__name="Aetna"), oakland)

    [shown] = tell_apart(admin_user, [event])

    assert [each["told"] for each in shown.source_changes["company"]] == ["Aetna", IN_OAKLAND]


def test_a_plan_that_is_deleted_says_of_which_company(
    admin_user: User, oakland: InsuranceCompany
) -> None:
    PlanFactory(company=oakland).delete()

    [shown] = tell_apart(admin_user, [SyncEvent.objects.latest("pk")])

    company, nothing = shown.source_changes["company"]
    assert (company["told"], nothing) == (IN_OAKLAND, None)


def test_what_is_stored_stays(admin_user: User, oakland: InsuranceCompany) -> None:
    event = move(PlanFactory(company__name="Kaiser Permanente"), oakland)

    tell_apart(admin_user, SyncEvent.objects.all())

    stored = SyncEvent.objects.get(pk=event.pk)
    assert stored.source_text == event.source_text
    assert not any("told" in each for each in stored.source_changes["company"])


def test_all_companies_of_a_page_are_asked_for_at_once(
    admin_client: Client, statements: Statements
) -> None:
    def asked() -> int:
        with statements() as sent:
            assert admin_client.get(LOG).status_code == 200
        return len(sent)

    CompanyFactory.create_batch(2, name="Kaiser Permanente")
    few = asked()
    CompanyFactory.create_batch(9, name="Kaiser Permanente")
    assert asked() == few
    SyncEvent.objects.all().delete()
    PolicyFactory()
    SyncEvent.objects.filter(source_model="pm.InsuranceCompany").delete()
    assert asked() == few - 1  # nothing to ask for


def test_all_plans_of_a_page_are_asked_for_at_once(
    admin_client: Client, statements: Statements
) -> None:
    policy = PolicyFactory()
    first = policy.plan
    company = CompanyFactory()
    plans = PlanFactory.create_batch(8, company=company, name="HMO", **OAKLAND)

    def asked() -> int:
        url = reverse("admin:pm_patient_history", args=[policy.patient_id])
        with statements() as sent:
            page = admin_client.get(url)
        shown.append(html.unescape(strip_tags(page.text)))
        return len(sent)

    shown: list[str] = []
    asked()  # what the program reads once
    counts = []
    for some in (plans[:3], plans[3:]):
        for policy.plan in some:
            policy.save()
        counts.append(asked())

    assert counts[0] == counts[1]
    assert f"Plan: {first} → {plans[0]}\n" in shown[-1]
    assert f"(no. {plans[0].pk}) → {plans[1]} (no. {plans[1].pk})" in shown[-1]
