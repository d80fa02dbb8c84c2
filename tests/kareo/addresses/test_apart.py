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
    ("Box 65, RR 2 Box 66", "Box 65, RR 2"),
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

    streets = (flores, soles, "45 Calle A", f"{flores}, Urb Sol", f"{soles}, Urb Sol")
    assert len({key(street, ("", "PR", "00918")) for street in streets}) == len(streets)


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
        ("7 Old St Louis Hall", "62701", "7 OLDSTLOUISHALL", ()),
        ("7 Oak St, Carr 2 Km", "00918", "7 OAK ST", ("CARR", "KM", "STE 2")),
        ("7 MD 760", "62701", "", ("MS 760", "STE 7")),  # no road of Illinois
        ("7 Floor St", "62701", "7 FLOOR ST", ()),
        ("7 Space Center Blvd", "62701", "7 SPACECENTER BLVD", ()),
        ("7 Tower Rd", "62701", "7 TOWER RD", ()),
        ("7 Unity Rd", "62701", "7 UNITY RD", ()),
        ("7 And Rd", "62701", "7 AND RD", ()),
        ("7 Oak St East Building 5", "62701", "7 OAK ST E", ("BLDG 5",)),
        ("7 Oak St Suite 20 Box", "62701", "7 OAK ST", ("STE 20",)),
        ("7 Oak St Suite", "62701", "7 OAK ST", ()),
        ("7 Oak St #", "62701", "7 OAK ST", ()),
        ("7 Route 9 Box", "62701", "7 HWY 9 BOX", ()),
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


