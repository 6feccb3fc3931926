from django.apps import AppConfig
from django.db.backends.signals import connection_created

from core import row_security


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        connection_created.connect(row_security.guard, dispatch_uid="row security")
