"""Roles: Django's groups, and what their users may do, in words."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst, get_text_list

from kareo.pages.forms.fieldsets import Fieldset
from kareo.pages.forms.words import InOurWords
from kareo.pages.headings import Heading
from kareo.pages.scripts import OnlyUsedScripts
from kareo.records.registry import ABOUT_ROLES

# What a right is for, in the order in which it is said.
VERBS = {"view": "see", "add": "add", "change": "change", "delete": "delete"}

# One query for the rights of all roles of a page.
WITH_RIGHTS = Prefetch("permissions", Permission.objects.select_related("content_type"))

admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(InOurWords[Group], OnlyUsedScripts[Group], GroupAdmin):
    """Groups, which people call roles. Only a superuser changes what one may do."""

    names = ("role", "roles")
    heading = Heading("Role")
    list_display = ("name", "what_it_does")
    readonly_fields = ("what_it_does", "may")
    one_by_one: Fieldset = (
        "Rights, one by one",
        {"classes": ("collapse",), "fields": ("permissions",)},
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return bool(request.user.is_superuser)

    has_delete_permission = has_change_permission

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).prefetch_related(WITH_RIGHTS)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Call each a role, as Django doesn't here, and say beside it who loses it."""
        _lines, *others = super().get_deleted_objects(objs, request)
        told: list[Any] = []
        for role in objs:
            page = reverse("admin:auth_group_change", args=[role.pk])
            told += [format_html('Role: <a href="{}">{}</a>', page, role), *_who_loses(role)]
        return told, *others

    def get_fieldsets(self, request: HttpRequest, obj: Group | None = None) -> list[Fieldset]:
        if obj is None:
            return [(None, {"fields": ("name", "permissions")})]
        words = [name for name in self.readonly_fields if name == "may" or self.what_it_does(obj)]
        named: Fieldset = (None, {"fields": ("name", *words)})
        return [named, self.one_by_one] if request.user.is_superuser else [named]

    @admin.display(description="What it does")
    def what_it_does(self, role: Group) -> str:
        return capfirst(in_words(role))

    @admin.display(description="What its users may do")
    def may(self, role: Group) -> SafeString | str:
        """Say it of all kinds of records of which it is the same at once."""
        lines = format_html_join("", "<div>{}: {}.</div>", rights_in_words(self.admin_site, role))
        return lines or "Nothing yet."


def in_words(role: Group) -> str:
    """Return what users of `role` do; "" where its rights are others than the words are of.

    A role made anew under an old name has none at first.
    """
    rights = ((right.content_type.app_label, right.codename) for right in role.permissions.all())
    return _words_of(role.name, rights)


def told_roles() -> list[tuple[str, str]]:
    """Return the roles of which there are words, each with its own, in the order of these.

    Of rights there are hundreds, of which only the names are read.
    """
    rights: dict[str, list[tuple[str, str]]] = {}
    named = ("name", "permissions__content_type__app_label", "permissions__codename")
    for name, *right in Group.objects.filter(name__in=ABOUT_ROLES).values_list(*named):
        rights.setdefault(name, []).append((right[0], right[1]))
    said = ((name, _words_of(name, rights[name])) for name in ABOUT_ROLES if name in rights)
    return [(name, words) for name, words in said if words]


def _words_of(name: str, rights: Iterable[tuple[str, str]]) -> str:
    about = ABOUT_ROLES.get(name)
    are_his = about and about.rights == {f"{app}.{codename}" for app, codename in rights}
    return about.words if about and are_his else ""


def _who_loses(role: Group) -> list[list[str]]:
    names = list(role.user_set.order_by("username").values_list("username", flat=True))
    if not names:
        return []
    lose = "1 user loses" if len(names) == 1 else f"{len(names):,} users lose"
    return [[f"{lose} this role, and what it allows: {get_text_list(names, 'and')}."]]


def rights_in_words(site: admin.AdminSite, role: Group) -> list[tuple[str, str]]:
    """Return what users of `role` may do and of what: [("See and add", "roles, users"), …]."""
    held: dict[Any, set[str]] = {}
    for right in role.permissions.all():
        held.setdefault(right.content_type, set()).add(right.codename.partition("_")[0])
    kinds: dict[str, list[str]] = {}
    for content_type, verbs in sorted(held.items(), key=lambda each: -len(each[1])):
        if (model := content_type.model_class()) is None:
            continue  # of an app that is no longer there
        opts = site.get_model_admin(model).opts if site.is_registered(model) else model._meta
        said = [verb for action, verb in VERBS.items() if action in verbs]
        said += sorted(verbs - VERBS.keys())
        kinds.setdefault(get_text_list(said, "and"), []).append(str(opts.verbose_name_plural))
    return [(capfirst(said), ", ".join(names)) for said, names in kinds.items()]
