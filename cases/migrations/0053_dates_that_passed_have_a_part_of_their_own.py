"""The index also knows when a date is, so that what passed is told from what is still to come."""

import priorauth.terms
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0052_a_call_tells_of_benefits"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(
                    (
                        "standing__in",
                        [priorauth.terms.Standing["RUNNING"], priorauth.terms.Standing["TOLLED"]],
                    ),
                    ("broken_at", None),
                    ("overdue_at__isnull", True),
                    ("owed_by", priorauth.terms.OwedBy["CLINIC"]),
                ),
                fields=["clinic", "act_at", "id", "due_at", "kind", "standing", "owed_by"],
                name="deadline_of_no_law",
            ),
        ),
    ]
