"""Many articles and comments, to see what pages cost in a large database. Never beside real content."""

import random
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.core.management.base import BaseCommand, CommandError
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, Authorship, Person, Publication, Topic, Version
from comments.models import (
    MAX_DEPTH,
    Comment,
    Complaint,
    Consent,
    ConsentText,
    Decision,
    Notice,
    Revision,
    Status,
)
from comments.models.queryset import PATH_STEP
from comments.models.revision import searched_as
from ldnportal.markup.sanitize import render_comment
from ldnportal.pages.models import Stamp
from ldnportal.staff.models import User

# Cannot log in; its name stands under the decisions.
MODERATOR = "essai"
WORDS = [
    "depuis",
    "que",
    "je",
    "prends",
    "ce",
    "traitement",
    "mes",
    "nuits",
    "sont",
    "plus",
    "calmes",
    "mais",
    "la",
    "fatigue",
    "reste",
    "le",
    "matin",
    "et",
    "mon",
    "médecin",
    "propose",
    "d’attendre",
    "encore",
    "un",
    "mois",
    "avant",
    "de",
    "changer",
    "la",
    "dose",
    "merci",
    "pour",
    "cet",
    "article",
    "clair",
    "et",
    "utile",
]
NAMES = ("Zoé", "Malik", "Inès", "Paul", "Anaïs", "Hugo", "Léa", "Yanis", "Clément", "Jeanne")
# Of a hundred comments. What was taken away again stands as a tombstone where it was answered.
STATES = [Status.PUBLISHED] * 95 + [
    Status.PENDING,
    Status.REJECTED,
    Status.SPAM,
    Status.REMOVED,
    Status.WITHDRAWN,
]
# Of so many public ones one is reported, of so many rejected ones one is contested.
REPORTED, CONTESTED = 500, 20
ANSWERED = {Status.PUBLISHED, Status.REMOVED, Status.WITHDRAWN}
ROOTS = 0.4


