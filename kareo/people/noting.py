"""Note who logged in or out, and what became of users and roles, whatever changed them.

Sets that send no signals (`QuerySet.update`) and SQL aren't seen. Nor is what `loaddata` writes
of users and roles themselves: it brings what was noted elsewhere.
"""

from typing import Any

from django.contrib.auth import signals
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.http import HttpRequest

from kareo.people.clients import client_ip
from kareo.people.models import LOCKED_OUT, AccessEvent, note

What = AccessEvent.What

FLAGS = ("is_active", "is_staff", "is_superuser")
WATCHED: dict[type[Model], tuple[str, ...]] = {
    User: ("username", "first_name", "last_name", "email", *FLAGS, "password"),
    Group: ("name",),
}
# What a new user is without anybody's doing.
NEW = {User: {"is_active": True, "is_staff": False, "is_superuser": False}, Group: {}}
# Of these several belong to one user or role: the field's name.
SEVERAL = {
    User.groups.through: "groups",
    User.user_permissions.through: "user_permissions",
    Group.permissions.through: "permissions",
}
# The role that a page gives a user whom it adds: an attribute of the user until it has it.
FIRST_ROLE = "_first_role"


def connect() -> None:
    signals.user_logged_in.connect(logged_in)
    signals.user_logged_out.connect(logged_out)
    signals.user_login_failed.connect(refused)
    for model in WATCHED:
        pre_save.connect(will_be_saved, model)
        post_save.connect(saved, model)
        pre_delete.connect(will_be_deleted, model)
    for through in SEVERAL:
        m2m_changed.connect(others_given_or_taken, through)


def logged_in(request: HttpRequest, user: User, **_: Any) -> None:
    note(What.LOGGED_IN, actor=user.get_username(), ip_address=client_ip(request))


def logged_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user:
        note(What.LOGGED_OUT, actor=user.get_username(), ip_address=client_ip(request))


def refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Note a log-in that failed, without what was typed unless it is a user's name.

    It may be a password.
    """
    typed = credentials.get("username")
    name = User.objects.filter(username=typed).values_list("username", flat=True).first()
    is_locked = getattr(request, "axes_locked_out", False)  # by django-axes, which knew it before
    changes = {LOCKED_OUT: [False, True]} if is_locked else {}
    address = client_ip(request) if request else ""
    note(What.REFUSED, actor=name or "", ip_address=address, changes=changes)


def will_be_saved(
    sender: type[Model], instance: Any, raw: bool, update_fields: Any, using: str, **_: Any
) -> None:
    """Keep what is stored, to compare with. When somebody logs in, nothing that counts is saved."""
    watched = WATCHED[sender]
    if raw or (update_fields is not None and not set(watched) & set(update_fields)):
        return
    stored = sender._default_manager.using(using).filter(pk=instance.pk).values(*watched)
    instance._was = (stored.first() if instance.pk else None) or NEW[sender]


def saved(sender: type[Model], instance: Any, created: bool, update_fields: Any, **_: Any) -> None:
    was = instance.__dict__.pop("_was", None)
    if was is None:
        return
    now = {name: getattr(instance, name) for name in was}
    changes = {name: [was[name], now[name]] for name in was if was[name] != now[name]}
    if changes.pop("password", None) and not _is_only_hashed_anew(instance, update_fields):
        changes["password"] = []
    if created and (role := getattr(instance, FIRST_ROLE, None)):
        changes["groups"] = [[], [str(role)]]
    if created or changes:
        note(What.ADDED if created else What.CHANGED, about=instance, changes=changes)


def _is_only_hashed_anew(user: Any, update_fields: Any) -> bool:
    """Return whether a log-in stored the same password by a newer way of hashing it."""
    return user._password is None and set(update_fields or ()) == {"password"}


def will_be_deleted(sender: type[Model], instance: Any, **_: Any) -> None:
    """Note what is deleted, while it is there: of a role also who had it."""
    had = names_of(User, instance.user_set.values("pk")) if sender is Group else []
    note(What.DELETED, about=instance, changes={"users": [had, []]} if had else {})


def others_given_or_taken(
    sender: Any,
    instance: Any,
    action: str,
    reverse: bool,
    model: type[Model],
    pk_set: Any,
    **_: Any,
) -> None:
    """Note the roles that a user, or the rights that a user or role was given, or lost."""
    if action == "pre_clear":
        mine = sender._default_manager.filter(**{f"{instance._meta.model_name}": instance})
        pk_set = set(mine.values_list(f"{model._meta.model_name}_id", flat=True))
    elif action not in ("post_add", "post_remove"):
        return
    if not pk_set:
        return
    first = instance.__dict__.pop(FIRST_ROLE, None)
    if first and action == "post_add" and pk_set == {first.pk}:
        return  # noted with the user
    if reverse:
        owners = list(model._default_manager.filter(pk__in=pk_set))
        names = names_of(type(instance), [instance.pk])
    else:
        owners, names = [instance], names_of(model, pk_set)
    changes = {SEVERAL[sender]: [[], names] if action == "post_add" else [names, []]}
    for owner in owners:
        note(What.CHANGED, about=owner, changes=changes)


def names_of(model: type[Model], keys: Any) -> list[str]:
    """Return what the users, roles or rights of these keys are called."""
    parts = {User: ["username"], Permission: ["content_type__app_label", "codename"]}
    rows = model._default_manager.filter(pk__in=keys).values_list(*parts.get(model, ["name"]))
    return sorted(".".join(row) for row in rows)
