"""Nothing that is kept as data is left without words."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from django.contrib.auth.models import User

from kareo.records.models import reference
from sync.drift.findings import FINDINGS
from sync.drift.worklist import Wrong
from sync.matching.look_alikes import Likeness, Shared
from sync.rules.reasons import Code, Why
from sync.screens.wording.findings import FINDINGS_IN_WORDS
from sync.screens.wording.namesakes import tell_changes
from sync.screens.wording.reasons import SENTENCES, WHY
from sync.screens.wording.records import LIKENESS, SHARED, change_in_words, changes_in_words
from sync.screens.worklist import WRONG
from tests.factories import AETNA_ADDRESS, CompanyFactory, PlanFactory


def test_every_finding_has_a_title_and_advice() -> None:
    assert list(FINDINGS_IN_WORDS) == [finding.id for finding in FINDINGS]
    assert all(words.title and words.advice for words in FINDINGS_IN_WORDS.values())


@pytest.mark.parametrize(
    ("kinds", "words"),
    [(Code, SENTENCES), (Why, WHY), (Likeness, LIKENESS), (Shared, SHARED), (Wrong, WRONG)],
    ids=["reasons", "why a company", "likeness", "shared", "wrong secondaries"],
)
def test_every_kind_has_its_words(kinds: type[Enum], words: dict[Any, Any]) -> None:
    assert set(words) == set(kinds)


@pytest.mark.parametrize("value", ["1986-01-05", datetime.date(1986, 1, 5)])
def test_a_day_reads_as_the_us_writes_it(value: Any) -> None:
    """In the log it is text; before a save it is a date."""
    said = change_in_words("pm.InsurancePolicy", "effective_on", [None, value])

    assert said == "Effective: empty → 01/05/1986"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (["25.50", "12"], "25.50 → 12.00"),
        ([Decimal("1250.50"), Decimal("25.5")], "1250.50 → 25.50"),
        ([None, "0"], "empty → 0.00"),
        ([Decimal(0), None], "0.00 → empty"),
    ],
)
def test_an_amount_has_its_cents(change: list[Any], said: str) -> None:
    """In the log it is text as it was typed."""
    assert change_in_words("pm.InsurancePolicy", "copay", change) == f"Copay: {said}"


@pytest.mark.django_db
class TestNamesakes:
    """A change from one record to another of its name says which is which."""

    @pytest.fixture
    def said(self, admin_user: User) -> Callable[..., str]:
        def say(*references: Any, model: str = "pm.InsurancePlan", name: str = "company") -> str:
            changes = {name: list(references)}
            [line] = changes_in_words(model, tell_changes(admin_user, model, changes))
            return line

        return say

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ({}, {"city": "Fresno"}, ("Irvine, CA", "Fresno, CA")),
            ({"payer_id": "94135"}, {"payer_id": "60054"}, ("payer ID 94135", "payer ID 60054")),
            ({"payer_id": "94135"}, {"street_1": "9 Elm St"}, ("111 Academy Drive", "9 Elm St")),
            ({"payer_id": "94135"}, {}, ("payer ID 94135", "no payer ID")),
            ({}, dict.fromkeys(AETNA_ADDRESS, ""), ("Irvine, CA", "no address")),
            (
                {"zip_code": "92618"},
                {},
                ("111 Academy Drive, Irvine, CA 92618", "111 Academy Drive, Irvine, CA 92617"),
            ),
        ],
    )
    def test_are_told_apart_by_place_or_payer_id(
        self,
        said: Callable[..., str],
        old: dict[str, str],
        new: dict[str, str],
        told: tuple[str, str],
    ) -> None:
        companies = [
            CompanyFactory(name="Kaiser Permanente", **AETNA_ADDRESS | values)
            for values in (old, new)
        ]

        assert said(*map(reference, companies)) == (
            f"Company: Kaiser Permanente ({told[0]}) → Kaiser Permanente ({told[1]})"
        )

    def test_of_whom_one_was_deleted(self, said: Callable[..., str]) -> None:
        old = CompanyFactory(name="Kaiser Permanente", **AETNA_ADDRESS, payer_id="94135")
        new = CompanyFactory(name="Kaiser Permanente", **AETNA_ADDRESS)
        named = reference(old)
        old.delete()

        assert said(named, reference(new)) == (
            "Company: Kaiser Permanente (payer ID 94135) → Kaiser Permanente (no payer ID)"
        )

    def test_that_nothing_tells_apart_have_their_numbers(self, said: Callable[..., str]) -> None:
        old, new = (CompanyFactory(name="Kaiser Permanente", **AETNA_ADDRESS) for _ in range(2))
        numbers = f"Company: Kaiser Permanente (no. {old.pk}) → Kaiser Permanente (no. {new.pk})"
        named, again = ([reference(each) for each in (old, new)] for _ in range(2))

        assert said(*named) == numbers
        old.delete()
        assert said(*again) == numbers

    def test_of_which_nothing_is_known_have_their_numbers(self, said: Callable[..., str]) -> None:
        gone = [{"id": key, "text": "Twin"} for key in (8, 9)]

        assert said(*gone) == "Company: Twin (no. 8) → Twin (no. 9)"

    def test_others_keep_their_short_names(self, said: Callable[..., str]) -> None:
        old, new = CompanyFactory(name="VSP"), CompanyFactory(name="Aetna")

        assert said(reference(old), reference(new)) == "Company: VSP → Aetna"

    def test_of_plans_are_told_apart_as_pickers_do(self, said: Callable[..., str]) -> None:
        old, new = (
            PlanFactory(company__name="Kaiser Permanente", name="HMO", **AETNA_ADDRESS, **street)
            for street in ({}, {"street_2": "Suite 4"})
        )
        other = PlanFactory()
        plan = "Kaiser Permanente – HMO (111 Academy Drive"

        assert said(reference(old), reference(new), model="pm.InsurancePolicy", name="plan") == (
            f"Plan: {plan}, Irvine, CA 92617) → {plan}, Suite 4, Irvine, CA 92617)"
        )
        assert said(reference(old), reference(other), model="pm.InsurancePolicy", name="plan") == (
            f"Plan: {old} → {other}"
        )
