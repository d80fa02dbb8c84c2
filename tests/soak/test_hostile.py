"""What no page of ours sends: a seeded part of what `make soak` sends at length."""

from collections.abc import Iterator
from typing import Any

import pytest

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
