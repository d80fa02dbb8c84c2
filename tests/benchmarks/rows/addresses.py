"""How fast addresses are read, and a company is found by one."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from kareo.addresses import address_key
from pm.models import InsuranceCompany
from tests.benchmarks.data.made_up import Maker
from tests.benchmarks.databases import Database
from tests.benchmarks.measuring import Goal, Row, Side
from tests.benchmarks.scale import Scale

AT_ONCE = 100  # addresses looked up in one call


def rows(scale: Scale) -> Iterator[Row]:
    maker = Maker("addresses")
    yield Row(
        "addresses",
        "keys",
        ours=Side(None, lambda: _read([maker.place() for _ in range(scale.sizes.keys)])),
        goal=Goal("a second", 25_000),
        times=scale.times(5),
        each=scale.sizes.keys,
    )
    large, small = scale.companies, scale.small
    yield Row(
        "addresses",
        f"company found, of {large.size.companies:,} and {small.size.companies:,}",
        ours=looking_up(large),
        baseline=looking_up(small),
        goal=Goal("ratio", 1.5),
        times=scale.times(100),
        each=AT_ONCE,
    )


def looking_up(database: Database) -> Side:
    """Return the side that finds companies all over the list by their address keys."""
    database.use()
    companies = InsuranceCompany.objects.exclude(address_key="")
    step = max(1, database.size.companies // 1000)
    some = companies.filter(pk__in=range(1, database.size.companies + 1, step))
    keys = list(some.values_list("address_key", flat=True))
    turns = count()

    def ready() -> Callable[[], Any]:
        wanted = [keys[next(turns) * 7 % len(keys)] for _ in range(AT_ONCE)]
        return lambda: [len(InsuranceCompany.objects.filter(address_key=key)) for key in wanted]

    return Side(database, ready)


def _read(places: list[Any]) -> Callable[[], Any]:
    return lambda: [address_key(*place) for place in places]
