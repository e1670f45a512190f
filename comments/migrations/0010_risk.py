import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def create_rows(apps, schema_editor):
    """The switch of the check, and the row that counts texts. What was decided before is learned by relearn_risk."""
    apps.get_model("comments", "CheckSetting").objects.get_or_create(name="learned_risk")
    apps.get_model("comments", "RiskTotal").objects.get_or_create(pk=1)


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0009_desk'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RiskCount',
            fields=[
                ('piece', models.CharField(max_length=5, primary_key=True, serialize=False)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('published', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'learned risk: count',
                'verbose_name_plural': 'learned risk: counts',
            },
        ),
        migrations.AddField(
            model_name='revision',
            name='learned_as',
            field=models.CharField(blank=True, editable=False, max_length=10),
        ),
        migrations.CreateModel(
            name='RiskTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('published', models.PositiveIntegerField(default=0)),
                ('refused_size', models.PositiveBigIntegerField(default=0)),
                ('published_size', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'learned risk: total',
                'verbose_name_plural': 'learned risk: totals',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='risk_total_only_one')],
            },
        ),
        migrations.CreateModel(
            name='ReReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(blank=True, choices=[('publish', 'would publish'), ('refuse', 'would refuse')], max_length=10, verbose_name='verdict')),
                ('given', models.DateTimeField(blank=True, null=True, verbose_name='looked at')),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='re_review', to='comments.decision', verbose_name='decision')),
                ('reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='looked at by')),
            ],
            options={
                'verbose_name': 'second look',
                'verbose_name_plural': 'second looks',
                'indexes': [models.Index(condition=models.Q(('verdict', '')), fields=['id'], name='re_review_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('given__isnull', True), ('reviewer__isnull', True), ('verdict', '')), models.Q(('given__isnull', False), ('reviewer__isnull', False), ('verdict__in', ['publish', 'refuse'])), _connector='OR'), name='re_review_verdict_by_somebody')],
            },
        ),
        migrations.RunPython(create_rows, migrations.RunPython.noop),
    ]
