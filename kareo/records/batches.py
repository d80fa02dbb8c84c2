"""Do with very many records what a page or a command asks for: so many at a time, each time whole.

One transaction for a hundred thousand would hold all their locks for minutes.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from django.db import DatabaseError
from django.db.models import ProtectedError

from kareo.records.refusals import Refused, refusal_in_words

T = TypeVar("T")

BATCH = 1000  # records of one transaction


def in_batches(keys: Sequence[Any], do: Callable[[Sequence[Any]], T]) -> Iterator[T]:
    """Yield what `do` returns for each batch of `keys`.

    Where it fails in the first batch, what it raises; in a later one, Refused, which says how many
    are done: they stay so.
    """
    for start in range(0, len(keys), BATCH):
        try:
            done = do(keys[start : start + BATCH])
        except (Refused, ProtectedError, DatabaseError) as error:
            if not start:
                raise
            raise Refused(
                f"The first {start:,} of {len(keys):,} are done and stay so. Then it stopped, and"
                f" the others are as they were. {refusal_in_words(error)} To complete it, do the"
                " same again for them."
            ) from error
        yield done
