"""Payers and their plans."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.db import models

from kareo.records import InsuranceEntry, Origin
from kareo.records.fields import (
    LONGEST_NAME,
    LineField,
    LinesField,
    NamesField,
    PayerIDField,
    PhoneField,
    StateField,
    ZipCodeField,
    normal_payer_id,
    one_spaced,
)
from kareo.records.searched import TrigramIndex, Within
from kareo.records.texts.names import name_key
from pm.querysets import InsuranceCompanyQuerySet, InsurancePlanQuerySet, OtherNameQuerySet

# A plan is also found by what else its company is called.
NamesField.register_lookup(Within)


def _behind_name(address: str, payer_id: str) -> str:
    return ", ".join(filter(None, [address, payer_id and f"payer ID {payer_id}"]))


def _telling_text(name: str, address: str, payer_id: str) -> str:
    about = _behind_name(address, payer_id)
    return f"{name} ({about})" if about else name


class InsuranceCompany(InsuranceEntry):
    """A payer. Its address is optional and never on claims; EHR adds are matched against it.

    Staff enter its `other_names`, a line each; a rename adds the name that it had.
    """

    home = Origin.PM
    searched_fields = (*InsuranceEntry.searched_fields, "payer_id", "other_names")
    carried_by_claims: ClassVar[Mapping[str, int]] = {"name": 60}

    # Not stored: whether a save that deactivates the company deactivates its active plans as well.
    plans_too = False
    # Nor this: whether its page, where it is new, has a first plan typed with it.
    has_plan_typed = False

    class Program(models.TextChoices):
        COMMERCIAL = "commercial", "Commercial"
        BLUE_CROSS = "blue_cross", "Blue Cross/Blue Shield"
        MEDICARE = "medicare", "Medicare"
        MEDICAID = "medicaid", "Medicaid"
        TRICARE = "tricare", "TRICARE"
        WORKERS_COMP = "workers_comp", "Workers' comp"
        AUTO = "auto", "Auto"
        OTHER = "other", "Other"

    name = LineField(max_length=LONGEST_NAME)
    other_names = NamesField(
        "other names",
        help_text="One a line: what cards and staff call it, such as UHC. When the company is"
        " renamed, its former name is added here. Never sent to the EHR.",
    )
    street_1 = LineField("street", max_length=100, blank=True)
    city = LineField(max_length=60, blank=True)
    state = StateField(blank=True)
    zip_code = ZipCodeField("ZIP", blank=True)
    program = models.CharField(max_length=20, choices=Program, default=Program.COMMERCIAL)
    payer_id = PayerIDField(
        "payer ID", max_length=20, blank=True, help_text="Electronic claims are sent to this ID."
    )
    phone = PhoneField()
    fax = PhoneField()
    contact_name = LineField(max_length=100, blank=True)
    notes = LinesField()

    objects: ClassVar[InsuranceCompanyQuerySet] = InsuranceCompanyQuerySet.as_manager()  # type: ignore[assignment]  # made of a queryset

    class Meta:
        verbose_name_plural = "insurance companies"
        ordering = ("name", "pk")
        indexes = [
            *InsuranceEntry.Meta.indexes,
            # the match of an EHR add, and its suggestions
            models.Index(fields=["address_key"], name="pm_company_by_address"),
            models.Index(fields=["near_key"], name="pm_company_by_building"),
            # import: a company is recognized by its name
            models.Index(fields=["name_key"], name="pm_company_by_name"),
            # the list, in each order
            models.Index(fields=["name", "id"], name="pm_company_listed"),
            models.Index(fields=["payer_id", "id"], name="pm_company_by_payer_id"),
            models.Index(fields=["zip_code", "id"], name="pm_company_by_zip"),
            # the list, narrowed
            models.Index(fields=["origin", "name", "id"], name="pm_company_by_origin"),
            models.Index(fields=["program", "name", "id"], name="pm_company_by_program"),
            models.Index(
                fields=["name", "id"],
                condition=models.Q(is_active=False),
                name="pm_company_inactive",
            ),
            TrigramIndex(fields=["search_text"], name="pm_company_by_words"),
            # those that billing has yet to complete
            models.Index(
                fields=["id"],
                condition=models.Q(is_active=True, origin=Origin.EHR, payer_id=""),
                name="pm_company_to_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def picker_text(self) -> str:
        """The name, the address and the payer ID: several companies may share the others."""
        return _telling_text(self.name, self.address, self.payer_id)

    @property
    def picker_facts(self) -> dict[str, str]:
        """What a plan may have from it, for the script of the plan's page."""
        return {"address": self.address, "phone": self.phone}

    @property
    def told_apart(self) -> str:
        """What pickers show behind the name, where another company has that, too; else ""."""
        has_namesake = type(self).objects.has_namesake(self)
        return _behind_name(self.address, self.payer_id) if has_namesake else ""

    @property
    def other_names_by_key(self) -> dict[str, str]:
        """The other names by what two spellings of one share, in their order."""
        names: dict[str, str] = {}
        for line in self.other_names.splitlines():
            if name := one_spaced(line):
                names.setdefault(name_key(name), name)
        return names

    def prepare(self) -> None:
        self.keep_former_name()
        super().prepare()

    def keep_former_name(self) -> None:
        """Add the name that this company is about to lose to its other names."""
        if self.before and self.before.name != self.name:
            self.other_names = f"{self.other_names}\n{self.before.name}"

    def derive(self) -> None:
        """Keep each other name once, and not its current name among them."""
        self.payer_id = normal_payer_id(self.payer_id)
        names = self.other_names_by_key
        names.pop(name_key(self.name), None)
        self.other_names = "\n".join(names.values())
        super().derive()

    def save_base(self, raw: bool = False, *args: Any, **kwargs: Any) -> None:
        super().save_base(raw, *args, **kwargs)
        if not raw:  # a fixture brings its own
            OtherName.objects.using(kwargs["using"]).follow([self])

    def _with_derived(self, update_fields: Iterable[str]) -> set[str]:
        """Let a rename write the name that it keeps, too."""
        names = super()._with_derived(update_fields)
        return names | {"other_names"} if "name" in names else names


