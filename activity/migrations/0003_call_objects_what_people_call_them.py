"""`object_type` held the model's label; it now holds the word that the feed and webhooks use."""

from typing import Any

from django.db import migrations

from core.tenancy import every_company

NAMES = {"customers.party": "customer", "users.membership": "user", "users.user": "account"}
TWO_WORDS = {"productgroup": "product_group", "apitoken": "api_token", "syncrun": "sync_run",
             "inboundhook": "inbound_hook", "messagetext": "message_text", "numberformat": "number_format"}  # fmt: skip


def name(apps: Any, schema_editor: Any) -> None:
    Event = apps.get_model("activity", "Event")
    with every_company():
        events = Event._base_manager.all()
        credits = events.filter(action__startswith="invoices.credit_note.").values("object_id")
        documents = events.filter(object_type__in=["documents.document", "invoices.invoice", "invoices.creditnote"])
        documents.filter(object_id__in=credits).update(object_type="credit_note")
        documents.update(object_type="invoice")
        for label in list(events.filter(object_type__contains=".").values_list("object_type", flat=True).distinct()):
            word = label.rpartition(".")[2]
            events.filter(object_type=label).update(object_type=NAMES.get(label) or TWO_WORDS.get(word, word))


class Migration(migrations.Migration):
    dependencies = [("activity", "0002_name_the_token_of_an_event")]

    # The words say more than the labels did: going back leaves them, nothing read the labels.
    operations = [migrations.RunPython(name, migrations.RunPython.noop)]
