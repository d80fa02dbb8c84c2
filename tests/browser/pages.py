"""Every page that staff see, by name. The names need no database; the paths need `load`."""

from collections.abc import Callable
from functools import partial
from typing import Any

from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import reverse

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from sync import demo
from sync.models import SyncEvent
from sync.pairs.flags import stale_names
from sync.pairs.sides import EHR, PM
from sync.screens.urls import merge_url

Paths = dict[str, Callable[[], str]]

# Only the program writes there.
NOBODY_MAY = dict.fromkeys(("axes", "people", "sync"), ("add", "delete"))

LONG = "Consolidated Interstate Health Maintenance Organization of the Greater Sacramento Valley "
LONG_NAME = (LONG * 2)[:150]
LONG_WORD = "x" * 150  # no place to break
LONG_NAMES = {"Aetna": LONG_NAME, "Blue Shield of California": LONG_WORD}  # no state needs these


def load() -> None:
    """Load the demo practice, some of its names as long as they may be, and a refused login."""
    demo.load()
    demo.make_users()
    for name, long_name in LONG_NAMES.items():
        company = InsuranceCompany.objects.get(name=name)
        company.name = long_name
        company.save()
        for plan in InsurancePlan.objects.filter(company=company):
            plan.name = long_name[: 150 - 1 - len(str(plan.pk))] + f" {plan.pk}"
            plan.save()
    refused = {"username": "nobody", "path_info": "/admin/login/"}
    AccessAttempt.objects.create(failures_since_start=1, **refused)


def admin_path(model: Any, view: str, record: Any = None) -> str:
    """Return the path of one of the admin's pages of `model`."""
    route = f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}"
    return reverse(route, args=[record.pk] if record else [])


def change(model: Any, **values: Any) -> str:
    """Return the path of the change page of the one record with `values`."""
    return admin_path(model, "change", model.objects.get(**values))


def first(model: Any) -> Any:
    return model._default_manager.order_by("pk")[0]


def path_of_first(model: Any, view: str) -> str:
    return admin_path(model, view, first(model))


def plan_of(company_name: str) -> InsurancePlan:
    return InsurancePlan.objects.filter(company__name=company_name)[0]


def paired_plan() -> InsurancePlan:
    """Return a plan that may be deleted, so that its page names the insurance that stays."""
    used = Q(policies__isnull=False)
    used |= Q(link__insurance__primary_patients__isnull=False)
    used |= Q(link__insurance__secondary_patients__isnull=False)
    return InsurancePlan.objects.filter(link__isnull=False).exclude(used)[0]


def plan_in_use() -> InsurancePlan:
    return InsurancePlan.objects.filter(policies__isnull=False)[0]


def pages_of(model: Any) -> Paths:
    """Return the admin's pages of `model`, and of the area it is in."""
    app, name = model._meta.app_label, model._meta.verbose_name
    pages: Paths = {
        "list": partial(admin_path, model, "changelist"),
        "add": partial(admin_path, model, "add"),
    }
    for view in ("change", "history", "delete"):
        pages[view] = partial(path_of_first, model, view)
    for view in NOBODY_MAY.get(app, ()):
        del pages[view]
    area = {f"area {app}": partial(reverse, "admin:app_list", args=[app])}
    return area | {f"{name}, {view}": where for view, where in pages.items()}


def _alike() -> list[int]:
    companies = InsuranceCompany.objects.filter(name="Kaiser Permanente")
    return list(companies.order_by("pk").values_list("pk", flat=True))


PAGES: Paths = {
    "home": lambda: reverse("admin:index"),
    "search over both": lambda: reverse("sync:search") + "?q=united",
    "search over both, nothing found": lambda: reverse("sync:search") + "?q=unitde",
    "log, from a day": lambda: admin_path(SyncEvent, "changelist") + "?created_at__from=2020-01-01",
    "coverage worklist": lambda: reverse("sync:coverage_worklist"),
    **{name: where for model in admin.site._registry for name, where in pages_of(model).items()},
    "company with stale names": lambda: change(InsuranceCompany, name="Wellcare by Health Net"),
    "plan with stale name": lambda: change(InsurancePlan, link=stale_names()[0]),
    "orphan plan": lambda: admin_path(InsurancePlan, "change", PM.orphans()[0]),
    "orphan insurance": lambda: admin_path(Insurance, "change", EHR.orphans()[0]),
    "link": lambda: reverse("sync:link", args=["insuranceplan", PM.orphans()[0].pk]),
    "look-alikes": lambda: reverse("sync:look_alikes", args=["look-alike-companies"]),
    "merge, with which": lambda: merge_url(InsuranceCompany, _alike()[:1]),
    "merge": lambda: merge_url(InsuranceCompany, _alike()),
    "undo": lambda: reverse("sync:undo", args=[SyncEvent.objects.latest("pk").batch]),
    "plan in use, delete": lambda: admin_path(InsurancePlan, "delete", plan_in_use()),
    "paired plan, delete": lambda: admin_path(InsurancePlan, "delete", paired_plan()),
    "company in a pop-up": lambda: admin_path(InsuranceCompany, "add") + "?_popup=1&_to_field=id",
    "search": lambda: admin_path(InsurancePlan, "changelist") + "?q=united&is_active__exact=1",
    "search, nothing found": lambda: admin_path(Insurance, "changelist") + "?q=nobody",
    "user, delete": lambda: admin_path(User, "delete", User.objects.latest("pk")),  # not oneself
    "password of a user": lambda: admin_path(User, "password_change", first(User)),
    "password change": lambda: reverse("admin:password_change"),
    "plan with a long name": lambda: admin_path(InsurancePlan, "change", plan_of(LONG_NAME)),
    "plan with a long word": lambda: admin_path(InsurancePlan, "change", plan_of(LONG_WORD)),
    "insurance with a long name": lambda: change(Insurance, link__plan=plan_of(LONG_NAME)),
    "insurance with a long word": lambda: change(Insurance, link__plan=plan_of(LONG_WORD)),
}

# What clinical staff see of PM and can't change.
READERS_PAGES: Paths = {
    "home of a reader": lambda: reverse("admin:index"),
    "companies, read only": lambda: admin_path(InsuranceCompany, "changelist"),
    "plan, read only": lambda: change(InsurancePlan, name="UnitedHealthcare Choice Plus"),
}
