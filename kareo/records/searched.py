"""The stored text that a record is searched in, and numbers: how both are looked up and indexed.

It is one column, in PostgreSQL with an index of its trigrams. What stands in it: `texts.lines`.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.backends.ddl_references import Statement, Table
from django.db.models.functions import Length, Substr

from kareo.records.fields import NumberField

TRIGRAM = 3  # characters: the index knows no shorter parts

_GROUPING = " -"  # what parts the groups of a number that is printed on a card


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


@SearchedTextField.register_lookup
class HasInTurn(models.Lookup[str]):
    """Whether the text has these letters in their order, whatever stands between them.

    SQLite takes capitals for small ones, too.
    """

    lookup_name = "has_in_turn"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        text, params = self.process_lhs(compiler, connection)
        return f"{text} LIKE %s", [*params, f"%{'%'.join(self.rhs)}%"]


@models.CharField.register_lookup
class Within(models.Lookup[str]):
    """Whether this is part of the line, in any case; as `icontains`, with a trigram index."""

    lookup_name = "within"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        line, params = self.process_lhs(compiler, connection)
        part = connection.ops.prep_for_like_query(self.rhs)
        like = "ILIKE %s" if connection.vendor == "postgresql" else "LIKE %s ESCAPE '\\'"
        return f"{line} {like}", [*params, f"%{part}%"]


@NumberField.register_lookup
class WithinNumber(Within):
    """As `within`, however either is grouped: W12 345-678."""

    def get_prep_lookup(self) -> str:
        return str(super().get_prep_lookup()).translate(dict.fromkeys(map(ord, _GROUPING)))

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> Any:
        line, params = super().process_lhs(compiler, connection, lhs)
        return _ungrouped(line, connection), params


def _ungrouped(line: str, connection: Any) -> str:
    """Return SQL for the text of `line` without what groups a number."""
    if connection.vendor == "postgresql":
        return f"translate({line}, '{_GROUPING}', '')"
    for character in _GROUPING:
        line = f"replace({line}, '{character}', '')"
    return line


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


class NumberIndex(TrigramIndex):
    """An index for parts of one number, as `WithinNumber` asks for them."""

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        statement = super().create_sql(model, schema_editor, using, **kwargs)
        if schema_editor.connection.vendor == "postgresql":
            column = model._meta.get_field(self.fields[0]).column
            number = _ungrouped(schema_editor.quote_name(column), schema_editor.connection)
            statement.parts["columns"] = f"{number} {self.opclasses[0]}"
        return statement


def phone_of(text: str) -> models.Expression:
    """Return the expression for the line of the phone number with which the searched `text` ends.

    Of a record that has one: else it may be the end of another line.
    """
    trimmed = partial(models.Func, function="RTRIM", output_field=models.TextField())
    lines = trimmed(models.F(text), models.Value("\n"))
    others = trimmed(lines, models.Value("ABCDEFGHIJ"))
    return Substr(lines, Length(others) + 1)
