"""What stands at the head of a page: the record itself, or what a list has and how many."""

from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.contrib import messages
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst

from kareo.pages.forms.pickers import is_key
from kareo.pages.lists.long import COUNTED, Count, ListFilter
from kareo.pages.saying import SaysSaved
from kareo.pages.sending.once import SentOnce
from kareo.pages.stray import NoStrays
from kareo.records.registry import additions_to

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Heading:
    """How a record is headed: by `title`, and in small letters by `about` and its kind.

    Both are patterns of what a record has: "{0.name}", "{0.company}".
    """

    kind: str
    title: str = "{0}"
    about: str = ""

    def of(self, record: Model) -> tuple[str, str]:
        about = self.about.format(record)
        return self.title.format(record), " · ".join(filter(None, [about, self.kind]))


class HeadedAdmin(SaysSaved[M], NoStrays[M], SentOnce[M]):
    """Says on a page what it is of, where Django says what can be done with it."""

    heading: ClassVar[Heading | None] = None
    names: ClassVar[tuple[str, str] | None] = None  # of one record and of several, if not Django's

    def __init__(self, model: type[M], admin_site: AdminSite) -> None:
        super().__init__(model, admin_site)
        if self.names:
            # In the model's own, Django would see a change that asks for a migration.
            self.opts = copy(self.opts)
            self.opts.verbose_name, self.opts.verbose_name_plural = self.names

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        shown = super().get_changelist_instance(request)
        shown.opts = self.opts
        if not shown.is_popup:
            names = capfirst(self.opts.verbose_name_plural)
            of = [each.of for each in shown.filter_specs if isinstance(each, ListFilter)]
            named = " ".join(filter(None, [str(names), *of]))
            shown.title = f"{named} ({in_figures(shown.result_count)})"
        if not (shown.query or shown.has_active_filters):
            shown.full_result_count = shown.result_count  # it needn't stand beside the search, too
        return shown

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Lead to its list whoever looks for a record that isn't there, and say what is known."""
        known = (
            additions_to(self.model).deleted(request.user, int(object_id))
            if is_key(object_id)
            else ""
        )
        no_such = (
            f"There is no such {self.opts.verbose_name}: it was deleted, or the link is wrong."
        )
        messages.warning(request, known or no_such)
        may_see = self.has_view_or_change_permission(request)
        page = f"{self.opts.app_label}_{self.opts.model_name}_changelist" if may_see else "index"
        return redirect(f"admin:{page}")

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: M | None = None,
    ) -> HttpResponse:
        if obj:
            heading = self.heading or Heading(str(capfirst(self.opts.verbose_name)))
            context["title"], context["subtitle"] = heading.of(obj)
            # As stored: what was typed on a page that came back isn't saved.
            stored = context["adminform"].form.initial
            context["is_inactive"] = (
                stored.get("is_active", getattr(obj, "is_active", True)) is False
            )
        return super().render_change_form(request, context, add, change, form_url, obj)

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        [name] = self.named([context["object"]])
        stays = context["protected"] or context["perms_lacking"]
        context["title"] = f"{name} can't be deleted" if stays else f"Delete {name}?"
        return super().render_delete_form(request, context)

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Return the rows' sets, whose button calls them as a sentence does, without a capital."""
        shown: list[Any] = super().get_inline_formsets(*args, **kwargs)
        for each in shown:
            name = str(each.opts.verbose_name)
            data = each.inline_formset_data().replace(
                f"another {capfirst(name)}", f"another {name}"
            )
            each.inline_formset_data = data
        return shown


def in_figures(count: int) -> str:
    """Return how many a list has, as far as it counts them."""
    if isinstance(count, Count):
        return str(count)
    return f"{count:,}" if count <= COUNTED else f"more than {COUNTED:,}"
