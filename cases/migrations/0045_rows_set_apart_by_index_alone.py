"""Rows of the small groups are counted by their index alone: it also knows who owes them."""

from django.db import migrations, models
from django.db.models import Q

from priorauth.terms import ClockKind

APART = (ClockKind.INFUSION_BOOKED, ClockKind.AUTHORIZATION_ENDS, ClockKind.UNITS_END)


class Migration(migrations.Migration):
    dependencies = [("cases", "0044_member_ids_are_found_by_their_beginning")]

    operations = [
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                fields=["clinic", "kind", "act_at", "id", "overdue_at", "owed_by"],
                condition=Q(overdue_at__isnull=False, kind__in=APART),
                name="deadline_set_apart",
            ),
        ),
        migrations.RemoveIndex(model_name="deadline", name="deadline_kept_apart"),
    ]
