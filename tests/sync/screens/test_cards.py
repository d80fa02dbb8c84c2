"""The counterpart on plan and insurance pages, and the button that puts the pair right."""

import html
import re
from typing import Any, Never

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.messages import constants
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from ehr.models import Insurance
from kareo.records import Refused
from kareo.records.models import Record
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.state import PairState, pair_of
from sync.screens import views
from tests.factories import (
    AETNA_ADDRESS,
    CompanyFactory,
    InsuranceFactory,
    PlanFactory,
    anew,
    insurance_of,
    orphan_insurance,
    orphan_plan,
)
from tests.screens import change_url, messages_of

pytestmark = pytest.mark.django_db

INSURANCE = {"company_name": "Aetna", "plan_name": "HMO", **AETNA_ADDRESS}


def repair_url(record: Record) -> str:
    return reverse("sync:repair", args=[record._meta.model_name, record.pk])


def sent_in_words(page: Any) -> str:
    """Return what stands beside the button that sends an orphan."""
    [said] = re.findall(r"data-sends>(.+?)</form>", page.text, re.DOTALL)
    said = said.partition('<a href="/sync/link')[0]
    return " ".join(html.unescape(strip_tags(said)).split())


def differing(page: str) -> list[tuple[str, str, str]]:
    """Return (field, PM, EHR) of the rows that the card marks."""
    marked = re.findall(
        r'<tr class="differs"><th[^>]*>(.+?) <span.+?<td>(.+?)</td><td>(.+?)</td>', page
    )
    assert len(marked) == page.count("≠ differs")
    return marked


@pytest.fixture
def stale_plan() -> InsurancePlan:
    plan = PlanFactory(company__name="Aetna")
    plan.company.name = "Aetna Health"
    plan.company.save()
    return plan


def test_in_sync(admin_client: Client) -> None:
    plan = PlanFactory()

    for record, other in ((plan, plan.link.insurance), (plan.link.insurance, plan)):
        page = admin_client.get(change_url(record)).text
        assert 'data-state="in_sync"' in page
        assert change_url(other) in page
        assert repair_url(record) not in page


def test_stale_name_shows_the_difference_and_is_put_right(
    admin_client: Client, stale_plan: InsurancePlan
) -> None:
    for record in (stale_plan, stale_plan.link.insurance):
        page = admin_client.get(change_url(record)).text
        assert 'data-state="stale_name"' in page
        assert "field differs" not in page  # the state says which
        assert differing(page) == [("Company name", "Aetna Health", "Aetna")]

    response = admin_client.post(repair_url(stale_plan), follow=True)

    assert Insurance.objects.get().company_name == "Aetna Health"
    assert SyncEvent.objects.latest("pk").rule == "pair-repaired"
    assert SyncEvent.objects.latest("pk").actor == "admin"
    assert "was updated: company name" in messages_of(response)[0]
    assert 'data-state="in_sync"' in response.text


def test_stale_name_is_put_right_from_the_insurance_too(
    admin_client: Client, stale_plan: InsurancePlan
) -> None:
    admin_client.post(repair_url(stale_plan.link.insurance))

    assert Insurance.objects.get().company_name == "Aetna Health"


def test_what_was_written_past_the_rules_differs(admin_client: Client) -> None:
    plan = PlanFactory(phone="800-555-0100")
    Insurance.objects.update(phone="800-555-0199", company_name="Else")

    assert pair_of(plan).state is PairState.DIFFERS
    page = admin_client.get(change_url(plan)).text
    assert "2 fields differ" in page
    assert ("Phone", "800-555-0100", "800-555-0199") in differing(page)


def test_orphan_insurance_is_sent_as_if_it_were_added(admin_client: Client) -> None:
    insurance = InsuranceFactory()
    InsurancePlan.objects.all().delete()
    page = admin_client.get(change_url(insurance)).text
    assert 'data-state="orphan"' in page
    assert "Send it to PM as if added" in page

    admin_client.post(repair_url(insurance))

    assert InsuranceLink.objects.get().insurance == insurance


