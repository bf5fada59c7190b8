"""What a payer's policy asks for in numbers, so that a checklist can compare it, and its form."""

import cases.models.treatment_trials
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0055_the_worklist_opens_as_it_was_left"),
    ]

    operations = [
        migrations.AddField(
            model_name="payerstance",
            name="asks_places",
            field=models.CharField(
                blank=True,
                help_text="Places of service, two digits each: 11, 22. Empty: any.",
                max_length=60,
                verbose_name="settings allowed",
            ),
        ),
        migrations.AddField(
            model_name="payerstance",
            name="asks_prescribers",
            field=models.CharField(
                blank=True,
                help_text="Taxonomy codes, such as 2084P0800X (psychiatrist). Empty: any.",
                max_length=120,
                verbose_name="prescribers allowed",
            ),
        ),
        migrations.AddField(
            model_name="payerstance",
            name="asks_scale",
            field=models.CharField(
                blank=True,
                choices=cases.models.treatment_trials.ScaleName.choices,
                help_text="Empty: it asks for no score.",
                max_length=40,
                verbose_name="scale",
            ),
        ),
        migrations.AddField(
            model_name="payerstance",
            name="asks_score",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="Before the treatment begins.",
                max_digits=4,
                null=True,
                verbose_name="score of at least",
            ),
        ),
        migrations.AddField(
            model_name="payerstance",
            name="asks_trial_kind",
            field=models.CharField(
                blank=True,
                choices=cases.models.treatment_trials.TrialKind.choices,
                help_text="Empty: any.",
                max_length=40,
                verbose_name="of which sort",
            ),
        ),
        migrations.AddField(
            model_name="payerstance",
            name="asks_trials",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="How many earlier treatments must have failed. Empty: it names no number.",
                null=True,
                validators=[django.core.validators.MaxValueValidator(20)],
                verbose_name="failed treatments",
            ),
        ),
        migrations.AddField(
            model_name="payerstance",
            name="request_form",
            field=models.CharField(
                blank=True,
                help_text="Name and number, as printed. The request sheet of a fax says that it stands in for it.",
                max_length=120,
                verbose_name="its own request form",
            ),
        ),
    ]
