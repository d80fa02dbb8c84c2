"""Which scripts a page loads: those that something on it uses, and no others."""

from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.contrib.admin.helpers import ActionForm
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from kareo.pages.headings import HeadedAdmin

M = TypeVar("M", bound=Model)

JQUERY = (
    f"admin/js/vendor/jquery/jquery{'' if settings.DEBUG else '.min'}.js",
    "admin/js/jquery.init.js",
)
DATES = "admin/js/calendar.js"
PICKERS = "admin/js/autocomplete.js"
PAIRS_OF_LISTS = "admin/js/SelectFilter2.js"
# What Django's widgets don't ask for themselves, as its admin loads it on every page.
POP_UPS = (*JQUERY, "admin/js/admin/RelatedObjectLookups.js")
NEEDED_BY = {DATES: ("admin/js/core.js",), PICKERS: POP_UPS, PAIRS_OF_LISTS: POP_UPS}


class ListActions(ActionForm):
    class Media:
        js = ("admin/js/actions.js",)


class OnlyUsedScripts(HeadedAdmin[M]):
    """Leaves out what Django's admin loads for fields and actions that a page doesn't have."""

    action_form = ListActions

    @property
    def media(self) -> forms.Media:
        return forms.Media()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        used: Any = context["media"]
        needed = {each: 0 for script in used._js for each in NEEDED_BY.get(script, ())}
        context["media"] = forms.Media(js=list(needed)) + used
        # They translate what they say, and their boxes need names.
        context["has_scripted_widgets"] = bool(needed)
        return super().render_change_form(request, context, *args, **kwargs)
