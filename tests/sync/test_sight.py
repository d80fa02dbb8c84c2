"""Who may see which records."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User

from sync.roles import may_see, may_see_other_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def user_who_may(django_user_model: type[User]) -> Callable[..., User]:
    """Return a function that makes a user with these permissions of `app`."""

    def make(app: str, *codenames: str) -> User:
        user = django_user_model.objects.create_user("somebody", is_staff=True)
        found = Permission.objects.filter(content_type__app_label=app, codename__in=codenames)
        assert found.count() == len(codenames)
        user.user_permissions.set(found)
        return user

    return make


@pytest.mark.parametrize("action", ["view", "change"])
def test_whoever_may_look_or_change_may_see(user_who_may: Callable[..., User], action: str) -> None:
    assert may_see(user_who_may("pm", f"{action}_insuranceplan"), "pm.InsurancePlan")


@pytest.mark.parametrize("action", ["add", "delete"])
def test_whoever_may_only_add_or_delete_may_not(
    user_who_may: Callable[..., User], action: str
) -> None:
    assert not may_see(user_who_may("pm", f"{action}_insuranceplan"), "pm.InsurancePlan")


def test_all_of_several_it_takes(user_who_may: Callable[..., User]) -> None:
    user = user_who_may("pm", "view_insuranceplan")

    assert not may_see(user, "pm.InsurancePlan", "pm.InsuranceCompany")


def test_of_an_insurance_plans_and_companies_are_the_other_list(
    user_who_may: Callable[..., User],
) -> None:
    user = user_who_may("pm", "view_insuranceplan", "view_insurancecompany")

    assert may_see_other_list(user, "ehr.Insurance")
    assert not may_see_other_list(user, "pm.InsurancePlan")
