"""Gives web and workers a role of PostgreSQL of their own, which owns none of the tables that they work on."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg2 import sql

_GRANTS = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE ON SEQUENCES TO {role}",
)


class Command(BaseCommand):
    help = (
        "Let the role EFACTORI_DATABASE_ROLE, which owns nothing, read and write the tables; it is made, or gets its"
        " password anew, with EFACTORI_DATABASE_PASSWORD. Run it as the owner, after `migrate`."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        name, password = (os.environ.get(f"EFACTORI_DATABASE_{what}", "") for what in ("ROLE", "PASSWORD"))
        if connection.vendor != "postgresql":
            raise CommandError("Roles are a matter of PostgreSQL; DATABASE_URL names another database.")
        if not name or not password:
            raise CommandError("Set EFACTORI_DATABASE_ROLE and EFACTORI_DATABASE_PASSWORD.")
        with transaction.atomic():
            self._make(name, password)
            for grant in _GRANTS:
                self._execute(grant, role=sql.Identifier(name))
        self.stdout.write(f"The role {name} may read and write what it does not own.")

    def _make(self, name: str, password: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolbypassrls OR rolname = current_user FROM pg_roles WHERE rolname = %s", [name]
            )
            known = cursor.fetchone()
        if known and known[0]:
            raise CommandError(f"{name} owns the tables or passes through walls. Choose the name of another role.")
        verb = sql.SQL("ALTER" if known else "CREATE")
        self._execute(
            "{verb} ROLE {role} LOGIN PASSWORD {password}",
            verb=verb,
            role=sql.Identifier(name),
            password=sql.Literal(password),
        )

    def _execute(self, statement: str, **parts: sql.Composable) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            (schema,) = cursor.fetchone()
            composed = sql.SQL(statement).format(schema=sql.Identifier(schema), **parts)
            cursor.execute(composed.as_string(cursor.connection))
