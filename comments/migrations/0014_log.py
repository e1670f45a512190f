from django.db import migrations, models

from comments import append_only


class Migration(migrations.Migration):
    dependencies = [("comments", "0013_notices")]

    operations = [
        migrations.AlterModelOptions(
            name="decision",
            options={
                "ordering": ["created", "pk"],
                "permissions": [("export_decision", "Can export the log of decisions")],
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
            },
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["-created", "-id"], name="decision_log"),
        ),
        migrations.RunPython(append_only.guard, append_only.unguard),
    ]
