"""A page that is sent twice does what it asks for once, and is answered as the first time."""

from datetime import timedelta
from typing import Any, Never

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kareo.pages.lists import batches
from kareo.pages.sending import once
from kareo.pages.sending.models import SentPage, forget_old_pages
from kareo.pages.sending.once import PAGE
from kareo.records import RecordQuerySet, Refused
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from tests.conftest import AtOnce
from tests.factories import CompanyFactory, PlanFactory, insurance_of
from tests.screens import change_url, errors_of, messages_of, page_id_of, page_values, submit

pytestmark = pytest.mark.django_db

COMPANIES = reverse("admin:pm_insurancecompany_changelist")
COMPANY_ADD = reverse("admin:pm_insurancecompany_add")
PLANS = reverse("admin:pm_insuranceplan_changelist")
USERS_ADD = reverse("admin:auth_user_add")


def refuse(*args: Any, **kwargs: Any) -> Never:
    raise Refused("Not now.")


def told(client: Client, response: Any) -> list[str]:
    """Return the messages that stand on the page to which `response` leads."""
    return messages_of(client.get(response.url))


class TestTwice:
    def test_a_record_is_added_once_with_the_same_answer(self, admin_client: Client) -> None:
        page = admin_client.get(COMPANY_ADD)

        answers = [submit(admin_client, COMPANY_ADD, page, name="Twice") for _ in range(2)]

        assert answers[0].url == answers[1].url == COMPANIES
        assert InsuranceCompany.objects.count() == 1

    def test_both_tell_the_same(self, admin_client: Client) -> None:
        plan = PlanFactory()
        url = change_url(plan)
        page = admin_client.get(url)

        first, second = (
            told(admin_client, submit(admin_client, url, page, phone="800-555-0100"))
            for _ in range(2)
        )

        assert first == second
        assert "EHR" in " ".join(first)
        assert SyncEvent.objects.filter(rule="pm-plan-edited").count() == 1

    @pytest.mark.parametrize("button", ["_continue", "_addanother"])
    def test_whichever_button_comes_second(self, admin_client: Client, button: str) -> None:
        page = admin_client.get(COMPANY_ADD)
        first = submit(admin_client, COMPANY_ADD, page, name="Twice", _save="Save")

        second = submit(admin_client, COMPANY_ADD, page, name="Twice", **{button: "x"})

        assert first.url == second.url
        assert InsuranceCompany.objects.count() == 1

    def test_a_pop_up_closes_with_the_record_chosen(self, admin_client: Client) -> None:
        page = admin_client.get(f"{COMPANY_ADD}?_popup=1")
        first, second = (
            submit(admin_client, COMPANY_ADD, page, name="Twice", _popup="1") for _ in range(2)
        )

        assert first.status_code == second.status_code == 200
        assert "data-popup-response" in first.text
        assert first.text == second.text
        assert InsuranceCompany.objects.count() == 1

    def test_a_deletion(self, admin_client: Client) -> None:
        company = CompanyFactory()
        url = reverse("admin:pm_insurancecompany_delete", args=[company.pk])
        sent = page_id_of(admin_client.get(url)) | {"post": "yes"}

        first, second = (told(admin_client, admin_client.post(url, sent)) for _ in range(2))

        assert first == second
        assert first[0].endswith(" deleted.")

    def test_a_lists_action(self, admin_client: Client) -> None:
        plan = PlanFactory()
        sent = page_id_of(admin_client.get(PLANS))
        sent |= {"action": "deactivate", "_selected_action": plan.pk}

        first, second = (told(admin_client, admin_client.post(PLANS, sent)) for _ in range(2))

        assert first == second
        assert "1 insurance plan deactivated." in first
        assert SyncEvent.objects.filter(rule="pm-plan-edited").count() == 1

    def test_work_on_very_many_is_a_page_for_each_part(
        self, admin_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(batches, "BATCH", 1)
        monkeypatch.setattr(batches, "PAUSE", -1)
        plans = [PlanFactory().pk for _ in range(3)]
        sent = page_id_of(admin_client.get(PLANS))
        sent |= {"action": "deactivate", "_selected_action": plans}

        parts = [admin_client.post(PLANS, sent)]
        assert admin_client.post(PLANS, sent).text == parts[0].text
        while parts[-1].status_code == 200:
            assert PAGE not in parts[-1].context["sent"]
            parts.append(admin_client.post(PLANS, parts[-1].context["sent"]))

        assert len(parts) == 3
        assert "3 insurance plans deactivated." in told(admin_client, parts[-1])

    def test_a_button(self, admin_client: Client) -> None:
        plan = PlanFactory()
        InsuranceCompany.objects.filter(pk=plan.company_id).change(name="Renamed")
        url = reverse("sync:repair", args=["insuranceplan", plan.pk])
        sent = page_id_of(admin_client.get(change_url(plan))) | {"seen_as": "pair"}

        first, second = (told(admin_client, admin_client.post(url, sent)) for _ in range(2))

        assert first == second != []
        assert insurance_of(plan).company_name == "Renamed"

    def test_a_user_is_added_once(self, admin_client: Client) -> None:
        page = admin_client.get(USERS_ADD)
        group = str(page.context["adminform"].form.fields["role"].queryset.first().pk)
        typed = {"username": "clerk", "role": group, "password1": "a long one 7"}
        typed |= {"password2": "a long one 7"}

        first, second = (
            told(admin_client, submit(admin_client, USERS_ADD, page, **typed)) for _ in range(2)
        )

        assert first == second
        assert first[0].endswith("</a> saved.")

    def test_a_password_leaves_no_trace(self, admin_client: Client, admin_user: User) -> None:
        url = reverse("admin:auth_user_password_change", args=[admin_user.pk])
        typed = {
            "password1": "a long one 7",
            "password2": "a long one 7",
            "usable_password": "true",
        }
        sent = page_id_of(admin_client.get(url)) | typed

        assert admin_client.post(url, sent).status_code == 302

        kept = SentPage.objects.values().get()
        assert "a long one 7" not in str(kept)

    def test_of_two_pages_adds_two(self, admin_client: Client) -> None:
        for _ in range(2):
            submit(admin_client, COMPANY_ADD, name="Twin")

        assert InsuranceCompany.objects.count() == 2

    def test_without_an_id_is_saved_too(self, admin_client: Client) -> None:
        submit(admin_client, COMPANY_ADD, name="Scripted", **{PAGE: None})

        assert InsuranceCompany.objects.get().name == "Scripted"
        assert not SentPage.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_company_is_added_once(self, admin_client: Client, at_once: AtOnce) -> None:
        """Nothing about two companies of one name conflicts in the database."""
        values = page_values(admin_client.get(COMPANY_ADD)) | {"name": "Twice"}

        answers = at_once(*[lambda: admin_client.post(COMPANY_ADD, values).status_code] * 4)

        assert answers == [302] * 4
        assert InsuranceCompany.objects.count() == 1
        assert SyncEvent.objects.count() == 1

    def test_a_stored_plan_is_saved_once(self, admin_client: Client, at_once: AtOnce) -> None:
        plan = PlanFactory()
        url = change_url(plan)
        values = page_values(admin_client.get(url)) | {"phone": "800-555-0100"}

        answers = at_once(*[lambda: admin_client.post(url, values).status_code] * 4)

        assert answers == [302] * 4
        plan.refresh_from_db()
        assert plan.version == 2

    def test_a_lists_action_tells_everyone_the_same(
        self, admin_client: Client, at_once: AtOnce
    ) -> None:
        plan = PlanFactory()
        sent = page_id_of(admin_client.get(PLANS))
        sent |= {"action": "deactivate", "_selected_action": plan.pk}

        assert at_once(*[lambda: admin_client.post(PLANS, sent).status_code] * 4) == [302] * 4
        assert SyncEvent.objects.filter(rule="pm-plan-edited").count() == 1

    def test_what_was_broken_off_is_not_begun_again_unseen(
        self, admin_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan = PlanFactory()
        sent = page_id_of(admin_client.get(PLANS))
        sent |= {"action": "deactivate", "_selected_action": plan.pk}
        told(admin_client, admin_client.post(PLANS, sent))
        SentPage.objects.update(location="")  # as where the process was killed before its answer
        monkeypatch.setattr(once, "PATIENCE", 0.2)

        response = admin_client.post(PLANS, sent)

        assert "still being done, or was broken off" in told(admin_client, response)[0]
        assert SyncEvent.objects.filter(rule="pm-plan-edited").count() == 1

    def test_what_was_refused_can_be_sent_again(
        self, admin_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan = PlanFactory()
        sent = page_id_of(admin_client.get(PLANS))
        sent |= {"action": "deactivate", "_selected_action": plan.pk}
        with monkeypatch.context() as failing:
            failing.setattr(RecordQuerySet, "change", refuse)
            assert told(admin_client, admin_client.post(PLANS, sent)) == ["Not now."]

        assert "1 insurance plan deactivated." in told(admin_client, admin_client.post(PLANS, sent))


class TestOtherContents:
    def test_are_refused_and_kept_and_saved_when_sent_again(self, admin_client: Client) -> None:
        page = admin_client.get(COMPANY_ADD)
        submit(admin_client, COMPANY_ADD, page, name="First")

        response = submit(admin_client, COMPANY_ADD, page, name="Second")

        assert "This page was sent before" in errors_of(response)["__all__"][0]
        assert 'value="Second"' in response.text
        assert InsuranceCompany.objects.get().name == "First"
        submit(admin_client, COMPANY_ADD, response)
        assert InsuranceCompany.objects.filter(name="Second").exists()

    def test_of_a_list_are_refused_in_words(self, admin_client: Client) -> None:
        plans = [PlanFactory(), PlanFactory()]
        sent = page_id_of(admin_client.get(PLANS))
        for plan in plans:
            data = sent | {"action": "deactivate", "_selected_action": plan.pk}
            response = admin_client.post(PLANS, data)

        assert any("This page was sent before" in text for text in told(admin_client, response))
        assert InsurancePlan.objects.filter(is_active=True).get() == plans[1]

    def test_after_a_refused_page_are_saved(self, admin_client: Client) -> None:
        page = admin_client.get(COMPANY_ADD)
        assert submit(admin_client, COMPANY_ADD, page, name="").status_code == 200

        assert submit(admin_client, COMPANY_ADD, page, name="Aetna").status_code == 302


def test_a_page_of_another_user_is_not_saved_and_not_shown(
    admin_client: Client, django_user_model: type[User]
) -> None:
    page = admin_client.get(COMPANY_ADD)
    admin_client.force_login(django_user_model.objects.create_superuser("somebody-else"))

    response = submit(admin_client, COMPANY_ADD, page, name="Secret")

    assert response.url == COMPANY_ADD
    shown = admin_client.get(COMPANY_ADD)
    assert messages_of(shown)[0] == (
        "This page was opened by another user. Nothing was saved, and what was typed is gone."
    )
    assert "Secret" not in shown.text
    assert not InsuranceCompany.objects.exists()


@pytest.mark.parametrize("page", ["x", "x:y", "<b>", "\x00", "a" * 5000])
def test_an_id_that_no_page_has_saves_nothing(admin_client: Client, page: str) -> None:
    response = submit(admin_client, COMPANY_ADD, name="Aetna", **{PAGE: page})

    assert response.status_code == 302
    assert not InsuranceCompany.objects.exists()


def test_what_is_kept_is_kept_for_a_day(admin_client: Client) -> None:
    for name in ("Old", "New"):
        submit(admin_client, COMPANY_ADD, name=name)
    old = SentPage.objects.earliest("sent_at")
    SentPage.objects.filter(pk=old.pk).update(sent_at=timezone.now() - timedelta(hours=25))

    forget_old_pages()

    assert list(SentPage.objects.values_list("pk", flat=True)) != [old.pk]
    assert SentPage.objects.count() == 1


def test_what_is_kept_is_kept_with_what_was_saved(admin_client: Client) -> None:
    """A save that is taken back takes along what was kept of its page."""
    page = admin_client.get(COMPANY_ADD)
    with transaction.atomic():
        submit(admin_client, COMPANY_ADD, page, name="Aetna")
        transaction.set_rollback(True)

    assert submit(admin_client, COMPANY_ADD, page, name="Aetna").status_code == 302
    assert InsuranceCompany.objects.count() == 1
