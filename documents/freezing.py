"""Frozen is frozen: triggers refuse any change of an issued document's legal columns, lines and VAT lines.

They stand on PostgreSQL and SQLite alike. SQLite rebuilds tables on migration and loses triggers silently, so they are
dropped before every migration and made again after it.
"""

from typing import Any

from django.apps import apps
from django.db import connections

FREE_COLUMNS = {"party_id", "theme_id", "internal_note", "updated_at", "version"}
MESSAGE = "An issued document is frozen; correct it with a credit note."
DOCUMENT_TABLE = "documents_document"
CHILD_TABLES = ("documents_line", "documents_vatline")


def before_migrate(*, app_config: Any, using: str, **_: Any) -> None:
    if app_config.label == "documents":
        drop(using)


def after_migrate(*, app_config: Any, using: str, **_: Any) -> None:
    if app_config.label == "documents":
        install(using)


def install(using: str = "default") -> None:
    """Make the triggers anew; without the tables nothing is done."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if not {DOCUMENT_TABLE, *CHILD_TABLES} <= tables:
            return
        for statement in _dropping(connection.vendor) + _making(connection.vendor):
            cursor.execute(statement)


def drop(using: str = "default") -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if {DOCUMENT_TABLE, *CHILD_TABLES} <= tables:
            for statement in _dropping(connection.vendor):
                cursor.execute(statement)


def names() -> list[str]:
    """The triggers that must stand after every migration."""
    children = [f"frozen_{table}_{verb}" for table in CHILD_TABLES for verb in ("insert", "update", "delete")]
    return [f"frozen_{DOCUMENT_TABLE}_update", f"frozen_{DOCUMENT_TABLE}_delete", *children]


def _legal_columns() -> list[str]:
    fields = apps.get_model("documents", "Document")._meta.local_concrete_fields
    return [field.column for field in fields if field.column and field.column not in FREE_COLUMNS]


def _dropping(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in names()]
    tables = {name: name.removeprefix("frozen_").rsplit("_", 1)[0] for name in names()}
    return [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, table in tables.items()]


def _making(vendor: str) -> list[str]:
    return _sqlite() if vendor == "sqlite" else _postgresql()


def _sqlite() -> list[str]:
    changed = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in _legal_columns())
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    statements = [
        f"CREATE TRIGGER frozen_{DOCUMENT_TABLE}_update BEFORE UPDATE ON {DOCUMENT_TABLE} "
        f"WHEN OLD.state <> 'draft' AND ({changed}) {refuse}",
        f"CREATE TRIGGER frozen_{DOCUMENT_TABLE}_delete BEFORE DELETE ON {DOCUMENT_TABLE} "
        f"WHEN OLD.state <> 'draft' {refuse}",
    ]
    for table in CHILD_TABLES:
        for verb, rows in (("insert", ("NEW",)), ("update", ("NEW", "OLD")), ("delete", ("OLD",))):
            ids = ", ".join(f"{row}.document_id" for row in rows)
            statements.append(
                f"CREATE TRIGGER frozen_{table}_{verb} BEFORE {verb.upper()} ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {DOCUMENT_TABLE} WHERE id IN ({ids}) AND state <> 'draft') {refuse}"
            )
    return statements


def _postgresql() -> list[str]:
    changed = ", ".join(f'OLD."{column}"' for column in _legal_columns())
    now = ", ".join(f'NEW."{column}"' for column in _legal_columns())
    refuse = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';"
    statements = [
        f"CREATE OR REPLACE FUNCTION documents_frozen_document() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF OLD.state <> 'draft' AND (TG_OP = 'DELETE' OR ROW({changed}) IS DISTINCT FROM ROW({now})) THEN {refuse} "
        f"END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        # The document is locked while its lines change, so that a line cannot slip in beside its issue.
        f"CREATE OR REPLACE FUNCTION documents_frozen_child() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"DECLARE parent_state text; BEGIN "
        f"IF TG_OP <> 'INSERT' THEN SELECT state INTO parent_state FROM {DOCUMENT_TABLE} "
        f"WHERE id = OLD.document_id FOR SHARE; IF parent_state <> 'draft' THEN {refuse} END IF; END IF; "
        f"IF TG_OP <> 'DELETE' THEN SELECT state INTO parent_state FROM {DOCUMENT_TABLE} "
        f"WHERE id = NEW.document_id FOR SHARE; IF parent_state <> 'draft' THEN {refuse} END IF; END IF; "
        f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
    ]
    for verb in ("update", "delete"):
        statements.append(
            f"CREATE TRIGGER frozen_{DOCUMENT_TABLE}_{verb} BEFORE {verb.upper()} ON {DOCUMENT_TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION documents_frozen_document()"
        )
    for table in CHILD_TABLES:
        for verb in ("insert", "update", "delete"):
            statements.append(
                f"CREATE TRIGGER frozen_{table}_{verb} BEFORE {verb.upper()} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION documents_frozen_child()"
            )
    return statements
