"""Pseudonyms that deceive or cannot be seen."""

import pytest

from comments import names
from comments.models import Comment, Signal
from tests.comments.posting import TEXT, address, filled, text_in
from tests.factories import make_article, make_person, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def article():
    make_person("claire", name="Dr Claire Martin")
    make_user("nadia", first_name="Nadia", last_name="Benali", is_staff=True)
    return make_article()


@pytest.mark.parametrize(
    "name",
    [
        "Modération",
        "La modératrice",
        "m o d e r a t i o n",
        "M0DÉRATION",
        "\u041c\u043ed\u0435r\u0430ti\u043en",  # Cyrillic М, о, е, а
        "ｍｏｄéｒａｔｉｏｎ",
        "Équipe de rédaction",
        "Admin",
        "LDN Portail",
        "LDN Portai1",
        "Claire Martin",
        "Martin Claire",
        "Docteur Claire MARTIN",
        "Cl\u0430ire M\u0430rtin",
        "Claire Ma\u0301rtin",
        "Claire.Martin",
        "Nadia Benali",
        "Nadìa Bena|i",
    ],
)
def test_a_name_that_could_be_taken_for_the_sites_is_refused_and_nothing_is_lost(client, article, name):
    response = client.post(address(article), filled(name=name))
    [error] = response.context["form"].errors["name"]
    assert (response.status_code, "travaille pour ce site" in error, text_in(response)) == (422, True, TEXT)
    assert Comment.objects.count() == 0


@pytest.mark.parametrize(
    "name",
    ["Claire", "Nadia", "Martine Claire", "Emma", "Adminou", "Modeste", "مريم", "Zoé-Lou", "Scott Walker"],
)
def test_ordinary_names_are_taken(client, article, name):
    assert client.post(address(article), filled(name=name)).status_code == 303


@pytest.mark.parametrize("name", ["Dr House", "docteur Maboul", "Pr. Tournesol", "Une infirmière", "DR"])
def test_a_title_of_a_profession_is_taken_and_moderators_are_told(client, article, name):
    assert client.post(address(article), filled(name=name)).status_code == 303
    [signal] = Signal.objects.filter(check_name="title_in_name")
    assert "titre de profession de santé" in signal.explanation


def test_an_ordinary_name_leaves_no_signal(client, article):
    client.post(address(article), filled(name="Andréa"))
    assert Signal.objects.filter(check_name="title_in_name").count() == 0


@pytest.mark.parametrize(
    "name",
    [
        "\u200b\u200b",
        "\u3164",
        "\u3164.",
        "\u2800\u2800",
        "Ada\u200b",
        "\u202eadA",
        "Ada\u2066",
        "Z\u0335\u0322\u0328\u034e\u0353a",
        "…",
        "\u0301\u0301",
    ],
)
def test_a_name_that_cannot_be_seen_or_shows_otherwise_is_refused(client, article, name):
    response = client.post(address(article), filled(name=name))
    assert (response.status_code, len(response.context["form"].errors["name"])) == (422, 1)


def test_skeletons_of_all_of_unicode_are_made_without_an_error():
    text = "".join(map(chr, range(0x110000)))
    assert names.skeleton(text).isalnum()
