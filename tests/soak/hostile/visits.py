"""Sends hostile requests, each undone, and notes what is wrong."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import is_valid_path, resolve

from kareo.pages.sending.once import PAGE
from kareo.records.acting import acting
from tests.roles.forms import undone
from tests.roles.requests import in_order, routes
from tests.roles.visits import quiet
from tests.soak.hostile import whole
from tests.soak.hostile.answers import BESIDE, LONG, Faults, Noted, is_refused, wrong_with
from tests.soak.hostile.chance import FORM, Chance, Request, query_of
from tests.soak.hostile.forms import FORMS, Sending
from tests.soak.hostile.lists import LISTS, Asked, look_up
from tests.soak.hostile.planting import ROLES, TEXT, keys_of, plant, users
from tests.soak.kills.stored import read

FOLLOWED = 35  # percent of what was done, whose next page is looked at: it says what was


@contextmanager
def planted() -> Iterator["Site"]:
    """Have the records planted, and undo it."""
    with transaction.atomic(), quiet():
        yield Site()
        transaction.set_rollback(True)


class Site:
    """The planted records, and who sends. `done` counts what was sent."""

    def __init__(self) -> None:
        with acting(TEXT[:150]):
            self.records = plant()
        self.users = users()
        self.keys = keys_of(self.records)
        self.done: Counter[str] = Counter()
        self._paths: set[str] = set()
        self._client = Client(raise_request_exception=False)
        self._cookies: dict[str, dict[str, str]] = {"": {}}
        for name, user in self.users.items():
            self._client.cookies = SimpleCookie()
            self._client.force_login(user)
            self._cookies[name] = {key: each.value for key, each in self._client.cookies.items()}
        self._kept, self._before = whole.kept(), read()

    def name_of(self, kind: str) -> str:
        return self.users[kind].get_username()

    def look(self, url: str) -> Any:
        """Return the page at `url`, as a superuser sees it."""
        return self._ask("superuser", Request("GET", url, b"", "", {}))

    def try_out(self, sending: Sending) -> Any:
        """Return the answer to what a page really sends, undone."""
        with undone():
            return self._ask("" if sending.anonymous else "superuser", _unchanged(sending))

    def post(self, name: str, count: int, seed: int) -> list[str]:
        """Send `count` hostile posts to a form of FORMS; return what is wrong, a text each."""
        faults = Faults(f"{name}, --seed {seed}")
        sendings = [*FORMS[name](self)]
        self._paths |= {sending.url.partition("?")[0] for sending in sendings}
        for sending in sendings:
            if sending.does and is_refused(answer := self.try_out(sending), sending):
                why = [str(answer.status_code), *re.findall("errorlist.*", answer.text)]
                faults.add("unchanged", _unchanged(sending), [f"is refused: {why}"])
        for number in range(count):
            chance = Chance(f"{seed} {name} {number}", self.keys)
            sending = chance.rng.choice(sendings)
            who, fields = self._sender(chance, anonymous=sending.anonymous), sending.fields
            if who != "superuser":  # whose pages these aren't
                fields = {field: values for field, values in fields.items() if field != PAGE}
            request = chance.post(sending.url, fields)
            wrong = self._wrong_with_post(who, request, sending, follow=chance.now(FOLLOWED))
            faults.add(number, request, wrong)
        self.done["posts"] += count
        return faults.told()

    def get(self, name: str, count: int, seed: int) -> list[str]:
        """Send `count` hostile queries to a list of LISTS; return what is wrong, a text each."""
        faults = Faults(f"{name}, --seed {seed}")
        pages = [*LISTS[name](self)]
        self._paths |= {asked.url for asked in pages}
        for number in range(count):
            chance = Chance(f"{seed} {name} {number}", self.keys)
            asked = chance.rng.choice(pages)
            names = asked.names
            if asked.model and chance.now(50):
                names = tuple(look_up(chance, asked.model) for _ in range(3))
            request = chance.get(asked.url, chance.rng.choice(asked.queries), names)
            who = self._sender(chance, anonymous=asked.anonymous)
            faults.add(number, request, self._wrong_with_get(who, request, asked))
        self.done["query strings"] += count
        return faults.told()

    def unasked(self) -> list[str]:
        """Return a fault for each URL that is in no form or list that was sent to."""
        known = {route.replace("/^", "/") for route in routes()}  # as `resolve` joins them
        asked = {in_order(resolve(path).route) for path in self._paths if is_valid_path(path)}
        return [f"{route} is asked for nothing" for route in sorted(known - asked)]

    def _sender(self, chance: Chance, *, anonymous: bool) -> str:
        if anonymous:
            return ""
        return chance.rng.choice(ROLES) if chance.now(15) else "superuser"

    def _ask(self, who: str, request: Request) -> Any:
        self._client.cookies = SimpleCookie(self._cookies[who])
        return self._client.generic(request.method, request.url, request.body, request.content_type)

    def _wrong_with_post(
        self, who: str, request: Request, sending: Sending, *, follow: bool
    ) -> list[str]:
        with undone():
            with Noted() as noted:
                response = self._ask(who, request)
            wrong = [*wrong_with(response), *noted.wrong]
            written = noted.written - BESIDE
            if not sending.writes and len(response.content) > LONG:
                wrong.append(f"a preview of {len(response.content):,} bytes")
            if written and not sending.writes:
                wrong.append(f"a page that only reads wrote {', '.join(sorted(written))}")
            if written and response.status_code < 500:
                wrong += self._wrong_with_stored(response, sending, follow=follow)
        return wrong

    def _wrong_with_stored(self, response: Any, sending: Sending, *, follow: bool) -> Iterator[str]:
        if is_refused(response, sending):
            now = whole.kept()
            if changed := [table for table, rows in now.items() if rows != self._kept[table]]:
                yield f"was refused, and wrote {', '.join(changed)}"
            return
        self.done["posts that wrote"] += 1
        yield from whole.broken(self._before)
        if follow and response.status_code == 302:
            next_page: Any = self._client.get(response.url)
            yield from (f"after it: {each}" for each in wrong_with(next_page))

    def _wrong_with_get(self, who: str, request: Request, asked: Asked) -> list[str]:
        with undone():
            with Noted() as noted:
                response = self._ask(who, request)
            wrong = [*wrong_with(response), *noted.wrong]
            if written := noted.written - BESIDE:
                wrong.append(f"a query wrote {', '.join(sorted(written))}")
            unknown = asked.own is not None and request.fields.keys() - asked.own
            if noted.pattern and asked.own is not None:
                wrong.append(f"looks for a pattern: {noted.pattern}")
            if unknown and response.status_code == 200:
                wrong.append(f"takes {', '.join(map(repr, sorted(unknown)))}")
        return wrong


def _unchanged(sending: Sending) -> Request:
    return Request("POST", sending.url, query_of(sending.fields), FORM, sending.fields)
