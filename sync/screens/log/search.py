"""What is searched for in the log: the records that it finds, and what happened to them.

No search reads the texts of a long log. What is typed finds records in their own lists, and their
keys find their events. Beside these are found: a record that was deleted or renamed, by a name that
it had; a company, by a payer ID that it had; an imported file; and what the newest events say.
"""

from collections.abc import Iterator, Sequence
from functools import partial, reduce
from itertools import islice
from operator import or_
from typing import Any, NamedTuple

from django.contrib.admin import AdminSite
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal

from kareo.records import Record
from kareo.records.acting import may_name
from kareo.search.finding import found_keys
from sync.models import ENDS_A_NAME, IS_IMPORTED, NAMES, SyncEvent
from sync.rules.table import PM_COMPANY_EDITED

# The models whose records the log names.
NAMED = (
    "pm.InsuranceCompany",
    "pm.InsurancePlan",
    "pm.Patient",
    "pm.InsurancePolicy",
    "ehr.Insurance",
    "ehr.Patient",
)
MOST_FOUND = 1000  # events
MOST_RECORDS = 1000  # of each kind
MOST_READ = 5000  # events whose texts are read
MOST_ENDED = 5000  # events by which a name ended, and as many edited companies
MOST_WORDS = 12
LONGEST = 200  # characters

OLD_PAYER_ID = "source_changes__payer_id__0"
OLD_NAMES = ("source_text", *(f"source_changes__{name}__0" for name in NAMES), OLD_PAYER_ID)

Events = QuerySet[SyncEvent]
Keys = list[tuple[str, list[int]]]  # of records, by the label of their model


class Found(NamedTuple):
    """The keys of the newest events that were found: one more than MOST_FOUND where more were.

    It is all there is, unless more than MOST_RECORDS of a kind were found.
    """

    keys: set[int]
    is_all: bool


def found(events: Events, typed: str, site: AdminSite, request: HttpRequest) -> Found:
    """Return those of `events` that `typed` finds."""
    typed = typed[:LONGEST]
    words = _words(typed)
    seen = [label for label in NAMED if may_name(request.user, label)]
    records = [*_listed(typed, site, request), *_known_once(words, seen)]
    about = [_about(label, keys[:MOST_RECORDS]) for label, keys in records]
    keys = set(_newest(_last(events, MOST_READ).filter(_saying(words, seen))))
    keys.update(_newest(events.filter(reduce(or_, about, Q(pk__in=[])))))
    imported = _with_file(events).order_by("-pk").values_list("pk", flat=True)
    for name in filter(partial(_has, words), _files()):
        keys.update(imported.filter(file=name)[: MOST_FOUND + 1])
    is_all = all(len(of_kind) <= MOST_RECORDS for _, of_kind in records)
    return Found(set(sorted(keys)[-MOST_FOUND - 1 :]), is_all)


def _listed(typed: str, site: AdminSite, request: HttpRequest) -> Keys:
    """Return the records that their own lists find."""
    keys: Keys = []
    for model, pages in site._registry.items():
        if issubclass(model, Record) and pages.has_view_permission(request):
            # By their own words: patients aren't in the log for what insures them.
            fields = pages.get_search_fields(request)
            found = found_keys(pages.get_queryset(request), typed, fields) or set()
            keys.append((model._meta.label, sorted(found)[-MOST_RECORDS - 1 :]))
    return keys


def _known_once(words: Sequence[str], seen: Sequence[str]) -> Keys:
    """Return the records that had a name with these words, or a payer ID, and have it no more."""
    ended = _last(SyncEvent.objects.filter(ENDS_A_NAME), MOST_ENDED)
    # By the index of rules and outcomes: payer IDs change in PM only, and few companies are edited.
    stays = SyncEvent.Outcome.NOT_PROPAGATED
    edited = SyncEvent.objects.filter(rule=PM_COMPANY_EDITED.id, outcome=stays)
    changed = _last(edited, MOST_ENDED).filter(source_changes__has_key="payer_id")
    keys: dict[str, list[int]] = {}
    for events, fields in ((ended, OLD_NAMES), (changed, ("source_text", OLD_PAYER_ID))):
        known = events.filter(_containing(words, fields), source_model__in=seen)
        for label, key in known.values_list("source_model", "source_id"):
            keys.setdefault(label, []).append(key)
    return list(keys.items())


def _about(label: str, keys: Sequence[int]) -> Q:
    caused = Q(source_model=label, source_id__one_of=keys)
    return caused | Q(target_model=label, target_id__one_of=keys)


def _files() -> Iterator[str]:
    """Yield the name of each imported file, found behind the one before it."""
    events = _with_file(SyncEvent.objects.all())
    names = events.order_by("file").values_list("file", flat=True)
    name = names.first()
    while name is not None:
        yield name
        name = names.filter(file__gt=name).first()


def _with_file(events: Events) -> QuerySet[Any, Any]:
    # The cast is for SQLite, where Django would compare it as JSON. PostgreSQL leaves it out, and
    # has an index.
    return events.filter(IS_IMPORTED).annotate(file=Cast(KT("reason__file"), TextField()))


def _last(events: Events, most: int) -> Events:
    """Return the newest `most` of `events`, to be filtered further."""
    newest_first = events.order_by("-pk").values_list("pk", flat=True)
    oldest = newest_first[most - 1 : most].first()
    return events.filter(pk__gte=oldest) if oldest else events


def _newest(events: Events) -> list[int]:
    # Added to nothing, so that no database walks along all keys to spare the sorting of a few.
    newest_first = (F("pk") + 0).desc()
    return list(events.order_by(newest_first).values_list("pk", flat=True)[: MOST_FOUND + 1])


def _words(typed: str) -> list[str]:
    """Return the words, a quoted phrase as one, as Django's own search has them."""
    words = []
    for word in islice(smart_split(typed), MOST_WORDS):
        is_quoted = len(word) > 1 and word[0] in "\"'" and word[0] == word[-1]
        words.append(unescape_string_literal(word) if is_quoted else word)
    return [word for word in words if word]


def _saying(words: Sequence[str], seen: Sequence[str]) -> Q:
    """Return the condition that the texts of the models `seen`, or a file's name, have all words"""
    condition = Q()
    for word in words:
        said = Q(source_text__icontains=word, source_model__in=seen)
        said |= Q(target_text__icontains=word, target_model__in=seen)
        condition &= said | Q(reason__file__icontains=word)
    return condition


def _containing(words: Sequence[str], fields: Sequence[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= Q.create([(f"{name}__icontains", word) for name in fields], connector=Q.OR)
    return condition


def _has(words: Sequence[str], text: str) -> bool:
    return all(word.casefold() in text.casefold() for word in words)
