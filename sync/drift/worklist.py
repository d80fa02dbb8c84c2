"""The worklist: patients whose primary or secondary isn't the same in PM and in the EHR.

Nothing carries either over. PM's are the policies in force today; only active patients have any. A
patient is known by the chart number.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from pm.models import InsurancePlan, InsurancePolicy
from pm.models import Patient as PMPatient
from sync.models import SyncEvent

# The models whose view permission it takes.
SEES = (
    *("pm.Patient", "pm.InsurancePolicy", "pm.InsurancePlan", "pm.InsuranceCompany"),
    *("ehr.Patient", "ehr.Insurance"),
)
# Those for which the EHR has a field, by its name.
RANKS = {
    "primary_insurance": InsurancePolicy.Rank.PRIMARY,
    "secondary_insurance": InsurancePolicy.Rank.SECONDARY,
}


def pm_coverage() -> QuerySet[InsurancePolicy]:
    """Return the policies in force today of active patients: one of a rank at most."""
    return InsurancePolicy.objects.in_force_on(localdate()).filter(patient__is_active=True)


def differing_coverage(
    of_policies: Q | None = None, of_patients: Q | None = None
) -> QuerySet[Any, Any]:
    """Return a row for each patient whose primary or secondary differs, or is on one side only.

    Rows are dicts of the chart number, `chart`, and the names, by which they are sorted: PM's where
    the patient is there. Both conditions narrow it to some patients.
    """
    name = PMPatient.objects.filter(chart_number=OuterRef("chart_number")).values
    parts = []
    for insurance, rank in RANKS.items():
        in_pm = pm_coverage().filter(rank=rank)
        in_ehr = EHRPatient.objects.active().filter(**{f"{insurance}__isnull": False})
        agrees = in_ehr.filter(
            chart_number=OuterRef("patient__chart_number"),
            **{f"{insurance}__link__plan": OuterRef("plan")},
        )
        has_one = in_pm.filter(patient__chart_number=OuterRef("chart_number"))
        differing = in_pm.filter(~Exists(agrees), of_policies or Q())
        only_in_ehr = in_ehr.filter(~Exists(has_one), of_patients or Q())
        parts += [
            differing.order_by().values(
                chart=F("patient__chart_number"),
                last=F("patient__last_name"),
                first=F("patient__first_name"),
            ),
            only_in_ehr.order_by().values(
                chart=F("chart_number"),
                last=Coalesce(Subquery(name("last_name")), F("last_name")),
                first=Coalesce(Subquery(name("first_name")), F("first_name")),
            ),
        ]
    first, *others = parts
    return first.union(*others).order_by("last", "first", "chart")


def differing_coverage_of(
    charts: Collection[str], of_policies: Q | None = None, of_patients: Q | None = None
) -> QuerySet[Any, Any]:
    """Return those of the rows whose patients have these chart numbers."""
    return differing_coverage(
        Q(of_policies or Q(), patient__chart_number__in=charts),
        Q(of_patients or Q(), chart_number__in=charts),
    )


def touched_charts(events: Iterable[SyncEvent]) -> set[str]:
    """Return the chart numbers, old and new, of the patients that were touched in these events.

    A plan or insurance that a patient uses never loses its counterpart: what happens to those makes
    no secondary differ that didn't before.
    """
    charts: set[str] = set()
    keys: dict[str, set[int | None]] = defaultdict(set)
    for event in events:
        keys[event.source_model].add(event.source_id)
        keys[event.target_model].add(event.target_id)
        changes = event.source_changes
        charts.update(filter(None, changes.get("chart_number", ())))
        keys["pm.Patient"].update(
            patient["id"] for patient in changes.get("patient", ()) if patient
        )
    for model in (PMPatient, EHRPatient):
        if named := keys[model._meta.label]:
            charts.update(
                model._default_manager.filter(pk__in=named).values_list("chart_number", flat=True)
            )
    return charts


class Wrong(Enum):
    """What is wrong with a patient's primary or secondary."""

    DIFFERS = auto()
    ONLY_IN_PM = auto()
    ONLY_IN_EHR = auto()
    INACTIVE_IN_PM = auto()
    INACTIVE_IN_EHR = auto()
    NOT_IN_PM = auto()
    NOT_IN_EHR = auto()


