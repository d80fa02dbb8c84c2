"""What else a company is called: what staff enter, and the names that it had."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from pm.models import InsuranceCompany, OtherName
from tests.conftest import Statements
from tests.editing import edit
from tests.factories import CompanyFactory, PlanFactory, anew
from tests.screens import change_url, errors_of, submit

pytestmark = pytest.mark.django_db

Rename = Callable[[InsuranceCompany, str], Any]


def indexed(company: InsuranceCompany) -> set[str]:
    """Return the keys by which the company is found, beside that of its name."""
    return set(OtherName.objects.filter(company=company).values_list("name_key", flat=True))


def save(company: InsuranceCompany, name: str) -> None:
    company.name = name
    company.save()


def save_the_name_only(company: InsuranceCompany, name: str) -> None:
    company.name = name
    company.save(update_fields=["name"])


def change(company: InsuranceCompany, name: str) -> None:
    InsuranceCompany.objects.filter(pk=company.pk).change(name=name)


@pytest.mark.parametrize("rename", [save, save_the_name_only, change])
class TestRename:
    def test_the_former_name_is_kept(self, rename: Rename) -> None:
        company = CompanyFactory(name="Health Net", other_names="HN")

        rename(anew(company), "Wellcare")

        assert anew(company).other_names == "HN\nHealth Net"
        assert indexed(company) == {"hn", "healthnet"}

    def test_back_again_each_name_is_there_once(self, rename: Rename) -> None:
        company = CompanyFactory(name="Health Net")
        for name in ("Wellcare", "Health Net"):
            rename(anew(company), name)

        assert anew(company).other_names == "Wellcare"
        assert indexed(company) == {"wellcare"}

    def test_another_spelling_is_no_other_name(self, rename: Rename) -> None:
        company = CompanyFactory(name="Health Net")

        rename(anew(company), "HEALTH NET")

        assert (anew(company).other_names, indexed(company)) == ("", set())


def test_a_former_name_can_be_removed_even_by_the_copy_that_renamed() -> None:
    company = CompanyFactory(name="Health Net")
    save(company, "Wellcare")
    company.other_names = ""
    company.save()

    assert (anew(company).other_names, indexed(company)) == ("", set())


def test_each_name_is_kept_once_as_it_was_first_written() -> None:
    company = CompanyFactory(name="Aetna", other_names="  CVS   Aetna \r\n\r\ncvs-aetna\nAETNA\n")

    assert company.other_names == "CVS Aetna"
    assert indexed(company) == {"cvsaetna"}


def test_one_that_is_spelled_otherwise_is_indexed_so() -> None:
    company = CompanyFactory(name="UnitedHealthcare", other_names="VSP")

    edit(company, other_names="The VSP")

    assert OtherName.objects.get().name == "The VSP"


def test_a_set_is_indexed_as_a_single_save_is() -> None:
    InsuranceCompany.objects.bulk_create([CompanyFactory.build(other_names="UHC\nUnited")])
    [company] = InsuranceCompany.objects.all()
    assert indexed(company) == {"uhc", "united"}

    InsuranceCompany.objects.all().change(other_names="UHC")

    assert indexed(company) == {"uhc"}


def test_keys_that_are_made_anew_are_indexed_anew() -> None:
    company = CompanyFactory(other_names="UHC")
    CompanyFactory()
    OtherName.objects.update(name_key="old")

    InsuranceCompany.objects.rederive([company.pk], ["name_key"])

    assert indexed(company) == {"uhc"}


def test_a_save_that_changes_no_name_asks_nothing_for_it(statements: Statements) -> None:
    company = anew(CompanyFactory(other_names="UHC"))
    company.phone = "800-555-0100"

    with statements() as sent:
        company.save()

    assert not [sql for sql in sent if "pm_othername" in sql]


def test_a_save_of_other_fields_keeps_the_stored_ones() -> None:
    company = anew(CompanyFactory(other_names="UHC"))
    company.other_names, company.phone = "typed, and not saved", "800-555-0100"

    company.save(update_fields=["phone"])

    assert (company.other_names, indexed(company)) == ("UHC", {"uhc"})


def test_it_is_deleted_with_its_company() -> None:
    CompanyFactory(other_names="UHC").delete()

    assert not OtherName.objects.exists()


@pytest.mark.parametrize("name", ["x" * 151, "<b>UHC</b>"])
def test_each_line_is_a_name(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CompanyFactory.build(name="UnitedHealthcare", other_names=f"UHC\n{name}").full_clean()

    assert set(refused.value.message_dict) == {"other_names"}


class TestOwners:
    """Which company is meant by an other name."""

    def owners(self, *names: str) -> dict[str, int]:
        return OtherName.objects.owners(names)

    def test_the_one_that_has_it(self) -> None:
        united = CompanyFactory(name="UnitedHealthcare", other_names="UHC\nUnited")
        CompanyFactory(name="Aetna", other_names="CVS")

        assert self.owners("uhc", "united", "humana") == {"uhc": united.pk, "united": united.pk}

    def test_of_several_none(self) -> None:
        CompanyFactory(other_names="UHC")
        CompanyFactory(other_names="U.H.C.")

        assert self.owners("uhc") == {}

    @pytest.mark.parametrize("is_active", [True, False])
    def test_the_current_name_of_an_active_company_wins(self, is_active: bool) -> None:
        united = CompanyFactory(name="UnitedHealthcare", other_names="UHC")
        CompanyFactory(name="UHC", is_active=is_active)

        assert self.owners("uhc") == ({} if is_active else {"uhc": united.pk})

    def test_an_inactive_one_doesnt_count(self) -> None:
        united = CompanyFactory(other_names="UHC")
        CompanyFactory(other_names="UHC", is_active=False)

        assert self.owners("uhc") == {"uhc": united.pk}


class TestPages:
    def test_what_is_entered_is_shown_and_found(self, admin_client: Client) -> None:
        company = CompanyFactory(name="UnitedHealthcare")
        plan = PlanFactory(company=company)
        PlanFactory()

        assert submit(admin_client, change_url(company), other_names="UHC").status_code == 302

        assert "UHC</textarea>" in admin_client.get(change_url(company)).text
        for model, found in (("insurancecompany", company), ("insuranceplan", plan)):
            url = reverse(f"admin:pm_{model}_changelist")
            assert list(admin_client.get(url, {"q": "uhc"}).context["cl"].result_list) == [found]

    def test_what_is_no_name_is_refused_there(self, admin_client: Client) -> None:
        response = submit(admin_client, change_url(CompanyFactory()), other_names="UHC\n<b>")

        assert "other_names" in errors_of(response)

    def test_a_rename_meanwhile_isnt_undone(self, admin_client: Client) -> None:
        company = CompanyFactory(name="Health Net")
        page = admin_client.get(change_url(company))
        save(anew(company), "Wellcare")

        response = submit(admin_client, change_url(company), page, phone="800-555-0100")

        assert "Other names was empty and is now Health Net." in response.text
        submit(admin_client, change_url(company), response)
        assert anew(company).other_names == "Health Net"
