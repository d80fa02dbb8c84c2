"""What the benchmarks read off a page."""

import pytest

from tests.benchmarks.browsing import Page
from tests.benchmarks.rows.lists import last_page

LIST = "/admin/pm/insuranceplan/"


def test_a_link_is_known_by_the_block_it_stands_in() -> None:
    page = Page(
        '<nav id="changelist-filter"><ul><li><a href="?active=1">Yes<br></a></li></ul></nav>'
        '<a href="/admin/">Home</a>'
    )

    assert page.links_in("changelist-filter") == {"?active=1": "Yes"}


def test_a_form_is_sent_as_it_stands_on_the_page() -> None:
    page = Page(
        '<input name="name" value="HMO"><input type="checkbox" name="active" checked>'
        '<input type="checkbox" name="other"><input type="submit" name="_save" value="Save">'
        '<select name="state"><option value="">-</option><option value="CA" selected>CA</option>'
        "</select><textarea name=notes>Call first.</textarea>"
    )

    assert page.values == {"name": "HMO", "active": "on", "state": "CA", "notes": "Call first."}


@pytest.mark.parametrize(
    ("links", "url"),
    [
        (
            '<a href="?p=2">2</a> … <a href="?p=20,040">20,040</a><a href="?all=">Show all</a>',
            "?p=20,040",
        ),
        ('<a href="?p=2">2</a><a href="?last=1">Last</a>', "?last=1"),
        ("20 plans", None),
    ],
)
def test_the_last_page_is_found(links: str, url: str | None) -> None:
    page = Page(f'<p class="paginator">{links}</p>')

    assert last_page(page, LIST) == (url and LIST + url)
