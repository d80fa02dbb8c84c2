"""What the log says of the findings is what a search finds, whatever was done."""

import datetime
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records import Refused
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from pm.models import Patient as PMPatient
from sync.drift import findings
from sync.models import InsuranceLink, SyncEvent
from sync.pairs.sides import EHR, PM
from sync.propagation import dismiss, link_orphans
from tests.factories import (
    CompanyFactory,
    EHRPatientFactory,
    InsuranceFactory,
    PlanFactory,
    PMPatientFactory,
    PolicyFactory,
)

pytestmark = pytest.mark.django_db

FOLLOWED = [finding for finding in findings.FINDINGS if finding.touched]
MAKERS: dict[Any, Any] = {
    InsuranceCompany: CompanyFactory,
    InsurancePlan: PlanFactory,
    Insurance: InsuranceFactory,
    PMPatient: PMPatientFactory,
    EHRPatient: EHRPatientFactory,
    InsurancePolicy: PolicyFactory,
}
# Few values, so that records often come to be alike, or to agree.
NAMES = ["Aetna", "Cigna"]
STREETS = ["1 Elm St", "2 Elm St", ""]
CHARTS = ["C1", "C2", "C3", "C4"]


class Practice:
    """A practice where anything may happen next."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.done = 0

    def something(self) -> None:
        """Do something at random, unless it is refused."""
        doing = self.random.choice(
            [self.add, self.edit, self.edit, self.delete, self.link, self.dismiss]
        )
        with suppress(Refused, ProtectedError, IntegrityError), transaction.atomic():
            doing()
            self.done += 1

    def add(self) -> None:
        model = self.random.choice(list(MAKERS))
        MAKERS[model](**self.values(model))

    def edit(self) -> None:
        record = self.any_of(self.random.choice(list(MAKERS)))
        values = self.values(type(record)) | {"is_active": self.random.random() < 0.8}
        if isinstance(record, Insurance):
            del values["company_name"]  # PM's, on a linked one
        for name in self.random.sample(sorted(values), 2):
            setattr(record, name, values[name])
        record.save()

    def delete(self) -> None:
        self.any_of(self.random.choice(list(MAKERS))).delete()

    def link(self) -> None:
        plans, insurances = list(PM.orphans()), list(EHR.orphans())
        link_orphans(
            self.random.choice(plans or [PlanFactory()]), insurances[0].pk if insurances else 0
        )

    def dismiss(self) -> None:
        dismiss(self.any_of(InsuranceCompany), self.any_of(InsuranceCompany).pk)

    def any_of(self, model: Any) -> Any:
        """Return some record of this model, made if there is none."""
        return self.random.choice(list(model.objects.order_by("pk")) or [MAKERS[model]()])

    def values(self, model: Any) -> dict[str, Any]:
        """Return values for a record of this model."""
        pick = self.random.choice
        if model is InsurancePolicy:
            return {
                "patient": self.any_of(PMPatient),
                "plan": self.any_of(InsurancePlan),
                "rank": pick(["primary", "secondary", "secondary"]),
                "ends_on": pick([None, timezone.localdate() - datetime.timedelta(days=1)]),
            }
        if model is EHRPatient:
            plans = InsurancePolicy.objects.filter(rank="secondary").values("plan")
            links = InsuranceLink.objects.filter(plan__in=plans)
            used = pick([None, self.any_of(Insurance), *(link.insurance for link in links)])
            return {"chart_number": pick(CHARTS), "secondary_insurance": used}
        if model is PMPatient:
            return {"chart_number": pick(CHARTS), "last_name": pick(NAMES)}
        names = ("company_name", "plan_name") if model is Insurance else ("name",)
        streets = STREETS if model is InsuranceCompany else STREETS[:2]
        numbers = {"payer_id": ["", "60054"], "phone": ["", "800-555-0101", "(800) 555-0101"]}
        had = {name: pick(of) for name, of in numbers.items()} if model is InsuranceCompany else {}
        return {"street_1": pick(streets), **had, **{name: pick(NAMES) for name in names}}


@pytest.mark.parametrize("seed", range(8))
def test_it_is_what_a_search_finds(seed: int) -> None:
    practice = Practice(seed)
    for _ in range(25):
        practice.something()
    seen = set()
    for _ in range(12):
        before = {finding.id: finding.search() for finding in FOLLOWED}
        SyncEvent.objects.all().delete()
        for _ in range(3):
            practice.something()
        events = list(SyncEvent.objects.all())
        for finding in FOLLOWED:
            found = finding.search()
            followed = finding.follow(before[finding.id], events)
            assert sorted(followed or []) == sorted(found), (finding.id, seed)
            if sorted(found) != sorted(before[finding.id]):
                seen.add(finding.id)
    assert practice.done > 30
    assert seen  # that something came or went
