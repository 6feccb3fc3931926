"""What was paid: payments and refunds, credit notes set against invoices, and the balance that follows.

`Balance` stands in `documents` and is written here alone, in the transaction of the settlement that changes it and
under the document's lock. A payment is never deleted: money that moved is evidence, so undoing marks it; a settlement
only says what counts now, so undoing removes it. The ledger can be proved at any time: `manage.py check_ledger`.
"""
