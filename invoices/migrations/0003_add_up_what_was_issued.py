"""The turnover of what was issued before it was kept by month."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import migrations
from django.db.models import Sum

SALES = ("invoice", "credit_note")


def fill(apps: Any, schema_editor: Any) -> None:
    Document = apps.get_model("documents", "Document")
    MonthlyTurnover = apps.get_model("invoices", "MonthlyTurnover")
    alias = schema_editor.connection.alias
    issued = Document.objects.using(alias).filter(state="issued", kind__in=SALES).order_by()
    days = issued.values_list("company_id", "kind", "issue_date").annotate(net=Sum("total_net"))
    months: dict[tuple[Any, str, date], Decimal] = defaultdict(Decimal)
    for company, kind, day, net in days.iterator():
        months[company, kind, day.replace(day=1)] += net
    MonthlyTurnover.objects.using(alias).all().delete()
    MonthlyTurnover.objects.using(alias).bulk_create(
        MonthlyTurnover(company_id=company, kind=kind, month=month, net=net)
        for (company, kind, month), net in months.items()
    )


def empty(apps: Any, schema_editor: Any) -> None:
    apps.get_model("invoices", "MonthlyTurnover").objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("invoices", "0002_monthly_turnover"), ("documents", "0006_index_what_was_sold")]

    operations = [migrations.RunPython(fill, empty)]
