"""Every form of the site, with what its page sends when it is filled in."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote_plus

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model
from django.urls import reverse

from pm.admin.companies import CONFIRMED
from tests.factories import AETNA_ADDRESS
from tests.screens import change_url, link_url, page_id_of, page_values
from tests.soak.hostile.chance import Fields, as_bytes
from tests.soak.hostile.planting import PASSWORD
from tests.soak.hostile.values import NUMBERS, TYPEABLE, UNSEEN

if TYPE_CHECKING:
    from tests.soak.hostile.visits import Site

NEW = "Zq7-another-word"
PLACE = AETNA_ADDRESS | {"street_1": "70 Hostile Road"}
FIRST_POLICY = {"policies-0-rank": "primary", "policies-0-policy_number": "W7"}
PERSON = {"last_name": TYPEABLE, "first_name": "Pat", "date_of_birth": "05/17/1980"}
# What is typed into a page that adds a record; "{}" is the key of one that it refers to.
TYPED: dict[str, dict[str, str]] = {
    "pm.InsuranceCompany": {
        "name": f"{TYPEABLE} new",
        **PLACE,
        "plans-0-name": f"{TYPEABLE} first",
        "plans-0-same_address": "on",
    },
    "pm.InsurancePlan": {"name": f"{TYPEABLE} new", "company": "{pm.InsuranceCompany}", **PLACE},
    "ehr.Insurance": {"company_name": f"{TYPEABLE} new", "plan_name": f"{TYPEABLE} new", **PLACE},
    "pm.Patient": {
        **PERSON,
        **FIRST_POLICY,
        "chart_number": "ZQ7",
        "policies-0-plan": "{pm.InsurancePlan}",
    },
    "ehr.Patient": {**PERSON, "chart_number": "ZQ7", "primary_insurance": "{ehr.Insurance}"},
    "auth.User": {
        "username": "newest",
        "first_name": TYPEABLE,
        "last_name": TYPEABLE,
        "password1": NEW,
        "password2": NEW,
        "role": "{auth.Group}",
    },
    "auth.Group": {"name": f"{TYPEABLE} new"},
}
PREVIEWED = ("pm.InsuranceCompany", "pm.InsurancePlan", "ehr.Insurance")
AWAY = "//zq7.example/"
MOST_ASKED = 3  # times that a page comes back with a question


class Sending(NamedTuple):
    """What a page sends. `does`: it is taken so, unchanged; `writes`: and may write."""

    url: str
    fields: Fields
    does: bool = True
    writes: bool = True
    anonymous: bool = False


def url_of(model: type[Model], page: str, *args: Any) -> str:
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=args)


def _models() -> dict[str, type[Model]]:
    return {model._meta.label: model for model in admin.site._registry}


def _listed(values: dict[str, Any]) -> Fields:
    """Return the values as they are sent: a field with several has several."""
    return {
        name: [str(each) for each in value] if isinstance(value, list) else [str(value)]
        for name, value in values.items()
        if value is not None
    }


def _added(label: str, site: "Site") -> Iterator[Sending]:
    """An add page, filled in until it is saved, with each of its buttons, and in a pop-up."""
    model = _models()[label]
    url = url_of(model, "add")
    keys = {name: rows[0].pk for name, rows in site.records.items()}
    typed = {
        name: str(keys[value[1:-1]]) if value.startswith("{") else value
        for name, value in TYPED[label].items()
    }
    fields = _answered(site, url, typed)
    yield Sending(url, fields)
    yield Sending(url, fields | {"_addanother": ["on"]})
    yield Sending(url, fields | {"_continue": ["on"]})
    yield Sending(f"{url}?_popup=1", fields | {"_popup": ["1"]})
    yield Sending(f"{url}?back={AWAY}", fields)


def _answered(site: "Site", url: str, typed: dict[str, Any]) -> Fields:
    """Return what the page sends once its questions are answered, if it asks any."""
    page = site.look(url)
    for _ in range(MOST_ASKED):
        fields = _listed(page_values(page) | typed)
        page = site.try_out(Sending(url, fields))
        if page.status_code == 302:
            return fields
    raise AssertionError(f"{url} isn't saved: {page.context['errors']}")


def _changed(label: str, site: "Site") -> Iterator[Sending]:
    for record in site.records[label][:3]:
        page = site.look(url := url_of(type(record), "change", record.pk))
        fields = _listed(page_values(page))
        # Stored markup, which only another program can have written, isn't saved again.
        saves = record is site.records[label][0]
        yield Sending(url, fields, does=saves)
        if label in TYPED:
            yield Sending(url, fields | {"_continue": ["on"]}, does=saves)
            yield Sending(f"{url}?_popup=1", fields | {"_popup": ["1"]}, does=saves)
            yield Sending(f"{url}?back={AWAY}", fields, does=saves)


def _deleted(label: str, site: "Site") -> Iterator[Sending]:
    for record in site.records[label]:
        url = url_of(type(record), "delete", record.pk)
        page = site.look(url)
        fields = page_id_of(page) | {"post": "yes"} if page.status_code == 200 else {"post": "yes"}
        yield Sending(url, _listed(fields), does=False)


def _chosen(label: str, site: "Site") -> Iterator[Sending]:
    """A list, with each action on what is chosen there."""
    model = _models()[label]
    page = site.look(url := url_of(model, "changelist"))
    form = page.context["action_form"]
    names = [name for name, _title in form.fields["action"].choices if name] if form else []
    keys = [str(record.pk) for record in site.records[label]]
    for name in names or ["delete_selected"]:
        fields = page_id_of(page) | {
            "action": name,
            "index": "0",
            "select_across": "0",
            ACTION_CHECKBOX_NAME: keys,
        }
        yield Sending(url, _listed(fields), does=False)
        yield Sending(url, _listed(fields | {"post": "yes", CONFIRMED: "yes"}), does=False)


def _only_read(site: "Site") -> Iterator[Sending]:
    """Pages of records that nobody adds, changes or deletes."""
    for label in sorted(_models().keys() - TYPED.keys()):
        yield Sending(url_of(_models()[label], "add"), _listed({"_save": "Save"}), does=False)
        yield from _deleted(label, site)
        yield from (sending._replace(does=False) for sending in _changed(label, site))
        yield from _chosen(label, site)


def _previewed(label: str, site: "Site") -> Iterator[Sending]:
    name = _models()[label]._meta.model_name
    for sending in (*_added(label, site), *_changed(label, site)):
        key = [part for part in sending.url.split("/") if part.isdigit()]
        yield sending._replace(url=reverse("sync:preview", args=[name, *key]), writes=False)


def _linked(site: "Site") -> Iterator[Sending]:
    plan, insurance = site.records["pm.InsurancePlan"][-1], site.records["ehr.Insurance"][-1]
    for one, other in ((plan, insurance), (insurance, plan)):
        fields = page_id_of(site.look(link_url(one))) | {"counterpart": other.pk}
        yield Sending(link_url(one), _listed(fields))


def _repaired(site: "Site") -> Iterator[Sending]:
    for label in ("pm.InsurancePlan", "ehr.Insurance"):
        rows = site.records[label]
        for record, seen in ((rows[0], "pair"), (rows[-1], "orphan")):
            page_id = page_id_of(site.look(change_url(record)))
            url = reverse("sync:repair", args=[record._meta.model_name, record.pk])
            yield Sending(url, _listed(page_id | {"seen_as": seen}))


def _of_company(name: str, site: "Site") -> Iterator[Sending]:
    one, other = site.records["pm.InsuranceCompany"]
    page_id = page_id_of(site.look(change_url(one)))
    yield Sending(reverse(name, args=[one.pk]), _listed(page_id | {"other": other.pk}))


def _logged_in(site: "Site") -> Iterator[Sending]:
    for password in (PASSWORD, "wrong"):
        typed = {"username": site.name_of("superuser"), "password": password, "next": "/admin/"}
        yield Sending(reverse("admin:login"), _listed(typed), password == PASSWORD, anonymous=True)


def _own_password(site: "Site") -> Iterator[Sending]:
    page_id = page_id_of(site.look(url := reverse("admin:password_change")))
    typed = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    yield Sending(url, _listed(page_id | typed))


def _others_password(site: "Site") -> Iterator[Sending]:
    for user in site.records["auth.User"]:
        page_id = page_id_of(
            site.look(url := reverse("admin:auth_user_password_change", args=[user.pk]))
        )
        typed = {"password1": NEW, "password2": NEW, "usable_password": "true"}
        yield Sending(url, _listed(page_id | typed))


def pages_of_nothing() -> Iterator[str]:
    """Yield URLs of records whose key is none."""
    for model in admin.site._registry:
        for page in ("change", "delete", "history"):
            for key in (*NUMBERS, *UNSEEN):
                yield url_of(model, page, "KEY").replace("KEY", quote_plus(as_bytes(key)))
    for name in ("preview", "repair", "link"):
        for key in ("0", "9" * 18):
            yield reverse(f"sync:{name}", args=["insuranceplan", key])


def _of_nothing(site: "Site") -> Iterator[Sending]:
    for url in pages_of_nothing():
        yield Sending(url, _listed({"post": "yes"}), does=False)


def _without_form(site: "Site") -> Iterator[Sending]:
    """Pages that send nothing, or lead on."""
    names = (
        "admin:index",
        "admin:jsi18n",
        "admin:logged_in",
        "admin:logout",
        "admin:password_change_done",
        "admin:who_is_here",
        "admin:autocomplete",
        "sync:search",
        "sync:coverage_worklist",
    )
    typed = {"q": "Aetna", "post": "yes"}
    for url in (*map(reverse, names), "/", "/sync/secondary/", "/admin/pm/", "/admin/r/1/1/"):
        yield Sending(url, _listed(typed), does=False)
    for record in (rows[0] for label, rows in site.records.items() if label in _models()):
        yield Sending(url_of(type(record), "history", record.pk), _listed(typed), does=False)
        yield Sending(
            f"{url_of(type(record), 'changelist')}{record.pk}/", _listed(typed), does=False
        )


Form = Callable[["Site"], Iterator[Sending]]


def _all() -> Iterator[tuple[str, Form]]:
    pages = {"add": _added, "change": _changed, "delete": _deleted, "actions": _chosen}
    for label in TYPED:
        for page, sendings in pages.items():
            yield f"{label} {page}", partial(sendings, label)
    yield "axes.AccessAttempt actions", partial(_chosen, "axes.AccessAttempt")
    yield "records that are only read", _only_read
    for label in PREVIEWED:
        yield f"{label} preview", partial(_previewed, label)
    yield "link", _linked
    yield "repair", _repaired
    yield "repair a company", partial(_of_company, "sync:repair_company")
    yield "dismiss", partial(_of_company, "sync:dismiss")
    yield "log in", _logged_in
    yield "own password", _own_password
    yield "another's password", _others_password
    yield "no record", _of_nothing
    yield "no form", _without_form


FORMS: dict[str, Form] = dict(_all())
