"""What migrations do with a searched text. Others don't load it: it loads PostgreSQL's driver."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.operations import TrigramExtension
from django.db import connections, models

from kareo.records.texts.lines import folded, phone_line, searched_text, text_of_person
from kareo.records.texts.phones import normal_phone

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


def normalize_phones(rows: models.QuerySet[Any]) -> None:
    """Store the phone and fax numbers of all `rows` in the one way, and find them in their texts.

    For migrations; it is no edit: nothing else of a row changes.
    """
    connection, last = connections[rows.db], LOWEST
    table = connection.ops.quote_name(rows.model._meta.db_table)
    sql = f"UPDATE {table} SET phone = %s, fax = %s, search_text = %s WHERE id = %s"  # noqa: S608 (no input)
    stored = rows.exclude(phone="", fax="").values_list("phone", "fax", "search_text", "pk")
    with connection.cursor() as cursor:
        while batch := list(stored.filter(pk__gt=last).order_by("pk")[:BATCH]):
            last = batch[-1][-1]
            renewed = [
                (normal_phone(phone), normal_phone(fax), _with_phone(text, phone), key)
                for phone, fax, text, key in batch
            ]
            changed = [now for was, now in zip(batch, renewed, strict=True) if was != now]
            cursor.executemany(sql, changed)


def _with_phone(text: str, phone: str) -> str:
    """Return the searched text of a record with this `phone`, as it is once that is normal."""
    if not phone or not text:
        return text
    now = normal_phone(phone)
    *lines, _digits, end = text.split("\n")
    said = [folded(now) if line == folded(phone) else line for line in lines]
    return "\n".join([*said, phone_line(now), end])
