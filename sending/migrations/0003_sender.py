import django.db.models.deletion
from django.db import migrations, models

import core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("sending", "0002_name_recipients_and_mark_the_handing_over"),
        ("users", "0004_first_steps_dismissed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sender",
            fields=[
                ("id", models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="name of the sender")),
                ("reply_to", models.EmailField(blank=True, max_length=254, verbose_name="address for answers")),
                ("cc", models.JSONField(blank=True, default=list, verbose_name="copy of every mail to")),
                ("bcc", models.JSONField(blank=True, default=list, verbose_name="hidden copy of every mail to")),
                (
                    "company",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="users.company",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company",), name="sender_once")],
            },
        ),
    ]
