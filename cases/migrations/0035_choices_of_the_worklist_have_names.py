"""A choice of the worklist can be named, for oneself or for the clinic."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0034_plan_wording"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="A few words. No patient's name.", max_length=40),
                ),
                (
                    "query",
                    models.JSONField(default=dict, help_text="What the list is narrowed to."),
                ),
                (
                    "is_shared",
                    models.BooleanField(
                        default=False,
                        help_text="Everybody in the clinic sees the link.",
                        verbose_name="shared",
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.clinic",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="Whose filter it is.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_filters",
                        to="cases.membership",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="filter_name_once"),
        ),
    ]
