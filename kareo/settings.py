"""Settings, from the environment and from a `.env` file next to manage.py (which `make` writes).

The environment wins over the file. The names: DATABASE_URL, SECRET_KEY, DEBUG, ALLOWED_HOSTS,
CSRF_TRUSTED_ORIGINS, TIME_ZONE, TRUSTED_PROXIES, LOG_FORMAT, IDLE_MINUTES, ACCESS_LOG_DAYS.
Outside debug a missing or weak SECRET_KEY, or a missing ALLOWED_HOSTS, stops the start.
"""

import logging
import os
import re
import warnings
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.core.checks.security.base import (
    SECRET_KEY_INSECURE_PREFIX,
    SECRET_KEY_MIN_LENGTH,
    SECRET_KEY_MIN_UNIQUE_CHARACTERS,
)
from django.core.exceptions import ImproperlyConfigured

from kareo import logs

# Lets generic admin, form and field classes name their model at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

DOTENV = BASE_DIR / ".env"
if DOTENV.exists() and not os.access(DOTENV, os.R_OK):
    raise ImproperlyConfigured(f"{DOTENV} can't be read by this user. It must own that file.")
env = environ.Env()
env.read_env(DOTENV)


def listed(name: str, *, example: str) -> list[str]:
    """Return the parts of a setting that are separated by commas."""
    parts = [part.strip() for part in env.str(name, default="").split(",")]
    if any(re.search(r"\s", part) for part in parts):
        raise ImproperlyConfigured(f"{name}: separate by commas, such as {example}.")
    return [part for part in parts if part]


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="only-for-trying-it-out" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set it to a long random text, or set DEBUG=true to try the"
        " program out on this machine (`make demo` does that for you)."
    )
if not DEBUG and (
    len(SECRET_KEY) < SECRET_KEY_MIN_LENGTH
    or len(set(SECRET_KEY)) < SECRET_KEY_MIN_UNIQUE_CHARACTERS
    or SECRET_KEY.startswith(SECRET_KEY_INSECURE_PREFIX)
):
    raise ImproperlyConfigured(
        "SECRET_KEY is too weak: whoever guesses it logs in as anybody. Take one of at least"
        f" {SECRET_KEY_MIN_LENGTH} characters from chance, not from an example. This prints one:"
        " python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )
ALLOWED_HOSTS = listed("ALLOWED_HOSTS", example="practice.example,10.0.0.5")
if any("/" in host for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS: name hosts only, without https:// and paths.")
if not ALLOWED_HOSTS:
    if not DEBUG:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is not set. Set it to the host names this program answers to,"
            " separated by commas."
        )
    ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [
    origin.rstrip("/")
    for origin in listed("CSRF_TRUSTED_ORIGINS", example="https://practice.example:8443")
]
# How many proxies of ours a request comes through; each adds an IP address to X-Forwarded-For.
_proxies = env.str("TRUSTED_PROXIES", default="0" if DEBUG else "1")
if not re.fullmatch("[0-9]", _proxies):
    raise ImproperlyConfigured("TRUSTED_PROXIES: set it to how many proxies there are, 0 to 9.")
TRUSTED_PROXIES = int(_proxies)

INSTALLED_APPS = [
    "kareo.apps.KareoAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "kareo.pages.sending",
    "kareo.people",
    "pm",
    "ehr",
    "sync",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kareo.middleware.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kareo.middleware.AfterwardsMiddleware",
    "kareo.people.idle.IdleMiddleware",
    "kareo.middleware.LogMiddleware",
    "kareo.middleware.PlainQueryMiddleware",
    "kareo.middleware.ActionMiddleware",
    "kareo.pages.sending.middleware.RefusalMiddleware",
    "sync.middleware.EffectMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "kareo.urls"
WSGI_APPLICATION = "kareo.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["kareo.pages.sending.tags"],
            "libraries": {
                "record_errors": "kareo.pages.html.errors",
                "record_form": "kareo.pages.html.fieldsets",
                "record_list": "kareo.pages.html.rows",
            },
        },
    }
]

