"""The patients whose secondary isn't the same on both sides."""

from collections.abc import Iterator

from django.urls import reverse

from tests.benchmarks.browsing import Browser
from tests.benchmarks.measuring import Goal, Row
from tests.benchmarks.rows.lists import last_page
from tests.benchmarks.scale import Scale


def rows(scale: Scale) -> Iterator[Row]:
    large, small = Browser(scale.large), Browser(scale.small)
    first = reverse("sync:secondary_worklist")
    last = last_page(large.page(first), first), last_page(small.page(first), first)
    pages = {"first page": (first, first), "last page": last}
    for name, (ours, theirs) in pages.items():
        if ours and theirs:
            yield Row(
                "worklist",
                name,
                ours=large.getting(ours),
                baseline=small.getting(theirs),
                goal=Goal("ms", 150),
                times=scale.times(30),
            )
