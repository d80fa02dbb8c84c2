"""What the table says, as single requests."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from pm.admin.companies import CONFIRMED
from tests.roles.forms import BEGUN, TAKES, TELLING, TEMPTING, Data, Forms, Keys, base_of
from tests.roles.kinds import MODELS, Kind
from tests.roles.lists import ACTIONS, ACTIONS_WRITE, FILTERS, NO_FILTERS, PICKERS
from tests.roles.planting import LETTERS, Records
from tests.roles.secrets import NOWHERE, unreadable
from tests.roles.urls import (
    OF_MODELS,
    OF_PM,
    ONLY_LOOKED_AT,
    ONLY_LOOKED_AT_PAGES,
    PAGES,
    PREVIEWED,
    Page,
)

OBJECT = "<path:object_id>/"
APPS = re.compile(r"(?<=<app_label>)[a-z|]+")
ANYTHING = "*"  # it may write, or ask first
OF_PEOPLE = "SUGXA"  # lists of what isn't of the two
IN_USE = "CPI"  # models whose first record can't be deleted


@dataclass(frozen=True)
class Sent:
    """One request, who may send it, and what it then writes.

    `writes_with`: the right that writing takes, if another one. `searches`: the word that its user
    can't know, and looks for. `narrows`: it asks a list for a filter. The rest is as in a `Page`.
    """

    method: str
    url: str
    rule: str
    data: Data = field(default_factory=dict)
    writes: str = ""
    writes_with: str = ""
    beside: tuple[str, ...] = ()
    leads_home: bool = False
    gives: tuple[str, ...] = ()
    searches: str = ""
    narrows: bool = False

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.url}"


def routes() -> Iterator[str]:
    """Yield the route of each URL of the site, as its resolver has it."""

    def walk(resolver: URLResolver, before: str) -> Iterator[str]:
        for each in resolver.url_patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLPattern):
                yield in_order(route)
            else:
                yield from walk(each, route)

    yield from walk(get_resolver(), "")


def in_order(route: str) -> str:
    """Return a route with the apps it is of in alphabetical order, however they were registered."""
    return APPS.sub(lambda apps: "|".join(sorted(apps[0].split("|"))), route)


def model_of(route: str) -> tuple[str, str] | None:
    """Return the letter of the model and the rest of a route that each model has."""
    app, model, rest = (*route.removeprefix("admin/").split("/", 2), "", "")[:3]
    label = {each.lower(): each for each in MODELS.values()}.get(f"{app}.{model}")
    return (LETTERS[label], rest) if label and rest in OF_MODELS else None


def unknown_routes() -> list[str]:
    """Return the routes of URLs that the table doesn't know."""
    return [route for route in routes() if route not in PAGES and not model_of(route)]


def requests(kind: Kind, records: Records, forms: Forms) -> Iterator[Sent]:
    """Yield all that a user of this kind is made to send."""
    keys = Keys(records)
    for route in routes():
        for page in PAGES.get(route, ()):
            yield from _of_page(route, page, keys)
        if found := model_of(route):
            letter, rest = found
            if rest:
                yield from _of_model(letter, rest, kind, records, forms)
            else:
                yield from _of_list(letter, kind, records, keys)
    yield from _previews(records, forms)
    yield from _pickers(kind)
    yield from _tempting(records, forms)
    if kind.may("Cv|Pv|Tv|Iv|Ev"):
        yield from _searches(reverse("sync:search"), "inside", (NOWHERE, *unreadable(kind)))


def _of_page(route: str, page: Page, keys: Keys) -> Iterator[Sent]:
    start = route.partition("^")[0].partition("<")[0].partition("(")[0]
    for end in page.at:
        url = f"/{start}{end.format_map(keys)}"
        yield Sent("get", url, page.look, beside=page.beside, leads_home=page.leads_home)
    yield Sent(
        "post",
        f"/{start}{page.at[0].format_map(keys)}",
        page.send,
        {name: value.format_map(keys) for name, value in page.sends.items()},
        writes=page.writes,
        beside=page.beside,
        leads_home=page.leads_home,
        gives=page.gives,
    )


def _of_model(letter: str, rest: str, kind: Kind, records: Records, forms: Forms) -> Iterator[Sent]:
    if rest == "add/":
        yield from _add_page(letter, records, forms)
        return
    for each in (letter, "R") if letter == "U" else letter:
        look, send = (
            right if len(right) > 1 else f"{each}{right}"
            for right in (ONLY_LOOKED_AT_PAGES if letter in ONLY_LOOKED_AT else OF_MODELS)[rest]
        )
        is_one_enough = rest == OBJECT or (each in ONLY_LOOKED_AT and not rest.endswith("change/"))
        rows = records[each][:1] if is_one_enough else records[each]
        for number, pk in enumerate(row.pk for row in rows):
            if number and not kind.may(look):
                break  # whoever may not see the first may not see the others
            url = base_of(each) + rest.replace(OBJECT, f"{pk}/")
            yield Sent("get", url, look)
            stays = rest.endswith("delete/") and each in IN_USE and number == 0
            is_written = rest.endswith(("change/", "delete/")) and not stays
            data = forms.get(url, {}) if rest.endswith("change/") else {}
            data = {"post": "yes"} if rest.endswith("delete/") else data
            if number == 0 or (data and kind.may(send)):
                table = rows[0]._meta.db_table if is_written else ""
                yield Sent("post", url, send, data, writes=table)


