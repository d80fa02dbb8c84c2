"""What each kind of staff may do, and who may see which records of the two lists.

Migrating makes each group once. What becomes of it then is the practice's own: changed, renamed or
deleted in the admin, it stays so.
"""

from typing import Any

from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.db import transaction

from kareo.records.acting import may_see

__all__ = ["ROLES", "make_roles", "may_change", "may_see", "may_see_other_list"]

ENTER = ("add", "change", "view")  # deactivate rather than delete
ALL = (*ENTER, "delete")

PM_RECORDS = ("insurancecompany", "insuranceplan", "patient", "insurancepolicy")
EHR_RECORDS = ("insurance", "patient")


def _may(actions: tuple[str, ...], app: str, *models: str) -> set[str]:
    return {f"{app}.{action}_{model}" for action in actions for model in models}


_SEE = (
    _may(("view",), "pm", *PM_RECORDS)
    | _may(("view",), "ehr", *EHR_RECORDS)
    | _may(("view",), "sync", "syncevent")
)

ROLES: dict[str, set[str]] = {
    "Front desk": _SEE | _may(ENTER, "pm", *PM_RECORDS) | _may(("change",), "ehr", "patient"),
    "Billing": _SEE | _may(ALL, "pm", *PM_RECORDS),
    "Clinical staff": _SEE | _may(ENTER, "ehr", *EHR_RECORDS),
    "Practice administrator": _SEE
    | _may(ALL, "pm", *PM_RECORDS)
    | _may(ALL, "ehr", *EHR_RECORDS)
    | _may(ALL, "auth", "user", "group")
    # Whoever is locked out after too many wrong passwords is let in again by deleting the attempts.
    | _may(("view", "delete"), "axes", "accessattempt"),
    "Auditor": _SEE
    | _may(("view",), "auth", "user", "group")
    | _may(("view",), "axes", "accessattempt")
    | _may(("view",), "people", "accessevent"),
}

# For whoever gives a user one of them, as long as it has the rights of ROLES.
ROLES_IN_WORDS = {
    "Front desk": "enters and changes all of PM; sees the EHR, and changes its patients",
    "Billing": "enters, changes and deletes all of PM; sees the EHR",
    "Clinical staff": "enters and changes all of the EHR; sees PM",
    "Practice administrator": "does all of that, and takes care of the users",
    "Auditor": "sees all, and who did what; changes nothing",
}


def make_roles(using: str = "default", apps: Apps = installed_apps, **kwargs: Any) -> None:
    """Create the groups of ROLES that were never made, with their permissions.

    A `post_migrate` receiver for `sync`, the last app: the permissions of all others are there by
    then. Where only some apps are migrated they are not, and the next migrate makes the groups.
    """
    try:
        groups = apps.get_model("auth", "Group")._default_manager.using(using)
        rows = apps.get_model("auth", "Permission")._default_manager.using(using)
        made = apps.get_model("sync", "MadeRole")._default_manager.using(using)
    except LookupError:
        return
    missing = ROLES.keys() - set(made.values_list("name", flat=True))
    if not missing:
        return
    permissions = {
        f"{app}.{codename}": pk
        for pk, app, codename in rows.values_list("pk", "content_type__app_label", "codename")
    }
    for name in sorted(missing):
        if ROLES[name] <= permissions.keys():
            with transaction.atomic(using=using):  # a group that is there is never looked at again
                made.create(name=name)
                group, is_new = groups.get_or_create(name=name)
                if is_new:
                    group.permissions.set(permissions[code] for code in ROLES[name])


# What a page of these models shows of the other list. A plan gives its company's name to it.
_SHOWN_BESIDE = {
    "pm.InsuranceCompany": ("ehr.Insurance",),
    "pm.InsurancePlan": ("ehr.Insurance", "pm.InsuranceCompany"),
    "ehr.Insurance": ("pm.InsuranceCompany", "pm.InsurancePlan"),
}


def may_change(user: Any, label: str) -> bool:
    """Return whether `user` may change records of the model `label`."""
    app, model = label.lower().split(".")
    return bool(user.has_perm(f"{app}.change_{model}"))


def may_see_other_list(user: Any, label: str) -> bool:
    """Return whether `user` may see what the page of a record of this model shows of the other."""
    return may_see(user, *_SHOWN_BESIDE.get(label, ()))
