"""PM's pages: companies, plans, and patients with their policies."""

from copy import copy
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR, IncorrectLookupParameters
from django.db.models import QuerySet
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kareo.pages.admin import RecordAdmin, RecordInline
from kareo.pages.fieldsets import (
    ADDRESS,
    NOTES,
    PERSON,
    PERSON_COLUMNS,
    PERSON_HEADING,
    PERSONS_SORTED_BY,
    Fieldset,
)
from kareo.pages.forms import RecordForm
from kareo.pages.headings import Heading
from kareo.pages.insured import Has, Insured, InsuredAdmin
from kareo.pages.lists import ListFilter
from kareo.pages.pickers import is_key
from pm.forms import (
    CompanyForm,
    FirstPlanForm,
    FirstPlanFormSet,
    NewPlanForm,
    PolicyForm,
    PolicyFormSet,
)
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy, Patient
from pm.querysets import InsuranceCompanyQuerySet

ABOUT_THE_ADDRESS = "Optional, and never on claims. New EHR insurances are matched against it."
ADDRESS_AS_READ: Fieldset = (
    "Address",
    {"fields": (*ADDRESS, "read_as"), "description": ABOUT_THE_ADDRESS},
)
CONTACT: Fieldset = ("Contact", {"fields": (("phone", "fax", "contact_name"),)})
OTHER_NAMES: Fieldset = ("Other names", {"fields": ("other_names",)})
ADD_PLAN = "admin:pm_insuranceplan_add"
# What a plan that is like another one begins with.
ALIKE = ("company", "name", *InsurancePlan.address_fields, "phone", "fax", "contact_name")


def _with_plans(fieldset: Fieldset) -> Fieldset:
    """Add, beside being active, whether a company's plans are deactivated with it."""
    title, options = fieldset
    fields = options["fields"]
    if "is_active" not in fields:
        return fieldset
    return title, {**options, "fields": (*fields, "plans_too")}


def _told_apart(company: InsuranceCompany) -> InsuranceCompany:
    """Return a copy that is called as in pickers, for messages; itself where the name tells."""
    namesakes = InsuranceCompany.objects.named([company.name_key]).exclude(pk=company.pk)
    if not namesakes.exists():
        return company
    told = copy(company)
    told.name = told.picker_text
    return told


def _next_plan(company: int, url: str) -> HttpResponse:
    """Add a plan under the company: a payer's plans are typed one after another."""
    return redirect(f"{url}{'&' if '?' in url else '?'}company={company}")


class FirstPlanInline(RecordInline[InsurancePlan, InsuranceCompany]):
    """A company's first plan, added on the company's own page."""

    model = InsurancePlan
    form = FirstPlanForm
    formset = FirstPlanFormSet
    extra = max_num = 1
    can_delete = False
    verbose_name = "first plan (optional)"
    fields = ("name", "same_address", *ADDRESS, "phone")


