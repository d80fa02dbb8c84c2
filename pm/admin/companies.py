"""PM's companies, each with its first plan when it is added."""

from collections.abc import Sequence
from copy import copy
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import model_ngettext
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from kareo.pages.admin import RecordAdmin, RecordInline
from kareo.pages.deleting import Deactivating, Way
from kareo.pages.forms.fieldsets import ADDRESS, NOTES, Fieldset
from kareo.pages.headings import Heading
from kareo.records import RecordQuerySet
from kareo.records.acting import may_see
from kareo.search.finding import MOST_FOUND, found_keys
from kareo.search.others import found_by_others
from pm.admin.plans import ADD_PLAN, CONTACT, next_plan
from pm.forms import CompanyForm, FirstPlanForm, FirstPlanFormSet
from pm.models import InsuranceCompany, InsurancePlan
from pm.querysets import InsuranceCompanyQuerySet

CONFIRMED = "confirmed"  # what the page that asks about an action sends
MOST_NAMED = 20  # companies there
ABOUT_THE_ADDRESS = "Optional, and never on claims. New EHR insurances are matched against it."
ADDRESS_AS_READ: Fieldset = (
    "Address",
    {"fields": (*ADDRESS, "read_as"), "description": ABOUT_THE_ADDRESS},
)
NAMES_AND_NOTES: Fieldset = (None, {"fields": ("other_names", *NOTES[1]["fields"])})


