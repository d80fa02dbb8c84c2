"""What is searched for in the log: the records that it finds, and what happened to them.

No search reads the texts of a long log. What is typed finds records in their own lists, and their
keys find their events. Beside these are found: a record that was deleted or renamed, by a name that
it had; an imported file; and what the newest events say.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from django.contrib.admin import AdminSite
from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KT
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal

from kareo.records import Record
from sync.models import ENDS_A_NAME, IS_IMPORTED, NAMES, SyncEvent

MOST_FOUND = 1000  # events
MOST_RECORDS = 1000  # of each kind
MOST_READ = 5000  # events whose texts are read
MOST_WORDS = 12
LONGEST = 200  # characters

TEXTS = ("source_text", "target_text", "reason__file")
OLD_NAMES = ("source_text", *(f"source_changes__{name}__0" for name in NAMES))

Events = QuerySet[SyncEvent]


def keys_found(events: Events, typed: str, site: AdminSite, request: HttpRequest) -> set[int]:
    """Return the keys of the newest of `events` that `typed` finds, at most one over MOST_FOUND."""
    words = _words(typed[:LONGEST])
    found = [_last(events).filter(_containing(words, TEXTS))]
    if about := _about_named(words) | _about_listed(typed[:LONGEST], site, request):
        found.append(events.filter(about))
    found += [_of_file(events, name) for name in _files() if _has(words, name)]
    keys = {key for each in found for key in _newest(each)}
    return set(sorted(keys)[-MOST_FOUND - 1 :])


def _about_listed(typed: str, site: AdminSite, request: HttpRequest) -> Q:
    """Return the condition that an event is about a record that its own list finds."""
    about = Q()
    for model, pages in site._registry.items():
        if not issubclass(model, Record):
            continue
        records, _ = pages.get_search_results(request, model._default_manager.all(), typed)
        keys = list(records.order_by().values_list("pk", flat=True)[:MOST_RECORDS])
        about |= _about(model._meta.label, keys)
    return about


def _about_named(words: Sequence[str]) -> Q:
    """Return the condition that an event is about a record that is known by another name now."""
    ended = _last(SyncEvent.objects.filter(ENDS_A_NAME)).filter(_containing(words, OLD_NAMES))
    keys: dict[str, list[int]] = {}
    for label, key in ended.values_list("source_model", "source_id")[:MOST_RECORDS]:
        keys.setdefault(label, []).append(key)
    about = Q()
    for label in keys:
        about |= _about(label, keys[label])
    return about


def _about(label: str, keys: Sequence[int]) -> Q:
    if not keys:
        return Q()
    return Q(source_model=label, source_id__in=keys) | Q(target_model=label, target_id__in=keys)


def _files() -> Iterator[str]:
    """Yield the name of each imported file, found behind the one before it."""
    events = SyncEvent.objects.filter(IS_IMPORTED).annotate(file=KT("reason__file"))
    names = events.order_by("file").values_list("file", flat=True)
    name = names.first()
    while name is not None:
        yield name
        name = names.filter(file__gt=name).first()


def _of_file(events: Events, name: str) -> Events:
    return events.filter(IS_IMPORTED).annotate(file=KT("reason__file")).filter(file=name)


def _last(events: Events) -> Events:
    """Return the newest MOST_READ of `events`, as a condition that others can join."""
    newest = events.order_by("-pk").values_list("pk", flat=True)
    oldest_read = newest[MOST_READ - 1 : MOST_READ].first()
    return events.filter(pk__gte=oldest_read) if oldest_read else events


def _newest(events: Events) -> list[int]:
    # Added to nothing, so that no database walks along all keys to spare the sorting of a few.
    newest_first = (F("pk") + 0).desc()
    return list(events.order_by(newest_first).values_list("pk", flat=True)[: MOST_FOUND + 1])


def _words(typed: str) -> list[str]:
    """Return the words, a quoted phrase as one, as Django's own search has them."""
    words = islice(smart_split(typed), MOST_WORDS)
    return [
        unescape_string_literal(word) if word[0] in "\"'" and word[0] == word[-1] else word
        for word in words
    ]


def _containing(words: Sequence[str], fields: Sequence[str]) -> Q:
    condition = Q()
    for word in words:
        found = [(f"{name}__icontains", word) for name in fields]
        condition &= Q.create(found, connector=Q.OR)
    return condition


def _has(words: Sequence[str], text: str) -> bool:
    return all(word.casefold() in text.casefold() for word in words)
