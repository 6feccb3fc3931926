"""Balances of what was issued before there were any, with issued credit notes set against their invoices."""

from decimal import Decimal
from itertools import batched
from typing import Any

from django.db import migrations

BATCH = 1000


def fill(apps: Any, schema_editor: Any) -> None:
    Document = apps.get_model("documents", "Document")
    Balance = apps.get_model("documents", "Balance")
    Link = apps.get_model("documents", "Link")
    Settlement = apps.get_model("payments", "Settlement")
    alias = schema_editor.connection.alias
    issued = Document.objects.using(alias).filter(state="issued", balance=None).order_by("pk")
    rows = issued.values_list("pk", "company_id", "total_gross").iterator(chunk_size=BATCH)
    for batch in batched(rows, BATCH):
        Balance.objects.using(alias).bulk_create(
            [Balance(document_id=pk, company_id=company, open_amount=total) for pk, company, total in batch]
        )
    links = Link.objects.using(alias).filter(
        relation="credits", source__state="issued", target__state="issued", target__settlements_given=None
    )
    for source_id, target_id, company_id in links.order_by("target__issued_at", "pk").values_list(
        "source_id", "target_id", "company_id"
    ):
        invoice = Balance.objects.using(alias).get(document_id=source_id)
        credit_note = Balance.objects.using(alias).get(document_id=target_id)
        amount = min(invoice.open_amount, credit_note.open_amount)
        if amount <= Decimal(0):
            continue
        Settlement.objects.using(alias).create(
            company_id=company_id, document_id=source_id, credit_note_id=target_id, amount=amount
        )
        for balance in (invoice, credit_note):
            balance.open_amount -= amount
            balance.save(using=alias, update_fields=["open_amount"])


def empty(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    apps.get_model("payments", "Settlement").objects.using(alias).all().delete()
    apps.get_model("documents", "Balance").objects.using(alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [migrations.RunPython(fill, empty)]
