"""The sync log: read-only for everyone."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from kareo.admin import ListMixin
from kareo.pickers import is_key
from sync.links import record_link
from sync.list_filters import add_to_lists
from sync.models import SyncEvent
from sync.rules import RULES
from sync.wording import change_in_words, effect, source_in_words

add_to_lists()


class RuleFilter(admin.SimpleListFilter):
    title = "rule"
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((rule.id, rule.id) for rule in RULES), ("none", "(no rule)")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        return queryset.filter(rule="" if value == "none" else value)


class ActorFilter(admin.SimpleListFilter):
    title = "user"
    parameter_name = "actor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = get_user_model().objects.order_by("username").values_list("username", flat=True)
        return [*((name, name) for name in names), ("import_insurances", "import_insurances")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(actor=self.value()) if self.value() else queryset


class AboutFilter(admin.SimpleListFilter):
    """One record's history, as `pm.InsurancePlan:5`; shown only where it is asked for."""

    title = "record"
    parameter_name = "about"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        asked = request.GET.get(self.parameter_name)
        return [(asked, "this record")] if asked else []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        label, _, key = (self.value() or "").partition(":")
        if not label:
            return queryset
        return queryset.concerning(label, int(key)) if is_key(key) else queryset.none()


@admin.register(SyncEvent)
class SyncEventAdmin(ListMixin, admin.ModelAdmin[SyncEvent]):
    list_display = ("when", "rule", "source", "effect", "actor")
    list_display_links = ("when",)
    list_per_page = 50
    # Nothing that has to read the whole log, which an import makes long.
    list_filter = (AboutFilter, RuleFilter, "outcome", "created_at", ActorFilter)
    search_fields = ("source_text", "target_text", "note")
    search_help_text = "Search by the name of a record, on either side, or by a note."
    show_full_result_count = False
    actions = None
    fieldsets = (
        (None, {"fields": ("created_at", "actor", "rule", "outcome")}),
        ("What was done", {"fields": ("source", "own_changes")}),
        ("What that did", {"fields": ("target", "their_changes", "note", "batch")}),
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="When", ordering="pk")
    def when(self, event: SyncEvent) -> str:
        return f"{localtime(event.created_at):%Y-%m-%d %H:%M}"

    @admin.display(description="Record", ordering="source_text")
    def source(self, event: SyncEvent) -> SafeString:
        return source_in_words(event)

    @admin.display(description="Effect on the other list", ordering="outcome")
    def effect(self, event: SyncEvent) -> SafeString:
        return effect(event)

    @admin.display(description="Record concerned")
    def target(self, event: SyncEvent) -> SafeString:
        return record_link(event.target_model, event.target_id, event.target_text)

    @admin.display(description="Changes")
    def own_changes(self, event: SyncEvent) -> SafeString | str:
        return changes_list(event.source_model, event.source_changes)

    @admin.display(description="Changes there")
    def their_changes(self, event: SyncEvent) -> SafeString | str:
        return changes_list(event.target_model, event.changes)


def changes_list(model_label: str, changes: dict[str, list[Any]]) -> SafeString | str:
    lines = [(change_in_words(model_label, name, change),) for name, change in changes.items()]
    return format_html_join("", "<div>{}</div>", lines) if lines else "None"
