"""What a page asks by itself, without anybody having done anything."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

from kareo.pages.lists.batches import LEFT, STOP

View = TypeVar("View", bound=Callable[..., Any])


def by_itself(view: View) -> View:
    """Say that pages ask this view by themselves."""
    view.by_itself = True  # type: ignore[attr-defined]  # decorators around it take it along
    return view


def is_by_itself(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Return whether a page sent this by itself, or went on with many records."""
    goes_on = LEFT in request.POST and STOP not in request.POST
    return goes_on or getattr(view, "by_itself", False)
