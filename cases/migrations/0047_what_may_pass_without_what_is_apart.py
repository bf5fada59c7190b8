"""What comes up long before it ends lies no more in the index of what may be overdue."""

from django.db import migrations, models
from django.db.models import Q

from priorauth.terms import ClockKind, OwedBy

APART = (ClockKind.INFUSION_BOOKED, ClockKind.AUTHORIZATION_ENDS, ClockKind.UNITS_END)


class Migration(migrations.Migration):
    dependencies = [("cases", "0046_patients_may_be_written_to")]

    operations = [
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                fields=[
                    "clinic",
                    "owed_by",
                    "act_at",
                    "id",
                    "overdue_at",
                    "legal_at",
                    "kind",
                    "request",
                ],
                condition=Q(overdue_at__isnull=False) & ~Q(kind__in=APART, owed_by=OwedBy.CLINIC),
                name="deadline_may_pass",
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                fields=["clinic", "kind", "overdue_at", "act_at", "id", "owed_by"],
                condition=Q(overdue_at__isnull=False, kind__in=APART),
                name="deadline_apart_passed",
            ),
        ),
        migrations.RemoveIndex(model_name="deadline", name="deadline_may_be_overdue"),
    ]