@admin.register(InsuranceCompany)
class InsuranceCompanyAdmin(RecordAdmin[InsuranceCompany]):
    heading = Heading("PM company")
    form = CompanyForm
    list_display = ("name", "program", "payer_id", "street", "place", "is_active")
    sortable_by = ("name", "payer_id", "place")
    list_filter = ("is_active", "program", "origin")
    readonly_fields = [*RecordAdmin.readonly_fields, "read_as"]
    search_fields = ("search_text",)
    search_help_text = "Search by name, other name, payer ID, PO box, street, city, ZIP, or phone."
    fieldsets = (
        (None, {"fields": ("name", ("program", "payer_id"))}),
        ("Address", {"fields": ADDRESS, "description": ABOUT_THE_ADDRESS}),
        CONTACT,
        OTHER_NAMES,
        NOTES,
    )

    def get_fieldsets(
        self, request: HttpRequest, obj: InsuranceCompany | None = None
    ) -> list[Fieldset]:
        """Collapse other names and notes of a new company, so that its first plan is in view.

        A stored one's says how its address is read.
        """
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            fieldsets = [ADDRESS_AS_READ if each[0] == "Address" else each for each in fieldsets]
            may_change = self.has_change_permission(request, obj)
            return [_with_plans(each) for each in fieldsets] if may_change else fieldsets
        *others, other_names, notes = fieldsets
        collapsed: list[Fieldset] = [
            (title, {**options, "classes": ("collapse",)})
            for title, options in (other_names, notes)
        ]
        return [*others, *collapsed]

    @property
    def actions(self) -> Any:  # type: ignore[override]  # as that of all records
        deactivate, *others = super().actions
        return (deactivate, "deactivate_with_plans", *others)

    @admin.action(
        description="Deactivate selected %(verbose_name_plural)s and their plans",
        permissions=["change_both"],
    )
    def deactivate_with_plans(
        self, request: HttpRequest, queryset: InsuranceCompanyQuerySet
    ) -> HttpResponse | None:
        return self._set_active(request, queryset, False, plans_too=True)

    def has_change_both_permission(self, request: HttpRequest) -> bool:
        may_change_plans = request.user.has_perm("pm.change_insuranceplan")
        return may_change_plans and self.has_change_permission(request)

    def get_inlines(
        self, request: HttpRequest, obj: InsuranceCompany | None
    ) -> tuple[type[FirstPlanInline], ...]:
        """Offer a first plan with a new company, except in the pop-up of a plan's page."""
        popup = IS_POPUP_VAR in request.GET or IS_POPUP_VAR in request.POST
        return () if obj or popup else (FirstPlanInline,)

    def response_add(
        self, request: HttpRequest, obj: InsuranceCompany, post_url_continue: str | None = None
    ) -> HttpResponse:
        is_plan_next = self._is_plan_next(request, obj)
        response = super().response_add(request, _told_apart(obj), post_url_continue)
        return _next_plan(obj.pk, reverse(ADD_PLAN)) if is_plan_next else response

    def response_change(self, request: HttpRequest, obj: InsuranceCompany) -> HttpResponse:
        is_plan_next = self._is_plan_next(request, obj)
        response = super().response_change(request, _told_apart(obj))
        return _next_plan(obj.pk, reverse(ADD_PLAN)) if is_plan_next else response

    def _is_plan_next(self, request: HttpRequest, company: InsuranceCompany) -> bool:
        """Whether a plan of the company is to be added, which isn't the other company of Django."""
        may_add = company.is_active and request.user.has_perm("pm.add_insuranceplan")
        if "_addanother" not in request.POST or not may_add:
            return False
        sent: Any = request.POST.copy()
        del sent["_addanother"]
        request.POST = sent  # for Django's message
        return True


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
    heading = Heading("PM plan", "{0.name}", "{0.company}")
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
        return self._next(request, obj, super().response_change(request, obj))

    def _next(
        self, request: HttpRequest, plan: InsurancePlan, response: HttpResponse
    ) -> HttpResponse:
        """Keep the company where another plan is added."""
        url = getattr(response, "url", "") if "_addanother" in request.POST else ""
        return _next_plan(plan.company_id, url) if url else response


class InsurancePolicyInline(RecordInline[InsurancePolicy, Patient]):
    model = InsurancePolicy
    form = PolicyForm
    formset = PolicyFormSet
    autocomplete_fields = ("plan",)
    fields = (
        ("rank", "plan"),
        ("policy_number", "group_number"),
        "relationship",
        ("insured_last_name", "insured_first_name", "insured_date_of_birth"),
        ("effective_on", "ends_on", "copay"),
        "is_active",
    )

    class Media:
        js = ("pm/policies.js",)

    def get_extra(self, request: HttpRequest, obj: Patient | None = None, **kwargs: Any) -> int:
        """Open a row where there is none. The page's button opens others."""
        return 0 if obj and obj.policies.exists() else 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[InsurancePolicy]:
        return super().get_queryset(request).select_related("plan__company", "patient")


@admin.register(Patient)
class PatientAdmin(InsuredAdmin[Patient]):
    heading = Heading("PM patient", *PERSON_HEADING)
    insured = Insured(
        InsurancePlan,
        ("name", "name_key", "company__name", "company__name_key", "company__other_names"),
        (Has(InsurancePolicy.objects.active(), "plan", "patient"),),
        sees="pm.InsurancePolicy",
    )
    list_display = (*PERSON_COLUMNS, "is_active")
    sortable_by = PERSONS_SORTED_BY
    list_filter = ("is_active",)
    search_fields = ("search_text", "policies__policy_number")
    search_help_text = "Search by name, birth date, chart or policy number, or insurance."
    fieldsets = (PERSON, ("Status", {"fields": ("is_active",)}))
    inlines = (InsurancePolicyInline,)
