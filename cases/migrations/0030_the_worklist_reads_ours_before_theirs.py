"""The worklist's indexes begin with who owes it: ours come first inside each group."""

from django.db import migrations, models

import priorauth.terms

_LIVE = (
    "standing__in",
    [priorauth.terms.Standing["RUNNING"], priorauth.terms.Standing["TOLLED"]],
)
NAMES = (
    "deadline_worklist",
    "deadline_may_be_overdue",
    "deadline_may_be_broken",
    "deadline_never_late",
)
INDEXES = (
    models.Index(
        condition=models.Q(_LIVE),
        fields=["clinic", "owed_by", "act_at", "id", "request"],
        name="deadline_worklist",
    ),
    models.Index(
        condition=models.Q(("overdue_at__isnull", False)),
        fields=["clinic", "owed_by", "act_at", "id", "overdue_at", "legal_at", "kind", "request"],
        name="deadline_may_be_overdue",
    ),
    models.Index(
        condition=models.Q(("broken_at__isnull", False)),
        fields=["clinic", "owed_by", "act_at", "id", "broken_at", "request"],
        name="deadline_may_be_broken",
    ),
    models.Index(
        condition=models.Q(_LIVE, ("overdue_at__isnull", True), ("broken_at__isnull", True)),
        fields=["clinic", "owed_by", "act_at", "id", "standing", "request"],
        name="deadline_never_late",
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0029_networks_and_agreements"),
    ]

    operations = [
        *(migrations.RemoveIndex("deadline", name) for name in NAMES),
        *(migrations.AddIndex("deadline", index) for index in INDEXES),
    ]
