"""PM's plans."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from kareo.pages.admin import RecordAdmin
from kareo.pages.forms.fieldsets import ADDRESS, NOTES, Fieldset
from kareo.pages.forms.pickers import is_key
from kareo.pages.forms.records import RecordForm
from kareo.pages.headings import Heading
from kareo.pages.lists.long import ListFilter
from kareo.records.acting import may_see
from pm.forms import NewPlanForm
from pm.models import InsuranceCompany, InsurancePlan

CONTACT: Fieldset = ("Contact", {"fields": (("phone", "fax", "contact_name"),)})
ADD_PLAN = "admin:pm_insuranceplan_add"
# What a plan that is like another one begins with.
ALIKE = ("company", "name", *InsurancePlan.address_fields, "phone", "fax", "contact_name")


def next_plan(company: int, url: str) -> HttpResponse:
    """Add a plan under the company: a payer's plans are typed one after another."""
    path, _, query = url.partition("?")
    kept = QueryDict(query, mutable=True)
    kept["company"] = str(company)
    return redirect(f"{path}?{kept.urlencode()}")


class CompanyFilter(ListFilter):
    """The plans of the company whose page links here. It shows only then."""

    title = "company"
    parameter_name = "company__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if (key := self.value()) is None:
            return []
        company = InsuranceCompany.objects.filter(pk=key).first() if is_key(key) else None
        return [(key, company.picker_text if company else "One that isn't there")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        key = self.value()
        if key is None:
            return queryset
        if not is_key(key):
            raise IncorrectLookupParameters(f"{key!r} is no company")
        return queryset.filter(company=key)


@admin.register(InsurancePlan)
class InsurancePlanAdmin(RecordAdmin[InsurancePlan]):
    heading = Heading("PM plan", "{0.name}", "{0.of_company}")
    list_display = ("name", "company", "payer_id", "street", "place", "phone", "is_active")
    sortable_by = ("name",)
    list_filter = (CompanyFilter, "is_active", "origin")
    search_fields = (
        "search_text",
        "company__name",
        "company__name_key",
        "company__other_names",
        "company__payer_id",
    )
    search_help_text = "Search by plan, company, payer ID, PO box, street, city, ZIP, or phone."
    autocomplete_fields = ("company",)
    fieldsets = (
        (None, {"fields": ("company", "name")}),
        ("Claims address", {"fields": ADDRESS}),
        CONTACT,
        NOTES,
    )

    def get_form(
        self,
        request: HttpRequest,
        obj: InsurancePlan | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> type[RecordForm[InsurancePlan]]:
        kwargs.setdefault("form", self.form if change else NewPlanForm)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(
        self, request: HttpRequest, obj: InsurancePlan | None = None
    ) -> list[Fieldset]:
        names, (title, options), *others = super().get_fieldsets(request, obj)
        fields = options["fields"] if obj else ("same_address", *options["fields"])
        return [names, (title, {"fields": fields}), *others]

    def get_queryset(self, request: HttpRequest) -> QuerySet[InsurancePlan]:
        return super().get_queryset(request).select_related("company")

    @admin.display(description="Payer ID")
    def payer_id(self, plan: InsurancePlan) -> str:
        return plan.company.payer_id

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin a plan `?like=5` with what that one has, its notes aside."""
        key = request.GET.get("like", "")
        plan = self.get_object(request, key) if is_key(key) else None
        if plan and self.has_view_or_change_permission(request, plan):
            return model_to_dict(plan, ALIKE)
        return super().get_changeform_initial_data(request)

    def response_add(
        self, request: HttpRequest, obj: InsurancePlan, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._next(request, obj, super().response_add(request, obj, post_url_continue))

    def response_change(self, request: HttpRequest, obj: InsurancePlan) -> HttpResponse:
        is_moved = obj.before is not None and obj.before.company_id != obj.company_id
        request.is_moved = is_moved and may_see(request.user, InsuranceCompany._meta.label)  # type: ignore[attr-defined]  # read by message_user
        return self._next(request, obj, super().response_change(request, obj))

    def message_user(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Say nothing of a plan that moved: whoever follows that says where to."""
        if not getattr(request, "is_moved", False):
            super().message_user(request, *args, **kwargs)

    def _next(
        self, request: HttpRequest, plan: InsurancePlan, response: HttpResponse
    ) -> HttpResponse:
        """Keep the company where another plan is added."""
        url = getattr(response, "url", "") if "_addanother" in request.POST else ""
        return next_plan(plan.company_id, url) if url else response
