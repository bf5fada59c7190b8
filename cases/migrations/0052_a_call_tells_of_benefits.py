"""Answers on a call become facts: which choice was told, and the benefits check written from it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0051_names_are_found_by_their_last_part")]

    operations = [
        migrations.AddField(
            model_name="callanswer",
            name="choice",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Which of the question's choices, where it has any.",
                max_length=40,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="benefitscheck",
            name="call",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                help_text="The call whose answers it was written from.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="benefits_check",
                to="cases.insurercall",
            ),
        ),
    ]
