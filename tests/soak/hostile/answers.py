"""What is wrong with an answer, and what was done for it."""

import re
from collections.abc import Iterator
from time import monotonic, process_time
from typing import Any

from django.contrib.messages import ERROR
from django.db import connection

from tests.roles.visits import READS, TABLE
from tests.soak.hostile.chance import Request, told
from tests.soak.hostile.forms import Sending

SLOW = 5  # seconds of this process's work, after which an answer is a fault,
LONG = 50_000  # bytes of a preview: it doesn't grow with what is typed
HANGS = 30  # and seconds in all, of which others on the machine may take most
MOST = 3  # faults that are told of each page
# What hostile text looks like where it isn't text any more.
AS_MARKUP = re.compile(
    r"<b id=zq7|(?<!\\)[\"'] onfocus=zq7|(?:href|action|src)=[\"']?\s*javascript:"
)
AWAY = re.compile(r"[\s\x00-\x1f]*([/\\]{2}|[\w.+-]+:)")  # as browsers read it
PATTERN = re.compile(r" REGEXP |::text ~\*? | ~\*? %s")
# What a page writes for itself, whoever looks at it, and where somebody is refused.
BESIDE = {
    "django_session",
    "sending_sentpage",
    "sync_foundbefore",
    "people_accessevent",
    "axes_accessattempt",
    "axes_accessfailurelog",
    "axes_accesslog",
}
# The answer of a page that did what it was sent, where that leads nowhere.
IN_PLACE = ("popup_response_data", "work")


class Noted:
    """Notes, while an answer is made, which tables are written, and how long it takes."""

    def __init__(self) -> None:
        self.written: set[str] = set()
        self.pattern = ""  # where one is looked for, the end of the query
        self.wrong: list[str] = []

    def __enter__(self) -> "Noted":
        self._wrapped = connection.execute_wrapper(self._execute)
        self._wrapped.__enter__()
        self._began = process_time(), monotonic()
        return self

    def __exit__(self, *raised: Any) -> None:
        worked, passed = process_time() - self._began[0], monotonic() - self._began[1]
        self._wrapped.__exit__(*raised)
        if worked > SLOW or passed > HANGS:
            self.wrong.append(f"took {passed:.0f} s")

    def _execute(self, execute: Any, sql: str, *args: Any) -> Any:
        if not READS.match(sql.lstrip("(")):
            table = TABLE.match(sql)
            self.written.add(table[1] if table else sql[:60])
        elif PATTERN.search(sql):
            self.pattern = sql[-200:]
        return execute(sql, *args)


class Faults:
    """The first faults of a page, and how many more there are."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._all: list[str] = []

    def add(self, number: object, request: Request, wrong: list[str]) -> None:
        if wrong:
            sent = f"{request.method} {request.url[:300]} {told(request.fields)[:600]}"
            self._all.append(f"{self._page}, number {number}: {'; '.join(wrong)}: {sent}")

    def told(self) -> list[str]:
        more = len(self._all) - MOST
        return self._all[:MOST] + ([f"{self._page}: {more} more"] if more > 0 else [])


def wrong_with(response: Any) -> Iterator[str]:
    """Yield what is wrong with an answer, whatever it was asked."""
    if response.status_code >= 500:
        yield f"{response.status_code}: {_raised(response)}"
        return
    if response.get("Content-Type", "").startswith("text/html"):
        text = response.text
        if found := AS_MARKUP.search(text):
            yield f"text became markup: {text[max(0, found.start() - 100) : found.end() + 20]!r}"
    to = response.get("Location", "")
    if AWAY.match(to):
        yield f"leads away, to {to}"


def is_refused(response: Any, sending: Sending) -> bool:
    """Return whether an answer says that nothing was done."""
    if not sending.writes:
        return bool(response.status_code != 200)
    if response.status_code == 302:
        queued = getattr(response.wsgi_request._messages, "_queued_messages", [])
        return any(message.level == ERROR for message in queued)
    shown = getattr(response, "context_data", None) or {}
    return not any(name in shown for name in IN_PLACE)


def _raised(response: Any) -> str:
    """Return what was raised, and where."""
    if not (raised := getattr(response, "exc_info", None)):
        return "nothing was raised"
    trace = raised[2]
    while trace.tb_next:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    return f"{raised[0].__name__}: {str(raised[1])[:200]} in {code.co_filename}:{trace.tb_lineno}"
