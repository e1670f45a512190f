"""Pages and people in the back office."""

import pytest

from articles.models import Page
from ldnportal.pages.models import Stamp
from tests.articles.admin_forms import page
from tests.factories import make_chief_editor, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    chief = make_chief_editor()
    client.force_login(chief)
    return chief


def test_a_page_is_sanitised_and_readers_get_the_new_one(client, chief):
    rules = Page.objects.create(slug="regles-2", title="Règles", body="<p>Avant.</p>")
    before = Stamp.current()
    data = {
        "title": "Règles",
        "slug": "regles-2",
        "body": "<p>Après<script>x</script></p>",
        "updated": "2026-08-31",
    }
    client.post(page(rules), data)
    rules.refresh_from_db()
    assert (rules.body, Stamp.current()) == ("<p>Après</p>", before + 1)


def test_a_person_s_new_name_reaches_the_pages(client, chief):
    dora = make_person()
    before = Stamp.current()
    client.post(page(dora), {"name": "Dora D.", "slug": "dora", "qualification": "Médecin", "interests": ""})
    dora.refresh_from_db()
    assert (dora.name, Stamp.current()) == ("Dora D.", before + 1)
