"""Of the minutes of a call, how many were spent on hold."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0039_own_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="insurercall",
            name="hold_minutes",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Part of the minutes.",
                null=True,
                verbose_name="of them on hold",
            ),
        ),
    ]
