"""Who typed wrong passwords, and who of them is locked out."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import Protocol

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Max, Model, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from kareo.pages.scripts import OnlyUsedScripts
from kareo.pages.sending.once import SentOnce

ATTEMPT: type[Model] = AccessAttempt  # of a library without types
LOCK_OUT: timedelta = settings.AXES_COOLOFF_TIME
TOO_MANY: int = settings.AXES_FAILURE_LIMIT
NAME, NAMES = "sign-in attempt", "sign-in attempts"  # what its pages call it


class Attempt(Protocol):
    """An access attempt, as the list below has it."""

    last_too_many: datetime | None


class LockedOutFilter(admin.SimpleListFilter):
    title = "locked out"
    parameter_name = "locked_out"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("now", "Now")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.exclude(last_too_many=None) if self.value() == "now" else queryset


@admin.register(ATTEMPT)
class AccessAttemptAdmin(SentOnce[Model], OnlyUsedScripts[Model]):
    """Says who typed wrong passwords, where, and whether that locks them out now.

    django-axes has a row for each browser, and counts those of one user and IP address together.
    Deleting one deletes them all, and so lets the user in again.
    """

    list_display = ("username", "ip_address", "failures_since_start", "state", "attempt_time")
    list_filter = (LockedOutFilter,)
    search_fields = ("username", "ip_address")
    search_help_text = "Search by user name or IP address."
    fields = readonly_fields = (*list_display, "user_agent", "path_info")

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        # For the pages: in the model's own, Django would see a change that asks for a migration.
        self.opts = copy(self.opts)
        self.opts.verbose_name, self.opts.verbose_name_plural = NAME, NAMES

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    has_change_permission = has_add_permission

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changelist = super().get_changelist_instance(request)
        changelist.opts = self.opts
        return changelist

    def get_deleted_objects(
        self, objs: Sequence[Model] | QuerySet[Model], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        _named, _counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        named = [f"{attempt}" for attempt in objs]
        return named, {NAMES.capitalize(): len(named)}, perms_needed, protected

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        rows = ATTEMPT._default_manager.order_by()
        since = rows.filter(
            username=OuterRef("username"),
            ip_address=OuterRef("ip_address"),
            attempt_time__gte=OuterRef("attempt_time"),
        )
        failures = since.values("username").annotate(sum=Sum("failures_since_start")).values("sum")
        # The latest row with which, and with those after it, there are too many: once it is too
        # old to count, there aren't any more.
        too_many = rows.annotate(since=Subquery(failures)).filter(
            username=OuterRef("username"),
            ip_address=OuterRef("ip_address"),
            attempt_time__gte=timezone.now() - LOCK_OUT,
            since__gte=TOO_MANY,
        )
        last = too_many.values("username").annotate(last=Max("attempt_time")).values("last")
        found: QuerySet[Model] = (
            super().get_queryset(request).annotate(last_too_many=Subquery(last))
        )
        return found

    @admin.display(description="State")
    def state(self, attempt: Attempt) -> str:
        if attempt.last_too_many is None:
            return "May try again"
        # The minute after: whoever tries in this one may be locked out anew.
        until = attempt.last_too_many + LOCK_OUT + timedelta(minutes=1)
        return f"Locked out until {date_format(localtime(until), 'TIME_FORMAT')}"

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.delete_queryset(request, ATTEMPT._default_manager.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        whose: list[tuple[str, str]] = list(queryset.values_list("username", "ip_address"))
        for username, ip_address in whose:
            ATTEMPT._default_manager.filter(username=username, ip_address=ip_address).delete()
