"""What the list pages of records do beyond Django's."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList


class ListFilter(admin.SimpleListFilter):
    """A filter that may also order the list, where the user hasn't."""

    # By the filter's value; a value that isn't here leaves the order as it is.
    orders: ClassVar[dict[str, tuple[str, ...]]] = {}

    @property
    def order(self) -> tuple[str, ...]:
        return self.orders.get(self.value() or "", ())


class RecordChangeList(ChangeList):
    """A list in the order that one of its filters asks for, else in the model's."""

    def _get_default_ordering(self) -> Any:
        asked = (spec.order for spec in self.filter_specs if isinstance(spec, ListFilter))
        return next(filter(None, asked), None) or super()._get_default_ordering()  # type: ignore[misc]  # private to Django's admin