@dataclass(frozen=True, slots=True)
class Difference:
    """What is wrong with one rank, and what each side has of it, None where nothing.

    `coming` is PM's next policy, which doesn't count yet.
    """

    rank: InsurancePolicy.Rank
    wrong: Wrong
    policy: InsurancePolicy | None
    insurance: Insurance | None
    coming: InsurancePolicy | None = None

    @property
    def orphan(self) -> InsurancePlan | Insurance | None:
        """Return what can't be entered in the other list, as nothing stands for it there."""
        if self.wrong in (Wrong.INACTIVE_IN_PM, Wrong.INACTIVE_IN_EHR):
            return None
        plan = self.policy.plan if self.policy else None
        held = (each for each in (plan, self.insurance) if each)
        return next((each for each in held if not hasattr(each, "link")), None)

    @property
    def is_to_come(self) -> bool:
        """Return whether PM has what the EHR has, but begins it later."""
        link = getattr(self.insurance, "link", None)
        return self.coming is not None and link is not None and link.plan_id == self.coming.plan_id


@dataclass(frozen=True, slots=True)
class Entry:
    """One patient of the worklist, on each side, None where not."""

    patient: PMPatient | EHRPatient
    in_pm: PMPatient | None
    in_ehr: EHRPatient | None
    differences: list[Difference] = field(default_factory=list)

    def compare(
        self,
        rank: InsurancePolicy.Rank,
        policy: InsurancePolicy | None,
        insurance: Any,
        coming: InsurancePolicy | None,
    ) -> None:
        """Note what is wrong with one rank, if anything is, as `differing_coverage` finds it."""
        counts = insurance if self.in_ehr and self.in_ehr.is_active else None
        if policy:
            link = getattr(counts, "link", None)
            if link and link.plan_id == policy.plan_id:
                return
            wrong = self._of_policy(counts)
        elif counts:
            wrong = self._of_insurance()
        else:
            return
        self.differences.append(Difference(rank, wrong, policy, insurance, coming))

    def _of_policy(self, insurance: Insurance | None) -> Wrong:
        if self.in_ehr is None:
            return Wrong.NOT_IN_EHR
        if not self.in_ehr.is_active:
            return Wrong.INACTIVE_IN_EHR
        return Wrong.DIFFERS if insurance else Wrong.ONLY_IN_PM

    def _of_insurance(self) -> Wrong:
        if self.in_pm is None:
            return Wrong.NOT_IN_PM
        return Wrong.ONLY_IN_EHR if self.in_pm.is_active else Wrong.INACTIVE_IN_PM


def entries(charts: Sequence[str]) -> list[Entry]:
    """Return the entries of these patients, in their order; a query for each kind of record.

    Those with whom nothing is wrong any more are left out.
    """
    today = localdate()
    policies: dict[tuple[str, str], InsurancePolicy] = {}
    coming: dict[tuple[str, str], InsurancePolicy] = {}
    for policy in (
        InsurancePolicy.objects.not_over_on(today)
        .filter(patient__is_active=True, patient__chart_number__in=charts)
        .select_related("patient", "plan__company", "plan__link__insurance")
        .order_by("effective_on")
    ):
        found_in = coming if policy.begins_after(today) else policies
        found_in.setdefault((policy.patient.chart_number, policy.rank), policy)
    in_pm = _by_chart_number(PMPatient.objects.all(), charts)
    links = [f"{insurance}__link__plan" for insurance in RANKS]
    in_ehr = _by_chart_number(EHRPatient.objects.select_related(*links), charts)
    found = []
    for chart in charts:
        here, there = in_pm.get(chart), in_ehr.get(chart)
        if patient := here or there:  # else it was deleted since it was found
            entry = Entry(patient, here, there)
            for insurance, rank in RANKS.items():
                held, key = getattr(there, insurance, None), (chart, rank)
                entry.compare(rank, policies.get(key), held, coming.get(key))
            found.append(entry)
    return [entry for entry in found if entry.differences]


def _by_chart_number(patients: QuerySet[Any], chart_numbers: Sequence[str]) -> dict[str, Any]:
    found = patients.filter(chart_number__in=chart_numbers).order_by()
    return {patient.chart_number: patient for patient in found}
