"""What sync adds to the records and pages of PM and the EHR, which know nothing of it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.records.registry import ABOUT_ROLES, WHO_HAS, AboutRole, additions_to
from pm.models import InsuranceCompany, InsurancePlan
from pm.models import Patient as PMPatient
from sync.drift.findings import FINDINGS
from sync.pairs.sides import EHR, SIDES
from sync.roles import ROLES, ROLES_IN_WORDS
from sync.screens.gone import deleted
from sync.screens.lists import FindingFilter, bring_ehr_up_to_date, columns_on, dismiss_look_alikes
from sync.screens.merging.moving import move_plans
from sync.screens.merging.page import merge_selected
from sync.screens.preview.questions import questions_about
from sync.screens.search.ehr_names import shown_otherwise
from sync.screens.search.instead import instead
from sync.screens.who_has import WhoHasFilter

PATIENTS = {PMPatient, EHRPatient}
HAVE = {
    "pm.InsuranceCompany": "billing",
    "pm.InsurancePlan": "billing",
    "pm.Patient": "the front desk",
    "pm.InsurancePolicy": "the front desk or billing",
    "ehr.Insurance": "clinical",
    "ehr.Patient": "clinical",
}
FIXED_NAME = (
    "The company name comes from PM and can't be edited here. Rename the company there and save its"
    " plan, or move the plan."
)


def add() -> None:
    """Fill the registry; called once, when the program starts."""
    for role, words in ROLES_IN_WORDS.items():
        ABOUT_ROLES[role] = AboutRole(words, frozenset(ROLES[role]))
    WHO_HAS.update(HAVE)
    for model in (InsuranceCompany, InsurancePlan, Insurance):
        additions_to(model).questions = questions_about
        additions_to(model).instead = partial(_instead, model)
    insurances = additions_to(Insurance)
    insurances.also = shown_otherwise
    insurances.added_elsewhere = True  # with a plan in PM
    insurances.fixed_fields, insurances.may_be_fixed = company_names, frozenset({"company_name"})
    with_findings = {finding.model for finding in FINDINGS}
    for listed in (InsuranceCompany, InsurancePlan, Insurance, PMPatient, EHRPatient):
        filters = {FindingFilter: listed in with_findings, WhoHasFilter: listed in PATIENTS}
        additions_to(listed).deleted = partial(deleted, listed)
        additions_to(listed).filters = [each for each, is_there in filters.items() if is_there]
    for side in SIDES.values():
        additions_to(side.model).actions = [bring_ehr_up_to_date, merge_selected]
    additions_to(InsurancePlan).columns = columns_on
    additions_to(InsurancePlan).actions.append(move_plans)
    additions_to(InsuranceCompany).actions = [merge_selected, dismiss_look_alikes]


def _instead(model: type[Any], request: Any, typed: str) -> tuple[str, str]:
    return instead(request, model, typed)


def company_names(insurances: Sequence[Insurance]) -> dict[int, dict[str, str]]:
    """A linked insurance shows PM's company name: decision 4."""
    linked = EHR.keys_linked(insurance.pk for insurance in insurances)
    return {key: {"company_name": FIXED_NAME} for key in linked}
