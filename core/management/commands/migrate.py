"""Django's `migrate`, for the rows of every company; then it raises the walls between them."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from core import row_security
from core.tenancy import every_company


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with every_company():
            super().handle(*args, **options)
        changed = row_security.raise_walls(connections[options["database"]])
        if changed and options["verbosity"]:
            self.stdout.write(f"  Row-level security is set on {len(changed)} tables.")
