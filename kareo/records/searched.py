"""The text that a record is searched in: one column, in PostgreSQL with an index of its trigrams.

Each line of it holds what one field says, in small letters. Lines in capitals hold standard forms,
which no word that is typed is found in by accident.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.backends.ddl_references import Statement, Table

from kareo.addresses.suffixes import SUFFIXES
from kareo.addresses.tables import DIRECTIONS
from kareo.records.fields import LineField

_STREET_WORDS = frozenset({*SUFFIXES.values(), *DIRECTIONS.values()})
_LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")


def folded(text: object) -> str:
    """Return `text` as the searched text has it, whatever its case."""
    return str(text or "").casefold()


def zip_line(zip_code: str) -> str:
    """Return the line of a ZIP, with its end: a ZIP of five digits begins one of nine."""
    return f"Z{zip_code}\n"


def box_line(box: str) -> str:
    """Return the line of a box in standard form, short: an index finds it by its number.

    >>> box_line("PO BOX 12"), box_line("RR 2 BOX 15")
    ('P12', 'RR2BOX15')
    """
    return box.replace("PO BOX ", "P").replace(" ", "")


def street_word(word: str) -> str:
    """Return how the line of street words has one of them in standard form."""
    return f" {word} "


def phone_line(phone: str) -> str:
    """Return the digits of a phone number as letters, so that no other number is found in them.

    >>> phone_line("(800) 555-0101")
    'IAAFFFABAB'
    """
    return re.sub(r"[^0-9]", "", phone).translate(_LETTERS)


def searched_text(
    values: Iterable[object], zip_code: str = "", address_key: str = "", phone: str = ""
) -> str:
    """Return the text in which a record with these values is found.

    >>> searched_text(["Aetna"], "92617", "92617|PO BOX 12|7 N ACADEMY DR|STE 200", "800-555-0101")
    '\\naetna\\n800-555-0101\\nZ92617\\nP12\\n N DR \\nIAAFFFABAB\\n'
    """
    lines = [folded(value) for value in (*values, phone) if value]
    if zip_code:
        lines.append(zip_line(zip_code).strip())
    # A key may be of a version that read addresses otherwise.
    _place, box, street, *_units = (*address_key.split("|"), "", "")
    if box:
        lines.append(box_line(box))
    if words := [word for word in street.split()[1:] if word in _STREET_WORDS]:
        lines.append(street_word(" ".join(words)))
    if phone:
        lines.append(phone_line(phone))
    return "\n".join(["", *lines, ""])


class SearchedTextField(models.TextField[str, str]):
    """The stored `searched_text` of a record."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": "", "blank": True, "editable": False, **kwargs})


@SearchedTextField.register_lookup
class Has(models.Lookup[str]):
    """Whether the text has this part, letter for letter."""

    lookup_name = "has"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        text, params = self.process_lhs(compiler, connection)
        part = connection.ops.prep_for_like_query(self.rhs)
        return f"{text} LIKE %s", [*params, f"%{part}%"]

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        text, params = self.process_lhs(compiler, connection)
        return f"instr({text}, %s) > 0", [*params, self.rhs]


@LineField.register_lookup
class Within(models.Lookup[str]):
    """Whether this is part of the line, in any case; as `icontains`, with a trigram index."""

    lookup_name = "within"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        line, params = self.process_lhs(compiler, connection)
        part = connection.ops.prep_for_like_query(self.rhs)
        like = "ILIKE %s" if connection.vendor == "postgresql" else "LIKE %s ESCAPE '\\'"
        return f"{line} {like}", [*params, f"%{part}%"]


class TrigramIndex(GinIndex):
    """PostgreSQL's index for parts of a text. SQLite reads the text of each record instead."""

    def __init__(self, *, name: str, fields: Iterable[str], **_: Any) -> None:
        fields = list(fields)
        super().__init__(name=name, fields=fields, opclasses=["gin_trgm_ops"] * len(fields))

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return super().create_sql(model, schema_editor, using, **kwargs)
        # There is to be one, which a later migration can remove: of no rows, so that it costs none.
        # A statement, not a text: where SQLite makes the table anew, its name is put in later.
        quote = schema_editor.quote_name
        table, sql = Table(model._meta.db_table, quote), "CREATE INDEX %(name)s ON %(table)s (id)"
        return Statement(f"{sql} WHERE 0", table=table, name=quote(self.name))
