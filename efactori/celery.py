"""Celery carries work; the job rows in the database are the truth (see `activity.jobs`)."""

import os

from celery import Celery

from efactori import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "efactori.settings")

broker.register()
app = Celery("efactori")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
