"""Networks and agreements, and a kind of date of ours that can be overdue."""

import priorauth.terms
import cases.models.agreements
import cases.models.benefits_checks
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from decimal import Decimal
from django.db import migrations, models


MAY_BE_OVERDUE = models.Index(
    condition=models.Q(("overdue_at__isnull", False)),
    fields=["clinic", "act_at", "id", "overdue_at", "owed_by", "request"],
    name="deadline_may_be_overdue",
)
NEVER_LATE = models.Index(
    condition=models.Q(
        (
            "standing__in",
            [priorauth.terms.Standing["RUNNING"], priorauth.terms.Standing["TOLLED"]],
        ),
        ("overdue_at__isnull", True),
        ("broken_at__isnull", True),
    ),
    fields=["clinic", "act_at", "id", "owed_by", "request"],
    name="deadline_never_late",
)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0028_benefits_checks"),
    ]

    operations = [
        # The expression of a generated column is not altered: the column is made anew.
        migrations.RemoveIndex("deadline", "deadline_may_be_overdue"),
        migrations.RemoveIndex("deadline", "deadline_never_late"),
        migrations.RemoveField("deadline", "overdue_at"),
        migrations.AddField(
            "deadline",
            "overdue_at",
            models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        models.Q(("standing", "running"), ("legal_at__isnull", False)),
                        then=django.db.models.functions.comparison.Greatest(
                            models.F("due_at"), models.F("legal_at")
                        ),
                    ),
                    models.When(
                        models.Q(
                            ("standing", "running"),
                            (
                                "kind__in",
                                [
                                    "agreement_ends",
                                    "authorization_ends",
                                    "by_hand",
                                    "consent_ends",
                                    "infusion_booked",
                                    "missing_fact",
                                    "submit_by",
                                    "units_end",
                                ],
                            ),
                            ("owed_by", "clinic"),
                        ),
                        then=models.F("due_at"),
                    ),
                ),
                output_field=models.DateTimeField(null=True),
            ),
        ),
        migrations.AddIndex("deadline", MAY_BE_OVERDUE),
        migrations.AddIndex("deadline", NEVER_LATE),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=cases.models.agreements.AgreementKind.choices, max_length=40
                    ),
                ),
                (
                    "number",
                    models.CharField(blank=True, help_text="As the payer calls it.", max_length=60),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="CPT or HCPCS. Empty: all that it is about.",
                        max_length=5,
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Such as 180.00. Empty: not agreed in dollars.",
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                Decimal("0.01"),
                                "Write the dollars for one unit, from 0.01 to 100,000.",
                            ),
                            django.core.validators.MaxValueValidator(
                                100000, "Write the dollars for one unit, from 0.01 to 100,000."
                            ),
                        ],
                        verbose_name="agreed dollars a unit",
                    ),
                ),
                (
                    "units",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="How many are agreed. Empty: no limit.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                1, "Write at least 1, or leave it empty."
                            )
                        ],
                    ),
                ),
                ("effective_from", models.DateField(help_text="First day on which it holds.")),
                (
                    "effective_through",
                    models.DateField(
                        blank=True,
                        help_text="Last day on which it holds. Empty: until it is ended.",
                        null=True,
                    ),
                ),
                (
                    "contact",
                    models.CharField(
                        blank=True, help_text="Who at the payer renews it.", max_length=120
                    ),
                ),
                (
                    "notes",
                    models.TextField(
                        blank=True, help_text="Prior-authorization rule, terms, renewal."
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.clinic",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        help_text="For whom a single-case agreement or gap exception is. Empty for a contract.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agreements",
                        to="cases.patient",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agreements",
                        to="cases.payer",
                    ),
                ),
            ],
            options={
                "ordering": ["payer__name", "-effective_from", "code", "pk"],
            },
        ),
        migrations.CreateModel(
            name="NetworkStatus",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=cases.models.benefits_checks.Network.choices, max_length=40
                    ),
                ),
                (
                    "effective_from",
                    models.DateField(blank=True, help_text="First day. Empty: always.", null=True),
                ),
                (
                    "effective_through",
                    models.DateField(blank=True, help_text="Last day. Empty: still.", null=True),
                ),
                (
                    "known_by",
                    models.CharField(
                        help_text="Such as: participation letter, call reference, payer directory on a day.",
                        max_length=200,
                        verbose_name="how we know it",
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.clinic",
                    ),
                ),
                (
                    "clinician",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="networks",
                        to="cases.clinician",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="networks",
                        to="cases.payer",
                    ),
                ),
            ],
            options={
                "verbose_name": "network status",
                "verbose_name_plural": "network statuses",
                "ordering": ["clinician__last_name", "payer__name", "-effective_from"],
            },
        ),
    ]
