"""The lists that a user may search, each as its own page does."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from sync.screens.search.close_names import INSURED_BY, NAMES, close_name


def seen(request: HttpRequest) -> list[type[Any]]:
    """Return the models whose lists the user may see."""
    pages: dict[type[Any], Any] = admin.site._registry
    return [model for model in NAMES if pages[model].has_view_permission(request)]


def search_list(request: HttpRequest, model: type[Model], typed: str) -> Any:
    """Return what the list of `model` finds."""
    pages: Any = admin.site.get_model_admin(model)
    found, _duplicates = pages.get_search_results(request, pages.get_queryset(request), typed)
    return found


def meant(request: HttpRequest, typed: str, models: Sequence[type[Model]]) -> str:
    """Return the close name that the lists of `models` do find, "" for none."""

    def finds(guess: str) -> bool:
        return any(search_list(request, model, guess).exists() for model in models)

    insurances = {INSURED_BY[model] for model in models if model in INSURED_BY}
    named = [model for model in seen(request) if model in models or model in insurances]
    return close_name(typed, named, finds)
