"""The connection breaks as a page is saved: what is said is true, whether it was saved or not."""

from typing import Any, Never

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.pages.lists import batches
from kareo.pages.sending.models import SentPage
from kareo.records import RecordQuerySet
from pm.models import InsuranceCompany, InsurancePlan
from sync.pairs.flags import stale_names
from tests.conftest import Break
from tests.factories import CompanyFactory, PlanFactory, insurance_of
from tests.screens import change_url, errors_of, messages_of, page_id_of, submit

pytestmark = pytest.mark.django_db(transaction=True)

COMPANIES = reverse("admin:pm_insurancecompany_changelist")
COMPANY_ADD = reverse("admin:pm_insurancecompany_add")
PLANS = reverse("admin:pm_insuranceplan_changelist")

OF_THE_WORK, OF_ITS_SECOND_BATCH = 2, 3  # the first commit of a list's page is that of its id


def fail(*args: Any, **kwargs: Any) -> Never:
    raise OperationalError("server closed the connection unexpectedly")


def told(client: Client, response: Any) -> list[str]:
    """Return the messages that stand on the page to which `response` leads."""
    return messages_of(client.get(response.url))


def chosen(client: Client, action: str, *plans: int) -> dict[str, Any]:
    """Return what a list sends that does `action` with `plans`, else with three new ones."""
    keys = plans or [plan.pk for plan in PlanFactory.create_batch(3)]
    return page_id_of(client.get(PLANS)) | {
        "action": action,
        "_selected_action": keys,
        "post": "yes",  # as the page that asks sends it
    }


def renamed(client: Client) -> tuple[str, dict[str, Any]]:
    """Rename a company of three plans; return the URL of its button, and what that sends."""
    company = CompanyFactory()
    PlanFactory.create_batch(3, company=company)
    InsuranceCompany.objects.filter(pk=company.pk).change(name="Renamed")
    url = reverse("sync:repair_company", args=[company.pk])
    return url, page_id_of(client.get(change_url(company)))


def keys_of_plans() -> list[int]:
    return list(InsurancePlan.objects.values_list("pk", flat=True))


