"""The structured form of a document: a plain model goes in, Peppol BIS Billing 3.0 comes out as UBL 2.1.

`model` holds what an invoice or credit note says, `electronic_addresses` where a party is reached, `writer` the order
and names of the elements. Every amount is written as it was stored; nothing here knows the database.
"""

from documents.ubl.writer import TAXED, write

__all__ = ["TAXED", "write"]
