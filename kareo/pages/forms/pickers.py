"""The pickers of other records: they tell look-alikes apart and survive any value."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Func, IntegerField, Model, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse, JsonResponse

from kareo.records import InsuranceEntry, Record
from kareo.records.acting import may_see
from kareo.records.registry import WHO_HAS, additions_to
from kareo.records.texts.names import name_key
from kareo.search.others import found_by_others

MOST_ALSO = 20  # records


def is_key(value: object) -> bool:
    """Return whether `value`, as sent by a browser, can be the key of a record."""
    text = str(value)
    return len(text) < 20 and text.isascii() and text.isdigit() and int(text) < 2**63


def told_apart(record: Model) -> str:
    """Return the `picker_text` of `record`, where it has one, else its name."""
    return getattr(record, "picker_text", None) or str(record)


def facts_of(record: Model, user: Any) -> dict[str, str]:
    """Return what a page's script may take over from a record that is picked; {} for nothing.

    Whoever may not see such records picks them by what pickers show, and gets nothing else.
    """
    facts: dict[str, str] = getattr(record, "picker_facts", {})
    return facts if facts and user and may_see(user, record._meta.label) else {}


def likest_first(found: QuerySet[Any], typed: str) -> QuerySet[Any]:
    """Put first, of what a search `found`, whose name is what was `typed`, then what begins so.

    Of several names, as a plan's behind its company's, each counts and all together.
    """
    if not (issubclass(found.model, InsuranceEntry) and (key := name_key(typed))):
        return found
    owners = [f"{owner}__name_key" for owner in found.model.read_along]
    return found.order_by(Likeness(key, *owners, "name_key"), *(found.model._meta.ordering or ()))


class Likeness(Func):
    """How like a key of a name those of a record are: 0 where one is it, 1 begins so, else 2.

    Written out, as an expression of Django's takes longer to put together than the rest.
    """

    output_field = IntegerField()

    def __init__(self, key: str, *paths: str, **extra: Any) -> None:
        super().__init__(*paths, **extra)
        self.key = key

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> Any:
        columns = [compiler.compile(column)[0] for column in self.source_expressions]
        joined = " || '|' || ".join(columns)
        parts = f"('|' || {joined} || '|')"
        whole = f"replace({parts}, '|', '')"
        find = "strpos" if connection.vendor == "postgresql" else "instr"
        key = self.key
        ranks = (
            (f"{find}({parts}, %s) > 0 OR {whole} = %s", (f"|{key}|", key)),
            (f"{find}({parts}, %s) > 0 OR {find}({whole}, %s) = 1", (f"|{key}", key)),
        )
        whens = " ".join(f"WHEN {rank} THEN {at}" for at, (rank, _) in enumerate(ranks))
        sql = f"CASE {whens} ELSE {len(ranks)} END"
        return sql, [param for _, params in ranks for param in params]


class Offered(str):
    """The text of an option, with the facts of its record."""

    facts: Mapping[str, str]


class PickerField(ModelChoiceField[Model]):
    """Shows to `user` what was picked as it was offered. What is `known` isn't read again."""

    known: Model | None = None
    user: Any = None

    def label_from_instance(self, obj: Model) -> str:
        label = Offered(told_apart(obj))
        label.facts = facts_of(obj, self.user)
        return label


class Picker(AutocompleteSelect):
    """Django's widget, which fails on a value that isn't a key, and on the page to log in.

    It knows what is searched by.
    """

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        offered = self.admin_site.get_model_admin(self.field.remote_field.model)
        own = {
            "data-help": offered.search_help_text,
            "data-added-elsewhere": additions_to(offered.model).added_elsewhere,
            "data-ajax--data-type": "json",
        }
        return super().build_attrs(*args, **kwargs) | own

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> Any:
        option = super().create_option(name, value, label, *args, **kwargs)
        for fact, said in getattr(label, "facts", {}).items():
            option["attrs"][f"data-{fact}"] = said
        return option

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> list[Any]:
        keys = [key for key in value if is_key(key)]
        field: Any = self.choices.field
        known = getattr(field, "known", None)
        if known is not None and keys != [str(known.pk)]:
            known = None
        if keys and known is None:
            return super().optgroups(name, keys, attrs)
        # Django would compile a query, even for none.
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        if known is not None:
            label = field.label_from_instance(known)
            options.append(self.create_option(name, known.pk, label, True, len(options)))
        return [(None, options, 0)]


class PickerChoices(AutocompleteJsonView):
    """Offers active records only; under a heading, what may be meant, or by what it was found."""

    heading = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        offered = json.loads(response.content)
        results = offered["results"]
        if self.heading:
            results = [{"text": self.heading, "children": results}]
        elif results and not offered["pagination"]["more"]:
            results += self._also(results)
        return JsonResponse(offered | {"results": results})

    def _also(self, offered: Sequence[Any]) -> list[Any]:
        """Return, under a heading, those with another name that may be meant as well."""
        other, said = additions_to(self.model_admin.model).also(self.request, self.term)
        if not other:
            return []
        self.term = other
        found = [self.serialize_result(row, "pk") for row in self.get_queryset()[:MOST_ALSO]]
        others = [each for each in found if each not in offered]
        return [{"text": said.format(other), "children": others}] if others else []

    def get_queryset(self) -> QuerySet[Model]:
        rows = self.model_admin.get_queryset(self.request)
        rows = all_rows = rows.complex_filter(self.source_field.get_limit_choices_to())
        if issubclass(rows.model, Record):  # before the search, which ends at a number of them
            rows = rows.filter(is_active=True)
        found, _ = self.model_admin.get_search_results(self.request, rows, self.term)
        if getattr(self.request, "found", None) == 0 and (put_away := self._put_away(all_rows)):
            self.heading = put_away
        elif getattr(self.request, "found", None) == 0:
            guess, said = additions_to(rows.model).instead(self.request, self.term)
            found, _ = self.model_admin.get_search_results(self.request, rows, guess or self.term)
            if getattr(self.request, "found", 0):
                self.term, self.heading = guess, said.format(guess)
        if others := found_by_others(self.request).get(rows.model):
            self.heading = f"Found by their {others}"
        # Of more than are looked for, the likest may be missing, and all would be put in order.
        is_cut = getattr(self.request, "found_more", False)
        return found if is_cut else likest_first(found, self.term)

    def _put_away(self, rows: QuerySet[Model]) -> str:
        """Say of what is called what was typed that it is inactive; "" where none is."""
        if not issubclass(rows.model, Record):
            return ""
        rows = rows.filter(is_active=False)
        found, _ = self.model_admin.get_search_results(self.request, rows, self.term)
        first = likest_first(found, self.term).first()
        self.request.found = 0  # type: ignore[attr-defined]  # none is offered
        if first is None:
            return ""
        change = f"{rows.model._meta.app_label}.change_{rows.model._meta.model_name}"
        whom = f"ask {WHO_HAS[rows.model._meta.label]} to activate it"
        to_do = "activate it on its page" if self.request.user.has_perm(change) else whom
        more = "" if len(found[:2]) == 1 else " So are others of that name."
        return f"{told_apart(first)} is inactive: {to_do}.{more}"

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        result = super().serialize_result(obj, to_field_name)
        return {**facts_of(obj, self.request.user), **result, "text": told_apart(obj)}
