"""A patient's page with several policies, as a browser sends it."""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from kareo.pages.sending.once import PAGE, new_page_id
from kareo.records import StaleRecord
from pm.forms import INSURED
from pm.models import InsurancePolicy, Patient
from sync.models import SyncEvent
from tests.conftest import AtOnce
from tests.factories import PlanFactory, PMPatientFactory, PolicyFactory
from tests.screens import page_values, submit

pytestmark = pytest.mark.django_db

ADD = reverse("admin:pm_patient_add")
TODAY = datetime.date(2026, 7, 1)


def change_url(patient: Patient) -> str:
    return reverse("admin:pm_patient_change", args=[patient.pk])


def added_rows(page: Any, *rows: dict[str, Any], first: int = 0) -> dict[str, Any]:
    """Return what the page sends after `Add another` was clicked for each of `rows`."""
    [inline] = page.context["inline_admin_formsets"]
    template = inline.formset.empty_form
    values: dict[str, Any] = {"policies-TOTAL_FORMS": first + len(rows)}
    for number, row in enumerate(rows, first):
        prefix = f"policies-{number}"
        values[f"{prefix}-patient"] = template["patient"].value() or ""
        standard = {"relationship": "self", "is_active": "on", "policy_number": f"W{number}"}
        values |= {f"{prefix}-{name}": value for name, value in (standard | row).items()}
    return values


PERSON = {
    "chart_number": "C1",
    "last_name": "Doe",
    "first_name": "Pat",
    "date_of_birth": "1980-05-17",
}


def errors_on(response: Any) -> str:
    context = response.context
    rows = [inline.formset for inline in context["inline_admin_formsets"]]
    return str(context["adminform"].form.errors) + "".join(
        f"{formset.errors}{formset.non_form_errors()}" for formset in rows
    )


def test_a_new_patient_with_primary_and_secondary_is_saved_at_once(admin_client: Client) -> None:
    one, two = PlanFactory(), PlanFactory()
    page = admin_client.get(ADD)
    rows = added_rows(
        page, {"rank": "primary", "plan": one.pk}, {"rank": "secondary", "plan": two.pk}
    )

    response = submit(admin_client, ADD, page, **PERSON, **rows)

    assert response.status_code == 302
    ranks = InsurancePolicy.objects.values_list("rank", "plan").order_by("rank")
    assert list(ranks) == [("primary", one.pk), ("secondary", two.pk)]


def test_sent_twice_it_is_saved_once(admin_client: Client) -> None:
    page = admin_client.get(ADD)
    rows = added_rows(page, {"rank": "primary", "plan": PlanFactory().pk})

    answers = [submit(admin_client, ADD, page, **PERSON, **rows).url for _ in range(2)]

    assert answers[0] == answers[1]
    assert Patient.objects.count() == 1
    assert InsurancePolicy.objects.count() == 1


@pytest.mark.parametrize(
    "ending", [{"ends_on": "2026-12-31"}, {"is_active": None}, {"DELETE": "on"}]
)
def test_a_policy_is_ended_and_the_next_one_added_in_one_save(
    admin_client: Client, ending: dict[str, str | None]
) -> None:
    policy = PolicyFactory(effective_on=TODAY)
    page = admin_client.get(change_url(policy.patient))
    row = {"rank": "primary", "plan": policy.plan_id, "effective_on": "2027-01-01"}
    ended = {f"policies-0-{name}": value for name, value in ending.items()}

    response = submit(
        admin_client, change_url(policy.patient), page, **added_rows(page, row, first=1), **ended
    )

    assert response.status_code == 302, errors_on(response)
    effective_on = InsurancePolicy.objects.get(policy_number="W1").effective_on
    assert effective_on is not None
    assert effective_on.year == 2027


def test_two_policies_of_one_rank_are_refused_and_kept_as_typed(admin_client: Client) -> None:
    plan = PlanFactory()
    page = admin_client.get(ADD)
    rows = added_rows(page, *[{"rank": "primary", "plan": plan.pk}] * 2)

    response = submit(admin_client, ADD, page, **PERSON, **rows)

    first, second = response.context["inline_admin_formsets"][0].formset.forms[:2]
    assert not first.errors
    assert "of this rank on these days: W0." in str(second.errors["rank"])
    assert 'value="Doe"' in response.text
    assert not Patient.objects.exists()