class OtherName(models.Model):
    """An index of `InsuranceCompany.other_names`, which is what people enter and the log holds."""

    company = models.ForeignKey(InsuranceCompany, models.CASCADE, related_name="+", db_index=False)
    name = LineField(max_length=LONGEST_NAME)
    name_key = models.CharField(max_length=255)

    objects: ClassVar[OtherNameQuerySet] = OtherNameQuerySet.as_manager()  # type: ignore[assignment]  # made of a queryset

    class Meta:
        default_permissions = ()  # it comes and goes with its company
        constraints = [
            models.UniqueConstraint(fields=["company", "name_key"], name="pm_other_name_once")
        ]
        indexes = [models.Index(fields=["name_key", "company"], name="pm_other_name_by_key")]

    def __str__(self) -> str:
        return self.name


class InsurancePlan(InsuranceEntry):
    """A benefit plan of one company. Its address is the claims (remit-to) address."""

    home = Origin.PM
    read_along = ("company",)
    carried_by_claims: ClassVar[Mapping[str, int]] = {"street_1": 55, "street_2": 55}
    chosen_while_active = ("company",)

    # Without an index of its own: pm_plan_look_alikes begins with it.
    company = models.ForeignKey(
        InsuranceCompany, models.PROTECT, related_name="plans", db_index=False
    )
    name = LineField("plan name", max_length=150)
    phone = PhoneField()
    fax = PhoneField()
    contact_name = LineField(max_length=100, blank=True)
    notes = LinesField()

    objects: ClassVar[InsurancePlanQuerySet] = InsurancePlanQuerySet.as_manager()  # type: ignore[assignment]  # made of a queryset

    class Meta:
        ordering = ("name", "pk")
        indexes = [
            *InsuranceEntry.Meta.indexes,
            # a company's plans; look-alikes: the same plan entered twice
            # with all that finding the latter among all plans takes
            models.Index(
                fields=["company", "name_key", "near_key", "is_active", "id"],
                name="pm_plan_look_alikes",
            ),
            # the counterpart of an orphan
            models.Index(fields=["near_key"], name="pm_plan_by_building"),
            # the list, in its order and narrowed
            models.Index(fields=["name", "id"], name="pm_plan_listed"),
            models.Index(fields=["origin", "name", "id"], name="pm_plan_by_origin"),
            models.Index(
                fields=["name", "id"], condition=models.Q(is_active=False), name="pm_plan_inactive"
            ),
            TrigramIndex(fields=["search_text"], name="pm_plan_by_words"),
        ]

    def __str__(self) -> str:
        return f"{self.company} – {self.name} ({self.street_1}, {self.zip_code})"

    @property
    def of_company(self) -> str:
        """Whose it is, and that nobody is to be sent there any more: Aetna (inactive)."""
        return f"{self.company}{'' if self.company.is_active else ' (inactive)'}"

    @property
    def picker_text(self) -> str:
        """As that of a company, whose payer ID it has."""
        name = f"{self.company} – {self.name}"
        return _telling_text(name, self.address, self.company.payer_id)
