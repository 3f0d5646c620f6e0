"""The WSGI entry point that the web server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
application = get_wsgi_application()

# What is loaded by now stays. To search it for garbage again and again, as objects come and go, would take a tenth of
# the time of a large order or a long list.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 10, 10)
