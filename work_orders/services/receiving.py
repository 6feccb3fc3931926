"""A work order becomes a draft invoice: one per order, whatever is repeated, crashes or runs at the same time.

The order's row is locked while a message about it is processed. A draft that nobody touched follows the newest message;
a draft that a person edited and an issued invoice are left alone, and the answer says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection as database
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.identifiers import is_acceptable_vat
from core.vat import Regime
from customers.models import Address, Party
from documents import remainders, warnings
from documents.models import Document, Relation, State
from documents.services import drafting
from integrations.contracts.field_service import CustomerFacts, InvoiceFacts, Location, Outcome, WorkOrder
from integrations.contracts.field_service import Warning as OutgoingWarning
from integrations.handling import Deadline, Received
from integrations.models import HookState, InboundHook
from invoices.kinds import INVOICE
from users.models import Company, VatScheme
from work_orders import models
from work_orders.models import LineSource
from work_orders.services import attachments, customers, matching
from work_orders.services.pricing import Priced, Pricer, heading
from work_orders.warnings import CODES, DUPLICATE, LEFT_ALONE


@dataclass(frozen=True)
class Prepared:
    """What was done before the transaction: the files that came along, examined."""

    files: Sequence[attachments.Examined]


def prepare(hook: InboundHook, message: WorkOrder) -> Prepared:
    """Make sure that the order has its row, so that it can be locked; read and keep the files."""
    order = models.WorkOrder(company_id=hook.company_id, number=message.number, **_key(hook, message))
    models.WorkOrder.objects.bulk_create([order], ignore_conflicts=True)
    return Prepared(attachments.examine_inline(message.attachments, company_id=hook.company_id))


def receive(hook: InboundHook, message: WorkOrder, prepared: Prepared, *, deadline: Deadline) -> Received:
    """Make, refresh or leave the draft of this order."""
    order = _lock(hook, message)
    document = _locked_document(order)
    if document is not None and not document.is_draft and _is_credited_in_full(document):
        document = None
    if document is not None:
        reason = _reason_to_leave(hook, document)
        if reason is not None:
            return _known(hook, order, document, reason)
    customer = (
        customers.same(document, order, message.customer) if document else customers.choose(hook, message.customer)
    )
    deadline.check()
    made = _write(hook, order, message, prepared, document, customer)
    deadline.check()
    outcome = _outcome(hook, order, made, created=customer.is_new, updated=document is not None)
    return Received(outcome, status=200 if document else 201, object_id=made.pk)


def _key(hook: InboundHook, message: WorkOrder) -> dict[str, Any]:
    """What makes an order the same one: the connection, the account behind it, the other side's id."""
    account = str(hook.connection.account.get("id", ""))
    return {"connection": hook.connection, "account": account, "external_id": message.id}


def _lock(hook: InboundHook, message: WorkOrder) -> models.WorkOrder:
    rows = models.WorkOrder.objects.all()
    if database.features.has_select_for_update_nowait:
        rows = rows.select_for_update(nowait=True)
    order: models.WorkOrder = rows.get(**_key(hook, message))
    return order


def _locked_document(order: models.WorkOrder) -> Document | None:
    if order.document_id is None:
        return None
    return Document.objects.select_for_update(of=("self",)).filter(pk=order.document_id).first()


def _is_credited_in_full(document: Document) -> bool:
    """Whether issued credit notes leave nothing of it."""
    credits_made = Document.objects.filter(links_in__source=document, links_in__relation=Relation.CREDITS)
    if not credits_made.exists() or credits_made.exclude(state=State.ISSUED).exists():
        return False
    return all(left.quantity == 0 for left in remainders.of_lines(document).values())


def _reason_to_leave(hook: InboundHook, document: Document) -> str | None:
    """The code that says why the document is left alone; "" when a newer message has been heard already."""
    if not document.is_draft:
        return "invoice_already_issued"
    if document.edited_at is not None:
        return "draft_edited"
    newer = InboundHook.objects.filter(
        connection=hook.connection,
        subject_id=hook.subject_id,
        state=HookState.PROCESSED,
        received_at__gt=hook.received_at,
        object_id=document.pk,
    )
    return "" if newer.exists() else None


def _known(hook: InboundHook, order: models.WorkOrder, document: Document, code: str) -> Received:
    """The answer about a document that is left as it is."""
    extra: tuple[OutgoingWarning, ...] = ()
    if code:
        extra = (OutgoingWarning(code=code, message=LEFT_ALONE[code](document), pointer=""),)
    outcome = _outcome(hook, order, document, repeated=True, extra=extra)
    return Received(outcome, status=200, object_id=document.pk)


