"""An author with an address, and the mails that come to it."""

import re
from urllib.parse import urlsplit

from django.core import mail as post
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.utils import timezone

from comments.models import Comment, OwnerToken, UnconfirmedAddress
from ldnportal.mail.models import Outbox
from tests.factories import make_comment

ADDRESS = "ada@example.org"


def deliver() -> list[EmailMessage]:
    """Sends what waits in the outbox; the mails that were sent by it."""
    before = len(post.outbox)
    end_waiting()
    call_command("outbox", verbosity=0)
    return post.outbox[before:]


def end_waiting() -> None:
    """The time is over in which what was decided could be undone, and its mail waited."""
    Outbox.objects.filter(sent=None, given_up=None, attempts=0).update(next_try=timezone.now())


def give_address(comment: Comment, address: str = ADDRESS, *, follow: str = "") -> UnconfirmedAddress:
    token = OwnerToken.token_for(comment.idempotency_key)
    assert comment.give_address(address, follow=follow, token=token)
    return comment.unconfirmed_addresses.alive().get()


def make_reachable(address: str = ADDRESS, *, follow: str = "", **kwargs) -> Comment:
    """A comment whose author has confirmed his address; the mails up to here are gone."""
    comment = make_comment(**kwargs)
    give_address(comment, address, follow=follow).confirm()
    deliver()
    post.outbox.clear()
    comment.refresh_from_db()
    return comment


def paths(mail: EmailMessage) -> list[str]:
    """The addresses in the text, without the host."""
    return [urlsplit(each).path for each in re.findall(r"^http\S+", mail.body, flags=re.MULTILINE)]


def private_path(comment: Comment) -> str:
    return f"/commentaires/suivi/{OwnerToken.token_for(comment.idempotency_key)}/"


def subject(mail: EmailMessage) -> str:
    """With plain spaces in place of the French ones."""
    return re.sub(r"\s", " ", mail.subject)
