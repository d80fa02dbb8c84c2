"""Each page loads the scripts that something on it uses, and no others."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from sync.models import SyncEvent
from tests.factories import PlanFactory, PMPatientFactory, insurance_of
from tests.screens import change_url

pytestmark = pytest.mark.django_db

EVERYWHERE = ["theme", "sending"]
JQUERY = ["jquery", "jquery.init"]
FORM = [*EVERYWHERE, "change_form"]
PREVIEWED = [*FORM, "preview"]
PICKERS = [*JQUERY, "RelatedObjectLookups", "select2.full", "en", "autocomplete"]
WORDS = ["jsi18n", "widgets"]
DATES = ["core", "calendar", "DateTimeShortcuts"]
LIST = [*EVERYWHERE, "filters", "actions", "jsi18n", "search"]
INLINES = [*JQUERY, "inlines"]
PAIRS_OF_LISTS = [*JQUERY, "core", "RelatedObjectLookups", "SelectBox", "SelectFilter2", *WORDS]


def add(name: str) -> Callable[[], str]:
    return lambda: reverse(f"admin:{name}_add")


def changelist(name: str) -> Callable[[], str]:
    return lambda: reverse(f"admin:{name}_changelist")


PAGES: dict[str, tuple[Callable[[], str], list[str]]] = {
    "home": (lambda: reverse("admin:index"), [*EVERYWHERE, "search"]),
    "search": (lambda: reverse("sync:search"), [*EVERYWHERE, "search"]),
    "companies": (changelist("pm_insurancecompany"), LIST),
    "plans": (changelist("pm_insuranceplan"), LIST),
    "insurances": (changelist("ehr_insurance"), LIST),
    "log": (changelist("sync_syncevent"), [*EVERYWHERE, "filters", "search"]),
    "users": (changelist("auth_user"), LIST),
    "groups": (changelist("auth_group"), LIST),
    "new company": (add("pm_insurancecompany"), [*PREVIEWED, *INLINES, "plans"]),
    "company": (lambda: change_url(PlanFactory().company), PREVIEWED),
    "new plan": (add("pm_insuranceplan"), [*PREVIEWED, *PICKERS, *WORDS, "plans"]),
    "plan": (lambda: change_url(PlanFactory()), [*PREVIEWED, *PICKERS, *WORDS]),
    "new insurance": (add("ehr_insurance"), PREVIEWED),
    "insurance": (lambda: change_url(insurance_of(PlanFactory())), PREVIEWED),
    "new PM patient": (add("pm_patient"), [*FORM, *PICKERS, *DATES, *WORDS, "inlines", "policies"]),
    "new EHR patient": (add("ehr_patient"), [*FORM, *PICKERS, *WORDS]),
    "entry of the log": (
        lambda: (PlanFactory(), change_url(SyncEvent.objects.latest("pk")))[1],
        FORM,
    ),
    "deletion": (
        lambda: change_url(PMPatientFactory()).replace("change", "delete"),
        [*EVERYWHERE, "cancel"],
    ),
    "user": (lambda: change_url(User.objects.get()), [*FORM, *PAIRS_OF_LISTS]),
    "new user": (add("auth_user"), FORM),
    "group": (lambda: change_url(Group.objects.first()), [*FORM, *PAIRS_OF_LISTS]),
}


def scripts_of(page: Any) -> list[str]:
    """Return the names of the scripts that a page loads, without folders and endings."""
    sources = re.findall(r'<script[^>]* src="([^"]+)"', page.content.decode())
    return [re.sub(r"(\.min)?\.js$", "", each.rstrip("/").split("/")[-1]) for each in sources]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_what_it_uses(admin_client: Client, name: str) -> None:
    url, expected = PAGES[name]

    loaded = scripts_of(admin_client.get(url()))

    assert sorted(loaded) == sorted(set(expected))


@pytest.mark.parametrize("name", ["new plan", "new PM patient", "user"])
def test_scripts_come_after_those_they_use(admin_client: Client, name: str) -> None:
    loaded = scripts_of(admin_client.get(PAGES[name][0]()))

    def come_in_order(*names: str) -> bool:
        places = [loaded.index(each) for each in names if each in loaded]
        return places == sorted(places)

    assert come_in_order("jsi18n", "jquery", "jquery.init", "RelatedObjectLookups", "widgets")
    assert come_in_order("jquery", "select2.full", "jquery.init", "autocomplete")
    assert come_in_order("core", "calendar", "DateTimeShortcuts")
    assert come_in_order("core", "SelectBox", "SelectFilter2")
    assert come_in_order("jquery.init", "inlines")


def test_a_browser_keeps_the_words_of_the_scripts(admin_client: Client) -> None:
    answer = admin_client.get(reverse("admin:jsi18n"))

    assert answer.headers["Cache-Control"] == "private, max-age=86400"
    assert b"ngettext" in answer.content
