"""Fieldsets look as Django's own template makes them, spaces between tags aside."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.template import Context, Engine
from django.test import Client
from django.urls import reverse

from kareo.pages.html.fieldsets import drawn_fieldset
from sync.models import SyncEvent
from tests.factories import PlanFactory, PMPatientFactory, PolicyFactory, insurance_of
from tests.screens import change_url, page_values

pytestmark = pytest.mark.django_db

DJANGOS = Engine(dirs=[str(Path(admin.__file__).parent / "templates")])
HOSTILE = "<b>\"Aetna & 'Sons'\"</b>"


def fieldsets(page: Any) -> Iterator[dict[str, Any]]:
    """Return what the templates of a form give each of its fieldsets."""
    for number, fieldset in enumerate(page.context["adminform"]):
        at = {"prefix": "fieldset", "id_prefix": 0, "id_suffix": number}
        yield {"fieldset": fieldset, "heading_level": 2, **at}
    for inline in page.context["inline_admin_formsets"]:
        for row, form in enumerate(inline):
            for number, fieldset in enumerate(form):
                at = {"prefix": inline.formset.prefix, "id_prefix": row, "id_suffix": number}
                yield {"fieldset": fieldset, "heading_level": 4, **at}


def plain(html: str) -> str:
    return re.sub(r"\s*([<>])\s*", r"\1", html)


def assert_like_djangos(page: Any) -> None:
    template = DJANGOS.get_template("admin/includes/fieldset.html")
    contexts = list(fieldsets(page))
    assert contexts
    for context in contexts:
        ours, djangos = drawn_fieldset(context), template.render(Context(context))
        assert plain(ours) == plain(djangos)
        assert plain(ours) in plain(page.content.decode())


PAGES: dict[str, Callable[[], str]] = {
    "new company": lambda: reverse("admin:pm_insurancecompany_add"),
    "company": lambda: change_url(PlanFactory(company__name=HOSTILE).company),
    "new plan": lambda: reverse("admin:pm_insuranceplan_add"),
    "plan": lambda: change_url(PlanFactory(name=HOSTILE)),
    "insurance": lambda: change_url(insurance_of(PlanFactory(name=HOSTILE))),
    "patient": lambda: change_url(PolicyFactory().patient),
    "entry of the log": lambda: (PlanFactory(), change_url(SyncEvent.objects.latest("pk")))[1],
    "user": lambda: change_url(User.objects.get()),
    "group": lambda: change_url(Group.objects.earliest("pk")),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page(admin_client: Client, name: str) -> None:
    assert_like_djangos(admin_client.get(PAGES[name]()))


def test_a_page_that_is_only_read(client: Client) -> None:
    reader = User.objects.create(username="reader", is_staff=True)
    reader.user_permissions.set(Group.objects.get(name="Clinical staff").permissions.all())
    client.force_login(reader)

    assert_like_djangos(client.get(change_url(PlanFactory(name=HOSTILE))))


def test_a_refused_page(admin_client: Client) -> None:
    url = reverse("admin:pm_insurancecompany_add")
    typed = {"name": "", "zip_code": HOSTILE, "state": "<", "plans-0-name": HOSTILE}
    values = page_values(admin_client.get(url)) | typed

    page = admin_client.post(url, values)

    assert page.status_code == 200
    assert_like_djangos(page)
    assert plain(page.content.decode()).count('class="errorlist"') > 3


def test_a_refused_row(admin_client: Client) -> None:
    url = change_url(PMPatientFactory())
    values = page_values(admin_client.get(url))

    page = admin_client.post(url, {**values, "policies-TOTAL_FORMS": "1", "policies-0-rank": "9"})

    assert page.status_code == 200
    assert_like_djangos(page)
