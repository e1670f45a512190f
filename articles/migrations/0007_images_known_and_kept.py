import django.db.models.deletion
from django.core.files.storage import default_storage
from django.db import migrations, models

from articles import imaging


def know_what_is_there(apps, schema_editor):
    """The likeness of every image whose master is in its place, and which images each version shows."""
    Image = apps.get_model("articles", "Image")
    Version = apps.get_model("articles", "Version")
    VersionImage = apps.get_model("articles", "VersionImage")
    for image in Image.objects.all():
        name = f"images/{image.sha256[:16]}-master.{imaging.EXTENSIONS[image.type]}"
        if default_storage.exists(name):
            with default_storage.open(name) as file:
                data = file.read()
            master = imaging.Master(data, image.type, image.width, image.height, image.sha256)
            Image.objects.filter(pk=image.pk).update(likeness=imaging.difference_hash(master))
    images = dict(Image.objects.values_list("sha256", "pk"))
    for pk, shown in Version.objects.values_list("pk", "data__images").iterator():
        VersionImage.objects.bulk_create(
            VersionImage(version_id=pk, image_id=images[sha256]) for sha256 in shown or () if sha256 in images
        )


class Migration(migrations.Migration):
    dependencies = [("articles", "0006_link")]

    operations = [
        migrations.AddField(
            model_name="image",
            name="likeness",
            field=models.CharField(
                blank=True,
                editable=False,
                max_length=16,
                verbose_name="likeness",
            ),
        ),
        migrations.CreateModel(
            name="VersionImage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shown_images",
                        to="articles.version",
                        verbose_name="version",
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="in_versions",
                        to="articles.image",
                        verbose_name="image",
                    ),
                ),
            ],
            options={
                "verbose_name": "image of a version",
                "verbose_name_plural": "images of versions",
                "constraints": [
                    models.UniqueConstraint(fields=("version", "image"), name="version_image_once")
                ],
            },
        ),
        migrations.RunPython(know_what_is_there, migrations.RunPython.noop),
    ]
