"""The EHR's pages: the insurance list, and patients."""

from typing import Any

from django.contrib import admin

from ehr.models import Insurance, Patient
from kareo.pages.admin import RecordAdmin


@admin.register(Insurance)
class InsuranceAdmin(RecordAdmin):
    list_display = ("name", "place", "phone", "is_active")
    list_filter = ("is_active", "origin")
    search_fields = ("name", "city", "phone")
    search_help_text = (
        "Search by what is on the card: company, plan, box or street number, city, ZIP or phone."
    )
    fieldsets = (
        (None, {"fields": ("company_name", "plan_name")}),
        ("Address", {"fields": ("street_1", "street_2", ("city", "state", "zip_code"))}),
        ("Contact", {"fields": (("phone", "fax"),)}),
        ("Notes", {"fields": ("notes", "is_active")}),
    )


@admin.register(Patient)
class PatientAdmin(RecordAdmin):
    list_display = (
        "last_name",
        "first_name",
        "chart_number",
        "date_of_birth",
        "primary_insurance",
        "secondary_insurance",
        "is_active",
    )
    list_filter = ("is_active",)
    list_select_related = ("primary_insurance", "secondary_insurance")
    search_fields = ("last_name", "first_name", "chart_number")
    search_help_text = "Search by name or chart number."
    autocomplete_fields = ("primary_insurance", "secondary_insurance")
    fieldsets = (
        (None, {"fields": ("chart_number", ("last_name", "first_name"), "date_of_birth")}),
        ("Insurance", {"fields": ("primary_insurance", "secondary_insurance")}),
        ("Status", {"fields": ("is_active",)}),
    )

    def get_queryset(self, request: Any) -> Any:
        related = ("primary_insurance", "secondary_insurance")
        return super().get_queryset(request).select_related(*related)
