"""Sends requests as users do, each undone, and notes what is wrong."""

import html
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote_plus, unquote

from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.test import Client

from tests.roles.forms import filled_in, undone
from tests.roles.kinds import KINDS, Kind, make_users
from tests.roles.planting import Records, plant
from tests.roles.requests import ANYTHING, Sent, requests
from tests.roles.secrets import ALL, NOWHERE, readable, unreadable

READS = re.compile(r"SELECT\b|SAVEPOINT|RELEASE|ROLLBACK|SET LOCAL|EXPLAIN|PRAGMA")
TABLE = re.compile(r'(?:INSERT\D*? INTO|UPDATE|DELETE FROM) "?(\w+)')
# What a page writes for itself, whoever looks at it.
BESIDE = {"django_session", "sync_foundbefore"}
# What differs between two pages that say the same: tokens, and the word that was looked for.
TOKENS = re.compile(r'(?:name="(?:csrfmiddlewaretoken|_page)" value|data-left)="[^"]*"')


class Site:
    """The planted records, users of all kinds, and what each form sends when it is filled in."""

    def __init__(self) -> None:
        self.records: Records = plant()
        self.users = make_users()
        client = Client()
        client.force_login(self.users["superuser"])
        self.forms = filled_in(client, self.records)

    def visit(self, name: str) -> "Visitor":
        """Return who has sent all that the table says for this kind of user."""
        visitor = Visitor(KINDS[name], self.users.get(name))
        with quiet():
            for sent in requests(visitor.kind, self.records, self.forms):
                visitor.send(sent)
        visitor.finish()
        return visitor


@contextmanager
def planted() -> Iterator[Site]:
    """Have all that is planted, and undo it."""
    with transaction.atomic(), quiet():
        yield Site()
        transaction.set_rollback(True)


@contextmanager
def quiet() -> Iterator[None]:
    """Log no refusal: there are thousands, and pytest keeps each."""
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


class Visitor:
    """A user of one kind. `wrong` says what was, `read` which of the words any answer had."""

    def __init__(self, kind: Kind, user: User | None) -> None:
        self.kind = kind
        self.wrong: list[str] = []
        self.read: set[str] = set()
        self.sent = 0
        self._unreadable = unreadable(kind)
        self._nowhere: dict[str, str] = {}  # what a page says to a search that finds nothing
        self.client = Client()
        if user:
            self.client.force_login(user)
        self._cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def send(self, sent: Sent) -> None:
        with undone():
            self.client.cookies = SimpleCookie(self._cookies)
            self._send(sent)

    def finish(self) -> None:
        """Note what was planted in vain, as no page has shown it to who may read it."""
        for word in readable(self.kind):
            if word not in self.read:
                self.wrong.append(f"{word} is nowhere to be read")

    def _send(self, sent: Sent) -> None:
        written: set[str] = set()

        def note(execute: Any, sql: str, *args: Any) -> Any:
            if not READS.match(sql.lstrip("(")):
                table = TABLE.match(sql)
                written.add(table[1] if table else sql[:60])
            return execute(sql, *args)

        self.sent += 1
        with connection.execute_wrapper(note):
            response: Any = getattr(self.client, sent.method)(sent.url, sent.data)
        may = self.kind.may(sent.rule)
        if is_refused(response, sent) is may:
            done = "refused" if may else "allowed"
            self.wrong.append(f"{sent}: {done}, {response.status_code} {where(response)}".strip())
        self._compare_writes(sent, written - BESIDE - set(sent.beside), may=may)
        self._look(f"{sent}", response, sent)
        if sent.data and may and response.status_code == 302:
            self._look(f"after {sent}", self.client.get(response.url), sent)

    def _compare_writes(self, sent: Sent, written: set[str], *, may: bool) -> None:
        may_write = may and sent.method == "post" and self.kind.may(sent.writes_with or sent.rule)
        if written and not (may_write and sent.writes):
            self.wrong.append(f"{sent} {sent.data}: wrote {', '.join(sorted(written))}")
        elif may_write and sent.writes not in {"", ANYTHING, *written}:
            self.wrong.append(f"{sent} {sent.data}: {sent.writes} is as it was")

    def _look(self, what: str, response: Any, sent: Sent) -> None:
        text = text_of(response)
        if sent.searches:
            self._compare_search(sent, text)
            text = text.replace(sent.searches.lower(), "")
        unknown = set(self._unreadable).difference(sent.gives)
        self.wrong += [f"{what}: reads {word}" for word in sorted(unknown) if word.lower() in text]
        self.read |= {word for each in ALL for word in each.words if word.lower() in text}

    def _compare_search(self, sent: Sent, text: str) -> None:
        """Note where a search by a word that its user can't know is answered as no other is."""
        here = sent.url.replace(quote_plus(sent.searches), "")
        said = text.replace(sent.searches.lower(), "…")
        if sent.searches == NOWHERE:
            self._nowhere[here] = said
        elif said != self._nowhere[here]:
            self.wrong.append(f"{sent}: finds by {sent.searches}")


def text_of(response: Any) -> str:
    """Return all that an answer says, as a person would read it, in small letters."""
    said = html.unescape(TOKENS.sub("", response.text))
    return unquote(unquote(f"{said} {where(response)}")).lower()


def where(response: Any) -> str:
    return str(response.get("Location", ""))


def is_refused(response: Any, sent: Sent) -> bool:
    """Return whether an answer is a refusal: it says so, or leads to the log-in, home or back."""
    if response.status_code in {400, 403, 404, 405}:
        return True
    if any(
        str(said).startswith("There is no such") for said in get_messages(response.wsgi_request)
    ):
        return True
    to, _, _query = where(response).partition("?")
    if sent.narrows and response.status_code == 200:
        return not response.context["cl"].has_active_filters
    is_back = sent.method == "get" and to == sent.url.partition("?")[0]
    return is_back or to == "/admin/login/" or (to == "/admin/" and not sent.leads_home)