def test_beside_the_button_stands_what_it_will_do(admin_client: Client) -> None:
    insurance, plan = orphan_insurance(**INSURANCE), orphan_plan()
    InsuranceCompany.objects.exclude(pk=plan.company_id).delete()
    CompanyFactory(name="VSP", **AETNA_ADDRESS)

    of_insurance = sent_in_words(admin_client.get(change_url(insurance)))
    of_plan = sent_in_words(admin_client.get(change_url(plan)))

    assert "PM insurance plan VSP – HMO (111 Academy Drive, 92617) will be created." in of_insurance
    assert "Matches PM company VSP: same street and ZIP." in of_insurance
    assert re.fullmatch(
        rf"EHR insurance {plan.company} – {plan.name} – .+ will be created.", of_plan
    )
    assert InsuranceLink.objects.count() == 0


def test_a_second_company_beside_an_inactive_one_is_asked_about_once(
    client: Client, django_user_model: Any
) -> None:
    insurance = orphan_insurance(**INSURANCE)
    InsuranceCompany.objects.all().delete()
    company = CompanyFactory(name="Aetna", is_active=False, **AETNA_ADDRESS)
    clerk = django_user_model.objects.create_user("c", is_staff=True)
    clerk.groups.add(Group.objects.get(name="Clinical staff"))
    client.force_login(clerk)
    sent = {"seen_as": "orphan"}

    page = client.post(repair_url(insurance), sent, follow=True)

    assert "Aetna has this address but is inactive" in sent_in_words(page)
    [message] = messages_of(page)
    assert message == (
        f'Not sent yet. PM has <a href="{change_url(company)}">Aetna</a> at this address,'
        " inactive, and would get a second company. Ask billing to activate it first. Or send it"
        " all the same."
    )
    assert InsuranceCompany.objects.count() == 1
    assert "Send it to PM all the same" in page.text
    [asked] = re.findall(r'name="asked" value="(.+?)"', page.text)

    page = client.post(repair_url(insurance), sent | {"asked": asked}, follow=True)

    assert InsuranceCompany.objects.count() == 2
    [message] = page.context["messages"]
    assert message.level == constants.WARNING
    said = html.unescape(str(message))
    link = f'<a href="{change_url(company)}">the inactive Aetna</a>'
    assert said.endswith(
        f"If it is the same as {link}, ask billing to activate that one and move the plan to it."
    )


def test_whoever_may_not_change_an_orphan_is_told_whom_to_ask(
    client: Client, django_user_model: Any
) -> None:
    clerk = django_user_model.objects.create_user("b", is_staff=True)
    clerk.groups.add(Group.objects.get(name="Billing"))
    client.force_login(clerk)

    page = client.get(change_url(orphan_insurance()))

    assert "Ask clinical to link it, to send it to PM or to deactivate it." in page.text
    assert "Send it to PM" not in page.text


def test_a_company_to_complete_says_why_and_who_has_the_payer_id(admin_client: Client) -> None:
    InsuranceFactory(company_name="Aetna", **AETNA_ADDRESS)
    company = InsuranceCompany.objects.get()
    twin = CompanyFactory(name="Aetna", payer_id="60054", is_active=False, **AETNA_ADDRESS)

    page = " ".join(admin_client.get(change_url(company)).text.split())

    assert "An insurance added in the EHR made it, and it has no payer ID." in page
    assert "Enter it from the card, and check the program." in page
    assert f'<a href="{change_url(twin)}">{twin.picker_text}</a> is inactive, and has' in page
    company.payer_id = "60054"
    company.save()
    assert "To complete" not in admin_client.get(change_url(company)).text


