"""How gunicorn serves the program: `gunicorn kareo.wsgi --config python:kareo.gunicorn`.

What stands on its command line wins, except for the log: it is the program's.
"""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kareo.settings")

bind = "127.0.0.1:8000"
workers = 3
threads = 4
control_socket_disable = True  # it would need a home directory
logconfig_dict = settings.LOGGING
