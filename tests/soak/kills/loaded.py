"""Imported once by the server from which writers are forked, so that each begins at once."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

import tests.soak.kills.writer  # noqa: E402, F401 (with all that a writer needs)
