"""A program that issues invoices: `python -m tests.faults.issue_invoices COUNT`. It is there to be killed."""

import sys
from decimal import Decimal

import django


def main(count: int) -> None:
    """Draft and issue `count` invoices of the one company, one after the other."""
    from core.tenancy import company_scope
    from customers.models import Party
    from documents.services import drafting, issuing
    from documents.services.drafting import LineInput
    from users.models import Company, User

    company, owner = Company.objects.get(), User.objects.get(email="alice@frigotech.example")
    with company_scope(company.pk):
        party = Party.objects.get()
        for _ in range(count):
            lines = [LineInput(f"Line {number}", unit_price=Decimal(number + 1)) for number in range(10)]
            issuing.issue(drafting.create("invoice", company=company, party=party, by=owner, lines=lines), by=owner)


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
