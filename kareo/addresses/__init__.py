"""Know one address in all its spellings: the manual of this package.

A payer's address stands on cards, in lists and in two programs, spelled as somebody typed it. This
package turns each spelling into one key, by USPS Publication 28. Two addresses match when their
keys are equal and not empty.

>>> address_key("111 Academy Drive, Suite 200", "", "Irvine", "CA", "92617-1234")
'92617||111 ACADEMY DR|STE 200'
>>> address_key("ATTN: Claims", "111 ACADEMY DR. #200", "", "", 92617)
'92617||111 ACADEMY DR|STE 200'

It is pure Python: it imports nothing of Django and needs no settings. What stands in `__all__` is
for everybody. Of its modules, only the tables are used elsewhere, for a search and a form.

How to call it
--------------

All three functions take street, second line, city, state and ZIP, as anything at all, and never
raise. `near_key` leaves the units out: it is the key of the building.

>>> near_key("111 Academy Drive, Suite 200", "", "Irvine", "CA", "92617")
'92617||111 ACADEMY DR|'
>>> address_key(None, b"", float("nan"), object(), -1)
''

`parse` returns the parts of both keys, to say what is equal and what differs.

>>> aetna = parse("P.O. Box 12, 111 Academy Dr", "12th Floor, Bldg. C", "Irvine", "CA", "92617")
>>> aetna.zip5, aetna.box, aetna.street, aetna.units
('92617', 'PO BOX 12', '111 ACADEMY DR', ('BLDG C', 'FL 12'))
>>> aetna.key, aetna.near_key
('92617|PO BOX 12|111 ACADEMY DR|BLDG C FL 12', '92617|PO BOX 12|111 ACADEMY DR|')
>>> aetna.basis
['box', 'street', 'zip']

For the examples from here on:

>>> def key(street, zip_code="62701", city="Springfield", state="IL"):
...     return address_key(street, "", city, state, zip_code)

The parts of a key
------------------

They are place, box, street and units, parted by "|", each in capitals and in standard form. A key
has `KEY_LENGTH` characters at most; of a longer one the end gives way to a digest of the whole.

The place is the five digits of the ZIP, with the leading zeros that spreadsheets drop. City and
state stand in where there is no ZIP, and only there.

>>> key("7 Oak St", "2108-1234"), key("7 Oak St", 2108, "Boston", "MA")
('02108||7 OAK ST|', '02108||7 OAK ST|')
>>> key("7 Oak St", "", "E. Lansing", "Michigan")
'ELANSING MI||7 OAK ST|'
>>> key("7 Oak St, Springfield, Illinois 62701", "", "", "")
'62701||7 OAK ST|'

The box is a PO box (callers, drawers and lock boxes are some), a box on a route or in a military
unit, or general delivery.

>>> key("Post Office Box #12"), key("Lock Drawer 12"), key("RFD 02, Box 15")
('62701|PO BOX 12||', '62701|PO BOX 12||', '62701|RR 2 BOX 15||')
>>> key("P.S.C. 8 Box 74", "09499"), key("GEN DELIVERY")
('09499|PSC 8 BOX 74||', '62701|GENERAL DELIVERY||')

The street is its number, directions, name and suffix. The name proper is written as one word, and
numbers are digits. A numbered road has one form in its state.

>>> key("One North Fern Oak Street"), key("1 N. Fern-Oak St")
('62701||1 N FERNOAK ST|', '62701||1 N FERNOAK ST|')
>>> key("7 Fifth Avenue"), key("7 Kentucky Highway 84"), key("7 State Rd 84")
('62701||7 5 AVE|', '62701||7 SR 84|', '62701||7 SR 84|')
>>> key("Calle A #45, Urb. Las Flores", "00918")
'00918||45 CALLEA URB LASFLORES|'

The units are sorted. Suite, apartment, room, # and a bare number are one kind, because people swap
them. Floor, building, tower, wing, department and mail stop are others.

>>> key("7 Oak St, Third Floor, Apt 20-B"), key("#20B 7 Oak St FL 3")
('62701||7 OAK ST|FL 3 STE 20B', '62701||7 OAK ST|FL 3 STE 20B')
>>> key("7 Oak St, M/S 31-07, East Tower")
'62701||7 OAK ST|MS 31-07 TOWER E'

Several boxes or streets are joined by " & ".

>>> key("PO Box 5, PO Box 12, 7 Oak St")
'62701|PO BOX 12 & PO BOX 5|7 OAK ST|'

What falls away
---------------

Case, accents, punctuation and spacing; the last four digits of a ZIP; names of people, companies,
departments and buildings; a number in an organization's name; city and state beside a ZIP.

>>> key("c/o Bob, 7 Oak St"), key("Local 12 Benefit Fund, Oak Tower, 7 Oak St.")
('62701||7 OAK ST|', '62701||7 OAK ST|')

What stays
----------

Every other number. In doubt it is a unit: two spellings of one address may then go unrecognized,
but two addresses are never taken for one.

>>> key("7 Oak St, Pod 5"), key("7 Oak St, 5 West")
('62701||7 OAK ST|STE 5', '62701||7 OAK ST|STE 5W')

What never matches
------------------

Another ZIP, box, house number, direction, street name or suffix, another unit, or a unit and none.
A ZIP and none don't match either. Where nothing can be delivered to, or nothing says where, the key
is empty, and an empty key matches nothing.

>>> key("7 N Oak St") == key("7 Oak St N"), key("PO Box 12") == key("RR 2 Box 12")
(False, False)
>>> key("Main Street"), key("Suite 200"), key("7 Oak St", "", "Springfield", "")
('', '', '')

The tables
----------

What is known of the language stands in tables, and nowhere else:

- `states`: codes and names of the states; appendix B of Publication 28. The forms use it, too.
- `suffixes`: Street, Avenue and their variants; appendix C1, with a few that are as common.
- `tables`: directions (appendix B), units (C2), numbered roads (F), boxes, routes, military and
  Puerto Rican addresses (sections 22 to 29), number words, and what tells an organization's name.

Most rows begin with the standard form, and all other words of the row are read as that.

The modules that read import only from those before them: `words` (from text to plain words),
`units` (with the boxes), `streets` (the standard form of a street), `street_words` (where one
begins and ends), `puerto_rico`, `place` (ZIP, city and state), `reader` (an address from its first
word to its last), `keys`.

To change how an address is read
--------------------------------

1. Add two spellings that now match to the tests, and two places close to them that must not.
2. Change the table, or the reading where no table can say it.
3. Raise `KEY_VERSION` in `keys` if any key changes. Stored keys carry the version that made them;
   after the upgrade `manage.py recompute_address_keys` brings them up to date.
4. Measure. `manage.py match_report` on pairs that are known to be the same or not: precision must
   stay 1.0, because a wrong match sends a claim to somebody else, and recall should rise. On your
   own payer list, look at each pair of addresses that began to match, or no longer does. Time the
   keys before and after: some 50,000 a second on one core is the speed to keep.
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
