"""The whole of what is stored, to compare what was with what is."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from django.apps import apps

from pm.models import OtherName
from sync.models import InsuranceLink

# Who wrote a row, when and how often says nothing of what it is.
ASIDE = {"version", "created_at", "created_by", "updated_at", "updated_by"}
State: TypeAlias = Mapping[str, Mapping[int, Mapping[str, Any]]]


def state() -> State:
    """Return {label: {key: {column: value}}} of all records, names, links and flags."""
    models: list[Any] = [
        *apps.get_app_config("pm").get_models(),
        *apps.get_app_config("ehr").get_models(),
    ]
    stored: dict[str, Any] = {
        model._meta.label: {
            row["id"]: {name: value for name, value in row.items() if name not in ASIDE}
            for row in model._default_manager.order_by("pk").values()
        }
        for model in (*models, InsuranceLink)
        if model is not OtherName
    }
    # An index, which is made anew: its keys say nothing.
    names = OtherName.objects.order_by("company", "name_key")
    stored["names"] = dict(enumerate(names.values("company_id", "name", "name_key")))
    return stored
