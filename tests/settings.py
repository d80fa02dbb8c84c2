"""The project's settings, for tests: no environment needed, no slow password hashes."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ["DEBUG"] = "false"
os.environ["ALLOWED_HOSTS"] = "testserver,127.0.0.1,localhost"

from kareo.settings import *  # noqa: F403
from kareo.settings import DATABASES, MIDDLEWARE

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, so that threads meet as they do in earnest; one for each run.
    folder = os.environ.setdefault("TEST_DATABASE_FOLDER", tempfile.mkdtemp(prefix="kareo-tests-"))
    DATABASES["default"]["TEST"] = {"NAME": f"{folder}/test.sqlite3"}
