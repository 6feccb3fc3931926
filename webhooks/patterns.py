"""What an endpoint waits for: actions by name (`invoices.invoice.issued`), by start (`invoices.*`), or all (`*`)."""

import re

EVERYTHING = "*"
OWN = "webhooks."  # what happens to endpoints is not told to endpoints: it would never end
PING = "webhooks.endpoint.pinged"

_SHAPE = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*){0,2}(\.\*)?", re.ASCII)


def is_pattern(text: str) -> bool:
    """Whether `text` could match an action."""
    if text == EVERYTHING:
        return True
    words = text.removesuffix(".*").count(".") + 1
    return _SHAPE.fullmatch(text) is not None and not text.startswith(OWN) and (text.endswith(".*") or words == 3)


def matches(pattern: str, action: str) -> bool:
    """Whether an endpoint that waits for `pattern` hears of `action`."""
    if action.startswith(OWN):
        return False
    return pattern in (EVERYTHING, action) or (pattern.endswith(".*") and action.startswith(pattern[:-1]))
