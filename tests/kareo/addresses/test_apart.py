"""Two places that must never be taken for one, however little they differ."""

import pytest

from kareo.addresses import address_key, near_key, parse

SPRINGFIELD = ("Springfield", "IL", "62701")


def key(street: str, place: tuple[str, str, str] = SPRINGFIELD) -> str:
    return address_key(street, "", *place)


def pairs(*rows: tuple[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("one", "other"), [pytest.param(*r, id=r[0]) for r in rows])


@pairs(
    ("7 Oak St", "7 Oak Ave"),
    ("7 Oak St", "7 Oak"),
    ("7 Oak Place Dr", "7 Oak Place"),
    ("7 Oak Spring Rd", "7 Oak Springs Rd"),
    ("7 N Oak St", "7 S Oak St"),
    ("7 N Oak St", "7 Oak St"),
    ("7 N Oak St", "7 Oak St N"),
    ("7 NW Oak St", "7 N Oak St"),
    ("7 S East St", "7 SE St"),
    ("7 Oak St", "8 Oak St"),
    ("7 Oak St", "7A Oak St"),
    ("7 Oak St", "7 1/2 Oak St"),
    ("7-10 Oak St", "7 Oak St"),
    ("7-10 Oak St", "710 Oak St"),
    ("39.2 Oak Rd", "39.4 Oak Rd"),
    ("7 39.2 Rd", "7 39.4 Rd"),
    ("N6W23001 Oak Rd", "N6W23002 Oak Rd"),
    ("7 5th Ave", "7 6th Ave"),
    ("7 E 1700 S", "7 E 1800 S"),
    ("7 Upper 49th St", "7 Upper 50th St"),
    ("7 Avenue A", "7 Avenue B"),
    ("7 Avenue A", "7 A Avenue"),
    ("7 Rue St Germain", "7 Rue St Ann"),
    ("7 Old Lake Oak", "7 Old Lake Elm"),
    ("7 St James St", "7 St John St"),
    ("7 Highway 1", "7 Highway 2"),
    ("7 US 1", "7 SR 1"),
    ("7 CR 1", "7 SR 1"),
    ("7 County Road A", "7 County Road B"),
    ("7 Highway M", "7 Highway N"),
    ("7 Route 5", "7 Loop 5"),
)
def test_another_street_or_number_is_another_place(one: str, other: str) -> None:
    assert key(one) != key(other)
    assert "" not in {key(one), key(other)}


@pairs(
    ("PO Box 12", "PO Box 21"),
    ("PO Box 12", "PO Box 120"),
    ("PO Box A12", "PO Box 12"),
    ("PO Box A", "PO Box B"),
    ("PO Box 12,079", "PO Box 12"),
    ("PO Box 12", "12 Box Rd"),
    ("PO Box 12", "PO Box 12, 7 Oak St"),
    ("PO Box 12, 7 Oak St", "PO Box 12, 8 Oak St"),
    ("PO Box 2", "General Delivery"),
    ("RR 2 Box 5", "RR 3 Box 5"),
    ("RR 2 Box 5", "RR 2 Box 6"),
    ("RR 2 Box 5", "HC 2 Box 5"),
    ("RR 2 Box 5", "PO Box 5"),
    ("PSC 1 Box 5", "CMR 1 Box 5"),
)
def test_another_box_is_another_place(one: str, other: str) -> None:
    assert key(one) != key(other)
    assert "" not in {key(one), key(other)}


@pairs(
    ("7 Oak St Suite 20", "7 Oak St"),
    ("7 Oak St Suite 20", "7 Oak St Suite 21"),
    ("7 Oak St Suite 20", "7 Oak St Suite 20B"),
    ("7 Oak St Suite 20", "7 Oak St Suite 20, Suite 30"),
    ("7 Oak St Suite 20", "7 Oak St Floor 20"),
    ("7 Oak St Suite 20", "7 Oak St Bldg 20"),
    ("7 Oak St Suite 20", "7 Oak St Dept 20"),
    ("7 Oak St Floor 2", "7 Oak St Floor 3"),
    ("7 Oak St Ground Floor", "7 Oak St Lower Floor"),
    ("7 Oak St Floor 2", "7 Oak St Level 2"),
    ("7 Oak St 10th Floor East", "7 Oak St 10th Floor West"),
    ("7 Oak St 2nd & 3rd Floors", "7 Oak St 1st & 3rd Floors"),
    ("7 Oak St Bldg A", "7 Oak St Bldg B"),
    ("7 Oak St East Tower", "7 Oak St West Tower"),
    ("7 Oak St East Tower 2nd Floor", "7 Oak St 2nd Floor"),
    ("7 Oak St North Wing", "7 Oak St South Wing"),
    ("7 Oak St, 5 West", "7 Oak St, 5 East"),
    ("7 Oak St B", "7 Oak St C"),
    ("7 Oak St B", "7 Oak St"),
    ("7 Oak St Front", "7 Oak St Rear"),
    ("7 Oak St Upper", "7 Oak St"),
    ("7 Oak St Lot 5", "7 Oak St Lot 6"),
    ("7 Oak St, Pod 5", "7 Oak St, Pod 6"),
    ("7 Oak St, Pavilion 5th", "7 Oak St, Pavilion 6th"),
    ("7 Oak St, Pod 5 Claims Hall East", "7 Oak St, Pod 6 Claims Hall East"),
    ("7 Oak St, Pod 5 Yellow", "7 Oak St, Pod 6 Yellow"),
    ("7 Oak St MS 39216", "7 Oak St MS 39217"),
    ("7 Oak St MC 31-07", "7 Oak St MC 3107"),
    ("700 Oak Rd, 3 Lake Center", "700 Oak Rd, 4 Lake Center"),
    ("7 Oak Rd, 9 Elm Rd", "7 Oak Rd, 10 Elm Rd"),
)
def test_another_unit_is_another_place(one: str, other: str) -> None:
    assert key(one) != key(other)
    assert "" not in {key(one), key(other)}


def test_the_same_street_in_another_zip_is_another_place() -> None:
    assert key("7 Oak St") != key("7 Oak St", ("Springfield", "IL", "62702"))
    assert near_key("7 Oak St", "", *SPRINGFIELD) != near_key("7 Oak St", "", "", "", "62702")


def test_an_urbanization_tells_equal_streets_apart() -> None:
    flores, soles = (f"45 Calle A, Urb {name}" for name in ("Las Flores", "Los Soles"))

    assert len({key(street, ("", "PR", "00918")) for street in (flores, soles, "45 Calle A")}) == 3


@pytest.mark.parametrize(
    ("street", "zip_code", "part", "units"),
    [
        # What looks like a state and a ZIP, but belongs to the street.
        ("7 Oak St MS 39216", "62701", "7 OAK ST", ("MS 39216",)),
        ("7 Oak St FL 62701", "62701", "7 OAK ST", ("FL 62701",)),
        ("7 Oak St FL 33130", "", "7 OAK ST", ("FL 33130",)),
        ("10123 Oak Rd", "62701", "10123 OAK RD", ()),
        ("7 Oak St Springfield 62799", "62701", "7 OAK ST", ("STE 62799",)),
        ("7 Oak St, 8 Elm, IL 62799", "62701", "7 OAK ST & 8 ELM", ()),
        # Words for units, in names of streets.
        ("7 Front St", "62701", "7 FRONT ST", ()),
        ("7 Floor St", "62701", "7 FLOOR ST", ()),
        ("7 Space Center Blvd", "62701", "7 SPACECENTER BLVD", ()),
        ("7 Tower Rd", "62701", "7 TOWER RD", ()),
        ("7 Unity Rd", "62701", "7 UNITY RD", ()),
        ("7 And Rd", "62701", "7 AND RD", ()),
        ("7 Oak St East Building 5", "62701", "7 OAK ST E", ("BLDG 5",)),
        ("7 Oak St Suite 20 Box", "62701", "7 OAK ST", ("STE 20",)),
        ("7 Oak St Suite", "62701", "7 OAK ST", ()),
        ("7 Oak St #", "62701", "7 OAK ST", ()),
        ("7 Route 9 Box", "62701", "7 RTE 9 BOX", ()),
        ("7 Virginia Rd B", "62701", "7 VIRGINIA RD", ("STE B",)),
        ("7 New 42nd St", "62701", "7 NEW 42 ST", ()),  # no highway of New York's
        ("7 Avenida Oak", "62701", "7 AVENIDAOAK", ()),
        ("7 North", "62701", "", ("STE 7N",)),
    ],
)
def test_what_looks_like_something_else_stays_what_it_is(
    street: str, zip_code: str, part: str, units: tuple[str, ...]
) -> None:
    parsed = parse(street, "", "Springfield", "IL", zip_code)

    assert (parsed.street, parsed.units) == (part, units)
