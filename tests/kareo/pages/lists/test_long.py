"""Lists of any length: how they are counted, paged through and sorted."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from kareo.pages.lists import long
from kareo.pages.lists.long import LongPaginator
from kareo.records.models import Record
from kareo.records.rows.reading import rows_about
from pm.models import InsuranceCompany, InsurancePlan
from tests.conftest import Statements
from tests.factories import CompanyFactory, EHRPatientFactory, PlanFactory, PMPatientFactory
from tests.screens import messages_of

pytestmark = pytest.mark.django_db

COMPANIES = reverse("admin:pm_insurancecompany_changelist")
ALL = ("pm_insurancecompany", "pm_insuranceplan", "pm_patient", "ehr_insurance", "ehr_patient")


@pytest.fixture
def long_list(monkeypatch: pytest.MonkeyPatch) -> list[InsuranceCompany]:
    """Return companies by name, of a list that is long from 10 on, in pages of two."""
    monkeypatch.setattr(long, "COUNTED", 10)
    monkeypatch.setattr("kareo.pages.admin.RecordAdmin.list_per_page", 2)
    monkeypatch.setattr("kareo.pages.admin.RecordAdmin.list_max_show_all", 4)
    return [CompanyFactory(name=f"Company {number:02}") for number in range(25)]


def shown(page: Any) -> list[Record]:
    assert page.status_code == 200
    return list(page.context["cl"].result_list)


def links(page: Any) -> dict[str, str]:
    return dict(page.context["cl"].long_pages)


def test_a_long_list_is_not_counted_and_says_so(
    admin_client: Client, long_list: list[InsuranceCompany], statements: Statements
) -> None:
    with statements() as sent:
        page = admin_client.get(COMPANIES)

    assert shown(page) == long_list[:2]
    assert "more than 10 insurance companies" in page.text
    [count] = [sql for sql in sent if "COUNT(*)" in sql]
    assert "LIMIT 11" in count
    assert links(page) == {"Page 1": "", "Next": "?p=2", "Last": "?p=-1"}
    for url in links(page).values():
        assert f'<a href="{url}">' in page.text or not url


def test_its_last_page_is_read_from_the_other_end(
    admin_client: Client, long_list: list[InsuranceCompany], statements: Statements
) -> None:
    with statements() as sent:
        page = admin_client.get(COMPANIES, {"p": "-1"})

    assert shown(page) == long_list[-2:]
    assert not [sql for sql in sent if "OFFSET" in sql]
    assert links(page) == {"First": "?p=1", "Previous": "?p=-2", "Last page": ""}
    before = admin_client.get(COMPANIES, {"p": "-2"})
    assert shown(before) == long_list[-4:-2]
    assert links(before)["Page 2 from the end"] == ""
    assert links(before)["Next"] == "?p=-1"


@pytest.mark.parametrize(
    ("typed", "page", "first"), [("6", 5, 8), ("999999", 5, 8), ("-77", -5, 15)]
)
def test_the_middle_of_a_long_list_is_out_of_reach_and_the_page_says_so(
    admin_client: Client, long_list: list[InsuranceCompany], typed: str, page: int, first: int
) -> None:
    answer = admin_client.get(COMPANIES, {"p": typed})

    assert shown(answer) == long_list[first : first + 2]
    assert answer.context["cl"].page_num == page
    [said] = messages_of(answer)
    assert "first and the last 10" in said
    assert ("Next" in links(answer)) == (page < 0)
    assert ("Previous" in links(answer)) == (page > 0)


def test_the_links_of_a_long_list_keep_what_it_is_narrowed_to(
    admin_client: Client, long_list: list[InsuranceCompany]
) -> None:
    page = admin_client.get(COMPANIES, {"is_active__exact": "1", "o": "-1"})

    assert shown(page) == long_list[:-3:-1]
    assert links(page)["Last"] == "?is_active__exact=1&o=-1&p=-1"
    assert shown(admin_client.get(COMPANIES + links(page)["Last"])) == long_list[1::-1]


def test_a_list_that_is_narrowed_to_few_is_counted(
    admin_client: Client, long_list: list[InsuranceCompany]
) -> None:
    InsuranceCompany.objects.filter(name__lt="Company 10").update(is_active=False)

    page = admin_client.get(COMPANIES, {"is_active__exact": "0", "p": "2"})

    assert shown(page) == long_list[2:4]
    assert page.context["cl"].result_count == 10
    assert "10 insurance companies" in page.text
    assert (
        shown(admin_client.get(COMPANIES, {"is_active__exact": "0", "p": "-1"})) == long_list[8:10]
    )


@pytest.mark.parametrize("typed", ["0", "3", "-3"])
def test_a_page_that_a_short_list_does_not_have_leads_to_its_first(
    admin_client: Client, typed: str
) -> None:
    CompanyFactory.create_batch(60)

    answer = admin_client.get(COMPANIES, {"p": typed})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{COMPANIES}?e=1")


def test_few_of_a_list_are_put_in_order_by_their_keys(statements: Statements) -> None:
    """With the limit of a page the database may read a long list in order to find few."""
    companies = [CompanyFactory(name=name) for name in "cab"]
    few = InsuranceCompany.objects.filter(pk__in=[company.pk for company in companies])

    with statements() as sent:
        page = LongPaginator(few, 2).page(2)
        assert list(page.object_list) == [companies[0]]

    assert [sql for sql in sent if "ORDER BY" in sql and "LIMIT" in sql] == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite estimates nothing")
def test_a_whole_table_is_estimated(
    admin_client: Client, long_list: list[InsuranceCompany], statements: Statements
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_class SET reltuples = 1234567 WHERE relname = 'pm_insurancecompany'"
        )

    with statements() as sent:
        page = admin_client.get(COMPANIES)

    assert "about 1,230,000 insurance companies" in page.text
    assert not [sql for sql in sent if "COUNT(*)" in sql]
    assert rows_about(InsuranceCompany.objects.filter(is_active=True)) == 0
    assert "more than 10 " in admin_client.get(COMPANIES, {"is_active__exact": "1"}).text


def test_a_table_without_statistics_is_counted() -> None:
    assert rows_about(InsurancePlan.objects.all()) == 0


@pytest.mark.parametrize("model", ALL)
def test_a_list_is_sorted_by_columns_that_have_an_index(admin_client: Client, model: str) -> None:
    PlanFactory()
    EHRPatientFactory()
    PMPatientFactory()
    url = reverse(f"admin:{model}_changelist")
    plain = admin_client.get(url).context["cl"]
    with connection.cursor() as cursor:
        table = connection.introspection.get_constraints(cursor, plain.model._meta.db_table)
    indexes = [index["columns"] for index in table.values() if index["index"] or index["unique"]]
    usual = plain.queryset.query.order_by

    for number, name in enumerate(plain.list_display):
        for direction in ("", "-"):
            sorted_by = {"o": f"{direction}{number}.2"}
            order = admin_client.get(url, sorted_by).context["cl"].queryset.query.order_by
            if name not in plain.sortable_by:
                assert order == usual
                continue
            assert {part.startswith("-") for part in order} == {direction == "-"}
            columns = [part.lstrip("-").replace("pk", "id") for part in order]
            # A unique column, or one that is as good as unique, needs no key after it.
            assert columns in indexes or columns[:1] in indexes


@pytest.mark.parametrize("typed", ["", "x", "-", "99", "-99", "²", "1x", "0"])
def test_an_order_that_is_none_is_the_usual_one(admin_client: Client, typed: str) -> None:
    companies = [CompanyFactory(name=name) for name in "ba"]

    assert shown(admin_client.get(COMPANIES, {"o": typed})) == companies[::-1]


def test_all_of_a_long_list_can_be_neither_selected_nor_changed(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kareo.pages.lists.long.COUNTED", 3)
    companies = CompanyFactory.create_batch(5)
    chosen = {"action": "deactivate", "select_across": "1", "_selected_action": [companies[0].pk]}

    assert "Select all more than" not in admin_client.get(COMPANIES).text
    answer = admin_client.post(COMPANIES, chosen, follow=True)

    assert InsuranceCompany.objects.filter(is_active=False).count() == 0
    assert "add a word or a filter, or select some of them" in answer.text
