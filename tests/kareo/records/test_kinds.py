"""What an address says of itself on a page."""

import pytest

from pm.models import InsuranceCompany


@pytest.mark.parametrize(
    ("street", "second", "said"),
    [
        (
            "Acme Hall, 7 Oak St, Gizmo A",
            "PO Box 12",
            "PO BOX 12 · 7 OAK ST · GIZMO A · 02108. Not understood: GIZMO A. Left out: ACME HALL.",
        ),
        ("7 Oak St", "", "7 OAK ST · 02108."),
        ("Main St", "", "Too little to match on."),
    ],
)
def test_how_an_address_is_read(street: str, second: str, said: str) -> None:
    company = InsuranceCompany(name="Acme", street_1=street, street_2=second, zip_code="02108")

    assert company.read_as == said
