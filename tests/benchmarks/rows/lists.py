"""First and last page of each list, each filter and each order: at a million against a thousand."""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote_plus, urljoin

from tests.benchmarks.browsing import Browser, Page
from tests.benchmarks.measuring import Goal, Row
from tests.benchmarks.scale import Scale

LISTS = {
    "companies": "/admin/pm/insurancecompany/",
    "plans": "/admin/pm/insuranceplan/",
    "PM patients": "/admin/pm/patient/",
    "insurances": "/admin/ehr/insurance/",
    "EHR patients": "/admin/ehr/patient/",
    "log": "/admin/sync/syncevent/",
}


def rows(scale: Scale) -> Iterator[Row]:
    large, small = Browser(scale.large), Browser(scale.small)
    for name, url in LISTS.items():
        for what, ours, theirs in islice(pages_of(large, small, url), scale.sizes.pages):
            yield Row(
                "lists",
                f"{name}, {what}",
                ours=large.getting(ours),
                baseline=small.getting(theirs),
                goal=Goal("ratio", 1.5),
                times=scale.times(30),
            )


def pages_of(large: Browser, small: Browser, url: str) -> Iterator[tuple[str, str, str]]:
    """Yield (what it is, its URL in the large list, in the small one) of a list's pages."""
    yield "first page", url, url
    yield from last_pages(large, small, url, "last page")
    for block in ("changelist-filter", "sortable"):
        seen = {url}
        for link in large.page(url).links_in(block):
            full = urljoin(url, link)
            # Django's own lists say ?x to unset what isn't set.
            if full not in seen and "=" in link and not link.startswith(("http", "/")):
                seen.add(full)
                what = unquote_plus(link.lstrip("?"))
                yield what, full, full
                yield from last_pages(large, small, full, f"{what}, last page")


def last_pages(
    large: Browser, small: Browser, url: str, what: str
) -> Iterator[tuple[str, str, str]]:
    """Yield the last page of this list on both sides, where both have more than one."""
    last, their_last = last_page(large.page(url), url), last_page(small.page(url), url)
    if last and their_last:
        yield what, last, their_last


def last_page(page: Page, url: str) -> str | None:
    """Return the URL of the last page, None where there is but one."""
    links = page.links_in("paginator", "pagination")
    for link, text in links.items():
        if text.lower().startswith(("last", "oldest")):
            return urljoin(url, link)
    numbered = {
        int(text.replace(",", "")): link for link, text in links.items() if _is_number(text)
    }
    return urljoin(url, numbered[max(numbered)]) if numbered else None


def _is_number(text: str) -> bool:
    return text.replace(",", "").isdigit()
