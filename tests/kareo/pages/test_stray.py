"""No page fails on what none of ours sends: every page of the admin, each with what is hostile."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from kareo.pages.sending.once import PAGE
from pm.models import Patient
from tests.factories import EHRPatientFactory, PlanFactory, PolicyFactory, insurance_of
from tests.screens import messages_of, page_values

pytestmark = pytest.mark.django_db

MODELS = list(admin.site._registry)
HUGE = "9" * 22
ODD = ("abc", "-1", HUGE, "9" * 5000, "\u00a0")
UNKNOWN = (
    "id__range=1",
    "id__in=,",
    "pk=abc",
    "id__exact=" + HUGE,
    "nothing=1",
    "a__b__c__d=1",
    "name__regex=(",
    "notes__regex=(a%2B)%2B%24",
    "username__regex=(",
    "password__startswith=p",
    "user_agent__regex=(",
    "source_text__regex=(",
    "actor__regex=(",
    "created_at__year=0",
    "company__name__regex=(",
    "groups__name__regex=(",
    "_to_field=password",
)
ODDLY_KNOWN = (
    *(f"{name}={value}" for name in ("p", "o") for value in ODD),
    "all=abc",
    "_facets=abc",
    "o=99",
    "o=-99.1.-",
    "_to_field=",
    "_popup=abc",
    "e=1",
    "_changelist_filters=%25",
    "q=" + "a%20" * 1500,
    "q=%22%22%27",
    "is_active__exact=abc",
    "is_active__isnull=abc",
    "groups__id__exact=abc",
    "groups__id__exact=" + HUGE,
    "groups__isnull=abc",
    "program__exact=abc",
    "origin__exact=%F0%9F%92%A9",
    "outcome__exact=abc",
    "locked_out=abc",
    "drift=abc",
    "has=pm.InsurancePlan:" + HUGE,
    "about=x:" + HUGE,
    "batch=abc",
    "company__id__exact=abc",
    "company__id__exact=" + HUGE,
    "searched=abc",
    "created_at__from=abc",
    "created_at__gte=abc",
    "before=abc",
    "after=" + HUGE,
    "actor=abc",
)


def page(model: type[Model], name: str, *args: Any) -> str:
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=args)


@pytest.fixture
def records(db: None) -> dict[type[Model], Model]:
    """Return one of each of what has pages."""
    plan = PlanFactory(company__name="Aetna")
    policy = PolicyFactory(plan=plan)
    insurance = insurance_of(plan)
    attempt = AccessAttempt.objects.create(username="x", failures_since_start=1)
    made: list[Any] = [
        plan,
        plan.company,
        policy.patient,
        insurance,
        EHRPatientFactory(primary_insurance=insurance),
        attempt,
        User.objects.create_user("staff", is_staff=True),
        Group.objects.get(name="Billing"),
    ]
    found = {type(record): record for record in made}
    events = admin.site._registry.keys() - found.keys()
    return found | {model: model._default_manager.first() for model in events}


@pytest.fixture(params=MODELS, ids=lambda model: model._meta.label)
def model(request: pytest.FixtureRequest) -> type[Model]:
    chosen: type[Model] = request.param
    return chosen


def test_a_list_is_narrowed_by_its_own_filters_only(
    admin_client: Client, model: type[Model], records: Any
) -> None:
    for query in UNKNOWN:
        url = f"{page(model, 'changelist')}?{query}"
        for again in "", "&e=1":
            response: Any = admin_client.get(url + again)
            assert response.status_code == 302, query
            assert response.url == f"{page(model, 'changelist')}?e=1", query
    shown = admin_client.get(response.url)
    assert messages_of(shown)[0] == (
        "This list can't show what that link asks for, so this is all of it. Choose a filter, or"
        " search."
    )


def test_a_list_takes_any_value_of_what_it_knows(
    admin_client: Client, model: type[Model], records: Any
) -> None:
    for query in ODDLY_KNOWN:
        response: Any = admin_client.get(f"{page(model, 'changelist')}?{query}")
        if response.status_code == 302:
            assert response.url == f"{page(model, 'changelist')}?e=1", query
        else:
            assert response.status_code == 200, query


def test_an_action_on_what_cant_be_a_row(
    admin_client: Client, model: type[Model], records: Any
) -> None:
    url = page(model, "changelist")
    for value in (*ODD, "a\x00b"):
        for data in (
            {"action": "delete_selected", "_selected_action": value, "post": "yes"},
            {"action": "deactivate", "_selected_action": value, "select_across": value},
            {"action": value, "index": value, "_selected_action": "1"},
            {"action": "deactivate", "_left": value, "_selected_action": "1"},
            {"chosen": value, "_save": "1", "form-TOTAL_FORMS": value},
        ):
            assert admin_client.post(url, data).status_code in {200, 302, 403}, data


def test_a_page_of_what_isnt_there(admin_client: Client, model: type[Model], records: Any) -> None:
    for value in (*ODD, "0", "a%00b"):
        for name in ("change", "delete", "history"):
            url = page(model, name, "KEY").replace("KEY", value)
            for response in admin_client.get(url), admin_client.post(url):
                assert response.status_code in {302, 403, 404, 405}, (name, value)


def test_any_query_of_a_page(admin_client: Client, model: type[Model], records: Any) -> None:
    for name in ("change", "delete", "history"):
        url = page(model, name, records[model].pk)
        usual = admin_client.get(url).status_code
        for query in ("_to_field=", "_popup=abc", "_changelist_filters=%25", "p=abc", "back=%25"):
            assert admin_client.get(f"{url}?{query}").status_code == usual, (name, query)
    response = admin_client.get(f"{page(model, 'change', records[model].pk)}?_to_field=password")
    assert response.status_code == 400
    assert "Go back, reload the page and try again." in response.text


def test_a_page_begins_with_any_preset(
    admin_client: Client, model: type[Model], records: Any
) -> None:
    url = page(model, "add")
    if (shown := admin_client.get(url)).status_code == 403:  # whoever has all rights adds none
        return
    fields = [*shown.context["adminform"].form.fields, "id", "like"]
    for value in ODD:
        assert admin_client.get(url, dict.fromkeys(fields, value)).status_code == 200, value


def test_a_form_with_any_values(admin_client: Client, model: type[Model], records: Any) -> None:
    url = page(model, "change", records[model].pk)
    sent = page_values(admin_client.get(url))
    if sent.keys() == {PAGE}:  # a page that is only read
        return
    del sent[PAGE]  # each of these is a page of its own
    others = {name for name in sent if name.endswith("_FORMS")} | {"_previewed", "_popup"}
    for value in (*ODD, "a\x00b"):
        for name in others:
            assert admin_client.post(url, sent | {name: value}).status_code in {200, 302}, name
        response = admin_client.post(url, sent | dict.fromkeys(sent.keys() - others, value))
        assert response.status_code in {200, 400}, value
        response = admin_client.post(url, sent | {"_to_field": value})
        assert response.status_code == 400, value


def test_save_as_new_is_no_button_of_any_page(
    admin_client: Client, model: type[Model], records: Any
) -> None:
    response = admin_client.post(
        page(model, "change", records[model].pk), {"_saveasnew": "1", "_to_field": ""}
    )

    assert response.status_code in {200, 302, 403}
    assert model._default_manager.filter(pk=records[model].pk).exists()


def test_a_page_holds_so_many_rows(admin_client: Client) -> None:
    url = page(Patient, "change", PolicyFactory().patient.pk)
    sent = page_values(admin_client.get(url)) | {"policies-TOTAL_FORMS": "2000"}

    response = admin_client.post(url, sent)

    [rows] = response.context["inline_admin_formsets"]
    assert len(rows.formset.forms) == 100
    assert "This page holds at most 100 rows. Remove some and save again." in response.text


def test_a_page_without_its_count_of_rows_is_incomplete(admin_client: Client) -> None:
    url = page(Patient, "change", PolicyFactory().patient.pk)
    sent = page_values(admin_client.get(url)) | {"policies-TOTAL_FORMS": "abc"}

    assert "This page is incomplete, so nothing was saved." in admin_client.post(url, sent).text
