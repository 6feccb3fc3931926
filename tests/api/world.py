"""One of everything that a company can own, in every state that the API asks about."""

from decimal import Decimal

from core.tenancy import company_scope
from customers.models import Address, AddressKind, Contact, Party
from documents.models import Document
from documents.services import annexing, crediting, drafting, issuing
from documents.services.drafting import LineInput
from integrations.models import Connection, HookState, InboundHook, SyncRun, SyncState
from payments.services import recording
from products.models import Product, ProductGroup
from users.models import Company, User
from webhooks.models import Attempt
from webhooks.services import configuring, delivering


def furnish(company: Company, owner: User, *, connection: Connection, mark: str = "Dupont") -> dict[str, str]:
    """Fill an empty company; the ids that fields of a body may name."""
    with company_scope(company.pk):
        customer = _customer(company, mark)
        product = _product(company, mark)
        lines = [LineInput(mark, unit_price=Decimal("100.00")), LineInput(product=product, quantity=Decimal(2))]

        def draft() -> Document:
            return drafting.create("invoice", company=company, party=customer, by=owner, lines=lines)

        def issued() -> Document:
            return issuing.issue(draft(), by=owner)

        draft()
        open_one, paid, cancelled, _untouched = issued(), issued(), issued(), issued()
        recording.record(open_one, amount=Decimal("10.00"), reference=mark, by=owner)
        recording.record(paid, amount=paid.total_gross, reference=mark, by=owner)
        owed = issuing.issue(crediting.credit(paid, by=owner), by=owner)
        recording.record(owed, amount=Decimal("4.00"), reference=mark, by=owner)
        issuing.issue(crediting.credit(cancelled, by=owner), by=owner)
        for document in (draft(), crediting.credit(open_one, by=owner)):
            annexing.add(document, content=b"%PDF-1.4 " + mark.encode(), filename=f"{mark}.pdf", by=owner)
        SyncRun.objects.create(company=company, connection=connection, state=SyncState.DONE)
        InboundHook.objects.create(
            company=company, connection=connection, message_id=mark, body=b"{}", state=HookState.FAILED
        )
        endpoint, _secret = configuring.create(company=company, url=f"http://127.0.0.1:9/{mark}", by=owner)
        delivery = delivering.ping(endpoint, by=owner)
        Attempt.objects.create(company=company, delivery=delivery, request_body=mark, response=mark)
        return {
            "customer": str(customer.pk),
            "product": str(product.pk),
            "group": str(product.group_id),
            "invoice": str(open_one.pk),
            "api_key": connection.secrets["credentials"]["api_key"],
            "line": str(open_one.lines.first().pk),
            "lines.id": str(open_one.lines.first().pk),
            "contacts.id": str(customer.contacts.get().pk),
            "addresses.id": str(customer.addresses.get().pk),
            "site": str(customer.addresses.get().pk),
        }


def _customer(company: Company, mark: str) -> Party:
    customer = Party.objects.create(
        company=company,
        number="C00001",
        name=mark,
        name_key=mark.lower(),
        vat_number="BE0403019261",
        email="compta@dupont.example",
        street="Rue du Four",
        street_number="12",
        postal_code="1000",
        city="Bruxelles",
    )
    Contact.objects.create(company=company, party=customer, name=mark)
    Address.objects.create(company=company, party=customer, name=mark, kind=AddressKind.SITE)
    return customer


def _product(company: Company, mark: str) -> Product:
    ProductGroup.objects.create(company=company, name=f"{mark} 2")
    group = ProductGroup.objects.create(company=company, name=mark)
    return Product.objects.create(
        company=company, number="P0001", name=mark, unit_price=Decimal("24.9000"), group=group
    )