def test_a_wrong_birth_date_of_the_insured_is_not_said_to_be_missing(admin_client: Client) -> None:
    page = admin_client.get(ADD)
    row = {"plan": PlanFactory().pk, "relationship": "spouse"}
    rows = added_rows(page, row | {"insured_date_of_birth": "13/45/1980"})

    response = submit(admin_client, ADD, page, **PERSON, **rows)

    errors = response.context["inline_admin_formsets"][0].formset.forms[0].errors
    why = ["Required when the patient isn't the insured."]
    assert {name: errors[name] for name in INSURED[:2]} == dict.fromkeys(INSURED[:2], why)
    [only] = errors["insured_date_of_birth"]
    assert only.startswith("Type month, day and year")


def test_a_policy_deleted_meanwhile_is_said(admin_client: Client) -> None:
    policy = PolicyFactory()
    page = admin_client.get(change_url(policy.patient))
    policy.delete()

    response = submit(admin_client, change_url(policy.patient), page, last_name="Roe")

    assert "was deleted by someone else meanwhile" in errors_on(response)
    assert "was deleted by someone else meanwhile" in response.text


def test_a_policy_changed_meanwhile_is_not_deleted_unseen(admin_client: Client) -> None:
    policy = PolicyFactory()
    page = admin_client.get(change_url(policy.patient))
    policy.policy_number = "W999999"
    policy.save()

    response = submit(admin_client, change_url(policy.patient), page, **{"policies-0-DELETE": "on"})

    assert "is now W999999" in errors_on(response)
    assert InsurancePolicy.objects.exists()
    assert submit(admin_client, change_url(policy.patient), response).status_code == 302
    assert not InsurancePolicy.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_pages_that_name_the_same_plans_in_other_orders_all_save(
    admin_client: Client, admin_user: User, at_once: AtOnce
) -> None:
    plans = [PlanFactory().pk for _ in range(3)]
    page = admin_client.get(ADD)

    def save(number: int) -> Callable[..., list[int]]:
        def post() -> list[int]:
            answers = []
            for turn in range(4):
                order = plans if number % 2 else plans[::-1]
                rows = [
                    {"rank": rank, "plan": plan}
                    for rank, plan in zip(("primary", "secondary", "tertiary"), order, strict=True)
                ]
                values = page_values(page) | PERSON | added_rows(page, *rows)
                own = {"chart_number": f"C{number}-{turn}", "last_name": f"Doe {number}-{turn}"}
                values |= own | {PAGE: new_page_id(admin_user)}
                answers.append(admin_client.post(ADD, values).status_code)
            return answers

        return post

    assert at_once(*map(save, range(6))) == [[302] * 4] * 6
    assert InsurancePolicy.objects.count() == 6 * 4 * 3


@pytest.mark.django_db(transaction=True)
def test_update_or_create_takes_its_locks_in_the_order_of_a_save(at_once: AtOnce) -> None:
    plans = [PlanFactory() for _ in range(3)]
    policies = [PolicyFactory(plan=plan, patient=PMPatientFactory()) for plan in plans]

    def move(start: int) -> Callable[..., None]:
        def run() -> None:
            for turn in range(8):
                policy = policies[(start + turn) % 3]
                plan = plans[(start * 2 + turn) % 3]
                try:
                    InsurancePolicy.objects.update_or_create(pk=policy.pk, defaults={"plan": plan})
                except StaleRecord:
                    continue

        return run

    at_once(*map(move, range(6)))

    assert InsurancePolicy.objects.count() == 3


def ranks_of(patient: Patient) -> dict[str, str]:
    return dict(patient.policies.values_list("policy_number", "rank"))


TRADES = {
    "two swap": (["primary", "secondary"], ["secondary", "primary"]),
    "three rotate": (["primary", "secondary", "tertiary"], ["tertiary", "primary", "secondary"]),
    "one moves up as another ends": (["primary", "secondary"], [None, "primary"]),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("ranks", "traded"), TRADES.values(), ids=TRADES)
