"""The WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kareo.settings")

gc.disable()  # what is loaded stays; `KareoAdminConfig.ready` enables it again
application = get_wsgi_application()
