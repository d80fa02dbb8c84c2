"""The patients whose coverage isn't the same on both sides."""

from collections.abc import Iterator
from urllib.parse import urljoin

from django.urls import reverse

from tests.benchmarks.browsing import Browser
from tests.benchmarks.measuring import Goal, Row
from tests.benchmarks.scale import Scale


def rows(scale: Scale) -> Iterator[Row]:
    large, small = Browser(scale.large), Browser(scale.small)
    first = reverse("sync:coverage_worklist")
    pages = {"first page": (first, first), "next page": (_next(large, first), _next(small, first))}
    for name, (ours, theirs) in pages.items():
        yield Row(
            "worklist",
            name,
            ours=large.getting(ours),
            baseline=small.getting(theirs),
            goal=Goal("ms", 150),
            times=scale.times(30),
        )


def _next(browser: Browser, url: str) -> str:
    """Return the URL of the next page; where there is none, of the same."""
    links = browser.page(url).links
    return next((urljoin(url, link) for _, link, text in links if text.strip() == "Next"), url)
