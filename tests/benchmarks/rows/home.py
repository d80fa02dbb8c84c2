"""The first page: with all counts made anew, and as most people see it."""

from collections.abc import Iterator

from django.apps import apps
from django.core.cache import cache

from sync.models import InsuranceLink, SyncEvent
from tests.benchmarks.browsing import Browser
from tests.benchmarks.measuring import Goal, Row
from tests.benchmarks.scale import Scale

HOME = "/admin/"


def rows(scale: Scale) -> Iterator[Row]:
    large, small = Browser(scale.large), Browser(scale.small)
    for name, before in (("cold", forget), ("again", None)):
        yield Row(
            "home",
            name,
            ours=large.getting(HOME, before),
            baseline=small.getting(HOME, before),
            goal=Goal("ratio", 1.5),
            times=scale.times(30),
        )


def forget() -> None:
    """Remove what sync keeps of what it has counted."""
    cache.clear()
    for model in apps.get_app_config("sync").get_models():
        if model not in (InsuranceLink, SyncEvent):
            model._default_manager.all().delete()
