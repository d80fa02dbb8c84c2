"""What migrations do with a searched text. Others don't load it: it loads PostgreSQL's driver."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.operations import TrigramExtension
from django.db import connections, models

from kareo.records.searched import searched_text, text_of_person

BATCH = 5000  # rows
LOWEST = -(2**63)  # of all keys


def fill(rows: models.QuerySet[Any], names: Sequence[str], *, is_address: bool = True) -> None:
    """Store the searched text of all `rows`, made of the fields `names`, in batches.

    For migrations: `rows` may be of a model as it was then.
    """
    beside = ("zip_code", "address_key", "phone", "name_key") if is_address else ("date_of_birth",)
    count, text_of = len(names), searched_text if is_address else text_of_person
    connection, last = connections[rows.db], LOWEST
    table = connection.ops.quote_name(rows.model._meta.db_table)
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        while batch := list(
            rows.filter(pk__gt=last).order_by("pk").values_list("pk", *names, *beside)[:BATCH]
        ):
            last = batch[-1][0]
            keys = [key for key, *_ in batch]
            texts = [text_of(row[:count], *row[count:]) for _, *row in batch]
            if on_postgresql:
                new = "FROM unnest(%s::text[], %s::bigint[]) AS new(text, id)"
                sql = f"UPDATE {table} SET search_text = new.text {new} WHERE {table}.id = new.id"  # noqa: S608 (no input)
                cursor.execute(sql, [texts, keys])
            else:
                sql = f"UPDATE {table} SET search_text = %s WHERE id = %s"  # noqa: S608 (no input)
                cursor.executemany(sql, list(zip(texts, keys, strict=True)))


class Trigrams(TrigramExtension):
    """Django's own; on the way back it stays, as another app may use it."""

    def database_backwards(self, *_: Any) -> None:
        pass
