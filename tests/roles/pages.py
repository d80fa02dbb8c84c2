"""All URLs of the site: who may look at each, who may send it, and what is sent.

Whoever adds a URL adds it here: to MODEL_PAGES, if each model has one, else to PAGES.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from sync.drift.findings import FINDINGS
from tests.factories import AETNA_ADDRESS
from tests.roles.kinds import Kind, Right, anyone, both, nobody, see, see_all, staff, to
from tests.roles.planting import COMPANY, INSURANCE, NAMES, PLAN, name_of, unreadable

Records = dict[str, list[Any]]
PATIENTS = ("pm.Patient", "ehr.Patient")

PERSON = {"last_name": "Typed", "first_name": "New", "date_of_birth": "01/02/1980"}
# What is typed into a page, of an add and of a change.
TYPED: dict[str, dict[str, Any]] = {
    COMPANY: {"name": "Typed", **AETNA_ADDRESS},
    PLAN: {"name": "Typed", **AETNA_ADDRESS},
    INSURANCE: {"company_name": "Typed", "plan_name": "Typed", **AETNA_ADDRESS},
    "pm.Patient": {**PERSON, "chart_number": "C-0002"},
    "ehr.Patient": {**PERSON, "chart_number": "C-0002"},
    "auth.Group": {"name": "Typed"},
}


class Sent(NamedTuple):
    """One request; `begun`: what the page shows is sent along."""

    method: str
    url: str
    right: Right
    label: str = ""
    data: dict[str, Any] | None = None
    begun: bool = False
    writes: Right | None = None  # whose sending may write, where that takes another right


@dataclass(frozen=True)
class Page:
    """Who may `look` at a page, and `send` it; its URLs, each with the model it is about."""

    look: Right
    send: Right
    urls: Callable[[Records], list[tuple[str, str]]]
    data: Callable[[str, Records], dict[str, Any]] = lambda label, records: {}
    begun: bool = False

    def requests(self, records: Records) -> Iterator[Sent]:
        for url, label in self.urls(records):
            yield Sent("get", url, self.look, label)
            yield Sent("post", url, self.send, label, self.data(label, records), self.begun)


def at(name: str, *args: Any, label: str = "", **query: Any) -> Callable[[Any], Any]:
    """Return what says the one URL of this name."""
    end = f"?{urlencode(query)}" if query else ""
    return lambda records: [(reverse(name, args=args) + end, label)]


def of_each(name: str, *labels: str) -> Callable[[Any], Any]:
    """Return what says the URLs of a page that the records of some models have."""

    def urls(records: Records) -> list[tuple[str, str]]:
        return [
            (reverse(name, args=args), label)
            for label in labels
            for record in records[label]
            for args in [[record._meta.model_name, record.pk] if "{" not in name else [record.pk]]
        ]

    return urls


def company_urls(name: str) -> Callable[[Any], Any]:
    return lambda records: [(reverse(name, args=[each.pk]), COMPANY) for each in records[COMPANY]]


def previews(records: Records) -> list[tuple[str, str]]:
    found = []
    for label in (COMPANY, PLAN, INSURANCE):
        model = label.lower().partition(".")[2]
        found.append((reverse("sync:preview", args=[model]), f"{label} add"))
        found.append((reverse("sync:preview", args=[model, records[label][0].pk]), label))
    return found


def pickers(records: Records) -> list[tuple[str, str]]:
    """Return the URL of each field's picker, with the model that it offers."""
    urls = []
    for pages in [*admin.site._registry.values()]:
        inlines = [inline(pages.model, admin.site) for inline in pages.inlines]
        for each in (pages, *inlines):
            for name in each.autocomplete_fields:
                offered: Any = each.model._meta.get_field(name).related_model
                opts = each.model._meta
                query = {
                    "app_label": opts.app_label,
                    "model_name": opts.model_name,
                    "field_name": name,
                }
                urls += [
                    (f"{reverse('admin:autocomplete')}?{urlencode(query | {'term': term})}", label)
                    for label in [offered._meta.label]
                    for term in ("", name_of(label))
                ]
    return urls


