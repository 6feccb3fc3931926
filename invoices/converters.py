"""Kinds in addresses: `/invoices/…` and `/credit-notes/…` are the same pages over two kinds."""

from invoices.kinds import CREDIT_NOTE, INVOICE

SEGMENTS = {"invoices": INVOICE.key, "credit-notes": CREDIT_NOTE.key}
_KEYS = {key: segment for segment, key in SEGMENTS.items()}


class KindConverter:
    regex = "|".join(SEGMENTS)

    def to_python(self, value: str) -> str:
        return SEGMENTS[value]

    def to_url(self, value: str) -> str:
        return _KEYS[value]
