"""Every page that staff see, by name. With the demo practice loaded, each is filled."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from sync.pairs.sides import EHR, PM
from sync.pairs.stale_names import stale_names

WRITTEN_BY_THE_PROGRAM = ("axes", "sync")

IN_PM = "/admin/pm/"


def all_pages() -> dict[str, str]:
    """Return {name: path} for whoever may do everything."""
    pages = {"home": "/admin/", "secondary worklist": reverse("sync:secondary_worklist")}
    pages |= {f"area {app}": f"/admin/{app}/" for app in ("pm", "ehr", "sync", "auth")}
    for model, model_admin in admin.site._registry.items():
        pages |= pages_of(model, model_admin)
    orphan_plan, orphan_insurance = PM.orphans()[0], EHR.orphans()[0]
    in_use = InsurancePlan.objects.filter(policies__isnull=False)[0]
    pages |= {
        "company with stale names": change(InsuranceCompany, name="Wellcare by Health Net"),
        "plan with stale name": change(InsurancePlan, link=stale_names()[0]),
        "orphan plan": change(InsurancePlan, pk=orphan_plan.pk),
        "orphan insurance": change(Insurance, pk=orphan_insurance.pk),
        "link": reverse("sync:link", args=["insuranceplan", orphan_plan.pk]),
        "plan in use, delete": reverse("admin:pm_insuranceplan_delete", args=[in_use.pk]),
        "company in a pop-up": f"{reverse('admin:pm_insurancecompany_add')}?_popup=1&_to_field=id",
        "search": f"{reverse('admin:pm_insuranceplan_changelist')}?q=aetna&is_active__exact=1",
        "search, nothing found": f"{reverse('admin:ehr_insurance_changelist')}?q=nobody",
        "password of a user": reverse("admin:auth_user_password_change", args=[someone().pk]),
        "password change": reverse("admin:password_change"),
        "password changed": reverse("admin:password_change_done"),
    }
    return pages


def readers_pages() -> dict[str, str]:
    """Return {name: path} of what clinical staff see of PM and can't change."""
    return {
        "plan, read only": change(InsurancePlan, name="Aetna HMO"),
        "companies, read only": reverse("admin:pm_insurancecompany_changelist"),
        "home of a reader": "/admin/",
    }


def pages_of(model: Any, model_admin: Any) -> dict[str, str]:
    """Return the admin's pages of `model`: list, add, change, history and delete."""
    name = str(model._meta.verbose_name)
    route = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    pages = {f"{name}, list": reverse(f"{route}_changelist")}
    first = model._default_manager.order_by("pk").first()
    if first is None:
        return pages
    pages[f"{name}, change"] = reverse(f"{route}_change", args=[first.pk])
    if model._meta.app_label not in WRITTEN_BY_THE_PROGRAM:
        pages[f"{name}, add"] = reverse(f"{route}_add")
        for view in ("history", "delete"):
            pages[f"{name}, {view}"] = reverse(f"{route}_{view}", args=[first.pk])
    return pages


def change(model: Any, **values: Any) -> str:
    """Return the path of the change page of the one record with `values`."""
    meta = model._meta
    record = model.objects.get(**values)
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk])


def someone() -> User:
    return User.objects.order_by("pk")[0]
