from django.db import migrations

TEXT = (
    "J’accepte que mon commentaire, qui peut contenir des informations sur ma santé, soit lu par la modération puis "
    "publié sur cette page sous le pseudonyme que j’ai choisi. Je peux le retirer à tout moment depuis ma page privée."
)


def create_text(apps, schema_editor):
    ConsentText = apps.get_model("comments", "ConsentText")
    if not ConsentText.objects.exists():
        ConsentText.objects.create(text=TEXT)


class Migration(migrations.Migration):
    dependencies = [("comments", "0002_initial")]

    operations = [migrations.RunPython(create_text, migrations.RunPython.noop)]
