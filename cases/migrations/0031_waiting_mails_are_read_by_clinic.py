from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0030_the_worklist_reads_ours_before_theirs"),
    ]

    operations = [
        migrations.AddIndex(
            model_name=model,
            index=models.Index(
                fields=["clinic", "not_before", "id"],
                condition=Q(state="planned"),
                name=f"{model}_waiting",
            ),
        )
        for model in ("reminder", "digest")
    ]
