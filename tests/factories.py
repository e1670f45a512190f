"""
Dull functions that make rows. Each takes what matters to the test and invents the rest.

The cast: Ada writes comments, Ben moderates, Cleo edits, Dora reviews.
"""

import io
import uuid
from pathlib import Path

from django.contrib.auth.models import Group
from PIL import Image as Picture

from articles import imaging
from articles.exchange import import_article
from articles.models import Article, Authorship, Image, Person, Topic
from comments.models import Comment, ConsentText, Decision, Notice, Reason, Status
from ldnportal.staff.models import User
from ldnportal.staff.roles import sync_roles

DEMO_FILE = Path(__file__).parent.parent / "articles" / "demo" / "naltrexone-et-anxiete.json"
PASSWORD = "correct horse battery staple"


def make_user(username: str = "ada", **kwargs) -> User:
    return User.objects.create_user(username, password=PASSWORD, **kwargs)


def _make_staff(username: str, role: str, **kwargs) -> User:
    there = User.objects.filter(username=username).first()
    if there:
        return there
    sync_roles()
    user = make_user(username, is_staff=True, **kwargs)
    user.groups.add(Group.objects.get(name=role))
    return user


def make_moderator(username: str = "ben", **kwargs) -> User:
    return _make_staff(username, "modérateurs", **kwargs)


def make_editor(username: str = "cleo", **kwargs) -> User:
    return _make_staff(username, "rédacteurs", **kwargs)


def make_chief_editor(username: str = "chloe", **kwargs) -> User:
    return _make_staff(username, "éditeurs en chef", **kwargs)


def make_reviewer(username: str = "dora", *, person: Person | None = None, **kwargs) -> User:
    """A relecteur whose login is linked with the person of the same name."""
    user = _make_staff(username, "relecteurs", **kwargs)
    person = person or make_person(username)
    Person.objects.filter(pk=person.pk).update(user=user)
    return user


def make_administrator(username: str = "alma", **kwargs) -> User:
    return _make_staff(username, "administrateurs", **kwargs)


def make_superuser(username: str = "root", **kwargs) -> User:
    return make_user(username, is_staff=True, is_superuser=True, **kwargs)


def make_person(slug: str = "dora", **kwargs) -> Person:
    kwargs.setdefault("name", slug.capitalize())
    kwargs.setdefault("qualification", "Médecin")
    return Person.objects.get_or_create(slug=slug, defaults=kwargs)[0]


def make_topic(slug: str = "anxiete", **kwargs) -> Topic:
    kwargs.setdefault("name", slug.capitalize())
    return Topic.objects.get_or_create(slug=slug, defaults=kwargs)[0]


def make_image(color: tuple[int, int, int] = (18, 52, 59)) -> Image:
    data = io.BytesIO()
    Picture.new("RGB", (600, 400), color).save(data, "JPEG")
    return Image.objects.store(imaging.clean_upload(data.getvalue()))


def make_article(*, publish: bool = True, **kwargs) -> Article:
    """An article with one section and one author; published unless said otherwise."""
    number = Article.objects.count() + 1
    kwargs.setdefault("title", f"Article {number}")
    kwargs.setdefault("slug", f"article-{number}")
    kwargs.setdefault("lede", "Ce que dit cet article, en une phrase.")
    if "topic" not in kwargs:
        kwargs["topic"] = make_topic()
    article = Article.objects.create(**kwargs)
    Authorship.objects.create(article=article, person=make_person("emma", qualification="Journaliste"))
    article.sections.create(key="a0000001", heading="Une section", body="<p>Un paragraphe.</p>")
    article.record(by=None)
    if publish:
        article.publish(by=None)
    return article


def make_demo_article() -> Article:
    return import_article(DEMO_FILE.read_bytes())


def make_comment(
    *,
    article: Article | None = None,
    parent: Comment | None = None,
    status: str = Status.PUBLISHED,
    name: str = "Ada",
    text: str = "Merci pour cet article.",
    by: User | None = None,
    idempotency_key: uuid.UUID | None = None,
    trace: str | None = None,
) -> Comment:
    """A reader's comment that came to ``status`` by the verbs that lead there."""
    comment, _new = Comment.objects.post(
        article=article or (parent.article if parent else make_article()),
        parent=parent,
        name=name,
        text=text,
        consent_text=ConsentText.current(),
        idempotency_key=idempotency_key or uuid.uuid4(),
        trace=trace or uuid.uuid4().hex,
    )
    if status == Status.PENDING:
        return comment
    by = by or make_moderator()
    revision = comment.latest_revision
    if status in {Status.PUBLISHED, Status.REMOVED}:
        comment.publish(by=by, revision=revision)
    if status == Status.REMOVED:
        comment.remove(by=by, revision=revision, reason="Retiré pour ce test.")
    if status == Status.REJECTED:
        comment.reject(by=by, revision=revision, reason="Refusé pour ce test.")
    if status == Status.CHANGES_REQUESTED:
        comment.ask_changes(by=by, revision=revision, reason="À revoir pour ce test.")
    if status == Status.SPAM:
        comment.mark_spam(by=by, revision=revision)
    if status == Status.WITHDRAWN:
        comment.withdraw()
    if status == Status.ERASED:
        comment.erase()
    assert comment.status == status
    return comment


def make_notice(comment: Comment, *, explanation: str = "De la publicité.", **said) -> Notice:
    """A reader's report of a public comment."""
    notice, _new = Notice.objects.file(
        comment=comment,
        idempotency_key=uuid.uuid4(),
        trace=uuid.uuid4().hex,
        **{"kind": Notice.Kind.RULES, "explanation": explanation, **said},
    )
    return notice


def make_reason(title: str = "Hors sujet", **kwargs) -> Reason:
    """One of the grounds that moderators choose from, for every decision unless said otherwise."""
    kwargs.setdefault("letter", f"Votre commentaire : {title.lower()}.")
    kwargs.setdefault("clause", f"Règle : {title.lower()}")
    return Reason.objects.get_or_create(title=title, defaults=kwargs)[0]


def decisions_of(comment: Comment) -> list[str]:
    return list(Decision.objects.filter(comment=comment).values_list("action", flat=True))
