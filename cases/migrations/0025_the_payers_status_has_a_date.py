"""How fresh the payer's status is, kept on the request; open cases work it out by themselves."""

from django.db import migrations, models
from django.db.models.functions import Now

import priorauth.terms


def recount_open_cases(apps, schema_editor):
    """Have the next ticks work out what was never kept; no list tells of cases that ended."""
    requests = apps.get_model("cases", "PriorAuthRequest")._base_manager
    requests.exclude(status__in=["withdrawn", "closed"]).filter(recount_from=None).update(
        recount_from=Now()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0024_a_request_can_go_out_unready"),
    ]

    operations = [
        migrations.AddField(
            model_name="priorauthrequest",
            name="fresh_through",
            field=models.DateField(
                editable=False,
                help_text="The last day on which that word is no older than the payer's usual chase.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="priorauthrequest",
            name="verified_how",
            field=models.CharField(
                blank=True,
                choices=priorauth.terms.KnownBy.choices,
                editable=False,
                help_text="Where that word came from.",
                max_length=40,
            ),
        ),
        migrations.AddField(
            model_name="priorauthrequest",
            name="verified_on",
            field=models.DateField(
                editable=False,
                help_text="The day of the newest word on the payer's status; kept for lists.",
                null=True,
            ),
        ),
        migrations.RunPython(recount_open_cases, migrations.RunPython.noop),
    ]
