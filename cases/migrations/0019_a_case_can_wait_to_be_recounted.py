"""A case can wait for its dates to be recounted, and says when they could not be."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0018_the_database_guards_the_moves"),
    ]

    operations = [
        migrations.AddField(
            model_name="priorauthrequest",
            name="recount_failed_at",
            field=models.DateTimeField(
                editable=False,
                help_text="When its dates could last not be recounted; empty once they could.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="priorauthrequest",
            name="recount_from",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when its dates wait to be recounted: a fact that many share has moved.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="priorauthrequest",
            index=models.Index(
                condition=models.Q(("recount_from__isnull", False)),
                fields=["id"],
                name="request_to_recount",
            ),
        ),
    ]
