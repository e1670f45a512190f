"""What a reader's browser does with the form: fetch it, fill it, send it."""

import re
import uuid
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from comments.models import Comment, ConsentText
from comments.tickets import Ticket

TEXT = "Combien de temps avant de dormir mieux ?"


def address(article: Article, parent: Comment | None = None) -> str:
    url = reverse("comments:new", args=[article.live_slug])
    return f"{url}?reponse={parent.pk}" if parent else url


def ticket(*, age: timedelta = timedelta(minutes=2), key: uuid.UUID | None = None) -> str:
    return Ticket(key or uuid.uuid4(), timezone.now() - age, ConsentText.current().pk).signed()


def filled(**kwargs) -> dict[str, str]:
    """What a reader sends who has read for two minutes; ``kwargs`` change or, with None, leave out a field."""
    data = {"name": "Ada", "body": TEXT, "consent": "on", "website": "", "ticket": ticket(), **kwargs}
    return {name: value for name, value in data.items() if value is not None}


def ticket_in(response) -> str:
    return re.search(r'name="ticket" value="([^"]+)"', response.content.decode())[1]


def text_in(response) -> str:
    return response.context["form"]["body"].value()


def refusals(response) -> list[str]:
    return [str(error) for error in response.context["form"].non_field_errors()]
