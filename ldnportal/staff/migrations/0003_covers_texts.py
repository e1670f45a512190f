from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_rename_editors")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="covers_texts",
            field=models.BooleanField(
                default=True,
                help_text="Comments that are hard to read are covered until they are asked for.",
                verbose_name="texts covered",
            ),
        ),
    ]
