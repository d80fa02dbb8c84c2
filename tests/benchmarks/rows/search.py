"""Search for each thing on a card, in lists and pickers."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy, Patient
from tests.benchmarks.browsing import Browser
from tests.benchmarks.databases import Database
from tests.benchmarks.measuring import Goal, Row
from tests.benchmarks.rows.lists import LISTS
from tests.benchmarks.scale import Scale

ON_A_CARD = (
    *("common word", "words", "ZIP", "PO box", "street", "phone", "payer ID"),
    *("plan and company", "nothing found"),
)
OF_A_PERSON = (
    *("common word", "words", "chart number", "policy number", "nothing found"),
    *("insurance", "name and insurance", "common word of insurances"),
)
PICKERS = {
    "company": ("pm", "insuranceplan", "company"),
    "plan": ("pm", "insurancepolicy", "plan"),
    "insurance": ("ehr", "patient", "primary_insurance"),
}
IN_LISTS = {
    **dict.fromkeys(("companies", "plans", "insurances"), ON_A_CARD),
    **dict.fromkeys(("PM patients", "EHR patients"), OF_A_PERSON),
}
# What these have no field for, or what another one finds.
SKIPPED = {
    *(("companies", "plan and company"), ("company", "plan and company")),
    *(("insurances", "payer ID"), ("insurance", "payer ID")),
    ("EHR patients", "policy number"),
}


def rows(scale: Scale) -> Iterator[Row]:
    large, small = Browser(scale.large), Browser(scale.small)
    kinds = dict.fromkeys(PICKERS, ON_A_CARD)
    for where, limit, asked in (("list", 50, IN_LISTS), ("picker", 30, kinds)):
        for name, kinds_of_words in asked.items():
            ours, theirs = needles(large.database, name), needles(small.database, name)
            for kind in kinds_of_words:
                if (name, kind) in SKIPPED:
                    continue
                yield Row(
                    "search",
                    f"{where} of {name}, {kind}",
                    ours=large.getting(_url(where, name, ours[kind])),
                    baseline=small.getting(_url(where, name, theirs[kind])),
                    goal=Goal("ms", limit),
                    times=scale.times(30),
                )


def needles(database: Database, name: str) -> dict[str, str]:
    """Return {kind: what is typed}, each but the last found in the list of this name."""
    database.use()
    if "patients" in name:
        return _of_a_person(database)
    is_company = name.startswith("compan")
    model: Any = InsuranceCompany if is_company else InsurancePlan
    middle = database.size.companies // 2 if is_company else database.size.plans // 2
    some = model.objects.active().exclude(phone="").filter(pk__gte=middle).order_by("pk")
    boxed = some.filter(street_1__startswith="PO Box")[0]
    street = some.exclude(street_1__startswith="PO Box").exclude(street_1="")[0]
    company = street if is_company else street.company
    plan = "" if is_company else f"{street.name} "
    return {
        "common word": "heritage" if is_company else "gold",
        "words": f"{plan}{company.name}",
        "ZIP": street.zip_code[:5],
        "PO box": f"P.O. Box {re.sub('[^0-9]', '', boxed.street_1)}",
        "street": street.street_1,
        "phone": "({}) {} {}".format(*street.phone.split("-")),
        "payer ID": company.payer_id,
        "plan and company": f"{plan.split(' ')[0]} {company.name.split()[0]} {street.zip_code[:5]}",
        "nothing found": "Zyxwick Quorvane",
    }


def _of_a_person(database: Database) -> dict[str, str]:
    patient = Patient.objects.active().filter(pk__gte=database.size.patients // 2).order_by("pk")[0]
    policy = InsurancePolicy.objects.filter(patient=patient).select_related("plan__company")[0]
    payer = " ".join(policy.plan.company.name.split()[:2])
    return {
        "common word": "nguyen",
        "words": f"{patient.first_name} {patient.last_name}",
        "chart number": patient.chart_number,
        "policy number": policy.policy_number,
        "insurance": f"{payer} {policy.plan.name.split()[1]}",
        "name and insurance": f"{patient.last_name} {payer}",
        "common word of insurances": "gold",
        "nothing found": "Zyxwick Quorvane",
    }


def _url(where: str, name: str, typed: str) -> str:
    if where == "list":
        return f"{LISTS[name]}?{urlencode({'q': typed})}"
    app, model, field = PICKERS[name]
    asked = {"app_label": app, "model_name": model, "field_name": field, "term": typed}
    return f"/admin/autocomplete/?{urlencode(asked)}"