def preview_right(kind: Any, label: str) -> bool:
    model, _, action = label.partition(" ")
    return bool(kind.may(action or "change", model))


def has_module(kind: Any, label: str) -> bool:
    return bool(
        kind.is_superuser
        or (kind.is_staff and any(code.startswith(f"{label}.") for code in kind.rights))
    )


def areas(records: Records) -> list[tuple[str, str]]:
    labels = dict.fromkeys(label.partition(".")[0].lower() for label in records)
    return [(reverse("admin:app_list", args=[label]), label) for label in labels]


def typed(label: str, records: Records) -> dict[str, Any]:
    own = {"company": records[COMPANY][0].pk} if label == PLAN else {}
    return own | TYPED.get(label.removesuffix(" add"), {})


def other_of(label: str, records: Records) -> dict[str, Any]:
    counterpart = {PLAN: INSURANCE, INSURANCE: PLAN}.get(label, label)
    return {
        "counterpart": records[counterpart][-1].pk,
        "other": records[label][-1].pk,
        "seen_as": "pair",
    }


LINKED = both(to("change"), see_all(COMPANY, PLAN, INSURANCE))
WORKLIST = see_all("pm.Patient", "pm.InsurancePolicy", PLAN, COMPANY, "ehr.Patient", INSURANCE)
WITH_MODEL = r"(?P<model_name>insuranceplan|insurance)/(?P<pk>\d{1,18})/$"

PAGES: dict[str, Page] = {
    "": Page(anyone, anyone, lambda records: [("/", "")]),
    "admin/who-is-here/": Page(anyone, anyone, at("admin:who_is_here")),
    "admin/logged-in/": Page(staff, staff, at("admin:logged_in")),
    "admin/": Page(staff, staff, at("admin:index")),
    "admin/login/": Page(anyone, anyone, at("admin:login")),
    "admin/logout/": Page(lambda kind, label: not kind.is_staff, anyone, at("admin:logout")),
    "admin/password_change/": Page(staff, staff, at("admin:password_change")),
    "admin/password_change/done/": Page(staff, nobody, at("admin:password_change_done")),
    "admin/autocomplete/": Page(see, nobody, pickers),
    "admin/jsi18n/": Page(staff, nobody, at("admin:jsi18n")),
    "admin/r/<path:content_type_id>/<path:object_id>/": Page(
        nobody, nobody, at("admin:view_on_site", 1, 1)
    ),
    "admin/^(?P<app_label>pm|ehr|sync|axes|auth)/$": Page(has_module, has_module, areas),
    "admin/(?P<url>.*)$": Page(nobody, nobody, lambda records: [("/admin/nowhere/", "")]),
    "admin/auth/user/<id>/password/": Page(
        to("change"),
        to("change"),
        lambda records: [
            (reverse("admin:auth_user_password_change", args=[each.pk]), "auth.User")
            for each in records["auth.User"]
        ],
    ),
    "sync/search/": Page(staff, nobody, at("sync:search", q="Typed")),
    "sync/coverage/": Page(WORKLIST, nobody, at("sync:coverage_worklist")),
    "sync/secondary/": Page(anyone, anyone, lambda records: [("/sync/secondary/", "")]),
    "sync/^preview/(?P<model_name>insurancecompany|insuranceplan|insurance)/"
    r"(?:(?P<pk>\d{1,18})/)?$": Page(nobody, preview_right, previews, typed),
    r"sync/^repair/company/(?P<pk>\d{1,18})/$": Page(
        nobody, lambda kind, label: kind.may("change", PLAN), company_urls("sync:repair_company")
    ),
    r"sync/^dismiss/(?P<pk>\d{1,18})/$": Page(
        nobody, to("change"), company_urls("sync:dismiss"), other_of
    ),
    f"sync/^link/{WITH_MODEL}": Page(
        LINKED, LINKED, of_each("sync:link", PLAN, INSURANCE), other_of
    ),
    f"sync/^repair/{WITH_MODEL}": Page(
        nobody, to("change"), of_each("sync:repair", PLAN, INSURANCE), other_of
    ),
}