@pytest.mark.parametrize(
    "places",
    [
        pytest.param(row, id=row[0])
        for row in (
            ("37-24A 36th St", "372-4A 36th St"),
            ("7 Oak St Suite 17-18E", "7 Oak St Suite 1718E"),
            ("12 Oak St, Attn: Claims Ste 200", "12 Oak St, Attn: Claims Ste 300", "12 Oak St"),
            ("12 Oak St Suites C & D", "12 Oak St Suite C", "12 Oak St Suite D"),
            ("12 Oak St Pod A", "12 Oak St Pod B", "12 Oak St"),
            ("12 Oak St, Gizmo A", "12 Oak St, Gizmo B", "12 Oak St"),
            ("12 Oak St, Door A", "12 Oak St, Door B", "12 Oak St"),
            ("12 Oak St, Module A", "12 Oak St, Module B", "12 Oak St"),
            ("12 Oak St, Section A", "12 Oak St, Section B", "12 Oak St"),
            ("12 Oak St, Gizmo AB", "12 Oak St, Gizmo AC", "12 Oak St"),
            ("12 Oak St, Lake Plaza I", "12 Oak St, Lake Plaza II", "12 Oak St"),
            ("12 Oak St, Phase I", "12 Oak St, Phase II", "12 Oak St"),
            ("12 Oak St Bldg XII", "12 Oak St Bldg XIV", "12 Oak St"),
            ("12 Oak St Suite North", "12 Oak St Suite South", "12 Oak St"),
            ("PO Box 12 Dept CH", "PO Box 12 Dept LA", "PO Box 12"),
            ("12 Oak St, LL", "12 Oak St, UL", "12 Oak St"),
            ("12 Oak St LL", "12 Oak St UL", "12 Oak St"),
            ("12 Oak St, Garden Floor", "12 Oak St, Parlor Floor", "12 Oak St"),
            ("12 Oak St Garden Floor", "12 Oak St Parlor Floor", "12 Oak St"),
            ("12 Oak St, Garden Level", "12 Oak St, Terrace Level", "12 Oak St"),
            ("12 Oak St, North Pavilion", "12 Oak St, South Pavilion", "12 Oak St"),
            (
                "12 Oak St, 2nd Floor, North Side",
                "12 Oak St, 2nd Floor, South Side",
                "12 Oak St, 2nd Floor",
            ),
            (
                "Four Gateway Center, 100 Mulberry St, 10th Floor",
                "Three Gateway Center, 100 Mulberry St, 10th Floor",
                "100 Mulberry St, 10th Floor",
            ),
            ("5861 County Road KK", "5861 County Road MM", "5861 County Rd"),
            ("12 Old St Barnabas Rd", "12 Old St Columba Rd", "12 Old St"),
            ("12 Rev Dr King Blvd", "12 Rev Dr Jones Blvd"),
            ("12 Martin Luther King, Jr. Blvd", "12 Martin Luther King, Jr. Dr"),
            ("3102 S St NW", "3102 South St NW"),
            ("12 Oak St, 200 Medical Arts", "12 Oak St, 300 Medical Arts", "12 Oak St"),
            ("7 O&#39;Hare Plaza", "7 O&#39;Brien Plaza"),
            ("12 Oak St, East Entrance", "12 Oak St, West Entrance", "12 Oak St"),
            ("12 Oak St Front House", "12 Oak St Rear House", "12 Oak St"),
            ("12 Oak St Apt Left", "12 Oak St Apt Right"),
            ("12 Oak St, Upper Level", "12 Oak St, Lower Level", "12 Oak St"),
            ("12 Oak St, Suite A-B", "12 Oak St, Suite A"),
            ("12 Oak St Ste 200-A", "12 Oak St Ste 200-B"),
            ("12 Oak St Ste 5 1/2", "12 Oak St Ste 5"),
            ("12 Oak St, Building North", "12 Oak St, Building South", "12 Oak St"),
            ("12 Oak St, Trailer A", "12 Oak St, Trailer B"),
            ("12 Oak St, Slip 4", "12 Oak St, Slip 5"),
            ("Attn: Claims Dept 5, PO Box 12", "Attn: Claims Dept 6, PO Box 12"),
            ("12 Oak St Attn: Bldg A", "12 Oak St Attn: Bldg B"),
            ("c/o Acme Suite 200, 12 Oak St", "c/o Acme Suite 300, 12 Oak St"),
            ("7 Rue St Columba", "7 Rue St Foo"),
            ("7 Oak Ave Yellow", "7 Oak Ave Red"),
            ("7 US Hwy 1", "7 US Hwy 1 Business"),
            ("7 US 1 N", "7 US 1 S"),
            ("7 Oak St Suite Gold", "7 Oak St Suite Blue", "7 Oak St"),
            ("7 Highway 5 Loop", "7 Highway 5"),
            ("7 Oak St 2nd Floor Rear", "7 Oak St 2nd Floor"),
            ("7 Oak St Rear Cottage", "7 Oak St Front Cottage"),
            ("12 Oak St, Lobby A", "12 Oak St, Lobby B", "12 Oak St"),
            ("PO Box 12A", "PO Box 12B"),
            ("PO Box 12 Station A", "12 Oak St Station A"),
            ("7 A St", "7 B St"),
            ("7A Oak St", "7B Oak St"),
            ("12 Oak St, Unit A & B", "12 Oak St, Unit A"),
            ("12 Oak St, Concourse B", "12 Oak St, Concourse C", "12 Oak St"),
            ("12 Oak St, Tower Two", "12 Oak St, Tower One"),
            ("12 Oak St, Two Tower", "12 Oak St, One Tower"),
            ("One Liberty Plaza, 12 Oak St", "Two Liberty Plaza, 12 Oak St"),
            ("12 Oak St, Wing A-1", "12 Oak St, Wing A-2"),
            ("12 Oak St, Mezzanine", "12 Oak St"),
            ("12 Oak St, 3rd Floor East", "12 Oak St, 3rd Floor West"),
            ("12 Oak St, Room A B", "12 Oak St, Room A C"),
            ("RR 2 Box 5A", "RR 2 Box 5B"),
            ("12 Highway A", "12 Highway AA"),
            ("12 Oak St, North Plaza", "12 Oak St, South Plaza", "12 Oak St"),
            ("12 Oak St, Upper Concourse", "12 Oak St, Lower Concourse", "12 Oak St"),
            ("12 Oak St, Inner Hall", "12 Oak St, Outer Hall", "12 Oak St"),
            ("12 Oak St, Yellow Zone", "12 Oak St, Red Zone", "12 Oak St"),
            ("12 Oak St, Building A East", "12 Oak St, Building A West", "12 Oak St, Building A"),
            ("12 Oak St Apt 2 Left", "12 Oak St Apt 2 Right", "12 Oak St Apt 2"),
            ("12 Oak St Ste B Upstairs", "12 Oak St Ste B Downstairs", "12 Oak St Ste B"),
            ("12 Oak St, Elm Wing", "12 Oak St, Ash Wing", "12 Oak St"),
            ("12 Oak St, Tower Alpha", "12 Oak St, Tower Beta", "12 Oak St"),
            ("12 Oak St, Annex", "12 Oak St, Garage", "12 Oak St, Carriage House", "12 Oak St"),
            ("12 Oak St A Far Away Small Town IL 62701", "12 Oak St Town IL 62701"),
            ("12 Oak St, 2nd", "12 Oak St, 3rd", "12 Oak St"),
            ("12 Oak St, II", "12 Oak St, III", "12 Oak St"),
            ("12 Oak St, North 3", "12 Oak St, South 3"),
            ("12 Oak St, Sub Basement", "12 Oak St, Basement", "12 Oak St"),
            ("12 Oak St, Third Floor Annex", "12 Oak St, Third Floor"),
            ("12 Oak St, Parking Level 2", "12 Oak St, Level 2"),
            ("12 Oak St, Attn: Region 5", "12 Oak St, Attn: Region 6", "12 Oak St"),
            ("12 Oak St, Attn: 4 West", "12 Oak St, Attn: 4 East"),
            ("12 Oak St, Attn: Region IV", "12 Oak St, Attn: Region VI", "12 Oak St"),
            ("12 Oak St, Attn: Claims LL", "12 Oak St, Attn: Claims UL", "12 Oak St"),
            ("12 Oak St, RR 4 Bax", "12 Oak St, HC 4 Bax"),
            ("12 Oak St, Campus Box 34", "12 Oak St, PO Box 34"),
            ("12 Oak St, Mail Box 5", "12 Oak St, PO Box 5"),
            ("12 Oak St Suite A-C", "12 Oak St Suite A & C"),
            ("12 Oak St Suite A, B & C", "12 Oak St Suite A, D & C"),
            ("7 NC Hwy 54", "7 SC Hwy 54", "7 State Hwy 54"),
            ("7 Street Rd #5", "7 State Rd 5"),
            ("7 Prairie 5", "7 Private Rd 5", "7 Prairie Rd #5"),
            ("7 Dr M L Kingston Rd", "7 M L Kingston Rd"),
            ("7 Route 9", "7 US 9", "7 State Route 9", "7 County Route 9"),
        )
    ],
)
def test_what_is_not_understood_stays_and_tells_places_apart(places: tuple[str, ...]) -> None:
    keys = {place: key(place) for place in places}
    assert "" not in keys.values(), keys
    assert len(set(keys.values())) == len(places), keys


