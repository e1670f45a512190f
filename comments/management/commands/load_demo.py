import json
import uuid
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from articles.exchange import import_article
from articles.models import Article, Page
from comments.models import Comment, ConsentText, Status
from ldnportal.staff.models import User

FOLDER = Path(settings.BASE_DIR) / "articles" / "demo"
# Not a person: whose name stands under the demonstration's decisions. It cannot log in.
MODERATOR = "demonstration"


class Command(BaseCommand):
    help = "Loads the demonstration: one article with its conversation, and first texts for the static pages."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there is any article or page"
        )

    @transaction.atomic
    def handle(self, *args, if_empty: bool, **options) -> None:
        if if_empty and (Article.objects.exists() or Page.objects.exists()):
            return
        for page in _read("pages.json"):
            Page.objects.get_or_create(
                slug=page["slug"], defaults={"title": page["title"], "body": page["body"]}
            )
        article = import_article((FOLDER / "naltrexone-et-anxiete.json").read_bytes())
        _load_comments(article, _read("comments.json")["comments"])
        self.stdout.write(_("Demonstration loaded: %(title)s") % {"title": article.title})


def _read(name: str):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _load_comments(article: Article, comments: list[dict]) -> None:
    moderator = User.objects.filter(username=MODERATOR).first()
    if moderator is None:
        moderator = User(username=MODERATOR, first_name=_("Demonstration"), is_active=False)
        moderator.set_unusable_password()
        moderator.save()
    posted = {None: None}
    for each in comments:
        parent = posted[each["parent"]]
        if each["staff"]:
            posted[each["id"]] = Comment.objects.answer(
                parent=parent, text=each["text"], by=moderator, name=each["name"]
            )
            continue
        comment, _new = Comment.objects.post(
            article=article,
            parent=parent,
            name=each["name"],
            text=each["text"],
            consent_text=ConsentText.current(),
            idempotency_key=uuid.uuid4(),
            trace="",
        )
        match each["status"]:
            case Status.PUBLISHED:
                comment.publish(by=moderator, revision=comment.latest_revision)
            case Status.REJECTED:
                comment.reject(by=moderator, revision=comment.latest_revision, reason=each["reason"])
        posted[each["id"]] = comment
