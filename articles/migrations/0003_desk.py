import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0002_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created', models.DateTimeField(default=django.utils.timezone.now, verbose_name='written')),
                ('text', models.TextField(max_length=4000, verbose_name='note')),
            ],
            options={
                'verbose_name': 'editor’s note',
                'verbose_name_plural': 'editors’ notes',
                'ordering': ['-created', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('seen', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'presence',
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='published on')),
                ('state', models.CharField(choices=[('scheduled', 'scheduled'), ('done', 'published'), ('cancelled', 'cancelled'), ('failed', 'failed')], default='scheduled', max_length=10, verbose_name='state')),
                ('change', models.CharField(choices=[('major', 'major change'), ('minor', 'minor change')], default='major', max_length=10, verbose_name='kind of change')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='what changed')),
                ('created', models.DateTimeField(default=django.utils.timezone.now, verbose_name='decided')),
            ],
            options={
                'verbose_name': 'publication',
                'verbose_name_plural': 'publications',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='article',
            options={'ordering': ['-modified', '-pk'], 'permissions': [('publish_article', 'Can publish articles'), ('change_any_article', 'Can change articles of others')], 'verbose_name': 'article', 'verbose_name_plural': 'articles'},
        ),
        migrations.RemoveField(
            model_name='article',
            name='publish_at',
        ),
        migrations.RemoveField(
            model_name='article',
            name='version',
        ),
        migrations.AddField(
            model_name='article',
            name='availability',
            field=models.CharField(choices=[('live', 'live'), ('withdrawn', 'withdrawn by the editors'), ('redirected', 'redirected'), ('gone', 'unpublished')], default='live', editable=False, max_length=10, verbose_name='availability'),
        ),
        migrations.AddField(
            model_name='article',
            name='availability_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='article',
            name='availability_reason',
            field=models.TextField(blank=True, editable=False, verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='article',
            name='availability_since',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='since'),
        ),
        migrations.AddField(
            model_name='article',
            name='deputy',
            field=models.ForeignKey(blank=True, help_text='Is reminded too.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deputy_for', to=settings.AUTH_USER_MODEL, verbose_name='deputy'),
        ),
        migrations.AddField(
            model_name='article',
            name='draft',
            field=models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.version', verbose_name='draft'),
        ),
        migrations.AddField(
            model_name='article',
            name='editors',
            field=models.ManyToManyField(blank=True, help_text='Who may change this draft as well.', related_name='shared_articles', to=settings.AUTH_USER_MODEL, verbose_name='shared with'),
        ),
        migrations.AddField(
            model_name='article',
            name='omissions',
            field=models.TextField(blank=True, help_text='An article on a medicine has sections on side effects, interactions, pregnancy and when to see a doctor. If one is missing on purpose, say why: the checks then no longer ask for it.', max_length=1000, verbose_name='why a usual section is missing'),
        ),
        migrations.AddField(
            model_name='article',
            name='redirect_to',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='redirected_here', to='articles.article', verbose_name='leads to'),
        ),
        migrations.AddField(
            model_name='article',
            name='responsible',
            field=models.ForeignKey(blank=True, help_text='Is reminded when a review is due. Empty: whoever saves the article first.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='articles', to=settings.AUTH_USER_MODEL, verbose_name='responsible'),
        ),
        migrations.AddField(
            model_name='person',
            name='user',
            field=models.OneToOneField(blank=True, help_text='Who signs reviews as this person.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='person', to=settings.AUTH_USER_MODEL, verbose_name='login'),
        ),
        migrations.AddField(
            model_name='version',
            name='digest',
            field=models.CharField(default='', max_length=64, verbose_name='SHA-256'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='version',
            name='kind',
            field=models.CharField(choices=[('saved', 'saved'), ('restored', 'restored'), ('imported', 'imported'), ('merged', 'merged'), ('set_aside', 'set aside')], default='saved', max_length=10, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='version',
            name='restored_from',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.version', verbose_name='restored from'),
        ),
        migrations.AddField(
            model_name='version',
            name='slug',
            field=models.SlugField(db_index=False, default='', max_length=120, verbose_name='address'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='version',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='saved by'),
        ),
        migrations.AlterField(
            model_name='version',
            name='created',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='saved'),
        ),
        migrations.AlterField(
            model_name='version',
            name='note',
            field=models.CharField(blank=True, max_length=300, verbose_name='note for the editors'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('availability', 'live'), ('published__isnull', False), _connector='OR'), name='article_unavailable_was_published'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('availability', 'redirected'), ('redirect_to__isnull', False)), models.Q(models.Q(('availability', 'redirected'), _negated=True), ('redirect_to__isnull', True)), _connector='OR'), name='article_redirect_has_target'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('availability', 'withdrawn'), _negated=True), models.Q(('availability_reason', ''), _negated=True), _connector='OR'), name='article_withdrawn_says_why'),
        ),
        migrations.AddField(
            model_name='note',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='articles.article', verbose_name='article'),
        ),
        migrations.AddField(
            model_name='note',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
        ),
        migrations.AddField(
            model_name='presence',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='articles.article'),
        ),
        migrations.AddField(
            model_name='presence',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='publication',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='articles.article', verbose_name='article'),
        ),
        migrations.AddField(
            model_name='publication',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='publication',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='articles.version', verbose_name='version'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.UniqueConstraint(fields=('article', 'user'), name='presence_once'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(condition=models.Q(('state', 'scheduled')), fields=['at'], name='publication_due'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'scheduled')), fields=('article',), name='publication_one_scheduled'),
        ),
    ]
