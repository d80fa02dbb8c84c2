"""What is done with the selected rows of a list."""

from typing import Any, Never

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.records import Refused
from pm.models import InsurancePlan
from pm.querysets import InsurancePlanQuerySet
from sync.models import SyncEvent
from tests.factories import PlanFactory, PolicyFactory
from tests.screens import messages_of

pytestmark = pytest.mark.django_db

PLANS = reverse("admin:pm_insuranceplan_changelist")


class TestActions:
    def act(self, client: Client, action: str, *records: InsurancePlan, **more: Any) -> Any:
        selected = {"_selected_action": [record.pk for record in records]}
        return client.post(PLANS, {"action": action, **selected, **more}, follow=True)

    def test_deactivate_a_set_of_plans_and_their_insurances(self, admin_client: Client) -> None:
        plans = [PlanFactory(), PlanFactory()]

        response = self.act(admin_client, "deactivate", *plans)

        assert not InsurancePlan.objects.active().exists()
        assert not Insurance.objects.active().exists()
        assert messages_of(response)[0] == "2 insurance plans deactivated."
        assert SyncEvent.objects.filter(rule="pm-plan-edited").count() == 2

    def test_activate_counts_those_that_were_not(self, admin_client: Client) -> None:
        plan, _ = PlanFactory(is_active=False), PlanFactory()

        response = self.act(admin_client, "activate", plan, _)

        assert messages_of(response)[0] == "1 insurance plan activated. 1 was already active."

    def test_are_not_offered_without_permission(
        self, client: Client, django_user_model: type[User]
    ) -> None:
        user = django_user_model.objects.create_user("viewer", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        client.force_login(user)
        plan = PlanFactory()

        self.act(client, "deactivate", plan)

        plan.refresh_from_db()
        assert plan.is_active

    def test_delete_a_set_that_is_used_lists_the_users_and_offers_to_deactivate(
        self, admin_client: Client
    ) -> None:
        policy = PolicyFactory(patient__last_name="Stands-in-the-way")

        response = self.act(admin_client, "delete_selected", policy.plan)

        assert "Stands-in-the-way" in response.text
        assert "Deactivate instead" in response.text
        assert InsurancePlan.objects.exists()

    def test_that_are_refused_lead_back_with_the_reason(
        self, admin_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan = PlanFactory()

        def refuse(self: InsurancePlanQuerySet, **values: Any) -> Never:
            raise Refused("Not now. Try again.")

        monkeypatch.setattr(type(InsurancePlan.objects.all()), "change", refuse)

        response = self.act(admin_client, "deactivate", plan)

        assert messages_of(response) == ["Not now. Try again."]