# As Django's templates draw fields, in a fraction of their time.
FORM_RENDERER = "kareo.pages.html.fields.FormRenderer"


ENGINES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for the database at `url`, made safe for concurrent writers.

    Without a URL it is a SQLite file next to manage.py.
    """
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(BASE_DIR / "kareo.sqlite3"),
    }
    if url:
        settings = {}
        with warnings.catch_warnings(), suppress(ValueError):
            warnings.simplefilter("ignore")  # the warning of an unknown scheme quotes the password
            settings = environ.Env.db_url_config(url)
        if settings.get("ENGINE") not in ENGINES or not settings.get("NAME"):
            raise ImproperlyConfigured(
                "DATABASE_URL can't be read. Write postgres://USER:PASSWORD@HOST:PORT/NAME, special"
                " characters of the password percent-encoded, or sqlite:////FOLDER/FILE."
            )
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["OPTIONS"] = {
            # A transaction that reads and then writes must own the write lock from its start:
            # SQLite refuses to upgrade a reader ("database is locked") without waiting.
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
        if settings["NAME"] == ":memory:":
            # Threads and processes share a file, never a memory database.
            raise ImproperlyConfigured("DATABASE_URL: give SQLite a file, not :memory:")
    else:
        settings["CONN_MAX_AGE"] = 60
        settings["CONN_HEALTH_CHECKS"] = True
    return settings


DATABASES = {"default": database(env.str("DATABASE_URL", default=""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# SQLite leaves out the columns that an index only carries along, and needs nothing done about it.
SILENCED_SYSTEM_CHECKS = ["models.W040"]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name}
    for name in (
        "django.contrib.auth.password_validation.MinimumLengthValidator",
        "django.contrib.auth.password_validation.CommonPasswordValidator",
        "django.contrib.auth.password_validation.NumericPasswordValidator",
        "kareo.people.passwords.UnlikeUser",
    )
]
CSRF_FAILURE_VIEW = "kareo.pages.sending.views.csrf_failure"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"


def number(name: str, default: int, most: int) -> int:
    """Return a setting that is a whole number from 1 to `most`."""
    text = env.str(name, default="") or str(default)
    if not re.fullmatch("[0-9]{1,9}", text) or not 1 <= int(text) <= most:
        raise ImproperlyConfigured(f"{name}: set it to a whole number, 1 to {most:,}.")
    return int(text)


# Whoever does nothing for so long is logged out. kareo.people.idle
IDLE_TIME = timedelta(minutes=number("IDLE_MINUTES", 15, most=720))
ACCESS_LOG_DAYS = number("ACCESS_LOG_DAYS", 400, most=36_500)
# Front-desk computers are shared: a session ends after a workday, or with the browser.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# The page that confirms the deletion of a long list sends a field for each record.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# Ten wrong passwords lock a user out for 15 minutes, at that IP address only.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "kareo.people.clients.client_ip"
AXES_USERNAME_CALLABLE = "kareo.people.clients.typed_username"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False  # kareo.people.sign_ins has a page that says more than its tables
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_CLIENT_STR_CALLABLE = "kareo.people.clients.client_in_log"

# English only: nothing is looked up for a translation.
USE_I18N = False
FORMAT_MODULE_PATH = "kareo.pages.formats"
TIME_ZONE = env.str("TIME_ZONE", default="") or "America/New_York"
try:
    ZoneInfo(TIME_ZONE)
except (KeyError, ValueError, OSError):
    raise ImproperlyConfigured(
        "TIME_ZONE: there is no such zone. Write one as America/Chicago."
    ) from None

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "kareo.static.StaticFiles"
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

if not DEBUG:
    SECURE_SSL_REDIRECT = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    # For this host only: a practice's other hosts are its own business.
    SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

logging.captureWarnings(True)
LOGGING = logs.configuration(env.str("LOG_FORMAT", default="text"))
