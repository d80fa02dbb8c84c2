"""The admin site: PM, EHR and Sync, in this order."""

import logging
from functools import cache, partial
from typing import Any, TypedDict

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView
from django.contrib.messages.views import SuccessMessageMixin
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, path, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.views.decorators.cache import cache_control

from kareo.pages.deleting import delete_selected
from kareo.pages.forms.pickers import PickerChoices
from kareo.pages.forms.words import in_our_words
from kareo.pages.sending.models import forget_old_pages
from kareo.pages.sending.once import once
from kareo.pages.sending.views import logged_in
from kareo.people.idle import who_is_here
from kareo.people.models import forget_old_events
from kareo.people.noting import refused
from kareo.people.passwords import NOT_HERE, of_demo
from kareo.people.words import LABELS, OwnPasswordForm
from kareo.records.refusals import or_tell

logger = logging.getLogger(__name__)

APP_ORDER = ("pm", "ehr", "sync")
OCCASIONAL = ("auth", "axes", "people")


class Listed(TypedDict):
    """A model, as the admin lists it."""

    model: type[Model]
    name: str
    object_name: str
    perms: dict[str, bool]
    admin_url: str | None
    add_url: str | None
    view_only: bool


class Area(TypedDict):
    """An app, as the admin lists it."""

    name: str
    app_label: str
    app_url: str
    models: list[Listed]


class LogInForm(AdminAuthenticationForm):
    error_messages = AdminAuthenticationForm.error_messages | {
        "invalid_login": "This user name and password don't let you in. Check both, and Caps Lock."
        " If they are right, ask your practice administrator whether you are still active."
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = LABELS["username"]
        # A wrong password is typed again; the user name stays.
        first = "password" if self.data.get("username") else "username"
        for name, field in self.fields.items():
            in_our_words(field)
            field.widget.attrs["autofocus"] = name == first

    def confirm_login_allowed(self, user: User) -> None:
        """Refuse who may not use these pages, or comes out of a demo; Django tells nobody of it."""
        try:
            super().confirm_login_allowed(user)
            known = self.cleaned_data["password"] == of_demo(user.get_username())
            if known and not settings.DEBUG:
                raise ValidationError(NOT_HERE, code="demo")
        except ValidationError:
            refused({"username": user.get_username()}, self.request)
            raise


class OwnPassword(SuccessMessageMixin[OwnPasswordForm], PasswordChangeView):  # type: ignore[misc]  # its types differ
    form_class = OwnPasswordForm
    success_url = reverse_lazy("admin:index")
    success_message = "Your password is changed. Log in with the new one from now on."
    title = "Change your password"


class KareoAdminSite(admin.AdminSite):
    login_form = LogInForm
    site_title = "Insurance sync"
    site_header = "Insurance sync"
    index_title = "Two insurance lists, and what one tells the other"
    site_url = None
    empty_value_display = SafeString('<span class="no-value">–</span>')
    enable_nav_sidebar = False  # it would take width from the lists

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.add_action(delete_selected)  # in place of Django's

    @method_decorator(cache_control(private=True, max_age=24 * 3600))
    def i18n_javascript(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Return the words of Django's scripts, which a browser may keep for a day."""
        return super().i18n_javascript(request, extra_context)

    def get_urls(self) -> list[Any]:
        return [
            path("who-is-here/", who_is_here, name="who_is_here"),
            path("logged-in/", self.admin_view(logged_in), name="logged_in"),
            *super().get_urls(),
        ]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Log in; where the database can't note that, say so."""
        try:
            with transaction.atomic():
                answer = super().login(request, extra_context)
        except DatabaseError as error:
            if request.method != "POST":
                raise
            logger.error("Nobody can log in: the database failed", exc_info=error)
            return render(request, "admin/login_failed.html", {"or_tell": or_tell()}, status=503)
        if request.user.is_authenticated and hasattr(request, "afterwards"):
            request.afterwards += [forget_old_pages, forget_old_events]
        return answer

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        context = self.each_context(request) | (extra_context or {})
        view: Any = OwnPassword.as_view(extra_context=context)
        return once(request, partial(view, request))

    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return redirect("admin:index")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        view: Any = PickerChoices.as_view(admin_site=self)
        return view(request)  # type: ignore[no-any-return]  # as Django types its own

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return what the user sees of each app, put together once for a page.

        Django would look up all their URLs anew each time.
        """
        if not hasattr(request, "areas"):
            request.areas = self._areas(request)  # type: ignore[attr-defined]  # ours
        areas: list[Area] = request.areas  # type: ignore[attr-defined]  # ours
        return [area for area in areas if app_label in (None, area["app_label"])]

    def _areas(self, request: HttpRequest) -> list[Area]:
        areas: dict[str, Area] = {}
        for model, model_admin in self._registry.items():
            if not model_admin.has_module_permission(request):
                continue
            perms = model_admin.get_model_perms(request)
            if any(perms.values()):
                label = model._meta.app_label
                area = areas.get(label) or areas.setdefault(label, _area(label))
                area["models"].append(_listed(model, model_admin, perms))
        for area in areas.values():
            area["models"].sort(key=lambda listed: str(listed["model"]._meta.verbose_name_plural))
        order = {label: position for position, label in enumerate((*APP_ORDER, *OCCASIONAL))}
        return sorted(areas.values(), key=lambda area: order.get(area["app_label"], len(order)))


def _area(label: str) -> Area:
    url = _url("admin:app_list", get_script_prefix(), label)
    name = str(apps.get_app_config(label).verbose_name)
    return {"name": name, "app_label": label, "app_url": url, "models": []}


def _listed(model: type[Model], model_admin: Any, perms: dict[str, bool]) -> Listed:
    opts, prefix = model._meta, get_script_prefix()
    page = f"admin:{opts.app_label}_{opts.model_name}"
    may_open = perms["change"] or perms["view"]
    return {
        "model": model,
        "name": capfirst(str(model_admin.opts.verbose_name_plural)),  # its pages may have their own
        "object_name": str(opts.object_name),
        "perms": perms,
        "admin_url": _url(f"{page}_changelist", prefix) if may_open else None,
        "add_url": _url(f"{page}_add", prefix) if perms["add"] else None,
        "view_only": not perms["change"],
    }


@cache
def _url(name: str, script_prefix: str, *args: str) -> str:
    return reverse(name, args=args)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say it on a page that has the bar with the lists, as any other."""
    return render(request, "403.html", admin.site.each_context(request), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", admin.site.each_context(request), status=404)
