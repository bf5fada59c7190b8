"""A half-typed call is kept until it is logged."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0037_joined_patients"),
    ]

    operations = [
        migrations.CreateModel(
            name="CallDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        help_text="Names the form, so that it records once.", max_length=36
                    ),
                ),
                ("fields", models.JSONField(default=dict)),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("updated_at", models.DateTimeField(db_index=True, verbose_name="last typed")),
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
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="call_drafts",
                        to="cases.priorauthrequest",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="call_drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-updated_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("request__isnull", False)),
                        fields=("clinic", "request", "staff"),
                        name="one_call_draft_a_case",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("request__isnull", True)),
                        fields=("clinic", "staff"),
                        name="one_call_draft_without_case",
                    ),
                ],
            },
        ),
    ]
