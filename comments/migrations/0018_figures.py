from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0017_trust")]

    operations = [
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(("supersedes__isnull", False)),
                fields=["supersedes", "action"],
                name="decision_superseding",
            ),
        ),
    ]
