from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0005_balance_knows_who_owes_since_when"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["company", "state", "issue_date", "kind", "total_net"], name="document_sales"),
        ),
    ]
