"""The worklist's rare groups have indexes of their own: what is overdue is not passed over first."""

from django.db import migrations, models

from priorauth.terms import ClockKind, OwedBy


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0041_policies_keep_a_copy"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(
                    (
                        "kind__in",
                        (
                            ClockKind.INFUSION_BOOKED,
                            ClockKind.AUTHORIZATION_ENDS,
                            ClockKind.UNITS_END,
                        ),
                    ),
                    ("overdue_at__isnull", False),
                ),
                fields=["clinic", "kind", "act_at", "id", "overdue_at"],
                name="deadline_kept_apart",
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(
                    ("legal_at__isnull", False),
                    ("overdue_at__isnull", False),
                    ("owed_by", OwedBy.CLINIC),
                ),
                fields=["clinic", "owed_by", "overdue_at", "act_at", "id", "kind"],
                name="deadline_near_limit",
            ),
        ),
    ]
