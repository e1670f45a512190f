from django.db import migrations, models

# Content, like the site's pages: administrators edit it.
REASONS = [
    {
        "title": "Conseil de traitement",
        "letter": (
            "Votre commentaire recommande une dose, ou de commencer, de changer ou d’arrêter un "
            "traitement. Ce qui a aidé une personne peut nuire à une autre\u00a0: sur ce site, on peut "
            "raconter sa propre expérience, pas conseiller les autres. Vous pouvez l’envoyer de nouveau "
            "sans ce passage."
        ),
        "clause": "Ni dose ni traitement recommandés aux autres",
        "category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    },
    {
        "title": "Données personnelles",
        "letter": (
            "Votre commentaire contient des détails qui permettent de vous reconnaître ou de reconnaître "
            "quelqu’un (un nom, une adresse, un numéro de téléphone…). Pour protéger la vie privée de "
            "chacun, nous ne les publions pas. Vous pouvez l’envoyer de nouveau sans eux."
        ),
        "clause": "Pas de données personnelles, ni les siennes ni celles d’autrui",
        "category": "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    },
    {
        "title": "Propos blessants",
        "letter": (
            "Votre commentaire attaque ou rabaisse des personnes. Le désaccord est bienvenu ici\u202f; les "
            "attaques personnelles ne le sont pas. Vous pouvez dire la même chose autrement."
        ),
        "clause": "Ni injures, ni mépris, ni haine, ni harcèlement",
        "category": "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    },
    {
        "title": "Vente ou publicité",
        "letter": (
            "Votre commentaire propose, recherche ou vante un médicament, un produit ou un service. "
            "Vendre, acheter et faire de la publicité n’est pas permis sur ce site."
        ),
        "clause": "Ni vente, ni recherche, ni échange de médicaments, ni publicité",
        "category": "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
    },
    {
        "title": "Affirmation trompeuse",
        "letter": (
            "Votre commentaire présente comme certaine une affirmation de santé que l’on sait fausse ou "
            "que rien n’appuie. Si vous vous fondez sur une étude ou un document officiel, vous pouvez "
            "l’envoyer de nouveau avec cette source."
        ),
        "clause": "Ni affirmation de santé trompeuse, ni promesse de guérison",
        "category": "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY",
    },
]


def create_rows(apps, schema_editor):
    """The letters that the program had in its code until now."""
    Reason = apps.get_model("comments", "Reason")
    for position, row in enumerate(REASONS, start=1):
        Reason.objects.create(position=10 * position, **row)


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0011_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(help_text='For the moderators; authors do not see it.', max_length=80, verbose_name='title')),
                ('letter', models.TextField(help_text='The author reads them as they stand here: what is wrong, and what can be done now.', max_length=2000, verbose_name='words of the letter')),
                ('ground', models.CharField(choices=[('rules', 'site rules'), ('law', 'illegal content')], default='rules', max_length=10, verbose_name='ground')),
                ('clause', models.CharField(help_text='The rule of this site as its page puts it, or the law with its article. It also stands in the statement of reasons: no name, no quotation.', max_length=200, verbose_name='rule or law')),
                ('category', models.CharField(choices=[('STATEMENT_CATEGORY_OTHER_VIOLATION_TC', 'other breach of the site’s rules'), ('STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY', 'risk for public health or safety'), ('STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS', 'unsafe or prohibited products'), ('STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'personal data and privacy'), ('STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH', 'illegal or harmful speech'), ('STATEMENT_CATEGORY_SELF_HARM', 'self-harm'), ('STATEMENT_CATEGORY_VIOLENCE', 'violence'), ('STATEMENT_CATEGORY_CYBER_VIOLENCE', 'online harassment and violence'), ('STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN', 'online harassment and violence against women'), ('STATEMENT_CATEGORY_PROTECTION_OF_MINORS', 'protection of minors'), ('STATEMENT_CATEGORY_SCAMS_AND_FRAUD', 'fraud'), ('STATEMENT_CATEGORY_CONSUMER_INFORMATION', 'misleading commercial information'), ('STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'intellectual property'), ('STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'public debate and elections'), ('STATEMENT_CATEGORY_ANIMAL_WELFARE', 'animal welfare')], default='STATEMENT_CATEGORY_OTHER_VIOLATION_TC', help_text='Of the European Commission’s list, for the statement of reasons and the public figures.', max_length=80, verbose_name='category')),
                ('for_changes', models.BooleanField(default=True, verbose_name='to ask for changes')),
                ('for_rejection', models.BooleanField(default=True, verbose_name='to reject')),
                ('for_removal', models.BooleanField(default=True, verbose_name='to remove')),
                ('position', models.PositiveSmallIntegerField(default=100, help_text='The smallest number stands first.', verbose_name='position')),
                ('active', models.BooleanField(default=True, verbose_name='offered to moderators')),
            ],
            options={
                'verbose_name': 'reason',
                'verbose_name_plural': 'reasons',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='reason',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('letter', ''), _negated=True), models.Q(('clause', ''), _negated=True)), name='reason_says_something'),
        ),
        migrations.AddConstraint(
            model_name='reason',
            constraint=models.CheckConstraint(condition=models.Q(('for_changes', True), ('for_rejection', True), ('for_removal', True), _connector='OR'), name='reason_for_some_verb', violation_error_message='Say for which decision this reason is meant.'),
        ),
        migrations.AddConstraint(
            model_name='reason',
            constraint=models.CheckConstraint(condition=models.Q(('category__in', ['STATEMENT_CATEGORY_ANIMAL_WELFARE', 'STATEMENT_CATEGORY_CONSUMER_INFORMATION', 'STATEMENT_CATEGORY_CYBER_VIOLENCE', 'STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN', 'STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS', 'STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH', 'STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS', 'STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS', 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC', 'STATEMENT_CATEGORY_PROTECTION_OF_MINORS', 'STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY', 'STATEMENT_CATEGORY_SCAMS_AND_FRAUD', 'STATEMENT_CATEGORY_SELF_HARM', 'STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS', 'STATEMENT_CATEGORY_VIOLENCE']), ('ground__in', ['rules', 'law'])), name='reason_known_ground_and_category'),
        ),
        # The table goes on the way back, and its rows with it.
        migrations.RunPython(create_rows, migrations.RunPython.noop),
    ]
