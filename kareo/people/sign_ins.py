"""Who typed wrong passwords, and who of them is locked out."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Max, Model, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from kareo.pages.headings import Heading
from kareo.pages.html.rows import checkbox
from kareo.pages.scripts import OnlyUsedScripts

ATTEMPT: type[Model] = AccessAttempt  # of a library without types
LOCK_OUT: timedelta = settings.AXES_COOLOFF_TIME
TOO_MANY: int = settings.AXES_FAILURE_LIMIT


class Attempt(Protocol):
    """An access attempt, as the list below has it."""

    username: str | None
    ip_address: str | None
    failures_since_start: int
    attempt_time: datetime
    user_agent: str
    last_too_many: datetime | None


class LockedOutFilter(admin.SimpleListFilter):
    title = "locked out"
    parameter_name = "locked_out"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("now", "Now")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.exclude(last_too_many=None) if self.value() == "now" else queryset


@admin.register(ATTEMPT)
class AccessAttemptAdmin(OnlyUsedScripts[Model]):
    """Says who typed wrong passwords, where, and whether that locks them out now.

    django-axes has a row for each browser, and counts those of one user and IP address together.
    So to unlock one is to delete them all.
    """

    names = ("sign-in attempt", "sign-in attempts")
    heading = Heading("Sign-in attempt", "{0.username}")
    list_display = ("user_name", "from_address", "failures", "state", "last_tried")
    list_filter = (LockedOutFilter,)
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("username", "ip_address")
    search_help_text = "Search by user name or address."
    fields = readonly_fields = (*list_display, "browser")
    ordering = ("-pk",)
    actions = ("unlock",)

    def action_checkbox(self, attempt: Any) -> SafeString:
        """Return the box of a row, which a screen reader calls by user and address."""
        whose = attempt.username or "nobody"
        return checkbox(attempt, f"{whose} from {attempt.ip_address or 'no address'}")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def has_unlock_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("axes.delete_accessattempt")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        says = {
            "too_many": TOO_MANY,
            "minutes": LOCK_OUT // timedelta(minutes=1),
            "may_unlock": self.has_unlock_permission(request),
        }
        return super().changelist_view(request, says | (extra_context or {}))

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

    @admin.display(description="User name", ordering="username")
    def user_name(self, attempt: Attempt) -> str | None:
        return attempt.username

    @admin.display(description="From address", ordering="ip_address")
    def from_address(self, attempt: Attempt) -> str | None:
        return attempt.ip_address

    @admin.display(description="Failed sign-ins", ordering="failures_since_start")
    def failures(self, attempt: Attempt) -> int:
        return attempt.failures_since_start

    @admin.display(description="Last tried", ordering="attempt_time")
    def last_tried(self, attempt: Attempt) -> str:
        return date_format(localtime(attempt.attempt_time), "DATETIME_FORMAT")

    @admin.display(description="Browser")
    def browser(self, attempt: Attempt) -> str:
        return attempt.user_agent

    @admin.display(description="State")
    def state(self, attempt: Attempt) -> str:
        if attempt.last_too_many is None:
            return "May try again"
        # The minute after: whoever tries in this one may be locked out anew.
        until = attempt.last_too_many + LOCK_OUT + timedelta(minutes=1)
        return f"Locked out until {date_format(localtime(until), 'TIME_FORMAT')}"

    @admin.action(description="Unlock the selected users", permissions=["unlock"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        whose: list[tuple[str, str]] = list(queryset.values_list("username", "ip_address"))
        for username, ip_address in whose:
            ATTEMPT._default_manager.filter(username=username, ip_address=ip_address).delete()
        names = sorted({username or "–" for username, _ in whose})
        messages.success(request, f"Unlocked: {', '.join(names)}.")
