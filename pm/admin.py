"""PM's pages: companies, plans, and patients with their policies."""

from typing import Any

from django.contrib import admin

from kareo.admin import RecordAdmin, RecordInline
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy, Patient

ADDRESS = ("street_1", "street_2", ("city", "state", "zip_code"))


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
    autocomplete_fields = ("company",)
    fieldsets = (
        (None, {"fields": ("company", "name")}),
        ("Claims address", {"fields": ADDRESS}),
        ("Contact", {"fields": (("phone", "fax"), "contact_name")}),
        ("Notes", {"fields": ("notes", "is_active")}),
    )

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
    fieldsets = (
        (None, {"fields": ("chart_number", ("last_name", "first_name"), "date_of_birth")}),
        ("Status", {"fields": ("is_active",)}),
    )
    inlines = (InsurancePolicyInline,)
