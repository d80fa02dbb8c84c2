"""Which companies may be the one of the page, and the button that says that one isn't."""

import html

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from pm.models import InsuranceCompany
from sync.models import DismissedLookAlike, SyncEvent
from sync.screens.urls import merge_url
from tests.editing import edit
from tests.factories import AETNA_ADDRESS, CompanyFactory, PlanFactory
from tests.screens import change_url, messages_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> InsuranceCompany:
    return CompanyFactory(name="Aetna", payer_id="60054", other_names="CVS", **AETNA_ADDRESS)


@pytest.fixture
def other(company: InsuranceCompany) -> InsuranceCompany:
    return CompanyFactory(name="CVS", payer_id="60054")


def url(company: InsuranceCompany) -> str:
    return reverse("sync:dismiss", args=[company.pk])


def card(client: Client, company: InsuranceCompany) -> str:
    """Return the card on the company's page, "" where there is none."""
    page = html.unescape(client.get(change_url(company)).text)
    return page.partition('data-state="look_alike"')[2].partition("</section>")[0]


def test_it_says_why(
    admin_client: Client, company: InsuranceCompany, other: InsuranceCompany
) -> None:
    shown = card(admin_client, company)

    assert f'href="{change_url(other)}"' in shown
    assert "same payer ID 60054, CVS is another name of this one." in shown
    assert "same payer ID 60054, also called CVS." in card(admin_client, other)


def test_it_leads_to_the_plans_of_the_other_and_to_the_page_that_merges_the_two(
    admin_client: Client, company: InsuranceCompany, other: InsuranceCompany
) -> None:
    assert "plans</a>" not in card(admin_client, company)
    PlanFactory.create_batch(2, company=other)

    shown = card(admin_client, company)

    url = f"{reverse('admin:pm_insuranceplan_changelist')}?company__id__exact={other.pk}"
    assert f'<a href="{url}">its 2 plans</a>' in shown
    assert "If it is the same company, merge the two." in shown
    assert f'href="{merge_url(InsuranceCompany, [company.pk, other.pk])}"' in shown
    assert admin_client.get(url).context["cl"].result_count == 2


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Humana", **AETNA_ADDRESS},  # many share an address
        {"name": "Aetna"},  # many have several addresses
        {"payer_id": "60054", "is_active": False},
    ],
)
def test_what_tells_little_isnt_shown(
    admin_client: Client, company: InsuranceCompany, values: dict[str, str]
) -> None:
    CompanyFactory(**values)

    assert card(admin_client, company) == ""


def test_nor_on_the_page_of_an_inactive_one(
    admin_client: Client, company: InsuranceCompany, other: InsuranceCompany
) -> None:
    edit(company, is_active=False)

    assert card(admin_client, company) == ""


def test_the_button_dismisses_it_until_either_changes(
    admin_client: Client, company: InsuranceCompany, other: InsuranceCompany
) -> None:
    response = admin_client.post(url(company), {"other": other.pk}, follow=True)

    assert messages_of(response) == [
        "Noted that the two aren't the same company. If one changes, they are shown again."
    ]
    assert card(admin_client, company) == card(admin_client, other) == ""
    event = SyncEvent.objects.latest("pk")
    assert (event.source_id, event.target_id, event.actor) == (company.pk, other.pk, "admin")
    edit(other, phone="800-555-0100")
    assert card(admin_client, company)


@pytest.mark.parametrize(("other", "told"), [("", "no company was chosen"), ("999", "was deleted")])
def test_what_cant_be_dismissed_is_said(
    admin_client: Client, company: InsuranceCompany, other: str, told: str
) -> None:
    [message] = messages_of(admin_client.post(url(company), {"other": other}, follow=True))

    assert message.startswith("Nothing was dismissed:")
    assert told in message


def test_needs_the_permission_to_change_companies(
    client: Client,
    django_user_model: type[User],
    company: InsuranceCompany,
    other: InsuranceCompany,
) -> None:
    user = django_user_model.objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_insurancecompany"))
    client.force_login(user)
    PlanFactory(company=other)

    assert "60054" in card(client, company)
    assert "Not the same" not in card(client, company)
    assert "ask billing to keep one." in card(client, company)
    assert "plan</a>" not in card(client, company)
    assert client.post(url(company), {"other": other.pk}).status_code == 403
    assert not DismissedLookAlike.objects.exists()


def test_needs_a_login_a_post_a_token_and_a_company(
    admin_client: Client, admin_user: User, company: InsuranceCompany
) -> None:
    assert "login" in Client().post(url(company))["Location"]
    assert admin_client.get(url(company)).status_code == 405
    assert admin_client.post(reverse("sync:dismiss", args=[999])).status_code == 404
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    assert client.post(url(company)).status_code == 403
