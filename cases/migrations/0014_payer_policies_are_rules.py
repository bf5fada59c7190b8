"""A payer's time limit says what it counts from and where it stands; old rows wait for both."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import cases.models.payer_policies
import priorauth.terms


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_a_rule_finds_its_open_cases"),
    ]

    operations = [
        migrations.RenameModel("PlanDeadlinePolicy", "PayerPolicy"),
        migrations.RenameField("PayerPolicy", "effective_through", "effective_to"),
        migrations.AlterModelOptions(
            name="payerpolicy",
            options={
                "ordering": ["payer__name", "kind", "pk"],
                "verbose_name": "payer policy",
                "verbose_name_plural": "payer policies",
            },
        ),
        migrations.AddField(
            model_name="payerpolicy",
            name="basis",
            field=models.CharField(
                choices=[
                    ("payer_policy", "the payer's manual"),
                    ("contract_standard", "our contract with the payer"),
                ],
                default="payer_policy",
                max_length=40,
                verbose_name="stands in",
            ),
        ),
        migrations.AddField(
            model_name="payerpolicy",
            name="item",
            field=models.CharField(
                blank=True,
                choices=priorauth.terms.ItemKind.choices,
                help_text="Empty: drugs and services.",
                max_length=40,
            ),
        ),
        migrations.AddField(
            model_name="payerpolicy",
            name="link",
            field=models.URLField(blank=True, verbose_name="link"),
        ),
        migrations.AddField(
            model_name="payerpolicy",
            name="notes",
            field=models.TextField(blank=True, help_text="No patient details here."),
        ),
        migrations.AddField(
            model_name="payerpolicy",
            name="page",
            field=models.CharField(
                default="", help_text="Page or section where it stands.", max_length=40
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="payerpolicy",
            name="starts_on",
            field=models.CharField(
                choices=cases.models.payer_policies.start_choices,
                default="",
                max_length=60,
                verbose_name="counted from",
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="payerpolicy",
            name="amount",
            field=models.PositiveIntegerField(
                validators=[
                    django.core.validators.MinValueValidator(
                        1, "Write a whole number from 1 to 400, as the manual has it."
                    ),
                    django.core.validators.MaxValueValidator(
                        400, "Write a whole number from 1 to 400, as the manual has it."
                    ),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="payerpolicy",
            name="effective_from",
            field=models.DateField(
                blank=True, help_text="Clocks that start before it are not touched.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="payerpolicy",
            name="effective_to",
            field=models.DateField(blank=True, help_text="Its last day. Empty: still.", null=True),
        ),
        migrations.AlterField(
            model_name="payerpolicy",
            name="kind",
            field=models.CharField(
                choices=cases.models.payer_policies.kind_choices, max_length=40, verbose_name="step"
            ),
        ),
        migrations.AlterField(
            model_name="payerpolicy",
            name="payer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="policies",
                to="cases.payer",
            ),
        ),
        migrations.AlterField(
            model_name="payerpolicy",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: every plan of this payer.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="policies",
                to="cases.plan",
            ),
        ),
        migrations.AlterField(
            model_name="payerpolicy",
            name="source",
            field=models.CharField(
                help_text="Its name, with year or edition.",
                max_length=200,
                verbose_name="manual or contract",
            ),
        ),
        migrations.AlterField(
            model_name="payerpolicy",
            name="unit",
            field=models.CharField(
                choices=[
                    ("hours", "hours"),
                    ("calendar_days", "calendar days"),
                    ("business_days", "business days"),
                    ("months", "months"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="payerpolicy",
            name="urgency",
            field=models.CharField(
                blank=True,
                choices=priorauth.terms.Urgency.choices,
                help_text="Empty: any.",
                max_length=40,
            ),
        ),
    ]
