"""What each kind of user may do and read: all URLs of the site."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from kareo.pages import deleting
from kareo.pages.forms.pickers import PickerChoices
from sync.drift.findings import FINDINGS
from tests.roles.forms import base_of
from tests.roles.kinds import KINDS, MODELS
from tests.roles.lists import ACTIONS, FILTERS, PICKERS
from tests.roles.planting import LETTERS
from tests.roles.requests import Sent, relations, unknown_routes
from tests.roles.visits import Site, Visitor, planted

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    """Plant once for all kinds: each request is undone by itself."""
    with django_db_blocker.unblock(), planted() as site:
        yield site


@pytest.mark.parametrize("name", KINDS)
def test_what_a_kind_of_user_may_do_and_reads(name: str, site: Site) -> None:
    assert site.visit(name).wrong == []


class TestTheTable:
    """It knows all that the site has, or one of these says what to add."""

    def test_has_every_url(self) -> None:
        assert unknown_routes() == [], "Say in urls.PAGES who may look at it, and who may send it"

    def test_has_every_model_with_pages(self) -> None:
        shown = {model._meta.label for model in admin.site._registry}
        assert shown <= {*MODELS.values()}, "Give it a letter in kinds.MODELS, and plant a record"

    def test_has_every_picker(self) -> None:
        found = {
            f"{each.model._meta.label}.{name}"
            for pages in admin.site._registry.values()
            for each in (pages, *(inline(pages.model, admin.site) for inline in pages.inlines))
            for name in each.autocomplete_fields
        }
        assert found == PICKERS.keys(), "Say in lists.PICKERS whose records it offers"
        offered = {f"{each.model._meta.label}.{each.name}": letter for each, letter in relations()}
        assert {name: offered[name] for name in found} == PICKERS

    def test_has_every_action(self) -> None:
        for letter, known in ACTIONS.items():
            names = {name for _do, name, _title in pages_of(letter)._get_base_actions()}
            assert names == known.keys(), f"Say in lists.ACTIONS of {letter} who may do it"

    def test_has_every_filter(self, rf: Any) -> None:
        for letter, known in FILTERS.items():
            names = map(name_of_filter, pages_of(letter).get_list_filter(rf.get("/")))
            unknown = [name for name in names if not any(each.startswith(name) for each in known)]
            assert unknown == [], f"Say in lists.FILTERS of {letter} who may narrow the list by it"

    def test_has_every_finding(self) -> None:
        for finding in FINDINGS:
            if finding.model:
                known = FILTERS[LETTERS[finding.model._meta.label]]
                assert f"drift={finding.id}" in known, "Say in lists.FILTERS who may see it"


def pages_of(letter: str) -> Any:
    return admin.site._registry[apps.get_model(MODELS[letter])]


def name_of_filter(each: Any) -> str:
    """Return the name with which a list's filter begins in a URL."""
    name = each[0] if isinstance(each, tuple) else each
    return name if isinstance(name, str) else str(name.parameter_name)


def new_page(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("", include("kareo.urls")), path("new/<int:pk>/", new_page)]


class TestWhatIsWrongIsFound:
    """The doors that are opened here, the table finds."""

    def test_a_url_that_it_does_not_know(self, settings: Any) -> None:
        settings.ROOT_URLCONF = __name__

        assert unknown_routes() == ["new/<int:pk>/"]

    def test_a_name_on_a_delete_page(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        policies = Sent("get", f"{base_of('T')}{site.records['T'][0].pk}/delete/", "Td")
        assert wrong_of("patients only", policies, site) == []

        monkeypatch.setattr(deleting, "may_name", lambda user, label: True)

        assert wrong_of("patients only", policies, site) == [f"{policies}: reads Qzcovered"]

    def test_a_picker_for_anybody(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        field = "app_label=pm&model_name=insuranceplan&field_name=company"
        companies = Sent("get", f"/admin/autocomplete/?{field}", "Cv")
        assert wrong_of("plans only", companies, site) == []

        monkeypatch.setattr(PickerChoices, "has_perm", lambda *args: True)

        assert f"{companies}: allowed, 200" in wrong_of("plans only", companies, site)

    def test_a_refused_page_that_writes(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        url = f"{base_of('G')}{site.records['G'][0].pk}/delete/"
        deletes = Sent("post", url, "Gd", {"post": "yes"}, writes="auth_group")
        assert wrong_of("Practice administrator", deletes, site) == []

        monkeypatch.setattr(pages_of("G"), "has_delete_permission", lambda *args: True)

        assert "wrote auth_group" in " ".join(wrong_of("Practice administrator", deletes, site))

    def test_a_button_that_does_nothing(self, site: Site) -> None:
        nothing = Sent("post", f"{base_of('C')}", "Cv", {"action": ""}, "pm_insurancecompany")

        assert "as it was" in " ".join(wrong_of("Billing", nothing, site))


def wrong_of(name: str, sent: Sent, site: Site) -> list[str]:
    visitor = Visitor(KINDS[name], site.users[name])
    visitor.send(sent)
    return visitor.wrong
