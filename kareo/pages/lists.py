"""What the list pages of records do beyond Django's own."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList


class ListFilter(admin.SimpleListFilter):
    """A filter that may also order the list, unless the user does."""

    # By the filter's value. A value that isn't here leaves the order as it is.
    orders: ClassVar[dict[str, tuple[str, ...]]] = {}


class RecordChangeList(ChangeList):
    """A list in the order that one of its filters sets, else in the model's."""

    def _get_default_ordering(self) -> Any:
        for spec in self.filter_specs:
            if isinstance(spec, ListFilter) and (order := spec.orders.get(spec.value() or "")):
                return order
        return super()._get_default_ordering()  # type: ignore[misc]  # private to Django's admin
