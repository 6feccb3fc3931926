import django.db.models.deletion
from django.db import migrations, models

import core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0006_index_what_was_sold"),
        ("users", "0004_first_steps_dismissed"),
    ]

    operations = [
        migrations.CreateModel(
            name="DefaultText",
            fields=[
                ("id", models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=30)),
                (
                    "language",
                    models.CharField(choices=[("fr", "French"), ("nl", "Dutch"), ("en", "English")], max_length=2),
                ),
                ("rank", models.PositiveSmallIntegerField(default=0)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("body", models.TextField(verbose_name="text")),
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
                "ordering": ["rank", "id"],
                "indexes": [models.Index(fields=["company", "kind", "language", "rank"], name="default_text_rank")],
            },
        ),
    ]
