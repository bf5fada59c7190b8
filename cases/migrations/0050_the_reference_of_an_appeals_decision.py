"""The payer's own number of its decision on an appeal, which the next letter names."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0049_earlier_treatments_and_scores")]

    operations = [
        migrations.AddField(
            model_name="appeal",
            name="decision_reference",
            field=models.CharField(blank=True, max_length=60),
        ),
    ]
