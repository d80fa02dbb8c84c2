"""What each kind of user may look at and send, and reads there: all URLs of the site."""

import html
import logging
import re
from collections import Counter
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client

from tests.roles.kinds import KINDS, Kind
from tests.roles.pages import PAGES, Records, Sent, model_route, requests, routes
from tests.roles.planting import ALL, GIVEN, INSURANCE, SECRETS, plant, unreadable
from tests.screens import page_values

pytestmark = pytest.mark.django_db

WRITE = re.compile(r'(?:INSERT\D+INTO|UPDATE|DELETE\D+FROM) "(\w+)"')
# What a page may write for itself, whoever looks at it.
BESIDE = {"django_session", "sending_sentpage", "sync_foundbefore", "axes_accesslog"}


def test_every_url_is_in_the_table() -> None:
    unknown = [route for route in routes() if route not in PAGES and not model_route(route)]
    assert unknown == [], "Say in tests/roles/pages.py who may look at these, and who may send them"


def test_every_model_has_a_secret() -> None:
    shown = {model._meta.label for model in admin.site._registry} - {"sync.SyncEvent"}
    assert shown <= SECRETS.keys(), "Plant a record of each in tests/roles/planting.py"


class Visitor:
    """Sends requests as one kind of user does, each undone, and notes what is wrong."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.client: Client = kind.log_in()
        self.cookies = self.client.cookies.output()
        self.wrong: Counter[str] = Counter()
        self.read: set[str] = set()

    def send(self, sent: Sent) -> None:
        with transaction.atomic():
            self.client.cookies = SimpleCookie(self._own)
            self._send(sent)
            transaction.set_rollback(True)

    @property
    def _own(self) -> dict[str, str]:
        return {
            key: value
            for key, _, value in (
                line.partition(": ")[2].partition(";")[0].partition("=")
                for line in self.cookies.splitlines()
            )
        }

    def _send(self, sent: Sent) -> None:
        may = sent.right(self.kind, sent.label)
        data = sent.data
        if sent.begun and may:
            data = self._begun(sent.url) | (data or {})
        written: set[str] = set()

        def note(execute: Any, sql: str, *args: Any) -> Any:
            if found := WRITE.match(sql):
                written.add(found[1])
            return execute(sql, *args)

        with connection.execute_wrapper(note):
            response: Any = getattr(self.client, sent.method)(sent.url, data)
        what = f"{sent.method} {sent.url} {sent.data or ''}"
        if self._is_refused(response) is may:
            self.wrong[f"{what}: {'refused' if may else 'allowed'}, {response.status_code}"] += 1
        may_write = (sent.writes or sent.right)(self.kind, sent.label) and sent.method == "post"
        if written - BESIDE and not may_write:
            self.wrong[f"{what}: wrote {written - BESIDE}"] += 1
        self._look(what, response, sent)
        if may and sent.method == "post" and response.status_code == 302:
            self._look(f"after {what}", self.client.get(response.url), sent)

    def _begun(self, url: str) -> dict[str, Any]:
        page = self.client.get(url)
        return page_values(page) if page.context and "adminform" in page.context else {}

    def _is_refused(self, response: Any) -> bool:
        is_away = response.status_code == 302 and response.url.startswith("/admin/login/")
        return is_away or response.status_code in {403, 404, 405}

    def _look(self, what: str, response: Any, sent: Sent) -> None:
        text = html.unescape(response.text).lower().replace(sent.url.lower(), "")
        asked = sent.url.lower()
        given = GIVEN if sent.method == "post" and sent.label == INSURANCE else ()
        for word in unreadable(self.kind):
            if word in given:
                continue
            if word.lower() in text and word.lower() not in asked:
                self.wrong[f"{what}: reads {word}"] += 1
            elif word.lower() in asked and self._finds(response):
                self.wrong[f"{what}: finds by {word}"] += 1
        self.read |= {word for word in WORDS if word.lower() in text}

    def _finds(self, response: Any) -> bool:
        """Whether a search by a word that its user can't know found anything."""
        shown = response.context or {}
        if "cl" in shown:
            return bool(shown["cl"].result_list)
        return bool(shown.get("found"))


WORDS = [secret.word for secret in ALL]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Log no refusal: there are thousands, and pytest keeps each."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def records() -> Records:
    return plant()


@pytest.mark.parametrize("name", KINDS)
def test_what_a_kind_of_user_may_do_and_reads(name: str, records: Records) -> None:
    visitor = Visitor(KINDS[name])

    for route in routes():
        for sent in requests(route, records, visitor.kind):
            visitor.send(sent)

    assert not visitor.wrong, "\n".join(visitor.wrong)
    may = [s.word for s in ALL if s.may_be_read(KINDS[name])]
    assert [word for word in may if word not in visitor.read] == []
