"""What issuing does to the ledger, inside its own transaction."""

from core.money import ZERO
from documents import remainders
from documents.models import Balance, Document
from payments.services import applying, balances
from users.models import User


def open_balance(document: Document, by: User | None) -> None:
    """An issued document is open for its whole total. A credit note is set against its invoice at once, as far as the
    invoice is open; what is left of it is to be paid back."""
    balance = Balance(
        company_id=document.company_id,
        document=document,
        open_amount=document.total_gross,
        party_id=document.party_id,
        due_date=document.due_date,
    )
    source = remainders.source_of(document) if document.declaration.sign < 0 else None
    if source is None:
        balance.save(force_insert=True)
        return
    of_source = balances.lock(source.pk)[source.pk]
    amount = max(min(document.total_gross, of_source.open_amount), ZERO)
    balance.save(force_insert=True)
    if amount:
        applying.settle(balance, of_source, amount=amount, by=by)