def test_an_orphan_that_is_there_already_is_asked_about(admin_client: Client) -> None:
    plan = PlanFactory(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
    twin = orphan_plan(company=plan.company, name="HMO", **AETNA_ADDRESS)

    page = admin_client.post(repair_url(twin), {"seen_as": "orphan"}, follow=True)

    [message] = messages_of(page)
    assert "exists already with this name and address." in message
    assert not hasattr(anew(twin), "link")


def test_orphan_plan_is_sent_as_if_it_were_added(admin_client: Client) -> None:
    plan = PlanFactory()
    Insurance.objects.all().delete()
    assert "Send it to the EHR as if added" in admin_client.get(change_url(plan)).text

    admin_client.post(repair_url(plan))

    assert InsuranceLink.objects.get().plan == plan


def test_repair_is_refused_in_words(
    admin_client: Client, stale_plan: InsurancePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(model: type[Record], pks: list[int], **kwargs: Any) -> Never:
        raise Refused("Not now. Try again.")

    monkeypatch.setattr(views, "repair", refuse)

    assert messages_of(admin_client.post(repair_url(stale_plan), follow=True)) == [
        "Not now. Try again."
    ]


def test_a_button_does_what_it_says_or_nothing(
    admin_client: Client, stale_plan: InsurancePlan
) -> None:
    insurance_of(stale_plan).delete()
    response = admin_client.post(repair_url(stale_plan), {"seen_as": "pair"}, follow=True)

    assert "Nothing was done: its counterpart was deleted" in messages_of(response)[0]
    assert not Insurance.objects.exists()

    admin_client.post(repair_url(stale_plan), {"seen_as": "orphan"})
    Insurance.objects.update(phone="800-555-0199")
    response = admin_client.post(repair_url(stale_plan), {"seen_as": "orphan"}, follow=True)

    assert "or it got one" in messages_of(response)[-1]
    assert Insurance.objects.get().phone == "800-555-0199"


def test_the_buttons_say_what_their_page_showed(
    admin_client: Client, stale_plan: InsurancePlan
) -> None:
    for record, seen_as in ((stale_plan, "pair"), (orphan_plan(), "orphan")):
        page = admin_client.get(change_url(record)).text
        assert f'name="seen_as" value="{seen_as}"' in page


def test_repair_needs_the_permission_to_save(
    client: Client, django_user_model: type[User], stale_plan: InsurancePlan
) -> None:
    user = django_user_model.objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)

    assert repair_url(stale_plan) not in client.get(change_url(stale_plan)).text
    assert client.post(repair_url(stale_plan)).status_code == 403
    assert Insurance.objects.get().company_name == "Aetna"


@pytest.fixture
def only_pm(client: Client, django_user_model: type[User]) -> Client:
    """Return a client of somebody who may do everything in PM and see nothing of the EHR."""
    user = django_user_model.objects.create_user("only-pm", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="pm"))
    client.force_login(user)
    return client


def test_the_other_list_is_not_shown_to_who_may_not_see_it(
    only_pm: Client, stale_plan: InsurancePlan
) -> None:
    card = only_pm.get(change_url(stale_plan)).text.partition('class="counterpart"')[2]
    card = card.partition("</section>")[0]

    assert "which your role doesn't show you." in card
    assert "<table>" not in card
    assert change_url(stale_plan.link.insurance) not in card


def test_an_orphans_candidates_are_not_shown_to_who_may_not_see_them(only_pm: Client) -> None:
    plan = orphan_plan(company__name="Aetna", name="HMO", **AETNA_ADDRESS)
    twin = PlanFactory(company=plan.company, name="HMO", **AETNA_ADDRESS)
    insurance = twin.link.insurance
    twin.delete()

    assert "Link it with" not in only_pm.get(change_url(plan)).text
    link = reverse("sync:link", args=["insuranceplan", plan.pk])
    assert only_pm.get(link).status_code == 403
    assert only_pm.post(link, {"counterpart": insurance.pk}).status_code == 403
    assert not InsuranceLink.objects.exists()


def test_repair_needs_a_login_a_post_and_a_record(
    client: Client, admin_client: Client, stale_plan: InsurancePlan
) -> None:
    assert admin_client.get(repair_url(stale_plan)).status_code == 405
    assert admin_client.post(reverse("sync:repair", args=["insurance", 999])).status_code == 404
    client.logout()
    assert "login" in client.post(repair_url(stale_plan))["Location"]


