from django.db import migrations, models

from comments.signals.text import fold

ROWS = 2_000


def fill(apps, schema_editor):
    revisions = apps.get_model("comments", "Revision").objects.exclude(text="").order_by("pk")
    last = 0
    while rows := list(revisions.filter(pk__gt=last).select_related("comment")[:ROWS]):
        for row in rows:
            row.searched = fold(f"{row.comment.display_name}\n{row.text}")
        revisions.bulk_update(rows, ["searched"], batch_size=200)
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("comments", "0019_confirmation")]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="searched",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
