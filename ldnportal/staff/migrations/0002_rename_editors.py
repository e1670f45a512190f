"""The role «éditeurs» is called «rédacteurs» from now on; whoever has it keeps it."""

from django.db import migrations


def _rename(old, new):
    def rename(apps, schema_editor):
        Group = apps.get_model("auth", "Group")
        if not Group.objects.filter(name=new).exists():
            Group.objects.filter(name=old).update(name=new)

    return rename


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.RunPython(_rename("éditeurs", "rédacteurs"), _rename("rédacteurs", "éditeurs"))
    ]
