"""How log lines are written: a line for people, or one JSON object for what collects logs. No secret passes either."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from core import origin
from core.tenancy import company_in_scope

HIDDEN = "…"
_SECRETS = re.compile(
    r"(?P<bearer>\bBearer\s+)[^\s\"',]+"
    r"|(?P<address>\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/@]+(?=@)"
    r"|(?P<named>\b(?:password|passwd|secret|token|api_key)[\"']?\s*[=:]\s*[\"']?)[^\s\"',;)}&]+",
    re.IGNORECASE,
)
# Keys of links, hooks and invitations are long parts of a path; ids are UUIDs with their hyphens.
_KEY_IN_PATH = re.compile(r"(?<=/)(?![0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:/|$))[\w:.=-]{30,}")


def mask(text: str) -> str:
    """The text without the secrets that one can tell by their look."""
    return _SECRETS.sub(lambda found: "".join(filter(None, found.groups())) + HIDDEN, text)


class OriginFilter(logging.Filter):
    """Puts on every record what it belongs to; the framework's own line on an answer comes after its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        work = getattr(getattr(record, "request", None), "work", None) or origin.work()
        record.origin = str(work)
        record.known = {
            "request": work.request,
            "job": work.job,
            "company": str(company_in_scope() or work.company or ""),
            "user": str(work.user or ""),
        }
        return True


class LineFormatter(logging.Formatter):
    """For people."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        if hasattr(record, "request"):
            record.message = _KEY_IN_PATH.sub(HIDDEN, record.message)
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


class JsonFormatter(logging.Formatter):
    """One object a line: time (UTC), level, logger, message; request, job, company, user and error where known."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if hasattr(record, "request"):
            message = _KEY_IN_PATH.sub(HIDDEN, message)
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": mask(message),
            **{name: value for name, value in getattr(record, "known", {}).items() if value},
        }
        if record.exc_info:
            line["error"] = mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
