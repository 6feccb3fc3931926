"""The web server's entry."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from django.utils import translation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "efactori.settings")

application = get_wsgi_application()

# Workers share what is loaded before they part: the views and the catalogues too. None of it is the collector's to look
# at again, since looking is writing and makes each worker a copy.
get_resolver().url_patterns  # noqa: B018 - read for what reading it imports
for language, _name in settings.LANGUAGES:
    translation.activate(language)  # reads its catalogues
translation.deactivate()
gc.collect()
gc.freeze()
