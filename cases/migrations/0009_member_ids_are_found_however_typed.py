import cases.models.folded
from django.db import migrations, models


def fold_member_ids(apps, schema_editor):
    """Coverages on file before this migration, a thousand at a time."""
    coverages = apps.get_model("cases", "Coverage")._base_manager
    batch = []
    for coverage in coverages.only("pk", "member_id").iterator(chunk_size=1000):
        coverage.member_id_folded = cases.models.folded.fold(coverage.member_id)
        batch.append(coverage)
        if len(batch) == 1000:
            coverages.bulk_update(batch, ["member_id_folded"])
            batch = []
    coverages.bulk_update(batch, ["member_id_folded"])


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_reminders_are_settled_by_a_person"),
    ]

    operations = [
        migrations.AddField(
            model_name="coverage",
            name="member_id_folded",
            field=cases.models.folded.FoldedField(
                blank=True, default="", editable=False, max_length=90, of="member_id"
            ),
        ),
        migrations.RunPython(fold_member_ids, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="coverage", name="coverage_by_member"),
        migrations.AddIndex(
            model_name="coverage",
            index=models.Index(
                fields=["member_id_folded", "clinic"], name="coverage_by_folded_member"
            ),
        ),
    ]
