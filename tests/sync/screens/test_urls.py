"""Where what sync speaks of is found."""

import pytest
from django.urls import resolve

from sync.drift.findings import FINDINGS, Finding
from sync.screens.urls import finding_url


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.id)
def test_every_finding_leads_to_a_page(finding: Finding) -> None:
    assert resolve(finding_url(finding).partition("?")[0])