def test_barrios_count_their_own_boxes() -> None:
    streets = ("Bo Candelaria Buzon 5", "Bo Palmas Buzon 5", "Sector Palma Buzon 5", "PO Box 5")
    keys = {key(street, ("Toa Baja", "PR", "00949")) for street in streets}
    assert len(keys - {""}) == len(streets)


def test_without_a_zip_a_station_tells_boxes_apart() -> None:
    def of_toledo(street: str, zip_code: str) -> str:
        return key(street, ("Toledo", "OH", zip_code))

    assert of_toledo("PO Box 12 Station A", "") != of_toledo("PO Box 12 Station B", "") != ""
    assert of_toledo("PO Box 12 Station A", "43601") == of_toledo("PO Box 12", "43601")


def test_postal_codes_of_canada_tell_places_apart() -> None:
    codes = ("M5W 1A1", "m4p2e9", "")
    keys = [address_key("PO Box 12", "", "Toronto", "ON", code) for code in codes]
    assert keys == ["M5W1A1|PO BOX 12||", "M4P2E9|PO BOX 12||", "TORONTO ON|PO BOX 12||"]


def test_a_private_road_of_texas_is_no_road_of_puerto_rico() -> None:
    powderly = ("Powderly", "TX", "75473")
    assert key("103 PR 140", powderly) != key("103 State Road 140", powderly)


@pytest.mark.parametrize(
    "street",
    [
        "Main St",
        "Broadway",
        "US Hwy 1",
        "State Road",
        "Suite 200",
        "Floor 5",
        "123",
        "PO Box",
        "Dept of Claims",
        "Claims Center",
        "Claims Department",
        "Member Services",
        "Attn: Bob",
        "Attn: Oak Plaza",
        "n/a",
        "none",
        "same",
        "Same as above",
        "varies by state",
        "electronic claims only",
        "See back of card",
        "Acme Health Plan",
    ],
)
def test_what_names_no_place_has_no_key(street: str) -> None:
    assert key(street) == ""


def test_a_named_place_matches_only_what_says_the_same() -> None:
    places = [
        ("Oak Plaza", "Springfield", "IL", "62701"),
        ("Oak Plaza", "Springfield", "IL", "62702"),
        ("Oak Plaza", "Chatham", "IL", "62701"),
        ("Oak Plaza", "", "", "62701"),
        ("Oak Plaza North", "Springfield", "IL", "62701"),
        ("Oak Plaza Ste 5", "Springfield", "IL", "62701"),
        ("Elm Plaza", "Springfield", "IL", "62701"),
        ("7 Oak Plaza", "Springfield", "IL", "62701"),
    ]
    keys = {address_key(street, "", *place) for street, *place in places}
    assert len(keys - {""}) == len(places)
