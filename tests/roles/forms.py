"""What is typed into the forms, and what each of them sends then."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import reverse

from kareo.pages.sending.once import PAGE
from tests.factories import AETNA_ADDRESS
from tests.roles.kinds import MODELS
from tests.roles.planting import Records
from tests.roles.secrets import DETAILS, name_of
from tests.roles.urls import NEW
from tests.screens import page_values

Data = dict[str, Any]
Forms = dict[str, Data]  # by URL

# What is typed into the forms of a model, when one is added and when one is changed.
PERSON = {"last_name": "Typed", "first_name": "New", "date_of_birth": "01/02/1980"}
PLACE = {"street_1": "5 Typed Road", "city": "Irvine", "state": "CA", "zip_code": "92618"}
TYPED: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "C": ({"name": "Typed", **PLACE}, {"notes": "Typed"}),
    "P": ({"name": "Typed", "company": "{C0}", **PLACE}, {"phone": "800-555-0199"}),
    "I": ({"company_name": "Typed", "plan_name": "Typed", **PLACE}, {"phone": "800-555-0199"}),
    "T": (PERSON | {"chart_number": "C-0002"}, {"first_name": "Typed"}),
    "E": (PERSON | {"chart_number": "C-0002"}, {"first_name": "Typed"}),
    "U": (
        {"username": "typed", "password1": NEW, "password2": NEW, "role": "{G0}"},
        {"first_name": "Typed"},
    ),
    "R": ({}, {"first_name": "Typed"}),
    "G": ({"name": "Typed"}, {"name": "Typed"}),
}
# Typed into them, this is like what the other list has, or takes something over from it.
TEMPTING = {
    "C": {"name": name_of("C"), "payer_id": name_of("C"), **AETNA_ADDRESS},
    "P": {"name": name_of("P"), "company": "{C-}", **AETNA_ADDRESS, "phone": DETAILS["I"].words[1]},
    "I": {"company_name": name_of("C"), "plan_name": name_of("P"), **AETNA_ADDRESS},
}
# Changed so, pages tell of what the other list has, or ask about it.
TELLING = {
    "C": {"name": "Typed anew"},
    "P": {"company": "{C-}"},
    "I": {"plan_name": "Typed anew"},
    "T": {"policies-0-rank": "primary"},
    "E": {"primary_insurance": "{I-}"},
}
# A plan whose phone isn't typed takes its company's, and has it then.
TAKES = {"P": DETAILS["C"].words[1:]}
# Pages that begin filled in, with what has these keys.
BEGUN = {
    "P": ("company={C0}", "like={P0}"),
    "T": ("primary_plan={P0}",),
    "E": ("primary_insurance={I0}",),
}


class Keys(dict[str, str]):
    """What stands in braces in the table, by its name: keys of records."""

    def __init__(self, records: Records) -> None:
        super().__init__(
            batch=str(records["S"][0].batch),
            type=str(ContentType.objects.get_for_model(records["T"][0]).pk),
        )
        for letter, rows in records.items():
            self[f"{letter}0"], self[f"{letter}-"] = str(rows[0].pk), str(rows[-1].pk)


def base_of(letter: str) -> str:
    app, _, model = MODELS["U" if letter == "R" else letter].lower().partition(".")
    return reverse(f"admin:{app}_{model}_changelist")


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


MOST_ASKED = 3  # times that a form comes back with a question


def filled_in(client: Client, records: Records) -> Forms:
    """Return what each form sends, filled in by the superuser of `client` until it is saved."""
    forms, keys = Forms(), Keys(records)
    for letter, (added, changed) in TYPED.items():
        change = f"{base_of(letter)}{records[letter][0].pk}/change/"
        for url, typed in ((f"{base_of(letter)}add/", added), (change, changed)):
            if typed:
                values = {name: value.format_map(keys) for name, value in typed.items()}
                forms[url] = _until_saved(client, url, values)
    return forms


def _until_saved(client: Client, url: str, typed: dict[str, str]) -> Data:
    page: Any = client.get(url)
    for _ in range(MOST_ASKED):
        data = page_values(page) | typed | {"_save": "Save"}
        data.pop(PAGE, None)
        data = {name: value for name, value in data.items() if value is not None}
        with undone():
            page = client.post(url, data)
        if page.status_code == 302:
            return data
    raise AssertionError(f"{url} isn't saved: {page.context['errors']}")
