"""Every list page asks the same number of queries, however many rows it shows."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.conftest import Statements
from tests.factories import EHRPatientFactory, InsuranceFactory, PlanFactory, PolicyFactory

pytestmark = pytest.mark.django_db


def fill(count: int) -> None:
    for _ in range(count):
        policy = PolicyFactory(plan=PlanFactory())
        EHRPatientFactory(
            primary_insurance=policy.plan.link.insurance, secondary_insurance=InsuranceFactory()
        )


@pytest.mark.parametrize(
    ("model", "queries"),
    [
        # session, user, count, page
        ("pm_insurancecompany", 4),
        ("pm_insuranceplan", 4),
        ("pm_patient", 4),
        ("ehr_insurance", 4),
        ("ehr_patient", 4),
        # also: the users of the filter, and the companies that entries name
        ("sync_syncevent", 5),
    ],
)
def test_list_page_queries_do_not_grow(
    admin_client: Client, statements: Statements, model: str, queries: int
) -> None:
    url = reverse(f"admin:{model}_changelist")
    fill(2)
    with statements() as few:
        admin_client.get(url)
    fill(5)
    with statements() as many:
        admin_client.get(url)

    # On PostgreSQL also: about how many there are, by its statistics.
    estimated = connection.vendor == "postgresql" and model != "sync_syncevent"
    assert len(many) == len(few) == queries + estimated
