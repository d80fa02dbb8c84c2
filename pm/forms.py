"""PM's forms: a plan, whose claims address may be its company's, and a patient's policies."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.functional import cached_property

from kareo.pages.forms.pickers import is_key
from kareo.pages.forms.records import RecordForm, RecordFormSet
from kareo.records.asking.answers import Question
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy, Patient

ADDRESS = InsurancePlan.address_fields


FIRST_PLAN = "plans-0-name"  # the field of a company's page with its first plan's name


class CompanyForm(RecordForm[InsuranceCompany]):
    """A company, which may be deactivated with its active plans, or they after it: `plans_too`."""

    plans_too = forms.BooleanField(required=False, label="")

    class Meta:
        help_texts: ClassVar = {"read_as": "How this address is compared with others."}

    class Media:
        css: ClassVar = {"all": ["pm/plans.css"]}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plans_that_may_go = self._active_plans()
        field, count = self.fields["plans_too"], self.plans_that_may_go
        if count:
            plans, stay = ("plan", "it stays") if count == 1 else ("plans", "they stay")
            too = " as well" if self.instance.is_active else ""
            field.label = f"Deactivate its {count:,} active {plans}{too}"
            field.help_text = f"Left unchecked, {stay} offered."
        else:
            field.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.instance.has_plan_typed = bool(self.data.get(FIRST_PLAN, "").strip())
        self.instance.plans_too = bool(self.plans_that_may_go and data.get("plans_too"))
        return data

    def _active_plans(self) -> int:
        """Return how many plans the user may deactivate with this company, as it is stored."""
        company, user = self.instance, self.user
        if company._state.adding:
            return 0
        may = user and user.has_perm("pm.change_insuranceplan")
        return InsuranceCompany.objects.active_plans(company) if may else 0


class NewPlanForm(RecordForm[InsurancePlan]):
    """A new plan, which has its company's phone unless typed, and its address if `same_address`."""

    same_address = forms.BooleanField(
        required=False,
        label="Same as the company's address",
        # Going back, a browser would tick it again in an empty form.
        widget=forms.CheckboxInput(attrs={"autocomplete": "off"}),
    )

    without_address = "The company has no address. Type the plan's address."

    class Media:
        css: ClassVar = {"all": ["pm/plans.css"]}
        js = (forms.Script("pm/plans.js", defer=True),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].help_text = "Left empty, it is the company's."
        self.taken: dict[str, str] = {}
        self.typed_too = False
        self.phone_taken = self.is_begun() and not self.typed_in("phone")
        if self.typed_in("same_address"):
            self._take(self.of_company(*ADDRESS))

    def typed_fields(self) -> list[str]:
        """Leave out the address that is the company's."""
        return [name for name in super().typed_fields() if name not in self.taken]

    def typed_in(self, name: str) -> bool:
        return self.is_bound and bool(self.data.get(self.add_prefix(name), "").strip())

    def is_begun(self) -> bool:
        """Return whether there is a plan to have what its company has."""
        return self.is_bound

    def of_company(self, *names: str) -> dict[str, str]:
        """Return the fields `names` of the company that was chosen; {} where there is none."""
        company = self._chosen_company
        return {name: getattr(company, name) for name in names} if company else {}

    @cached_property
    def _chosen_company(self) -> InsuranceCompany | None:
        key = self.data.get(self.add_prefix("company"), "")
        return InsuranceCompany.objects.filter(pk=key).first() if is_key(key) else None

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.phone_taken and (company := data.get("company")):
            data["phone"] = company.phone
        if data.get("same_address") and (problem := self._address_problem(data)):
            self.add_error("same_address", problem)
        return data

    def _address_problem(self, data: dict[str, Any]) -> str:
        if self.typed_too:
            return "You also typed an address. Clear it or uncheck this box."
        if self.taken or data.get("street_1"):
            return ""
        if "company" in self.fields and not data.get("company"):
            return "Choose the company first, or type the plan's address."
        return self.without_address

    def full_clean(self) -> None:
        super().full_clean()
        if "same_address" in self.errors:  # which says all of what isn't typed
            for name in ADDRESS:
                if not self.typed_in(name):
                    self.errors.pop(name, None)
        if wrong := [name for name in self.taken if name in self.errors]:
            for name in wrong:
                del self.errors[name]  # nobody typed it there
            labels = ", ".join(str(self.fields[name].label) for name in wrong)
            self.add_error(
                "same_address",
                f"The company's address is incomplete or wrong: {labels}. Correct it there, or"
                " uncheck this box and type the plan's address.",
            )
        for name in self.taken:  # the page shows what was typed: the address may still change
            self.put(name, "")
        if self.phone_taken:
            self.errors.pop("phone", None)  # it shows beside the company's
            self.put("phone", "")

    def _take(self, address: dict[str, str]) -> None:
        typed = {name: self.data.get(self.add_prefix(name), "").strip() for name in ADDRESS}
        if any(typed.values()):
            self.typed_too = any(address.values()) and typed != address
        elif any(address.values()):
            self.taken = address
            for name, value in address.items():
                self.put(name, value)


