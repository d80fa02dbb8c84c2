"""The sync log: read-only for everyone."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from sync.links import record_link
from sync.models import SyncEvent
from sync.rules import RULES
from sync.wording import change_in_words, effect, record_kind


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


@admin.register(SyncEvent)
class SyncEventAdmin(admin.ModelAdmin[SyncEvent]):
    list_display = ("when", "rule", "source", "effect", "actor")
    list_display_links = ("when",)
    list_per_page = 50
    list_filter = (RuleFilter, "outcome", "created_at", "actor")
    date_hierarchy = "created_at"
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
        link = record_link(event.source_model, event.source_id, event.source_text)
        return format_html("{}: {}", record_kind(event.source_model), link)

    @admin.display(description="Effect on the other list", ordering="outcome")
    def effect(self, event: SyncEvent) -> SafeString:
        return effect(event)

    @admin.display(description="Record there")
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
