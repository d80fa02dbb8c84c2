"""Nothing that is kept as data is left without words."""

import datetime
from enum import Enum
from typing import Any

import pytest

from kareo.records.models import reference
from sync.drift.findings import FINDINGS
from sync.drift.worklist import Wrong
from sync.matching.look_alikes import Likeness, Shared
from sync.rules.reasons import Code, Why
from sync.screens.wording.findings import FINDINGS_IN_WORDS
from sync.screens.wording.reasons import SENTENCES, WHY
from sync.screens.wording.records import LIKENESS, SHARED, change_in_words
from sync.screens.worklist import WRONG
from tests.factories import AETNA_ADDRESS, CompanyFactory


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


@pytest.mark.django_db
class TestNamesakes:
    """A change from one record to another of its name says which is which."""

    def said(self, *companies: Any) -> str:
        return change_in_words(
            "pm.InsurancePlan", "company", [reference(each) for each in companies]
        )

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
        self, old: dict[str, str], new: dict[str, str], told: tuple[str, str]
    ) -> None:
        companies = [
            CompanyFactory(name="Kaiser Permanente", **AETNA_ADDRESS | values)
            for values in (old, new)
        ]

        assert self.said(*companies) == (
            f"Company: Kaiser Permanente ({told[0]}) → Kaiser Permanente ({told[1]})"
        )

    def test_of_whom_one_was_deleted(self) -> None:
        old, new = (CompanyFactory(name="Kaiser Permanente", **AETNA_ADDRESS) for _ in range(2))
        named = reference(old)
        old.delete()

        said = change_in_words("pm.InsurancePlan", "company", [named, reference(new)])

        assert said.startswith("Company: Kaiser Permanente, deleted → Kaiser Permanente (111")

    def test_that_nothing_tells_apart_have_their_numbers(self) -> None:
        old, new = (CompanyFactory(name="Kaiser Permanente", **AETNA_ADDRESS) for _ in range(2))

        assert self.said(old, new) == (
            f"Company: Kaiser Permanente (no. {old.pk}) → Kaiser Permanente (no. {new.pk})"
        )

    def test_others_keep_their_short_names(self) -> None:
        old, new = CompanyFactory(name="VSP"), CompanyFactory(name="Aetna")

        assert self.said(old, new) == "Company: VSP → Aetna"
