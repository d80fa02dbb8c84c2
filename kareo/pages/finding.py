"""How a list of any length is searched: for the keys of what is found, up to a number of them.

PostgreSQL takes its indexes of trigrams, SQLite reads the searched text of each record.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.models import ForeignKey, Max, Q, QuerySet

from kareo.pages.lists import rows_about
from kareo.pages.search import Term, readings
from kareo.records.searched import folded

MOST_FOUND = 1000
# More records that may have what is typed are looked for among so many of the newest first: their
# part of the index is long, and there they are found at once.
COMMON, NEWEST = 50_000, 20_000
# In longer lists, one or two letters alone are found at the beginnings of words only: an index of
# trigrams knows no others.
SHORT, FEW = 3, 100_000


def found_keys(rows: QuerySet[Any], typed: str, fields: Sequence[str]) -> set[Any] | None:
    """Return the keys of those of `rows` in whose `fields` what was `typed` is found.

    Of more than MOST_FOUND, some; then there are more keys than that. None: nothing was typed.
    """
    rows = rows.order_by()
    ways = readings(typed, fields, rows.model)
    if not ways:
        return None
    keys: set[Any] = set()
    with _by_index(rows.db):
        for terms in ways:
            for part in _parts(rows, terms, fields):
                keys.update(part.values_list("pk", flat=True)[: MOST_FOUND + 1])
                if len(keys) > MOST_FOUND:
                    return keys
    return keys


@contextmanager
def _by_index(using: str) -> Iterator[None]:
    """Keep PostgreSQL from reading a whole table because it takes a rare word for a common one."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL jit = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL jit TO DEFAULT")


def _parts(
    rows: QuerySet[Any], terms: Sequence[Term], fields: Sequence[str]
) -> Iterator[QuerySet[Any]]:
    """Return querysets that together are those of `rows` that have all `terms`.

    One index serves each: those whose own text has all terms, then, for each term, those that
    belong to a record which has it, and have the others either way.
    """
    model, on_postgresql = rows.model, connections[rows.db].vendor == "postgresql"
    are_short = all(len(form) < SHORT for term in terms for form in term.forms)
    if are_short and rows_about(model._base_manager.using(rows.db).all()) > FEW:
        terms = [term.at_beginnings() for term in terms]
    own = [term.within([name for name in fields if "__" not in name], model) for term in terms]
    others = [_by_related(rows, term, fields) for term in terms]
    either = [mine | theirs for mine, theirs in zip(own, others, strict=True)]
    found = rows.filter(*either)
    if not on_postgresql:
        yield found
        return
    if json.loads(found.explain(format="json"))[0]["Plan"]["Plan Rows"] > COMMON:
        last = model._base_manager.using(rows.db).aggregate(last=Max("pk"))["last"]
        yield found.filter(pk__gt=last - NEWEST)
    yield rows.filter(*own)
    for number, theirs in enumerate(others):
        if theirs:
            yield rows.filter(theirs, *either[:number], *either[number + 1 :])


def _by_related(rows: QuerySet[Any], term: Term, fields: Sequence[str]) -> Q:
    """Return the condition that a record to which one of `rows` belongs has `term`.

    By keys, which takes one more query; Q() where there is no such record.
    """
    condition = Q()
    relations: dict[str, list[str]] = {}
    for name in fields if term.word else ():
        relation, _, its_field = name.partition("__")
        if its_field:
            relations.setdefault(relation, []).append(its_field)
    for relation, names in relations.items():
        field: Any = rows.model._meta.get_field(relation)
        has = Q.create([(f"{name}__within", term.word) for name in names], connector=Q.OR)
        if any(each.name == "search_text" for each in field.related_model._meta.fields):
            has &= Q(search_text__has=folded(term.word))  # which has an index
        found = field.related_model._base_manager.using(rows.db).filter(has)
        forward = isinstance(field, ForeignKey)
        keys = found.values_list("pk" if forward else field.field.attname, flat=True)
        if first := list(keys[: MOST_FOUND + 1]):
            few = len(first) <= MOST_FOUND
            condition |= Q((f"{relation if forward else 'pk'}__in", first if few else keys))
    return condition
