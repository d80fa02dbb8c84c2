"""How a list of any length is searched: for the keys of what is found, up to a number of them.

PostgreSQL takes its indexes of trigrams, SQLite reads the searched text of each record.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations
from typing import Any

from django.db import connections, transaction
from django.db.models import Exists, ForeignKey, Max, OuterRef, Q, QuerySet

from kareo.records.rows.reading import rows_about
from kareo.search.terms import Term, readings

MOST_FOUND = 1000
MANY = 1000  # companies, beyond which plans are found by a condition on them instead of by keys
# What more records may have is looked for among so many of the newest first: its part of the index
# is long, and there it is found at once.
COMMON, NEWEST = 50_000, 20_000
# In lists longer than this, one or two letters alone are found at the beginnings of words only: an
# index of trigrams knows no others.
LONG = 100_000
# Terms that indexes look for; one alone where PostgreSQL expects so few records to have it. The
# others are looked for in what these find.
DRIVERS, RARE = 3, 5000


def found_keys(rows: QuerySet[Any], typed: str, fields: Sequence[str]) -> set[Any] | None:
    """Return the keys of those of `rows` in whose `fields` what was `typed` is found.

    Of more than MOST_FOUND, some; then there are more keys than that. None: nothing was typed.
    """
    ways = readings(typed, fields, rows.model)
    if not ways:
        return None
    by_index = connections[rows.db].vendor == "postgresql"
    if by_index and all(term.is_short for terms in ways for term in terms):
        by_index = rows_about(rows.model._base_manager.using(rows.db).all()) > LONG
        if by_index:
            ways = [[term.at_beginnings() for term in terms] for terms in ways]
    with indexes(rows.db, wanted=by_index):
        return keys_having(rows, ways, fields, by_index=by_index)


def keys_having(
    rows: QuerySet[Any],
    ways: Sequence[Sequence[Term]],
    fields: Sequence[str],
    *,
    by_index: bool,
    in_names: bool = False,
) -> set[Any]:
    """Return the keys of those of `rows` in whose `fields` all terms of one of `ways` are.

    With `in_names` each is in the searched text and in one of the fields beside it as well.
    Of more than MOST_FOUND, some, as `found_keys` does.
    """
    rows, keys = rows.order_by(), set[Any]()
    for terms in ways:
        for part in _parts(rows, terms, fields, by_index=by_index, in_names=in_names):
            keys.update(part.values_list("pk", flat=True)[: MOST_FOUND + 1])
            if len(keys) > MOST_FOUND:
                return keys
    return keys


@contextmanager
def indexes(using: str, *, wanted: bool) -> Iterator[None]:
    """Keep PostgreSQL from reading a whole table because it takes a rare word for a common one."""
    if not wanted:
        yield
        return
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL jit = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL jit TO DEFAULT")


def _parts(
    rows: QuerySet[Any],
    terms: Sequence[Term],
    fields: Sequence[str],
    *,
    by_index: bool,
    in_names: bool,
) -> Iterator[QuerySet[Any]]:
    """Return querysets that together are those of `rows` that have all `terms`.

    Each is found by indexes: one for each choice of who has the rarest terms, the record itself or
    the one that it belongs to.
    """
    known, own = _conditions(rows.model, terms, fields, in_names=in_names)
    if by_index and _rows_expected(rows.filter(*known.values())) > COMMON:
        last = rows.model._base_manager.using(rows.db).aggregate(last=Max("pk"))["last"]
        yield rows.filter(*own.values(), pk__gt=last - NEWEST)
    if not (related := _Related.of(rows, fields)):
        yield rows.filter(*own.values())
        return
    drivers = _drivers(rows, known, related) if by_index else []
    others = [own[term] | related.has(term) for term in own if term not in drivers]
    nobody: list[set[Term]] = []
    for count in range(len(drivers) + 1):
        for theirs in map(set, combinations([term for term in drivers if term.word], count)):
            if any(map(theirs.issuperset, nobody)):
                continue
            if (keys := related.have(theirs)) is None:
                nobody.append(theirs)
                continue
            ours = [own[term] for term in drivers if term not in theirs]
            if (
                ours and theirs and len(related.first_keys(theirs)) > MANY
            ):  # sooner found by our own
                keys = Q(*map(related.has, theirs))
            yield rows.filter(*ours, keys, *others)


def _conditions(
    model: Any, terms: Sequence[Term], fields: Sequence[str], *, in_names: bool
) -> tuple[dict[Term, Q], dict[Term, Q]]:
    """Return the condition that an own one of `fields` has a term: as an index knows it, and all.

    By the first, PostgreSQL tells best how many records have it.
    """
    lines = [name for name in fields if "__" not in name]
    if not in_names:
        own = {term: term.within(lines, model) for term in terms}
        return own, own
    known = {term: term.within(["search_text"], model) for term in terms}
    names = [name for name in lines if name != "search_text"]
    return known, {term: known[term] & term.in_names(names) for term in terms}


def _drivers(rows: QuerySet[Any], own: Mapping[Term, Q], related: "_Related") -> list[Term]:
    """Return the terms to find records by: the rarest alone where few have it, else a few."""
    known = [term for term in own if not term.is_short] or [*own]
    expected = {term: _rows_expected(rows.filter(own[term])) for term in known}
    rarest = sorted(known, key=lambda term: (expected[term], term.how_common()))
    is_rare = expected[rarest[0]] <= RARE and len(related.first_keys({rarest[0]})) <= MANY
    return rarest[:1] if is_rare else rarest[:DRIVERS]


def _rows_expected(rows: QuerySet[Any]) -> int:
    """Return how many `rows` PostgreSQL expects to find."""
    plan = rows.values("pk").explain(format="json")  # none where nothing can be found
    return int(json.loads(plan)[0]["Plan"]["Plan Rows"]) if plan else 0


class _Related:
    """The other records in which those of a list are searched: a plan's company, or policies."""

    def __init__(self, rows: QuerySet[Any], relation: str, names: Sequence[str]) -> None:
        field: Any = rows.model._meta.get_field(relation)
        is_owner = isinstance(field, ForeignKey)
        self.names, self.model = names, field.related_model
        self.rows = self.model._base_manager.using(rows.db)
        self._is_searched = any(f.name == "search_text" for f in self.model._meta.fields)
        self._first_keys: dict[frozenset[Term], list[Any]] = {}
        self.ours: str
        self.theirs: str
        self.ours, self.theirs = (field.attname, "pk") if is_owner else ("pk", field.field.attname)

    @classmethod
    def of(cls, rows: QuerySet[Any], fields: Sequence[str]) -> "_Related | None":
        parts = [name.partition("__") for name in fields if "__" in name]
        return cls(rows, parts[0][0], [name for *_, name in parts]) if parts else None

    def has(self, term: Term) -> Q:
        """Return the condition that such a record of a row has `term`."""
        return Q(Exists(self._having([term]).filter(**{self.theirs: OuterRef(self.ours)})))

    def have(self, terms: set[Term]) -> Q | None:
        """Return the condition that a row's has all `terms`; None where there is no such record.

        By their keys, unless these are many.
        """
        if not terms:
            return Q()
        first = self.first_keys(terms)
        many = len(first) > MANY
        keys = self._having(terms).values_list(self.theirs, flat=True) if many else first
        return Q((f"{self.ours}__in", keys)) if first else None

    def first_keys(self, terms: set[Term]) -> list[Any]:
        """Return the keys of those that have all `terms`; of more than MANY, of one more."""
        if (wanted := frozenset(terms)) not in self._first_keys:
            keys = self._having(terms).order_by().values_list(self.theirs, flat=True)
            self._first_keys[wanted] = list(keys[: MANY + 1])
        return self._first_keys[wanted]

    def _having(self, terms: Iterable[Term]) -> QuerySet[Any]:
        found: QuerySet[Any] = self.rows.all()
        for term in terms:
            found = found.filter(term.in_names(self.names))
            if self._is_searched:  # by its index
                found = found.filter(term.within(["search_text"], self.model))
        return found
