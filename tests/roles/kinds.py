"""The kinds of users there are, each with all that it may do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from sync.roles import ROLES

PM = ("pm.insurancecompany", "pm.insuranceplan", "pm.patient", "pm.insurancepolicy")
EHR = ("ehr.insurance", "ehr.patient")
OTHERS = ("sync.syncevent", "auth.user", "auth.group", "axes.accessattempt")
ALL = ("view", "add", "change", "delete")


def codes(labels: tuple[str, ...], *actions: str) -> frozenset[str]:
    """Return the permissions to do each of `actions` with the models of each label."""
    apart = [label.split(".") for label in labels]
    return frozenset(f"{app}.{action}_{model}" for app, model in apart for action in actions)


@dataclass(frozen=True)
class Kind:
    """A kind of user; `role` is the stock group that its rights come from, if any."""

    rights: frozenset[str] = frozenset()
    role: str = ""
    is_staff: bool = True
    is_superuser: bool = False
    is_anonymous: bool = False

    def may(self, action: str, label: str) -> bool:
        app, model = label.lower().split(".")
        return self.is_superuser or (self.is_staff and f"{app}.{action}_{model}" in self.rights)

    def may_see(self, label: str) -> bool:
        return self.may("view", label) or self.may("change", label)

    def log_in(self) -> Client:
        client = Client()
        if not self.is_anonymous:
            client.force_login(self._user())
        return client

    def _user(self) -> User:
        user = User.objects.create_user(
            "visitor", is_staff=self.is_staff, is_superuser=self.is_superuser
        )
        if self.role:
            user.groups.add(Group.objects.get(name=self.role))
        else:
            rows = Permission.objects.select_related("content_type")
            wanted = [
                row for row in rows if f"{row.content_type.app_label}.{row.codename}" in self.rights
            ]
            assert len(wanted) == len(self.rights)
            user.user_permissions.set(wanted)
        return user


KINDS: dict[str, Kind] = {
    **{role: Kind(frozenset(rights), role) for role, rights in ROLES.items()},
    "staff without a role": Kind(),
    "views PM": Kind(codes(PM, "view")),
    "views the EHR": Kind(codes(EHR, "view")),
    "does all in PM": Kind(codes(PM, *ALL)),
    "does all in the EHR": Kind(codes(EHR, *ALL)),
    "companies only": Kind(codes(PM[:1], *ALL)),
    "plans only": Kind(codes(PM[1:2], *ALL)),
    "PM patients without policies": Kind(codes(PM[2:3], *ALL)),
    "PM patients with policies": Kind(codes(PM[2:], *ALL)),
    "insurances only": Kind(codes(EHR[:1], *ALL)),
    "EHR patients only": Kind(codes(EHR[1:], *ALL)),
    "the log only": Kind(codes(OTHERS[:1], "view")),
    "users only": Kind(codes(OTHERS[1:2], *ALL)),
    "auditor": Kind(codes((*PM, *EHR, *OTHERS), "view")),
    "superuser": Kind(is_superuser=True),
    "no staff": Kind(codes((*PM, *EHR, *OTHERS), *ALL), is_staff=False),
    "anonymous": Kind(is_staff=False, is_anonymous=True),
}

Right = Callable[[Kind, str], bool]


def anyone(kind: Kind, label: str) -> bool:
    return True


def nobody(kind: Kind, label: str) -> bool:
    return False


def staff(kind: Kind, label: str) -> bool:
    return kind.is_staff


def see(kind: Kind, label: str) -> bool:
    return kind.may_see(label)


def to(action: str) -> Right:
    """Return the right to do `action` with records of the model that the page is about."""

    def right(kind: Kind, label: str) -> bool:
        return kind.may(action, label)

    return right


def see_all(*labels: str) -> Right:
    """Return the right of whoever may see the records of all these models."""

    def right(kind: Kind, label: str) -> bool:
        return all(kind.may_see(each) for each in labels)

    return right


def both(*rights: Right) -> Right:
    def right(kind: Kind, label: str) -> Any:
        return all(each(kind, label) for each in rights)

    return right
