"""Whose words a list was searched by, where those of its own records have nothing of it."""

from typing import Any

from django.db.models import Model


def found_by_others(request: Any) -> dict[type[Model], str]:
    """Return {model whose records this request found by others of theirs: what those are}."""
    if not hasattr(request, "found_by_others"):
        request.found_by_others = {}
    found: dict[type[Model], str] = request.found_by_others
    return found
