import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0018_figures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField(verbose_name='until')),
                ('outcome', models.CharField(blank=True, choices=[('', 'waits for a colleague'), ('confirmed', 'confirmed by a colleague'), ('overturned', 'taken back by a colleague'), ('lapsed', 'no confirmation is waited for any more')], default='', max_length=10, verbose_name='outcome')),
                ('at', models.DateTimeField(blank=True, null=True, verbose_name='looked at')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='looked at by')),
                ('decision', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='confirmation', to='comments.decision', verbose_name='decision')),
                ('restriction', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='confirmation', to='comments.restriction', verbose_name='restriction')),
            ],
            options={
                'verbose_name': 'confirmation by a colleague',
                'verbose_name_plural': 'confirmations by a colleague',
                'indexes': [models.Index(condition=models.Q(('outcome', '')), fields=['until'], name='confirmation_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', False), ('restriction__isnull', True)), models.Q(('decision__isnull', True), ('restriction__isnull', False)), _connector='OR'), name='confirmation_of_one'), models.CheckConstraint(condition=models.Q(models.Q(('at__isnull', True), ('by__isnull', True), ('outcome', '')), models.Q(('at__isnull', False), ('by__isnull', True), ('outcome', 'lapsed')), models.Q(('at__isnull', False), ('by__isnull', False), ('outcome__in', ['confirmed', 'overturned'])), _connector='OR'), name='confirmation_given_by_somebody')],
            },
        ),
    ]