def _with_plans(fieldset: Fieldset) -> Fieldset:
    """Add, beside being active, whether a company's plans are deactivated with it."""
    title, options = fieldset
    fields = options["fields"]
    if "is_active" not in fields:
        return fieldset
    return title, {**options, "fields": (*fields, "plans_too")}


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
    heading = Heading("PM company", about="{0.told_apart}")
    deactivating = Deactivating(
        one="new EHR insurances don't match it any more. Its active plans stay offered unless they"
        " are deactivated with it",
        several="new EHR insurances don't match them any more. Their active plans stay offered"
        " unless they are deactivated with them",
        one_already="new EHR insurances don't match it. Its plans are offered unless they are"
        " inactive, too",
        all_already="new EHR insurances don't match them. Their plans are offered unless they are"
        " inactive, too",
    )
    of_activity = RecordAdmin.of_activity | {"plans_too"}
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
        NAMES_AND_NOTES,
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
        *others, (_no_title, options) = fieldsets
        return [*others, ("Other names and notes", {**options, "classes": ("collapse",)})]

    def keys_found(
        self, request: HttpRequest, queryset: QuerySet[InsuranceCompany], typed: str
    ) -> set[Any] | None:
        """Look among the plans where no company's own words have what is on a card: their box."""
        keys = super().keys_found(request, queryset, typed)
        if keys or keys is None or not may_see(request.user, InsurancePlan._meta.label):
            return keys
        plans = found_keys(InsurancePlan.objects.order_by(), typed, ("search_text",))
        found = set(queryset.filter(plans__in=plans or ()).values_list("pk", flat=True))
        if found:
            found_by_others(request)[self.model] = "plans"
            request.found_more = len(plans or ()) > MOST_FOUND  # type: ignore[attr-defined]  # read by the list
        return found

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
        """Say first what goes with the companies, and ask. An inactive one may still have plans."""
        offered = queryset.offered()
        if CONFIRMED not in request.POST and offered.exists():
            return self._ask_about_plans(request, offered)
        return self._set_active(request, queryset, False, ", plans included", plans_too=True)

    def to_set(self, active: bool, **along: bool) -> RecordQuerySet[InsuranceCompany]:
        return InsuranceCompany.objects.offered() if along else super().to_set(active)

    def _ask_about_plans(
        self, request: HttpRequest, companies: InsuranceCompanyQuerySet
    ) -> HttpResponse:
        count = companies.count()
        context = {
            **self.admin_site.each_context(request),
            "title": f"Deactivate {count:,} {model_ngettext(self.opts, count)}"
            f" and {'its' if count == 1 else 'their'} plans?",
            "opts": self.opts,
            "companies": companies,
            "named": companies[:MOST_NAMED],
            "more": max(count - MOST_NAMED, 0),
            "sent": [
                (name, value)
                for name in ("action", "select_across", "index", ACTION_CHECKBOX_NAME)
                for value in request.POST.getlist(name)
            ],
            "confirmed": CONFIRMED,
        }
        template = "admin/pm/insurancecompany/deactivate_with_plans.html"
        return TemplateResponse(request, template, context)

    def named(self, records: Sequence[InsuranceCompany] | QuerySet[InsuranceCompany]) -> list[str]:
        """Call those as pickers do whose name others have, too."""
        told = InsuranceCompany.objects.told_by((), [company.pk for company in records])
        shared = {key for key, (_company, shares_name) in told.items() if shares_name}
        return [each.picker_text if each.pk in shared else str(each) for each in records]

    def ways_instead(self, request: HttpRequest, records: Sequence[InsuranceCompany]) -> list[Way]:
        """Offer also to deactivate companies with their plans, where some of these are active."""
        ways, keys = super().ways_instead(request, records), [company.pk for company in records]
        active_plans = InsurancePlan.objects.active().filter(company__id__one_of=keys)
        if self.has_change_both_permission(request) and active_plans.exists():
            too = "with " if ways else ""  # else the companies are inactive already
            button = f"Deactivate {too}{'its' if len(keys) == 1 else 'their'} plans"
            ways.append(Way("deactivate_with_plans", button, keys))
        return ways

    def has_change_both_permission(self, request: HttpRequest) -> bool:
        may_change_plans = request.user.has_perm("pm.change_insuranceplan")
        return may_change_plans and self.has_change_permission(request)

    def get_inlines(
        self, request: HttpRequest, obj: InsuranceCompany | None
    ) -> tuple[type[FirstPlanInline], ...]:
        """Offer a first plan with a new company, except in the pop-up of a plan's page."""
        popup = IS_POPUP_VAR in request.GET or IS_POPUP_VAR in request.POST
        return () if obj or popup else (FirstPlanInline,)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: list[Any], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        request.has_first_plan = any(formset.new_objects for formset in formsets)  # type: ignore[attr-defined]  # read by message_user

    def message_user(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Say nothing of a company with its first plan: whoever follows both tells of both."""
        if not getattr(request, "has_first_plan", False):
            super().message_user(request, *args, **kwargs)

    def response_add(
        self, request: HttpRequest, obj: InsuranceCompany, post_url_continue: str | None = None
    ) -> HttpResponse:
        is_plan_next = self._is_plan_next(request, obj)
        response = super().response_add(request, self._told_apart(obj), post_url_continue)
        return next_plan(obj.pk, reverse(ADD_PLAN)) if is_plan_next else response

    def response_change(self, request: HttpRequest, obj: InsuranceCompany) -> HttpResponse:
        is_plan_next = self._is_plan_next(request, obj)
        response = super().response_change(request, self._told_apart(obj))
        return next_plan(obj.pk, reverse(ADD_PLAN)) if is_plan_next else response

    def _told_apart(self, company: InsuranceCompany) -> InsuranceCompany:
        """Return a copy that is called so that its name tells, for messages."""
        told = copy(company)
        [told.name] = self.named([company])
        return told

    def _is_plan_next(self, request: HttpRequest, company: InsuranceCompany) -> bool:
        """Whether a plan of the company is to be added, which isn't the other company of Django."""
        may_add = company.is_active and request.user.has_perm("pm.add_insuranceplan")
        if "_addanother" not in request.POST or not may_add:
            return False
        sent: Any = request.POST.copy()
        del sent["_addanother"]
        request.POST = sent  # for Django's message
        return True
