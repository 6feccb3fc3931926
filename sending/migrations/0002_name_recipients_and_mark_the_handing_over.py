from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sending", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="addressed_to",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="message",
            name="handed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
