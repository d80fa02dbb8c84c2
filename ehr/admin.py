"""The EHR's pages: the insurance list, and patients."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from ehr.forms import INSURANCES, PatientForm, begun_insurances
from ehr.models import Insurance, Patient
from kareo.pages.admin import RecordAdmin
from kareo.pages.forms.fieldsets import (
    ADDRESS,
    NOTES,
    PERSON,
    PERSON_COLUMNS,
    PERSON_HEADING,
    PERSONS_SORTED_BY,
)
from kareo.pages.headings import Heading
from kareo.pages.html.fields import on_hover
from kareo.pages.lists.patients import InsuredAdmin
from kareo.search.insured import Has, Insured


@admin.register(Insurance)
class InsuranceAdmin(RecordAdmin[Insurance]):
    heading = Heading("EHR insurance", "{0.plan_name}", "{0.company_name}")
    list_display = ("name", "place", "phone", "is_active")
    sortable_by = ("name",)
    list_filter = ("is_active", "origin")
    search_fields = ("search_text",)
    search_help_text = "Search by company, plan, PO box, street, city, ZIP, or phone."
    fieldsets = (
        (None, {"fields": ("company_name", "plan_name")}),
        ("Address", {"fields": ADDRESS}),
        ("Contact", {"fields": (("phone", "fax"),)}),
        NOTES,
    )


@admin.register(Patient)
class PatientAdmin(InsuredAdmin[Patient]):
    form = PatientForm
    heading = Heading("EHR patient", *PERSON_HEADING)
    insured = Insured(
        Insurance,
        ("company_name", "plan_name", "name_key"),
        tuple(Has(Patient.objects.all(), field, "pk") for field in INSURANCES),
        sees="ehr.Insurance",
    )
    list_display = (*PERSON_COLUMNS, "primary", "secondary", "is_active")
    sortable_by = PERSONS_SORTED_BY
    list_filter = ("is_active",)
    search_fields = ("search_text",)
    search_help_text = "Search by name, birth date, chart number, or insurance."
    autocomplete_fields = INSURANCES
    fieldsets = (PERSON, ("Insurance", {"fields": INSURANCES}))

    @admin.display(description="Primary insurance")
    def primary(self, patient: Patient) -> SafeString | None:
        return in_one_line(patient.primary_insurance)

    @admin.display(description="Secondary insurance")
    def secondary(self, patient: Patient) -> SafeString | None:
        return in_one_line(patient.secondary_insurance)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Patient]:
        return super().get_queryset(request).select_related(*INSURANCES)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[PatientForm]:
        """Fill in what the URL begins with. What is sent differs from what is stored."""
        form: type[PatientForm] = super().get_form(request, *args, **kwargs)  # type: ignore[assignment]  # made of our own
        form.begun = {} if request.method == "POST" else begun_insurances(request.GET)
        return form


def in_one_line(insurance: Insurance | None) -> SafeString | None:
    return on_hover(str(insurance), str(insurance)) if insurance else None