class TestAllNamesOfACompany:
    """The company's own button: every EHR name that shows an old one."""

    @pytest.fixture
    def company(self) -> InsuranceCompany:
        company = CompanyFactory(name="Aetna")
        for name in ("HMO", "PPO", "POS"):
            PlanFactory(company=company, name=name)
        company.name = "Aetna Health"
        company.save()
        return company

    def url(self, company: InsuranceCompany) -> str:
        return reverse("sync:repair_company", args=[company.pk])

    def test_says_how_many_before_it_is_pressed(
        self, admin_client: Client, company: InsuranceCompany
    ) -> None:
        page = admin_client.get(change_url(company)).text

        assert "3 stale names" in page
        assert "The EHR still shows Aetna." in page
        assert "Bring them up to date" in page
        assert self.url(company) in page

    def test_says_it_of_one(self, admin_client: Client) -> None:
        plan = PlanFactory(company__name="Aetna")
        plan.company.name = "Aetna Health"
        plan.company.save()

        page = admin_client.get(change_url(plan.company)).text

        assert "1 stale name<" in page
        assert "Bring it up to date" in page

    def test_tells_several_old_names_apart(
        self, admin_client: Client, company: InsuranceCompany
    ) -> None:
        PlanFactory(company=company, name="Gold")
        company.name = "Aetna US"
        company.save()

        page = admin_client.get(change_url(company)).text

        assert "4 stale names" in page
        assert "The EHR still shows Aetna (3), Aetna Health (1)." in page

    def test_brings_all_up_to_date_and_nothing_else(
        self, admin_client: Client, company: InsuranceCompany
    ) -> None:
        other = PlanFactory(company__name="Cigna")
        other.company.name = "Cigna Health"
        other.company.save()
        fresh = PlanFactory(company=company, name="Gold")
        version = insurance_of(fresh).version

        response = admin_client.post(self.url(company), follow=True)

        names = Insurance.objects.filter(link__plan__company=company)
        assert set(names.values_list("company_name", flat=True)) == {"Aetna Health"}
        assert insurance_of(other).company_name == "Cigna"
        assert insurance_of(fresh).version == version
        events = SyncEvent.objects.filter(rule="pair-repaired")
        assert events.count() == 3
        [message] = messages_of(response)
        assert message.startswith("3 EHR names brought up to date. <a ")
        assert events.values("batch").distinct().count() == 1
        assert response.request["PATH_INFO"] == change_url(company)
        assert "stale name" not in response.text

    def test_there_is_none_where_no_name_is_stale(self, admin_client: Client) -> None:
        company = PlanFactory().company
        events = SyncEvent.objects.count()

        assert self.url(company) not in admin_client.get(change_url(company)).text
        response = admin_client.post(self.url(company), follow=True)

        assert messages_of(response) == ["All its EHR names are up to date already."]
        assert SyncEvent.objects.count() == events

    def test_needs_the_permission_to_save_plans(
        self, client: Client, django_user_model: type[User], company: InsuranceCompany
    ) -> None:
        user = django_user_model.objects.create_user("viewer", is_staff=True)
        codenames = ["view_insurancecompany", "change_insurancecompany", "view_insuranceplan"]
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(user)
        assert "stale name" not in client.get(change_url(company)).text
        user.user_permissions.add(Permission.objects.get(codename="view_insurance"))

        page = client.get(change_url(company)).text

        assert "3 stale names" in page
        assert self.url(company) not in page
        assert client.post(self.url(company)).status_code == 403
        assert not SyncEvent.objects.filter(rule="pair-repaired").exists()

    def test_needs_a_login_a_post_a_token_and_a_company(
        self, admin_client: Client, admin_user: User, company: InsuranceCompany
    ) -> None:
        assert "login" in Client().post(self.url(company))["Location"]
        assert admin_client.get(self.url(company)).status_code == 405
        assert admin_client.post(reverse("sync:repair_company", args=[999])).status_code == 404
        client = Client(enforce_csrf_checks=True)
        client.force_login(admin_user)
        assert client.post(self.url(company)).status_code == 403
        assert not SyncEvent.objects.filter(rule="pair-repaired").exists()

    def test_says_why_it_was_refused(
        self, admin_client: Client, company: InsuranceCompany, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(model: type[Record], pks: list[int], **kwargs: Any) -> Never:
            raise Refused("Not now. Try again.")

        monkeypatch.setattr(views, "repair", refuse)

        response = admin_client.post(self.url(company), follow=True)

        assert messages_of(response) == ["Not now. Try again."]
        assert "3 stale names" in response.text


def test_the_card_shows_both_sides_of_every_field_that_crosses(admin_client: Client) -> None:
    plan = PlanFactory(company__name="Aetna", name="HMO", phone="800-555-0100")

    for record in (plan, plan.link.insurance):
        page = admin_client.get(change_url(record)).text
        for name in ("Company name", "Plan name", "Street", "City", "State", "ZIP", "Phone", "Fax"):
            assert f'<th scope="row">{name}</th>' in page
        assert "<td>800-555-0100</td><td>800-555-0100</td>" in page
        assert "Active" in page
        assert "Last: " in page
        assert differing(page) == []


def test_an_orphans_card_shows_one_side_and_its_last_event(admin_client: Client) -> None:
    plan = PlanFactory()
    insurance_of(plan).delete()

    page = admin_client.get(change_url(plan)).text

    assert "Side by side" not in page
    assert "Its plan stays in PM, as an orphan." in page
