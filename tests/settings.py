"""The project's settings, for tests: no environment needed, no slow password hashes."""

import atexit
import os
import secrets
import shutil
import tempfile

os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
os.environ["DEBUG"] = "false"
os.environ["LOG_FORMAT"] = "text"
os.environ["ALLOWED_HOSTS"] = "testserver,127.0.0.1,localhost"

from kareo.settings import *  # noqa: F403 (all settings)
from kareo.settings import DATABASES, MIDDLEWARE

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]

# No test pulls the plug, so none waits for the disk. What others see, and when, is as in earnest.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
    # A file, so that threads meet as they do in earnest; one for each run and worker.
    if "TEST_DATABASE_FOLDER" not in os.environ:
        os.environ["TEST_DATABASE_FOLDER"] = folder = tempfile.mkdtemp(prefix="kareo-tests-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['TEST_DATABASE_FOLDER']}/test.sqlite3"}
else:
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
