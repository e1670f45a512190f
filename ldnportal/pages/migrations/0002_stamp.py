from django.db import migrations


def create_stamp(apps, schema_editor):
    # Here, so that no two writers ever race to create it.
    apps.get_model("pages", "Stamp").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("pages", "0001_initial")]

    operations = [migrations.RunPython(create_stamp, migrations.RunPython.noop)]
