"""PM's pages: companies, plans, and patients with their policies."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import QuerySet
from django.http import HttpRequest

from kareo.pages.admin import RecordAdmin, RecordInline
from kareo.pages.fieldsets import (
    ADDRESS,
    NOTES,
    PERSON,
    PERSON_COLUMNS,
    PERSONS_SORTED_BY,
    Fieldset,
)
from kareo.pages.forms import RecordForm, RecordFormSet
from kareo.pages.inputs import TypedLines
from kareo.records.fields import NamesField
from pm.forms import FirstPlanForm, FirstPlanFormSet, NewPlanForm, PolicyForm, PolicyFormSet
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy, Patient

ABOUT_THE_ADDRESS = "Optional, and never on claims. New EHR insurances are matched against it."
ADDRESS_AS_READ: Fieldset = (
    "Address",
    {"fields": (*ADDRESS, "read_as"), "description": ABOUT_THE_ADDRESS},
)
CONTACT: Fieldset = ("Contact", {"fields": (("phone", "fax"), "contact_name")})
OTHER_NAMES: Fieldset = ("Other names", {"fields": ("other_names",)})


class FirstPlanInline(RecordInline[InsurancePlan, InsuranceCompany]):
    """A company's first plan, added on the company's own page."""

    model = InsurancePlan
    form = FirstPlanForm
    formset = FirstPlanFormSet
    extra = max_num = 1
    can_delete = False
    verbose_name = "first plan (optional)"
    fields = ("name", "same_address", *ADDRESS)

    def get_formset(
        self, request: HttpRequest, obj: InsuranceCompany | None = None, **kwargs: Any
    ) -> type[RecordFormSet[InsurancePlan, InsuranceCompany]]:
        return super().get_formset(request, obj, absolute_max=self.max_num, **kwargs)


@admin.register(InsuranceCompany)
class InsuranceCompanyAdmin(RecordAdmin[InsuranceCompany]):
    list_display = ("name", "program", "payer_id", "street", "place", "is_active")
    sortable_by = ("name", "payer_id", "place")
    list_filter = ("is_active", "program", "origin")
    readonly_fields = [*RecordAdmin.readonly_fields, "read_as"]
    formfield_overrides: ClassVar = {
        **RecordAdmin.formfield_overrides,
        NamesField: {"form_class": TypedLines, "widget": AdminTextareaWidget({"rows": 3})},
    }
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
            return [ADDRESS_AS_READ if each[0] == "Address" else each for each in fieldsets]
        *others, other_names, notes = fieldsets
        collapsed: list[Fieldset] = [
            (title, {**options, "classes": ("collapse",)})
            for title, options in (other_names, notes)
        ]
        return [*others, *collapsed]

    def get_inlines(
        self, request: HttpRequest, obj: InsuranceCompany | None
    ) -> tuple[type[FirstPlanInline], ...]:
        """Offer a first plan with a new company, except in the pop-up of a plan's page."""
        popup = IS_POPUP_VAR in request.GET or IS_POPUP_VAR in request.POST
        return () if obj or popup else (FirstPlanInline,)


@admin.register(InsurancePlan)
class InsurancePlanAdmin(RecordAdmin[InsurancePlan]):
    list_display = ("name", "company", "street", "place", "phone", "is_active")
    sortable_by = ("name",)
    list_filter = ("is_active", "origin")
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
class PatientAdmin(RecordAdmin[Patient]):
    list_display = (*PERSON_COLUMNS, "is_active")
    sortable_by = PERSONS_SORTED_BY
    list_filter = ("is_active",)
    search_fields = ("search_text", "policies__policy_number")
    search_help_text = "Search by name, birth date, chart number, or policy number."
    fieldsets = (PERSON, ("Status", {"fields": ("is_active",)}))
    inlines = (InsurancePolicyInline,)
