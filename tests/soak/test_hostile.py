"""What no page of ours sends: a seeded part of what `make soak` sends at length."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin.views.main import ChangeList

from kareo.pages.html import fields
from kareo.pages.stray import NoStrays, OwnFilters
from kareo.records import Refused
from kareo.records.rows.writing import insert
from sync.models import InsuranceLink
from sync.propagation import dismiss, writing
from sync.screens import views
from tests.soak.hostile.forms import FORMS
from tests.soak.hostile.lists import LISTS
from tests.soak.hostile.visits import Site, planted

pytestmark = pytest.mark.django_db


COUNT = 50
SEED = 7


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    """Plant once: each request is undone by itself."""
    with django_db_blocker.unblock(), planted() as site:
        yield site


@pytest.mark.parametrize("name", FORMS)
def test_a_form_sent_anything(name: str, site: Site) -> None:
    assert site.post(name, COUNT, SEED) == []


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asked_for_anything(name: str, site: Site) -> None:
    assert site.get(name, COUNT, SEED) == []


class TestWhatIsWrongIsFound:
    """What is broken here, so many requests find."""

    def test_a_list_that_takes_any_look_up(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(OwnFilters, "get_filters", ChangeList.get_filters)

        assert "takes '" in " ".join(site.get("auth.User list", 50, SEED))

    def test_text_that_becomes_markup(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        def draw(context: Any) -> str:
            return f'<input value="{context["widget"]["value"]}">'

        monkeypatch.setitem(fields.DRAWN, f"{fields.WIDGETS}/text.html", draw)

        assert "text became markup" in " ".join(site.get("pages of records", 50, SEED))

    def test_a_selected_row_that_is_no_key(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(NoStrays, "_leave_out_strays", lambda *args: None)

        assert "500: ValueError" in " ".join(site.post("axes.AccessAttempt actions", 50, SEED))

    def test_a_pair_without_its_link(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        def half(rows: Any, using: str) -> None:
            if not (rows and isinstance(rows[0], InsuranceLink)):
                insert(rows, using)

        monkeypatch.setattr(writing, "insert", half)

        assert "has no counterpart" in " ".join(site.post("ehr.Insurance add", 20, SEED))

    def test_a_change_without_an_event(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(writing, "_log", lambda events: events)

        assert "changed, and no event says so" in " ".join(site.post("repair", 20, SEED))

    def test_what_is_refused_and_done(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        def and_refuse(*args: Any) -> None:
            dismiss(*args)
            raise Refused("Nothing was dismissed.")

        monkeypatch.setattr(views, "dismiss", and_refuse)

        assert "was refused, and wrote" in " ".join(site.post("dismiss", 20, SEED))