def test_policies_trade_their_ranks_in_one_save_and_each_is_logged_once(
    admin_client: Client, ranks: list[str], traded: list[str | None]
) -> None:
    patient = PMPatientFactory()
    for number, rank in enumerate(ranks):
        PolicyFactory(patient=patient, rank=rank, policy_number=f"W{number}")
    page = admin_client.get(change_url(patient))
    typed: dict[str, Any] = {}
    for number, end in enumerate(traded):
        typed |= {f"policies-{number}-{'rank' if end else 'DELETE'}": end or "on"}
    SyncEvent.objects.all().delete()

    response = submit(admin_client, change_url(patient), page, **typed)

    assert response.status_code == 302, errors_on(response)
    assert ranks_of(patient) == {f"W{n}": rank for n, rank in enumerate(traded) if rank}
    for policy in patient.policies.all():
        number = int(policy.policy_number[1:])
        events = SyncEvent.objects.filter(source_model="pm.InsurancePolicy", source_id=policy.pk)
        # Told once, of the rank that it has; none for one in between.
        told = ranks[number] if policy.rank == "tertiary" else policy.rank
        assert [(event.rule, event.source_changes) for event in events] == [
            (f"pm-{told}-changed", {"rank": [ranks[number], traded[number]]})
        ]


@pytest.mark.django_db(transaction=True)
def test_ranks_that_meet_in_the_end_are_refused_and_nothing_is_saved(admin_client: Client) -> None:
    patient = PMPatientFactory()
    for rank in ("primary", "secondary", "tertiary"):
        PolicyFactory(patient=patient, rank=rank, policy_number=rank)
    page = admin_client.get(change_url(patient))
    typed = {"policies-0-rank": "secondary", "policies-2-rank": "primary"}
    events = SyncEvent.objects.count()

    response = submit(admin_client, change_url(patient), page, last_name="Roe", **typed)

    assert "already has an active policy of this rank" in errors_on(response)
    assert all(number == rank for number, rank in ranks_of(patient).items())
    assert not Patient.objects.filter(last_name="Roe").exists()
    assert SyncEvent.objects.count() == events


def test_a_new_patient_has_one_open_row_which_may_stay_empty(admin_client: Client) -> None:
    page = admin_client.get(ADD)
    values = page_values(page)
    assert values["policies-TOTAL_FORMS"] == 1
    assert values["policies-0-rank"] == "primary"

    assert submit(admin_client, ADD, page, **PERSON).status_code == 302

    patient = Patient.objects.get()
    assert not patient.policies.exists()
    assert page_values(admin_client.get(change_url(patient)))["policies-TOTAL_FORMS"] == 1
    PolicyFactory(patient=patient)
    assert page_values(admin_client.get(change_url(patient)))["policies-TOTAL_FORMS"] == 1


def test_a_row_whose_rank_alone_was_set_is_empty(admin_client: Client) -> None:
    page = admin_client.get(ADD)

    response = submit(admin_client, ADD, page, **PERSON, **{"policies-0-rank": "secondary"})

    assert response.status_code == 302
    assert not InsurancePolicy.objects.exists()


def test_what_is_typed_from_the_card_is_taken(admin_client: Client) -> None:
    page = admin_client.get(ADD)
    row = {
        "policies-0-plan": PlanFactory().pk,
        "policies-0-copay": "$25",
        "policies-0-effective_on": "1-1-26",
        "policies-0-ends_on": "01012026",  # a single day
        "policies-0-policy_number": "",
    }
    born = {"date_of_birth": "1-5-46"}

    response = submit(admin_client, ADD, page, **{**PERSON, **born}, **row)

    assert response.status_code == 302, errors_on(response)
    policy = InsurancePolicy.objects.get()
    assert (policy.copay, policy.policy_number) == (25, "")
    assert policy.effective_on == policy.ends_on == datetime.date(2026, 1, 1)
    assert policy.patient.date_of_birth == datetime.date(1946, 1, 5)
    assert str(policy).endswith("primary, no policy number yet")
    shown = admin_client.get(change_url(policy.patient)).text
    assert 'value="01/05/1946"' in shown
    assert 'value="01/01/2026"' in shown


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("$1,250", "1250"), ("1,250.50", "1250.50"), ("12,345.6", "12345.60"), ("$ 20.50", "20.50")],
)
def test_a_copay_may_have_its_thousands_apart(
    admin_client: Client, typed: str, stored: str
) -> None:
    row = {"policies-0-plan": PlanFactory().pk, "policies-0-copay": typed}

    response = submit(admin_client, ADD, **PERSON, **row)

    assert response.status_code == 302, errors_on(response)
    assert InsurancePolicy.objects.get().copay == Decimal(stored)


