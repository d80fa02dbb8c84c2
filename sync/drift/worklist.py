"""The worklist: patients whose secondary insurance isn't the same in PM and in the EHR.

Nothing carries a secondary over. PM's secondary is the one in force today; only active patients
have one. A patient is known by the chart number.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils.timezone import localdate

from ehr.models import Patient as EHRPatient
from pm.models import InsurancePolicy
from pm.models import Patient as PMPatient
from sync.models import SyncEvent

# The models whose view permission it takes.
SEES = (
    *("pm.Patient", "pm.InsurancePolicy", "pm.InsurancePlan", "pm.InsuranceCompany"),
    *("ehr.Patient", "ehr.Insurance"),
)
POLICY, EHR_PATIENT = 0, 1  # what the key of a row is the key of


def pm_secondaries() -> QuerySet[InsurancePolicy]:
    """Return the secondary policies in force today of active patients: one a patient at most."""
    policies = InsurancePolicy.objects.in_force_on(localdate())
    return policies.filter(rank=InsurancePolicy.Rank.SECONDARY, patient__is_active=True)


def ehr_secondaries() -> QuerySet[EHRPatient]:
    """Return the active patients of the EHR that have a secondary insurance there."""
    return EHRPatient.objects.active().filter(secondary_insurance__isnull=False)


def differing_secondaries(
    of_policies: Q | None = None, of_patients: Q | None = None
) -> QuerySet[Any, Any]:
    """Return a row for each patient whose secondary differs, or stands on one side only, by name.

    Rows are dicts of the chart number, the names, and `key` with `side`: of the policy where PM has
    a secondary, else of the patient in the EHR. Both conditions narrow it to some patients.
    """
    agrees = ehr_secondaries().filter(
        chart_number=OuterRef("patient__chart_number"),
        secondary_insurance__link__plan=OuterRef("plan"),
    )
    in_pm = pm_secondaries().filter(patient__chart_number=OuterRef("chart_number"))
    differing = pm_secondaries().filter(~Exists(agrees), of_policies or Q())
    only_in_ehr = ehr_secondaries().filter(~Exists(in_pm), of_patients or Q())
    # Columns in the order of the other half: a union goes by position.
    first = differing.order_by().values(
        key=F("pk"),
        side=Value(POLICY),
        chart=F("patient__chart_number"),
        last=F("patient__last_name"),
        first=F("patient__first_name"),
    )
    second = only_in_ehr.order_by().values(
        key=F("pk"),
        side=Value(EHR_PATIENT),
        chart=F("chart_number"),
        last=F("last_name"),
        first=F("first_name"),
    )
    return first.union(second, all=True).order_by("last", "first", "chart")


def differing_secondaries_of(
    charts: Collection[str], of_policies: Q | None = None, of_patients: Q | None = None
) -> QuerySet[Any, Any]:
    """Return those of the rows whose patients have these chart numbers."""
    return differing_secondaries(
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
    """What is wrong with a patient's secondary."""

    DIFFERS = auto()
    ONLY_IN_PM = auto()
    ONLY_IN_EHR = auto()
    INACTIVE_IN_PM = auto()
    INACTIVE_IN_EHR = auto()
    NOT_IN_PM = auto()
    NOT_IN_EHR = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """One patient of the worklist: the person and the secondary on each side, None where not."""

    patient: PMPatient | EHRPatient  # in PM, unless the EHR alone has one
    in_pm: PMPatient | None
    policy: InsurancePolicy | None
    in_ehr: EHRPatient | None

    @property
    def wrong(self) -> Wrong:
        if self.policy:
            if self.in_ehr is None:
                return Wrong.NOT_IN_EHR
            if not self.in_ehr.is_active:
                return Wrong.INACTIVE_IN_EHR
            return Wrong.DIFFERS if self.in_ehr.secondary_insurance else Wrong.ONLY_IN_PM
        if self.in_pm is None:
            return Wrong.NOT_IN_PM
        return Wrong.ONLY_IN_EHR if self.in_pm.is_active else Wrong.INACTIVE_IN_PM


def entries(rows: Sequence[dict[str, Any]]) -> list[Entry]:
    """Return the entries of these rows, in their order; a query for each kind of record."""
    charts = [row["chart"] for row in rows]
    policies = (
        InsurancePolicy.objects.filter(pk__in=[r["key"] for r in rows if r["side"] == POLICY])
        .select_related("patient", "plan__company")
        .in_bulk()
    )
    in_pm = _by_chart_number(PMPatient.objects.all(), charts)
    in_ehr = _by_chart_number(EHRPatient.objects.select_related("secondary_insurance"), charts)
    found = []
    for row in rows:
        policy = policies.get(row["key"]) if row["side"] == POLICY else None
        here, there = in_pm.get(row["chart"]), in_ehr.get(row["chart"])
        if patient := here or there:  # else it was deleted since the rows were read
            found.append(Entry(patient, here, policy, there))
    return found


def _by_chart_number(patients: QuerySet[Any], chart_numbers: Sequence[str]) -> dict[str, Any]:
    found = patients.filter(chart_number__in=chart_numbers)
    return {patient.chart_number: patient for patient in found}