def _add_page(letter: str, records: Records, forms: Forms) -> Iterator[Sent]:
    url, rule = f"{base_of(letter)}add/", "nobody" if letter in ONLY_LOOKED_AT else f"{letter}a"
    yield Sent("get", url, rule)
    for query in BEGUN.get(letter, ()):
        yield Sent("get", f"{url}?{query.format_map(Keys(records))}", rule)
    table, gives = records[letter][0]._meta.db_table, TAKES.get(letter, ())
    yield Sent("post", url, rule, forms.get(url, {}), writes=table, gives=gives)


def _of_list(letter: str, kind: Kind, records: Records, keys: Keys) -> Iterator[Sent]:
    """Yield a list, and for whoever may see it with each filter, search and action."""
    url, rule = base_of(letter), f"{letter}v"
    yield Sent("get", url, rule)
    chosen = {"_selected_action": [record.pk for record in records[letter]], "index": 0}
    if not kind.may(rule):
        yield Sent("post", url, rule, {"action": "delete_selected", **chosen, "post": "yes"})
        return
    yield Sent("post", url, rule, {"action": "delete_selected", **chosen})
    for name, right in ACTIONS[letter].items():
        table = ACTIONS_WRITE.get((letter, name), records[letter][0]._meta.db_table)
        yield Sent(
            "post",
            url,
            rule,
            {"action": name, **chosen, "post": "yes", CONFIRMED: "yes"},
            writes=table,
            writes_with=right,
            gives=OF_PM if (letter, name) == ("I", "bring_ehr_up_to_date") else (),
        )
    for query, right in FILTERS[letter].items():
        yield Sent("get", f"{url}?{query.format_map(keys)}", right, narrows=True)
    yield Sent("get", f"{url}?{NO_FILTERS[letter]}", "nobody")
    words = (NOWHERE, *unreadable(kind, others=letter in OF_PEOPLE))
    for way in [{}, {"searched": "insurance"}] if letter in "TE" else [{}]:
        yield from _searches(url, rule, words, **way)
        yield Sent("get", _with(url, q="Qz", **way), rule)


def _searches(
    url: str, rule: str, words: Iterable[str], by: str = "q", **query: Any
) -> Iterator[Sent]:
    for word in words:
        yield Sent("get", _with(url, **{by: word}, **query), rule, searches=word)


def _previews(records: Records, forms: Forms) -> Iterator[Sent]:
    """Yield each page's preview, of what is sent to the page itself."""
    for letter, model in PREVIEWED.items():
        pk = records[letter][0].pk
        for right, key, page in (("a", "", "add/"), ("c", f"{pk}/", f"{pk}/change/")):
            url = f"/sync/preview/{model}/{key}"
            yield Sent("get", url, "nobody")
            yield Sent("post", url, f"{letter}{right}", forms.get(f"{base_of(letter)}{page}", {}))


def relations() -> Iterator[tuple[Any, str]]:
    """Yield each field for which the admin can offer records, and the letter of their model."""
    for model in apps.get_models(include_auto_created=True):
        for each in (*model._meta.fields, *model._meta.many_to_many):
            related: Any = each.related_model
            offered = admin.site._registry.get(related)
            if offered and offered.search_fields:
                yield each, LETTERS[offered.model._meta.label]


def _pickers(kind: Kind) -> Iterator[Sent]:
    url = reverse("admin:autocomplete")
    for relation, letter in relations():
        of = {
            "app_label": relation.model._meta.app_label,
            "model_name": relation.model._meta.model_name,
            "field_name": relation.name,
        }
        yield Sent("get", _with(url, **of, term=""), f"{letter}v")
    yield Sent("post", url, "nobody")
    for field_label, letter in PICKERS.items():
        app, model, name = field_label.lower().split(".")
        of = {"app_label": app, "model_name": model, "field_name": name}
        if kind.may(f"{letter}v"):
            words = (NOWHERE, *unreadable(kind, others=False))
            yield from _searches(url, f"{letter}v", words, "term", **of)


def _tempting(records: Records, forms: Forms) -> Iterator[Sent]:
    """Yield what touches the other list: what is asked, chosen or said of it, before and after."""
    for right, table in (("a", TEMPTING), ("c", TELLING)):
        for letter, typed in table.items():
            key = f"{records[letter][0].pk}/" if right == "c" else ""
            url = f"{base_of(letter)}{f'{key}change/' if key else 'add/'}"
            texts = {name: text.format_map(Keys(records)) for name, text in typed.items()}
            gives = (*TAKES.get(letter, ()), *texts.values())
            data, rule = forms[url] | texts, f"{letter}{right}"
            yield Sent("post", url, rule, data, writes=ANYTHING, gives=gives)
            if letter in PREVIEWED:
                preview = f"/sync/preview/{PREVIEWED[letter]}/{key}"
                yield Sent("post", preview, rule, data, gives=gives)


def _with(url: str, **query: Any) -> str:
    return f"{url}?{urlencode(query)}"