class FirstPlanForm(NewPlanForm):
    """The first plan of a company that is added on the same page."""

    called: ClassVar = {
        field.name: f"the plan's {field.verbose_name}"
        for field in InsurancePlan._meta.fields
        if field.name in (*ADDRESS, "phone")
    } | {"name": "the plan's name"}
    without_address = "The company has no address: type it, or clear this box."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.phone_taken:
            self.put("phone", self.data.get("phone", ""))

    def is_begun(self) -> bool:
        """A company alone has no plan, so its phone begins none."""
        return any(self.typed_in(name) for name in ("name", "same_address", *ADDRESS))

    def of_company(self, *names: str) -> dict[str, str]:
        return {name: self.data.get(name, "").strip() for name in names}


class FirstPlanFormSet(RecordFormSet[InsurancePlan, InsuranceCompany]):
    """Reads a request without any row of a plan as one that adds no plan."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        prefix = kwargs.get("prefix") or self.get_default_prefix()
        if data is not None and f"{prefix}-TOTAL_FORMS" not in data:
            data = data.copy()
            data.update({f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"})
        super().__init__(data, *args, **kwargs)


INSURED = ("insured_last_name", "insured_first_name", "insured_date_of_birth")
# What makes that a patient has one plan twice.
COVERAGE = frozenset(InsurancePolicy.coverage_fields) - {"rank"}
SAME_RANK = (
    "This patient already has an active policy of this rank on these days: {policy}. Change the"
    " rank or the days of one, or clear its Active box."
)
TWICE = (
    "is {held}, and both are in force on the same days. Choose another plan or other dates, or save"
    " again to keep both."
)


class PolicyForm(RecordForm[InsurancePolicy]):
    """A policy, as a row of its patient's page. One that begins with a plan has the focus."""

    called: ClassVar = {"copay": "Copay"}

    class Meta:
        labels: ClassVar = {"copay": "Copay, $"}  # a reader's page has these, too

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and self.initial.get("plan") and not self.is_bound:
            self.fields["policy_number"].widget.attrs["autofocus"] = True
            if self.initial.get("effective_on"):
                self.fields["effective_on"].help_text = "The day after the last."
            if self.initial.get("ends_on"):
                self.fields["ends_on"].help_text = "The day before the next."

    def has_changed(self) -> bool:
        """A new row of which only the rank is set, which the page does by itself, is empty."""
        changed = set(self.changed_data)
        if self.instance._state.adding and self["rank"].data in InsurancePolicy.Rank.values:
            changed.discard("rank")
        return bool(changed)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        typed = [name for name in INSURED if name in self.changed_data and data.get(name)]
        if typed and data.get("relationship") == InsurancePolicy.Relationship.SELF:
            self.add_error(
                "relationship",
                "You typed who is insured, and Self means the patient. Choose what the patient is"
                " to that person, or clear the name and birth date.",
            )
        return data


def _is_held(row: Any) -> bool:
    """Return whether `row` is of a policy that the patient is to have, as far as it is right."""
    is_wrong = set(row.errors) - {NON_FIELD_ERRORS}
    is_deleted = row.cleaned_data.get(DELETION_FIELD_NAME)
    return not (is_wrong or is_deleted) and row.instance.plan_id is not None


def _held_twice(policy: InsurancePolicy, other: InsurancePolicy, *, is_typed: bool) -> Question:
    """Ask about a plan in two ranks. Where `other` is typed as well, the patient has neither."""
    rank = other.get_rank_display().lower()
    held = f"on this page as {rank} too" if is_typed else f"this patient's {rank} already"
    text = TWICE.format(held=held)
    return Question(f"twice:{policy.plan_id}:{other.rank}", text, policy.plan)


class PolicyFormSet(RecordFormSet[InsurancePolicy, Patient]):
    """The policies of a patient: they may trade their ranks and follow each other in one save."""

    def clean(self) -> None:
        """Refuse at each row that was typed the rank of another policy, and ask about its plan.

        Of one before, or of one left alone, in force at the same time. No lock is needed: who
        saves an older copy of the patient is refused.
        """
        super().clean()
        rows: list[Any] = [row for row in self.forms if _is_held(row)]
        typed = [row for row in rows if not {"rank", *COVERAGE}.isdisjoint(row.changed_data)]
        if not typed:
            return
        held = [row.instance for row in rows if row not in typed]
        typed_ones = [row.instance for row in typed]
        if self.instance.pk is not None:  # also those that were added after the page was made
            shown = [row.instance.pk for row in self.initial_forms]
            held += self.instance.policies.active().exclude(pk__in=shown)
        for row in typed:
            policy = row.instance
            if rival := next((other for other in held if policy.is_rival_of(other)), None):
                row.add_error("rank", SAME_RANK.format(policy=rival.policy_number or rival.plan))
            elif not COVERAGE.isdisjoint(row.changed_data):
                twins = [other for other in held if policy.covers_twice(other)]
                row.ask(_held_twice(policy, each, is_typed=each in typed_ones) for each in twins)
            held.append(policy)

    def save_existing_objects(self, commit: bool = True) -> list[InsurancePolicy]:
        if not commit:
            return super().save_existing_objects(commit)
        self.saved_forms: list[Any] = []
        changed = super().save_existing_objects(commit=False)
        for policy in self.deleted_objects:  # which makes room
            self.delete_existing(policy)
        InsurancePolicy.objects.save_together(changed)
        return changed
