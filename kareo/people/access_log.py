"""The access log: read-only for everyone."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime

from kareo.pages.headings import Heading
from kareo.pages.lists.log_filters import WhenFilter, WhoFilter
from kareo.pages.scripts import OnlyUsedScripts
from kareo.people.models import LOCKED_OUT, AccessEvent

KINDS = {"auth.User": "user", "auth.Group": "role"}
FIELDS = {
    "username": "user name",
    "groups": "role",
    "user_permissions": "rights beside the role",
    "permissions": "rights",
}
# What it comes to where it is taken away, and where it is given.
FLAGS = {
    "is_active": ("deactivated", "activated"),
    "is_staff": ("may not log in", "may log in"),
    "is_superuser": ("no superuser any more", "superuser"),
}


def in_words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "–"
    return str(value) or "–"


def change_in_words(field: str, change: list[Any]) -> str:
    if field == LOCKED_OUT:
        return "locked out after too many wrong passwords"
    name = FIELDS.get(field, field.replace("_", " "))
    if not change:
        return f"{name} set anew"
    before, after = change
    if field in FLAGS:
        return FLAGS[field][after]
    if not isinstance(before, list):
        return f"{name} {in_words(before)} → {in_words(after)}"
    given = f"{name} given: {in_words(after)}" if after else ""
    taken = f"{name} taken: {in_words(before)}" if before else ""
    return " · ".join(filter(None, [given, taken]))


@admin.register(AccessEvent)
class AccessEventAdmin(OnlyUsedScripts[AccessEvent]):
    heading = Heading("Access log entry", "{0}")
    list_display = ("when", "who", "done", "ip_address")
    sortable_by = ("when",)
    list_filter = (("created_at", WhenFilter), WhoFilter, "what")
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("actor", "about_text", "ip_address")
    search_help_text = "Search by user, role or address."
    actions = None
    fields = ("when", "who", "done", "ip_address")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    @admin.display(description="When", ordering="pk")
    def when(self, event: AccessEvent) -> str:
        return date_format(localtime(event.created_at), "DATETIME_FORMAT")

    @admin.display(description="Who")
    def who(self, event: AccessEvent) -> str:
        return event.actor or "–"

    @admin.display(description="What was done")
    def done(self, event: AccessEvent) -> str:
        about = [KINDS.get(event.about_model, ""), event.about_text]
        done = " ".join(filter(None, [event.get_what_display(), *about]))
        changes = "; ".join(change_in_words(*change) for change in sorted(event.changes.items()))
        return f"{done}: {changes}" if changes else done
