"""Everybody who may stand before a page of the desk, by the role that he has."""

from django.contrib.auth.models import Group
from django.test import Client

from ldnportal.staff.models import User
from ldnportal.staff.roles import sync_roles
from tests.factories import make_chief_editor, make_editor, make_moderator, make_superuser, make_user


def make_staff(role: str) -> User:
    sync_roles()
    user = make_user(f"qui-{role}"[:20].replace(" ", "-"), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


PEOPLE = {
    "anonymous": lambda: None,
    "clerk": lambda: make_user("paul", is_staff=True),
    "moderator": make_moderator,
    "editor": make_editor,
    "reviewer": lambda: make_staff("relecteurs"),
    "chief": make_chief_editor,
    "administrator": lambda: make_staff("administrateurs"),
    "superuser": make_superuser,
}
PUBLISHING = {"chief", "administrator", "superuser"}
SEEING = {"editor", "reviewer", *PUBLISHING}


def client_of(who: str) -> Client:
    client, user = Client(), PEOPLE[who]()
    if user is not None:
        client.force_login(user)
    return client


def expected_status(who: str, allowed: set[str], status: int) -> int:
    """``status`` for those who are allowed; to the login or refused for the others."""
    if who in allowed:
        return status
    return 302 if who == "anonymous" else 403
