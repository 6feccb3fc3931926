"""Balances opened before they knew their document's party and due date learn them."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    Document = apps.get_model("documents", "Document")
    alias = schema_editor.connection.alias
    mine = Document.objects.using(alias).filter(pk=OuterRef("document"))
    apps.get_model("documents", "Balance").objects.using(alias).update(
        party=Subquery(mine.values("party")), due_date=Subquery(mine.values("due_date"))
    )


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0002_open_what_was_issued"),
        ("documents", "0005_balance_knows_who_owes_since_when"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
