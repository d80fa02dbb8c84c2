"""What the kill test must find: a program that carries over in a transaction of its own."""

import time
from typing import Any

from django.db import transaction

from sync.propagation import receivers
from sync.propagation.writing import propagate

GAP = 0.2  # seconds between the two, so that most kills fall into it


def carry_over_later() -> None:
    """Let each save be committed before the other list is written, in this process."""

    def later(records: Any, *cause: Any) -> None:
        def carry_over() -> None:
            time.sleep(GAP)
            with transaction.atomic():
                propagate(records, *cause)

        transaction.on_commit(carry_over)

    setattr(receivers, propagate.__name__, later)
