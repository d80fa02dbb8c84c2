"""What another app adds to the list pages of records, which know nothing of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


class ListFilter(admin.SimpleListFilter):
    """A filter that may also order the list, where the user hasn't."""

    @classmethod
    def ordering(cls, request: HttpRequest, model: type[Model]) -> tuple[str, ...]:
        """Return the order of the list that this request asks for; nothing leaves it as it is."""
        return ()


@dataclass(slots=True)
class Additions:
    """Filters that stand before a list's own, and actions that stand after them."""

    filters: list[type[ListFilter]] = field(default_factory=list)
    actions: list[Callable[..., Any]] = field(default_factory=list)


_additions: dict[type[Model], Additions] = {}


def additions_to(model: type[Model]) -> Additions:
    """Return what was added to the list of `model`; add to it from an app's `admin` module."""
    return _additions.setdefault(model, Additions())
