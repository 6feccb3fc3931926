from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0004_first_steps_dismissed"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="theme",
            field=models.CharField(
                choices=[("auto", "As the device"), ("light", "Light"), ("dark", "Dark")],
                default="auto",
                max_length=5,
                verbose_name="theme",
            ),
        ),
    ]
