"""From the draft to the readers, in the back office."""

import pytest

from articles.models import Article
from tests.articles.admin_forms import form_of, make_comparison, page
from tests.factories import (
    make_article,
    make_chief_editor,
    make_editor,
    make_image,
    make_moderator,
    make_superuser,
    make_user,
)

pytestmark = pytest.mark.django_db

PEOPLE = {
    "anonymous": lambda: None,
    "clerk": lambda: make_user("paul", is_staff=True),
    "moderator": make_moderator,
    "editor": make_editor,
    "chief": make_chief_editor,
    "superuser": make_superuser,
}
PUBLISHING = {"chief", "superuser"}


@pytest.fixture
def chief(client):
    chief = make_chief_editor()
    client.force_login(chief)
    return chief


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_who_may_publish_reaches_the_page_of_publication(client, who, method):
    user = PEOPLE[who]()
    if user is not None:
        client.force_login(user)
    article = make_article(publish=False)
    response = getattr(client, method)(page(article, "publish"), {"change": "major", "note": ""})
    article.refresh_from_db()
    allowed = {"get": 200, "post": 302}[method] if who in PUBLISHING else 403
    published = who in PUBLISHING and method == "post"
    assert (response.status_code, article.is_published) == (302 if who == "anonymous" else allowed, published)


def test_two_clicks_publish_once_with_its_author_and_note(client, chief):
    article = make_article(title="Avant")
    Article.objects.filter(pk=article.pk).update(title="Après")
    data = {"change": "minor", "note": "Une coquille."}
    for _click in range(2):
        client.post(page(article, "publish"), data)
    newest, _first = article.publications.all()
    assert (newest.version.title, newest.by, newest.change, newest.note, newest.version.n) == (
        "Après",
        chief,
        "minor",
        "Une coquille.",
        2,
    )


def test_what_is_in_the_way_of_publication_is_named_with_a_link_to_its_place(client, chief):
    article = make_article(publish=False, lede="")
    section = article.sections.get()
    section.figures.create(image=make_image())
    comparison = make_comparison(article)
    response = client.post(page(article, "publish"), {"note": ""})
    article.refresh_from_db()
    assert (response.status_code, article.is_published) == (409, False)
    found = {finding.code: url for finding, url in response.context["findings"]}
    assert found == {
        "lede-missing": f"{page(article)}#id_lede",
        "alt-missing": f"{page(article)}#id_sections-0-figures-0-alt",
        "cell-to-complete": f"{page(comparison)}#id_cell-isrs-delai-state",
    }


def test_another_article_s_old_address_is_refused_in_words(client, chief):
    other = make_article(slug="adresse")
    Article.objects.filter(pk=other.pk).update(slug="nouvelle-adresse")
    other.publish(by=None)
    article = make_article(publish=False, slug="adresse")
    response = client.post(page(article, "publish"), {"note": ""})
    (error,) = response.context["form"].non_field_errors()
    article.refresh_from_db()
    assert (response.status_code, "adresse" in error, article.is_published) == (409, True, False)


def test_saving_can_lead_straight_to_publication(client, chief):
    article = make_article(publish=False)
    response = client.post(page(article), form_of(article, title="Prêt", _publish="1"))
    assert (response.status_code, response.headers["Location"]) == (302, page(article, "publish"))


def test_an_editor_saves_but_is_offered_no_publication(client):
    cleo = make_editor()
    client.force_login(cleo)
    article = make_article(publish=False)
    article.editors.add(cleo)
    saving = client.post(page(article), form_of(article, title="Du brouillon"))
    html = client.get(page(article)).content.decode()
    article.refresh_from_db()
    assert (saving.status_code, article.title, page(article, "publish") in html) == (
        302,
        "Du brouillon",
        False,
    )


def test_a_published_article_is_not_deleted(client, chief):
    article = make_article()
    client.post(page(article, "delete"), {"post": "yes"})
    assert Article.objects.filter(pk=article.pk).exists()
