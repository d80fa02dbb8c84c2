#!/usr/bin/env python
"""Run a Django management command for this project."""

import gc
import logging
import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kareo.settings")
    gc.disable()  # what is loaded stays; `KareoAdminConfig.ready` enables it again
    try:
        execute_from_command_line(sys.argv)
    except Exception:
        if not settings.configured or "--traceback" in sys.argv:
            raise
        # As for a page that fails: Python's own traceback would quote what the records hold.
        logging.getLogger("kareo.commands").exception("%s failed", " ".join(sys.argv[1:2]))
        sys.exit(1)


if __name__ == "__main__":
    main()
