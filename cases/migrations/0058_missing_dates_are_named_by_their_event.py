"""The task to find a date keeps its answers and reminders under the name that it has now."""

from django.db import migrations

OLD = "desk-missing-date"


def rename(apps, schema_editor):
    """Tasks that still run: the new name ends with the event whose date is missing."""
    deadlines = apps.get_model("cases", "Deadline")._base_manager
    running = deadlines.filter(rule=OLD, standing__in=["running", "tolled"])
    for row in running.select_related("start_event").iterator(chunk_size=1000):
        rule = f"{OLD}-{row.start_event.kind}"
        key = row.key.replace(f"|{OLD}@", f"|{rule}@")
        deadlines.filter(pk=row.pk).update(rule=rule, key=key)


class Migration(migrations.Migration):
    dependencies = [("cases", "0057_words_of_an_answer_have_room")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
