"""Requests that are hostile by chance, made of what a page really sends."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from tests.soak.hostile.values import ADDRESSES, KINDS, NUMBERS, STRANGE, Value

Fields = dict[str, list[Value]]  # of a form or a query, each with its values

TYPES = (
    "application/json",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=\x7f",
    "application/x-www-form-urlencoded; charset=zq7",
    "application/x-www-form-urlencoded; charset=utf-16",
    "",
)
METHODS = ("PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "zq7zq7"


class Request(NamedTuple):
    method: str
    url: str
    body: bytes
    content_type: str
    fields: Fields  # what it was made of, to say so


class Chance:
    """Chooses what is hostile. `keys` are those of records of any kind."""

    def __init__(self, seed: object, keys: Sequence[str]) -> None:
        self.rng = random.Random(str(seed))
        self.keys = keys

    def now(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def value(self) -> Value:
        rng = self.rng
        if self.now(5):
            return "".join(chr(rng.randrange(0x110000)) for _ in range(rng.randint(1, 30)))
        if self.now(12):
            return rng.choice(self.keys)
        if self.now(4):
            return (
                f"{rng.choice(('pm.InsurancePlan', 'ehr.Insurance', 'auth.User'))}:{self.value()!s}"
            )
        value = rng.choice(rng.choice(KINDS))
        return as_bytes("Aetna ") + as_bytes(value) if self.now(15) else value

    def value_of(self, name: str) -> Value:
        """Return a value for a field of this name."""
        return self.rng.choice(ADDRESSES) if name in ("back", "next") else self.value()

    def changed(self, fields: Mapping[str, Sequence[Value]], strange: Sequence[str]) -> Fields:
        """Return the fields of a request, one to four of them changed."""
        sent = {name: [*values] for name, values in fields.items()}
        for _ in range(self.rng.randint(1, 4)):
            self.rng.choices(CHANGES, WEIGHTS)[0](self, sent, strange)
        return sent

    def post(self, url: str, fields: Mapping[str, Sequence[Value]]) -> Request:
        """Return a request that sends a form of these fields to `url`, changed."""
        sent = self.changed(fields, STRANGE)
        if self.now(10):
            url += ("&" if "?" in url else "?") + f"back={quote_plus(self.value_of('back'))}"
        if self.now(5):
            url += ("&" if "?" in url else "?") + query_of(self.changed({}, STRANGE)).decode()
        method, body, content_type = "POST", query_of(sent), FORM
        if self.now(12):
            content_type = f"multipart/form-data; boundary={BOUNDARY}"
            body = parts_of(sent, self.rng.choice([*sent, ""]) if self.now(20) else None)
        elif self.now(3):
            body = b"&".join(
                as_bytes(name) + b"=" + as_bytes(value) for name, vs in sent.items() for value in vs
            )
        if self.now(2):
            content_type = self.rng.choice(TYPES)
        if self.now(1):
            body += b"&a=1" * 1500
        if self.now(2):
            method = self.rng.choice(METHODS)
        return Request(method, url, body, content_type, sent)

    def get(
        self, url: str, fields: Mapping[str, Sequence[Value]], strange: Sequence[str]
    ) -> Request:
        """Return a request for `url` with a query of these fields, changed."""
        sent = self.changed(fields, strange)
        query = query_of(sent)
        if self.now(5):
            query += self.rng.choice((b"&%ff%fe=%", b"&&&==", b"&%00=%00", b"&a[]=1;b=2", b"%zz"))
        return Request("GET", f"{url}?{query.decode()}", b"", "", sent)


def _replace(chance: Chance, sent: Fields, strange: Sequence[str]) -> None:
    if sent:
        name = chance.rng.choice(list(sent))
        sent[name] = [chance.value_of(name)]
    else:
        _add(chance, sent, strange)


def _add(chance: Chance, sent: Fields, strange: Sequence[str]) -> None:
    name = chance.rng.choice(strange)
    sent[name] = [chance.rng.choice(("1", "", "on", chance.value_of(name)))]


def _double(chance: Chance, sent: Fields, strange: Sequence[str]) -> None:
    if sent:
        values = sent[chance.rng.choice(list(sent))]
        values.insert(chance.rng.randint(0, len(values)), chance.value())


def _drop(chance: Chance, sent: Fields, strange: Sequence[str]) -> None:
    if sent:
        del sent[chance.rng.choice(list(sent))]


def _swap(chance: Chance, sent: Fields, strange: Sequence[str]) -> None:
    if len(sent) > 1:
        one, other = chance.rng.sample(list(sent), 2)
        sent[one], sent[other] = sent[other], sent[one]


def _lie(chance: Chance, sent: Fields, strange: Sequence[str]) -> None:
    """Claim another number of rows than there are."""
    if counts := [name for name in sent if name.endswith("_FORMS")]:
        sent[chance.rng.choice(counts)] = [chance.rng.choice(("2", "3", "2000", *NUMBERS))]
    else:
        _replace(chance, sent, strange)


CHANGES: tuple[Callable[[Chance, Fields, Sequence[str]], None], ...] = (
    _replace,
    _add,
    _double,
    _drop,
    _swap,
    _lie,
)
WEIGHTS = (8, 3, 2, 2, 1, 1)


def as_bytes(value: Any) -> bytes:
    """Return what a program sends that doesn't ask whether it is text."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def query_of(fields: Mapping[str, Sequence[Value]]) -> bytes:
    pairs = [(name, value) for name, values in fields.items() for value in values]
    return "&".join(
        f"{quote_plus(as_bytes(name))}={quote_plus(as_bytes(value))}" for name, value in pairs
    ).encode()


def parts_of(fields: Mapping[str, Sequence[Value]], file: str | None) -> bytes:
    """Return the body of a multipart form; what is called `file` in it is sent as one."""
    parts = []
    for name, values in fields.items():
        named = b'form-data; name="%s"' % as_bytes(name).replace(b'"', b"%22")
        if name == file:
            named += b'; filename="../zq7\xff.csv"\r\nContent-Type: text/csv'
        parts += [
            b"--%s\r\nContent-Disposition: %s\r\n\r\n%s\r\n"
            % (BOUNDARY.encode(), named, as_bytes(value))
            for value in values
        ]
    return b"".join(parts) + b"--%s--\r\n" % BOUNDARY.encode()


def told(fields: Fields) -> str:
    """Return the fields of a request in short."""
    return json.dumps({name: [repr(v)[:80] for v in values] for name, values in fields.items()})
