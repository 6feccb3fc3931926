"""What the sandbox remembers, in one SQLite file, so that a restart keeps the registration and the inventory."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS item (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, external_id TEXT NOT NULL UNIQUE, id TEXT NOT NULL, reference TEXT NOT NULL,
    name TEXT NOT NULL, description TEXT NOT NULL, unit TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS work_order (id TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS attachment (
    work_order_id TEXT NOT NULL, id TEXT NOT NULL, inline INTEGER NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (work_order_id, id)
);
CREATE TABLE IF NOT EXISTS delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, work_order_id TEXT NOT NULL, message_id TEXT NOT NULL, sent_at TEXT NOT NULL,
    url TEXT NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL,
    status INTEGER, answer TEXT NOT NULL, problem TEXT NOT NULL, milliseconds INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS delivery_work_order ON delivery (work_order_id, seq);
CREATE TABLE IF NOT EXISTS fault (kind TEXT PRIMARY KEY, times INTEGER NOT NULL, seconds REAL NOT NULL);
"""

database = Path("sandbox.sqlite3")  # the server says where

FAULTS = {
    # What eFactori meets when it calls
    "rate_limited": "Répondre 429 avec Retry-After",
    "server_error": "Répondre 500",
    "slow": "Répondre lentement",
    "dropped": "Faire le travail, puis couper la connexion",
    # What eFactori receives
    "sent_twice": "Envoyer le message deux fois",
    "bad_signature": "Signer avec un mauvais secret",
    "corrupt_pdf": "Abîmer les fichiers PDF",
}


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    """A connection inside one write transaction: all of it or nothing."""
    with closing(sqlite3.connect(database, timeout=20, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


def rows(query: str, *values: Any) -> list[sqlite3.Row]:
    """The rows of a reading query."""
    with closing(sqlite3.connect(database, timeout=20)) as db:
        db.row_factory = sqlite3.Row
        return db.execute(query, values).fetchall()


def create() -> None:
    """Make the tables that are not there."""
    with closing(sqlite3.connect(database, timeout=20)) as db:
        db.executescript(SCHEMA)


def forget() -> None:
    """Drop everything that came from outside, and the faults."""
    with transaction() as db:
        for table in ("item", "delivery", "fault"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names stand above
        db.execute(
            "UPDATE setting SET value = '' WHERE name IN ('webhook_url', 'secret', 'old_secret', 'old_secret_until')"
        )


def setting(name: str) -> str:
    """A setting, empty when it was never set."""
    found = rows("SELECT value FROM setting WHERE name = ?", name)
    return str(found[0]["value"]) if found else ""


def change(**values: str) -> None:
    """Set settings, all at once."""
    with transaction() as db:
        db.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", values.items())


def work_order(work_order_id: str) -> dict[str, Any] | None:
    """A work order's JSON without the files' bytes."""
    found = rows("SELECT content FROM work_order WHERE id = ?", work_order_id)
    return json.loads(found[0]["content"]) if found else None


def attachment(work_order_id: str, attachment_id: str) -> bytes | None:
    """A file's bytes, None when there is no such file."""
    found = rows("SELECT content FROM attachment WHERE work_order_id = ? AND id = ?", work_order_id, attachment_id)
    return bytes(found[0]["content"]) if found else None


def save_work_order(content: dict[str, Any], files: dict[str, tuple[bool, bytes]]) -> None:
    """Write a work order and the given files of it, by attachment id: (inline, bytes)."""
    with transaction() as db:
        db.execute("INSERT OR REPLACE INTO work_order VALUES (?, ?)", (content["id"], json.dumps(content)))
        db.executemany(
            "INSERT OR REPLACE INTO attachment VALUES (?, ?, ?, ?)",
            [(content["id"], key, inline, data) for key, (inline, data) in files.items()],
        )


def set_fault(kind: str, times: int, seconds: float) -> None:
    """Misbehave `times` times from now on; 0 ends it."""
    with transaction() as db:
        db.execute("INSERT OR REPLACE INTO fault VALUES (?, ?, ?)", (kind, times, seconds))


def take_fault(kind: str) -> float | None:
    """Use up one misbehaviour: its seconds, or None when it is not planned."""
    if not rows("SELECT 1 FROM fault WHERE kind = ? AND times > 0", kind):
        return None
    with transaction() as db:
        taken = db.execute(
            "UPDATE fault SET times = times - 1 WHERE kind = ? AND times > 0 RETURNING seconds", (kind,)
        ).fetchall()
    return float(taken[0]["seconds"]) if taken else None
