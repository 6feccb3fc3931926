"""The floor under a figure: the rows it left behind, inserted once more by the bare database driver.

The rows go one by one into copies of their tables (with indexes, without foreign keys), in as many transactions as the
figure had.
"""

import os
import re
import sqlite3
import time
from contextlib import closing
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection

type Rows = list[tuple[Any, ...]]


def keys() -> dict[str, set[Any]]:
    """The first column of every row of every table: what stands before a figure is taken."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if not name.startswith("copy_")]
        return {table: {row[0] for row in _read(cursor, table)} for table in tables}


def insert_rate(before: dict[str, set[Any]], *, transactions: int) -> float:
    """Transactions a second when everything that came since `before` is inserted again."""
    with connection.cursor() as cursor:
        fresh = {table: [row for row in _read(cursor, table) if row[0] not in known] for table, known in before.items()}
    fresh = {table: rows for table, rows in fresh.items() if rows}
    with closing(connect()) as database:
        cursor = database.cursor()
        for table in fresh:
            _copy(cursor, table)
        database.commit()
        mark = "?" if connection.vendor == "sqlite" else "%s"
        inserts = {
            table: f'INSERT INTO "copy_{table}" VALUES ({", ".join([mark] * len(rows[0]))})'  # noqa: S608 - Django's own table names
            for table, rows in fresh.items()
        }
        started = time.perf_counter()
        for number in range(transactions):
            for table, rows in fresh.items():
                for row in rows[len(rows) * number // transactions : len(rows) * (number + 1) // transactions]:
                    cursor.execute(inserts[table], row)
            database.commit()
        elapsed = time.perf_counter() - started
        for table in fresh:
            cursor.execute(f'DROP TABLE "copy_{table}"')
        database.commit()
    return transactions / elapsed


def _read(cursor: Any, table: str) -> Rows:
    """Every row as the driver takes it back: PostgreSQL's as the texts that it reads itself."""
    columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    as_text = "" if connection.vendor == "sqlite" else "::text"
    names = ", ".join(f'"{name}"{as_text}' for name in columns)
    reading = cursor.cursor if connection.vendor == "sqlite" else cursor
    reading.execute(f'SELECT {names} FROM "{table}"')  # noqa: S608 - Django's own names
    return [tuple(row) for row in reading.fetchall()]


def connect() -> Any:
    """The bare driver, on the same database."""
    if connection.vendor == "postgresql":
        return psycopg2.connect(os.environ["DATABASE_URL"])
    database = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    database.executescript(settings.DATABASES["default"]["OPTIONS"]["init_command"])
    return database


def _copy(cursor: Any, table: str) -> None:
    if connection.vendor == "postgresql":
        cursor.execute(f'CREATE TABLE "copy_{table}" (LIKE "{table}" INCLUDING ALL)')
        return
    cursor.execute("SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", [table])
    for kind, statement in cursor.fetchall():
        if kind == "table":
            cursor.execute(statement.replace(f'"{table}"', f'"copy_{table}"', 1))
        elif kind == "index":
            named = re.sub(r'INDEX "', 'INDEX "copy_', statement, count=1)
            cursor.execute(named.replace(f'ON "{table}"', f'ON "copy_{table}"', 1))
