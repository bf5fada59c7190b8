"""From here on the database refuses a move of a reminder that is not in the table of moves."""

from django.db import migrations

from cases.models import guarded_moves

TABLES = ("cases_reminder",)


def guard(apps, schema_editor):
    guarded_moves.install(schema_editor.connection, TABLES)


def unguard(apps, schema_editor):
    guarded_moves.remove(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_answers_to_reminders")]
    operations = [migrations.RunPython(guard, unguard)]
