"""How large a run is: which databases it needs, and how often it repeats what it measures."""

from dataclasses import dataclass
from functools import cached_property

from tests.benchmarks.data.sizes import Size
from tests.benchmarks.databases import Database


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is measured at which size. `patience` is how long (s) one row may repeat."""

    large: Size
    small: Size
    companies: Size  # a list of companies alone, for the look-up of addresses
    imported: int  # rows of the payer list
    keys: int  # addresses that are read
    served: int  # forms that each client posts
    share: float  # of the repetitions
    patience: float
    pages: int = 1000  # of each list, at most


SMALL = Size("1000", 1_000, 1_000, 1_000, 200)
EMPTY = Size("empty", 0, 0, 0, 0)
FULL = {
    "postgresql": Sizes(
        large=Size("1000000", 1_000_000, 50_000, 200_000, 2_000),
        small=SMALL,
        companies=Size("companies", 0, 1_000_000, 0, 0),
        imported=100_000,
        keys=100_000,
        served=60,
        share=1,
        patience=6,
    ),
    "sqlite": Sizes(
        large=Size("20000", 20_000, 2_000, 5_000, 300),
        small=SMALL,
        companies=Size("companies", 0, 100_000, 0, 0),
        imported=100_000,
        keys=100_000,
        served=60,
        share=1,
        patience=6,
    ),
}
TRIAL = Sizes(
    large=Size("trial", 600, 300, 300, 60),
    small=Size("trial_small", 300, 200, 150, 60),
    companies=Size("trial_companies", 0, 1_000, 0, 0),
    imported=300,
    keys=1_000,
    served=1,
    share=0.03,
    patience=1,
    pages=6,
)


class Scale:
    """The databases of a run, each made when it is first needed."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes

    @cached_property
    def large(self) -> Database:
        return Database(self.sizes.large).ready()

    @cached_property
    def small(self) -> Database:
        return Database(self.sizes.small).ready()

    @cached_property
    def companies(self) -> Database:
        return Database(self.sizes.companies).ready()

    @cached_property
    def empty(self) -> Database:
        return Database(EMPTY).ready()

    def times(self, count: int) -> int:
        """Return how often to repeat what a full run repeats `count` times."""
        return max(2, round(count * self.sizes.share))

    def tidy(self) -> None:
        """Bring what this run has used back to what it was filled with."""
        for name in ("large", "small"):
            if database := self.__dict__.get(name):
                database.ready()

    def all(self) -> list[Database]:
        """Return all databases of any run, there or not."""
        sizes = [*FULL.values(), TRIAL]
        names = {s.name: s for each in sizes for s in (each.large, each.small, each.companies)}
        return [Database(size) for size in (*names.values(), EMPTY)]
