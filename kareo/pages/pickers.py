"""The pickers of other records: they tell look-alikes apart and survive any value."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Case, F, Model, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat, Replace
from django.forms import ModelChoiceField

from kareo.records import InsuranceEntry, Record
from kareo.records.names import name_key


def is_key(value: object) -> bool:
    """Return whether `value`, as sent by a browser, can be the key of a record."""
    text = str(value)
    return len(text) < 20 and text.isascii() and text.isdigit() and int(text) < 2**63


def told_apart(record: Model) -> str:
    """Return the `picker_text` of `record`, where it has one, else its name."""
    return getattr(record, "picker_text", None) or str(record)


def likest_first(found: QuerySet[Any], typed: str) -> QuerySet[Any]:
    """Put first, of what a search `found`, whose name is what was `typed`, then what begins so.

    Of several names, as a plan's behind its company's, each counts and all together.
    """
    if not (issubclass(found.model, InsuranceEntry) and (key := name_key(typed))):
        return found
    paths = [f"{owner}__name_key" for owner in found.model.read_along]
    parts = [each for path in (*paths, "name_key") for each in (Value("|"), F(path))]
    keys = Concat(*parts, Value("|"), output_field=TextField())
    whole = Replace("typed_in", Value("|"), Value(""), output_field=TextField())
    found = found.alias(typed_in=keys).alias(typed_whole=whole)
    ranks = (
        Q(typed_in__contains=f"|{key}|") | Q(typed_whole=key),
        Q(typed_in__contains=f"|{key}") | Q(typed_whole__startswith=key),
        Q(typed_whole__contains=key),
    )
    whens = [When(rank, then=Value(at)) for at, rank in enumerate(ranks)]
    return found.order_by(Case(*whens, default=Value(len(ranks))), *found.model._meta.ordering)


class PickerField(ModelChoiceField[Model]):
    """Shows what was picked as it was offered."""

    def label_from_instance(self, obj: Model) -> str:
        return told_apart(obj)


class Picker(AutocompleteSelect):
    """Django's widget, which fails on a value that isn't a key."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> list[Any]:
        return super().optgroups(name, [key for key in value if is_key(key)], attrs)


class PickerChoices(AutocompleteJsonView):
    """Offers active records only."""

    def get_queryset(self) -> QuerySet[Model]:
        rows = self.model_admin.get_queryset(self.request)
        rows = rows.complex_filter(self.source_field.get_limit_choices_to())
        if issubclass(rows.model, Record):  # before the search, which ends at a number of them
            rows = rows.filter(is_active=True)
        found, _ = self.model_admin.get_search_results(self.request, rows, self.term)
        return likest_first(found, self.term) if self.term.strip() else found

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        return {**super().serialize_result(obj, to_field_name), "text": told_apart(obj)}
