"""What to search for instead, where a search of a list finds nothing."""

from django.db.models import Model
from django.http import HttpRequest

from sync.screens.search.close_names import NAMES
from sync.screens.search.ehr_names import found_by_pm
from sync.screens.search.lists import meant

DID_YOU_MEAN = "Did you mean {}?"


def instead(request: HttpRequest, model: type[Model], typed: str) -> tuple[str, str]:
    """Return the name to search `model` for, and what to say of it; two "" for none."""
    name, said = found_by_pm(request, model, typed)
    if not name and model in NAMES and (name := meant(request, typed, [model])):
        said = DID_YOU_MEAN
    return name, said
