from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_worklist_reads_its_groups_from_indexes"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="reminder", name="reminder_unsettled"),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(state__in=["uncertain", "held"]),
                fields=["clinic", "state", "id"],
                name="reminder_in_doubt",
            ),
        ),
    ]
