"""The web server's entry."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "efactori.settings")

application = get_wsgi_application()

# Workers share what is loaded before they part: the views too, and none of it is the collector's to look at again,
# since looking is writing and makes each worker a copy.
get_resolver().url_patterns  # noqa: B018 - read for what reading it imports
gc.collect()
gc.freeze()
