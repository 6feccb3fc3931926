"""The second wall between companies, in PostgreSQL: row-level security on every table with a company.

Each statement brings the company in scope along, in one message and for its own transaction alone, so that it works the
same behind a pooler that lends a connection per transaction. Without a scope a table looks empty; inside one neither
rows of another company nor references to them can be written. What says who may enter which company (the models without
a scoped manager) is read before a company is known, and so is open as long as there is no scope. SQLite, which serves
one machine, has the first wall only.

The wall stands for every role but superusers and those with BYPASSRLS, for the owner too.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django_scopes import get_scope

SETTING = "efactori.company"
EVERY = UUID(int=0)
_QUERIES = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "(SELECT", "EXPLAIN")
# Told as a CASE, of which the planner guesses that it holds for half the rows: an equality it would multiply with that
# of the query itself, and expect one row where a company has a thousand.
_SEEN = "CASE WHEN {column} = {scope} THEN true ELSE {scope} = '{every}'::uuid END"
_SEEN_OUTSIDE = (
    "CASE WHEN {scope} IS NULL THEN true WHEN {column} = {scope} THEN true ELSE {scope} = '{every}'::uuid END"
)
_SCOPE = f"nullif(current_setting('{SETTING}', true), '')::uuid"
_KIN = (
    '("{column}" IS NULL OR EXISTS (SELECT 1 FROM "{target}" AS kin'
    ' WHERE kin."{key}" = "{table}"."{column}" AND kin."company_id" = "{table}"."company_id"))'
)
_TABLES = """
    SELECT class.relname, class.relrowsecurity AND class.relforcerowsecurity,
           array(SELECT polname::text FROM pg_policy WHERE polrelid = class.oid)
    FROM pg_class class JOIN pg_attribute attribute ON attribute.attrelid = class.oid
    WHERE class.relkind = 'r' AND class.relnamespace = current_schema()::regnamespace
      AND attribute.attname = 'company_id' AND NOT attribute.attisdropped
    ORDER BY class.relname
"""
_REFERENCES = """
    SELECT source.relname, near.attname, target.relname, far.attname
    FROM pg_constraint link
    JOIN pg_class source ON source.oid = link.conrelid
    JOIN pg_class target ON target.oid = link.confrelid
    JOIN pg_attribute near ON near.attrelid = source.oid AND near.attnum = link.conkey[1]
    JOIN pg_attribute far ON far.attrelid = target.oid AND far.attnum = link.confkey[1]
    WHERE link.contype = 'f' AND source.relnamespace = current_schema()::regnamespace
    ORDER BY source.relname, near.attname
"""


@dataclass(frozen=True)
class Table:
    """A table with a company, whether it is walled, and its policies by the digest of what they say."""

    name: str
    is_walled: bool
    policies: frozenset[str]


def carry_scope(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """A wrapper of each statement: the scope is told in front of it, to the transaction that it runs in."""
    text = sql if isinstance(sql, str) else ""
    if many or not text.lstrip().startswith(_QUERIES):
        return execute(sql, params, many, context)
    return execute(f"SELECT set_config('{SETTING}', '{_scope()}', true); {text}", params, many, context)


def guard(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Have a new connection to PostgreSQL carry the scope."""
    if connection.vendor == "postgresql" and carry_scope not in connection.execute_wrappers:
        connection.execute_wrappers.append(carry_scope)


def tables(connection: BaseDatabaseWrapper) -> list[Table]:
    """Every table that has a company."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return [Table(name, walled, frozenset(policies)) for name, walled, policies in cursor.fetchall()]


def open_tables(connection: BaseDatabaseWrapper) -> Mapping[Table, Mapping[str, str]]:
    """The tables whose wall is not what it should be, and the statements that make each policy of it, by its name."""
    if connection.vendor != "postgresql":
        return {}
    found = tables(connection)
    with connection.cursor() as cursor:
        cursor.execute(_REFERENCES)
        references = cursor.fetchall()
    outside = {model._meta.db_table for model in apps.get_models() if not hasattr(model._default_manager, "with_scope")}
    walled = {table.name for table in found}
    wanted = {
        table: dict(_policies(table.name, _SEEN_OUTSIDE if table.name in outside else _SEEN, references, walled))
        for table in found
    }
    return {
        table: policies
        for table, policies in wanted.items()
        if not table.is_walled or table.policies != frozenset(policies)
    }


def raise_walls(connection: BaseDatabaseWrapper) -> list[str]:
    """Give every table with a company the policies that it should have; the names of those that changed."""
    changed = open_tables(connection)
    for table, policies in changed.items():
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for name in sorted(table.policies):
                cursor.execute(f'DROP POLICY "{name}" ON "{table.name}"')
            for statement in policies.values():
                cursor.execute(statement)
            cursor.execute(f'ALTER TABLE "{table.name}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY')
    return [table.name for table in changed]


def _scope() -> str:
    """What the statement may see: one company, every one, or nothing."""
    scope = get_scope()
    if not scope.get("_enabled", True):
        return str(EVERY)
    company_id = scope.get("company")
    return str(UUID(str(company_id))) if company_id is not None else ""


def _policies(table: str, seen: str, references: list[tuple[str, ...]], walled: set[str]) -> Iterator[tuple[str, str]]:
    """The policies of a table: their names, which change with what they say, and the statements that make them."""
    seen = seen.format(column=f'"{table}"."company_id"', scope=_SCOPE, every=EVERY)
    own = [
        _KIN.format(table=table, column=column, target=target, key=key)
        for source, column, target, key in references
        if source == table and target in walled
    ]
    written = " AND ".join([seen, *own])
    for command, clauses in {
        "select": f"USING ({seen})",
        "delete": f"USING ({seen})",
        "update": f"USING ({seen}) WITH CHECK ({written})",
        "insert": f"WITH CHECK ({written})",
    }.items():
        mark = hashlib.sha256(clauses.encode()).hexdigest()[:12]
        name = f"company_{command}_{mark}"
        yield name, f'CREATE POLICY "{name}" ON "{table}" FOR {command.upper()} {clauses}'
