"""What a page says of the record that it saved or deleted: one short sentence for all kinds."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any, ClassVar, TypeVar

from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from kareo.records.commits import whole

M = TypeVar("M", bound=Model)


class SaysSaved(ModelAdmin[M]):
    """Says it in words of ours where Django would say that something was done successfully."""

    # What a form may change where all that is done is to activate or deactivate.
    of_activity: ClassVar = frozenset({"is_active"})

    def named(self, records: Sequence[M] | QuerySet[M]) -> list[str]:
        """Return what a sentence calls each of `records`, told from others of its name."""
        return [str(record) for record in records]

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        changes = super().construct_change_message(request, form, formsets, add)
        request.is_as_it_was = not changes  # type: ignore[attr-defined]  # read by note_saved
        request.edited = () if add else form.changed_data  # type: ignore[attr-defined]  # read by who tells more of the save
        if not add and len(changes) == 1 and self._is_of_activity(form.changed_data):
            is_active = form.cleaned_data["is_active"]
            request.was_done = "activated" if is_active else "deactivated"  # type: ignore[attr-defined]  # read by note_saved
        return changes

    def response_add(
        self, request: HttpRequest, obj: M, post_url_continue: str | None = None
    ) -> HttpResponse:
        self.note_saved(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: M) -> HttpResponse:
        self.note_saved(request, obj)
        return super().response_change(request, obj)

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        self._note_deleted(request, [obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[M]) -> None:
        self._note_deleted(request, queryset)
        whole(partial(super().delete_queryset, request, queryset))

    def note_saved(self, request: HttpRequest, record: M) -> None:
        """Let the page that follows say of `record` that it was saved, or that nothing changed."""
        if getattr(request, "is_as_it_was", False):
            self._note(request, f"Nothing was changed in this {self._kind}.", messages.INFO)
            return
        named: SafeString | str = str(record)
        if self.has_view_or_change_permission(request, record):
            page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            named = format_html('<a href="{}">{}</a>', reverse(page, args=[record.pk]), record)
        done = getattr(request, "was_done", "saved")
        self._note(request, format_html("{} {} {}.", capfirst(self._kind), named, done))

    def message_user(
        self,
        request: HttpRequest,
        message: Any,
        level: int | str = messages.INFO,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        if level == messages.SUCCESS and hasattr(request, "saying"):
            level, message = request.saying
        super().message_user(request, message, level, *args, **kwargs)

    def _is_of_activity(self, changed: Collection[str]) -> bool:
        return "is_active" in changed and self.of_activity.issuperset(changed)

    def _note_deleted(self, request: HttpRequest, records: Sequence[M] | QuerySet[M]) -> None:
        """Let the page that follows say that `records`, which are still there, were deleted."""
        if len(records) == 1:
            [name] = self.named(records)
            self._note(request, format_html("{} {} deleted.", capfirst(self._kind), name))
        else:
            self._note(request, f"{len(records):,} {self.opts.verbose_name_plural} deleted.")

    def _note(self, request: HttpRequest, text: str, level: int = messages.SUCCESS) -> None:
        request.saying = level, text  # type: ignore[attr-defined]  # read by message_user

    @property
    def _kind(self) -> str:
        """What a sentence calls the record: plan, not insurance plan."""
        return str(self.opts.verbose_name).removeprefix("insurance ")
