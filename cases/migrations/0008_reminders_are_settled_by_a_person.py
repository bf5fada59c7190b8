import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_uploaded_sheets"),
    ]

    operations = [
        migrations.AddField(
            model_name="reminder",
            name="settled_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="reminder",
            name="settled_by",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                help_text="Who said what became of a held reminder.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(state__in=["uncertain", "held"]),
                fields=["clinic", "id"],
                name="reminder_unsettled",
            ),
        ),
    ]
