"""Spellings that are one place, by the sections of USPS Publication 28 they come from."""

import pytest

from kareo.addresses import address_key

Spelling = str | tuple[str, str]  # one line or two

SPRINGFIELD = ("Springfield", "IL", "62701")
SAN_JUAN = ("San Juan", "PR", "00918")


def key(address: Spelling, place: tuple[str, str, str] = SPRINGFIELD) -> str:
    lines = address if isinstance(address, tuple) else (address, "")
    return address_key(*lines, *place)


def spellings(*rows: tuple[Spelling, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("same", [pytest.param(row, id=str(row[0])) for row in rows])


def spaced(spelling: Spelling) -> list[Spelling]:
    """Return a spelling, and the same with wider spaces."""
    one, two = (spelling, "") if isinstance(spelling, str) else spelling
    return [spelling, *((one.replace(" ", to), two.replace(" ", to)) for to in ("  ", "\t "))]


def assert_one_place(same: tuple[Spelling, ...], place: tuple[str, str, str] = SPRINGFIELD) -> None:
    written = [spelling for one in same for spelling in spaced(one)]
    keys = {spelling: key(spelling, place) for spelling in written}
    assert "" not in keys.values(), keys
    assert len(set(keys.values())) == 1, keys


@spellings(
    ("7 Oak Street", "7 OAK ST", "7 oak st.", "7 Oak Str", "7 Oak Strt,"),
    ("7 Oak Avenue", "7 Oak Ave", "7 Oak Av.", "7 Oak Avenu"),
    ("7 Oak Boulevard", "7 Oak Blvd", "7 Oak Boul", "7 Oak Boulv"),
    ("7 Oak Center", "7 Oak Ctr", "7 Oak Centre", "7 Oak Cntr"),
    ("7 Oak Parkway", "7 Oak Pkwy", "7 Oak Pky", "7 Oak Parkwy"),
    ("7 Oak Crossing", "7 Oak Xing", "7 Oak Crssng"),
    ("7 Oak Turnpike", "7 Oak Tpke", "7 Oak Trnpk"),
    ("7 Town & Country Rd", "7 Town and Country Road"),
    ("7 Mtn View Ave", "7 Mountain View Avenue"),
    ("7 Ctr Park Dr", "7 Center Park Drive"),
    ("7 Court Street", "7 Court St"),
    ("7 Boulevard Drive", "7 Boulevard Dr"),
    ("7 Avenue A", "7 Ave A", "7 Ave. A"),
    ("7 Avenue of the Americas", "7 Ave of the Americas"),
    ("7 Oakwood", "7 Oakwood,", "7 OAK WOOD"),
)
def test_suffixes_by_appendix_c1(same: tuple[str, ...]) -> None:
    assert_one_place(same)


@spellings(
    ("7 North Oak St", "7 N Oak St", "7 N. Oak St", "7 No. Oak St", "7 Norte Oak St"),
    ("7 NW Oak St", "7 N.W. Oak St", "7 Northwest Oak St", "7 North West Oak St", "7 N W Oak St"),
    ("7 Oak St NE", "7 Oak St. N.E.", "7 Oak Street, Northeast", "7 Oak St, N. E."),
    ("7 Park Avenue South", "7 Park Ave S", "7 Park Ave, S."),
    ("7 E 1700 S", "7 East 1700 South"),
    ("7 North Ave", "7 North Avenue"),
    ("7 South St", "7 South Street"),
    ("7 N West St", "7 North West Street"),
    ("7 West Loop South", "7 W Loop S"),
    ("7 John S Oak Dr", "7 John South Oak Drive"),
)
def test_directions_by_appendix_b(same: tuple[str, ...]) -> None:
    assert_one_place(same)


@spellings(
    ("7 Oak St Suite 20", "7 Oak St Ste 20", "7 Oak St #20", "7 Oak St, Apt. 20", "7 Oak St RM 20"),
    ("7 Oak St Unit 20", "7 Oak St # 20", "7 Oak St Suite #20", "7 Oak St Suite No. 20"),
    ("7 Oak St PMB 20", "7 Oak St #20", ("7 Oak St", "20"), "7 Oak St 20", "7 Oak St, No. 20"),
    (("7 Oak St", "Suite 20"), ("Suite 20", "7 Oak St"), ("7 Oak St Suite 20", "Suite 20")),
    ("Suite 20 7 Oak St", "#20, 7 Oak St", ("20", "7 Oak St"), "7 Oak St\nSTE20"),
    ("7 Oak St Suite 20", "Claims Suite 20 7 Oak St", "Claims Unit 20, 7 Oak St"),
    ("7 Oak St Ste 20B", "7 Oak St #20-B", "7 Oak St Suite 20 B", "7 Oak St, 20B"),
    ("7 Oak St Ste B20", "7 Oak St #B-20", "7 Oak St Suite B 20"),
    ("7 Oak St Apt B", "7 Oak St #B", "7 Oak St B", ("7 Oak St", "B")),
    ("7 Oak St Suites 20 & 30", "7 Oak St Ste 20 and 30", "7 Oak St Ste 20/30", "7 Oak St #20 #30"),
    ("7 Oak St 12th Floor", "7 Oak St Floor 12", "7 Oak St Fl 12", "7 Oak St Twelfth Flr"),
    ("12th Fl, 7 Oak St", "7 Oak St FL12", "7 Oak St 12 Floor", "7 Oak St Floor Twelve"),
    ("7 Oak St 2nd & 3rd Floors", "7 Oak St Floors 2 and 3", "7 Oak St Fl 2, Fl 3"),
    ("7 Oak St Fl 3 Hall 5th", "& 3rd Floor, 7 Oak St, Hall 5th"),
    ("7 Oak St 10th Floor East", "7 Oak St Fl 10E", "7 Oak St Floor 10 E"),
    ("7 Oak St Ground Floor", "7 Oak St, Floor Ground"),
    ("7 Oak St Bldg 2", "7 Oak St Building II", "7 Oak St Building Two", "7 Oak St, Bldg. #2"),
    ("7 Oak St East Tower", "7 Oak St, Tower E", "7 Oak St, E. Tower"),
    ("7 Oak St North Wing 3rd Floor", "7 Oak St Floor 3 Wing N"),
    ("7 Oak St Penthouse 1", "7 Oak St PH1", "7 Oak St PH 1"),
    ("7 Oak St Rear", "7 Oak St, REAR"),
    ("7 Oak St Upper", "7 Oak St UPPR"),
    ("7 Oak St Mail Stop A4", "7 Oak St MS A-4", "7 Oak St M/S A4", "MSC A4, 7 Oak St"),
    ("7 Oak St Mail Code 31-07", "7 Oak St MC 31-07"),
    ("7 Oak St Mail Stop: ACN", "7 Oak St, Mailstop ACN"),
    ("7 Oak St Dept CH 143", "7 Oak St Department CH143"),
    ("7 Oak St Dept 9", "7 Oak St Department 9"),
    ("7 Oak St, 5 West", "7 Oak St, 5W"),
    ("7 Oak St Unit 1/2", "7 Oak St #1/2"),
)
def test_units_by_appendix_c2(same: tuple[Spelling, ...]) -> None:
    assert_one_place(same)


@spellings(
    ("PO Box 12", "P.O. Box 12", "P O BOX 12", "POBox 12", "PO BOX12", "POB 12", "P.O.B. 12"),
    ("Post Office Box 12", "Box 12", "PO Box #12", "PO Box No. 12", "PO Bx 12", "P.O. 12"),
    ("Lock Box 12", "Lockbox 12", "PO Drawer 12", "Drawer 12", "Bin 12", "Apartado 12"),
    ("Caller 12", "Caller Service 12", "Firm Caller 12", "Caller Number 12", "PO Box 12"),
    ("PO Box A-12", "PO Box A12", "POB A 12"),
    ("PO Box A", "P.O. Box A,"),
    ("RR 2 Box 15", "R.R. 2, Box 15", "Rural Route 2 Box 15", "RFD 02 Box #15", "Route 2 Box 15"),
    ("7 Oak St RR 2 Box 15", "RR 2, Box 15\n7 Oak St", "7 Oak St, Rural Route 2 Box 15"),
    ("HC 1 Box 5", "Highway Contract 1 Box 5", "Star Route 1 Box 5", "HC1 BOX 5"),
    ("PSC 8 Box 74", "P.S.C. 8, Box 74", "psc 8 box 74"),
    ("7 Oak St Unit 5, Box 12", "PO Box 12, 7 Oak St Suite 5"),
    ("General Delivery", "GEN DELIVERY", "Gen Del"),
    (("PO Box 12", "7 Oak St"), ("7 Oak Street", "Box 12"), "7 Oak St PO Box 12"),
    ("PO Box 12 MS 4", "MS 4, PO Box 12"),
)
def test_boxes_and_routes_by_sections_22_to_28(same: tuple[Spelling, ...]) -> None:
    assert_one_place(same)


@spellings(
    ("PSC 8 Box 74", "P.S.C. 8, Box 74", "psc 8 box 74"),
    ("CMR 4 Box 5", "CMR4 BOX #5"),
    ("Unit 2050 Box 4190", "UNIT 2050, BOX 4190"),
    ("Unit 2050 Box 4190", "Attn: Bob Unit 2050 Box 4190"),
)
def test_military_addresses_by_section_25(same: tuple[str, ...]) -> None:
    assert_one_place(same, ("APO", "AE", "09499"))


@spellings(
    ("7 County Road 5", "7 CR 5", "7 Co Rd 5", "7 C.R. 5", "7 CR-5", "7 County Hwy 5"),
    ("7 State Route 84", "7 SR 84", "7 State Rd 84", "7 State Highway 84", "7 SR-84"),
    ("7 Kentucky Highway 84", "7 KY Hwy 84", "7 Kentucky State Highway 84", "7 KY-84"),
    ("7 New York Highway 5", "7 NY Hwy 5", "7 NY-5", "7 New York State Rd 5"),
    ("7 US Highway 1", "7 U.S. Route 1", "7 US-1", "7 U.S. 1", "7 U. S. Hwy 1"),
    ("7 Interstate 20", "7 I-20", "7 IH 20"),
    ("7 FM 1960", "7 Farm to Market Road 1960", "7 F.M. 1960"),
    ("7 Highway 121", "7 Hwy 121", "7 HWY-121"),
    ("7 Old Highway 5", "7 Old Hwy 5"),
    ("7 Route 59", "7 Rte 59"),
    ("7 NE Loop 310", "7 Northeast Loop 310"),
    ("7 County Road B", "7 Co. Rd. B"),
    ("7 N Highway 5 W", "7 North Hwy 5 West"),
)
def test_highways_by_appendix_f(same: tuple[str, ...]) -> None:
    assert_one_place(same)


@spellings(
    ("1 Oak St", "One Oak St"),
    ("18 5th Ave", "18 Fifth Ave", "18 5 Ave"),
    ("7 42nd St", "7 Forty-Second St", "7 Forty Second Street", "7 42 St", "7 42th St"),
    ("7 99th Ave", "7 Ninety-Ninth Ave"),
    ("7 100th St", "7 One Hundredth St", "7 Hundredth St"),
    ("25 Oak St", "Twenty-Five Oak St"),
    ("110 Oak St", "One Hundred Ten Oak St"),
    ("7 Four Oaks Dr", "7 4 Oaks Drive"),
    ("7 1/2 Oak St", "7½ Oak St", "7-1/2 Oak St"),
    ("7A Oak St", "7-A Oak St"),
    ("70-17th St", "70 17th St", "70 Seventeenth St"),
    ("7 Upper 49th St", "7 Upper 49 St"),
    ("N6W23001 Oak Rd", "N6 W23001 Oak Rd", "N6-W23001 Oak Rd"),
    ("25Oakway Dr", "25 Oakway Dr"),
    (("7", "Oak Street"), "7 Oak St"),
)
def test_numbers(same: tuple[Spelling, ...]) -> None:
    assert_one_place(same)


@spellings(
    ("7 St Louis St", "7 Saint Louis St", "7 St. Louis Street"),
    ("7 Old St. Louis Rd", "7 Old Saint Louis Road"),
    ("7 Ste Genevieve Ave", "7 Ste. Genevieve Ave"),
    ("7 Mt Hope Ave", "7 Mount Hope Ave"),
    ("7 Ft Oak Rd", "7 Fort Oak Rd"),
    ("7 Dr Martin Luther King Blvd", "7 Doctor MLK Blvd"),
    ("7 F. D. Oak Ave", "7 FD Oak Ave", "7 F.D. Oak Ave"),
    ("7 Fern Oak Rd", "7 Fernoak Rd", "7 Fern-Oak Rd", "7 FernOak Rd"),
    ("7 O'Oak St", "7 OOak St", "7 O’Oak St"),
    ("7 Chêne St", "7 Chene St", "７ Ｃｈｅｎｅ Ｓｔ", "7 Che\u0302ne\u200b St"),
    ("7 W.Oak St", "7 W. Oak St"),
    ("7\tOak\u00a0St", " 7  Oak   St "),
)
def test_names(same: tuple[str, ...]) -> None:
    assert_one_place(same)


@spellings(
    ("7 Oak St", "Attn: Claims, 7 Oak St", "c/o Bob\n7 Oak St", "% Bob, 7 Oak St"),
    (
        "7 Oak St",
        ("Attention Appeals", "7 Oak St"),
        "ATTN Claims 7 Oak St",
        "Care of Bob, 7 Oak St",
    ),
    ("7 Oak St", "Acme Health Plan, 7 Oak St", ("7 Oak St", "Claims Department")),
    (
        "7 Oak St",
        "Attn: Bob West, 7 Oak St",
        "Claims Unit 7 Oak St",
        "Oak Tower, 7 Oak St",
        "Acme Tower 7 Oak St",
    ),
    ("7 Oak St", "Local 12 Benefit Fund, 7 Oak St", "12 SEIU Benefit Fund, 7 Oak St"),
    ("7 Oak Ave", "7 Oak Ave Liberty Hall", "Third Avenue Place, 7 Oak Ave"),
    ("PO Box 12", "ATTN: Claims PO Box 12", "Acme\nAttn: Claims\nPO Box 12", "c/o RR Bob, Box 12"),
    ("Three Lake Center, 700 Oak Rd Ste 2", "700 Oak Rd 3 Lake Ctr Ste 2"),
    ("7 Oak St", "7 Oak St, Springfield, IL 62701", "7 Oak St Springfield IL 62701-1234, USA"),
    ("7 Oakwood", "7 Oakwood Springfield Illinois 62701", "7 Oakwood Springfield 62701"),
    ("7 Oak St", "7 Oak St, Springfield, 62701", "7 Oak St Springfield, 62701-1234"),
    ("7 Oak St", "7 Oak St\nSpringfield, IL", "7 Oak St, Oak Park Hills, IL 62701"),
)
def test_names_of_people_departments_and_places_fall_away(same: tuple[Spelling, ...]) -> None:
    assert_one_place(same)


@spellings(
    ("7 County Road 5", "7 Co. Rd. #5", "7 County Rd No. 5", "7 C R 5", "7 County Road Five"),
    ("7 County Road KK", "7 County Trunk Highway KK", "7 CTH KK", "7 Cty Rd KK", "7 Co Hwy KK"),
    ("7 US Hwy 51", "7 U.S. Highway No. 51", "7 US-51", "7 United States Hwy 51"),
    ("7 Interstate Highway 20", "7 I 20"),
    ("7 Hwy 71 Business", "7 Business Hwy 71", "7 Highway 71 Bus"),
    ("7 Forest Rd 5", "7 FS Rd 5", "7 Forest Service Road 5"),
    ("7 Ranch to Market Rd 5", "7 Ranch to Market 5"),
    ("7 Farm Rd 5", "7 Farm-to-Market Road 5", "7 FM Road 5", "7 F M 5"),
    ("7 Private Road 140", "7 Pvt Rd 140", "7 PR 140"),
    ("7 Old State Route 3", "7 Old St Rt 3"),
    ("7 Oak County Rd 312", "7 Oak Co. Rd. 312"),
    ("7 E County Road 1400N", "7 E Co Rd 1400 North"),
    ("7 IL 5", "7 Illinois Route 5", "7 IL-5", "7 Illinois 5", "7 State Hwy 5"),
    ("7 Spur 5", "7 Spur Five", "7 State Spur 5"),
    ("7 Loop 310", "7 Lp 310", "7 State Loop 310"),
    ("7 US Hwy 45", "7 USH 45", "7 US Route 45"),
    ("7 US 71 Business", "7 US Bus 71", "7 US Hwy 71 Bus.", "7 US Business 71"),
    ("7 Old Hwy 12", "7 Old Highway No. 12", "7 Old Highway # 12"),
    ("7 I-35 N", "7 I 35 N", "7 Interstate 35 North"),
    ("7 FM 1960 W", "7 FM 1960 Rd W", "7 F.M. 1960 West"),
    ("7 CSAH 15", "7 County Road 15", "7 County State Aid Highway 15"),
    ("7 NE 2nd Ave", "7 Northeast 2 Ave", "7 NE Second Avenue", "7 N.E. 2nd Ave."),
    ("7 Oak Way NE Ste 110", "7 Oak Way NE 110", "7 Oak Way NE #110"),
    ("7 FS 120", "7 Forest Service Rd 120"),
    ("7 Route 33", "7 Rte 33", "7 Highway 33"),
    ("7 SR 8", "7 State Route 0008"),
)
def test_roads_as_departments_of_transportation_call_them(same: tuple[str, ...]) -> None:
    assert_one_place(same)


def test_a_state_road_by_the_code_of_its_state_alone() -> None:
    ways = ("7 MD 760", "7 MD Rte 760", "7 MD-760", "7 Maryland 760")
    assert_one_place(ways, ("Lusby", "MD", "20657"))


@pytest.mark.parametrize(
    ("ways", "place"),
    [
        (("7 M-59", "7 M 59", "7 State Hwy 59"), ("Howell", "MI", "48843")),
        (("7 K-7 Hwy", "7 K-7", "7 State Highway 7"), ("Olathe", "KS", "66061")),
        (("7 Wis 59", "7 Wisconsin 59", "7 State Road 59"), ("Oak Creek", "WI", "53154")),
        (("7 Mass Rte 9", "7 State Route 9"), ("Natick", "MA", "01760")),
        (("7 NYS Route 5", "7 NY-5", "7 State Highway 5"), ("Utica", "NY", "13501")),
        (("7 North Carolina 54", "7 NC Hwy 54"), ("Durham", "NC", "27713")),
    ],
    ids=lambda each: each[0],
)
def test_a_state_road_as_its_state_calls_it(
    ways: tuple[str, ...], place: tuple[str, str, str]
) -> None:
    assert_one_place(ways, place)


def test_a_ranch_road_of_texas_is_no_room() -> None:
    ways = ("7 Ranch to Market Rd 5", "7 RM 5", "7 R.M. 5")
    assert_one_place(ways, ("Austin", "TX", "78701"))


@spellings(
    ("N95W18010 Oak Ave", "N95 W18010 Oak Ave", "N 95 W 18010 Oak Ave"),
    ("28W573 Oak Rd", "28 W 573 Oak Rd", "28W 573 Oak Rd", "28 W573 Oak Rd"),
    ("48 S 400 E", "48 So. 400 E.", "48 South 400 East", "48 S 400E"),
    ("216 B Oak Blvd", "216-B Oak Blvd", "216B Oak Blvd"),
    ("G1077 N Oak Hwy", "G 1077 N Oak Hwy"),
    ("37-24 36th St", "37 - 24 36th St"),
    ("1000 Oak Dr", "One Thousand Oak Dr"),
    ("1250 Oak Dr", "One Thousand Two Hundred Fifty Oak Dr", "Twelve Hundred and Fifty Oak Dr"),
    ("2890 S 900 E", "2890S 900E"),
    ("401 Oak St", "#401 Oak St", "No. 401 Oak St"),
)
def test_numbers_by_grids_and_words(same: tuple[str, ...]) -> None:
    assert_one_place(same)


@spellings(
    ("PO Box 12", "P0 Box 12", "P.0. Box 12", "POBX 12", "P/O Box 12", "LBX 12", "Lockbox #12"),
    ("Drawer CS 12", "P.O. Drawer CS12"),
    ("RR 2 Box 65", "R R 2 Box 65", "R.D. 2 Box 65", "Box 65 RR 2", "Box 65, Route 2"),
    ("HC 1 Box 5", "HCR 1 Box 5", "H C 1 Box 5", "HC RTE 1 Box 5", "Star Rt 1 Box 5"),
    ("PO Box 12", ("PO Box 12", "Station A")),
    ("Dept LA 21702", "Department LA21702", "Dept LA # 21702"),
    ("PO Box 12", "P.O. Bo 12", "PO Dwr 12", "P0B0X 12", "Post Office Box 12 (Lockbox)"),
    ("PO Box 12", "Attn: Plumbers Local 5, PO Box 12", "Acme Urb, PO Box 12"),
    ("PO Box 12", "Mailing address: PO Box 12", "Remit to: PO Box 12", "FBO Acme, PO Box 12"),
    ("RR 2 Box 65", "R F D 2 Box 65", ("RR 2", "Box 65"), "RR 2 B0X 65"),
    ("PO Box 12", "PO Box (12)", ("PO Box 12", "Phone 800/457-4708")),
    ("File 749210", "File #749210", "File No. 749210"),
    ("PSC 37 Box 12", "Postal Service Center 37 Box 12"),
    ("CMR 402 Box 7", "Community Mail Room 402, Box 7"),
    ("7 Oak St PMB 12", "7 Oak St, Private Mail Box #12", "7 Oak St Private Mailbox 12"),
    (("PO Box 12", "MSC 410837"), ("PO Box 12", "MSC-410837")),
)
def test_boxes_in_all_their_spellings(same: tuple[Spelling, ...]) -> None:
    assert_one_place(same)


@spellings(
    ("7 Oak St Lower Level", "7 Oak St LL", "7 Oak St, LL"),
    ("7 Oak St Suites C & D", "7 Oak St Ste C/D", "7 Oak St Suites C and D"),
    ("7 Oak St Suite 5", "7 Oak St (Suite 5)", "7 Oak St [Ste 5]"),
    ("7 Oak St North Tower Ste 5", "7 Oak St, Suite 5, N. Tower"),
    ("7 M St NW North Tower Ste 5", "7 M Street, NW, Suite 5, North Tower"),
    ("7 Oak Rd NE Tower Place Ste 5", ("7 Oak Road, N.E.", "Suite 5, Tower Place")),
    ("7 Oak St Garden Floor", "7 Oak St, Garden Floor"),
    ("7 Oak St", "7 Oak St Ste.", "7 Oak St Apt"),
    ("7 Oak St Wing C", "7 Oak St, C Wing"),
    ("7 Oak St Bldg A", ("7 Oak St", "A Building")),
    ("7 Oak St Fl 2 Ste 5", "7 Oak St Fl 2 #5", "7 Oak St, Second Floor, Suite 5"),
    ("7 Oak St Ground Floor", "7 Oak St Grnd Fl", "7 Oak St, Ground Level"),
    ("7 Oak St LL", "7 Oak St Floor LL", "7 Oak St, Lower Floor"),
    ("7 Oak St Upper Level", ("7 Oak St", "Uppr Lvl")),
    ("7 Oak St Mezzanine", "7 Oak St Mezzanine Level"),
    ("7 Oak St, Plaza II", "7 Oak St, Plaza Two", "7 Oak St, Plaza 2"),
    ("7 Oak St 5th Fl", ("7 Oak St", "Health Sciences Bldg 5th Fl")),
    ("7 Oak St Ste 200", "7 Oak St No. 200", "7 Oak St #200"),
    ("7 Oak St MC 741", "7 Oak St M/C 741", "7 Oak St Mail Code 741"),
)
def test_units_in_all_their_spellings(same: tuple[Spelling, ...]) -> None:
    assert_one_place(same)


@spellings(
    ("7 MLK Blvd", "7 Martin Luther King Jr Blvd", "7 Dr. Martin Luther King, Jr. Blvd"),
    ("7 Martin Luther King, Jr. Ave, SE", "7 MLK Jr Avenue SE", "7 M L King Ave SE"),
    ("7 JFK Dr", "7 J.F.K. Dr", "7 John F. Kennedy Drive"),
    ("7 O'Oak Plaza", "7 O&#39;Oak Plz", "7 O&#x27;Oak Plaza"),
    ("7 Eastern Promenade", "7 Eastern Prom"),
    ("7 South Avenue N", "7 S Avenue N"),
    ("7 Martin Luther King Jr Dr", "7 M.L. King Jr Drive", "7 Dr. M. L. King, Jr. Drive"),
    ("7 LBJ Fwy", "7 Lyndon B Johnson Freeway"),
    ("7 Gen Oak Dr", "7 General Oak Drive"),
    ("7 Gov Oak Dr", "7 Governor Oak Drive"),
    ("7 University Ave", "7 Univ Ave"),
    ("7 County Line Rd", "7 Cty Line Road"),
    ("7 O'Oak Dr", "7 O&rsquo;Oak Drive", "7 O Oak Dr"),
)
def test_names_of_streets_and_people(same: tuple[str, ...]) -> None:
    assert_one_place(same)


@spellings(
    (
        "7 Oak St",
        "7 Oak St, Fax 800-555-0100",
        ("7 Oak St", "(800) 555-0100"),
        ("7 Oak St", "www.example.org"),
        ("7 Oak St", "claims@example.org"),
        ("7 Oak St", "Payer ID: 60054"),
        ("7 Oak St", "EDI #60054"),
        ("7 Oak St (Payer ID 60054)", ""),
        ("7 Oak St", "n/a"),
        ("Oak &amp; Elm Health", "7 Oak St"),
    ),
    (
        ("PO Box 12", ""),
        ("1-888-OhioComp", "PO Box 12"),
        ("1199 SEIU", "PO Box 12"),
        ("Plumbers Local No. 5", "PO Box 12"),
        ("Plumbers Local", "PO Box 12"),
        ("360 Alliance", "PO Box 12"),
        ("4 Ever Life", "PO Box 12"),
    ),
)
def test_what_stands_beside_an_address_and_is_none(same: tuple[Spelling, ...]) -> None:
    assert_one_place(same)


@spellings(
    ("Mutual of Elm Plaza", "MUTUAL OF ELM PLZ", "Mutual of Elm Plaza."),
    ("Oak Tower, Suite 5", ("Oak Tower", "Ste 5")),
)
def test_a_named_place_without_a_number(same: tuple[Spelling, ...]) -> None:
    assert_one_place(same)


@spellings(
    ("350 Avenida Peñasco", "350 Penasco Ave", "350 Ave. Penasco", "Ave Peñasco 350"),
    ("350 Avenida Peñasco Torre Peñasco", "350 Penasco Ave, Torre Penasco"),
    ("45 Calle Sol", "Calle Sol #45", "CALLE SOL 45"),
    ("45 Calle 5", "Calle 5 #45", "Calle 5 Num 45", "45 C/ 5"),
    ("Bo Espinosa Buzon 5", "Bo. Espinosa, Buz. #5", "Bo Espinosa Buzon 5th"),
    ("45 Calle Sol Ste 3", "45 Calle Sol Local 3", "45 Calle Sol, Local #3"),
    ("45 Calle Sol Piso 2", "45 Calle Sol Segundo Piso", "45 Calle Sol 2do Piso"),
    ("Carr 2 Km 11.8", "Carr 2 Km 11.8 Bo Espinosa", "Barrio Espinosa, Carr 2 Km 11.8"),
    ("45 Calle Sol Apto 5B", ("45 Calle Sol", "Cond. Las Torres Apt 5B")),
    ("Urb Las Flores, 45 Calle A", "45 Calle A, Urbanización Las Flores"),
    ("Urb Las Flores Apt 5, 45 Calle A", "45 Calle A #5, Urb. Las Flores"),
    ("45 Calle Sol Piso 5", "45 Calle Sol, 5th Floor"),
    ("Carr 2 Km 11.8", "Carretera #2, Km. 11.8", "PR-2 Km 11.8", "PR 2, K 11.8"),
    ("Carr 2 Km 11.8", "Carretera Estatal 2 Km 11.8", "Road 2 Km 11.8", "Carr. PR-2, Km. 11.8"),
    ("HC 1 Box 5", "HC 01 Buzon 5", "HC-01 Bzn 5"),
)
def test_puerto_rico_by_section_29(same: tuple[str, ...]) -> None:
    assert_one_place(same, SAN_JUAN)


@pytest.mark.parametrize(
    "pasted",
    [
        ("7 Oak St, Springfield, IL 62701", "", "", "", ""),
        ("7 Oak St\nSpringfield, IL 62701-1234\nUSA", "", "", "", ""),
        ("Acme", "7 Oak St, Springfield, Illinois 62701", None, None, None),
        ("7 Oak St Springfield IL 62701", "", "Springfield", "IL", ""),
    ],
)
def test_a_place_pasted_after_the_street_stands_in_for_an_empty_one(
    pasted: tuple[str, str, str | None, str | None, str | None],
) -> None:
    assert address_key(*pasted) == key("7 Oak St")


def test_a_city_and_state_pasted_after_the_street_stand_in_without_a_zip() -> None:
    pasted = address_key("7 Oak St, Springfield, IL", "", "", "", "")

    assert pasted == address_key("7 Oak St", "", "Springfield", "IL", "") != ""