@pytest.mark.parametrize("typed", ["20,50", "20,5", "1,25", "1250,50", "0,250", "1,250,5", ",250"])
def test_a_comma_that_may_mean_cents_is_refused(admin_client: Client, typed: str) -> None:
    row = {"policies-0-plan": PlanFactory().pk, "policies-0-copay": typed}

    response = submit(admin_client, ADD, **PERSON, **row)

    assert "Type dollars and cents, such as 25.50." in errors_on(response)
    assert not InsurancePolicy.objects.exists()


def test_a_name_has_one_plain_space_however_it_is_spaced(admin_client: Client) -> None:
    typed = {**PERSON, "first_name": "Ina \u2003 May"}

    assert submit(admin_client, ADD, **typed).status_code == 302
    patient = Patient.objects.get()
    assert patient.first_name == "Ina May"
    page = submit(admin_client, change_url(patient), first_name="Ina\u2003May")
    told = " ".join(map(str, get_messages(page.wsgi_request)))
    assert "Nothing was changed" in told


def test_an_insured_person_is_somebody_to_the_patient(admin_client: Client) -> None:
    page = admin_client.get(ADD)
    row = {"policies-0-plan": PlanFactory().pk, "policies-0-insured_last_name": "Doe"}

    response = submit(admin_client, ADD, page, **PERSON, **row)

    assert "You typed who is insured" in errors_on(response)
    assert not Patient.objects.exists()


@pytest.mark.parametrize("typed", ["2/30/1980", "Feb 30 1980", "02301980", "2/29/81", "1/45/1986"])
def test_of_a_day_that_doesnt_exist_that_is_said(admin_client: Client, typed: str) -> None:
    response = submit(admin_client, ADD, **{**PERSON, "date_of_birth": typed})

    assert "There is no such day. Check month, day and year." in errors_on(response)


@pytest.mark.parametrize("typed", ["13/45/1986", "31/12/1986", "soon"])
def test_what_is_no_date_is_refused_in_words(admin_client: Client, typed: str) -> None:
    response = submit(admin_client, ADD, **{**PERSON, "date_of_birth": typed})

    assert "Type month, day and year, such as 01/05/1986." in errors_on(response)


def test_each_policy_is_headed_by_what_tells_it_from_the_others(admin_client: Client) -> None:
    patient, today = PMPatientFactory(), localdate()
    year = datetime.timedelta(days=365)
    held = {"patient": patient, "rank": "primary"}
    PolicyFactory(**held, policy_number="W1", ends_on=today)
    later = PolicyFactory(**held, policy_number="W2", effective_on=today + year)
    PolicyFactory(patient=patient, rank="secondary", policy_number="", is_active=False)
    ended = PolicyFactory(patient=patient, rank="secondary", ends_on=today - year)
    page = admin_client.get(change_url(patient)).text

    heads = re.findall(r'<b class="inline_label">(.*?)</b>', page)
    assert sorted(heads) == [
        "New policy",
        "Primary from " + f"{later.effective_on:%m/%d/%Y} · W2",
        "Primary · W1",
        f"Secondary until {ended.ends_on:%m/%d/%Y} · {ended.policy_number}",
        "Secondary, inactive · no policy number yet",
    ]
    assert page.index('id="policies-group"') < page.index("About this record")
    assert page.count("About this record") == 1


@pytest.mark.parametrize("role", ["Front desk", "Clinical staff"])
def test_the_copay_is_labeled_alike_to_who_types_it_and_who_reads_it(
    client: Client, django_user_model: type[User], role: str
) -> None:
    user = django_user_model.objects.create_user("staff", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    page = client.get(change_url(PolicyFactory(copay="25.50").patient)).text

    labels = re.findall(r"<label[^>]*>(Copay[^<]*)</label>", page)
    assert set(labels) == {"Copay, $:"}
