"""The pages of all records: outdated copies, double clicks, refusals, deactivation, deletion."""

import datetime
import re
from decimal import Decimal
from typing import Any, Never

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.db import IntegrityError, OperationalError, connection
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from ehr.models import Insurance
from kareo.pages.admin import RecordAdmin
from kareo.records import saved
from kareo.records.models import Record
from kareo.records.refusals import refusal_in_words
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from sync.models import SyncEvent
from sync.propagation import repair, writing
from tests.conftest import AtOnce
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
    orphan_insurance,
)
from tests.screens import change_url, errors_of, messages_of, page_values, submit

pytestmark = pytest.mark.django_db

COMPANY_ADD = reverse("admin:pm_insurancecompany_add")
PLAN_ADD = reverse("admin:pm_insuranceplan_add")


def list_url(model: type[Record]) -> str:
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")


class TestOutdatedPage:
    def test_is_refused_with_what_changed_and_keeps_what_was_typed(
        self, admin_client: Client
    ) -> None:
        plan = PlanFactory(phone="800-555-0100")
        page = admin_client.get(change_url(plan))
        plan.phone = "800-555-0199"
        plan.save()

        response = submit(admin_client, change_url(plan), page, name="Typed name")

        _, change = errors_of(response)["__all__"]
        assert change == "Phone was 800-555-0100 and is now 800-555-0199."
        assert 'value="Typed name"' in response.text
        plan.refresh_from_db()
        assert plan.name != "Typed name"

    @pytest.mark.parametrize("typed", ["Chidi", "Chika"])
    def test_a_value_that_ends_with_a_full_stop_ends_the_sentence(
        self, admin_client: Client, typed: str
    ) -> None:
        patient = PMPatientFactory(first_name="Chidi")
        page = admin_client.get(change_url(patient))
        patient.first_name = "Chidi A."
        patient.save()

        response = submit(admin_client, change_url(patient), page, first_name=typed)

        _, change = errors_of(response)["__all__"]
        assert change.endswith("is now Chidi A.")

    def test_saved_again_keeps_both_peoples_changes(self, admin_client: Client) -> None:
        plan = PlanFactory()
        page = admin_client.get(change_url(plan))
        plan.phone = "800-555-0199"
        plan.save()
        refused = submit(admin_client, change_url(plan), page, name="Typed name")

        response = submit(admin_client, change_url(plan), refused)

        assert response.status_code == 302
        plan.refresh_from_db()
        assert (plan.name, plan.phone) == ("Typed name", "800-555-0199")

    def test_on_which_both_changed_one_field_keeps_the_typed_one_and_says_so(
        self, admin_client: Client
    ) -> None:
        plan = PlanFactory(phone="800-555-0100")
        page = admin_client.get(change_url(plan))
        plan.phone = "800-555-0111"
        plan.save()

        refused = submit(admin_client, change_url(plan), page, phone="800-555-0122")

        assert (
            "Both of you changed Phone: it is now 800-555-0111." in (errors_of(refused)["__all__"])
        )
        submit(admin_client, change_url(plan), refused)
        plan.refresh_from_db()
        assert plan.phone == "800-555-0122"

    def test_takes_over_dates_choices_ticks_and_other_records_as_stored(
        self, admin_client: Client
    ) -> None:
        policy = PolicyFactory(effective_on=datetime.date(2026, 1, 1))
        page = admin_client.get(change_url(policy.patient))
        policy.effective_on, policy.ends_on = None, datetime.date(2026, 12, 31)
        policy.rank, policy.is_active, policy.copay = "tertiary", False, Decimal("25.50")
        policy.plan = PlanFactory()
        policy.save()
        typed = {"policies-0-group_number": "G9"}

        refused = submit(admin_client, change_url(policy.patient), page, **typed)
        response = submit(admin_client, change_url(policy.patient), refused)

        assert response.status_code == 302
        stored = InsurancePolicy.objects.get()
        assert stored.group_number == "G9"
        assert list(stored.edits(policy)) == ["group_number"]

    def test_that_would_change_nothing_is_let_through(self, admin_client: Client) -> None:
        plan = PlanFactory()
        page = admin_client.get(change_url(plan))
        plan.save()

        assert submit(admin_client, change_url(plan), page).status_code == 302

    @pytest.mark.parametrize("seen", [None, "", "{}", "[1]", "null", '{"version": 1}', "\x00"])
    def test_without_what_was_seen_is_refused(self, admin_client: Client, seen: str | None) -> None:
        plan = PlanFactory()

        response = submit(admin_client, change_url(plan), name="Typed name", seen=seen)

        assert "Reload it" in errors_of(response)["__all__"][0]

    def test_of_a_patient_refuses_an_outdated_policy(self, admin_client: Client) -> None:
        policy = PolicyFactory()
        page = admin_client.get(change_url(policy.patient))
        policy.copay = 25
        policy.save()

        response = submit(
            admin_client, change_url(policy.patient), page, **{"policies-0-group_number": "G9"}
        )

        [formset] = [inline.formset for inline in response.context["inline_admin_formsets"]]
        assert "Copay was empty and is now 25.00." in formset.forms[0].errors["__all__"]
        policy.refresh_from_db()
        assert policy.group_number == ""

    def test_made_outdated_while_saving_shows_on_the_form(
        self, admin_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan = PlanFactory()
        stored_before = InsurancePlan.save

        def save_after_someone_else(self: InsurancePlan, **kwargs: Any) -> None:
            if self.updated_by != "someone":
                InsurancePlan.objects.filter(pk=self.pk).update(version=9, updated_by="someone")
            stored_before(self, **kwargs)

        monkeypatch.setattr(InsurancePlan, "save", save_after_someone_else)

        response = submit(admin_client, change_url(plan), name="Typed name")

        assert response.status_code == 200
        assert 'value="Typed name"' in response.text
        assert "changed by someone meanwhile" in errors_of(response)["__all__"][0]


class TestFixedField:
    def test_typed_into_before_it_was_fixed_is_refused_with_the_reason(
        self, admin_client: Client
    ) -> None:
        insurance = orphan_insurance()
        page = admin_client.get(change_url(insurance))
        repair(Insurance, [insurance.pk])

        response = submit(admin_client, change_url(insurance), page, company_name="Typed company")

        assert "comes from PM" in errors_of(response)["company_name"][0]
        insurance.refresh_from_db()
        assert insurance.company_name != "Typed company"

    def test_is_shown_but_cannot_be_typed_into(self, admin_client: Client) -> None:
        page = admin_client.get(change_url(InsuranceFactory()))

        field = page.context["adminform"].form["company_name"]
        assert field.field.disabled
        assert "comes from PM" in field.help_text


class TestDoubleClick:
    ADDRESS = {"street_1": "5 Test Way", "city": "Irvine", "state": "CA", "zip_code": "92617"}

    @pytest.mark.django_db(transaction=True)
    def test_at_the_same_moment_adds_one_insurance_and_one_plan(
        self, admin_client: Client, at_once: AtOnce
    ) -> None:
        url = reverse("admin:ehr_insurance_add")
        values = page_values(admin_client.get(url)) | self.ADDRESS
        values |= {"company_name": "Humana", "plan_name": "Gold"}

        answers = at_once(*[lambda: admin_client.post(url, values).status_code] * 4)

        assert answers == [302] * 4
        assert Insurance.objects.count() == InsurancePlan.objects.count() == 1
        assert InsuranceCompany.objects.count() == 1


class TestFailedPropagation:
    def test_saves_nothing_and_says_why_on_the_form(
        self, admin_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan = PlanFactory()
        events = SyncEvent.objects.count()

        def fail(outcomes: list[SyncEvent]) -> Never:
            raise IntegrityError("the disk is on fire")

        monkeypatch.setattr(writing, "_log", fail)

        response = submit(admin_client, change_url(plan), name="Typed name")

        [error] = errors_of(response)["__all__"]
        assert "Nothing was saved" in error
        assert "the disk is on fire" not in response.text
        assert 'value="Typed name"' in response.text
        plan.refresh_from_db()
        assert plan.name != "Typed name"
        assert plan.link.insurance.plan_name == plan.name
        assert SyncEvent.objects.count() == events


class TestBadInput:
    @pytest.mark.parametrize(
        ("field", "value", "says"),
        [
            ("name", "", "Fill this in."),
            ("name", "x" * 300, "150 characters at most; this has 300."),
            ("name", "<b>Bold</b>", "markup"),
            ("street_1", "", "Fill this in."),
            ("state", "XX", "isn't a USPS state code"),
            ("zip_code", "9261", "five digits"),
            ("zip_code", "٩٢٦١٧", "five digits"),
            ("zip_code", "00000", "No place has"),
            ("phone", "12", "seven digits"),
            ("company", "999999", "can't be chosen"),
        ],
    )
    def test_is_refused_at_its_field_and_nothing_is_saved(
        self, admin_client: Client, field: str, value: str, says: str
    ) -> None:
        company = CompanyFactory()
        typed = {"company": company.pk, "name": "Plan", **TestDoubleClick.ADDRESS, field: value}

        response = submit(admin_client, PLAN_ADD, **typed)

        assert says in " ".join(errors_of(response)[field])
        assert not InsurancePlan.objects.exists()
        assert "<b>Bold</b>" not in response.text

    @pytest.mark.parametrize("typed", ["\0Bell\x07", "\u202eBe\u200bll", "\ufeffBell"])
    def test_what_cant_be_seen_is_dropped_and_the_rest_saved(
        self, admin_client: Client, typed: str
    ) -> None:
        company = CompanyFactory()

        submit(admin_client, PLAN_ADD, company=company.pk, name=typed, **TestDoubleClick.ADDRESS)

        assert InsurancePlan.objects.get().name == "Bell"

    def test_of_the_past_is_shown_as_text(self, admin_client: Client) -> None:
        CompanyFactory(name="<script>alert(1)</script>")

        page = admin_client.get(list_url(InsuranceCompany))

        assert "<script>alert(1)" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text


class TestDeletePage:
    def delete_url(self, record: InsurancePlan) -> str:
        return reverse(
            f"admin:{record._meta.label_lower.replace('.', '_')}_delete", args=[record.pk]
        )

    def test_of_a_used_plan_lists_users_on_both_sides(self, admin_client: Client) -> None:
        plan = PolicyFactory(patient__last_name="Billed").plan
        EHRPatientFactory(last_name="Treated", primary_insurance=plan.link.insurance)

        page = admin_client.get(self.delete_url(plan))

        assert "Billed" in page.text
        assert "Treated" in page.text
        assert "Deactivate instead" in page.text

    def test_of_a_used_plan_is_as_plain_to_who_may_not_change_patients(
        self, client: Client, django_user_model: type[User]
    ) -> None:
        user = django_user_model.objects.create_user("billing", is_staff=True)
        user.groups.add(Group.objects.get(name="Billing"))
        client.force_login(user)
        plan = PlanFactory()
        EHRPatientFactory(last_name="Treated", primary_insurance=plan.link.insurance)

        page = client.get(self.delete_url(plan))

        assert "Treated" in page.text
        assert "Deactivate instead" in page.text
        assert "permission" not in page.text

    def test_offers_a_button_that_deactivates(self, admin_client: Client) -> None:
        plan = PolicyFactory().plan

        admin_client.post(
            list_url(InsurancePlan), {"action": "deactivate", "_selected_action": plan.pk}
        )

        plan.refresh_from_db()
        assert not plan.is_active
        assert "inactive already" in admin_client.get(self.delete_url(plan)).text

    def test_deletes_an_unused_plan_and_says_what_stays(self, admin_client: Client) -> None:
        plan = PlanFactory()

        response = admin_client.post(self.delete_url(plan), {"post": "yes"}, follow=True)

        assert not InsurancePlan.objects.exists()
        assert Insurance.objects.count() == 1
        assert any("Its insurance stays in the EHR" in text for text in messages_of(response))

    def test_of_what_came_into_use_meanwhile_leads_back_with_the_reason(
        self, admin_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan = PolicyFactory(patient__last_name="Just-added").plan
        monkeypatch.setattr(
            RecordAdmin, "get_deleted_objects", lambda self, objs, request: ([], {}, set(), [])
        )

        response = admin_client.post(self.delete_url(plan), {"post": "yes"}, follow=True)

        assert "Just-added" in messages_of(response)[0]
        assert InsurancePlan.objects.exists()


def view_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(codename__startswith="view_")


def test_a_viewer_sees_records_but_cannot_save(
    client: Client, django_user_model: type[User]
) -> None:
    user = django_user_model.objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(view_permissions())
    client.force_login(user)
    patient = PMPatientFactory()

    assert client.get(change_url(patient)).status_code == 200
    assert client.post(change_url(patient), {"last_name": "X"}).status_code == 403


def test_no_django_log_entries_are_written_beside_the_sync_log(admin_client: Client) -> None:
    submit(admin_client, COMPANY_ADD, name="Logged once")

    assert not LogEntry.objects.exists()
    assert SyncEvent.objects.get().actor == "admin"


def test_a_busy_database_is_said_in_words() -> None:
    assert "Try again" in refusal_in_words(OperationalError("deadlock detected"), None)


@pytest.mark.django_db(transaction=True)
def test_what_only_the_end_of_the_transaction_would_refuse_is_refused_on_the_page(
    client: Client,
) -> None:
    """PostgreSQL looks at foreign keys last, when the page already says that all was saved."""
    client.force_login(
        User.objects.create_superuser("admin"), "django.contrib.auth.backends.ModelBackend"
    )
    patient = PMPatientFactory()

    def without_plan(records: list[InsurancePolicy], **kwargs: Any) -> None:
        InsurancePolicy.objects.filter(pk__in=[r.pk for r in records]).update(plan=999_999)

    saved.connect(without_plan, InsurancePolicy)
    try:
        response = submit(
            client,
            change_url(patient),
            **{
                "policies-TOTAL_FORMS": 1,
                "policies-0-rank": "primary",
                "policies-0-plan": PlanFactory().pk,
                "policies-0-policy_number": "W1",
                "policies-0-relationship": "self",
                "policies-0-is_active": "on",
            },
        )
    finally:
        saved.disconnect(without_plan, InsurancePolicy)

    assert response.status_code == 200
    assert "Nothing was saved: someone else saved a record" in errors_of(response)["__all__"][0]
    assert not InsurancePolicy.objects.exists()
    if connection.vendor == "postgresql":  # on SQLite nobody else can have deleted the plan
        assert messages_of(response) == []


def test_a_browser_is_asked_to_fill_in_nothing(admin_client: Client) -> None:
    page = admin_client.get(PLAN_ADD).text

    for name in ("name", "street_1", "city", "state", "zip_code", "phone"):
        [tag] = re.findall(rf'<(?:input|select)[^>]* name="{name}"[^>]*>', page)
        assert 'autocomplete="off"' in tag