ONE = "<path:object_id>/"
# By what follows the model in the URL: who may look, who may send, and what.
MODEL_PAGES: dict[str, tuple[Right, Right]] = {
    "": (see, see),
    "add/": (to("add"), to("add")),
    f"{ONE}change/": (see, to("change")),
    f"{ONE}delete/": (to("delete"), to("delete")),
    f"{ONE}history/": (see, see),
    ONE: (staff, staff),
}
# What nobody does, whatever his rights are.
NEVER = {("sync.SyncEvent", "add"), ("sync.SyncEvent", "change"), ("sync.SyncEvent", "delete")} | {
    ("axes.AccessAttempt", name) for name in ("add", "change", "delete")
}


def routes() -> Iterator[str]:
    """Yield the route of each URL of the site, as its resolver has it."""

    def walk(resolver: URLResolver, before: str) -> Iterator[str]:
        for each in resolver.url_patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLPattern):
                yield route
            else:
                yield from walk(each, route)

    yield from walk(get_resolver(), "")


def model_route(route: str) -> tuple[Any, str] | None:
    """Return the admin of the model and the rest of a route that each model has."""
    for model, pages in admin.site._registry.items():
        opts = model._meta
        before, found, rest = route.partition(f"admin/{opts.app_label}/{opts.model_name}/")
        if found and not before and rest in MODEL_PAGES:
            return pages, rest
    return None


def requests(route: str, records: Records, kind: Kind) -> Iterator[Sent]:
    if (found := model_route(route)) is None:
        yield from PAGES[route].requests(records)
        if route == "sync/search/" and kind.is_staff:
            for word in unreadable(kind):
                yield Sent("get", f"{reverse('sync:search')}?{urlencode({'q': word})}", staff)
        return
    pages, rest = found
    if rest == "":
        yield from _of_list(pages, records, kind)
        return
    label, base = pages.model._meta.label, _list_url(pages)
    look, send = MODEL_PAGES[rest]
    name = rest.removeprefix(ONE).strip("/")
    if (label, name) in NEVER:
        look, send = (see if name == "change" else nobody), nobody
    data = {"post": "yes"} if name == "delete" else typed(label, records)
    for each in [None] if name == "add" else records[label][:2]:
        url = base + rest.replace("<path:object_id>", str(each.pk) if each else "")
        yield Sent("get", url, look, label)
        yield Sent("post", url, send, label, data, begun=name in {"add", "change"})


def _list_url(pages: Any) -> str:
    return reverse(f"admin:{pages.opts.app_label}_{pages.opts.model_name}_changelist")


def _of_list(pages: Any, records: Records, kind: Kind) -> Iterator[Sent]:
    """Yield a list with each of its filters and searches, and with each of its actions."""
    url, label = _list_url(pages), pages.model._meta.label
    yield Sent("get", url, see, label)
    for query in _queries(label, records, kind) if kind.may_see(label) else ():
        yield Sent("get", f"{url}?{urlencode(query)}", see, label)
    keys = [each.pk for each in records[label]]
    for _do, name, _title in pages._get_base_actions():
        is_deletion = name in {"delete_selected", "unlock"}
        data = {"action": name, "_selected_action": keys}
        for each in (data, data | {"post": "yes"}) if is_deletion else (data,):
            right = to("delete" if is_deletion else "change")
            yield Sent("post", url, see, label, each, writes=right)


def _queries(label: str, records: Records, kind: Kind) -> Iterator[dict[str, Any]]:
    for finding in FINDINGS:
        if finding.model and finding.model._meta.label == label:
            yield {"drift": finding.id}
    for other, (record, *_others) in records.items():
        if label in PATIENTS and other in NAMES:
            yield {"has": f"{other}:{record.pk}"}
        if label == "sync.SyncEvent" and not kind.may_see(other):
            yield {"about": f"{other}:{record.pk}"}
    if label == PLAN:
        yield {"company__id__exact": records[COMPANY][0].pk}
    yield from ({"q": word} for word in unreadable(kind))
