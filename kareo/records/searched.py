"""The text that a record is searched in: one column, in PostgreSQL with an index of its trigrams.

Each line of it holds what one field says, in small letters; names again without accents and closed
up, where that differs. Lines in capitals hold standard forms, which no word that is typed is found
in by accident.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.backends.ddl_references import Statement, Table
from django.db.models.functions import Length, Substr

from kareo.addresses.tables.names import DIRECTIONS
from kareo.addresses.tables.suffixes import SUFFIXES
from kareo.records.fields import NumberField
from kareo.records.texts.phones import phone_digits
from kareo.records.texts.roads import is_lettered

_DIRECTIONS = frozenset(DIRECTIONS.values())
_STREET_WORDS = _DIRECTIONS.union(SUFFIXES.values())
_LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")
_LEFT_OUT = dict.fromkeys(map(ord, " '’.,-/&"))
# Written as one word: an index finds STE200 sooner than STE and 200.
_BEFORE_NUMBER = re.compile(r" (?=[^ ]*\d|[A-Z](?: |$))")
_GROUPING = " -"  # what parts the groups of a number that is printed on a card


def folded(text: object) -> str:
    """Return `text` as the searched text has it, whatever its case."""
    return str(text or "").casefold()


def plain(text: object) -> str:
    """Return `text` folded and without accents.

    >>> plain("Peña")
    'pena'
    """
    if (small := folded(text)).isascii():
        return small
    return "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))


def closed(text: object) -> str:
    """Return `text` plain and without what people write or leave out in names and numbers.

    >>> closed("O'Brien"), closed("de la Peña")
    ('obrien', 'delapena')
    """
    return plain(text).translate(_LEFT_OUT)


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
    """Return how the line of street words has one of them, or several in a row."""
    return f" {word} "


def ordinal(number: str) -> str:
    """Return how the line of street words has the number that is a street's name."""
    return f"{number}TH"


def road_word(road: str, number: str) -> str:
    """Return how the line of street words has a numbered road: CR634."""
    return f"{road}{number}"


def unit_line(units: str) -> str:
    """Return the line of units in standard form; that of one unit is part of it.

    >>> unit_line("FL 12 STE 200"), unit_line("STE 200")
    ('/FL12/STE200/', '/STE200/')
    """
    return f"/{_BEFORE_NUMBER.sub('', units).replace(' ', '/')}/"


def phone_line(phone: str) -> str:
    """Return the digits of a phone number as letters, so that no other number is found in them.

    >>> phone_line("(800) 555-0101")
    'IAAFFFABAB'
    """
    return phone_digits(phone).translate(_LETTERS)


def birth_line(day: datetime.date) -> str:
    """Return a birth date as letters, too.

    >>> birth_line(datetime.date(1961, 7, 4))
    'BORNBJGBAHAE'
    """
    return "BORN" + day.isoformat().replace("-", "").translate(_LETTERS)


def searched_text(
    values: Iterable[object],
    zip_code: str = "",
    address_key: str = "",
    phone: str = "",
    name_key: str = "",
) -> str:
    """Return the text in which an entry of an insurance list with these values is found.

    >>> key = "92617|PO BOX 12|7 N FERNOAK DR|STE 200"
    >>> searched_text(["7 N Fern Oak Dr"], "92617", key, "800-555-0101").replace("\\n", ";")
    ';7 n fern oak dr;800-555-0101;Z92617;P12;fernoak; N DR ;/STE200/;IAAFFFABAB;'
    """
    lines = [*_said([*values, phone], [name_key])]
    if zip_code:
        lines.append(zip_line(zip_code).strip())
    # A key may be of a version that read addresses otherwise.
    _place, box, street, units, *_ = (*address_key.split("|"), "", "", "", "")
    if box:
        lines.append(box_line(box))
    for one in filter(None, street.split(" & ")):
        lines += _street_lines(one, "\n".join(lines))
    if units:
        lines.append(unit_line(units))
    if phone:
        lines.append(phone_line(phone))
    return "\n".join(["", *lines, ""])


def phone_of(text: str) -> models.Expression:
    """Return the expression for the line of the phone number with which the searched `text` ends.

    Of a record that has one: else it may be the end of another line.
    """
    trimmed = partial(models.Func, function="RTRIM", output_field=models.TextField())
    lines = trimmed(models.F(text), models.Value("\n"))
    others = trimmed(lines, models.Value("ABCDEFGHIJ"))
    return Substr(lines, Length(others) + 1)


def text_of_person(values: Iterable[object], born: datetime.date | None) -> str:
    """Return the text in which a patient with these names and numbers is found.

    >>> text_of_person(["O'Brien", "Pat"], datetime.date(1961, 7, 4)).split()
    ["o'brien", 'pat', 'obrien', 'BORNBJGBAHAE']
    """
    values = [*values]
    lines = [*_said(values, map(closed, values))]
    if born:
        lines.append(birth_line(born))
    return "\n".join(["", *lines, ""])


def _said(values: Iterable[object], keys: Iterable[str]) -> list[str]:
    """Return a line for each of `values`, and for what of `keys` these don't say already."""
    spelled = (line for value in values if value for line in (folded(value), plain(value)))
    lines = [*dict.fromkeys(spelled)]
    for key in keys:
        if key and not any(key in line for line in lines):
            lines.append(key)
    return lines


def _street_lines(street: str, said: str) -> Iterator[str]:
    """Yield the lines of a street in standard form, without what is `said` already.

    Its name proper is one word in small letters, as it may be typed. Directions, suffixes and
    numbers are in one line in capitals.
    """
    number, *words = street.split(" ")
    standard = [] if number.casefold() in said else [number]
    before = ""
    for word in words:
        if word in _STREET_WORDS or is_lettered(word):
            standard.append(word)
        elif not any(map(str.isdigit, word)):
            if word.casefold() not in said:
                yield word.casefold()
        elif word.isdecimal() and before in {"", *_DIRECTIONS}:
            standard.append(ordinal(word))
        else:  # of a road, as in `road_word`
            standard.append(road_word(before, word))
        before = word
    if standard:
        yield street_word(" ".join(standard))


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
