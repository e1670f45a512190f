"""The first administrator, one-time passwords, roles."""

import io

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command

from ldnportal.staff.models import User
from ldnportal.staff.roles import sync_roles
from tests.factories import PASSWORD, make_superuser

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def create_first_admin() -> str:
    output = io.StringIO()
    call_command("create_first_admin", stdout=output)
    return output.getvalue()


def test_the_first_administrator_gets_a_password_that_is_printed_once():
    password = create_first_admin().split()[-1]
    admin = User.objects.get()
    assert (admin.is_superuser, admin.check_password(password), admin.must_change_password) == (
        True,
        True,
        True,
    )


def test_a_second_run_creates_and_prints_nothing():
    create_first_admin()
    assert (create_first_admin(), User.objects.count()) == ("", 1)


@pytest.mark.parametrize("path", ["/admin/", "/admin/comments/comment/", "/admin/staff/user/1/change/"])
def test_a_one_time_password_leads_to_the_form_for_a_new_one_only(client, path):
    client.login(username="admin", password=create_first_admin().split()[-1])
    response = client.get(path)
    assert (response.status_code, response.url) == (302, "/admin/password_change/")


def test_after_the_change_the_back_office_opens(client):
    password = create_first_admin().split()[-1]
    client.login(username="admin", password=password)
    new = "une phrase de passe assez longue"
    client.post(
        "/admin/password_change/", {"old_password": password, "new_password1": new, "new_password2": new}
    )
    assert (client.get("/admin/").status_code, User.objects.get().must_change_password) == (200, False)


def test_whoever_has_a_password_of_his_own_is_not_stopped(client):
    make_superuser("root")
    client.login(username="root", password=PASSWORD)
    assert client.get("/admin/").status_code == 200


def test_a_password_shorter_than_fifteen_characters_is_refused(client):
    password = create_first_admin().split()[-1]
    client.login(username="admin", password=password)
    client.post(
        "/admin/password_change/",
        {"old_password": password, "new_password1": "Az7!kQp9xYzw_2", "new_password2": "Az7!kQp9xYzw_2"},
    )
    assert User.objects.get().must_change_password is True


def test_every_role_has_what_it_names_and_nothing_else():
    sync_roles()
    moderators = Group.objects.get(name="modérateurs")
    assert set(Group.objects.values_list("name", flat=True)) == set(settings.STAFF_ROLES)
    assert set(
        moderators.permissions.exclude(codename__startswith="view_").values_list("codename", flat=True)
    ) == {"moderate_comment"}


def test_synchronising_roles_takes_back_what_somebody_added():
    sync_roles()
    editors = Group.objects.get(name="rédacteurs")
    wanted = set(editors.permissions.all())
    editors.permissions.add(*Group.objects.get(name="modérateurs").permissions.all())
    sync_roles()
    assert set(editors.permissions.all()) == wanted
