import django.db.models.deletion
from django.db import migrations, models


def forget_notes_on_people(apps, schema_editor):
    """On the way back: before this migration a note stood on a comment only."""
    apps.get_model("comments", "ModeratorNote").objects.filter(comment=None).delete()


class Migration(migrations.Migration):
    dependencies = [("comments", "0016_covers")]

    operations = [
        migrations.AddField(
            model_name="contributor",
            name="trust_counts_from",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="revision",
            name="checked",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="restriction",
            name="kind",
            field=models.CharField(
                choices=[
                    ("closed", "No comment is taken"),
                    ("read_first", "Every comment is read before publication"),
                ],
                default="closed",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="moderatornote",
            name="contributor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="comments.contributor",
                verbose_name="contributor",
            ),
        ),
        migrations.AlterField(
            model_name="moderatornote",
            name="comment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="comments.comment",
                verbose_name="comment",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_notes_on_people),
        migrations.AddConstraint(
            model_name="moderatornote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("comment__isnull", False), ("contributor__isnull", True)),
                    models.Q(("comment__isnull", True), ("contributor__isnull", False)),
                    _connector="OR",
                ),
                name="note_on_one",
            ),
        ),
    ]
