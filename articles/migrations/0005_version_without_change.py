from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_publications")]
    operations = [migrations.RemoveField(model_name="version", name="change")]
