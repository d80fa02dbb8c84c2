"""Every list of the site, and all else that reads a query, with what its links ask for."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs

from django.contrib import admin
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP
from django.urls import reverse

from tests.screens import link_url
from tests.soak.hostile.chance import Chance
from tests.soak.hostile.forms import pages_of_nothing, url_of
from tests.soak.hostile.values import STRANGE, Value

if TYPE_CHECKING:
    from tests.soak.hostile.visits import Site

QUERY = re.compile(r'href="[^"?]*\?([^"]+)"')
# What every list reads beside its filters.
READ = (ALL_VAR, ERROR_FLAG, ORDER_VAR, PAGE_VAR, SEARCH_VAR, "_facets", "_popup", "_to_field")
DEEPEST = 3  # relations followed by a look-up
PICKED = (
    ("pm", "insuranceplan", "company"),
    ("pm", "insurancepolicy", "plan"),
    ("ehr", "patient", "primary_insurance"),
    ("ehr", "patient", "secondary_insurance"),
)


Query = Mapping[str, Sequence[Value]]


class Asked(NamedTuple):
    """What a page reads: queries that lead to it, the names it knows, and of which model it is.

    `own`: of all other names it says that it can't use them; None where it takes no notice.
    """

    url: str
    queries: list[Query]
    names: tuple[str, ...] = STRANGE
    model: type[Model] | None = None
    own: frozenset[str] | None = None
    anonymous: bool = False


def queries_on(page: Any) -> list[Query]:
    """Return the queries of all links on a page, each once."""
    found = {unescape(query) for query in QUERY.findall(page.text)}
    return [{}, *(dict(parse_qs(query, keep_blank_values=True)) for query in sorted(found))]


def _listed(model: type[Model], site: "Site") -> Iterator[Asked]:
    url = url_of(model, "changelist")
    page = site.look(url)
    specs = page.context["cl"].filter_specs
    filters = {name for spec in specs for name in spec.expected_parameters()}
    pages = admin.site.get_model_admin(model)
    for each in pages.get_list_filter(page.wsgi_request):  # those that show only when chosen
        if name := getattr(each, "parameter_name", ""):
            filters.add(name)
    queries: list[Query] = [
        *queries_on(page),
        {"q": ["Zq aetna"]},
        {"q": ["92617"], "o": ["-1.2"]},
        {"_popup": ["1"], "_to_field": ["id"]},
        *({name: [value]} for name in sorted(filters) for value in ("1", "commercial")),
    ]
    own = frozenset({*READ, *filters})
    yield Asked(url, queries, (*READ, *sorted(filters)) * 3 + STRANGE, model, own)


def look_up(chance: Chance, model: Any) -> str:
    """Return a look-up such as a program might try: company__name__lower__regex."""
    path = []
    for _ in range(DEEPEST):
        field = chance.rng.choice(model._meta.get_fields())
        path.append(field.name)
        if not field.is_relation or not field.related_model or chance.now(20):
            break
        model = field.related_model
    lookups = sorted(field.get_lookups()) if hasattr(field, "get_lookups") else ["exact"]
    for _ in range(chance.rng.choice((0, 1, 1, 1, 2))):
        path.append(chance.rng.choice(lookups))
    return LOOKUP_SEP.join(path)


def _pickers(site: "Site") -> Iterator[Asked]:
    for app, model, field in PICKED:
        query = {"app_label": [app], "model_name": [model], "field_name": [field]}
        queries: list[Query] = [{**query, "term": [term]} for term in ("", "Zq", "aetna 92617")]
        queries.append({**query, "term": ["Zq"], "page": ["2"]})
        yield Asked(reverse("admin:autocomplete"), queries, ("term", "page", *query, *STRANGE))


def _searches(url: str, site: "Site") -> Iterator[Asked]:
    page = site.look(url)
    queries = queries_on(page) + [{"q": [typed]} for typed in ("Zq", "92617", "W7", "05/17/1980")]
    yield Asked(url, queries, ("q", "p", "page", "show", "before", "after", *STRANGE))


def _candidates(site: "Site") -> Iterator[Asked]:
    for label in ("pm.InsurancePlan", "ehr.Insurance"):
        yield Asked(link_url(site.records[label][-1]), [{"q": ["Zq"]}, {}], ("q", *STRANGE))


def _begun(site: "Site") -> Iterator[Asked]:
    """Pages that begin filled in by their query."""
    for model in admin.site._registry:
        url = url_of(model, "add")
        if (page := site.look(url)).status_code == 200:
            fields = [*page.context["adminform"].form.fields]
            queries: list[Query] = [{name: ["1"]} for name in fields] + queries_on(page)[:5]
            begun = ("like", "policy", "plan", "policies-0-plan", "back", "primary", "secondary")
            yield Asked(url, queries, (*fields, *begun, *STRANGE))


def _of_records(site: "Site") -> Iterator[Asked]:
    queries: list[Query] = [{}, {"back": ["/admin/"]}, {"_popup": ["1"], "_to_field": ["id"]}]
    queries.append({"_changelist_filters": ["q=Zq&o=1"]})
    for label, rows in site.records.items():
        if label == "pm.InsurancePolicy":
            continue
        for page in ("change", "delete", "history"):
            yield Asked(url_of(type(rows[-1]), page, rows[-1].pk), queries, ("p", *STRANGE))


def _others(site: "Site") -> Iterator[Asked]:
    for name in ("index", "jsi18n", "password_change", "logged_in"):
        yield Asked(reverse(f"admin:{name}"), [{}])
    yield Asked(reverse("admin:who_is_here"), [{"of": ["1"]}, {"typed": ["1"]}], ("of", *STRANGE))
    yield Asked(reverse("admin:login"), [{"next": ["/admin/pm/"]}], ("next", *STRANGE))
    login: list[Query] = [{"next": ["/admin/pm/"]}]
    yield Asked(reverse("admin:login"), login, ("next", *STRANGE), anonymous=True)
    for app in sorted({model._meta.app_label for model in admin.site._registry}):
        yield Asked(reverse("admin:app_list", args=[app]), [{}])
    for url in ("/", "/sync/secondary/", "/admin/r/1/1/", "/admin/nowhere/", "/nowhere/"):
        yield Asked(url, [{}])


def _of_nothing(site: "Site") -> Iterator[Asked]:
    for url in pages_of_nothing():
        yield Asked(url, [{}])


List = Callable[["Site"], Iterator[Asked]]

LISTS: dict[str, List] = {
    **{f"{model._meta.label} list": partial(_listed, model) for model in admin.site._registry},
    "pickers": _pickers,
    "search": partial(_searches, reverse("sync:search")),
    "coverage worklist": partial(_searches, reverse("sync:coverage_worklist")),
    "candidates": _candidates,
    "pages to add": _begun,
    "pages of records": _of_records,
    "pages of no record": _of_nothing,
    "other pages": _others,
}
