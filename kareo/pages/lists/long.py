"""What the list pages of records do beyond Django's own: lists of any length, at one speed.

A long list isn't counted, and is read from the end that is nearer: nothing reads over all of it.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from kareo.pages.stray import OwnFilters
from kareo.records.rows.reading import rows_about

COUNTED = 10_000  # rows; a list of more is long
FEW = 1000  # rows, whose keys are put in order at once


class ListFilter(admin.SimpleListFilter):
    """A filter that may also order the list, unless the user does."""

    # By the filter's value. A value that isn't here leaves the order as it is.
    orders: ClassVar[dict[str, tuple[str, ...]]] = {}
    of = ""  # what the list's title says of it


class Count(int):
    """How many rows can be paged through, which shows as `words` that say how many there are."""

    words: str

    def __new__(cls, rows: int, words: str) -> Self:
        count = super().__new__(cls, rows)
        count.words = words
        return count

    def __str__(self) -> str:
        return self.words


class LongPaginator(Paginator[Any]):
    """Pages of an ordered queryset of any length.

    Up to COUNTED rows are counted. Of a long list only the pages to COUNTED rows from either end
    are there; those from its end have the numbers -1, -2 and so on.
    """

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        about = rows_about(self.object_list)
        if about <= 10 * COUNTED:  # it may be known from before many were deleted
            rows = self.object_list.order_by()[: COUNTED + 1].count()
            if rows <= COUNTED:
                return rows
        words = f"about {about:,}" if about > COUNTED else f"more than {COUNTED:,}"
        return Count(COUNTED, words)

    @property
    def is_long(self) -> bool:
        return isinstance(self.count, Count)

    def validate_number(self, number: Any) -> int:
        """Return the page for `number`: of a long list the nearest there is."""
        if not self.is_long:
            from_end = isinstance(number, int) and number < 0
            return super().validate_number(self.num_pages + 1 + number if from_end else number)
        if isinstance(number, int) and number < 0:
            return max(number, -self.num_pages)
        return super().validate_number(min(int(number), self.num_pages))

    def page(self, number: Any) -> Page[Any]:
        number = self.validate_number(number)
        if number > 0:
            return super().page(number) if self._is_in_order else self._page_by_keys(number)
        end = -number * self.per_page
        rows = list(self.object_list.reverse()[end - self.per_page : end])
        return Page(rows[::-1], number, self)

    @property
    def _is_in_order(self) -> bool:
        """Whether the database may take the rows in order, until it has those of one page.

        Of few among many, as a search finds them, it would read the many.
        """
        return not self.object_list.query.where or self.count > FEW

    def _page_by_keys(self, number: int) -> Page[Any]:
        keys = list(self.object_list.values_list("pk", flat=True))
        shown = keys[(number - 1) * self.per_page : number * self.per_page]
        return Page(self.object_list.filter(pk__in=shown), number, self)


class RecordChangeList(OwnFilters):
    """A list in the order that one of its filters sets, else in the model's.

    A user sorts it by one column, of those that have an index.
    """

    paginator: LongPaginator
    found_more = False  # than a search looks for

    def _get_default_ordering(self) -> Any:
        for spec in self.filter_specs:
            if isinstance(spec, ListFilter) and (order := spec.orders.get(spec.value() or "")):
                return order
        return super()._get_default_ordering()  # type: ignore[misc]  # private to Django's admin

    def _get_deterministic_ordering(self, ordering: Any) -> list[Any]:
        """Return an order that ends with the key as it is: Django's adds the key once more."""
        if ordering and ordering[-1] in ("pk", "-pk"):
            return list(ordering)
        determined: list[Any] = super()._get_deterministic_ordering(ordering)  # type: ignore[misc]  # private, too
        return determined

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        column, *_others = self.params.pop(ORDER_VAR, "").split(".")
        _, descending, index = column.rpartition("-")
        if not index.isascii() or not index.isdigit() or int(index) >= len(self.list_display):
            return super().get_ordering(request, queryset)
        name = self.list_display[int(index)]
        field = self.get_ordering_field(name) if name in (self.sortable_by or ()) else None
        if not field:
            return super().get_ordering(request, queryset)
        self.params[ORDER_VAR] = column
        usual = self.lookup_opts.ordering or ()
        order = usual if usual[:1] == (field,) else (field, "pk")
        return [f"{descending}{part}" for part in order]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.found_more = getattr(request, "found_more", False)
        if self.found_more:
            self.result_count = Count(self.result_count, f"more than {self.result_count:,}")
        if not self.paginator.is_long:
            return
        shown = self.paginator.validate_number(self.page_num)
        if shown != self.page_num:
            messages.warning(
                request,
                f"Only the first and the last {COUNTED:,} of a long list can be paged through. To"
                " see others, search or choose a filter.",
            )
        self.page_num = shown

    @property
    def offers_all(self) -> bool:
        """Whether all records of the list can be selected, not only those of this page."""
        return not (self.found_more or self.paginator.is_long)

    @property
    def long_pages(self) -> Sequence[tuple[str, str]]:
        """The links of a long list, [(words, URL)]; the page that is shown has no URL."""
        here, most = self.page_num, self.paginator.num_pages
        this = f"Page {here}" if here > 0 else f"Page {-here} from the end"
        pages = [
            ("First", 1, here != 1),
            ("Previous", here - 1, here not in (1, -most)),
            ("Last page" if here == -1 else this, 0, True),
            ("Next", here + 1, here not in (-1, most)),
            ("Last", -1, here != -1),
        ]
        return [
            (words, self.get_query_string({PAGE_VAR: page}) if page else "")
            for words, page, is_there in pages
            if is_there
        ]
