"""PM's pages: companies, plans, and patients with their policies."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR

from kareo.pages.admin import RecordAdmin, RecordInline
from pm.forms import FirstPlanForm, FirstPlanFormSet, NewPlanForm
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy, Patient

ADDRESS = ("street_1", "street_2", ("city", "state", "zip_code"))
CLAIMS_ADDRESS = ("same_address", *ADDRESS)


class FirstPlanInline(RecordInline):
    """A company's first plan, added on the company's own page."""

    model = InsurancePlan
    form = FirstPlanForm
    formset = FirstPlanFormSet
    extra = max_num = 1
    can_delete = False
    verbose_name = "its first plan (may be left empty)"
    fieldsets = ((None, {"fields": ("name", *CLAIMS_ADDRESS)}),)

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, absolute_max=self.max_num, **kwargs)


@admin.register(InsuranceCompany)
class InsuranceCompanyAdmin(RecordAdmin):
    list_display = (
        "name",
        "program",
        "payer_id",
        "street",
        "place",
        "is_active",
    )
    list_filter = ("is_active", "program", "origin")
    search_fields = ("name", "payer_id", "street_1", "street_2", "city", "zip_code", "phone")
    search_help_text = (
        "Search by what is on the card: name, payer ID, box or street number, city, ZIP or phone."
    )
    fieldsets = (
        (None, {"fields": ("name", ("program", "payer_id"))}),
        (
            "Address",
            {
                "fields": ADDRESS,
                "description": "Optional and never on claims. Insurances added in the EHR are"
                " matched against it.",
            },
        ),
        ("Contact", {"fields": (("phone", "fax"), "contact_name")}),
        ("Notes", {"fields": ("notes", "is_active")}),
    )

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Fold the notes on a new company's page, so that its first plan comes into view."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            return fieldsets
        *others, (name, options) = fieldsets
        return [*others, (name, {**options, "classes": ("collapse",)})]

    def get_inlines(self, request: Any, obj: Any) -> Any:
        """Offer the first plan with a new company, except in the pop-up of a plan's own page."""
        popup = IS_POPUP_VAR in request.GET or IS_POPUP_VAR in request.POST
        return () if obj or popup else (FirstPlanInline,)


@admin.register(InsurancePlan)
class InsurancePlanAdmin(RecordAdmin):
    list_display = (
        "name",
        "company",
        "street",
        "place",
        "phone",
        "is_active",
    )
    list_filter = ("is_active", "origin")
    list_select_related = ("company",)
    search_fields = (
        "name",
        "company__name",
        "company__payer_id",
        "street_1",
        "street_2",
        "city",
        "zip_code",
        "phone",
    )
    search_help_text = (
        "Search by what is on the card: plan, company, payer ID, box or street number, city, ZIP or"
        " phone."
    )
    autocomplete_fields = ("company",)
    fieldsets = (
        (None, {"fields": ("company", "name")}),
        ("Claims address", {"fields": ADDRESS}),
        ("Contact", {"fields": (("phone", "fax"), "contact_name")}),
        ("Notes", {"fields": ("notes", "is_active")}),
    )

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = self.form if change else NewPlanForm
        return super().get_form(request, obj, change=change, **{"form": form, **kwargs})

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        names, _claims, *others = super().get_fieldsets(request, obj)
        address = ADDRESS if obj else CLAIMS_ADDRESS
        return [names, ("Claims address", {"fields": address}), *others]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("company")


class InsurancePolicyInline(RecordInline):
    model = InsurancePolicy
    autocomplete_fields = ("plan",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("rank", "plan"),
                    ("policy_number", "group_number"),
                    "relationship",
                    ("insured_last_name", "insured_first_name", "insured_date_of_birth"),
                    ("effective_on", "ends_on", "copay"),
                    "is_active",
                )
            },
        ),
    )

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("plan__company", "patient")


@admin.register(Patient)
class PatientAdmin(RecordAdmin):
    list_display = ("last_name", "first_name", "chart_number", "date_of_birth", "is_active")
    list_filter = ("is_active",)
    search_fields = ("last_name", "first_name", "chart_number", "policies__policy_number")
    search_help_text = "Search by name, chart number or policy number."
    fieldsets = (
        (None, {"fields": ("chart_number", ("last_name", "first_name"), "date_of_birth")}),
        ("Status", {"fields": ("is_active",)}),
    )
    inlines = (InsurancePolicyInline,)