def _write(
    hook: InboundHook,
    order: models.WorkOrder,
    message: WorkOrder,
    prepared: Prepared,
    document: Document | None,
    customer: customers.Chosen,
) -> Document:
    """The draft with its lines, sources, warnings and annexes."""
    company, party = hook.connection.company, customer.party
    site = matching.find_site(party, message.location)
    pricer = Pricer(company, hook.connection, message.materials)
    with translation.override(document.language if document else party.language):
        priced = pricer.order(message)
        lines = [heading(message), *(row.line for row in priced)]
    fields: dict[str, Any] = {
        "reference": message.customer_reference[:100],
        "delivery_date": message.performed_on,
        "note": message.memo,
        "internal_note": message.internal_notes,
        "site": _site(message.location),
        "vat_regime": (site.vat_regime if site else "") or party.vat_regime or Regime.STANDARD,
    }
    if document is None:
        made = drafting.create(INVOICE.key, company=company, party=party, by=None, lines=lines, **fields)
    else:
        made = drafting.update(document, by=None, lines=lines, **fields)
    order.document, order.party, order.number = made, party, message.number
    order.matched_by = customer.matched_by
    order.save(update_fields=["document", "party", "number", "matched_by", "updated_at"])
    if document is not None:
        # That its customer may be a duplicate was seen when the customer was made; only a merge ends it.
        warnings.remove(made, *(code for code in CODES if code != DUPLICATE))
    for code, data in customer.warnings:
        pointer = "/work_order/customer/vat_number" if code == "invalid_vat_number" else "/work_order/customer"
        warnings.add(made, code, pointer=pointer, **data)
    if _must_check_regime(company, party, site):
        warnings.add(made, "check_vat_regime", pointer="/work_order/customer")
    _keep_sources(order, made, priced)
    attachments.replace(made, order, message.attachments, prepared.files, is_new=document is None)
    return made


def _keep_sources(order: models.WorkOrder, document: Document, priced: Sequence[Priced]) -> None:
    """Remember what each line was priced from, and warn on those without a price."""
    rows = list(document.lines.order_by("position"))[1:]
    LineSource.objects.bulk_create(
        LineSource(
            company_id=order.company_id, work_order=order, line=line, kind=row.kind, pointer=row.pointer, data=row.data
        )
        for line, row in zip(rows, priced, strict=True)
    )
    for line, row in zip(rows, priced, strict=True):
        for code, data in row.warnings:
            warnings.add(document, code, pointer=row.pointer, line=line, **data)


def _must_check_regime(company: Company, party: Party, site: Address | None) -> bool:
    """Nobody said which VAT applies to works for somebody who is not plainly a Belgian VAT payer."""
    if company.vat_scheme == VatScheme.SMALL_BUSINESS or party.vat_regime or (site and site.vat_regime):
        return False
    return not (party.vat_number.startswith("BE") and is_acceptable_vat(party.vat_number))


def _site(location: Location | None) -> dict[str, str]:
    if location is None:
        return {}
    site = {"name": location.name, "region": location.region}
    address = location.address
    if address is not None:
        site |= {
            "street": address.street,
            "street_number": address.number,
            "box": address.box,
            "postal_code": address.postal_code,
            "city": address.city,
            "country": address.country,
        }
    return site if any(value for name, value in site.items() if name not in ("country", "region")) else {}


def _outcome(
    hook: InboundHook,
    order: models.WorkOrder,
    document: Document,
    *,
    created: bool = False,
    repeated: bool = False,
    updated: bool = False,
    extra: Sequence[OutgoingWarning] = (),
) -> Outcome:
    """What the other side may know. Internal notes, costs and margins have no place in it."""
    standing = [
        OutgoingWarning(code=warning.code, message=warnings.message(warning), pointer=warning.pointer)
        for warning in document.warnings.all()
        if warning.code in CODES
    ]
    party = document.party
    return Outcome(
        delivery_id=str(hook.pk),
        work_order_id=order.external_id,
        repeated=repeated,
        updated=updated,
        invoice=InvoiceFacts(
            id=str(document.pk),
            state=document.state,
            number=document.number or None,
            total_net=document.total_net,
            total_vat=document.total_vat,
            total_gross=document.total_gross,
            currency=document.currency,
            url=settings.PUBLIC_URL + reverse(document.declaration.url_name, args=[document.pk]),
        ),
        customer=CustomerFacts(
            id=str(party.pk) if party else "",
            name=party.name if party else _("No customer"),
            created=created,
            matched_by=None if created else order.matched_by or None,
        ),
        warnings=(*standing, *extra),
    )
