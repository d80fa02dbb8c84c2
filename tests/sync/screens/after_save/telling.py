"""What is said of both lists after a patient is saved on a page."""

import html
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.messages import constants
from django.test import Client

from ehr.models import Insurance
from tests.factories import PolicyFactory
from tests.screens import change_url, submit

Told = list[tuple[int, str]]
GOOD, WARNING = constants.SUCCESS, constants.WARNING


def told(client: Client, record: Any, **typed: Any) -> Told:
    """Return what is said of the lists after `record` is saved on its page."""
    response = submit(client, change_url(record), **typed)
    assert response.status_code == 302, response.context["errors"]
    page = client.get(response.url)
    return [(m.level, html.unescape(str(m))) for m in page.context["messages"] if m.extra_tags]


def href_in(text: str) -> str:
    return text.partition('href="')[2].partition('"')[0]


def policy_of(patient: Any, insurance: Insurance, **values: Any) -> Any:
    return PolicyFactory(patient=patient, plan=insurance.link.plan, **values)


def as_role(role: str) -> Client:
    user = get_user_model().objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client
