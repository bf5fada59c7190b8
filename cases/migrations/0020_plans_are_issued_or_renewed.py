from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0019_a_case_can_wait_to_be_recounted"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="issued_or_renewed_on",
            field=models.DateField(
                blank=True,
                help_text="Any day on which the plan began a year. Some new law waits for it: "
                "Alaska's of 2027, Minnesota's of 2026.",
                null=True,
                verbose_name="issued or last renewed on",
            ),
        ),
    ]
