"""Nothing that is kept as data is left without words."""

from enum import Enum
from typing import Any

import pytest

from sync.drift.findings import FINDINGS
from sync.drift.worklist import Wrong
from sync.matching.look_alikes import Likeness, Shared
from sync.rules.reasons import Code, Why
from sync.screens.wording.findings import FINDINGS_IN_WORDS
from sync.screens.wording.reasons import SENTENCES, WHY
from sync.screens.wording.records import LIKENESS, SHARED
from sync.screens.worklist import WRONG


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
