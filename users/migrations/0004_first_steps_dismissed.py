from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0003_sign_up"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="first_steps_dismissed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
