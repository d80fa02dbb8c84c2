"""Know one address in all its spellings: the manual of this package.

A payer's address is spelled as somebody typed it. This package turns each spelling into one key, by
USPS Publication 28. Two addresses match when their keys are equal and not empty.

>>> address_key("111 Academy Drive, Suite 200", "", "Irvine", "CA", "92617-1234")
'92617||111 ACADEMY DR|STE 200'
>>> address_key("ATTN: Claims", "111 ACADEMY DR. #200", "", "", 92617)
'92617||111 ACADEMY DR|STE 200'

What stands in `__all__` is for everybody. Of the modules, only the tables are used elsewhere.

How to call it
--------------

All three functions take street, second line, city, state and ZIP, as anything at all, and never
raise. `near_key` leaves the units out: it is the key of the building. `parse` returns the parts of
both keys, to say what is equal and what differs.

>>> address_key(None, b"", float("nan"), object(), -1)
''
>>> near_key("111 Academy Drive, Suite 200", "", "Irvine", "CA", "92617")
'92617||111 ACADEMY DR|'
>>> aetna = parse("P.O. Box 12, 111 Academy Dr", "12th Floor, Bldg. C", "Irvine", "CA", "92617")
>>> aetna.zip5, aetna.box, aetna.street, aetna.units
('92617', 'PO BOX 12', '111 ACADEMY DR', ('BLDG C', 'FL 12'))
>>> aetna.key, aetna.near_key
('92617|PO BOX 12|111 ACADEMY DR|BLDG C FL 12', '92617|PO BOX 12|111 ACADEMY DR|')
>>> aetna.basis
['box', 'street', 'zip']

The parts of a key
------------------

They are place, box, street and units, parted by "|", each in capitals and in standard form. Several
boxes or streets are joined by " & ". A key has `KEY_LENGTH` characters at most; of a longer one the
end gives way to a digest of the whole. For the examples from here on:

>>> def key(street, zip_code="62701", city="Springfield", state="IL"):
...     return address_key(street, "", city, state, zip_code)

The place is the five digits of the ZIP, with the leading zeros that spreadsheets drop. City and
state stand in where there is no ZIP, and only there.

>>> key("7 Oak St", "2108-1234"), key("7 Oak St, Springfield, Illinois 62701", "", "", "")
('02108||7 OAK ST|', '62701||7 OAK ST|')
>>> key("7 Oak St", "", "E. Lansing", "Michigan")
'ELANSING MI||7 OAK ST|'

The box is a PO box (callers, drawers and lock boxes are some), a box on a route or in a military
unit, or general delivery.

>>> key("Lock Drawer #12"), key("RFD 02, Box 15"), key("GEN DELIVERY")
('62701|PO BOX 12||', '62701|RR 2 BOX 15||', '62701|GENERAL DELIVERY||')
>>> key("P.S.C. 8 Box 74", "09499")
'09499|PSC 8 BOX 74||'

The street is its number, directions, name and suffix. The name proper is written as one word, and
numbers are digits. A numbered road has one form in its state, and the code of another state.

>>> key("One North Fern Oak Street"), key("7 Fifth Avenue")
('62701||1 N FERNOAK ST|', '62701||7 5 AVE|')
>>> key("7 Illinois Route 84"), key("7 State Rd 84"), key("7 Kentucky Highway 84")
('62701||7 SR 84|', '62701||7 SR 84|', '62701||7 KY-SR 84|')
>>> key("Calle A #45, Urb. Las Flores", "00918")
'00918||45 CALLEA URB LASFLORES|'

The units are sorted. Suite, apartment, room, # and a bare number are one kind, because people swap
them. Floor, building, tower, wing, department and mail stop are others.

>>> key("7 Oak St, Third Floor, Apt 20-B"), key("#20B 7 Oak St, M/S 31-07, East Tower")
('62701||7 OAK ST|FL 3 STE 20B', '62701||7 OAK ST|MS 31-07 STE 20B TOWER E')

What falls away, what stays and what never matches
--------------------------------------------------

Case, accents, punctuation and spacing fall away; so do the last four digits of a ZIP, whatever is
behind Attn or c/o, names before a street or beside a box, names of companies, departments and
buildings, a number in an organization's name, phone numbers, web addresses, dates and payer IDs,
and city and state beside a ZIP. Every other number stays. So does a letter, a direction or a Roman
numeral at the end of a name, a side or direction before a building's, and behind a street any name
that isn't known to be nobody's place. In doubt it is a unit: two spellings of one address may then
go unrecognized, but two addresses are never taken for one.

>>> key("c/o Bob, 7 Oak St"), key("Local 12 Benefit Fund, Oak Tower, 7 Oak St., Fax 800-555-0100")
('62701||7 OAK ST|', '62701||7 OAK ST|')
>>> key("7 Oak St, Lake Plaza II"), key("7 Oak St, Gate A"), key("Attn: Claims Ste 5, 7 Oak St")
('62701||7 OAK ST|PLZ 2', '62701||7 OAK ST|GATE A', '62701||7 OAK ST|STE 5')
>>> key("7 Oak St, Pod 5"), key("7 Oak St, 5 West")
('62701||7 OAK ST|POD 5', '62701||7 OAK ST|STE 5W')
>>> key("7 Oak St, North Plaza"), key("7 Oak St, Yellow Zone"), key("7 Oak St, Attn: Team 4")
('62701||7 OAK ST|PLZ N', '62701||7 OAK ST|YELLOW ZONE', '62701||7 OAK ST|STE 4')

Another ZIP, box, house number, direction, street name, suffix or unit never matches, nor does one
beside none. Where nothing can be delivered to, or nothing says where, the key is empty.

>>> key("7 N Oak St") == key("7 Oak St N"), key("PO Box 12") == key("RR 2 Box 12")
(False, False)
>>> key("Main Street"), key("Suite 200"), key("7 Oak St", "", "Springfield", "")
('', '', '')

A building without a number has a key that only the same words have, its city and state included.

>>> key("Mutual of Elm Plaza"), key("MUTUAL OF ELM PLZ", city="Chatham")
('62701||MUTUAL OF ELM PLZ, SPRINGFIELD IL|', '62701||MUTUAL OF ELM PLZ, CHATHAM IL|')

`manage.py explain_address` shows how one is read, part by part.

To change how an address is read
--------------------------------

What is known of the language stands in `tables`, and nowhere else: `text` (what is changed before
an address is cut into words), `delivery` (units, boxes, routes), `names` (directions, number words,
organizations, buildings), `suffixes` (Street, Avenue and their variants), `roads` (numbered ones),
`states`, and `rules`: the grammar, which says what words stand together, each rule with examples,
and how what it reads is written. Most rows begin with the standard form, and all other words of the
row are read as that.

The modules that read import nothing of Django, and only those before them: `words` (from text to
plain words), `grammar` (applies the rules), `units` (with the boxes), `streets` (the standard form
of a street), `street_words` (where one begins and ends), `place` (ZIP, city and state), `reader` (a
whole address), `keys`.

An example: `words` makes of "7 Oak St Ste 5-B" the words 7 OAK ST STE 5B. `reader` sees that a
number begins it and asks `street_words`, which takes words until rule `designator` finds a unit at
STE; `streets` makes "7 OAK ST" of them. Then `reader` reads STE and, by rule `number`, 5B.

1. Add two spellings that now match to the tests, and two places close to them that must not.
2. Change the table, or the reading where no table can say it.
3. Raise `KEY_VERSION` in `keys` if any key changes. Stored keys carry the version that made them;
   after the upgrade `manage.py recompute_address_keys` brings them up to date.
4. Measure. Run `manage.py match_report` on pairs that are known to be the same or not: precision
   must stay 1.0, because a wrong match sends a claim to somebody else, and recall should rise. On
   your payer list, look at each pair that began to match, or no longer does. Keep the speed, some
   20,000 keys a second on one core.
"""

from kareo.addresses.keys import (
    KEY_LENGTH,
    KEY_VERSION,
    ParsedAddress,
    address_key,
    near_key,
    parse,
)

__all__ = ["KEY_LENGTH", "KEY_VERSION", "ParsedAddress", "address_key", "near_key", "parse"]
