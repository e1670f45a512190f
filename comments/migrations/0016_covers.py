from django.db import migrations, models


def cover_distress(apps, schema_editor):
    """As the code says where there is no row."""
    apps.get_model("comments", "CheckSetting").objects.filter(name="distress").update(covers=True)


class Migration(migrations.Migration):
    dependencies = [("comments", "0015_queue_indexes")]

    operations = [
        migrations.AddField(
            model_name="checksetting",
            name="covers",
            field=models.BooleanField(
                default=False,
                help_text="Moderators see a text in which it notices something only once they ask for it.",
                verbose_name="covers texts",
            ),
        ),
        migrations.RunPython(cover_distress, migrations.RunPython.noop),
    ]