class TestOneRecord:
    def test_after_the_commit_leads_to_what_was_saved(
        self, admin_client: Client, broken: Break
    ) -> None:
        page = admin_client.get(COMPANY_ADD)
        broken(True)

        response = submit(admin_client, COMPANY_ADD, page, name="Aetna")

        assert response.url == COMPANIES
        assert told(admin_client, response)[0].endswith("</a> saved.")
        assert InsuranceCompany.objects.get().name == "Aetna"

    def test_before_the_commit_says_that_it_may_be_saved(
        self, admin_client: Client, broken: Break
    ) -> None:
        page = admin_client.get(COMPANY_ADD)
        broken(False)

        response = submit(admin_client, COMPANY_ADD, page, name="Aetna")

        assert "It may be saved or not" in errors_of(response)["__all__"][0]
        assert messages_of(response) == []
        assert not InsuranceCompany.objects.exists()
        assert page_id_of(response) == page_id_of(page)
        assert submit(admin_client, COMPANY_ADD, response).status_code == 302
        assert InsuranceCompany.objects.get().name == "Aetna"

    def test_sent_again_where_it_was_saved_adds_nothing(
        self, admin_client: Client, broken: Break, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = admin_client.get(COMPANY_ADD)
        broken(True)
        with monkeypatch.context() as unseen:
            unseen.setattr(SentPage.objects, "filter", lambda **_: SentPage.objects.none())
            response = submit(admin_client, COMPANY_ADD, page, name="Aetna")

        assert "It may be saved or not" in errors_of(response)["__all__"][0]
        assert submit(admin_client, COMPANY_ADD, response).url == COMPANIES
        assert InsuranceCompany.objects.count() == 1

    def test_of_a_page_without_a_form_says_so_on_the_list(
        self, admin_client: Client, broken: Break
    ) -> None:
        insurance = insurance_of(PlanFactory())
        url = reverse("admin:ehr_insurance_delete", args=[insurance.pk])
        sent = page_id_of(admin_client.get(url)) | {"post": "yes"}
        broken(False)

        response = admin_client.post(url, sent)

        assert "It may be saved or not" in told(admin_client, response)[0]
        assert Insurance.objects.exists()


class TestSeveral:
    @pytest.mark.parametrize("after", [True, False])
    @pytest.mark.parametrize("action", ["deactivate", "delete_selected"])
    def test_of_an_action_says_that_it_may_be_done(
        self, admin_client: Client, broken: Break, action: str, after: bool
    ) -> None:
        sent = chosen(admin_client, action)
        broken(after, OF_THE_WORK)

        said = told(admin_client, admin_client.post(PLANS, sent))

        assert said[0].startswith("It may be done or not: ")
        assert "do the same again for what isn't" in said[0]
        assert not any("Nothing was saved" in each or "plans d" in each for each in said)
        assert InsurancePlan.objects.filter(is_active=True).count() == (0 if after else 3)

    @pytest.mark.parametrize("action", ["deactivate", "delete_selected"])
    def test_of_an_action_it_may_be_done_again(
        self, admin_client: Client, broken: Break, action: str
    ) -> None:
        sent = chosen(admin_client, action)
        broken(False, OF_THE_WORK)
        told(admin_client, admin_client.post(PLANS, sent))

        done = "deactivated" if action == "deactivate" else "deleted"
        said = told(admin_client, admin_client.post(PLANS, sent))
        assert f"3 insurance plans {done}." in said

    @pytest.mark.parametrize("after", [True, False])
    def test_of_a_button_says_that_it_may_be_done(
        self, admin_client: Client, broken: Break, after: bool
    ) -> None:
        url, sent = renamed(admin_client)
        broken(after, OF_THE_WORK)

        said = told(admin_client, admin_client.post(url, sent))

        assert said[0].startswith("It may be done or not: ")
        assert not any("Nothing was saved" in each for each in said)
        assert stale_names().count() == (0 if after else 3)

    @pytest.mark.parametrize("after", [True, False])
    @pytest.mark.parametrize("what", ["action", "button"])
    def test_in_a_later_batch_says_what_is_surely_done(
        self,
        admin_client: Client,
        broken: Break,
        what: str,
        after: bool,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(batches, "BATCH", 1)
        url, sent = renamed(admin_client)
        if what == "action":
            url, sent = PLANS, chosen(admin_client, "bring_ehr_up_to_date", *keys_of_plans())
        broken(after, OF_ITS_SECOND_BATCH)

        said = told(admin_client, admin_client.post(url, sent))

        assert said[0].startswith(
            "The first 1 of 3 are done and stay so. The next 1 may be done or not: "
        )
        assert "The others are as they were." in said[0]
        assert not any("Nothing was saved" in each for each in said)
        assert stale_names().count() == (1 if after else 2)

    def test_in_the_first_of_several_batches_says_that_the_others_are_as_they_were(
        self, admin_client: Client, broken: Break, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batches, "BATCH", 2)
        sent = chosen(admin_client, "deactivate")
        broken(True, OF_THE_WORK)

        said = told(admin_client, admin_client.post(PLANS, sent))

        assert said[0].startswith("The first 2 of 3 may be done or not: ")
        assert "The others are as they were." in said[0]
        assert InsurancePlan.objects.filter(is_active=True).count() == 1

    @pytest.mark.parametrize("action", ["deactivate", "delete_selected"])
    def test_before_anything_could_be_committed_nothing_was_saved(
        self, admin_client: Client, action: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent = chosen(admin_client, action)
        for name in ("change", "delete"):
            monkeypatch.setattr(RecordQuerySet, name, fail)

        said = told(admin_client, admin_client.post(PLANS, sent))

        assert said[0].startswith("Nothing was saved: the database was too busy, or failed.")

    @pytest.mark.parametrize("name", ["update", "delete"])
    def test_what_is_told_holds_though_it_cant_be_noted(
        self, admin_client: Client, broken: Break, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent = chosen(admin_client, "deactivate")
        if name == "delete":
            broken(True, OF_THE_WORK)
        with monkeypatch.context() as failing:
            failing.setattr(SentPage.objects.all().__class__, name, fail)
            response = admin_client.post(PLANS, sent)

        expected = "3 insurance plans deactivated." if name == "update" else "It may be done or not"
        said = told(admin_client, response)
        assert said[0].startswith(expected)
        assert not any("Nothing was saved" in each for each in said)
