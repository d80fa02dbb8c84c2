"""What hypothesis draws a record of: few values, which collide all the time."""

from typing import Any

from hypothesis import strategies as st

from tests.soak.model.reference import vocabulary as words
from tests.soak.model.reference.rows import (
    COMPANY,
    EHR_PATIENT,
    INSURANCE,
    PLAN,
    PM_PATIENT,
    POLICY,
)

NUMBERS = st.integers(0, 5)
of = st.sampled_from
# Most meet at one place.
PLACES = (*words.PLACES[:2], *words.PLACES)
PLACE = of(PLACES).map(lambda place: place.typed)
ANY_PLACE = of((*PLACES, words.NOWHERE)).map(lambda place: place.typed)
CONTACT = {"phone": of(words.PHONES), "fax": of(words.PHONES), "notes": of(words.NOTES)}
ACTIVE = {"is_active": st.booleans()}
PERSONS = {
    "chart_number": of(words.CHARTS),
    "who": of(words.PEOPLE).map(
        lambda who: dict(zip(("last_name", "first_name", "date_of_birth"), who, strict=True))
    ),
}

# {model: what a new one always has}, and what it may have besides.
NEEDED: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    COMPANY: {"name": of(tuple(words.COMPANY_NAMES)), "place": ANY_PLACE},
    PLAN: {"company": NUMBERS, "name": of(tuple(words.PLAN_NAMES)), "place": PLACE},
    INSURANCE: {
        "company_name": of(tuple(words.COMPANY_NAMES)),
        "plan_name": of(tuple(words.PLAN_NAMES)),
        "place": PLACE,
    },
    PM_PATIENT: PERSONS,
    EHR_PATIENT: PERSONS,
    POLICY: {"patient": NUMBERS, "plan": NUMBERS, "rank": of(words.RANKS)},
}
OPTIONAL: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    COMPANY: {
        "other_names": of(words.OTHER_NAMES),
        "program": of(words.PROGRAMS),
        "payer_id": of(words.PAYER_IDS),
        "contact_name": of(words.CONTACTS),
        **CONTACT,
        **ACTIVE,
    },
    PLAN: {"contact_name": of(words.CONTACTS), **CONTACT, **ACTIVE},
    INSURANCE: {**CONTACT, **ACTIVE},
    PM_PATIENT: ACTIVE,
    EHR_PATIENT: {
        "primary_insurance": st.none() | NUMBERS,
        "secondary_insurance": st.none() | NUMBERS,
        **ACTIVE,
    },
    POLICY: {
        "policy_number": of(words.POLICY_NUMBERS),
        "effective_on": of(words.DAYS),
        "ends_on": of(words.DAYS),
        **ACTIVE,
    },
}


def flat(values: dict[str, Any]) -> dict[str, Any]:
    """Put the parts of an address, or of a name, in place of it."""
    parts = {name: value for name, value in values.items() if isinstance(value, dict)}
    flat = {name: value for name, value in values.items() if name not in parts}
    for part in parts.values():
        flat |= part
    return flat


def new(label: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(NEEDED[label], optional=OPTIONAL[label]).map(flat)


def some(label: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return values of one to three fields, now and then of none."""
    fields = {**NEEDED[label], **OPTIONAL[label]}
    fields.pop("patient", None)  # a policy stays with its patient
    names = st.lists(of(tuple(fields)), min_size=0, max_size=3, unique=True)
    return names.flatmap(
        lambda drawn: st.fixed_dictionaries({name: fields[name] for name in drawn})
    ).map(flat)
