"""The worklist opens on whose cases its reader chose last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0054_a_course_has_boosters")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="worklist_whose",
            field=models.CharField(
                blank=True,
                default="",
                editable=False,
                help_text="Whose cases this person last chose on the worklist: it opens on them.",
                max_length=20,
            ),
            preserve_default=False,
        ),
    ]
