"""What the program writes to its log, on stderr: one handler for every logger.

Each line says when, how bad, which logger, on which page and for which user, and what. Nothing of a
patient stands in it: no query of a URL, which is what somebody searched for; a user's key, not
the name that was typed; and of an error its kind and the lines it went through. An error's text may
quote what was entered, and is given only where its kind speaks of the program or its server.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TextIO

from django.core.exceptions import ImproperlyConfigured
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.utils import DatabaseError, DataError, IntegrityError, InterfaceError
from django.http import HttpRequest
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.utils.encoding import escape_uri_path

# Their texts name parts of the program, never what somebody entered.
SPEAKS_OF_THE_PROGRAM = (
    ImproperlyConfigured,
    ImportError,
    AttributeError,
    NameError,
    InconsistentMigrationHistory,
    TemplateDoesNotExist,
    TemplateSyntaxError,
)
USER_KEY = "kareo.user"  # in a request's META
_QUERY = re.compile(r"(?<=\S)\?\S*")
# What else quotes a request, or a value: by the logger, what is kept of its messages.
_KEPT = {
    "gunicorn.error": re.compile(r"(Invalid request from \S+ [^:]*).*"),
    "django.server": re.compile(r"(code 400, message Bad \w+ \w+).*"),
    "django.security.csrf": re.compile(r"(.*?https?://[^/\s?#]*).*(?= does not match)"),
    "py.warnings": re.compile(r"(.*?:\d+: \w+): .*", re.DOTALL),
}
# Where the database quotes what it was given. Names of its own stand elsewhere in its texts.
_QUOTED = re.compile(r"""(with text|near|:) ["'].*""")
_KEYS = re.compile(r"(\(pk=|with primary key ).*")

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


@contextmanager
def serving(request: HttpRequest, user_key: Any) -> Iterator[None]:
    """Let what is logged inside name this request's path, and its user's key."""
    request.META[USER_KEY] = user_key
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


class StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to stderr; of a record that can't be written it says only whose it is."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        # Python's own would print the arguments.
        with suppress(OSError):
            self.stream.write(f"Not logged: {record.name}, {record.pathname}:{record.lineno}\n")


class LineFormatter(logging.Formatter):
    """A line of text a record, and the lines of a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        parts = parts_of(record)
        named = {name: "-" if value is None else value for name, value in parts.items()}
        line = "{time} {level} {logger} {path} user={user} {message}".format_map(named)
        if parts["error"]:
            line += f": {parts['error']}"
        return "\n".join([line, *parts["traceback"]])


class JSONFormatter(logging.Formatter):
    """The same as one JSON object a line, for a program that collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(parts_of(record))


def parts_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what is logged of `record`; None where there is no page, user or error."""
    given = getattr(record, "request", None)  # Django's development server gives a socket
    request = given if isinstance(given, HttpRequest) else _request.get()
    error = record.exc_info[1] if record.exc_info else None
    when = datetime.fromtimestamp(record.created).astimezone()
    message, path = harmless_message(record), None
    if request:
        path = escape_uri_path(request.path.partition("?")[0])
        as_django_writes_it = request.path.encode("unicode_escape").decode()
        message = message.replace(request.path, path).replace(as_django_writes_it, path)
    return {
        "time": when.isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "path": path,
        "user": request.META.get(USER_KEY) if request else None,
        "message": on_one_line(_QUERY.sub("", message)),
        "error": None if error is None else kind_of(error),
        "traceback": list(traceback_lines(error))
        if error is not None and may_be_a_fault(record)
        else [],
    }


def harmless_message(record: logging.LogRecord) -> str:
    """Return the message of `record` without what its logger is known to quote."""
    _, _, suspicion = record.name.partition("django.security.")
    if suspicion.startswith("Disallowed") and suspicion != "DisallowedHost":
        return "Refused"  # the kind of error says why, and the message quotes what was asked for
    message = record.getMessage()
    return _KEPT[record.name].sub(r"\1", message) if record.name in _KEPT else message


def may_be_a_fault(record: logging.LogRecord) -> bool:
    """Return whether `record` tells of more than a refusal: then the lines of code matter."""
    return record.levelno >= logging.ERROR and not record.name.startswith("django.security")


def on_one_line(text: str) -> str:
    """Return `text` on one line, without control codes: nobody forges a line of the log."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def traceback_lines(error: BaseException) -> Iterator[str]:
    """Yield the lines of code that led to `error`, and to those it came from, the first one first.

    After each stands the kind of error, with its text only where that can't quote a value.
    """
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and not any(link is each for each in chain):
        chain.insert(0, link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    for position, each in enumerate(chain):
        if position:
            yield "which led to:"
        for frame in traceback.format_tb(each.__traceback__):
            yield from frame.rstrip("\n").split("\n")
        yield kind_of(each)


def kind_of(error: BaseException) -> str:
    """Return the class of `error`, with as much of its text as quotes no value."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return on_one_line(": ".join(filter(None, [kind, harmless_text(error)])))


def harmless_text(error: BaseException) -> str:
    if isinstance(error, OSError):
        return error.strerror or ""  # without the file's name
    if not isinstance(error, (*SPEAKS_OF_THE_PROGRAM, DatabaseError, InterfaceError)):
        return ""
    text = str(error).strip().partition("\n")[0]  # PostgreSQL quotes a row on the next line
    if isinstance(error, SPEAKS_OF_THE_PROGRAM):
        return text
    if isinstance(error, IntegrityError):
        return _KEYS.sub(r"\1…", text)
    return "" if isinstance(error, DataError) else _QUOTED.sub(r"\1 …", text)


def configuration(log_format: str) -> dict[str, Any]:
    """Return the logging settings of Django and of gunicorn: all to one handler, on stderr.

    `log_format` is "text" or "json". Raises ImproperlyConfigured for any other.
    """
    formatters = {"text": LineFormatter, "json": JSONFormatter}
    if log_format not in formatters:
        raise ImproperlyConfigured(f'LOG_FORMAT is {log_format!r}. Set it to "text" or "json".')
    through: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": formatters[log_format]}},
        "handlers": {"stderr": {"()": StderrHandler, "formatter": "ours"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        # The first three bring handlers of their own. Who asked for which page, the proxy logs.
        "loggers": {
            "django": through,
            "gunicorn.error": {**through, "level": "INFO"},
            "gunicorn.access": {**through, "level": "WARNING"},
            "axes": {"level": "WARNING"},
        },
    }
