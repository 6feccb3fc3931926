from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("branding", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="theme",
            name="footer",
            field=models.CharField(blank=True, max_length=200, verbose_name="text at the foot"),
        ),
        migrations.AddField(
            model_name="theme",
            name="payment_code",
            field=models.BooleanField(default=True, verbose_name="QR code for the payment"),
        ),
        migrations.AddField(
            model_name="theme",
            name="vat_on_lines",
            field=models.BooleanField(default=False, verbose_name="VAT rate on every line"),
        ),
    ]
