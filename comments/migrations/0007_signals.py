from django.db import migrations, models


CHECKS = [
    "distress",
    "personal_data",
    "medical_advice",
    "links",
    "suspect_words",
    "repetition",
    "speed",
    "first_comment",
    "shouting",
    "other_language",
]


def create_rows(apps, schema_editor):
    """A switch for each check; thresholds and words stay those of the code until somebody sets others."""
    CheckSetting = apps.get_model("comments", "CheckSetting")
    for name in CHECKS:
        CheckSetting.objects.get_or_create(name=name)


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0006_reports'),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(editable=False, max_length=40, unique=True, verbose_name='check')),
                ('enabled', models.BooleanField(default=True, verbose_name='switched on')),
                ('threshold', models.PositiveIntegerField(blank=True, null=True, verbose_name='threshold')),
                ('words', models.TextField(blank=True, help_text='One word or expression a line; accents and capitals do not matter. A star at the end stands for any ending: «arnaq*».', verbose_name='words')),
            ],
            options={
                'verbose_name': 'check of comments',
                'verbose_name_plural': 'checks of comments',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='HelpPanel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='heading')),
                ('text', models.TextField(verbose_name='text')),
                ('lines', models.TextField(help_text='One a line: the number, a colon between spaces, what it is. «SMS» before it for messages.', verbose_name='numbers')),
                ('validated_by', models.CharField(blank=True, max_length=120, verbose_name='validated by')),
                ('validated_on', models.DateField(blank=True, null=True, verbose_name='validated on')),
            ],
            options={
                'verbose_name': 'panel for distress',
                'verbose_name_plural': 'panel for distress',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='help_panel_only_one')],
            },
        ),
        migrations.RunPython(create_rows, migrations.RunPython.noop),
    ]
