"""Infusions and the plan of a course; two kinds of date of ours that can be overdue.

The table of planned infusions that this replaces was never written by any screen or command.
"""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import priorauth.terms
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
        ("cases", "0014_payer_policies_are_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="payer",
            name="decision_days",
            field=models.PositiveSmallIntegerField(
                editable=False,
                help_text="Median of this clinic's last requests, counted anew each day.",
                null=True,
                verbose_name="days to a decision, measured",
            ),
        ),
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
            name="InfusionSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "phase",
                    models.CharField(
                        choices=priorauth.terms.SeriesPhase.choices,
                        default=priorauth.terms.SeriesPhase["INDUCTION"],
                        max_length=40,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=priorauth.terms.InfusionStatus.choices,
                        default=priorauth.terms.InfusionStatus["PLANNED"],
                        max_length=40,
                    ),
                ),
                ("planned_at", models.DateTimeField()),
                (
                    "planned_minutes",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Without pauses.", null=True
                    ),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("paused_minutes", models.PositiveSmallIntegerField(default=0)),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="From start to stop without pauses.",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(1440)],
                        verbose_name="minutes of infusion",
                    ),
                ),
                (
                    "units",
                    models.JSONField(blank=True, default=dict, help_text="Units used, by line."),
                ),
                (
                    "override_reason",
                    models.TextField(
                        blank=True,
                        help_text="Given where no approval covers it.",
                        verbose_name="why outside the approval",
                    ),
                ),
                ("billed_on", models.DateField(blank=True, null=True)),
                (
                    "billed_units",
                    models.JSONField(blank=True, default=dict, help_text="Units billed, by line."),
                ),
                (
                    "authorization",
                    models.ForeignKey(
                        blank=True,
                        help_text="The authorization it was given under.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="infusions",
                        to="cases.authorization",
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
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="planned_infusions",
                        to="cases.caseevent",
                    ),
                ),
                (
                    "recorded_event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="recorded_infusions",
                        to="cases.caseevent",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="infusions",
                        to="cases.priorauthrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "infusion",
                "ordering": ["planned_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SeriesPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("first_on", models.DateField(verbose_name="first infusion")),
                (
                    "induction_sessions",
                    models.PositiveSmallIntegerField(
                        default=0, validators=[django.core.validators.MaxValueValidator(60)]
                    ),
                ),
                (
                    "induction_cadence",
                    models.CharField(
                        blank=True, choices=priorauth.terms.Cadence.choices, max_length=40
                    ),
                ),
                (
                    "maintenance_sessions",
                    models.PositiveSmallIntegerField(
                        default=0, validators=[django.core.validators.MaxValueValidator(60)]
                    ),
                ),
                (
                    "maintenance_cadence",
                    models.CharField(
                        blank=True, choices=priorauth.terms.Cadence.choices, max_length=40
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Without pauses.", null=True
                    ),
                ),
                (
                    "goes_on",
                    models.BooleanField(
                        default=False,
                        help_text="Then the forecast counts on at the last cadence, and says when to renew.",
                        verbose_name="treatment goes on after the last planned infusion",
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
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="series_plan",
                        to="cases.caseevent",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="series_plans",
                        to="cases.priorauthrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.DeleteModel(
            name="PlannedInfusion",
        ),
        migrations.AddConstraint(
            model_name="infusionsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stopped_at__isnull", True),
                    ("started_at__isnull", True),
                    ("stopped_at__gt", models.F("started_at")),
                    _connector="OR",
                ),
                name="infusion_in_order",
                violation_error_message="The infusion stops before it starts.",
            ),
        ),
    ]
