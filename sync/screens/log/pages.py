"""The pages of the sync log, each found by the key at which it begins.

However long the log is, and however far back the page, the database reads what is on it.
"""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import IGNORED_PARAMS, ORDER_VAR
from django.db import connections
from django.db.models import IntegerField, Max, Min, QuerySet, Subquery
from django.http import HttpRequest

from kareo.pages.forms.pickers import is_key
from kareo.pages.stray import OwnFilters
from kareo.records.rows.reading import rows_about
from sync.models import SyncEvent
from sync.screens.log.filters import RuleFilter
from sync.screens.log.search import MOST_FOUND
from sync.screens.log.sentences import added_first
from sync.screens.wording.namesakes import tell_apart

BEFORE, AFTER = "before", "after"  # in the URL: entries with keys below this one, or above it
LOWEST, HIGHEST = 0, 2**63 - 1
MOST_COUNTED = 10_000


class CountOf(Subquery):
    """How many rows there are in all, up to one more than are counted, beside the rows of a page.

    The database counts them once.
    """

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk")[: MOST_COUNTED + 1])


class LogList(OwnFilters):
    """The log, newest or oldest first."""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: Any = None
    ) -> QuerySet[SyncEvent]:
        # They don't narrow the log, and no filter's link takes them along.
        self._before, self._after = self._taken(BEFORE), self._taken(AFTER)
        queryset = super().get_queryset(request, exclude_parameters)
        self._found_all = getattr(request, "found_all", True)
        return queryset

    def _taken(self, name: str) -> int | None:
        self.filter_params.pop(name, None)
        value = self.params.pop(name, None)
        if value is not None and not is_key(value):
            raise IncorrectLookupParameters(f"{name} is not a key")
        return None if value is None else int(value)

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        return ["-pk"] if self._newest_first else ["pk"]

    @property
    def _newest_first(self) -> bool:
        order = self.params.get(ORDER_VAR, "")
        return not order or order.startswith("-")

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query) or any(name not in IGNORED_PARAMS for name in self.params)

    def get_results(self, request: HttpRequest) -> None:
        page = self._page()
        self.result_count = page[0].counted if page else 0
        shown = added_first(page, newest_first=self._newest_first)
        self.result_list = tell_apart(request.user, shown)
        self.full_result_count = self.result_count  # or Django says it beside the search, too
        self.multi_page = self.can_show_all = False
        self.show_admin_actions = self.show_full_result_count = False

    @property
    def count_in_words(self) -> str:
        count, advice = self.result_count, ""
        if self.query and (count > MOST_FOUND or not self._found_all):
            count, about, advice = min(count, MOST_FOUND), "more than ", ": add a word"
        elif count <= MOST_COUNTED:
            about = ""
        elif self.is_narrowed:
            count, about = MOST_COUNTED, "more than "
        else:
            about = "about "
            count = round(count := max(count, estimated()), 3 - len(str(count)))
        name = self.opts.verbose_name if count == 1 else self.opts.verbose_name_plural
        return f"{about}{count:,} {name}{advice}"

    def _page(self) -> list[Any]:
        """Return the entries in the order shown, and set the links to the pages around them."""
        size, newest_first = self.list_per_page, self._newest_first
        bound = self._before if self._after is None else self._after
        downward = newest_first if bound is None else self._after is None
        found = self._next(bound, downward)
        if bound is not None and (not found or (downward != newest_first and len(found) <= size)):
            # Back where the list begins, with a full page.
            bound, downward = None, newest_first
            found = self._next(bound, downward)
        others = len(found) > size, bound not in (None, LOWEST, HIGHEST)
        found = found[:size] if downward else found[size - 1 :: -1]
        self.links = self._links(found, *(others if not downward else reversed(others)))
        if not newest_first:
            found.reverse()
            self.links.reverse()
        return found

    def _next(self, bound: int | None, downward: bool) -> list[Any]:
        """Return the entries below the key `bound`, or above it: a page of them and one more.

        Each has how many there are in all, as `counted`.
        """
        events = self.queryset.order_by("-pk" if downward else "pk")
        if bound is not None:
            events = events.filter(**{"pk__lt" if downward else "pk__gt": bound})
        keys = events.values("pk")
        most = self.list_per_page + 1
        wanted = merged(keys, most) if self._has_all_outcomes() else keys[:most]
        # An index has the keys and what they are chosen by: no other row than these is read.
        shown = SyncEvent.objects.filter(pk__in=wanted).order_by(*events.query.order_by)
        return list(shown.annotate(counted=CountOf(self.queryset)))

    def _has_all_outcomes(self) -> bool:
        outcomes = (name for name in self.params if name.startswith("outcome"))
        return RuleFilter.parameter_name in self.params and not any(outcomes)

    def _links(self, found: list[SyncEvent], newer: bool, older: bool) -> list[tuple[str, str]]:
        """Return the words and URLs of the links, the newest first."""
        ends = {BEFORE: HIGHEST}, {AFTER: LOWEST}
        to_newest, to_oldest = ({}, ends[1]) if self._newest_first else (ends[0], {})
        links: list[tuple[str, dict[str, int]]] = []
        if newer:
            links += [("Newest", to_newest), ("Newer", {AFTER: found[0].pk})]
        if older:
            links += [("Older", {BEFORE: found[-1].pk}), ("Oldest", to_oldest)]
        return [(words, self.get_query_string(bound)) for words, bound in links]


def merged(events: QuerySet[Any, Any], most: int) -> QuerySet[Any, Any]:
    """Return the first `most` of `events`, which are those of one rule, from those of each outcome.

    The index has them by rule and outcome: one that has all outcomes in one order would be another
    index to write with every save.
    """
    can_merge = connections[events.db].features.supports_slicing_ordering_in_compound
    if not can_merge or events.query.is_empty():
        return events[:most]
    each = [events.filter(outcome=outcome)[:most] for outcome in SyncEvent.Outcome.values]
    return each[0].union(*each[1:], all=True).order_by(*events.query.order_by)[:most]


def estimated() -> int:
    """Return about how many entries the log has; by their keys where no statistics say it."""
    if about := rows_about(SyncEvent.objects.all()):
        return about
    keys = SyncEvent.objects.aggregate(first=Min("pk"), last=Max("pk"))
    return int(keys["last"] - keys["first"] + 1)
