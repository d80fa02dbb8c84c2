"""How many of each record a database holds."""

import datetime
from dataclasses import dataclass
from typing import Any

from kareo.records import Origin

FIRST_DAY = datetime.datetime(2024, 1, 2, 13, tzinfo=datetime.UTC)
SPAN = datetime.timedelta(days=1000)


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each there are. Beside the pairs there are `wrong` orphans on either side.

    `wrong` is how many show each way in which the lists disagree or a record waits: enough for a
    whole page of each.
    """

    name: str
    pairs: int
    companies: int
    patients: int
    wrong: int
    events_per_pair: int = 2

    @property
    def plans(self) -> int:
        return self.pairs + self.wrong


def stamped(number: int, of: int, home: Origin, *, is_active: bool = True) -> dict[str, Any]:
    """Return who wrote the record of this `number`, of so many, and when."""
    when = FIRST_DAY + SPAN * (number / of)
    by = "import_insurances" if home == Origin.IMPORT else "ana.abara"
    return {
        "is_active": is_active,
        "origin": home,
        "created_at": when,
        "created_by": by,
        "updated_at": when,
        "updated_by": by,
    }
