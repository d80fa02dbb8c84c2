"""Which state a ZIP is in: USPS Labeling List L002, 3-digit ZIP Code prefixes."""

# The first and last prefix of a state; one alone is both. The later of two that hold one wins.
_PREFIXES = """
005 NY, 006-007 PR, 008 VI, 009 PR, 010-027 MA, 028-029 RI, 030-038 NH, 039-049 ME, 050-059 VT,
055 MA, 060-069 CT, 070-089 NJ, 090-099 AE, 100-149 NY, 150-196 PA, 197-199 DE, 200-205 DC, 201 VA,
206-219 MD, 220-246 VA, 247-268 WV, 270-289 NC, 290-299 SC, 300-319 GA, 320-349 FL, 340 AA,
350-369 AL, 370-385 TN, 386-397 MS, 398-399 GA, 400-427 KY, 430-459 OH, 460-479 IN, 480-499 MI,
500-528 IA, 530-549 WI, 550-567 MN, 569 DC, 570-577 SD, 580-588 ND, 590-599 MT, 600-629 IL,
630-658 MO, 660-679 KS, 680-693 NE, 700-714 LA, 716-729 AR, 730-749 OK, 733 TX, 750-799 TX,
800-816 CO, 820-831 WY, 832-838 ID, 840-847 UT, 850-865 AZ, 870-884 NM, 885 TX, 889-898 NV,
900-961 CA, 962-966 AP, 967-968 HI, 969 GU, 970-979 OR, 980-994 WA, 995-999 AK
"""
# Where a prefix is shared: whole ZIPs, or what they begin with.
_OTHERWISE = """
06390 NY, 20041 VA, 73949 TX, 83120 WY, 83127 WY, 83414 WY, 96799 AS, 96939 PW, 96940 PW, 96941 FM,
96942 FM, 96943 FM, 96944 FM, 9695 MP, 96960 MH, 96970 MH
"""
# ZIPs that deliver across a border, where either state is right.
_ACROSS = """
42223 KY TN, 59221 MT ND, 63673 MO IL, 71749 AR LA, 73949 TX OK, 75502 TX AR, 81137 CO NM,
84536 UT AZ, 86044 AZ UT, 86515 AZ NM, 88063 NM TX, 89439 NV CA, 89061 NV CA, 97635 OR CA,
82082 WY NE, 57717 SD WY, 57724 SD MT, 58030 ND SD, 56129 MN IA, 51603 IA MO, 52542 IA MO
"""


def _rows(table: str) -> list[list[str]]:
    return [row.split() for row in table.split(",")]


_STATES: dict[str, str] = {}
for _prefixes, _state in _rows(_PREFIXES):
    _first, _, _last = _prefixes.partition("-")
    for _number in range(int(_first), int(_last or _first) + 1):
        _STATES[f"{_number:03}"] = _state
_STATES |= {row[0]: row[1] for row in _rows(_OTHERWISE)}
_BOTH = {zip_code: frozenset(states) for zip_code, *states in _rows(_ACROSS)}


def state_of_zip(zip_code: str) -> str:
    """Return the code of the state that a ZIP is in; "" where the table doesn't say.

    >>> state_of_zip("92617-1234"), state_of_zip("09499"), state_of_zip("00000")
    ('CA', 'AE', '')
    """
    found = (_STATES.get(zip_code[:count]) for count in (5, 4, 3))
    return next(filter(None, found), "")


def may_be_in(zip_code: str, state: str) -> bool:
    """Return whether `state` may be right for this ZIP, as far as the table says."""
    known = state_of_zip(zip_code)
    return not known or state == known or state in _BOTH.get(zip_code[:5], ())
