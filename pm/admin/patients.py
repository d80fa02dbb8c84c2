"""PM's patients with their policies."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from kareo.pages.admin import RecordInline
from kareo.pages.forms.fieldsets import PERSON, PERSON_COLUMNS, PERSON_HEADING, PERSONS_SORTED_BY
from kareo.pages.headings import Heading
from kareo.pages.lists.patients import InsuredAdmin
from kareo.records.acting import may_see
from kareo.search.insured import Has, Insured
from pm.begun import begun_policies
from pm.forms import PolicyForm, PolicyFormSet
from pm.models import InsurancePlan, InsurancePolicy, Patient

# What a company is known by: on a card, too.
CALLED = ("name", "name_key", "other_names", "payer_id")


class InsurancePolicyInline(RecordInline[InsurancePolicy, Patient]):
    model = InsurancePolicy
    verbose_name, verbose_name_plural = "policy", "insurance policies"
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
        css: ClassVar = {"all": ["pm/policies.css"]}
        js = ("pm/policies.js",)

    def get_extra(self, request: HttpRequest, obj: Patient | None = None, **kwargs: Any) -> int:
        """Open a row for each policy that the URL begins, and one where there is none.

        The page's button opens others.
        """
        begun = begun_policies(request.GET, obj.pk if obj else None)
        return len(begun) or (0 if obj and obj.policies.exists() else 1)

    def get_queryset(self, request: HttpRequest) -> QuerySet[InsurancePolicy]:
        return super().get_queryset(request).select_related("plan__company", "patient")


@admin.register(Patient)
class PatientAdmin(InsuredAdmin[Patient]):
    heading = Heading("PM patient", *PERSON_HEADING)
    insured = Insured(
        InsurancePlan,
        ("name", "name_key", *(f"company__{name}" for name in CALLED)),
        (Has(InsurancePolicy.objects.active(), "plan", "patient"),),
        sees="pm.InsurancePolicy",
    )
    list_display = (*PERSON_COLUMNS, "is_active")
    sortable_by = PERSONS_SORTED_BY
    list_filter = ("is_active",)
    search_fields = ("search_text", "policies__policy_number")
    search_help_text = "Search by name, birth date, chart or policy number, or insurance."
    fieldsets = (PERSON,)
    inlines = (InsurancePolicyInline,)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Whoever may not see policies finds nobody by their numbers."""
        own, *of_policies = super().get_search_fields(request)
        return (own, *of_policies) if may_see(request.user, self.insured.sees) else (own,)

    def get_formset_kwargs(self, request: HttpRequest, obj: Patient, *args: Any) -> dict[str, Any]:
        """Fill in the policies that the URL begins. What is sent differs from none."""
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, *args)
        if request.method == "POST":
            return kwargs
        return kwargs | {"initial": begun_policies(request.GET, obj.pk)}
