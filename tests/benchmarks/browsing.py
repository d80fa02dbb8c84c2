"""Use the admin's pages as a browser does: read what is on them, follow links, send forms."""

import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import User
from django.test import Client

from kareo import middleware
from kareo.pages.sending.once import PAGE, new_page_id
from tests.benchmarks.databases import USER, Database
from tests.benchmarks.measuring import Side


class Page(HTMLParser):
    """What is on a page: its links, by the block they stand in, and the values of its form."""

    BLOCKS = ("changelist-filter", "paginator", "sortable", "pagination")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str, str]] = []  # (block, URL, text)
        self.values: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []  # tags that are open, with the block they begin
        self._select = self._textarea = ""
        self.feed(html)

    def links_in(self, *blocks: str) -> dict[str, str]:
        """Return {URL: text} of the links in these blocks, in their order."""
        return {url: text.strip() for block, url, text in self.links if block in blocks}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input":
            self._take_input(given)
            return
        if tag in ("br", "img", "link", "meta", "hr", "wbr", "source", "path"):
            return
        marks = f"{given.get('id', '')} {given.get('class', '')}".split()
        block = next((name for name in self.BLOCKS if name in marks), "")
        self._open.append((tag, block))
        if tag == "a" and "href" in given:
            within = next((name for _tag, name in reversed(self._open) if name), "")
            self.links.append((within, given["href"], ""))
        elif tag == "select":
            self._select = given.get("name", "")
            self.values.setdefault(self._select, "")
        elif tag == "option" and self._select and "selected" in given:
            self.values[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._textarea = given.get("name", "")
            self.values[self._textarea] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""
        while self._open and any(tag == name for name, _block in self._open):
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea] += data
        elif self.links and any(tag == "a" for tag, _block in self._open):
            block, url, text = self.links[-1]
            self.links[-1] = block, url, text + data

    def _take_input(self, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name", "")
        if not name or kind in ("submit", "button", "image", "reset", "search"):
            return
        if kind not in ("checkbox", "radio"):
            self.values[name] = given.get("value", "")
        elif "checked" in given:
            self.values[name] = given.get("value", "on")


class Browser:
    """Somebody who is logged in to the program on one database.

    What the program does after its answer, for which a browser doesn't wait, is not measured.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.left: list[Callable[[], Any]] = []
        database.use()
        self.client = Client()
        self.user = User.objects.get(username=USER)
        self.client.force_login(self.user)

    def page(self, url: str) -> Page:
        self.database.use()
        return Page(self._get(url).content.decode())

    def getting(self, url: str, before: Callable[[], Any] | None = None) -> Side:
        """Return the side that gets `url`, having done what comes `before`."""

        def ready() -> Callable[[], Any]:
            while self.left:
                self.left.pop()()
            if before:
                before()
            return lambda: self._get(url)

        return Side(self.database, ready)

    def posting(self, url: str, typed: Callable[[], dict[str, Any]]) -> Side:
        """Return the side that sends the form at `url`, each time with what is `typed`."""
        values = self.page(url).values

        def ready() -> Callable[[], Any]:
            self.client.cookies.pop("messages", None)  # nobody reads them
            sent = {**values, **typed()}
            sent[PAGE] = new_page_id(self.user)
            return lambda: self._post(url, sent)

        return Side(self.database, ready)

    def _get(self, url: str) -> Any:
        with patch.object(middleware, "do_afterwards", self.left.append):
            response = self.client.get(url)
        if response.status_code != 200:
            raise RuntimeError(f"{url} answers {response.status_code}")
        return response

    def _post(self, url: str, values: dict[str, Any]) -> None:
        response = self.client.post(url, values)
        if response.status_code != 302:
            form = Page(response.content.decode())
            raise RuntimeError(
                f"{url} wasn't saved: {response.content.decode()[:4000]} {form.values}"
            )


class BareBrowser:
    """Somebody who uses a bare Django admin, which runs in a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.bare", "pages"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._cpu = 0.0

    def getting(self, url: str) -> Side:
        return Side(None, lambda: self._ask(url), cpu=lambda: self._cpu)

    def close(self) -> None:
        self._process.communicate()

    def _ask(self, url: str) -> Callable[[], Any]:
        def ask() -> None:
            process: Any = self._process
            process.stdin.write(f"{url}\n")
            process.stdin.flush()
            self._cpu = float(process.stdout.readline())

        return ask
