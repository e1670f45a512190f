"""Reviews, pages and people in the back office."""

import pytest
from django.urls import reverse

from articles.models import Article, Page, Review
from ldnportal.pages.models import Stamp
from tests.articles.admin_forms import page
from tests.factories import make_article, make_chief_editor, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    chief = make_chief_editor()
    client.force_login(chief)
    return chief


def test_a_review_is_bound_to_the_published_text_and_due_after_the_article_s_months(client, chief):
    article = make_article(review_every_months=6)
    data = {
        "version": article.published_id,
        "person": make_person().pk,
        "outcome": "approved",
        "reviewed_on": "2026-08-31",
        "due_on": "",
        "note": "",
    }
    before = Stamp.current()
    client.post(reverse("admin:articles_review_add"), data)
    review = Review.objects.get()
    assert (review.article, review.version, str(review.due_on)) == (article, article.published, "2027-02-28")
    assert Stamp.current() == before + 1


def test_a_review_of_a_text_that_is_no_longer_public_is_refused(client, chief):
    article = make_article()
    old = article.published_id
    Article.objects.filter(pk=article.pk).update(title="Autre")
    article.publish(by=None)
    data = {"version": old, "person": make_person().pk, "outcome": "approved", "reviewed_on": "2026-08-31"}
    response = client.post(reverse("admin:articles_review_add"), data)
    assert (list(response.context["adminform"].form.errors), Review.objects.count()) == (["version"], 0)


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
