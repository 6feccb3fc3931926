"""The composition root: settings, addresses, Celery and the commands that run it all. Nothing imports it."""

from efactori.celery import app as celery_app

__all__ = ["celery_app"]