class Command(BaseCommand):
    help = (
        "Fills a database that you can throw away with articles and comments. The articles have a published text "
        "and no rows of a draft. Refuses where there are articles already, unless told --add."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--articles", type=int, default=100)
        parser.add_argument("--comments", type=int, default=1000, help="in all")
        parser.add_argument("--longest", type=int, default=0, help="of them under the first article")
        parser.add_argument("--batch", type=int, default=2000, help="comments in one transaction")
        parser.add_argument("--seed", type=int, default=1, help="the same number, the same conversations")
        parser.add_argument("--add", action="store_true", help="even if there are articles")

    def handle(
        self, *args, articles: int, comments: int, longest: int, batch: int, add: bool, **options
    ) -> None:
        if articles < 1 or comments < longest:
            raise CommandError(
                _("There must be an article, and at least as many comments as the longest thread.")
            )
        if Article.objects.exists() and not add:
            raise CommandError(
                _(
                    "There are articles in this database. What this command makes cannot be told from real content "
                    "and cannot be taken out again: point DATA_DIR or DATABASE_URL to an empty database."
                )
            )
        start = time.perf_counter()
        pattern = _pattern()
        load = Load(pattern, random.Random(options["seed"]))
        sizes = [longest] + [0] * (articles - 1)
        for number in range(comments - longest):
            # Round the others; with one article alone, all under it.
            sizes[1 + number % (articles - 1) if articles > 1 else 0] += 1
        made = load.articles(sizes)
        rows = (row for article, size in made for row in load.conversation(article, size))
        while part := list(islice(rows, batch)):
            load.store(part)
        load.finish()
        self.stdout.write(
            _("%(articles)d articles and %(comments)d comments in %(seconds)d s")
            % {"articles": articles, "comments": comments, "seconds": time.perf_counter() - start}
        )


class Load:
    def __init__(self, pattern: Article, dice: random.Random) -> None:
        self.pattern, self.dice = pattern, dice
        self.next = {model: _last(model) + 1 for model in (Article, Version, Comment, Revision)}
        self.texts = [self._text() for _number in range(50)]
        self.consent = ConsentText.current()
        self.start = timezone.now()
        self.moderator = User.objects.filter(username=MODERATOR).first()
        if self.moderator is None:
            self.moderator = User(username=MODERATOR, is_active=False)
            self.moderator.set_unusable_password()
            self.moderator.save()

    def articles(self, sizes: list[int]) -> Iterator[tuple[Article, int]]:
        """The articles, each stored before its conversation is asked for, with how many comments it shall have."""
        for position in range(0, len(sizes), 500):
            made, versions, publications = [], [], []
            for number, size in enumerate(sizes[position : position + 500], start=position + 1):
                article, version = self._article(number)
                made.append((article, size))
                versions.append(version)
                publications.append(
                    Publication(
                        article=article,
                        version=version,
                        at=article.first_published_at,
                        state=Publication.State.DONE,
                    )
                )
            with transaction.atomic():
                Article.objects.bulk_create(article for article, _size in made)
                Version.objects.bulk_create(versions)
                Publication.objects.bulk_create(publications)
            yield from made

    def _article(self, number: int) -> tuple[Article, Version]:
        source = self.pattern.published
        pk, version_pk = self._take(Article), self._take(Version)
        title, slug = f"Article d’essai {number}", f"essai-{pk}"
        published = self.start - timedelta(days=400) + timedelta(minutes=number)
        article = Article(
            pk=pk,
            title=title,
            slug=slug,
            live_slug=slug,
            lede=source.lede,
            topic_id=source.topic_id,
            draft_id=version_pk,
            published_id=version_pk,
            first_published_at=published,
            updated_at=published,
        )
        data = {**source.data, "article": {**source.data["article"], "title": title, "slug": slug}}
        copied = ("lede", "topic_id", "digest", "html", "schema", "renderer", "sanitizer")
        version = Version(
            pk=version_pk,
            article=article,
            n=1,
            title=title,
            slug=slug,
            data=data,
            **{name: getattr(source, name) for name in copied},
        )
        return article, version

    def conversation(self, article: Article, size: int) -> list[tuple[Comment, Revision]]:
        rows: list[tuple[Comment, Revision]] = []
        answerable: list[Comment] = []
        for number in range(size):
            status = self.dice.choice(STATES)
            parent = (
                self.dice.choice(answerable[-200:]) if answerable and self.dice.random() > ROOTS else None
            )
            created = article.first_published_at + timedelta(days=1) + timedelta(minutes=7 * number)
            comment, revision = self._comment(article, parent, status, created)
            rows.append((comment, revision))
            if status in ANSWERED:
                answerable.append(comment)
            if status == Status.PUBLISHED:
                article.comment_count += 1
                if parent is not None:
                    comment.root.reply_count += 1
        Article.objects.filter(pk=article.pk).update(comment_count=article.comment_count)
        return rows

    def _comment(
        self, article: Article, parent: Comment | None, status: str, created: datetime
    ) -> tuple[Comment, Revision]:
        pk, revision_pk = self._take(Comment), self._take(Revision)
        text, html = self.dice.choice(self.texts)
        was_public = status in ANSWERED
        comment = Comment(
            pk=pk,
            article=article,
            parent=parent,
            depth=min(parent.depth + 1, MAX_DEPTH) if parent else 1,
            status=status,
            display_name=self.dice.choice(NAMES),
            created=created,
            public_revision_id=revision_pk if was_public else None,
            published_at=created + timedelta(hours=1) if was_public else None,
        )
        comment.root = parent.root if parent else comment
        step = PATH_STEP.format(pk)
        if parent is None:
            comment.path = step
        elif parent.depth < MAX_DEPTH:
            comment.path = f"{parent.path}/{step}"
        else:
            comment.path = f"{parent.path.rpartition('/')[0]}/{step}"
        revision = Revision(pk=revision_pk, comment=comment, n=1, text=text, html=html, created=created)
        revision.searched = searched_as(comment.display_name, text)
        return comment, revision

    def store(self, rows: list[tuple[Comment, Revision]]) -> None:
        decisions = [
            decision for comment, revision in rows for decision in self._decisions(comment, revision)
        ]
        # Comment and revision point to each other: their keys are looked at when the transaction ends.
        with transaction.atomic():
            Comment.objects.bulk_create(comment for comment, _revision in rows)
            Revision.objects.bulk_create(revision for _comment, revision in rows)
            Consent.objects.bulk_create(
                Consent(comment=comment, text=self.consent) for comment, _revision in rows
            )
            Decision.objects.bulk_create(decisions)
            Notice.objects.bulk_create(self._notices(rows))
            Complaint.objects.bulk_create(self._complaints(decisions))

    def _notices(self, rows: list[tuple[Comment, Revision]]) -> Iterator[Notice]:
        for comment, revision in rows:
            if comment.status == Status.PUBLISHED and self.dice.randrange(REPORTED) == 0:
                yield Notice(
                    comment=comment, revision=revision, kind=Notice.Kind.RULES, explanation="Hors sujet."
                )

    def _complaints(self, decisions: list[Decision]) -> Iterator[Complaint]:
        for decision in decisions:
            if decision.action == Decision.Action.REJECT and self.dice.randrange(CONTESTED) == 0:
                yield Complaint(decision=decision, by=Complaint.By.AUTHOR, text="Relisez, s’il vous plaît.")

    def _decisions(self, comment: Comment, revision: Revision) -> Iterator[Decision]:
        def decision(action: str, came_from: str, status: str, hours: int, **why) -> Decision:
            moderator = action not in {Decision.Action.POST, Decision.Action.WITHDRAW}
            return Decision(
                comment=comment,
                revision=revision,
                action=action,
                came_from=came_from,
                status=status,
                role=Decision.Role.MODERATOR if moderator else Decision.Role.AUTHOR,
                actor=self.moderator if moderator else None,
                created=comment.created + timedelta(hours=hours),
                **why,
            )

        yield decision(Decision.Action.POST, "", Status.PENDING, 0)
        if comment.status in ANSWERED:
            yield decision(Decision.Action.PUBLISH, Status.PENDING, Status.PUBLISHED, 1)
        if comment.status == Status.REJECTED:
            yield decision(Decision.Action.REJECT, Status.PENDING, Status.REJECTED, 1, reason="Hors sujet.")
        if comment.status == Status.SPAM:
            yield decision(Decision.Action.SPAM, Status.PENDING, Status.SPAM, 1)
        if comment.status == Status.REMOVED:
            yield decision(Decision.Action.REMOVE, Status.PUBLISHED, Status.REMOVED, 2, reason="Hors sujet.")
        if comment.status == Status.WITHDRAWN:
            yield decision(Decision.Action.WITHDRAW, Status.PUBLISHED, Status.WITHDRAWN, 2)

    def finish(self) -> None:
        """Lets the database go on counting after our keys, and see how much there is now."""
        Stamp.bump()
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self.next)):
                cursor.execute(statement)
            # As PostgreSQL does by itself within minutes; not possible within a transaction.
            vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
            cursor.execute("VACUUM ANALYZE" if vacuum else "ANALYZE")

    def _take(self, model: type[Model]) -> int:
        self.next[model] += 1
        return self.next[model] - 1

    def _text(self) -> tuple[str, str]:
        text = " ".join(self.dice.choices(WORDS, k=self.dice.randint(8, 60))).capitalize() + "."
        return text, render_comment(text)


def _last(model: type[Model]) -> int:
    return model.objects.aggregate(last=Max("pk"))["last"] or 0


def _pattern() -> Article:
    """The article whose text all others have."""
    topic, _new = Topic.objects.get_or_create(slug="essai", defaults={"name": "Essai"})
    person, _new = Person.objects.get_or_create(
        slug="essai", defaults={"name": "Essai", "qualification": "Personne d’essai", "example": True}
    )
    article = Article.objects.create(
        title="Article d’essai",
        slug=f"essai-{_last(Article) + 1}-modele",
        lede="Un texte d’essai.",
        topic=topic,
    )
    Authorship.objects.create(article=article, person=person)
    body = f"<p>{' '.join(WORDS * 12)}.</p>"
    for number in range(6):
        article.sections.create(
            key=f"e{number:07d}", position=number, heading=f"Section {number + 1}", body=body
        )
    article.record(by=None)
    article.publish(by=None)
    return article
