"""A bare Django admin project: the yardstick for a page, and for starting.

`python -m tests.benchmarks.bare check` runs a command of it. With `pages`, it gets each page that
is named on stdin, as its only user, and answers with the CPU (seconds) that it has taken so far.
It imports nothing of ours.
"""

import sys
import time
from typing import Any

import django
from django.conf import settings
from django.contrib import admin
from django.core.management import execute_from_command_line
from django.urls import path

CONTRIB = ("auth", "contenttypes", "sessions", "messages", "staticfiles")
urlpatterns: list[Any] = []


def configure() -> None:
    contrib = "django.contrib"
    context = ("template.context_processors.request", "contrib.auth.context_processors.auth")
    messages = "django.contrib.messages.context_processors.messages"
    settings.configure(
        SECRET_KEY="only-for-tests",
        ALLOWED_HOSTS=["testserver"],
        INSTALLED_APPS=[f"{contrib}.admin", *(f"{contrib}.{name}" for name in CONTRIB)],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        ROOT_URLCONF=__name__,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [*(f"django.{name}" for name in context), messages]
                },
            }
        ],
        STATIC_URL="static/",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )


def serve() -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    users: Any = admin.site.get_model_admin(User)
    users.list_per_page = 50
    call_command("migrate", verbosity=0)
    User.objects.bulk_create(
        User(username=f"user{n}", first_name="Pat", last_name=f"Doe {n}") for n in range(1000)
    )
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    for line in sys.stdin:
        if client.get(line.strip()).status_code != 200:
            sys.exit(f"{line.strip()} can't be had")
        print(time.process_time(), flush=True)  # noqa: T201 (its answer)


if __name__ == "__main__":
    configure()
    if sys.argv[1:] == ["pages"]:
        django.setup()
        urlpatterns.append(path("admin/", admin.site.urls))
        serve()
    else:
        execute_from_command_line(sys.argv)
