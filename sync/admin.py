"""The sync log: read-only for everyone."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from kareo.pages.headings import Heading
from kareo.pages.html.fields import on_hover
from kareo.pages.lists.log_filters import WhenFilter
from kareo.pages.scripts import OnlyUsedScripts
from sync.models import SyncEvent
from sync.screens.log import sentences
from sync.screens.log.filters import (
    AboutFilter,
    ActorFilter,
    BatchFilter,
    OutcomeFilter,
    RuleFilter,
)
from sync.screens.log.pages import LogList
from sync.screens.log.search import found
from sync.screens.urls import record_link
from sync.screens.wording.events import effect, effect_in_text, rule_title
from sync.screens.wording.namesakes import tell_apart
from sync.screens.wording.records import changes_in_words


class DeedHeading(Heading):
    """An entry is headed by what was done: Added plan Aetna – Aetna HMO."""

    def of(self, record: Any) -> tuple[str, str]:
        return sentences.done_in_text(record), self.kind


@admin.register(SyncEvent)
class SyncEventAdmin(OnlyUsedScripts[SyncEvent]):
    heading = DeedHeading("Sync log entry")
    list_display = ("when", "who", "done_in_short", "effect_in_short")
    list_display_links = ("when",)
    sortable_by = ("when",)
    list_per_page = 50
    # Nothing that has to read the whole log, which an import makes long.
    list_filter = (
        AboutFilter,
        BatchFilter,
        ("created_at", WhenFilter),
        ActorFilter,
        RuleFilter,
        ("outcome", OutcomeFilter),
    )
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("pk",)  # or the page has no search
    search_help_text = (
        "Search by name, chart number, payer ID, street, ZIP or phone, or by an imported file."
    )
    actions = None
    fieldsets = (
        (None, {"fields": ("when", "who", "source", "own_changes")}),
        ("The other list", {"fields": ("rule_title", "effect", "target", "their_changes")}),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LogList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[SyncEvent], search_term: str
    ) -> tuple[QuerySet[SyncEvent], bool]:
        if not search_term.strip():
            return queryset, False
        keys, is_all = found(queryset, search_term, self.admin_site, request)
        request.found_all = is_all  # type: ignore[attr-defined]  # read by the list
        return queryset.filter(pk__in=keys), False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> SyncEvent | None:
        """Return an entry as it is shown, never written."""
        event = super().get_object(request, object_id, from_field)
        return tell_apart(request.user, [event])[0] if event else None

    def has_add_permission(self, request: HttpRequest, obj: SyncEvent | None = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    @admin.display(description="When", ordering="pk")
    def when(self, event: SyncEvent) -> SafeString:
        local = localtime(event.created_at)
        return on_hover(sentences.numbers(event, local), sentences.moment(event, local))

    @admin.display(description="Who")
    def who(self, event: SyncEvent) -> str:
        return event.actor or "–"

    @admin.display(description="What was done")
    def done_in_short(self, event: SyncEvent) -> SafeString:
        """What was done, with all of it on hover, however long the names are."""
        deed = sentences.deed_of(event)
        return on_hover(sentences.done_in_text(event, deed), sentences.done(event, deed))

    @admin.display(description="Record")
    def source(self, event: SyncEvent) -> SafeString:
        return sentences.source_link(event)

    @admin.display(description="Effect on the other list")
    def effect_in_short(self, event: SyncEvent) -> SafeString:
        """The line, with all that there is to say of it on hover."""
        title = " ".join(filter(None, [rule_title(event), effect_in_text(event)]))
        shown = sentences.effect_in_short(event)
        return on_hover(title, self.get_empty_value_display() if shown == "–" else shown)

    @admin.display(description="Rule")
    def rule_title(self, event: SyncEvent) -> str:
        return rule_title(event) or "–"

    @admin.display(description="Effect")
    def effect(self, event: SyncEvent) -> SafeString | str:
        return effect(event) or "–"

    @admin.display(description="Record there")
    def target(self, event: SyncEvent) -> SafeString:
        return record_link(event.target_model, event.target_id, event.target_text or "–")

    @admin.display(description="Changes")
    def own_changes(self, event: SyncEvent) -> SafeString | str:
        return changes_list(event.source_model, event.source_changes)

    @admin.display(description="Changes there")
    def their_changes(self, event: SyncEvent) -> SafeString | str:
        return changes_list(event.target_model, event.changes)


def changes_list(model_label: str, changes: dict[str, list[Any]]) -> SafeString | str:
    lines = [(line,) for line in changes_in_words(model_label, changes)] if changes else []
    return format_html_join("", "<div>{}</div>", lines) if lines else "None"
