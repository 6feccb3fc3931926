"""Identifiers of rows: UUID version 7, so that keys sort by time and indexes stay dense."""

from uuid import UUID

import uuid_utils.compat


def uuid7() -> UUID:
    """A new time-ordered id (RFC 9562)."""
    return uuid_utils.compat.uuid7()
